"""BG/NBD with Gamma-Gamma, by the library pymc-marketing (the extra `clv`): how often and how much, to present value.

Each customer has a purchase rate and a chance of leaving after each purchase, drawn from a gamma and a beta
distribution (P. S. Fader, B. G. S. Hardie and K. L. Lee, "Counting your customers" the easy way: an alternative to the
Pareto/NBD model, Marketing Science 24(2), 2005, 275-284); what a purchase brings varies around a mean of the customer's
own (P. S. Fader and B. G. S. Hardie, The Gamma-Gamma model of monetary value, 2013). The parameters are those of
highest likelihood (flat priors, MAP); the library fits them and says what is to be expected, the arithmetic of money
and time is here.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np

from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.runtime.valuation.plain import FREQUENCY, MONETARY, RECENCY, Expected
from tierpolicy.runtime.valuation.present_value import Floats, discounted_sum
from tierpolicy.runtime.valuation.summary import Summary
from tierpolicy.runtime.valuation.terms import DAYS_IN, DAYS_IN_A_YEAR, Terms, Unworkable

WEEKS_IN_A_YEAR = DAYS_IN_A_YEAR / 7
CUSTOMERS_AT_A_TIME = 50_000
FEWEST_CUSTOMERS = 10
"""With repeat purchases; four parameters can't be told from fewer."""
MISSING_EXTRA = "the model `bg-nbd` needs pymc-marketing: install it with `pip install 'tierpolicy[clv]'`"


class Fitted(Protocol):
    """A fitted model; time is in weeks, money in the currency."""

    parameters: dict[str, float]

    def purchases(self, customers: slice, weeks: float) -> Floats:
        """Purchases expected of some customers in so many weeks from the as-of day on."""
        ...

    def alive(self) -> Floats: ...

    def profit(self) -> Floats:
        """Mean profit expected of a purchase of each customer."""
        ...


@dataclass(frozen=True, slots=True)
class History:
    """What the models are fitted to; arrays of shape (customers,), time in weeks. `repeat_profit` is the mean profit of
    a repeat purchase, 0 where `repeat_known` of them is 0."""

    repeats: Floats
    recency: Floats
    age: Floats
    repeat_known: Floats
    repeat_profit: Floats


def check_extra() -> None:
    """UnusableFile where the library isn't installed; it isn't loaded, which takes seconds."""
    if find_spec("pymc_marketing") is None:
        raise UnusableFile(MISSING_EXTRA)


def bg_nbd_values(summary: Summary, terms: Terms) -> Expected:
    """The value of each customer by BG/NBD with Gamma-Gamma; NaN for those without dates. Needs the extra `clv`."""
    if terms.periods is None:
        raise Unworkable("the model `bg-nbd` needs a horizon with an end, such as `--horizon '3 years'`")
    usable = ~np.isnan(summary.first) & (summary.orders >= 1)
    history = history_of(summary, usable)
    if np.count_nonzero(history.repeats) < FEWEST_CUSTOMERS or np.count_nonzero(_telling(history)) < FEWEST_CUSTOMERS:
        raise Unworkable(
            f"the model `bg-nbd` needs at least {FEWEST_CUSTOMERS} customers who bought on two days or more, with "
            "amounts above 0; the model `plain` does with fewer"
        )
    return expected_by(fitted(history), summary, usable, terms)


def history_of(summary: Summary, usable: Any) -> History:
    known = summary.repeat_known[usable]
    worth = np.nan_to_num(summary.repeat_worth[usable])
    return History(
        repeats=summary.orders[usable] - 1.0,
        recency=summary.recency[usable] * WEEKS_IN_A_YEAR,
        age=summary.age[usable] * WEEKS_IN_A_YEAR,
        repeat_known=np.where(worth > 0, known, 0.0),
        repeat_profit=np.where((known > 0) & (worth > 0), worth / np.maximum(known, 1.0), 0.0),
    )


def _telling(history: History) -> Any:
    """Customers who say something of how profits vary."""
    return (history.repeat_known > 0) & (history.repeat_profit > 0)


def expected_by(model: Fitted, summary: Summary, usable: Any, terms: Terms) -> Expected:
    """What a fitted model expects of the usable customers, as values: the purchases that each period adds, times the
    profit of a purchase, discounted. Nothing is said of the others."""
    assert terms.periods is not None
    length = DAYS_IN[terms.period] / 7
    profit = model.profit()
    count = len(profit)
    value, purchases = np.empty(count), np.empty(count)
    for start in range(0, count, CUSTOMERS_AT_A_TIME):
        some = slice(start, min(start + CUSTOMERS_AT_A_TIME, count))
        value[some] = profit[some] * discounted_sum(
            _added(model, some, length, terms.periods), terms.discount_of_a_period
        )
        purchases[some] = model.purchases(some, length * terms.periods)
    known = np.nan_to_num(summary.known[usable]) > 0
    used = np.zeros(len(usable), np.int64)
    used[usable] = RECENCY + FREQUENCY + MONETARY * known
    notes = (f"BG/NBD with Gamma-Gamma: {_said(model.parameters)} (time in weeks)",)
    found = [_spread(each, usable) for each in (value, model.alive(), purchases, profit)]
    return Expected(found[0], found[1], found[2], found[3], used, notes)


def _added(model: Fitted, some: slice, length: float, periods: int) -> Iterator[Floats]:
    """What each period adds to the purchases expected until its end."""
    before: Floats | float = 0.0
    for number in range(1, periods + 1):
        until = model.purchases(some, number * length)
        yield until - before
        before = until


def _spread(values: Floats, usable: Any) -> Floats:
    found = np.full(len(usable), np.nan)
    found[usable] = values
    return found


def _said(parameters: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in parameters.items())


# ---------------------------------------------------------------- the library


class _ByLibrary:
    """Models of pymc-marketing, fitted."""

    def __init__(self, often: Any, much: Any, frame: Any, profit: Floats) -> None:
        self._often, self._frame, self._profit = often, frame, profit
        self.parameters = {name: _scalar(often, name) for name in ("r", "alpha", "a", "b")}
        self.parameters |= {name: _scalar(much, name) for name in ("p", "q", "v")}

    def purchases(self, customers: slice, weeks: float) -> Floats:
        return _values(self._often.expected_purchases(self._frame.iloc[customers], future_t=weeks))

    def alive(self) -> Floats:
        return _values(self._often.expected_probability_alive(self._frame))

    def profit(self) -> Floats:
        return self._profit


def fitted(history: History) -> Fitted:
    """Both models, fitted to the history by the library. Unworkable where no parameters explain it."""
    with _quiet():
        try:
            import pandas
            from pymc_extras.prior import Prior
            from pymc_marketing.clv import BetaGeoModel, GammaGammaModel
        except ImportError:
            raise UnusableFile(MISSING_EXTRA) from None
        frame = pandas.DataFrame(
            {
                "customer_id": np.arange(len(history.repeats)),
                "frequency": history.repeats,
                "recency": history.recency,
                "T": history.age,
            }
        )
        money = frame[["customer_id"]].assign(frequency=history.repeat_known, monetary_value=history.repeat_profit)
        try:
            often = BetaGeoModel(model_config={name: Prior("HalfFlat") for name in ("r", "alpha", "a", "b")})
            often.fit(data=frame, method="map", progressbar=False)
            much = GammaGammaModel(model_config={name: Prior("HalfFlat") for name in ("p", "q", "v")})
            much.fit(data=money[_telling(history)], method="map", progressbar=False)
            profit = _values(much.expected_customer_spend(money))
        except Exception as error:  # whatever an optimiser raises where there is no optimum
            raise Unworkable("no parameters of BG/NBD and Gamma-Gamma explain these purchases; use `plain`") from error
        model = _ByLibrary(often, much, frame, profit)
        if not all(np.isfinite(list(model.parameters.values()))) or model.parameters["q"] <= 1.0:
            raise Unworkable("no parameters of BG/NBD and Gamma-Gamma explain these purchases; use `plain`")
        return model


def _scalar(model: Any, name: str) -> float:
    return float(model.fit_result[name].values.ravel()[0])


def _values(array: Any) -> Floats:
    return np.asarray(array.values, np.float64).reshape(-1)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what the library and those that it loads say of themselves."""
    names = ("pymc", "pytensor", "arviz")
    before = {name: logging.getLogger(name).level for name in names}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            logging.getLogger(name).setLevel(logging.ERROR)
        try:
            yield
        finally:
            for name, level in before.items():
                logging.getLogger(name).setLevel(level)
