"""Values that people find plainer than a given one, plainest first: what simplification tries for a field.

Plain are 0 and 1, the constants that a policy compares the field with and their neighbours, round numbers between
them, first labels, small sets, short texts. The list ends where the given value itself would stand.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice, pairwise
from typing import assert_never

from tierpolicy.cells.ranges import ORDINARY_DAY
from tierpolicy.model.builtins.record import is_value_of
from tierpolicy.model.types import (
    Choice,
    Date,
    Duration,
    Flag,
    Integer,
    Money,
    Number,
    Percent,
    Scale,
    SetOf,
    Text,
    Type,
)
from tierpolicy.model.values import Known
from tierpolicy.model.words import UNITS

Amount = int | float
DAY = 86_400
SMALL = 1_000
MANY_DAYS = 1_000
"""From here on days are rounded to fewer digits, as other amounts are."""

MOST = 56
"""Values tried for one field."""

NEIGHBOURS = 2
"""Constants looked at on each side of a value."""


def plainer(value: Known, type_: Type, constants: Sequence[Known]) -> list[Known]:
    """Values to try instead of one, plainest first."""
    found: list[Known] = []
    for each in islice(_plainer(value, type_, constants), 2 * MOST):
        if each == value and type(each) is type(value):
            break
        if each not in found and is_value_of(each, type_):
            found.append(each)
    return found[:MOST]


def some_values(type_: Type, constants: Sequence[Known]) -> list[Known]:
    """A few plain values of a type, for a field that should be known."""
    match type_:
        case Flag():
            return [False, True]
        case Integer() | Money() | Percent() | Duration():
            return [0, _units(type_)[0], *constants[:MOST]]
        case Number():
            return [0.0, 1.0, *constants[:MOST]]
        case Date():
            return [*constants[:MOST], ORDINARY_DAY]
        case Text():
            return ["a", *constants[:MOST]]
        case Scale(labels) | Choice(labels):
            return list(labels[:MOST])
        case SetOf(labels):
            return [frozenset(), *(frozenset({label}) for label in labels[:MOST])]
        case _:
            assert_never(type_)


def _plainer(value: Known, type_: Type, constants: Sequence[Known]) -> Iterator[Known]:
    match type_:
        case Flag():
            yield False
        case Scale(labels) | Choice(labels):
            yield labels[0]
            yield from constants
            yield from labels
        case SetOf(labels):
            assert isinstance(value, frozenset)
            yield frozenset()
            held = [label for label in labels if label in value]
            yield from (frozenset({label}) for label in held)
            yield from (value - {label} for label in held)
        case Text():
            yield "a"
            yield from constants
            yield from (str(constant) + "a" for constant in constants)
        case Date():
            assert isinstance(value, date)
            yield from _days(value, [c for c in constants if isinstance(c, date)])
        case Number():
            assert isinstance(value, float)
            yield from _amounts(value, [c for c in constants if isinstance(c, float)], type_)
        case Integer() | Money() | Percent() | Duration():
            assert isinstance(value, int)
            yield from _amounts(value, [c for c in constants if isinstance(c, int)], type_)
        case _:
            assert_never(type_)


# ---------------------------------------------------------------- amounts


def _amounts(value: Amount, constants: Sequence[Amount], type_: Type) -> Iterator[Amount]:
    units = _units(type_)
    zero: Amount = 0.0 if isinstance(type_, Number) else 0
    yield zero
    yield zero + units[0]
    near = nearest(value, constants)
    yield from near
    for constant in near:
        yield from (constant + sign * units[0] for sign in (1, -1))
    yield from _round_between(value, constants, units)
    for unit in units[1:]:
        yield from (constant + sign * unit for constant in near for sign in (1, -1))
    for each in (abs(value), value) if value < 0 else (value,):
        yield from _cut(each, units, type_)


def _units(type_: Type) -> tuple[Amount, ...]:
    """The steps of a type, from the one that people count in to the finest."""
    match type_:
        case Money() | Percent():
            return (100, 1)
        case Duration():
            return (60, 1)
        case Number():
            return (1.0, 0.5, 0.1, 0.01, 0.001)
        case _:
            return (1,)


def nearest(value: Amount, constants: Sequence[Amount]) -> list[Amount]:
    """The constants around a value, the smallest first."""
    at = bisect_left(constants, value)
    around = constants[max(0, at - NEIGHBOURS) : at + NEIGHBOURS]
    return sorted(around, key=lambda constant: (abs(constant), constant))


def _round_between(value: Amount, constants: Sequence[Amount], units: Sequence[Amount]) -> Iterator[Amount]:
    """1, 2 or 5 times a power of ten on the same side of every constant as the value, the smallest first; for a
    negative value small ones also as positive ones, which people rather read."""
    at = bisect_left(constants, value)
    low = constants[at - 1] if at else None
    high = constants[at] if at < len(constants) else None
    sizes = [size * units[0] for size in _round_sizes()]
    for signed in (each for size in sizes for each in _signed(size, value, units)):
        if (low is None or low <= signed) and (high is None or signed <= high):
            yield signed


def _signed(size: Amount, value: Amount, units: Sequence[Amount]) -> tuple[Amount, ...]:
    if value >= 0:
        return (size,)
    return (size, -size) if size <= SMALL * units[0] else (-size,)


def _round_sizes() -> Iterator[int]:
    power = 1
    while power <= 10**9:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _cut(value: Amount, units: Sequence[Amount], type_: Type) -> Iterator[Amount]:
    """The value itself with fewer digits, or in whole units."""
    if isinstance(type_, Number):
        power = float(f"1e{math.floor(math.log10(abs(value)))}") if value else 1.0
        yield math.copysign(power, value)
        yield from (float(f"{value:.{digits}g}") for digits in range(1, 16))
        return
    whole = int(value)
    if not isinstance(type_, Duration):
        yield from _fewer_digits(whole, int(units[0]))
        return
    if abs(whole) >= MANY_DAYS * DAY:
        yield from _fewer_digits(whole, DAY)
    yield from (whole // size * size for size, _ in UNITS)
    yield from (-(-whole // size) * size for size, _ in UNITS)


def _fewer_digits(whole: int, unit: int) -> Iterator[int]:
    power = unit * 10 ** max(0, len(str(abs(whole) // unit)) - 1)
    while power >= 1:
        yield whole // power * power
        yield -(-whole // power) * power
        power //= 10


# ---------------------------------------------------------------- days


def _days(value: date, constants: Sequence[date]) -> Iterator[date]:
    numbers = [constant.toordinal() for constant in constants]
    near = [date.fromordinal(int(number)) for number in nearest(value.toordinal(), numbers)]
    yield from near
    for constant in near:
        yield from (day for day in (_shifted(constant, 1), _shifted(constant, -1)) if day is not None)
    yield ORDINARY_DAY
    yield value.replace(month=1, day=1)
    yield value.replace(day=1)


def _shifted(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


# ---------------------------------------------------------------- the smallest step between two values


def steps(low: Known, high: Known, type_: Type, constants: Sequence[Known]) -> list[tuple[Known, Known]]:
    """Pairs of neighbouring values between two of an ordered type, around the constants that lie there."""
    found: list[tuple[Known, Known]] = []
    if isinstance(type_, Scale):
        first, last = type_.labels.index(str(low)), type_.labels.index(str(high))
        labels = type_.labels[first : last + 1][: MOST + 1]
        return list(pairwise(labels))
    for constant in constants:
        if len(found) < MOST and is_between(low, constant, high):
            found += [step for step in _around(constant, type_) if is_between(low, step[0], step[1])]
    return [step for step in found if is_between(low, step[1], high)]


def _around(constant: Known, type_: Type) -> list[tuple[Known, Known]]:
    if isinstance(constant, date):
        before, after = _shifted(constant, -1), _shifted(constant, 1)
        return [(one, other) for one, other in ((before, constant), (constant, after)) if one and other]
    if not isinstance(constant, int | float):
        return []
    return [
        pair
        for step in _step_sizes(constant, type_)
        for pair in ((constant - step, constant), (constant, constant + step))
    ]


def _step_sizes(constant: Amount, type_: Type) -> list[Amount]:
    if isinstance(type_, Duration):
        own = next(size for size, _ in UNITS if constant % size == 0)
        return [min(own, 3_600), 1]
    return [1.0, 0.1, 0.01] if isinstance(type_, Number) else [1]


def is_between(low: Known, value: Known, high: Known) -> bool:
    """Of numbers and dates."""
    return bool(low <= value <= high)  # type: ignore[operator]


def halfway(low: Known, high: Known, type_: Type) -> Known | None:
    """A value between two of an ordered type, nearer to neither; None where they are neighbours."""
    if isinstance(low, date) and isinstance(high, date):
        middle = (low.toordinal() + high.toordinal()) // 2
        return date.fromordinal(middle) if middle > low.toordinal() else None
    if isinstance(type_, Scale):
        first, last = type_.labels.index(str(low)), type_.labels.index(str(high))
        return type_.labels[(first + last) // 2] if last - first > 1 else None
    if isinstance(type_, Number):
        middle_number = float(f"{(float(low) + float(high)) / 2:.12g}")  # type: ignore[arg-type]
        return middle_number if is_between(low, middle_number, high) and middle_number not in (low, high) else None
    between = (int(low) + int(high)) // 2  # type: ignore[arg-type]
    return between if between > int(low) else None  # type: ignore[arg-type]
