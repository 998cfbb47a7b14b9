"""Notes on what a policy says for nothing: names that nothing reads, attributes that nothing gives (language.md §7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tierpolicy.check.scope import Findings
from tierpolicy.diagnostics.codes import rules as rule_codes
from tierpolicy.diagnostics.codes import style as codes
from tierpolicy.model import policy as claims
from tierpolicy.model.expressions import AttributeRef, Call, DefineRef, Expr, FieldRef, IsMissing, ParameterRef, walk
from tierpolicy.model.policy import Baseline, Limit, Policy, Property
from tierpolicy.model.values import MISSING
from tierpolicy.model.vocabulary import Field


def note_unread(policy: Policy, vocabulary_of_others: frozenset[str], findings: Findings) -> None:
    """Reports fields, defines and parameters that nothing reads. Keys and protected fields have a use of their own, and
    `vocabulary_of_others` holds the paths of files that serve many policies."""
    read = _read_names(policy)
    for field in policy.fields.values():
        if field.name in read or field.key or field.protected or not field.declared:
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


def note_otherwise(policy: Policy, findings: Findings) -> None:
    """Reports `otherwise` rows that give something to who might have met a row above, had the data been there."""
    for table in policy.tables:
        last = policy.rules[table.rows[-1]] if table.rows else None
        if last is None or not last.otherwise or not last.grants:
            continue
        fields = _may_be_missing(policy, (policy.rules[at].condition for at in table.rows))
        if fields:
            named = ", ".join(f"`{name}`" for name in fields[:4])
            findings.report(
                rule_codes.OTHERWISE_ON_MISSING,
                f"`otherwise` also counts where {named} {'are' if len(fields) > 1 else 'is'} missing",
                last.origin.span,
                help="if that isn't meant, add a row with `missing` above it",
            )


def note_undecided(policy: Policy, findings: Findings) -> None:
    """Reports limits and conditional baselines that may not hold where a fact is missing, and properties that say
    nothing of such customers (language.md §3)."""
    statements: tuple[Limit | Baseline, ...] = (*policy.limits, *policy.baselines)
    for statement in statements:
        fields = _may_be_missing(policy, [statement.condition])
        if fields:
            what = "limit" if isinstance(statement, Limit) else "baseline"
            named = " or ".join(f"`{name}`" for name in fields[:4])
            findings.report(
                codes.UNDECIDED_ON_MISSING,
                f"the {what} `{statement.origin.name}` may not hold where {named} is missing",
                statement.condition.span or statement.origin.span,
                help=f"if it should hold then too, add `or {fields[0]} is missing`; if not, `and {fields[0]} is known` "
                "says so",
            )
    for stated in policy.properties:
        fields = _may_be_missing(policy, _conditions_of(stated))
        if fields:
            named = " or ".join(f"`{name}`" for name in fields[:4])
            findings.report(
                codes.UNDECIDED_ON_MISSING,
                f"the property `{stated.origin.name}` says nothing of customers whose {named} is missing",
                stated.origin.span,
                help=f"if it should, add `or {fields[0]} is missing`; if not, `and {fields[0]} is known` says so",
            )


def _conditions_of(stated: Property) -> Iterator[Expr]:
    """The conditions of a property that must be true before it says anything of a customer."""
    if stated.where is not None:
        yield stated.where
    match stated.claim:
        case claims.Always(condition, implied) if implied is not None:
            yield condition
        case claims.Never(condition):
            yield condition
        case _:
            pass


def _may_be_missing(policy: Policy, conditions: Iterable[Expr]) -> list[str]:
    """The fields that conditions ask for and that may be absent, those left out that a condition has an answer for:
    it tests them for `missing` or `known`, or names another value with `first_known`."""
    asked: dict[str, None] = {}
    answered: set[str] = set()
    for condition in conditions:
        for node in _through_defines(policy, condition):
            match node:
                case IsMissing(FieldRef(name)):
                    answered.add(name)
                case Call("first_known", arguments):
                    answered.update(argument.name for argument in arguments if isinstance(argument, FieldRef))
                case FieldRef(name) if _may_be_absent(policy.fields[name]):
                    asked[name] = None
                case _:
                    pass
    return [name for name in asked if name not in answered]


def _may_be_absent(field: Field) -> bool:
    """False for what a record must hold; and a request is empty where no contact is at hand, which is no lack."""
    return field.default is MISSING and not field.required and not field.of_request


def _through_defines(policy: Policy, expr: Expr) -> Iterator[Expr]:
    """The expressions inside one, and inside the defines that it names, each once."""
    seen: set[str] = set()
    stack = [expr]
    while stack:
        for node in walk(stack.pop()):
            yield node
            if isinstance(node, DefineRef) and node.name not in seen:
                seen.add(node.name)
                stack.append(policy.defines[node.name].expression)


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
    for define in policy.defines.values():
        yield define.expression
    for rule in policy.rules:
        yield rule.condition
        yield from (grant.value for grant in rule.grants)
    for limit in policy.limits:
        yield limit.condition
        yield from (cap.value for cap in limit.caps)
    for baseline in policy.baselines:
        yield baseline.condition
        yield from (floor.value for floor in baseline.floors)
    for assumption in policy.assumptions:
        yield assumption.condition
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
