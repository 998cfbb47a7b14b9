"""Notes on what a policy says for nothing: names that nothing reads, attributes that nothing gives (language.md §7)."""

from __future__ import annotations

from collections.abc import Iterator

from tierpolicy.check.scope import Findings
from tierpolicy.diagnostics.codes import style as codes
from tierpolicy.model import policy as claims
from tierpolicy.model.expressions import AttributeRef, DefineRef, Expr, FieldRef, ParameterRef, walk
from tierpolicy.model.policy import Policy, Property
from tierpolicy.model.reads import costing, deciding
from tierpolicy.model.values import MISSING


def note_unread(policy: Policy, vocabulary_of_others: frozenset[str], findings: Findings) -> None:
    """Reports fields, defines and parameters that nothing reads. Keys, protected fields and those that are merged have
    a use of their own, and `vocabulary_of_others` holds the paths of files that serve many policies."""
    read = _read_names(policy)
    read |= {field.merge.by for field in policy.fields.values() if field.merge is not None and field.merge.by}
    for field in policy.fields.values():
        if field.name in read or field.key or field.protected or field.merge or not field.declared:
            continue
        if field.span.path not in vocabulary_of_others:
            findings.report(
                codes.FIELD_UNREAD,
                f"nothing reads the field `{field.name}`",
                field.span,
                help="remove it, or read it in a condition",
            )
    for define in policy.defines.values():
        if define.name not in read:
            findings.report(
                codes.DEFINE_UNREAD,
                f"nothing reads `{define.name}`",
                define.span,
                help="remove it, or read it in a rule",
            )
    for parameter in policy.parameters.values():
        if parameter.name not in read:
            findings.report(
                codes.PARAMETER_UNREAD,
                f"nothing reads the parameter `{parameter.name}`",
                parameter.span,
                help="remove it, or read it in a rule",
            )


def note_never_given(policy: Policy, vocabulary_of_others: frozenset[str], findings: Findings) -> None:
    """Reports attributes of which no rule and no baseline speaks: everyone gets the same."""
    given = {grant.attribute for rule in policy.rules for grant in rule.grants}
    given |= {floor.attribute for baseline in policy.baselines for floor in baseline.floors}
    for attribute in policy.attributes.values():
        if attribute.name not in given and attribute.span.path not in vocabulary_of_others:
            what = "the worst value" if attribute.default is MISSING else "the default"
            findings.report(
                codes.NEVER_GIVEN,
                f"nothing gives `{attribute.name}`: everyone gets {what}",
                attribute.span,
                help=f"give it, `rule ordinary: {attribute.name} = …`, or remove it",
            )


# ---------------------------------------------------------------- what is read


def _read_names(policy: Policy) -> set[str]:
    read: set[str] = set()
    for expr in _expressions(policy):
        for node in walk(expr):
            if isinstance(node, FieldRef | AttributeRef | ParameterRef | DefineRef):
                read.add(node.name)
    for stated in policy.properties:
        read.update(_named_in(stated))
    return read


def _named_in(stated: Property) -> tuple[str, ...]:
    match stated.claim:
        case claims.NeverLowers(_, field) | claims.NeverDependsOn(_, field):
            return (field,)
        case claims.EqualTreatment(names):
            return names
        case _:
            return ()


def _expressions(policy: Policy) -> Iterator[Expr]:
    yield from deciding(policy)
    yield from costing(policy)
    for reminder in policy.reminders:
        yield reminder.condition
    for example in policy.examples:
        yield from example.expects
    for stated in policy.properties:
        if stated.where is not None:
            yield stated.where
        match stated.claim:
            case claims.Always(condition, implied):
                yield condition
                if implied is not None:
                    yield implied
            case claims.Never(condition) | claims.Share(_, _, condition):
                yield condition
            case claims.Total(_, expression, _):
                yield expression
            case _:
                pass
