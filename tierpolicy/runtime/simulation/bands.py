"""Counted amounts to quantiles and a few bands with round edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from tierpolicy.compile.columns.values import EPOCH
from tierpolicy.model.types import Date, Duration, Number, Type
from tierpolicy.model.values import Known
from tierpolicy.runtime.simulation.adding import Spread
from tierpolicy.runtime.simulation.results import Band, Quantile

PERCENTS: Final = (0, 5, 25, 50, 75, 95, 100)
DECILES: Final = tuple(range(10, 100, 10))
FEW: Final = 10
"""Different values that are shown one by one."""

MANY: Final = 10
"""One customer in so many."""

MOST_BANDS: Final = 8
ROUND_SECONDS: Final = (1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400)
SECONDS_A_DAY: Final = 86_400


def known_value(raw: Any, type_: Type) -> Known:
    """A value of model/values from what an array holds of it."""
    if isinstance(type_, Date):
        return date.fromordinal(max(1, min(int(raw) + EPOCH, date.max.toordinal())))
    return float(raw) if isinstance(type_, Number) else int(raw)


def quantiles_of(spread: Spread, type_: Type) -> tuple[Quantile, ...]:
    """The least, the greatest, and values between; none of no values."""
    known = spread.known
    if not known:
        return ()
    return tuple(Quantile(p, known_value(spread.at_rank(max(1, -(-p * known // 100))), type_)) for p in PERCENTS)


def bands_of(spread: Spread, type_: Type) -> tuple[Band, ...]:
    """Each value where there are few, else bands with round edges that leave out one customer in a hundred at each
    end, with an open band for these. Where many have 0, it is a band of its own, and so is the greatest value where a
    band begins with it."""
    if len(spread.values) <= FEW and spread.exact:
        pairs = zip(spread.values.tolist(), spread.counts.tolist(), strict=True)
        return tuple(Band(known_value(v, type_), known_value(v, type_), count) for v, count in pairs)
    nothing = spread.values[0].item() == 0 and int(spread.counts[0]) * MANY > spread.known
    first = (Band(known_value(0, type_), known_value(0, type_), int(spread.counts[0])),) if nothing else ()
    rest = spread.above_least() if nothing and not isinstance(type_, Date) else spread
    known = rest.known
    low, high = (rest.at_rank(max(1, -(-p * known // 100))) for p in (1, 99))
    found = list(banded(rest, _edges(low, high, type_), type_))
    greatest = rest.values[-1].item()
    if rest.exact and found[-1].low == known_value(greatest, type_):
        found[-1] = replace(found[-1], high=found[-1].low)
    if nothing and found[0].low is not None and spread is not rest:
        found[0] = replace(found[0], low=known_value(rest.values[0], type_))
    return (*first, *found) if spread is not rest else tuple(found)


def deciles_of(spread: Spread, type_: Type) -> tuple[Band, ...]:
    """Bands of as many customers each, as far as values tell them apart; an edge lies between two values."""
    known = spread.known
    if not known:
        return ()
    edges = sorted({spread.at_rank(max(1, -(-p * known // 100))) for p in DECILES} - {spread.values[0].item()})
    return tuple(banded(spread, edges, type_))


def banded(spread: Spread, edges: Sequence[Any], type_: Type) -> Iterator[Band]:
    """The bands between edges, open at both ends; those at the ends only where they hold somebody."""
    for low, high in pairs_of(edges):
        count = spread.between(low, high)
        if count or (low is not None and high is not None):
            yield Band(
                None if low is None else known_value(low, type_),
                None if high is None else known_value(high, type_),
                count,
            )


def pairs_of(edges: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Each edge with the next, from None to None."""
    return zip((None, *edges), (*edges, None), strict=True)


def _edges(low: Any, high: Any, type_: Type) -> list[Any]:
    if isinstance(type_, Date):
        return _first_days(known_value(low, type_), known_value(high, type_))
    step = _step((high - low) / (MOST_BANDS - 2), type_)
    first = low // step * step
    count = int((high - first) // step) + 1
    return [first + at * step for at in range(count + 1)]


def _step(width: float, type_: Type) -> Any:
    """The least round step that isn't narrower."""
    if isinstance(type_, Duration):
        for seconds in ROUND_SECONDS:
            if seconds >= width:
                return seconds
        return rounded_up(int(-(-width // SECONDS_A_DAY)) or 1) * SECONDS_A_DAY
    if isinstance(type_, Number):
        scale = 10.0 ** int(f"{width:e}".partition("e")[2]) if width else 1.0
        return next(each * scale for each in (1, 2, 5, 10, 20) if each * scale >= width)
    return rounded_up(max(1, int(-(-width // 1))))


def rounded_up(whole: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50, … that isn't below a whole number above 0."""
    power: int = 10 ** (len(str(whole)) - 1)
    return next(each * power for each in (1, 2, 5, 10) if each * power >= whole)


def _first_days(low: Known, high: Known) -> list[int]:
    """The first days of months or years."""
    assert isinstance(low, date)
    assert isinstance(high, date)
    months = (high.year - low.year) * 12 + high.month - low.month + 1
    step = next((each for each in (1, 2, 3, 6) if each * MOST_BANDS >= months), 0)
    step = step or 12 * rounded_up(-(-months // (12 * MOST_BANDS)))
    first = (low.year * 12 + low.month - 1) // step * step
    days = []
    for month in range(first, high.year * 12 + high.month + step, step):
        if date.min.year <= month // 12 <= date.max.year:
            days.append(date(month // 12, month % 12 + 1, 1).toordinal() - EPOCH)
    return days
