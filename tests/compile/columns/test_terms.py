"""Calculating with columns gives, row by row, what the plain evaluator gives: at the edges of 64 bits, of binary64 and
of the calendar too."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance.answers import exact
from tierpolicy.cells.axes import Axis
from tierpolicy.compile.columns import arithmetic
from tierpolicy.compile.columns.arithmetic import as_number, calculated, months_later, negated
from tierpolicy.compile.columns.calls import LOWERED
from tierpolicy.compile.columns.comparing import all_true, any_true, compared, denied
from tierpolicy.compile.columns.looks import raw_cuts
from tierpolicy.compile.columns.values import Vec, decoded, encoded
from tierpolicy.model.builtins import BUILTINS
from tierpolicy.model.expressions import FieldRef
from tierpolicy.model.types import (
    DATE,
    DURATION,
    FLAG,
    INTEGER,
    MONEY,
    NUMBER,
    PERCENT,
    TEXT,
    Choice,
    Scale,
    SetOf,
    Type,
)
from tierpolicy.model.values import MISSING, MONEY_MAX, NotOffered, Value
from tierpolicy.semantics import arithmetic as plain
from tierpolicy.semantics.evaluate import compared as plainly_compared

WHOLE = [0, 1, -1, 2, 3, 7, 50, 100, 2**31, 2**53, 2**62, -(2**62), 2**63 - 1, -(2**63), 3_037_000_500, 86_400, -86_399]
AMOUNTS = [0, 1, -1, 25, 50, 12_345, -99, MONEY_MAX, -MONEY_MAX, MONEY_MAX - 1, 10_000, 3_333]
FLOATS = [0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.1, 1e-320, 1e308, -1e308, sys.float_info.max, 2.0**53, 2.0**63, 3.0]
DAYS = [
    date.min,
    date.max,
    date(2024, 2, 29),
    date(2025, 2, 28),
    date(2026, 1, 31),
    date(2026, 12, 31),
    date(1970, 1, 1),
]
SCALE, CHOICE, SAME = Scale(("low", "mid", "top")), Choice(("a", "b", "c")), Choice(("c", "a", "b"))
SETS = SetOf(tuple(f"label_{n}" for n in range(70)))

by_type: dict[Type, Any] = {
    INTEGER: st.sampled_from(WHOLE) | st.integers(-(2**63), 2**63 - 1) | st.integers(-200, 200),
    DURATION: st.sampled_from(WHOLE) | st.integers(-(10**6), 10**6),
    MONEY: st.sampled_from(AMOUNTS) | st.integers(-MONEY_MAX, MONEY_MAX) | st.integers(-2000, 2000),
    PERCENT: st.sampled_from(AMOUNTS) | st.integers(-20_000, 20_000),
    NUMBER: (st.sampled_from(FLOATS) | st.floats(allow_nan=False, allow_infinity=False)).map(lambda each: each + 0.0),
    DATE: st.sampled_from(DAYS) | st.dates(),
    FLAG: st.booleans(),
    TEXT: st.sampled_from(["", "a", "b", "aa"]),
    SCALE: st.sampled_from(SCALE.labels),
    CHOICE: st.sampled_from(CHOICE.labels),
    SAME: st.sampled_from(SAME.labels),
    SETS: st.frozensets(st.sampled_from(SETS.labels), max_size=3),
}
OPERATIONS = [
    *(("+", each, each, each) for each in (INTEGER, NUMBER, MONEY, PERCENT, DURATION)),
    *(("-", each, each, each) for each in (INTEGER, NUMBER, MONEY, PERCENT, DURATION)),
    ("*", INTEGER, INTEGER, INTEGER),
    ("*", NUMBER, NUMBER, NUMBER),
    *(("*", each, NUMBER, each) for each in (MONEY, PERCENT, DURATION)),
    ("*", NUMBER, MONEY, MONEY),
    ("*", MONEY, PERCENT, MONEY),
    ("*", PERCENT, MONEY, MONEY),
    ("/", NUMBER, NUMBER, NUMBER),
    *(("/", each, each, NUMBER) for each in (MONEY, PERCENT, DURATION)),
    *(("/", each, NUMBER, each) for each in (MONEY, PERCENT, DURATION)),
    ("-", DATE, DATE, DURATION),
    ("+", DATE, DURATION, DATE),
    ("-", DATE, DURATION, DATE),
]


def maybe(type_: Type, *, none: bool = False) -> Any:
    """A value, sometimes missing, sometimes `none`."""
    others = [MISSING, NotOffered.BELOW, NotOffered.ABOVE] if none else [MISSING]
    return by_type[type_] | st.sampled_from(others)


def same(found: Vec, right: list[Value]) -> None:
    assert [exact(value) for value in decoded(found)] == [exact(value) for value in right]


many = settings(deadline=None, max_examples=120)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@many
@given(data=st.data())
def test_arithmetic(operation: Any, data: st.DataObject) -> None:
    op, left, right, result = operation
    pairs = data.draw(st.lists(st.tuples(maybe(left, none=True), maybe(right, none=True)), min_size=1, max_size=30))
    one, other = encoded([a for a, _ in pairs], left), encoded([b for _, b in pairs], right)
    with np.errstate(all="ignore"):
        found = calculated(op, one, other, result)
    same(found, [plain.calculated(op, a, left, b, right, result) for a, b in pairs])


@many
@given(values=st.lists(maybe(INTEGER, none=True), min_size=1), numbers=st.lists(maybe(NUMBER), min_size=1))
def test_opposites_and_numbers(values: list[Value], numbers: list[Value]) -> None:
    same(negated(encoded(values, INTEGER), INTEGER), [plain.negated(each, INTEGER) for each in values])
    same(negated(encoded(numbers, NUMBER), NUMBER), [plain.negated(each, NUMBER) for each in numbers])
    same(as_number(encoded(values, INTEGER), NUMBER), [plain.as_number(each) for each in values])


@many
@given(days=st.lists(maybe(DATE), min_size=1), months=st.integers(-30, 30) | st.sampled_from([120_000, -120_000]))
def test_months_later(days: list[Value], months: int) -> None:
    same(months_later(encoded(days, DATE), months), [plain.months_later(each, months) for each in days])


CALLS: dict[str, list[tuple[Type, ...]]] = {
    "min": [(each, each, each) for each in (INTEGER, NUMBER, DATE, SCALE)],
    "max": [(each, each) for each in (MONEY, DURATION, SCALE)],
    "abs": [(each,) for each in (INTEGER, NUMBER, PERCENT)],
    "round": [(NUMBER,), (INTEGER,), *((each, each) for each in (INTEGER, NUMBER, MONEY, DURATION))],
    "first_known": [(each, each) for each in (INTEGER, TEXT, SCALE, SETS, FLAG, DATE)] + [(CHOICE, SAME, CHOICE)],
    "days_between": [(DATE, DATE)],
    "months_between": [(DATE, DATE)],
    "years_between": [(DATE, DATE)],
    "npv": [(PERCENT, MONEY, MONEY, MONEY), (NUMBER, MONEY)],
}


def test_every_function_of_the_language_is_tried() -> None:
    assert set(CALLS) == set(LOWERED) == {each.name for each in BUILTINS}


@pytest.mark.parametrize(("name", "types"), [(name, each) for name, every in CALLS.items() for each in every], ids=str)
@many
@given(data=st.data())
def test_functions(name: str, types: tuple[Type, ...], data: st.DataObject) -> None:
    record = next(each for each in BUILTINS if each.name == name)
    rows = data.draw(st.lists(st.tuples(*(maybe(each, none=True) for each in types)), min_size=1, max_size=30))
    vecs = tuple(encoded([row[at] for row in rows], each) for at, each in enumerate(types))
    with np.errstate(all="ignore"):
        found = LOWERED[name](vecs, types[0])
    same(found, [record.value(row, types) for row in rows])


@pytest.mark.parametrize("types", [*((each, each) for each in by_type), (CHOICE, SAME)], ids=str)
@many
@given(data=st.data())
def test_comparisons(types: tuple[Type, Type], data: st.DataObject) -> None:
    left, right = types
    ordered = left in (INTEGER, DURATION, MONEY, PERCENT, NUMBER, DATE, SCALE)
    rows = data.draw(st.lists(st.tuples(maybe(left, none=True), maybe(right, none=True)), min_size=1, max_size=30))
    one, other = encoded([a for a, _ in rows], left), encoded([b for _, b in rows], right)
    for op in ("=", "!=", "<", "<=", ">", ">=") if ordered else ("=", "!="):
        same(compared(op, one, other), [plainly_compared(op, a, b, left) for a, b in rows])  # type: ignore[arg-type]


@many
@given(rows=st.lists(st.tuples(*[maybe(FLAG, none=True)] * 3), min_size=1, max_size=30))
def test_three_valued_conditions(rows: list[tuple[Value, ...]]) -> None:
    parts = [encoded([row[at] for row in rows], FLAG) for at in range(3)]
    every = [False if False in _known(r) else MISSING if MISSING in r else True for r in rows]
    some = [True if True in _known(r) else MISSING if MISSING in r else False for r in rows]
    same(all_true(parts), every)  # type: ignore[arg-type]
    same(any_true(parts), some)  # type: ignore[arg-type]
    same(denied(parts[0]), [MISSING if r[0] is MISSING else r[0] is False for r in rows])


def _known(row: tuple[Value, ...]) -> list[bool]:
    return [value for value in row if isinstance(value, bool)]


# ---------------------------------------------------------------- raw cuts


@many
@given(
    keys=st.lists(st.sampled_from(WHOLE) | st.integers(-(10**6), 10**6), min_size=1, unique=True),
    per_unit=st.sampled_from([1, 60, 100, 3600, 10_000]),
    steps=st.integers(-3, 3),
)
def test_raw_floats_are_cut_where_their_rounded_units_are(keys: list[int], per_unit: int, steps: int) -> None:
    axis: Any = _axis(MONEY)
    for key in keys:
        (cut,) = raw_cuts([key], axis, np.zeros(1), per_unit).tolist()
        raw = cut
        for _ in range(abs(steps)):
            raw = float(np.nextafter(raw, np.inf if steps > 0 else -np.inf))
        assert (raw >= cut) == (round(raw * float(per_unit)) >= key)


@many
@given(
    keys=st.lists(st.sampled_from(WHOLE) | st.integers(-40_000, 40_000), min_size=1, unique=True),
    values=st.lists(st.integers(-(2**15), 2**15 - 1)),
    per_unit=st.sampled_from([1, 60, 100]),
)
def test_raw_whole_numbers_are_cut_where_their_units_are(keys: list[int], values: list[int], per_unit: int) -> None:
    cuts = raw_cuts(sorted(keys), _axis(INTEGER), np.zeros(1, np.int16), per_unit)
    assert cuts.dtype == np.int16
    for raw in values:
        assert int(np.searchsorted(cuts, np.int16(raw), side="right")) == sum(key <= raw * per_unit for key in keys)


def _axis(type_: Type) -> Axis:
    return Axis("x", FieldRef("x", type_), None, None, (), (), {})


# ---------------------------------------------------------------- mistakes that the tests must see


def test_a_sum_that_wraps_around_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arithmetic, "wrapped", lambda one, other, total, op: np.zeros(len(total), dtype=bool))
    one = encoded([2**63 - 1, 5], INTEGER)
    with pytest.raises(AssertionError):
        same(calculated("+", one, one, INTEGER), [MISSING, 10])


def test_a_duration_is_cut_towards_zero() -> None:
    moved = encoded([-86_401, 86_401, -(2**63)], DURATION)
    start = encoded([date(2026, 1, 10)] * 3, DATE)
    right: list[Value] = [date(2026, 1, 10) + timedelta(days=by) for by in (-1, 1)]
    same(calculated("+", start, moved, DATE), [*right, MISSING])
