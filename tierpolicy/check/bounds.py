"""Constants that rules give, limits cap at and baselines promise beyond an attribute's bounds (language.md §2).

Such a value is drawn to the bound in every decision that it is part of, so what is written is never what is decided.
"""

from __future__ import annotations

from collections.abc import Iterator

from tierpolicy.check.draft import Places
from tierpolicy.check.scope import Findings
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model.expressions import Constant
from tierpolicy.model.policy import Cap, Floor, Grant, Policy
from tierpolicy.model.values import outside
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.model.words import value_text


def warn_of_constants_beyond(policy: Policy, places: Places, findings: Findings) -> None:
    """Reports each constant that its attribute's bounds draw in."""
    for verb, said in _said(policy):
        value, attribute = said.value, policy.attributes[said.attribute]
        if not isinstance(value, Constant) or (bound := _bound(value, attribute, said)) is None:
            continue
        limit = "" if bound.startswith("below") else f"; `{attribute.name}` is {bound}"
        written = places.written(value.span) if value.span is not None else value_text(value.value, value.type)
        findings.report(
            codes.BEYOND_BOUNDS,
            f"{verb} `{written}`{limit}" if limit else f"{verb} `{written}`, and what adds up is never less than 0",
            said.span,
            help=_help(attribute, said, bound),
            related=(Related(attribute.span, f"`{attribute.name}` is declared here"),),
        )


def _said(policy: Policy) -> Iterator[tuple[str, Grant | Cap | Floor]]:
    for rule in policy.rules:
        yield from (("this gives", grant) for grant in rule.grants)
    for limit in policy.limits:
        yield from (("this limit says", cap) for cap in limit.caps)
    for baseline in policy.baselines:
        yield from (("this baseline promises", floor) for floor in baseline.floors)


def _bound(value: Constant, attribute: Attribute, said: Grant | Cap | Floor) -> str | None:
    """The bound that the value lies beyond, in words. What adds up is held to its bounds as a sum, of which no part is
    less than 0: one that is too large alone makes the sum too large, whatever else is given."""
    if attribute.adds_up and isinstance(said, Grant) and outside(value.value, 0, None):
        return "below 0"
    if attribute.high is not None and outside(value.value, None, attribute.high):
        return f"at most `{value_text(attribute.high, attribute.type)}`"
    if attribute.low is not None and outside(value.value, attribute.low, None):
        return f"at least `{value_text(attribute.low, attribute.type)}`"
    return None


def _help(attribute: Attribute, said: Grant | Cap | Floor, bound: str) -> str:
    if bound.startswith("below"):
        return "it counts as 0; what takes away is a `limit`"
    what = "the sum" if attribute.adds_up and isinstance(said, Grant) else "every value"
    return f"{what} is drawn to the bounds: write {bound.split(' ', 2)[2]}, or widen the bounds of `{attribute.name}`"
