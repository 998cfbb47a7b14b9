"""Values of an ordered type as places on a line of whole numbers, each value one step above the next lower one.

Binary64 numbers have places too: their bits, read as a whole number, keep their order.
"""

from __future__ import annotations

import struct
from datetime import date

from tierpolicy.model.types import Date, Duration, Flag, Integer, Money, Number, Percent, Scale, Type
from tierpolicy.model.values import Known, extremes

RAISABLE = (Flag, Integer, Number, Percent, Money, Duration, Date, Scale)
"""Types whose values stand on a line. A set can be raised too, by elements; a text or a choice can't."""


def place_of(value: Known, type_: Type) -> int:
    """The place of a value."""
    match value:
        case bool():
            return int(value)
        case int():
            return value
        case float():
            return _place_of_number(value)
        case date():
            return value.toordinal()
        case str() if isinstance(type_, Scale):
            return type_.labels.index(value)
        case _:
            raise AssertionError("this value stands on no line")


def value_at(place: int, type_: Type) -> Known:
    """The value at a place within the type's ends."""
    match type_:
        case Flag():
            return bool(place)
        case Number():
            return _number_at(place)
        case Date():
            return date.fromordinal(place)
        case Scale(labels):
            return labels[place]
        case _:
            return place


def ends_of(type_: Type) -> tuple[int | float, int | float]:
    """The least and the greatest that a type can hold, as `coordinate`s."""
    ends = (False, True) if isinstance(type_, Flag) else extremes(type_)
    assert ends is not None, "this type has no order"
    return coordinate(ends[0], type_), coordinate(ends[1], type_)


def coordinate(value: Known, type_: Type) -> int | float:
    """What a value of an ordered type (or a flag) is calculated and compared by: a number by itself, a date by its
    day, a label by its rank."""
    return value if isinstance(value, float) else place_of(value, type_)


def value_of_coordinate(at: int | float, type_: Type) -> Known:
    """The value with a coordinate."""
    return float(at) if isinstance(type_, Number) else value_at(int(at), type_)


def _place_of_number(value: float) -> int:
    bits: int = struct.unpack("<q", struct.pack("<d", abs(value)))[0]
    return -bits if value < 0 else bits


def _number_at(place: int) -> float:
    found: float = struct.unpack("<d", struct.pack("<q", abs(place)))[0]
    return -found if place < 0 else found
