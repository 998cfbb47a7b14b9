"""`days_between`, `months_between`, `years_between`: whole completed periods from one date to another.

A month is completed on the day that `date + 1 month` gives, the end of the month kept within the month: from
31 January the first month is complete on 28 February (29 in a leap year). So `months_between(d, d + n months)` is n for
every date d, and counting agrees with adding. From a later date to an earlier one the count is the negative of the
way back.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from tierpolicy.model.builtins.record import Argument, Builtin, CallExample, Refusal
from tierpolicy.model.types import DATE, INTEGER, Type
from tierpolicy.model.values import MISSING, Known, Value


def shifted(day: date, months: int) -> date | None:
    """The date so many months later, the end of the month kept within the month; None outside of the years 1–9999."""
    index = day.year * 12 + (day.month - 1) + months
    year, month = divmod(index, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_completed(start: date, end: date) -> int:
    """How many whole months lie between two dates; negative where `end` is before `start`."""
    if end < start:
        return -months_completed(end, start)
    months = (end.year - start.year) * 12 + (end.month - start.month)
    reached = shifted(start, months)
    return months if reached is not None and reached <= end else months - 1


def _two_dates(types: tuple[Type, ...]) -> Type | Refusal:
    return INTEGER if types == (DATE, DATE) else Refusal("takes two dates, the earlier one first")


def _days(values: tuple[Known, ...], types: tuple[Type, ...]) -> Value:
    start, end = values
    assert isinstance(start, date)
    assert isinstance(end, date)
    return (end - start).days


def _months(values: tuple[Known, ...], types: tuple[Type, ...]) -> Value:
    start, end = values
    assert isinstance(start, date)
    assert isinstance(end, date)
    return months_completed(start, end)


def _years(values: tuple[Known, ...], types: tuple[Type, ...]) -> Value:
    months = _months(values, types)
    if months is MISSING:
        return MISSING
    assert isinstance(months, int)
    return months // 12 if months >= 0 else -(-months // 12)


_FROM_TO = (Argument("from", DATE), Argument("to", DATE))

DAYS_BETWEEN = Builtin(
    name="days_between",
    signature="days_between(from, to)",
    doc="The days from one date to another; negative where the second is earlier.",
    arguments=_FROM_TO,
    result_type=_two_dates,
    meaning=_days,
    examples=(
        CallExample("days_between(2026-01-01, 2026-01-31)", "30"),
        CallExample("days_between(2026-01-31, 2026-01-01)", "-30"),
    ),
)

MONTHS_BETWEEN = Builtin(
    name="months_between",
    signature="months_between(from, to)",
    doc=(
        "The whole months completed from one date to another; negative where the second is earlier. A month "
        "is complete on the day that adding `1 month` gives: from 31 January, on the last day of February."
    ),
    arguments=_FROM_TO,
    result_type=_two_dates,
    meaning=_months,
    examples=(
        CallExample("months_between(2026-01-15, 2026-03-14)", "1"),
        CallExample("months_between(2026-01-31, 2026-02-28)", "1"),
        CallExample("months_between(2026-03-15, 2026-01-15)", "-2"),
    ),
)

YEARS_BETWEEN = Builtin(
    name="years_between",
    signature="years_between(from, to)",
    doc=(
        "The whole years completed from one date to another; negative where the second is earlier. "
        "From 29 February a year is complete on 28 February."
    ),
    arguments=_FROM_TO,
    result_type=_two_dates,
    meaning=_years,
    examples=(
        CallExample("years_between(2020-11-22, 2026-11-21)", "5"),
        CallExample("years_between(2024-02-29, 2025-02-28)", "1"),
    ),
)
