"""The arithmetic of money and time, against sums in exact fractions that are written another way."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tierpolicy.runtime.valuation.present_value import discounted_sum, geometric, lasting_value

RATES = st.fractions(0, 1, max_denominator=100)
DISCOUNTS = st.fractions(0, 2, max_denominator=100)
TERMS = st.integers(1, 60)


def restated(alive: Fraction, margin: Fraction, retention: Fraction, discount: Fraction, periods: int) -> Fraction:
    """Horner's way, from the last period to the first: what a period brings, and then what follows it, one period
    later and for those who are left."""
    follows = Fraction(0)
    for _ in range(periods):
        follows = (margin + follows) * retention / (1 + discount)
    return alive * follows


@settings(max_examples=150)
@given(RATES, st.fractions(0, 500, max_denominator=100), RATES, DISCOUNTS, TERMS)
@example(Fraction(1), Fraction(10), Fraction(1), Fraction(0), 36)
@example(Fraction(1), Fraction(10), Fraction(0), Fraction(0), 1)
def test_the_closed_form_is_the_sum(
    alive: Fraction, margin: Fraction, retention: Fraction, discount: Fraction, periods: int
) -> None:
    found = lasting_value(
        np.array([float(alive)]), np.array([float(margin)]), float(retention), float(discount), periods
    )
    assert found[0] == pytest.approx(float(restated(alive, margin, retention, discount, periods)), rel=1e-9, abs=1e-12)


@settings(max_examples=100)
@given(st.lists(st.fractions(0, 90, max_denominator=20), min_size=1, max_size=40), DISCOUNTS)
def test_a_discounted_sum_is_exact(expected: list[Fraction], discount: Fraction) -> None:
    found = discounted_sum((np.array([float(each)]) for each in expected), float(discount))
    exactly = Fraction(0)
    for each in reversed(expected):
        exactly = (exactly + each) / (1 + discount)
    assert found[0] == pytest.approx(float(exactly), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("retention", "discount"), [(0.8, 0.1), (0.99, 0.0), (0.5, 0.0), (1.0, 0.05), (0.0, 0.1)])
def test_without_an_end_it_is_a_very_long_sum_and_the_published_formula(retention: float, discount: float) -> None:
    one = np.ones(1)
    endless = lasting_value(one, one * 12, retention, discount, None)[0]
    assert endless == pytest.approx(12 * retention / (1 + discount - retention))  # Gupta, Lehmann & Stuart 2004
    assert endless == pytest.approx(lasting_value(one, one * 12, retention, discount, 5_000)[0])


def test_the_published_example() -> None:
    """80% retained and 12% discounted, the margin is worth 2.5 times itself (Gupta & Lehmann's margin multiple)."""
    assert geometric(0.8 / 1.12, None) == pytest.approx(2.5)


def test_discount_0_is_the_plain_sum() -> None:
    expected = [np.array([1.0, 4.0]), np.array([2.0, 0.0]), np.array([3.5, 1.0])]
    assert discounted_sum(expected, 0.0).tolist() == [6.5, 5.0]
    assert lasting_value(np.ones(1), np.ones(1), 1.0, 0.0, 7)[0] == pytest.approx(7.0)


def test_what_never_ends_has_no_value() -> None:
    with pytest.raises(ValueError, match="no end"):
        geometric(1.0, None)
