"""Between which bounds an expression's value lies, from the declared bounds of what it reads: cheap and sound.

Amounts are counted in the units of model/values, dates in days (proleptic ordinals). Every operation of
semantics/arithmetic is monotone in each operand (on each side of zero, for a divisor), rounding included; so what it
gives over two intervals lies between what it gives at their corners. `Interval.exceeds` says that a result may lie
beyond the range of its type, where the evaluator has none: `low` and `high` bound the results that there are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from tierpolicy.analysis.world import days_of, limits_of
from tierpolicy.model.builtins import function
from tierpolicy.model.builtins.calendar import months_completed, shifted
from tierpolicy.model.expressions import (
    Arithmetic,
    AttributeRef,
    Call,
    Constant,
    DefineRef,
    Expr,
    FieldRef,
    Negative,
    ParameterRef,
    ShiftMonths,
    Today,
    ToNumber,
    walk,
)
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Date, Duration, Integer, Money, Number, Percent, Type
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, MONEY_MAX, Known
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.semantics.arithmetic import HUNDREDTHS_OF_PERCENT, SECONDS_PER_DAY
from tierpolicy.semantics.index import Index

Amount = int | float

MARGIN = 1e-9
"""What binary64 may lose, relatively, in a few operations."""

MOST_STEPS = 2.0**1000
"""Beyond so many steps `round` has no result for a number."""


@dataclass(frozen=True, slots=True)
class Interval:
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
    match type_:
        case Integer() | Duration():
            return Interval(INTEGER_MIN, INTEGER_MAX)
        case Money() | Percent():
            return Interval(-MONEY_MAX, MONEY_MAX)
        case Number():
            return Interval(-sys.float_info.max, sys.float_info.max)
        case Date():
            return Interval(date.min.toordinal(), date.max.toordinal())
        case _:
            return None


def bounded(low: Known | None, high: Known | None, type_: Type) -> Interval | None:
    """The values of a type within bounds (None: open); None for what isn't counted or measured."""
    whole = range_of_type(type_)
    return _between(low, high, whole) if whole is not None else None


def amount(value: object) -> Amount | None:
    """A known value as an amount; None for what isn't counted or measured."""
    if isinstance(value, date):
        return value.toordinal()
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


@dataclass(slots=True)
class Intervals:
    """The intervals of a policy's expressions; defines are worked out once."""

    policy: Policy
    index: Index
    defines: dict[str, Interval | None] = field(default_factory=dict)
    attributes: dict[str, Interval | None] = field(default_factory=dict)

    def of(self, expr: Expr) -> Interval | None:
        """Between what an expression lies where it has a value; None where it isn't counted or measured."""
        whole = range_of_type(expr.type)
        if whole is None:
            return None
        match expr:
            case Constant(value):
                return _point(value) or whole
            case ParameterRef(name):
                return _point(self.policy.parameters[name].value) or whole
            case FieldRef(name):
                return _between(*limits_of(self.policy.fields[name]), whole)
            case AttributeRef(name):
                return self._attribute(name) or whole
            case DefineRef(name):
                return self._define(name)
            case Today():
                return _between(*days_of(self.policy), whole)
            case _:
                return self._calculated(expr, whole)

    def _define(self, name: str) -> Interval | None:
        """Innermost first: a long chain of defines needs no deep recursion."""
        waiting = [name]
        while waiting:
            expression = self.policy.defines[waiting[-1]].expression
            unknown = {node.name for node in walk(expression) if isinstance(node, DefineRef)} - self.defines.keys()
            if unknown:
                waiting.extend(unknown)
            else:
                self.defines[waiting.pop()] = self.of(expression)
        return self.defines[name]

    def _attribute(self, name: str) -> Interval | None:
        """An attribute is decided as one of the values that clauses say, or where it starts; in the policy's order, so
        that those that it reads are known."""
        if name not in self.attributes:
            for earlier in self.policy.order:
                if earlier not in self.attributes:
                    self.attributes[earlier] = self._decided(self.policy.attributes[earlier])
                if earlier == name:
                    break
        return self.attributes[name]

    def _decided(self, attribute: Attribute) -> Interval | None:
        whole = range_of_type(attribute.type)
        if whole is None:
            return None
        said = [self.of(clause.value) or whole for _, clause in self.index.clauses[attribute.name].all()]
        starts = [start for start in (amount(attribute.worst), amount(attribute.default)) if start is not None]
        low = min((*starts, *(each.low for each in said)), default=whole.low)
        high = max((*starts, *(each.high for each in said)), default=whole.high)
        bounds = _between(attribute.low, attribute.high, whole)
        if attribute.adds_up:
            low, high = min(low, 0), whole.high
        return Interval(min(max(low, bounds.low), bounds.high), max(min(high, bounds.high), bounds.low))

    def _calculated(self, expr: Expr, whole: Interval) -> Interval:
        match expr:
            case ToNumber(operand) if (found := self.of(operand)) is not None:
                return Interval(float(found.low), float(found.high))
            case Negative(operand) if (found := self.of(operand)) is not None:
                return _within(Interval(-found.high, -found.low), whole)
            case ShiftMonths(operand, months) if (found := self.of(operand)) is not None:
                return _shifted(found, months, whole)
            case Arithmetic(_, left, right):
                one, other = self.of(left), self.of(right)
                if one is not None and other is not None:
                    return _arithmetic(expr, one, other, whole)
            case Call(name, arguments):
                known = [found for argument in arguments if (found := self.of(argument)) is not None]
                if len(known) == len(arguments):
                    return _called(name, known, [argument.type for argument in arguments], whole)
        return Interval(whole.low, whole.high, True)


def _point(value: Known) -> Interval | None:
    found = amount(value)
    return Interval(found, found) if found is not None else None


def _between(low: Known | None, high: Known | None, whole: Interval) -> Interval:
    least, greatest = amount(low), amount(high)
    return Interval(whole.low if least is None else least, whole.high if greatest is None else greatest)


def _within(raw: Interval, whole: Interval) -> Interval:
    """The results that there are, out of those that a calculation would have without limits."""
    exceeds = raw.low < whole.low or raw.high > whole.high
    return Interval(min(max(raw.low, whole.low), whole.high), max(min(raw.high, whole.high), whole.low), exceeds)


def _hull(values: Iterable[Amount]) -> Interval:
    found = list(values)
    return Interval(min(found), max(found))


# ---------------------------------------------------------------- operations, at the corners


def _arithmetic(expr: Arithmetic, one: Interval, other: Interval, whole: Interval) -> Interval:
    corners: tuple[Amount, ...] = other.corners
    if expr.op == "/" and other.holds(0):
        if isinstance(expr.right.type, Number) and not isinstance(expr.right, ToNumber):
            return Interval(whole.low, whole.high, True)  # as near to zero as can be
        corners = tuple(value for value in (other.low, -1, 1, other.high) if value != 0 and other.holds(value))
        if not corners:
            return whole  # always divided by zero: there is no result to be too large
    meaning = _operation(expr)
    return _within(_rounded(_hull(meaning(a, b) for a, b in product(one.corners, corners)), expr.type), whole)


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


def _shifted(found: Interval, months: int, whole: Interval) -> Interval:
    ends = [shifted(date.fromordinal(int(day)), months) for day in found.corners]
    low, high = (None if day is None else day.toordinal() for day in ends)
    exceeds = low is None or high is None
    return Interval(whole.low if low is None else low, whole.high if high is None else high, exceeds)


def _called(name: str, found: list[Interval], types: list[Type], whole: Interval) -> Interval:
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
            return _within(Interval(least, max(abs(lows[0]), abs(highs[0]))), whole)
        case "round" if len(found) == 1:
            return _within(Interval(round(lows[0]), round(highs[0])), whole)
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
            return _between(record.low, record.high, whole)


def _rounded_to_step(value: Interval, step: Interval, is_real: bool, whole: Interval) -> Interval:
    """No farther from the value than a step; a number of very many steps has no result."""
    widest, most = max(map(abs, step.corners)), max(map(abs, value.corners))
    if not is_real:
        return _within(Interval(value.low - widest, value.high + widest), whole)
    narrowest = 0.0 if step.holds(0) else min(map(abs, step.corners))
    if narrowest == 0.0 or most / narrowest >= MOST_STEPS:
        return Interval(whole.low, whole.high, True)
    farthest = widest + MARGIN * most
    return _within(Interval(value.low - farthest, value.high + farthest), whole)


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
    return _within(Interval(low - margin, high + margin), whole)
