"""From a declaration in `service` to an attribute: its direction, its default, its worst value (language.md §2).

An attribute either has a direction, and then starts from its worst value, or has none, and then needs a default.
"""

from __future__ import annotations

from tierpolicy.check.draft import words
from tierpolicy.check.expressions import constant_for
from tierpolicy.check.labels import distinct_labels, spellings, type_of
from tierpolicy.check.literals import Want
from tierpolicy.check.modifiers import Kept, Place, bounds, fitting, report_outside
from tierpolicy.check.scope import Findings, Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.model.types import Flag, Scale, SetOf, Type, is_ordered
from tierpolicy.model.values import MISSING, Known, NotOffered, Value, outside
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.syntax import ast


def attribute_of(declaration: ast.Declaration, scope: Scope) -> Attribute:
    """A part of the service. `worst` is MISSING where only a baseline can say it."""
    findings, name = scope.findings, declaration.name.text
    type_ = type_of(declaration.type, findings)
    if not isinstance(declaration.type, ast.SimpleType):
        spellings(declaration.type.labels, findings)
    kept = fitting(declaration.modifiers, type_, Place.ATTRIBUTE, findings)
    direction = direction_of(type_, kept)
    low, high = bounds(kept, type_, scope)
    or_none = _or_none(declaration, type_, direction, kept, findings)
    if "adds up" in kept:
        _sum_can_be_nothing(declaration, low, high, findings)
    none = NotOffered.ABOVE if direction is Direction.LESS else NotOffered.BELOW
    return Attribute(
        name,
        type_,
        declaration.span,
        direction,
        worst=worst_of(type_, direction, or_none, "adds up" in kept, low, high),
        or_none=or_none,
        adds_up="adds up" in kept,
        low=low,
        high=high,
        default=_default_of(declaration, type_, direction, kept, (low, high), none if or_none else None, scope),
        internal="internal" in kept,
        description=words(declaration.description),
    )


def tier_attribute(tiers: ast.Tiers, findings: Findings) -> Attribute:
    """The attribute that `tiers a < b < c` declares, worst first."""
    labels = distinct_labels(tiers.labels, findings)
    spellings(tiers.labels, findings)
    return Attribute("tier", Scale(labels), tiers.span, Direction.MORE, worst=labels[0])


def direction_of(type_: Type, kept: Kept) -> Direction:
    """Which values are better: what is said, else more for flags, scales, sets and sums, else none."""
    if "no direction" in kept:
        return Direction.NONE
    if "less is better" in kept or "no is better" in kept:
        return Direction.LESS
    if isinstance(type_, Flag | Scale | SetOf) or "more is better" in kept or "adds up" in kept:
        return Direction.MORE
    return Direction.NONE


def worst_of(
    type_: Type, direction: Direction, or_none: bool, adds_up: bool, low: Known | None, high: Known | None
) -> Value:
    """The value where grants start; MISSING where nothing declared says it (and without direction)."""
    if direction is Direction.NONE:
        return MISSING
    more = direction is Direction.MORE
    if or_none:
        return NotOffered.BELOW if more else NotOffered.ABOVE
    match type_:
        case Scale(labels):
            return labels[0]
        case Flag():
            return not more
        case SetOf():
            return frozenset()
        case _:
            bound = 0 if adds_up else low if more else high
            return MISSING if bound is None else bound


def _or_none(declaration: ast.Declaration, type_: Type, direction: Direction, kept: Kept, findings: Findings) -> bool:
    if "or none" in kept and direction is Direction.NONE and is_ordered(type_):
        findings.report(
            codes.MODIFIER_MISFIT,
            f"`or none` does not fit `{declaration.name.text}`, which has an order but no direction",
            kept["or none"].span,
            help="say which value is better, `more is better` or `less is better`: `none` is worse than all others",
        )
        return False
    return "or none" in kept


def _sum_can_be_nothing(
    declaration: ast.Declaration, low: Known | None, high: Known | None, findings: Findings
) -> None:
    if outside(0, low, high):
        findings.report(
            codes.SUM_WITHOUT_ZERO,
            f"the bounds of `{declaration.name.text}` leave out 0, the sum where no rule gives anything",
            declaration.span,
            help="widen the bounds so that 0 lies within; what everyone gets at least is said by a `baseline`",
        )


def _default_of(
    declaration: ast.Declaration,
    type_: Type,
    direction: Direction,
    kept: Kept,
    within: tuple[Known | None, Known | None],
    none: NotOffered | None,
    scope: Scope,
) -> Value:
    """The value where no rule gives one: asked of attributes without direction, refused to others."""
    name, modifier = declaration.name.text, kept.get("default")
    if direction is not Direction.NONE:
        if modifier is not None:
            scope.findings.report(
                codes.DEFAULT_ON_ORDERED,
                f"`{name}` has a better and a worse, so it takes no default",
                modifier.span,
                help=f"say what you normally do with a rule without `if`, `rule ordinary: {name} = …`, "
                "or promise it to everyone with a `baseline`",
            )
        return MISSING
    if modifier is None or modifier.value is None or isinstance(modifier.value, ast.Word):
        scope.findings.report(
            codes.DEFAULT_NEEDED,
            f"`{name}` has no direction, so it needs a default: the value where no rule gives one",
            declaration.span,
            help=_what_to_say(type_),
        )
        return MISSING
    value = constant_for(modifier.value, scope, Want(type_, none, name))
    if value is None:
        return MISSING
    if outside(value, *within):
        report_outside(scope, f"the default of `{name}`", modifier.span, declaration.span)
    return value


def _what_to_say(type_: Type) -> str:
    if is_ordered(type_) and not isinstance(type_, Scale):
        return "add `default …`, or say which value is better: `more is better`, `less is better`"
    return "add `default …` after the type"
