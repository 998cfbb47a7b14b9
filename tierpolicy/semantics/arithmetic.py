"""Calculating with known values, exactly per type (language.md §4); what can't be represented is MISSING.

Money, percent and durations are whole units: they are added exactly. Multiplied or divided by a number (an integer
counts as one) they are taken to binary64 and the result is rounded to a whole unit, half to even (rint). Every
operation here is one that any backend with 64-bit integers and binary64 can repeat.
"""

from __future__ import annotations

from datetime import date, timedelta

from tierpolicy.model.builtins.calendar import shifted
from tierpolicy.model.builtins.record import in_range
from tierpolicy.model.expressions import ArithmeticOp
from tierpolicy.model.types import Integer, Money, Percent, Type
from tierpolicy.model.values import MISSING, Known, NotOffered, Value

SECONDS_PER_DAY = 86_400
HUNDREDTHS_OF_PERCENT = 10_000.0
"""How many hundredths of a percent make the whole."""


def calculated(op: ArithmeticOp, left: Value, left_type: Type, right: Value, right_type: Type, result: Type) -> Value:
    """`left op right`; MISSING where one of them is missing or `none`, and where there is no result."""
    if isinstance(left, NotOffered) or isinstance(right, NotOffered) or left is MISSING or right is MISSING:
        return MISSING
    if isinstance(left, date):
        return _date_calculated(op, left, right)
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return MISSING
    match op:
        case "+":
            return in_range(left + right, result)
        case "-":
            return in_range(left - right, result)
        case "*":
            return _product(left, left_type, right, right_type, result)
        case "/":
            return _quotient(left, right, result)


def negated(value: Value, type_: Type) -> Value:
    """`-value`; MISSING at the lower end of the integers, which has no opposite."""
    return in_range(-value, type_) if isinstance(value, int | float) else MISSING


def as_number(value: Value) -> Value:
    """An integer in binary64."""
    return float(value) if isinstance(value, int) else MISSING


def months_later(value: Value, months: int) -> Value:
    """A date shifted by months, the end of the month kept within the month; MISSING outside the years 1 to 9999."""
    if not isinstance(value, date):
        return MISSING
    day = shifted(value, months)
    return MISSING if day is None else day


def _product(left: int | float, left_type: Type, right: int | float, right_type: Type, result: Type) -> Value:
    match left_type, right_type:
        case (Integer(), Integer()):
            return in_range(left * right, result)
        case (Money(), Percent()) | (Percent(), Money()):
            return in_range(float(left) * float(right) / HUNDREDTHS_OF_PERCENT, result)
        case _:
            return in_range(float(left) * float(right), result)


def _quotient(left: int | float, right: int | float, result: Type) -> Value:
    if right == 0:
        return MISSING
    return in_range(float(left) / float(right), result)


def _date_calculated(op: ArithmeticOp, left: date, right: Known) -> Value:
    """A date less a date, or a date and the whole days of a duration (cut towards zero)."""
    if isinstance(right, date):
        return (left - right).days * SECONDS_PER_DAY if op == "-" else MISSING
    if not isinstance(right, int):
        return MISSING
    days = abs(right) // SECONDS_PER_DAY
    if (right < 0) != (op == "-"):
        days = -days
    try:
        return left + timedelta(days=days)
    except OverflowError:
        return MISSING
