"""What a value is worked out under: margin, retention, discount, horizon. Rates are of a year and are turned exactly
into those of the period that is summed over: a retention of 0.81 a year is one of 0.9 half a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

DAYS_IN_A_YEAR = 365.25
DEFAULT_DISCOUNT = 0.10
DEFAULT_HORIZON_YEARS = 3

Unit = Literal["week", "month", "quarter", "year"]
DAYS_IN: Mapping[Unit, float] = MappingProxyType(
    {"week": 7.0, "month": DAYS_IN_A_YEAR / 12, "quarter": DAYS_IN_A_YEAR / 4, "year": DAYS_IN_A_YEAR}
)


class Unworkable(Exception):
    """Values can't be worked out from what was given; the message is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far ahead business is counted: a number of units, or (`count` None) without an end."""

    count: int | None
    unit: Unit

    @property
    def text(self) -> str:
        """`39 weeks`; of a horizon with an end."""
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Terms:
    """Assumptions, each a fraction of 1 and, but for `margin`, of a year.

    `margin`: the part of an amount that is profit; None where the purchases say their profit themselves.
    `retention`: the part of the customers who are still customers a year later; None to estimate it from the dates.
    `discount`: what money is worth less a year later: 1 ÷ (1 + discount). `period` is one step of the sum.
    `average`: the amount of a purchase, in place of amounts that nobody knows. `observed`: years in which the
    purchases were made, where they have no dates.
    """

    margin: float | None = None
    retention: float | None = None
    discount: float = DEFAULT_DISCOUNT
    horizon: Horizon = Horizon(DEFAULT_HORIZON_YEARS, "year")
    period: Unit = "month"
    average: float | None = None
    observed: float | None = None

    @property
    def years_in_a_period(self) -> float:
        return DAYS_IN[self.period] / DAYS_IN_A_YEAR

    @property
    def discount_of_a_period(self) -> float:
        """d with (1 + d) ^ periods in a year = 1 + discount of a year."""
        return float((1.0 + self.discount) ** self.years_in_a_period - 1.0)

    @property
    def periods(self) -> int | None:
        """How many periods the horizon has; None where it has no end. Unworkable where it isn't a whole number."""
        if self.horizon.count is None:
            return None
        days = self.horizon.count * DAYS_IN[self.horizon.unit]
        whole = round(days / DAYS_IN[self.period])
        if whole < 1 or abs(whole * DAYS_IN[self.period] - days) > 1e-6:
            raise Unworkable(
                f"a horizon of {self.horizon.text} is no whole number of {self.period}s: say both in the same unit, "
                f"such as `--horizon '{self.horizon.count} {self.horizon.unit}s' --period {self.horizon.unit}`"
            )
        return whole
