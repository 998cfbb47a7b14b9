"""The calendar itself as terms, told where bounds on its functions did not suffice: months, their lengths, leap years.

A month is counted from January of the year 1, which is 0. Each day has its month and its place in it, by functions of
the day; their intended meaning on all integers is that of the calendar continued on both sides.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

import z3

from tierpolicy.analysis.smt.approximations import applied
from tierpolicy.analysis.smt.terms import Workspace

MonthAndPlace = tuple[z3.ArithRef, z3.ArithRef]

LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
BEFORE = tuple(sum(LENGTHS[:month]) for month in range(12))
"""The days of a common year before each of its months."""


def shift_told(day: z3.ArithRef, months: int, term: z3.ArithRef, workspace: Workspace) -> Iterator[z3.BoolRef]:
    """`term` is the day so many months later."""
    month, place = yield from _month_and_place(day, workspace)
    later = month + months
    yield term == _first(later) + _least(place, _length(later)) - 1


def months_told(start: z3.ArithRef, end: z3.ArithRef, term: z3.ArithRef, workspace: Workspace) -> Iterator[z3.BoolRef]:
    """`term` is how many whole months lie between two days."""
    first = yield from _month_and_place(start, workspace)
    last = yield from _month_and_place(end, workspace)
    yield z3.If(start <= end, term == _completed(first, last), term == -_completed(last, first))


def _completed(first: MonthAndPlace, last: MonthAndPlace) -> z3.ArithRef:
    """From the earlier to the later: one less where the later month has not come as far."""
    reached = _least(first[1], _length(last[0])) <= last[1]
    return last[0] - first[0] - z3.If(reached, z3.IntVal(0, reached.ctx), z3.IntVal(1, reached.ctx))


def _month_and_place(day: z3.ArithRef, workspace: Workspace) -> Generator[z3.BoolRef, None, MonthAndPlace]:
    whole = z3.IntSort(workspace.context)
    month, _ = applied("month of day", (day,), whole, workspace)
    place, _ = applied("day of month", (day,), whole, workspace)
    yield day == _first(month) + place - 1
    yield z3.And(place >= 1, place <= _length(month))
    return month, place


def _first(month: z3.ArithRef) -> z3.ArithRef:
    """The first day of a month: the days of the years before, a leap day for each that has one, and of its year's."""
    years, index = month / 12, month % 12
    before = z3.IntVal(BEFORE[11], month.ctx)
    for place in reversed(range(11)):
        before = z3.If(index == place, z3.IntVal(BEFORE[place], month.ctx), before)
    leap = z3.If(z3.And(index >= 2, _is_leap(years + 1)), z3.IntVal(1, month.ctx), z3.IntVal(0, month.ctx))
    return 365 * years + years / 4 - years / 100 + years / 400 + before + leap + 1


def _length(month: z3.ArithRef) -> z3.ArithRef:
    index = month % 12
    short = z3.Or(*(index == place for place in range(12) if LENGTHS[place] == 30))
    february = z3.If(_is_leap(month / 12 + 1), z3.IntVal(29, month.ctx), z3.IntVal(28, month.ctx))
    others = z3.If(short, z3.IntVal(30, month.ctx), z3.IntVal(31, month.ctx))
    return z3.If(index == 1, february, others)


def _is_leap(year: z3.ArithRef) -> z3.BoolRef:
    return z3.Or(z3.And(year % 4 == 0, year % 100 != 0), year % 400 == 0)


def _least(one: z3.ArithRef, other: z3.ArithRef) -> z3.ArithRef:
    return z3.If(one <= other, one, other)
