"""What a case expects that no decision can be: a value beyond the ends of what is expected.

A label that a scale doesn't have, or another kind of value, is found wrong where the cell is read; this looks at what
is left, values beyond declared bounds and beyond the ends of a scale.
"""

from __future__ import annotations

from typing import Literal

from tierpolicy.check.expressions import not_offered
from tierpolicy.check.scope import Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.frozen import frozen
from tierpolicy.model.expressions import And, AttributeRef, Compare, Constant, Expr, FieldRef, In
from tierpolicy.model.types import Scale, Type
from tierpolicy.model.values import Known, NotOffered, less, outside
from tierpolicy.model.vocabulary import Attribute, Field
from tierpolicy.model.words import value_text
from tierpolicy.source import Span

End = Literal["low", "high"]


@frozen
class Ends:
    """The least and the greatest value that something is declared to have (None: open); `none` may lie beyond them."""

    type: Type
    low: Known | None
    high: Known | None
    none: NotOffered | None = None

    @property
    def least(self) -> Known | None:
        return NotOffered.BELOW if self.none is NotOffered.BELOW else self.low

    @property
    def greatest(self) -> Known | None:
        return NotOffered.ABOVE if self.none is NotOffered.ABOVE else self.high


def is_possible(column: Expr, expected: Expr, cell: Span, scope: Scope) -> bool:
    """True where a decision can meet the condition that a cell puts on its column; else it is reported."""
    if not isinstance(column, AttributeRef | FieldRef):
        return True
    declared = scope.meaning(column.name)
    if not isinstance(declared, Attribute | Field):
        return True
    ends = _ends_of(declared)
    beyond = _beyond(expected, ends)
    if beyond is None:
        return True
    end = ends.low if beyond == "low" else ends.high
    assert end is not None
    which = "at least" if beyond == "low" else "at most"
    is_scale = isinstance(declared.type, Scale)
    scope.findings.report(
        codes.OUTSIDE_BOUNDS,
        f"`{column.name}` is {which} `{value_text(end, declared.type)}`, so this can't be expected",
        cell,
        help="expect one of its labels" if is_scale else "expect a value within the bounds, or widen them",
        related=(Related(declared.span, f"`{column.name}` is declared here"),),
    )
    return False


def _ends_of(declared: Attribute | Field) -> Ends:
    none = not_offered(declared) if isinstance(declared, Attribute) else None
    if isinstance(declared.type, Scale):
        return Ends(declared.type, declared.type.labels[0], declared.type.labels[-1], none)
    return Ends(declared.type, declared.low, declared.high, none)


def _beyond(expected: Expr, ends: Ends) -> End | None:
    """The end beyond which an expectation lies; None where it can hold, or where that isn't known here."""
    match expected:
        case Compare(op, _, Constant(value)):
            return _compared(op, value, ends)
        case In(_, options):
            asked = (each.value for each in options if isinstance(each, Constant))
            return next(filter(None, (_compared("=", value, ends) for value in asked)), None)
        case And(parts):
            return next(filter(None, (_beyond(part, ends) for part in parts)), None)
        case _:
            return None


def _compared(op: str, value: Known, ends: Ends) -> End | None:
    match op:
        case "=" if outside(value, ends.low, None):
            return "low"
        case "=" if outside(value, None, ends.high):
            return "high"
        case ">" if ends.greatest is not None and not less(value, ends.greatest, ends.type):
            return "high"
        case ">=" if ends.greatest is not None and less(ends.greatest, value, ends.type):
            return "high"
        case "<" if ends.least is not None and not less(ends.least, value, ends.type):
            return "low"
        case "<=" if ends.least is not None and less(value, ends.least, ends.type):
            return "low"
        case _:
            return None
