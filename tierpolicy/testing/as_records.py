"""Typed values as applications hold them: one plain dict a customer, what is known of the contact at hand among it.

`semantics.read` turns these back into the same typed values. Amounts are Decimals, durations timedeltas, sets sets;
now and then a value is spelled as data does, and what is broken comes from `junk_for`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from tierpolicy.model.plain import duration_text
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Choice, Date, Duration, Flag, Integer, Money, Number, Percent, Scale, SetOf, Text
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, MISSING, MONEY_MAX, Known, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.values import LONGEST, python_value

Record = dict[str, Any]

MOST_IN_ISO = 10**12
MOST_SPELLED = 4
EXACT_IN_BINARY64 = 2**53

UNKNOWN_KEYS: Final[tuple[tuple[str, object], ...]] = (
    ("undeclared", 1),
    ("undeclared", None),
    ("__class__", "x"),
    ("", ""),
    ("a.b", {"c": []}),
    ("x" * 300, object),
)


def record_of(policy: Policy, values: Mapping[str, Value]) -> Record:
    """One dict that the policy reads as these values; what is missing is left out, and so is a default."""
    from tierpolicy.testing.pools import pools

    record: Record = {}
    for name, pool in pools(policy).items():
        value = values.get(name, MISSING)
        if value is not MISSING and value != pool.absent:
            put(record, pool.field, raw_of(value, pool.field))
    return record


def raw_of(value: Known, field: Field) -> Any:
    """A value as an application holds it."""
    match field.type:
        case SetOf():
            assert isinstance(value, frozenset)
            return set(value)
        case Duration() if isinstance(value, int) and abs(value) > LONGEST:
            return f"{'-' if value < 0 else ''}PT{abs(value)}S" if abs(value) < MOST_IN_ISO else _in_units(value, field)
        case _:
            return python_value(value, field.type)


def _in_units(seconds: int, field: Field) -> Any:
    """Beyond what a timedelta holds: a plain number in the field's own unit."""
    return seconds if field.seconds_per_unit is None else Decimal(seconds) / field.seconds_per_unit


def put(record: Record, field: Field, raw: object) -> None:
    """Places a raw value where the field is looked up: under its column, or under the keys of its path."""
    path = field.path or (field.name,)
    at = record
    for key in path[:-1]:
        inner = at.setdefault(key, {})
        if not isinstance(inner, dict):  # a single value stands in the way of a longer path
            record[".".join(path)] = raw
            return
        at = inner
    at[path[-1]] = raw


# ---------------------------------------------------------------- as data spells it


def spelled(value: Known, field: Field) -> Iterator[Any]:
    """Other raw values that read as the same: numbers and text as JSON and CSV hold them, a label's spellings."""
    match field.type:
        case Integer() | Number():
            assert isinstance(value, int | float)
            if float(value) == value and abs(value) < EXACT_IN_BINARY64:
                yield float(value)
                if float(value).is_integer():
                    yield int(value)
        case Money():
            assert isinstance(value, int)
            yield from _amounts(value, 100)
            yield str(Decimal(value).scaleb(-2))
        case Percent():
            assert isinstance(value, int)
            yield from _amounts(value, 10_000)
        case Duration():
            assert isinstance(value, int)
            if abs(value) < MOST_IN_ISO:
                yield duration_text(value)
            if field.seconds_per_unit is None or value % field.seconds_per_unit == 0:
                yield value // (field.seconds_per_unit or 1)
        case Date():
            assert not isinstance(value, bool | int | float | str | frozenset)
            yield value.isoformat()  # type: ignore[union-attr]
        case Scale() | Choice():
            yield from (spelling for spelling, label in field.spellings.items() if label == value)
        case SetOf(labels):
            assert isinstance(value, frozenset)
            held = [label for label in labels if label in value]
            yield held
            if held and all(";" not in label and label == label.strip() for label in held):
                yield ";".join(held)
        case Flag() | Text():
            return


def _amounts(units: int, per_whole: int) -> Iterator[Any]:
    """As JSON holds it: whole, or a float that reads back exactly."""
    if units % per_whole == 0:
        yield units // per_whole
    if abs(units) < EXACT_IN_BINARY64 and round(units / per_whole * float(per_whole)) == units:
        yield units / per_whole


# ---------------------------------------------------------------- what is broken


class Failing:
    """An object of which nothing can be asked."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError("this value can't be looked at")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("this value can't be looked at")

    def __hash__(self) -> int:
        raise RuntimeError("this value can't be looked at")

    def __repr__(self) -> str:
        return "Failing()"


ANYWHERE: Final[tuple[Any, ...]] = (
    "nobody", "", " ", math.nan, Decimal("NaN"), Decimal("sNaN"), math.inf, -math.inf, True, -1, 0.5, 1e300,
    Decimal("1e999999"), 10**400, "1", "yes", "\x00", "\ud800", "e" + "\u0301" * 100, "x" * 10_000, b"bytes",
    "2026-02-30", "0000-00-00", datetime(2026, 11, 21, tzinfo=UTC), timedelta.max, timedelta(microseconds=-1),
    complex(1, 2), (), [None, 3, []], {}, {"a": {}}, range(3), object, Failing(),
)  # fmt: skip
"""Broken for most fields, the plainest first."""


def junk_for(field: Field) -> tuple[Any, ...]:
    """Raw values that the field doesn't take, or that it takes as missing; what is special to its type first."""
    return (*_out_of_bounds(field), *_special(field), *ANYWHERE)


def _out_of_bounds(field: Field) -> Iterator[Any]:
    if isinstance(field.type, Integer | Money | Percent | Duration | Number):
        for bound, step in ((field.low, -1), (field.high, 1)):
            if isinstance(bound, int | float) and abs(bound) < EXACT_IN_BINARY64:
                yield raw_of(bound + step, field)


def _special(field: Field) -> tuple[Any, ...]:
    match field.type:
        case Integer():
            return (1.5, INTEGER_MAX + 1, INTEGER_MIN - 1, 2.0**63)
        case Number():
            return ("0.5", 10**400)
        case Money() | Percent():
            return ("ten", MONEY_MAX + 1, Decimal(MONEY_MAX + 1))
        case Duration():
            return ("10 minutes", "P1Y", "PT", 2**63)
        case Date():
            return ("21.11.2026", 20261121, "2026-11-21T00:00:00")
        case Scale(labels) | Choice(labels):
            return (labels[0] + "x", labels[0].swapcase() + " ", 0)
        case SetOf(labels):
            return ({labels[0], "nobody"}, [labels[0], None, 3], 1, {labels[0]: True})
        case Flag():
            return ("yes", 1, 0)
        case Text():
            return (1, ["a"])
