"""Bounds of values, and what calculations give between bounds.

Amounts are counted in the units of model/values, dates in days (proleptic ordinals). Every operation of
semantics/arithmetic is monotone in each operand (on each side of zero, for a divisor), rounding included; so what it
gives over two intervals lies between what it gives at their corners.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product

from tierpolicy.model.builtins import function
from tierpolicy.model.builtins.calendar import months_completed, shifted
from tierpolicy.model.expressions import Arithmetic, ToNumber
from tierpolicy.model.types import Date, Integer, Money, Number, Percent, Type
from tierpolicy.model.values import Known, extremes
from tierpolicy.semantics.arithmetic import HUNDREDTHS_OF_PERCENT, SECONDS_PER_DAY

Amount = int | float

MARGIN = 1e-9
"""What binary64 may lose, relatively, in a few operations."""

MOST_STEPS = 2.0**1000
"""Beyond so many steps `round` has no result for a number."""


@dataclass(frozen=True, slots=True)
class Interval:
    """All between `low` and `high`, both included. `exceeds` says of a calculation that a result may lie beyond the
    range of its type, where the evaluator has none; the bounds are those of the results that there are."""

    low: Amount
    high: Amount
    exceeds: bool = False

    def holds(self, value: Amount) -> bool:
        return self.low <= value <= self.high

    @property
    def corners(self) -> tuple[Amount, Amount]:
        return self.low, self.high


def range_of_type(type_: Type) -> Interval | None:
    """All values of a type that is counted or measured; None for other types."""
    low, high = map(amount, extremes(type_) or (None, None))
    return None if low is None or high is None else Interval(low, high)


def bounded(low: Known | None, high: Known | None, type_: Type) -> Interval | None:
    """The values of a type within bounds (None: open); None for what isn't counted or measured."""
    whole = range_of_type(type_)
    return between(low, high, whole) if whole is not None else None


def amount(value: object) -> Amount | None:
    """A known value as an amount; None for what isn't counted or measured."""
    if isinstance(value, date):
        return value.toordinal()
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def between(low: Known | None, high: Known | None, whole: Interval) -> Interval:
    """The whole range within declared bounds (None: open)."""
    least, greatest = amount(low), amount(high)
    return Interval(whole.low if least is None else least, whole.high if greatest is None else greatest)


def within(raw: Interval, whole: Interval) -> Interval:
    """The results that there are, out of those that a calculation would have without limits."""
    exceeds = raw.low < whole.low or raw.high > whole.high
    return Interval(min(max(raw.low, whole.low), whole.high), max(min(raw.high, whole.high), whole.low), exceeds)


def hull(values: Iterable[Amount]) -> Interval:
    found = list(values)
    return Interval(min(found), max(found))


# ---------------------------------------------------------------- operations, at the corners


def calculated(expr: Arithmetic, one: Interval, other: Interval, whole: Interval) -> Interval:
    """`one op other`; `whole` is the range of the result's type, here and below."""
    corners: tuple[Amount, ...] = other.corners
    if expr.op == "/" and other.holds(0):
        if isinstance(expr.right.type, Number) and not isinstance(expr.right, ToNumber):
            return Interval(whole.low, whole.high, True)  # as near to zero as can be
        corners = tuple(value for value in (other.low, -1, 1, other.high) if value != 0 and other.holds(value))
        if not corners:
            return whole  # always divided by zero: there is no result to be too large
    meaning = _operation(expr)
    return within(_rounded(hull(meaning(a, b) for a, b in product(one.corners, corners)), expr.type), whole)


def _operation(expr: Arithmetic) -> Callable[[Amount, Amount], Amount]:
    """What semantics/arithmetic calculates, before it is rounded to whole units and held to the type's range."""
    kinds = (type(expr.left.type), type(expr.right.type))
    sign = 1 if expr.op == "+" else -1
    match expr.op:
        case "/":
            return lambda a, b: float(a) / float(b)
        case "*" if kinds == (Integer, Integer):
            return lambda a, b: a * b
        case "*" if set(kinds) == {Money, Percent}:
            return lambda a, b: float(a) * float(b) / HUNDREDTHS_OF_PERCENT
        case "*":
            return lambda a, b: float(a) * float(b)
        case "-" if kinds == (Date, Date):
            return lambda a, b: (a - b) * SECONDS_PER_DAY
        case "+" | "-" if kinds[0] is Date:
            return lambda a, b: a + sign * (abs(int(b)) // SECONDS_PER_DAY) * (1 if b >= 0 else -1)
        case "+" | "-":
            return lambda a, b: a + sign * b


def _rounded(raw: Interval, type_: Type) -> Interval:
    """To whole units, for what is counted in them."""
    if isinstance(type_, Number):
        return raw
    return Interval(_whole(raw.low), _whole(raw.high))


def _whole(value: Amount) -> Amount:
    return value if value in (float("inf"), float("-inf")) else round(value)


def shifted_by(found: Interval, months: int, whole: Interval) -> Interval:
    """A date some months later."""
    ends = [shifted(date.fromordinal(int(day)), months) for day in found.corners]
    low, high = (None if day is None else day.toordinal() for day in ends)
    exceeds = low is None or high is None
    return Interval(whole.low if low is None else low, whole.high if high is None else high, exceeds)


def called(name: str, found: list[Interval], types: list[Type], whole: Interval) -> Interval:
    """What a function gives; a plugin's, between the bounds that its record says."""
    lows, highs = [each.low for each in found], [each.high for each in found]
    match name:
        case "min":
            return Interval(min(lows), min(highs))
        case "max":
            return Interval(max(lows), max(highs))
        case "first_known":
            return Interval(min(lows), max(highs))
        case "abs":
            least = 0 if found[0].holds(0) else min(abs(lows[0]), abs(highs[0]))
            return within(Interval(least, max(abs(lows[0]), abs(highs[0]))), whole)
        case "round" if len(found) == 1:
            return within(Interval(round(lows[0]), round(highs[0])), whole)
        case "round":
            return _rounded_to_step(found[0], found[1], isinstance(types[0], Number), whole)
        case "days_between":
            return Interval(lows[1] - highs[0], highs[1] - lows[0])
        case "months_between" | "years_between":
            months = [_months(highs[0], lows[1]), _months(lows[0], highs[1])]
            per = 12 if name == "years_between" else 1
            return Interval(int(months[0] / per) - 1, int(months[1] / per) + 1)
        case "npv":
            return _present_value(found, types, whole)
        case _:
            record = function(name)
            return between(record.low, record.high, whole)


def _rounded_to_step(value: Interval, step: Interval, is_real: bool, whole: Interval) -> Interval:
    """No farther from the value than a step; a number of very many steps has no result."""
    widest, most = max(map(abs, step.corners)), max(map(abs, value.corners))
    if not is_real:
        return within(Interval(value.low - widest, value.high + widest), whole)
    narrowest = 0.0 if step.holds(0) else min(map(abs, step.corners))
    if narrowest == 0.0 or most / narrowest >= MOST_STEPS:
        return Interval(whole.low, whole.high, True)
    farthest = widest + MARGIN * most
    return within(Interval(value.low - farthest, value.high + farthest), whole)


def _months(start: Amount, end: Amount) -> int:
    return months_completed(date.fromordinal(int(start)), date.fromordinal(int(end)))


def _present_value(found: list[Interval], types: list[Type], whole: Interval) -> Interval:
    """The sum of flow / (1 + rate)^t at its corners; a rate of -100% or less has none."""
    rate, *flows = found
    scale = HUNDREDTHS_OF_PERCENT if isinstance(types[0], Percent) else 1.0
    growth = (1.0 + rate.low / scale, 1.0 + rate.high / scale)
    if growth[0] <= MARGIN:
        return Interval(whole.low, whole.high, True)
    low = high = 0.0
    for period, flow in enumerate(flows, start=1):
        try:
            values = [float(paid) / factor**period for paid in flow.corners for factor in growth]
        except (OverflowError, ZeroDivisionError):
            return Interval(whole.low, whole.high, True)
        low, high = low + min(values), high + max(values)
    margin = MARGIN * max(abs(low), abs(high)) + 1
    return within(Interval(low - margin, high + margin), whole)
