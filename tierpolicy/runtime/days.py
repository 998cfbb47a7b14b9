"""Which day it is where the program runs: what a decision is made for when no day is given."""

from __future__ import annotations

from datetime import UTC, date, datetime
from time import time

__all__ = ["day_of", "local_day", "now", "safe_times", "today"]

SECONDS_PER_DAY = 86_400
MARGIN = 2 * SECONDS_PER_DAY
"""No zone is further from UTC than a day."""

now = time


def local_day(seconds: float) -> date:
    """The day at a time, in seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().date()


_latest: tuple[int, date] = (-1, date.min)


def today() -> date:
    """The day that it is; worked out once a second."""
    global _latest
    seconds = time()
    whole, day = _latest
    if int(seconds) != whole:
        day = local_day(seconds)
        _latest = int(seconds), day
    return day


def day_of(as_of: date | None) -> date:
    """The day meant: today where none is given, the day of a date with a time."""
    if as_of is None:
        return today()
    if isinstance(as_of, datetime):
        return as_of.date()
    if not isinstance(as_of, date):
        raise TypeError(f"as_of is a date, not {type(as_of).__name__}")
    return as_of


def safe_times(start: date | None, end: date | None) -> tuple[float, float]:
    """Times that lie between the two days, both included, in whatever zone one is."""
    low = -float("inf") if start is None else _utc(start) + MARGIN
    high = float("inf") if end is None else _utc(end) - MARGIN
    return low, high


def _utc(day: date) -> float:
    return (day - date(1970, 1, 1)).days * float(SECONDS_PER_DAY)
