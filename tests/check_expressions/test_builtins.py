"""The functions of the language: their own examples, and what they do at the edges."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.check_expressions.vocabulary import a_scope, value_of, written
from tierpolicy.check.expressions import typed
from tierpolicy.model import types as t
from tierpolicy.model.builtins import BUILTINS, BY_NAME
from tierpolicy.model.builtins.calendar import months_completed, shifted
from tierpolicy.model.builtins.record import Builtin, CallExample
from tierpolicy.model.values import INTEGER_MIN, MISSING, MONEY_MAX, NotOffered, Value

EXAMPLES = [(builtin, example) for builtin in BUILTINS for example in builtin.examples]
amounts = st.integers(-MONEY_MAX, MONEY_MAX)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def call(name: str, *values: tuple[Value, t.Type]) -> Value:
    return BY_NAME[name].value(tuple(v for v, _ in values), tuple(type_ for _, type_ in values))


@pytest.mark.parametrize(("builtin", "example"), EXAMPLES, ids=[example.call for _, example in EXAMPLES])
def test_the_examples_hold(builtin: Builtin, example: CallExample) -> None:
    scope = a_scope()
    result = typed(written(example.call), scope, None)
    assert result is not None, scope.findings.diagnostics
    expected = typed(written(example.gives), scope, result.type)
    assert expected is not None
    assert value_of(result) == value_of(expected)


def test_every_function_has_examples_and_a_signature_that_calls_it() -> None:
    for builtin in BUILTINS:
        assert builtin.examples, builtin.name
        assert builtin.signature.startswith(f"{builtin.name}("), builtin.name
        assert builtin.doc.endswith("."), builtin.name


@pytest.mark.parametrize("builtin", BUILTINS, ids=lambda b: b.name)
def test_missing_in_is_missing_out(builtin: Builtin) -> None:
    """And `none` gives missing in a calculation; only `first_known` looks past what is missing."""
    types = {"npv": (t.PERCENT, t.MONEY), "days_between": (t.DATE, t.DATE)}.get(builtin.name, (t.INTEGER, t.INTEGER))
    for nothing in (MISSING, NotOffered.BELOW):
        found = builtin.value((nothing, nothing), types)
        assert found is (nothing if builtin.name == "first_known" else MISSING)


def test_first_known_takes_the_first() -> None:
    assert call("first_known", (MISSING, t.INTEGER), (0, t.INTEGER), (5, t.INTEGER)) == 0
    assert call("first_known", (MISSING, t.INTEGER)) is MISSING


def test_rounding_halves_go_to_even_and_what_is_too_large_is_missing() -> None:
    assert [call("round", (x, t.NUMBER)) for x in (0.5, 1.5, 2.5, -0.5, -1.5)] == [0, 2, 2, 0, -2]
    assert call("round", (1e300, t.NUMBER)) is MISSING
    assert call("round", (25, t.MONEY), (10, t.MONEY)) == 20
    assert call("round", (-25, t.MONEY), (10, t.MONEY)) == -20
    assert call("round", (35, t.MONEY), (10, t.MONEY)) == 40
    assert call("round", (35, t.MONEY), (0, t.MONEY)) is MISSING
    assert call("round", (1e308, t.NUMBER), (1e-308, t.NUMBER)) is MISSING
    assert call("abs", (INTEGER_MIN, t.INTEGER)) is MISSING


@given(amounts, st.integers(1, 10**9))
def test_round_gives_the_nearest_multiple(value: int, step: int) -> None:
    found = call("round", (value, t.MONEY), (step, t.MONEY))
    if found is MISSING:
        assert abs(value) + step > MONEY_MAX
        return
    assert isinstance(found, int)
    assert found % step == 0
    assert 2 * abs(found - value) <= step


@given(days, st.integers(0, 1_200))
def test_counting_months_agrees_with_adding_them(day: date, months: int) -> None:
    later = shifted(day, months)
    assert later is not None
    assert months_completed(day, later) == months
    assert months_completed(later, day) == -months


@given(days, days)
def test_months_completed_are_the_most_that_fit(start: date, end: date) -> None:
    first, last = min(start, end), max(start, end)
    months = months_completed(first, last)
    reached, next_one = shifted(first, months), shifted(first, months + 1)
    assert reached is not None
    assert next_one is not None
    assert reached <= last < next_one


def test_the_ends_of_the_calendar() -> None:
    first, last = date.min, date.max
    assert call("days_between", (first, t.DATE), (last, t.DATE)) == 3_652_058
    assert call("months_between", (first, t.DATE), (last, t.DATE)) == 9_999 * 12 - 1
    assert call("years_between", (last, t.DATE), (first, t.DATE)) == -9_998
    assert shifted(last, 1) is None
    assert shifted(first, -1) is None


@given(st.integers(0, 5_000), st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8))
def test_npv_is_the_sum_of_discounted_flows(rate: int, flows: list[int]) -> None:
    """Against exact fractions; binary64 may be off by less than a hundredth here."""
    found = call("npv", (rate, t.PERCENT), *((flow, t.MONEY) for flow in flows))
    growth = 1 + Fraction(rate, 10_000)
    exact = sum((Fraction(flow) / growth**at for at, flow in enumerate(flows, start=1)), Fraction())
    assert isinstance(found, int)
    assert abs(found - exact) <= Fraction(51, 100)


def test_npv_without_a_present_value_is_missing() -> None:
    assert call("npv", (-10_000, t.PERCENT), (100, t.MONEY)) is MISSING
    assert call("npv", (-20_000, t.PERCENT), (100, t.MONEY)) is MISSING
    assert call("npv", (-1.0 + 1e-16, t.NUMBER), *[(100, t.MONEY)] * 40) is MISSING
    assert call("npv", (math.nextafter(-1.0, 0.0), t.NUMBER), (1, t.MONEY)) == 9_007_199_254_740_992
    assert call("npv", (0, t.PERCENT), (MONEY_MAX, t.MONEY), (2, t.MONEY)) is MISSING
