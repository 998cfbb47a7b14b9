"""The plain model: its laws, and its arithmetic against one that is written from the documentation, customer by
customer, with math and fractions."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.runtime.valuation.purchases import AS_OF, SEVERAL, THREE_YEARS, undiscounted, valued, years
from tierpolicy.runtime.valuation.lines import Columns
from tierpolicy.runtime.valuation.plain import probability_alive
from tierpolicy.runtime.valuation.terms import Horizon, Terms, Unworkable

LINE = st.tuples(
    st.sampled_from(["ann", "bob", "cid", "dee", "eve"]),
    st.dates(date(2022, 1, 1), AS_OF),
    st.integers(-5_000, 50_000),
)
FOLDERS = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def restated(lines: list[tuple[str, date, Fraction]], terms: Terms, years_ahead: int) -> dict[str, float]:
    """docs/explanation/lifetime-value.md, word for word; a term of the sum a month."""
    assert terms.margin is not None
    assert terms.retention is not None
    year = Fraction(36525, 100)
    customers = sorted({who for who, _, _ in lines})
    bought = {who: sorted({day for name, day, amount in lines if name == who and amount >= 0}) for who in customers}
    brought = {
        who: sum((a for name, _, a in lines if name == who), Fraction(0)) * Fraction(terms.margin) for who in customers
    }
    seen = {who: Fraction((AS_OF - bought[who][0]).days) / year for who in customers if bought[who]}
    usual = sum(seen.values()) / len(seen)
    average_rate = max(Fraction(1), Fraction(sum(len(days) - 1 for days in bought.values() if days))) / (
        sum(seen.values()) + usual * (len(customers) - len(seen))
    )
    average_profit = max(Fraction(0), sum(brought.values()) / sum(map(len, bought.values())))
    leaving = -math.log(terms.retention)
    alive, rates = {}, {}
    for who in customers:
        days = bought[who]
        rates[who] = float((max(len(days) - 1, 0) + 1) / (seen.get(who, usual) + 1 / average_rate))
        if days:
            quiet = float(Fraction((AS_OF - days[-1]).days) / year)
            odds = leaving / (rates[who] + leaving) * (math.exp((rates[who] + leaving) * quiet) - 1)
            alive[who] = 1 / (1 + odds)
    for who in customers:
        alive.setdefault(who, sum(alive[each] for each in seen) / len(seen))
    worth = {}
    for who in customers:
        profit = float(max(Fraction(0), (brought[who] + average_profit) / (len(bought[who]) + 1)))
        worth[who] = sum(
            alive[who]
            * terms.retention ** (month / 12)
            * rates[who]
            / 12
            * profit
            / (1 + terms.discount) ** (month / 12)
            for month in range(1, 12 * years_ahead + 1)
        )
    return worth


@FOLDERS
@given(lines=st.lists(LINE, min_size=1, max_size=25), retention=st.sampled_from([0.05, 0.5, 0.8, 0.97]))
def test_every_value_is_what_the_documentation_says(
    tmp_path: Path, lines: list[tuple[str, date, int]], retention: float
) -> None:
    if not any(cents >= 0 and day < AS_OF for _, day, cents in lines):
        return
    terms = Terms(margin=0.25, retention=retention, discount=0.08, horizon=years(4))
    found = valued(tmp_path, [f"{who},{day},{cents / 100:.2f}" for who, day, cents in lines], terms)
    expected = restated([(who, day, Fraction(cents, 100)) for who, day, cents in lines], terms, 4)
    assert found.values == pytest.approx(expected, abs=0.0051)


def test_the_order_of_lines_does_not_matter(tmp_path: Path) -> None:
    shuffled = list(SEVERAL)
    random.Random(5).shuffle(shuffled)
    assert shuffled != list(SEVERAL)
    terms = Terms(margin=0.3)  # with an estimated retention
    assert valued(tmp_path, shuffled, terms).rows == valued(tmp_path, SEVERAL, terms).rows


def rising(tmp_path: Path, several: list[Terms]) -> None:
    """Values never fall from one of the terms to the next, and rise somewhere."""
    found = [valued(tmp_path, terms=each).values for each in several]
    for less, more in pairwise(found):
        assert all(less[who] <= more[who] for who in less)
        assert sum(less.values()) < sum(more.values())


def test_more_margin_never_lowers_value(tmp_path: Path) -> None:
    rising(tmp_path, [replace(THREE_YEARS, margin=each) for each in (0.05, 0.3, 0.31, 1.0)])


def test_more_retention_never_lowers_value(tmp_path: Path) -> None:
    rising(tmp_path, [replace(THREE_YEARS, retention=each) for each in (0.1, 0.5, 0.8, 1.0)])


def test_a_longer_horizon_never_lowers_value_up_to_one_without_an_end(tmp_path: Path) -> None:
    ends = (Horizon(1, "month"), years(1), years(20), Horizon(None, "year"))
    rising(tmp_path, [replace(THREE_YEARS, horizon=each) for each in ends])


def test_a_higher_discount_never_raises_value(tmp_path: Path) -> None:
    rising(tmp_path, [replace(THREE_YEARS, discount=each) for each in (0.5, 0.2, 0.1, 0.0)])


def test_undiscounted_value_is_expected_purchases_times_profit(tmp_path: Path) -> None:
    for row in valued(tmp_path, terms=undiscounted(THREE_YEARS)).rows:
        expected = float(row["expected_purchases"]) * float(row["profit_per_purchase"])
        assert float(row["lifetime_value"]) == pytest.approx(expected, rel=0.01)


def test_a_larger_purchase_never_lowers_its_customer(tmp_path: Path) -> None:
    before = valued(tmp_path).values
    after = valued(tmp_path, ["ann,2024-02-01,900.00", *SEVERAL[1:]]).values
    assert after["ann"] > before["ann"]


def test_a_recent_purchase_makes_a_customer_more_alive(tmp_path: Path) -> None:
    found = valued(tmp_path, ["old,2024-01-01,10", "old,2024-02-01,10", "new,2024-01-01,10", "new,2025-12-01,10"])
    assert float(found.of["new"]["alive"]) > float(found.of["old"]["alive"])


def test_nobody_leaves_where_all_are_retained(tmp_path: Path) -> None:
    found = valued(tmp_path, terms=replace(THREE_YEARS, retention=1.0))
    assert {row["alive"] for row in found.rows} == {"1.0"}
    assert set(valued(tmp_path, terms=replace(THREE_YEARS, retention=0.0)).values.values()) == {0.0}


def test_a_very_long_silence_is_no_overflow() -> None:
    alive = probability_alive(np.array([5_000.0, 1.0]), 0.2, np.array([100.0, 0.0]))
    assert alive.tolist() == [0.0, 1.0]


# ---------------------------------------------------------------- what isn't known


def test_each_value_says_what_it_rests_on(tmp_path: Path) -> None:
    lines = ["full,2025-01-01,10", "full,2025-06-01,10", "undated,,30", "free,2025-03-01,", "bare,,"]
    found = valued(tmp_path, lines)
    assert found.predictors("full") == "recency, frequency, monetary"
    assert found.predictors("undated") == "frequency, monetary"
    assert found.predictors("free") == "recency, frequency"
    assert found.predictors("bare") == "frequency"
    assert all(value > 0 for value in found.values.values())
    assert sum(found.valued.predictors.values()) == 4


def test_totals_alone(tmp_path: Path) -> None:
    lines = ["ann,5,120.00", "bob,1,15.00", "cid,,50.00"]
    found = valued(tmp_path, lines, replace(THREE_YEARS, observed=2.0), head="customer_id,orders,amount")
    assert found.predictors("ann") == "frequency, monetary"
    assert found.predictors("cid") == "monetary"
    assert found.values["ann"] > found.values["cid"] > 0


def test_totals_without_a_time_say_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(Unworkable, match=r"--observed '18 months'"):
        valued(tmp_path, ["ann,5,120.00"], head="customer_id,orders,amount")


def test_totals_with_dates_are_worth_what_their_purchases_are(tmp_path: Path) -> None:
    singly = valued(tmp_path)
    lines = [
        f"{r['customer_id']},{r['orders']},{r['spent']},{r['first_purchase']},{r['last_purchase']}" for r in singly.rows
    ]
    head = "customer_id,orders,total_spend,first_purchase,last_purchase"
    assert valued(tmp_path, lines, head=head).rows == singly.rows


def test_totals_say_no_retention(tmp_path: Path) -> None:
    with pytest.raises(Unworkable, match=r"--retention 80%"):
        valued(tmp_path, ["ann,5,9.00,2025-01-01"], Terms(margin=0.3), head="customer_id,orders,amount,first_purchase")


def test_no_amounts_but_an_average(tmp_path: Path) -> None:
    head, lines = "customer_id,date", [line.rsplit(",", 1)[0] for line in SEVERAL]
    with pytest.raises(Unworkable, match=r"--average"):
        valued(tmp_path, lines, head=head)
    found = valued(tmp_path, lines, replace(THREE_YEARS, average=40.0), head=head)
    assert {row["profit_per_purchase"] for row in found.rows} == {"12.00"}
    assert {row["predictors"] for row in found.rows} == {"recency, frequency"}


def test_one_customer_with_one_purchase(tmp_path: Path) -> None:
    found = valued(tmp_path, ["ann,2025-01-01,50"])
    assert 0 < found.values["ann"] < 50
    assert found.predictors("ann") == "recency, frequency, monetary"


def test_all_purchases_today_say_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(Unworkable, match=r"--as-of"):
        valued(tmp_path, [f"ann,{AS_OF},50", f"bob,{AS_OF},5"])


def test_profit_said_by_the_lines_needs_no_margin(tmp_path: Path) -> None:
    head, lines = f"{HEAD_OF_PROFIT}", [f"{line},{float(line.rsplit(',', 1)[1]) * 0.3:.4f}" for line in SEVERAL]
    found = valued(tmp_path, lines, replace(THREE_YEARS, margin=None), head=head)
    assert found.values == pytest.approx(valued(tmp_path).values, abs=0.05)


HEAD_OF_PROFIT = "customer_id,date,amount,profit"


def test_neither_margin_nor_profit(tmp_path: Path) -> None:
    with pytest.raises(Unworkable, match="value is profit, not revenue"):
        valued(tmp_path, terms=replace(THREE_YEARS, margin=None))


def test_an_endless_value_needs_somebody_to_leave_or_a_discount(tmp_path: Path) -> None:
    endless = Terms(margin=0.3, retention=1.0, discount=0.0, horizon=Horizon(None, "year"))
    with pytest.raises(Unworkable, match="below 100% or a discount"):
        valued(tmp_path, terms=endless)


def test_a_horizon_is_a_whole_number_of_periods(tmp_path: Path) -> None:
    with pytest.raises(Unworkable, match="no whole number of months"):
        valued(tmp_path, terms=replace(THREE_YEARS, horizon=Horizon(39, "week")))
    assert Terms(horizon=Horizon(39, "week"), period="week").periods == 39
    assert Terms(horizon=Horizon(3, "year"), period="quarter").periods == 12


# ---------------------------------------------------------------- the estimated retention


def test_the_estimated_retention_expects_what_came(tmp_path: Path) -> None:
    """Customers of whom half fall silent at a point that the estimate sees."""
    rng = random.Random(11)
    lines = []
    for who in range(400):
        lost = date(2025, 1, 1) if who % 2 else AS_OF
        day = date(2024, 1, 1).toordinal() + rng.randrange(60)
        while date.fromordinal(day) < lost:
            lines.append(f"c{who:03},{date.fromordinal(day)},10.00")
            day += 1 + int(rng.expovariate(1 / 45))
    found = valued(tmp_path, lines, Terms(margin=0.3))
    said = next(note for note in found.valued.notes if note.startswith("retention"))
    assert 0.3 < float(said.split()[1].rstrip("%")) / 100 < 0.8
    assert "estimated" in said


def test_a_stated_retention_is_not_estimated(tmp_path: Path) -> None:
    assert not any("estimated" in note for note in valued(tmp_path).valued.notes)
    assert valued(tmp_path, columns=Columns(customer="customer_id")).values == valued(tmp_path).values
