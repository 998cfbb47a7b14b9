"""Which modifiers may stand after a type, and what they say (language.md §4, the last paragraph).

Any modifier parses anywhere. Here those that fit the place (a field, the request's field, an attribute, a parameter)
and the type are kept; the others are reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from tierpolicy.check.expressions import constant_for
from tierpolicy.check.literals import Want
from tierpolicy.check.scope import Findings, Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model import types
from tierpolicy.model.values import Known, ascending
from tierpolicy.source import Span
from tierpolicy.syntax import ast


class Place(Enum):
    """What a modifier is said of, in the author's words."""

    FIELD = "a field"
    REQUEST = "a field of the request"
    ATTRIBUTE = "a service attribute"
    PARAMETER = "a parameter"


Kept = Mapping[ast.ModifierKind, ast.Modifier]

OF_A_REQUEST = frozenset(
    {"at least", "at most", "default", "required", "column", "in", "need", "protected", "sensitive"}
)
OF_AN_ATTRIBUTE = frozenset(
    {"at least", "at most", "default", "less is better", "more is better", "no is better", "yes is better"}
    | {"no direction", "or none", "adds up", "internal"}
)
ALLOWED: Mapping[Place, frozenset[str]] = {
    Place.FIELD: OF_A_REQUEST | {"key", "earnable", "merge"},
    Place.REQUEST: OF_A_REQUEST,
    Place.ATTRIBUTE: OF_AN_ATTRIBUTE,
    Place.PARAMETER: frozenset({"at least", "at most"}),
}

MEASURES = (types.Integer, types.Number, types.Percent, types.Money, types.Duration)
LABELLED = (types.Scale, types.SetOf)

FITTING: Mapping[str, tuple[tuple[type, ...], str]] = {
    "at least": ((*MEASURES, types.Date), "only numbers, amounts, durations and dates have bounds"),
    "at most": ((*MEASURES, types.Date), "only numbers, amounts, durations and dates have bounds"),
    "in": ((types.Duration,), "only a duration is counted in `hours` or `days`"),
    "key": ((types.Text, types.Integer), "a key is `text` or `integer`"),
    "earnable": ((*MEASURES, types.Date, types.Flag, *LABELLED), "a customer can't earn a text or a choice"),
    "less is better": ((*MEASURES, types.Date), "write `no direction` or leave it out"),
    "more is better": ((*MEASURES, types.Date), "leave it out, or write `no direction`"),
    "no is better": ((types.Flag,), "only a flag has `yes` and `no`"),
    "yes is better": ((types.Flag,), "only a flag has `yes` and `no`"),
    "adds up": ((types.Integer, types.Money, types.Percent), "only integers, money and percents add up exactly"),
}
"""The types that a modifier fits, and what to tell who wrote it elsewhere; those not listed fit every type."""

CONTRADICTIONS: tuple[frozenset[str], ...] = (
    frozenset({"key", "merge"}),
    frozenset({"less is better", "more is better", "no direction"}),
    frozenset({"less is better", "adds up"}),
    frozenset({"no direction", "adds up"}),
    frozenset({"or none", "adds up"}),
    frozenset({"no is better", "yes is better", "no direction"}),
)

SECONDS: Mapping[str, int] = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}


def fitting(written: tuple[ast.Modifier, ...], type_: types.Type, place: Place, findings: Findings) -> Kept:
    """The modifiers that fit, by kind."""
    kept: dict[ast.ModifierKind, ast.Modifier] = {}
    for modifier in written:
        said = spoken(modifier)
        if modifier.kind not in ALLOWED[place]:
            findings.report(
                codes.MODIFIER_MISFIT,
                f"`{said}` can't be said of {place.value}",
                modifier.span,
                help=_belongs(modifier.kind),
            )
        elif modifier.kind in FITTING and not isinstance(type_, FITTING[modifier.kind][0]):
            findings.report(
                codes.MODIFIER_MISFIT,
                f"`{said}` does not fit {type_words(type_)}",
                modifier.span,
                help=_why_not(modifier.kind, type_),
            )
        elif (earlier := _against(modifier.kind, kept)) is not None:
            same = earlier.kind == modifier.kind
            findings.report(
                codes.MODIFIER_TWICE,
                f"`{said}` stands here twice" if same else f"`{said}` contradicts `{spoken(earlier)}`",
                modifier.span,
                help="keep one of the two",
                related=(Related(earlier.span, "the other one"),),
            )
        else:
            kept[modifier.kind] = modifier
    return kept


def _against(kind: ast.ModifierKind, kept: Kept) -> ast.Modifier | None:
    """The modifier met before that says the same, or the opposite."""
    if kind in kept:
        return kept[kind]
    for group in CONTRADICTIONS:
        if kind in group:
            for other in kept:
                if other in group:
                    return kept[other]
    return None


def _belongs(kind: str) -> str:
    places = [place.value for place in Place if kind in ALLOWED[place] and place is not Place.REQUEST]
    return f"it is said of {' or '.join(places)}"


def _why_not(kind: str, type_: types.Type) -> str:
    if kind == "more is better" and isinstance(type_, (types.Flag, *LABELLED)):
        return "leave it out: that is so anyway"
    if kind == "less is better" and isinstance(type_, types.Scale):
        return "write the labels in the other order: the worst stands first"
    if kind == "less is better" and isinstance(type_, types.Flag):
        return "write `no is better`"
    return FITTING[kind][1]


def spoken(modifier: ast.Modifier) -> str:
    """The words of a modifier, without its value."""
    if modifier.kind == "in" and isinstance(modifier.value, ast.Word):
        return f"in {modifier.value.text}s"
    if modifier.kind == "merge" and isinstance(modifier.value, ast.Word):
        return f"merge {modifier.value.text}"
    return modifier.kind


def type_words(type_: types.Type) -> str:
    match type_:
        case types.Integer():
            return "an integer"
        case types.Money():
            return "money"
        case types.Text():
            return "text"
        case types.Scale():
            return "a scale"
        case types.Choice():
            return "a choice"
        case types.SetOf():
            return "a set"
        case _:
            return f"a {type(type_).__name__.lower()}"


def value_of(kept: Kept, kind: ast.ModifierKind, type_: types.Type, scope: Scope, subject: str = "") -> Known | None:
    """The constant that a modifier carries, None where it isn't there or was reported. `subject`: what asks for it."""
    modifier = kept.get(kind)
    if modifier is None or modifier.value is None or isinstance(modifier.value, ast.Word):
        return None
    return constant_for(modifier.value, scope, Want(type_, subject=subject))


def bounds(kept: Kept, type_: types.Type, scope: Scope) -> tuple[Known | None, Known | None]:
    """`at least`, `at most` as values; reported and dropped where the lowest is above the highest."""
    low, high = value_of(kept, "at least", type_, scope), value_of(kept, "at most", type_, scope)
    if low is not None and high is not None and not ascending(low, high):
        scope.findings.report(
            codes.BOUNDS_REVERSED,
            "no value is at least this and at most that",
            kept["at least"].span.to(kept["at most"].span),
            help="exchange the two bounds",
        )
        return None, None
    return low, high


def report_outside(scope: Scope, what: str, span: Span, bounded: Span) -> None:
    scope.findings.report(
        codes.OUTSIDE_BOUNDS,
        f"{what} is outside the bounds that are declared for it",
        span,
        help="take a value within the bounds, or widen them",
        related=(Related(bounded, "the bounds are declared here"),) if bounded != span else (),
    )
