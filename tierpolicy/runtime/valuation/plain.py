"""The plain model: recency, frequency and monetary value, with one retention rate for all.

On top of their own purchases every customer is credited with one average purchase, so that little data counts little:

    rate   = (repeat purchases + 1) ÷ (years since the first purchase + 1 ÷ average rate)      a year, while a customer
    profit = (profit so far + average profit of a purchase) ÷ (purchases + 1)                  of a purchase, at least 0

Customers leave at a constant rate μ = −ln(retention), and until then buy at random with their rate λ. How likely
somebody is still a customer after `quiet` years without a purchase follows from the two (D. C. Schmittlein,
D. G. Morrison and R. Colombo, Counting your customers: who are they and what will they do next?, Management Science
33(1), 1987, 1-24, for known λ and μ):

    alive = 1 ÷ (1 + μ ÷ (λ + μ) × (e^((λ + μ) × quiet) − 1))

What isn't known of a customer is taken from the others, and each value says which predictors it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierpolicy.runtime.valuation.present_value import Floats, geometric, lasting_value
from tierpolicy.runtime.valuation.summary import Early, Summary
from tierpolicy.runtime.valuation.terms import Terms, Unworkable

RECENCY, FREQUENCY, MONETARY = 1, 2, 4
PREDICTORS = tuple(
    ", ".join(name for bit, name in ((1, "recency"), (2, "frequency"), (4, "monetary")) if chosen & bit) or "none"
    for chosen in range(8)
)
LEAST_RETENTION, MOST_RETENTION = 1e-6, 1.0 - 1e-9
BISECTIONS = 60


@dataclass(frozen=True, slots=True)
class Expected:
    """What a model expects of each customer; arrays of shape (customers,).

    `value`: net present value of the profit, in the currency, NaN where the model says nothing. `alive`: probability of
    still being a customer. `purchases`: expected within the horizon, undiscounted. `profit`: of a purchase. `used`:
    places in PREDICTORS. `notes`: what the model took from the data, in words.
    """

    value: Floats
    alive: Floats
    purchases: Floats
    profit: Floats
    used: NDArray[np.int64]
    notes: tuple[str, ...]


def plain_values(summary: Summary, terms: Terms) -> Expected:
    """The value of each customer by the plain model. Unworkable says what would have to be known."""
    age, dated = _age(summary, terms)
    profit, average, has_worth = _profit(summary, terms)
    counted = ~np.isnan(summary.orders)
    repeats = np.maximum(_orders(summary, counted, has_worth, average) - 1.0, 0.0)
    rate = _average_rate(repeats, age)
    retention, notes = (terms.retention, ()) if terms.retention is not None else _estimated(summary.early, rate)
    rates = (repeats + 1.0) / (age + 1.0 / rate)
    alive = _alive(summary, rates, retention, age, dated)
    step = terms.years_in_a_period
    of_period = retention**step
    try:
        value = lasting_value(alive, rates * profit * step, of_period, terms.discount_of_a_period, terms.periods)
        purchases = alive * rates * step * geometric(of_period, terms.periods)
    except ValueError:
        raise Unworkable("a value without an end needs a retention below 100% or a discount above 0%") from None
    used = RECENCY * dated + FREQUENCY * counted + MONETARY * has_worth
    return Expected(value, alive, purchases, profit, used.astype(np.int64), notes)


def _age(summary: Summary, terms: Terms) -> tuple[Floats, Any]:
    """Years in which each customer was seen, and of whom they are known."""
    dated = ~np.isnan(summary.age)
    if terms.observed is not None:
        usual = terms.observed
    elif dated.any():
        usual = float(summary.age[dated].mean())
    else:
        raise Unworkable(
            "no purchase has a date, so nothing says how often customers buy: "
            "say in what time these purchases were made, such as `--observed '18 months'`"
        )
    return np.where(dated, summary.age, usual), dated


def _profit(summary: Summary, terms: Terms) -> tuple[Floats, float, Any]:
    """Profit of a purchase, its average over all, and of whom it is known; of returns alone, 0."""
    has_worth = ~np.isnan(summary.worth)
    told = has_worth & ~np.isnan(summary.orders)  # a total of nobody knows how many purchases says nothing of one
    purchases = float(summary.known[told].sum())
    if purchases:
        average = max(float(summary.worth[told].sum()) / purchases, 0.0)
    elif terms.average is not None:
        average = terms.average * (1.0 if terms.margin is None else terms.margin)
    else:
        raise Unworkable(
            "no purchase has an amount or a profit: name the column with `--amount COLUMN` or `--profit COLUMN`, "
            "or say what a purchase brings on average with `--average`"
        )
    own = (np.nan_to_num(summary.worth) + average) / (summary.known + 1.0)
    return np.where(told, np.maximum(own, 0.0), average), average, has_worth


def _orders(summary: Summary, counted: Any, has_worth: Any, average: float) -> Floats:
    """Purchases of each; where their number isn't known, as many as bring what the customer brought, else as usual."""
    usual = float(summary.orders[counted].mean()) if counted.any() else 1.0
    by_worth = np.nan_to_num(summary.worth) / average if average > 0 else np.full(len(counted), usual)
    return np.where(counted, summary.orders, np.where(has_worth, by_worth, usual))


def _average_rate(repeats: Floats, age: Floats) -> float:
    """Repeat purchases a year. Where nobody came back, as if one had: it may yet happen."""
    years = float(age.sum())
    if years <= 0:
        raise Unworkable(
            "every purchase is of the as-of day, so nothing says how often customers buy: "
            "say a later day with `--as-of`, or what time they were seen with `--observed`"
        )
    return max(float(repeats.sum()), 1.0) / years


def probability_alive(rates: Floats, leaving: float, quiet: Floats) -> Floats:
    """Of still being a customer after `quiet` years without a purchase; `rates` (λ) and `leaving` (μ) are a year's."""
    if leaving == 0.0:
        return np.ones(len(rates))
    with np.errstate(over="ignore"):
        return 1.0 / (1.0 + leaving / (rates + leaving) * np.expm1((rates + leaving) * quiet))


def _alive(summary: Summary, rates: Floats, retention: float, age: Floats, dated: Any) -> Floats:
    """Whoever has no dates is as likely a customer as the others are on average; where nobody has any, as retention
    says of the time in which they were seen."""
    if retention <= 0.0:
        return np.zeros(len(rates))
    quiet = np.where(dated, age - np.nan_to_num(summary.recency), 0.0)
    alive = probability_alive(rates, float(-np.log(retention)), quiet)
    unseen = float(alive[dated].mean()) if dated.any() else retention ** float(age.mean())
    return np.where(dated, alive, unseen)


def _estimated(early: Early | None, rate: float) -> tuple[float, tuple[str, ...]]:
    """The retention with which the model, looking from an earlier day, expects the purchases that there were since."""
    if early is None:
        raise Unworkable(
            "retention can't be estimated, since these are no single purchases with dates: "
            "say it with `--retention`, such as `--retention 80%` a year"
        )
    then = _average_rate(early.repeats, early.age) if early.age.sum() > 0 else rate
    rates = (early.repeats + 1.0) / (early.age + 1.0 / then)
    low, high = LEAST_RETENTION, MOST_RETENTION
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if _purchases_by(middle, rates, early) < early.later_purchases:
            low = middle
        else:
            high = middle
    day = early.day.isoformat()
    said = f"retention {low:.1%} a year, estimated: with it the model expects on {day} as many purchases as came since"
    return low, (said,)


def _purchases_by(retention: float, rates: Floats, early: Early) -> float:
    leaving = float(-np.log(retention))
    alive = probability_alive(rates, leaving, early.age - early.recency)
    return float((alive * rates).sum()) * -float(np.expm1(-leaving * early.years)) / leaving
