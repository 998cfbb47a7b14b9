"""Calculating with columns: bit by bit what `semantics.arithmetic` gives, row by row.

Whole numbers here wrap around at 64 bits where those of the plain evaluator grow; so every operation says where its
result would not fit, and that is missing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tierpolicy.compile.columns.data import Array, Bools
from tierpolicy.compile.columns.values import EPOCH, Vec, union
from tierpolicy.model.expressions import ArithmeticOp
from tierpolicy.model.types import DATE, DURATION, Date, Integer, Money, Number, Percent, Type
from tierpolicy.model.values import INTEGER_MIN, MONEY_MAX
from tierpolicy.semantics.arithmetic import HUNDREDTHS_OF_PERCENT, SECONDS_PER_DAY

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]

FIRST_DAY, LAST_DAY = 1 - EPOCH, 3_652_059 - EPOCH
FIRST_MONTH, LAST_MONTH = (1 - 1970) * 12, (9999 - 1970) * 12 + 11
EDGE = 2.0**63
SAFE = 2.0**62


def in_range(values: Whole | Floats, type_: Type, missing: Bools | None) -> Vec:
    """Results as values of their type: floats are rounded half to even where the type is whole; beyond its range,
    or not finite, they are missing. Whole numbers must not have wrapped around."""
    if isinstance(type_, Number):
        floats = values.astype(np.float64)
        return Vec(type_, floats + 0.0, union(missing, _where(~np.isfinite(floats))))
    limit = MONEY_MAX if isinstance(type_, Money | Percent) else None
    if values.dtype.kind == "f":
        values = np.rint(values)
        fits = (values >= -EDGE) & (values < EDGE) if limit is None else np.abs(values) <= limit
        return Vec(type_, np.where(fits, values, 0.0).astype(np.int64), union(missing, _where(~fits)))
    beyond = None if limit is None else _where((values > limit) | (values < -limit))
    return Vec(type_, values, union(missing, beyond))


def _where(mask: Bools) -> Bools | None:
    return mask if mask.any() else None


def calculated(op: ArithmeticOp, left: Vec, right: Vec, result: Type) -> Vec:
    """`left op right`, as the types of both say."""
    missing = union(left.nothing, right.nothing)
    if isinstance(left.type, Date):
        return _date_calculated(op, left.values, right, missing)
    one, other = left.values, right.values
    match op:
        case "+" | "-":
            return _added(one, other, op, result, missing)
        case "*":
            return _product(left, right, result, missing)
        case "/":
            gone = union(missing, _where(other == 0))
            return in_range(one.astype(np.float64) / np.where(other == 0, 1, other).astype(np.float64), result, gone)


def _added(one: Array, other: Array, op: ArithmeticOp, result: Type, missing: Bools | None) -> Vec:
    total = one + other if op == "+" else one - other
    if total.dtype.kind == "f":
        return in_range(total, result, missing)
    return in_range(total, result, union(missing, _where(wrapped(one, other, total, op))))


def wrapped(one: Whole, other: Whole, total: Whole, op: ArithmeticOp) -> Bools:
    """Where a sum (a difference) doesn't fit: its sign is that of neither (of the second)."""
    found: Bools = ((one ^ total) & ((other if op == "+" else one) ^ (total if op == "+" else other))) < 0
    return found


def _product(left: Vec, right: Vec, result: Type, missing: Bools | None) -> Vec:
    one, other = left.values, right.values
    floats = one.astype(np.float64) * other.astype(np.float64)
    if isinstance(left.type, Integer) and isinstance(right.type, Integer):
        return in_range(one * other, result, union(missing, _where(_too_large(one, other, floats))))
    if {type(left.type), type(right.type)} == {Money, Percent}:
        floats = floats / HUNDREDTHS_OF_PERCENT
    return in_range(floats, result, missing)


def _too_large(one: Whole, other: Whole, floats: Floats) -> Bools:
    """Where the product of two whole numbers doesn't fit; those near the edge are multiplied without end."""
    found: Bools = np.abs(floats) > SAFE
    for row in np.flatnonzero(found).tolist():
        found[row] = not -(2**63) <= int(one[row]) * int(other[row]) < 2**63
    return found


def _date_calculated(op: ArithmeticOp, days: Whole, right: Vec, missing: Bools | None) -> Vec:
    """A date less a date, or a date and the whole days of a duration (cut towards zero)."""
    if isinstance(right.type, Date):
        return Vec(DURATION, (days - right.values) * SECONDS_PER_DAY, missing)
    seconds = right.values
    moved = (seconds - np.fmod(seconds, SECONDS_PER_DAY)) // SECONDS_PER_DAY
    return on_calendar(days + moved if op == "+" else days - moved, missing)


def on_calendar(days: Whole, missing: Bools | None) -> Vec:
    """Days as dates; missing outside of the years 1 to 9999."""
    outside = (days < FIRST_DAY) | (days > LAST_DAY)
    return Vec(DATE, np.where(outside, 0, days), union(missing, _where(outside)))


def negated(operand: Vec, type_: Type) -> Vec:
    """`-value`; missing at the lower end of the integers, which has no opposite."""
    values = operand.values
    gone = operand.nothing
    if values.dtype.kind != "f":
        gone = union(gone, _where(values == INTEGER_MIN))
    return in_range(-values, type_, gone)


def as_number(operand: Vec, type_: Type) -> Vec:
    """Integers in binary64."""
    return Vec(type_, operand.values.astype(np.float64), operand.nothing)


# ---------------------------------------------------------------- months


def months_later(operand: Vec, months: int | Whole) -> Vec:
    """Dates shifted by months, the end of the month kept within the month."""
    days, outside = shifted(operand.values, months)
    return Vec(DATE, days, union(operand.nothing, _where(outside)))


def shifted(days: Whole, months: int | Whole) -> tuple[Whole, Bools]:
    """The days so many months later, and where that lies outside of the years 1 to 9999."""
    month = month_of(days)
    day_of_month = days - first_day(month)
    later = month + np.clip(months, -1_000_000, 1_000_000)
    outside = (later < FIRST_MONTH) | (later > LAST_MONTH)
    later = np.where(outside, 0, later)
    start = first_day(later)
    return start + np.minimum(day_of_month, first_day(later + 1) - start - 1), outside


def month_of(days: Whole) -> Whole:
    """Months since January 1970."""
    found: Whole = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return found


def first_day(month: Whole) -> Whole:
    """The first day of a month, in days since 1970-01-01."""
    found: Whole = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return found


def months_completed(start: Whole, end: Whole) -> Whole:
    """How many whole months lie between two dates; negative where `end` is before `start`."""
    first, last = np.minimum(start, end), np.maximum(start, end)
    months = month_of(last) - month_of(first)
    reached, _ = shifted(first, months)
    months = np.where(reached <= last, months, months - 1)
    return np.where(end < start, -months, months)
