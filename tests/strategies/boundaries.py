"""For every field of a policy the raw values at which something could change: each literal one step below, at, above.

A step is what a record can tell apart. Of an amount that is the least float, decimal or whole number on either side of
where rounding to units turns; of a date a day; of a scale a label; of text a letter more or less.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, assert_never

from tests.strategies.records import OrdinaryWriter, Raw
from tierpolicy.model.expressions import Constant, walk
from tierpolicy.model.policy import Policy
from tierpolicy.model.reads import deciding
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
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, MISSING, MONEY_MAX
from tierpolicy.model.vocabulary import Field

ABSENT = object()
NOTHING: tuple[Any, ...] = (ABSENT, None, math.nan, "", Decimal("NaN"))
MOST_CONSTANTS = 60


def constants_of(policy: Policy) -> Mapping[type[Type], list[Any]]:
    """Every constant that conditions and values name, and the values of parameters, by the kind of type."""
    found: dict[type[Type], dict[Any, None]] = {}
    for expr in deciding(policy):
        for node in walk(expr):
            if isinstance(node, Constant):
                found.setdefault(type(node.type), {})[node.value] = None
    for parameter in policy.parameters.values():
        found.setdefault(type(parameter.type), {})[parameter.value] = None
    return {kind: list(values) for kind, values in found.items()}


def boundary_values(policy: Policy) -> dict[str, list[Any]]:
    """By field, the raw values around each constant of its type, its bounds and its default; and missing ones."""
    constants = constants_of(policy)
    found = {}
    for name, field in policy.fields.items():
        at = [*constants.get(type(field.type), [])[:MOST_CONSTANTS], field.low, field.high, field.default]
        known = [value for value in dict.fromkeys(at) if value is not None and value is not MISSING]
        values = [raw for value in known if _is_own(value) for raw in around(value, field)]
        found[name] = [*values, *extremes(field), *NOTHING]
    return found


def _is_own(value: Any) -> bool:
    return type(value) in (bool, int, float, str, frozenset, date)


def around(value: Any, field: Field) -> Iterator[Any]:
    """Raw values of the field at a typed value and next to it."""
    match field.type:
        case Flag():
            yield from (True, False)
        case Integer():
            for whole in (value - 1, value, value + 1):
                yield from (whole, float(whole), Decimal(whole))
            yield from (_above(float(value)), _below(float(value)), value + 0.5)
        case Number():
            yield from (value, _above(value), _below(value), Decimal(repr(value)), int(value), int(value) + 1)
        case Percent():
            yield from _amounts(value, 10_000)
        case Money():
            yield from _amounts(value, 100)
            yield str(Decimal(value).scaleb(-2))
        case Duration():
            yield from _durations(value, field)
        case Date():
            for days in (-1, 0, 1):
                if date.min.toordinal() <= value.toordinal() + days <= date.max.toordinal():
                    day = value + timedelta(days=days)
                    yield from (day, day.isoformat())
        case Text():
            yield from (value, value + "x", "x" + value, value[:-1], value.upper(), f"a{value}é")
        case Scale() | Choice():
            yield value
        case SetOf():
            yield sorted(value)
        case _:
            assert_never(field.type)


def _above(value: float) -> float:
    return math.nextafter(value, math.inf)


def _below(value: float) -> float:
    return math.nextafter(value, -math.inf)


def _amounts(units: int, per_whole: int) -> Iterator[Any]:
    """Around an amount and around the two places at which rounding gives it or its neighbour."""
    for whole in (units - 1, units, units + 1):
        yield whole / per_whole
        yield Decimal(whole) / per_whole
    for half in (units - 0.5, units + 0.5):
        turn = half / per_whole
        yield from (turn, _above(turn), _below(turn), _above(_above(turn)), _below(_below(turn)))
        exact = Decimal(half) / per_whole
        yield from (exact, exact + Decimal("1e-12"), exact - Decimal("1e-12"))
    yield from (units // per_whole, units // per_whole + 1)


def _durations(seconds: int, field: Field) -> Iterator[Any]:
    unit = field.seconds_per_unit or 1
    yield from _amounts_of(seconds, unit)
    for change in (-500_000, -499_999, 0, 499_999, 500_000, 500_001):
        yield timedelta(seconds=seconds) + timedelta(microseconds=change)
    yield f"PT{abs(seconds)}S" if seconds >= 0 else f"-PT{abs(seconds)}S"


def _amounts_of(seconds: int, unit: int) -> Iterator[Any]:
    for half in (seconds - 0.5, seconds, seconds + 0.5, seconds + 1):
        turn = half / unit
        yield from (turn, _above(turn), _below(turn), Decimal(half) / unit)
    yield from (seconds // unit, seconds // unit + 1, float(seconds // unit))


def extremes(field: Field) -> Iterator[Any]:
    """The ends of a type and one step over them; every label, spelling, and a label that is none."""
    match field.type:
        case Flag():
            yield from (True, False, 1, 0, "yes")
        case Integer():
            yield from (INTEGER_MAX, INTEGER_MAX + 1, INTEGER_MIN, INTEGER_MIN - 1, 2**53 + 1, float(2**53), 2.0**63)
            yield from (-(2.0**63), 0, -0.0, True, 0.5, "1")
        case Number():
            yield from (0.0, -0.0, 5e-324, 1.7e308, -1.7e308, math.inf, 2**53 + 1, 10**400, True, "1")
        case Percent() | Money():
            per_whole = 100 if isinstance(field.type, Money) else 10_000
            yield from (MONEY_MAX / per_whole, -MONEY_MAX / per_whole, _above(MONEY_MAX / per_whole), 1e300, math.inf)
            yield from (MONEY_MAX // per_whole, MONEY_MAX // per_whole + 1, Decimal(MONEY_MAX) / per_whole, 10**400)
            yield from (Decimal(MONEY_MAX + 1) / per_whole, 0, -0.0, 0.005, 0.015, 0.00005, True, "0.1", "1e2", "abc")
        case Duration():
            yield from (timedelta.max, timedelta.min, timedelta(0), 0, -0.0, 2**63, 1e300, "PT1M", "P1W", "1m", True)
        case Date():
            yield from (date.min, date.max, date.min.isoformat(), date(2024, 2, 29), "2023-02-29", 20260101)
        case Text():
            yield from ("", "e\u0301", "\u00e9", "\ud800", "a" * 50, 1)
        case Scale(labels) | Choice(labels):
            yield from (*labels, *field.spellings, "nobody", labels[0].upper() + " ", 1, True)
        case SetOf(labels):
            some = labels[:5]
            yield from ([], [labels[0]], [labels[-1]], list(labels), set(some), ";".join(some), [*some, "nobody"], 1)
            yield from ([one, other] for one in some for other in some if one < other)
        case _:
            assert_never(field.type)


def put(raw: Any, field: Field, record: dict[str, Any]) -> dict[str, Any]:
    """A record with the value at the field's place; without it where the value is ABSENT."""
    path = field.path or (field.name,)
    changed = dict(record)
    if len(path) == 1:
        changed.pop(path[0], None)
        if raw is not ABSENT:
            changed[path[0]] = raw
        return changed
    inner = changed.get(path[0], {})
    changed[path[0]] = put(raw, _without_first(field, path), inner if isinstance(inner, dict) else {})
    return changed


def _without_first(field: Field, path: tuple[str, ...]) -> Field:
    return replace(field, path=path[1:])


class EdgeWriter(OrdinaryWriter):
    """Writes one record in which every amount is a float at the very edge of what is rounded to a literal."""

    def raw(self, field: Field) -> Any:
        per_whole = units_per_whole(field)
        literals = [each for each in (*self.near.get(type(field.type), ()), field.low, field.high) if each is not None]
        if per_whole is None or not literals or self.chance.random() < 0.1:
            return super().raw(field)
        units = self.one(literals) + self.one([0, 0, 0, 1])
        least = least_raw(units, per_whole)
        return self.one([least, _below(least), units / per_whole])


def units_per_whole(field: Field) -> int | None:
    """How many units one of a record's numbers is, of a field whose numbers are rounded to units."""
    match field.type:
        case Money():
            return 100
        case Percent():
            return 10_000
        case Duration():
            return field.seconds_per_unit or 1
        case _:
            return None


def least_raw(units: int, per_whole: int) -> float:
    """The least float that is rounded to so many units."""
    raw = (units - 0.5) / per_whole
    while round(raw * float(per_whole)) >= units:
        raw = _below(raw)
    while round(raw * float(per_whole)) < units:
        raw = _above(raw)
    return raw


def one_at_a_time(policy: Policy, base: Raw, chance: random.Random, most: int) -> Iterator[Raw]:
    """A record with one value after the other at a boundary; at most so many a field, drawn where there are more."""
    for name, values in boundary_values(policy).items():
        field = policy.fields[name]
        for raw in values if len(values) <= most else chance.sample(values, most):
            yield _with(field, raw, base)


def two_at_a_time(policy: Policy, base: Raw, chance: random.Random, most: int) -> Iterator[Raw]:
    """Records with two fields at boundaries, drawn."""
    values = boundary_values(policy)
    names = list(values)
    for _ in range(most if len(names) > 1 else 0):
        raw = base
        for name in chance.sample(names, 2):
            raw = _with(policy.fields[name], values[name][chance.randrange(len(values[name]))], raw)
        yield raw


def _with(field: Field, value: Any, raw: Raw) -> Raw:
    record, request = raw
    if field.of_request:
        return record, put(value, field, request)
    return put(value, field, record), request


def boundary_days(policy: Policy) -> list[date]:
    """The days around each date that the policy names: of statements in force, of its effect, of its conditions."""
    statements = (*policy.rules, *policy.limits, *policy.baselines)
    named: dict[date | None, None] = {policy.effective_from: None, policy.effective_until: None}
    for statement in statements:
        named |= {statement.in_force.start: None, statement.in_force.end: None}
    named |= dict.fromkeys(constants_of(policy).get(Date, [])[:MOST_CONSTANTS])
    ordinals = [day.toordinal() + step for day in named if day is not None for step in (-1, 0, 1)]
    within = [day for day in ordinals if date.min.toordinal() <= day <= date.max.toordinal()]
    return [date.fromordinal(day) for day in dict.fromkeys(within)] + [date(2024, 2, 29), date.min, date.max]
