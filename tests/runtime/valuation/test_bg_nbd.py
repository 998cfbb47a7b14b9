"""What the adapter of BG/NBD makes of a fitted model, with one whose expectations are known; `make test-clv` tries the
library's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.clv.of_purchases import summary_of
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.runtime.valuation import bg_nbd
from tierpolicy.runtime.valuation.bg_nbd import History, expected_by, history_of
from tierpolicy.runtime.valuation.present_value import Floats
from tierpolicy.runtime.valuation.terms import Horizon, Terms, Unworkable
from tierpolicy.runtime.valuation.valuing import Request, value_customers

ROOT = Path(__file__).parents[3]
CDNOW = ROOT / "policies" / "cdnow" / "purchases.csv"
AS_OF = date(2026, 1, 1)
LINES = """customer_id,date,amount
ann,2025-10-01,10.00
ann,2025-11-05,20.00
ann,2025-11-05,10.00
ann,2025-12-10,50.00
bob,2025-12-25,8.00
cid,,9.00
"""


class Known:
    """Customer number i makes (i + 1) × weeks ÷ (weeks + 10) purchases: fewer and fewer as time goes on."""

    parameters = {"r": 0.25, "q": 2.0}

    def __init__(self, history: History) -> None:
        self.count = len(history.repeats)

    def purchases(self, customers: slice, weeks: float) -> Floats:
        return np.arange(1.0, self.count + 1)[customers] * weeks / (weeks + 10.0)

    def alive(self) -> Floats:
        return np.full(self.count, 0.75)

    def profit(self) -> Floats:
        return np.arange(3.0, self.count + 3)


@pytest.fixture
def purchases(tmp_path: Path) -> Path:
    file = tmp_path / "purchases.csv"
    file.write_text(LINES, encoding="utf-8")
    return file


@pytest.mark.parametrize("discount", [0.0, 0.1, 0.5])
def test_values_are_discounted_week_by_week(purchases: Path, discount: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bg_nbd, "CUSTOMERS_AT_A_TIME", 1)
    terms = Terms(margin=0.3, discount=discount, horizon=Horizon(26, "week"), period="week")
    summary = summary_of(purchases, AS_OF)
    usable = ~np.isnan(summary.first)
    found = expected_by(Known(history_of(summary, usable)), summary, usable, terms)
    for at in range(2):
        exactly = Fraction(0)
        for week in range(1, 27):
            rate = Fraction(at + 1) * (Fraction(week, week + 10) - Fraction(week - 1, week + 9))
            exactly += rate * (at + 3) / Fraction(1 + discount) ** Fraction(7 * week * 4, 1461)
        assert found.value[at] == pytest.approx(float(exactly), rel=1e-9)
        assert found.purchases[at] == pytest.approx((at + 1) * 26 / 36)


def test_whoever_has_no_dates_gets_no_value(purchases: Path) -> None:
    summary = summary_of(purchases, AS_OF)
    usable = ~np.isnan(summary.first)
    found = expected_by(Known(history_of(summary, usable)), summary, usable, Terms(margin=0.3))
    assert np.isnan(found.value).tolist() == [False, False, True]
    assert found.used.tolist() == [7, 7, 0]


def test_more_margin_never_lowers_what_the_models_are_fitted_to(purchases: Path) -> None:
    less, more = (history_of(summary_of(purchases, AS_OF, margin), slice(0, 2)) for margin in (0.2, 0.4))
    assert (less.repeat_profit * 2).tolist() == pytest.approx(more.repeat_profit.tolist())


def test_the_history_is_that_of_repeat_purchases(purchases: Path) -> None:
    """The first purchase is no repeat, and lines of one day are one purchase: 30 and 50 dollars."""
    summary = summary_of(purchases, AS_OF)
    found = history_of(summary, ~np.isnan(summary.first))
    assert found.repeats.tolist() == [2.0, 0.0]
    assert (found.recency * 7).tolist() == pytest.approx([70.0, 0.0])
    assert (found.age * 7).tolist() == pytest.approx([92.0, 7.0])
    assert found.repeat_known.tolist() == [2.0, 0.0]
    assert found.repeat_profit.tolist() == [40.0, 0.0]


def test_the_history_of_cdnow_s_first_customer_is_the_published_one() -> None:
    """x = 2, t_x = 30.43 and T = 38.86 weeks: customer 1 of Fader, Hardie & Lee 2005, number 00004 here."""
    summary = summary_of(CDNOW, date(1997, 9, 30))
    at = summary.customers.to_pylist().index("00004")
    found = history_of(summary, slice(at, at + 1))
    numbers = (found.repeats[0], round(found.recency[0], 2), round(found.age[0], 2), found.repeat_profit[0])
    assert numbers == (2.0, 30.43, 38.86, pytest.approx((29.73 + 14.96) / 2))


def test_without_the_extra_it_says_what_to_install(purchases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bg_nbd, "find_spec", lambda name: None)
    request = Request(str(purchases), purchases.parent / "v.csv", AS_OF, Terms(margin=0.3), model="bg-nbd")
    with pytest.raises(UnusableFile) as error:
        value_customers(request, lambda done, size: None)
    assert "pip install 'tierpolicy[clv]'" in str(error.value)


def test_it_needs_an_end_and_customers_who_came_back(purchases: Path) -> None:
    summary = summary_of(purchases, AS_OF)
    endless = replace(Terms(margin=0.3), horizon=Horizon(None, "year"))
    with pytest.raises(Unworkable, match="needs a horizon with an end"):
        bg_nbd.bg_nbd_values(summary, endless)
    with pytest.raises(Unworkable, match="at least 10 customers who bought on two days"):
        bg_nbd.bg_nbd_values(summary, Terms(margin=0.3))
