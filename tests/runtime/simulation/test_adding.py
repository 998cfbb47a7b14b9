"""Sums are exact, and what was counted comes out alike in whatever order and pieces it was counted."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierpolicy.model.types import DATE, DURATION, INTEGER, MONEY, NUMBER, Type
from tierpolicy.runtime.simulation import adding
from tierpolicy.runtime.simulation.adding import Spread, exact_sum, spread_of
from tierpolicy.runtime.simulation.bands import bands_of, deciles_of, quantiles_of, rounded_up

LARGEST = 2**63 - 1


@given(st.lists(st.integers(-LARGEST, LARGEST)))
def test_a_sum_of_whole_numbers_never_overflows(values: list[int]) -> None:
    assert exact_sum(np.array(values, np.int64)) == sum(values)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_a_sum_of_floats_is_exact(values: list[float]) -> None:
    assert exact_sum(np.array(values, np.float64)) == sum(map(Fraction, values))


def test_a_sum_that_floats_would_lose() -> None:
    assert exact_sum(np.array([1e300, 1.0, -1e300])) == 1


@given(st.lists(st.integers(-(10**12), 10**12), max_size=60), st.integers(1, 12), st.randoms(use_true_random=False))
def test_a_spread_is_alike_in_any_order_and_pieces(values: list[int], most: int, chance: random.Random) -> None:
    kept = adding.MOST_DIFFERENT
    adding.MOST_DIFFERENT = most  # type: ignore[misc]
    try:
        once = _in_pieces(values, 60)
        chance.shuffle(values)
        again = _in_pieces(values, chance.randint(1, 7))
    finally:
        adding.MOST_DIFFERENT = kept  # type: ignore[misc]
    assert once.exact == again.exact == (len(set(values)) <= most)
    assert once.values.tolist() == again.values.tolist()
    assert once.counts.tolist() == again.counts.tolist()
    assert once.known == len(values)


def _in_pieces(values: list[int], size: int) -> Spread:
    found = Spread()
    for start in range(0, len(values), size):
        found.add(spread_of(np.array(values[start : start + size], np.int64)))
    return found


def test_values_that_are_cut_are_off_by_a_thousandth_at_most() -> None:
    values = np.array([*range(-5000, 5000, 7), 10**15 + 1, -(10**15) - 1], np.int64)
    cut = Spread(np.sort(values), np.ones(len(values), np.int64)).cut()
    assert (np.abs(cut.values) <= np.abs(values).max()).all()
    floats = np.array([0.1, 1.0, 3.14159, -1e300, 5e-324])
    off = np.abs(Spread(np.sort(floats), np.ones(5, np.int64)).cut().values - np.sort(floats))
    assert (off <= np.abs(np.sort(floats)) / 500).all()


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=80), st.sampled_from([MONEY, INTEGER, DURATION, DATE, NUMBER])
)
def test_bands_hold_everybody_once(values: list[int], type_: Type) -> None:
    if type_ is DATE:
        values = [value % 100_000 - 30_000 for value in values]
    spread = _in_pieces(values, 80) if type_ is not NUMBER else spread_of(np.array(values, np.float64) / 7)
    for bands in (bands_of(spread, type_), deciles_of(spread, type_)):
        assert sum(band.customers for band in bands) == len(values)
    assert len(bands_of(spread, type_)) <= 12
    quantiles = quantiles_of(spread, type_)
    assert [each.value for each in quantiles] == sorted(each.value for each in quantiles)  # type: ignore[type-var]


def test_bands_of_dates_begin_with_months() -> None:
    days = np.array(
        [date(2026, month, day).toordinal() - 719163 for month in (1, 3, 5) for day in range(1, 29)], np.int64
    )
    assert [band.low for band in bands_of(spread_of(days), DATE)][:2] == [date(2026, 1, 1), date(2026, 2, 1)]


@pytest.mark.parametrize(("whole", "up"), [(1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (999, 1000), (1001, 2000)])
def test_round_numbers(whole: int, up: int) -> None:
    assert rounded_up(whole) == up
