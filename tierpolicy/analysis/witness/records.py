"""From a typed case back to the raw record and request that read as it: what a person can pass to `tierpolicy eval`.

`semantics.read` turns raw values into typed ones; this is its inverse. Values are JSON's own wherever one reads back
to the same typed value. What holds its default is left out, since an absent key means the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from tierpolicy.analysis.goal import Case
from tierpolicy.analysis.world import absent_values
from tierpolicy.model.plain import duration_text, money_text, whole
from tierpolicy.model.policy import Policy
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
)
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.model.vocabulary import Field

Raw = str | bool | int | float | Decimal | list[str]

EXACT_WHOLE = 2**53
LONGEST_IN_ISO = 10**12 * 86_400
"""Seconds: the reader takes twelve digits of days."""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A customer record and a request as data holds them."""

    record: Mapping[str, object]
    request: Mapping[str, object]


def raw_record(policy: Policy, case: Case) -> RawRecord:
    """The record and the request that `read(policy, record, request)` reads as the case's values."""
    absent = absent_values(policy)
    record: dict[str, object] = {}
    request: dict[str, object] = {}
    for name, field in policy.fields.items():
        value = case.values[name]
        if value is not MISSING and value != absent[name]:
            _put(request if field.of_request else record, field.path or (name,), raw_value(value, field))
    return RawRecord(record, request)


def is_ordinary(policy: Policy, name: str, value: Value) -> bool:
    """True where an absent key means the same."""
    return absent_values(policy)[name] == value


def _put(record: dict[str, object], path: tuple[str, ...], raw: object) -> None:
    """Places a value under nested keys; under the whole path as one key where a single value is in the way."""
    at = record
    for depth, key in enumerate(path[:-1]):
        inner = at.setdefault(key, {})
        if not isinstance(inner, dict):
            record[".".join(path)] = raw
            return
        at = inner
        assert depth < len(path)
    if path[-1] in at and isinstance(at[path[-1]], dict):  # another field's path goes through here
        moved = at.pop(path[-1])
        for key, inner in _flat(moved, path):
            record[key] = inner
    at[path[-1]] = raw


def _flat(nested: object, path: tuple[str, ...]) -> list[tuple[str, object]]:
    if not isinstance(nested, dict):
        return [(".".join(path), nested)]
    return [pair for key, inner in nested.items() for pair in _flat(inner, (*path, key))]


def raw_value(value: Known, field: Field) -> Raw:
    """A value as a record holds it: money and numbers as numbers, percent as a fraction, dates and durations as ISO
    text, or in the field's own unit where it says `in hours`."""
    match field.type:
        case Flag() | Text() | Scale() | Choice():
            assert isinstance(value, str | bool)
            return value
        case Integer():
            return whole(value)
        case Number():
            assert isinstance(value, float)
            return int(value) if value.is_integer() and abs(value) < EXACT_WHOLE else value
        case Money():
            found = _scaled_down(whole(value), 100)
            return money_text(whole(value)) if found is None else found
        case Percent():
            found = _scaled_down(whole(value), 10_000)
            return Decimal(whole(value)).scaleb(-4) if found is None else found
        case Duration():
            return _raw_duration(whole(value), field.seconds_per_unit)
        case Date():
            assert isinstance(value, date)
            return value.isoformat()
        case SetOf(labels):
            assert isinstance(value, frozenset)
            return [label for label in labels if label in value]
        case _:
            assert_never(field.type)


def _scaled_down(count: int, scale: int) -> int | float | None:
    """The number that reads back as `count` after `rint(x × scale)`: whole where it is whole. None where binary64
    has none near by."""
    if count % scale == 0:
        return count // scale
    near = count / scale
    for guess in (near, math.nextafter(near, math.inf), math.nextafter(near, -math.inf)):
        if round(guess * float(scale)) == count:
            return guess
    return None


def _raw_duration(seconds: int, unit: int | None) -> Raw:
    if unit is not None and seconds % unit == 0:
        return seconds // unit
    if unit is not None and round((seconds / unit) * unit) == seconds and len(repr(seconds / unit)) <= 6:
        return seconds / unit
    if abs(seconds) < LONGEST_IN_ISO:
        return duration_text(seconds)
    return seconds if unit is None else Decimal(seconds) / unit
