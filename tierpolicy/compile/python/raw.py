"""From typed values to the raw ones that records hold: raw cuts.

A typed value is `rint(raw * scale)`, which never falls while `raw` rises. So what is at least some typed value is at
least some raw float, the least one that is rounded that far: comparing raw values with it is exact, and converts
nothing. Amounts beyond 2**53 units have no exact floats; records that hold any are read by the plain evaluator.
"""

from __future__ import annotations

import math
import sys

from tierpolicy.model.types import Date, Duration, Integer, Money, Number, Percent, Scale, Type
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, Known, order_key
from tierpolicy.model.vocabulary import Field

EXACT = 2**53
SCALES: dict[type, float] = {Money: 100.0, Percent: 10_000.0}


def scale_of(field: Field) -> float | None:
    """How many typed units one raw unit is, of an amount that is rounded; None for what is taken as it is."""
    if isinstance(field.type, Duration):
        return float(field.seconds_per_unit or 1)
    return SCALES.get(type(field.type))


def raw_cut(key: int | float, scale: float | None) -> int | float:
    """The least raw value whose typed one is at least `key` (a sort key); infinite where no exact one is."""
    if scale is None:
        return key
    if abs(key) > EXACT:
        return math.inf if key > 0 else -math.inf
    cut = (key - 0.5) / scale
    while round(cut * scale) >= key:
        cut = math.nextafter(cut, -math.inf)
    while round(cut * scale) < key:
        cut = math.nextafter(cut, math.inf)
    return cut


def bounds_of(field: Field) -> tuple[int | float, int | float]:
    """The least and the greatest raw value of an ordered field: floats for what is rounded or a number, whole numbers
    otherwise (of a date its ordinal, of a scale the rank)."""
    low, high = _ends(field.type)
    scale = scale_of(field)
    if field.low is not None:
        low = max(low, _key(field.low, field.type))
    if field.high is not None:
        high = min(high, _key(field.high, field.type))
    if scale is None:
        return low, high
    return raw_cut(low, scale), math.nextafter(raw_cut(high + 1, scale), -math.inf)


def raw_of(value: Known, field: Field) -> object | None:
    """A raw value that is read as this typed one; None where there is none that is exact."""
    scale = scale_of(field)
    if scale is None:
        return value
    assert isinstance(value, int)
    if abs(value) >= EXACT:
        return None
    raw = value / scale
    return next((each for each in _around(raw) if round(each * scale) == value), None)


def _around(raw: float) -> tuple[float, float, float]:
    return raw, math.nextafter(raw, -math.inf), math.nextafter(raw, math.inf)


def _key(value: Known, type_: Type) -> int | float:
    return order_key(value, type_)[1]


def _ends(type_: Type) -> tuple[int | float, int | float]:
    """The typed values that raw ones are compared for, as keys."""
    match type_:
        case Integer():
            return INTEGER_MIN, INTEGER_MAX
        case Number():
            return -sys.float_info.max, sys.float_info.max
        case Date():
            return 1, 3_652_059
        case Scale(labels):
            return 0, len(labels) - 1
        case _:
            return 1 - EXACT, EXACT - 1
