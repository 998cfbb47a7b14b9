"""From properties and assumptions to typed claims (language.md §7).

A property is typed and kept; whether it holds is proved, or measured on customers, by those who read the policy.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from tierpolicy.check.clauses import attribute_named
from tierpolicy.check.draft import Draft, origin
from tierpolicy.check.expressions import condition, constant, typed
from tierpolicy.check.scope import Reading, Scope
from tierpolicy.diagnostics.codes import names as name_codes
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model import policy, types
from tierpolicy.model.expressions import Constant
from tierpolicy.model.vocabulary import Attribute, Direction, Field
from tierpolicy.syntax import ast

WHOLE = 10_000
"""100% in hundredths of a percent."""

OF_AN_ASSUMPTION = Reading(
    "an assumption",
    attributes=False,
    reason="because it is about records, before anything is decided",
    code=codes.NOT_A_FACT,
)

SUMMABLE = (types.Integer, types.Number, types.Percent, types.Money, types.Duration)


def property_of(written: ast.Property, draft: Draft) -> policy.Property | None:
    """The property; None after a mistake in it."""
    scope = draft.scope
    where = condition(written.where, scope) if written.where is not None else None
    claim = claim_of(written.claim, scope)
    if claim is None or (where is None and written.where is not None):
        return None
    about = origin(written.name.text, written.span, because=written.because, source=written.source)
    return policy.Property(about, claim, where)


def assumption_of(written: ast.Assume, draft: Draft) -> policy.Assumption | None:
    assumed = condition(written.condition, draft.scope.reads(OF_AN_ASSUMPTION))
    if assumed is None:
        return None
    name = f"assume {draft.places.line(written.span)}"
    return policy.Assumption(origin(name, written.span, because=written.because, source=written.source), assumed)


def claim_of(claim: ast.Claim, scope: Scope) -> policy.Claim | None:
    match claim:
        case ast.Always(condition=written, implied=then):
            held = condition(written, scope)
            implied = condition(then, scope) if then is not None else None
            return None if held is None or (implied is None and then is not None) else policy.Always(held, implied)
        case ast.Never(condition=written):
            never = condition(written, scope)
            return policy.Never(never) if never is not None else None
        case ast.NeverLowers():
            return _never_lowers(claim, scope)
        case ast.NeverDependsOn(attributes=words, field=word):
            fact = _fact(word, scope)
            attributes = _attributes(words, scope)
            return policy.NeverDependsOn(attributes, fact.name) if fact is not None and attributes is not None else None
        case ast.EqualTreatment():
            return _equal_treatment(claim, scope)
        case ast.Share():
            return _share(claim, scope)
        case ast.Total():
            return _total(claim, scope)
        case _:
            assert_never(claim)


def _never_lowers(claim: ast.NeverLowers, scope: Scope) -> policy.NeverLowers | None:
    fact = _fact(claim.field, scope)
    attributes = _directed(claim.attributes, scope)
    if fact is None or attributes is None:
        return None
    if not types.is_ordered(fact.type) and not isinstance(fact.type, types.Flag | types.SetOf):
        scope.findings.report(
            codes.WITHOUT_ORDER,
            f"`{fact.name}` has no more and no less",
            claim.field.span,
            help="take a number, an amount, a duration, a date, a scale, a flag or a set",
            related=(Related(fact.span, f"`{fact.name}` is declared here"),),
        )
        return None
    return policy.NeverLowers(claim.direction, fact.name, attributes)


def _equal_treatment(claim: ast.EqualTreatment, scope: Scope) -> policy.EqualTreatment | None:
    alike = [_fact_or_attribute(word, scope) for word in claim.fields]
    attributes = _attributes(claim.attributes, scope)
    names = tuple(meaning.name for meaning in alike if meaning is not None)
    if attributes is None or len(names) < len(alike):
        return None
    return policy.EqualTreatment(tuple(dict.fromkeys(names)), attributes)


def _share(claim: ast.Share, scope: Scope) -> policy.Share | None:
    share = constant(claim.share, scope, types.PERCENT)
    met = condition(claim.condition, scope)
    if share is None or met is None:
        return None
    if not isinstance(share, int) or not 0 <= share <= WHOLE:
        scope.findings.report(
            codes.SHARE_OUT_OF_RANGE,
            "a share of customers lies between 0% and 100%",
            claim.share.span,
            help="write `5%` for one customer in twenty",
        )
        return None
    return policy.Share(claim.op, share, met)


def _total(claim: ast.Total, scope: Scope) -> policy.Total | None:
    summed = typed(claim.expression, scope, None)
    if summed is None:
        return None
    if not isinstance(summed.type, SUMMABLE):
        scope.findings.report(
            codes.NOT_A_FACT,
            "this can't be summed over customers",
            claim.expression.span,
            help="a total is of numbers, amounts, percents or durations; how many customers are of a kind "
            "is said with `at most 5% of customers have …`",
        )
        return None
    bound = constant(claim.bound, scope, summed.type)
    return policy.Total(claim.op, summed, Constant(bound, summed.type, claim.bound.span)) if bound is not None else None


# ---------------------------------------------------------------- names in claims


def _fact(word: ast.Word, scope: Scope) -> Field | None:
    """A field, and nothing else."""
    found = _fact_or_attribute(word, scope)
    if not isinstance(found, Attribute):
        return found
    scope.findings.report(
        codes.NOT_A_FACT,
        f"`{word.text}` is decided, no fact about the customer",
        word.span,
        help="name a field of `customer` or `request`",
        related=(Related(found.span, f"`{word.text}` is declared here"),),
    )
    return None


def _fact_or_attribute(word: ast.Word, scope: Scope) -> Field | Attribute | None:
    name = word.text
    found = scope.meaning(name)
    if isinstance(found, Field | Attribute) or name in scope.broken:
        return found if isinstance(found, Field | Attribute) else None
    if found is None:
        near = scope.findings.did_you_mean(name, tuple(scope.fields))
        scope.findings.report(
            name_codes.UNKNOWN_NAME, f"nothing here is called `{name}`", word.span, help=near or "name a declared field"
        )
    else:
        scope.findings.report(
            codes.NOT_A_FACT,
            f"`{name}` is a name for a value, no fact about the customer",
            word.span,
            help="name a field of `customer` or `request`",
            related=(Related(found.span, f"`{name}` is declared here"),),
        )
    return None


def _attributes(words: tuple[ast.Word, ...] | None, scope: Scope) -> tuple[str, ...] | None:
    """The attributes named; `service` is every one that isn't internal."""
    if words is None:
        return tuple(name for name, attribute in scope.attributes.items() if not attribute.internal)
    return _names(attribute_named(word, scope, codes.NOT_A_FACT) for word in words)


def _directed(words: tuple[ast.Word, ...] | None, scope: Scope) -> tuple[str, ...] | None:
    """The attributes that can be lowered; `service` is every one with a direction that isn't internal."""
    if words is None:
        everything = scope.attributes.items()
        return tuple(n for n, a in everything if not a.internal and a.direction is not Direction.NONE)
    found: list[Attribute | None] = []
    for word in words:
        attribute = attribute_named(word, scope, codes.NOT_A_FACT)
        if attribute is not None and attribute.direction is Direction.NONE:
            scope.findings.report(
                codes.WITHOUT_ORDER,
                f"`{attribute.name}` has no direction, so nothing lowers it",
                word.span,
                help="leave it out, or declare which of its values is better",
                related=(Related(attribute.span, f"`{attribute.name}` is declared here"),),
            )
            attribute = None
        found.append(attribute)
    return _names(found)


def _names(found: Iterable[Attribute | None]) -> tuple[str, ...] | None:
    attributes = list(found)
    names = tuple(dict.fromkeys(attribute.name for attribute in attributes if attribute is not None))
    return names if None not in attributes else None
