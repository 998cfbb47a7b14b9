"""Arrays to exact sums and counts that can be added to one another: of blocks in any order, the same comes out.

Amounts are counted value by value. Where a base has too many different ones, they are counted by their first binary
digits. Which of the two it is depends on the values alone: on how many different ones there are in all of the base.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tierpolicy.compile.columns.data import Array, Bools
from tierpolicy.runtime.simulation.results import Amount

MOST_DIFFERENT: Final = 1 << 15
"""Different values that are counted one by one."""

DIGITS: Final = 10
"""Binary digits by which values are counted where there are more: a thousandth of the value, at most, is cut off."""

HALF: Final = 32
WHOLE_IN_A_FLOAT: Final = 53


def exact_sum(values: Array) -> Amount:
    """The sum of numbers, exactly: of whole ones a whole number."""
    if values.dtype.kind == "f":
        return _sum_of_floats(values.astype(np.float64, copy=False))
    return _sum_of_whole(values.astype(np.int64, copy=False))


def _sum_of_whole(values: NDArray[np.int64]) -> int:
    """In halves, of which billions fit into 64 bits."""
    high, low = values >> HALF, values & ((1 << HALF) - 1)
    return (int(high.sum()) << HALF) + int(low.sum())


def _sum_of_floats(values: NDArray[np.float64]) -> Fraction:
    """By their exponents: what stands before one is a whole number."""
    mantissas, exponents = np.frexp(values)
    whole = np.ldexp(mantissas, WHOLE_IN_A_FLOAT).astype(np.int64)
    total = Fraction(0)
    for exponent in np.unique(exponents).tolist():
        part = _sum_of_whole(whole[exponents == exponent])
        total += part * Fraction(2) ** (exponent - WHOLE_IN_A_FLOAT)
    return total


# ---------------------------------------------------------------- amounts, counted


@dataclass(slots=True)
class Spread:
    """Values, ascending, and how often each was met. With `exact` False they are cut to their first digits."""

    values: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    exact: bool = True

    def add(self, other: Spread) -> None:
        """What both have met."""
        if not len(other.values):
            return
        if not len(self.values):
            self.values = self.values.astype(other.values.dtype)
        one, two = self, other
        if one.exact != two.exact:
            one, two = one.cut(), two.cut()
        self.values, self.counts = _together([one.values, two.values], [one.counts, two.counts])
        self.exact = one.exact
        if self.exact and len(self.values) > MOST_DIFFERENT:
            shortened = self.cut()
            self.values, self.counts, self.exact = shortened.values, shortened.counts, False

    def cut(self) -> Spread:
        """The same with values cut to their first digits."""
        if not self.exact:
            return self
        values, counts = _together([_first_digits(self.values)], [self.counts])
        return Spread(values, counts, exact=False)

    def above_least(self) -> Spread:
        """All but the least value."""
        return Spread(self.values[1:], self.counts[1:], self.exact)

    @property
    def known(self) -> int:
        return int(self.counts.sum())

    def at_rank(self, rank: int) -> Any:
        """The value of that number, from 1, counted from the least."""
        return self.values[int(np.searchsorted(np.cumsum(self.counts), rank))].item()

    def between(self, low: float | None, high: float | None) -> int:
        """How many are at or above `low` and below `high`."""
        first = 0 if low is None else int(np.searchsorted(self.values, low))
        last = len(self.values) if high is None else int(np.searchsorted(self.values, high))
        return int(self.counts[first:last].sum())


def spread_of(values: Array) -> Spread:
    """The values of a block."""
    different, counts = np.unique(values, return_counts=True)
    found = Spread()
    found.add(Spread(different, counts.astype(np.int64)))
    return found


def _together(values: list[Array], counts: list[NDArray[np.int64]]) -> tuple[Array, NDArray[np.int64]]:
    different, places = np.unique(np.concatenate(values), return_inverse=True)
    found = np.zeros(len(different), np.int64)
    np.add.at(found, places.reshape(-1), np.concatenate(counts))
    return different, found


def _first_digits(values: Array) -> Array:
    """Values cut towards 0 to their first digits."""
    if values.dtype.kind == "f":
        mantissas, exponents = np.frexp(values)
        floats: Array = np.ldexp(np.trunc(np.ldexp(mantissas, DIGITS)), exponents - DIGITS)
        return floats
    size = np.abs(values)
    dropped = np.maximum(np.frexp(size.astype(np.float64))[1] - DIGITS, 0)
    whole: Array = np.sign(values) * ((size >> dropped) << dropped)
    return whole


# ---------------------------------------------------------------- everything that is counted


@dataclass(slots=True)
class Tally:
    """Whole numbers and sums by what they count, and amounts."""

    numbers: dict[Hashable, Amount] = field(default_factory=dict)
    spreads: dict[Hashable, Spread] = field(default_factory=dict)

    def count(self, what: Hashable, number: Amount) -> None:
        if number:
            self.numbers[what] = self.numbers.get(what, 0) + number

    def count_rows(self, what: Hashable, where: Bools | None) -> None:
        if where is not None:
            self.count(what, int(np.count_nonzero(where)))

    def spread(self, what: Hashable, values: Array) -> None:
        self.spreads.setdefault(what, Spread()).add(spread_of(values))

    def add(self, other: Tally) -> None:
        for what, number in other.numbers.items():
            self.count(what, number)
        for what, spread in other.spreads.items():
            self.spreads.setdefault(what, Spread()).add(spread)

    def __getitem__(self, what: Hashable) -> int:
        found = self.numbers.get(what, 0)
        assert isinstance(found, int)
        return found

    def total(self, what: Hashable) -> Amount:
        return self.numbers.get(what, 0)
