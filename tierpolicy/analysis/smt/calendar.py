"""Dates as days: exact where days are counted, between tight bounds where months are.

The intended meaning of the functions here on all integers is that of the calendar of 400 years, continued on both
sides. Within those 400 years a shift by months takes no more and no fewer days than one of their 4,800 months shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

import z3

from tierpolicy.analysis.smt.approximations import CALENDAR, applied, last_applications, record, rises
from tierpolicy.analysis.smt.calendar_exact import months_told, shift_told
from tierpolicy.analysis.smt.logic import any_of, implied, settled
from tierpolicy.analysis.smt.results import absent, nothing, present
from tierpolicy.analysis.smt.syms import constant, known, sort_of
from tierpolicy.analysis.smt.terms import Approximation, Sym, Workspace
from tierpolicy.model.builtins import function
from tierpolicy.model.expressions import ArithmeticOp
from tierpolicy.model.types import DATE, INTEGER, Date, Type
from tierpolicy.model.values import Value
from tierpolicy.semantics.arithmetic import SECONDS_PER_DAY, months_later

Meaning = Callable[[tuple[Value, ...]], Value]

FIRST, LAST = date.min.toordinal(), date.max.toordinal()
MONTHS_OF_CYCLE = 4_800
MONTHS_OF_CALENDAR = 9_999 * 12
DAYS_OF_CYCLE = 146_097
FURTHEST = 21_081
"""The days of n months, times 4,800, are no further from n·146,097 than this; a test counts it out."""


def date_calculated(
    op: ArithmeticOp, left: Sym, right: Sym, result: Type, gone: z3.BoolRef, workspace: Workspace
) -> Sym:
    """A date less a date in seconds, or a date and the whole days of a duration (cut towards zero)."""
    if isinstance(right.type, Date):
        return present(result, (left.value - right.value) * SECONDS_PER_DAY, gone, workspace)
    days = cut(right.value, SECONDS_PER_DAY)
    return _day(left.value + days if op == "+" else left.value - days, gone, workspace)


def cut(term: z3.ArithRef, by: int) -> z3.ArithRef:
    """A quotient cut towards zero; the solver's own goes down."""
    if z3.is_int_value(term):
        size = abs(term.as_long()) // by
        return z3.IntVal(size if term.as_long() >= 0 else -size, term.ctx)
    return z3.If(term >= 0, term / by, -((-term) / by))


def _day(day: z3.ArithRef, gone: z3.BoolRef, workspace: Workspace) -> Sym:
    return present(DATE, day, any_of((gone, day < FIRST, day > LAST), workspace), workspace)


# ---------------------------------------------------------------- months


def months_shifted(operand: Sym, months: int, workspace: Workspace) -> Sym:
    """A date so many months later."""
    found = known(operand)
    if found is not None:
        return constant(months_later(found, months), DATE, workspace)
    gone = absent((operand,), workspace)
    ends = _shiftable(months)
    if ends is None or settled(gone) is True:
        return nothing(DATE, workspace)
    day = operand.value
    gone = any_of((gone, day < ends[0], day > ends[1]), workspace)
    output = present(DATE, _shifted(day, months, workspace), gone, workspace)

    def definition(workspace: Workspace) -> Iterator[z3.BoolRef]:
        return shift_told(day, months, output.value, workspace)

    said = Approximation(CALENDAR, (operand,), output, lambda values: months_later(values[0], months), (1,), definition)
    record(said, workspace)
    return output


def _shifted(day: z3.ArithRef, months: int, workspace: Workspace) -> z3.ArithRef:
    """The day so many months later. Later days never become earlier ones."""
    sort = sort_of(DATE, workspace.context)
    term, is_new = applied(("months later", months), (day,), sort, workspace, rises((1,)))
    if is_new:
        least, most = days_of_months(months)
        workspace.facts.extend((term >= day + least, term <= day + most))
        ends = _shiftable(months)
        if ends is not None:
            workspace.facts.append(implied(day >= ends[0], term >= FIRST, workspace))
            workspace.facts.append(implied(day <= ends[1], term <= LAST, workspace))
        _tell_way_back(day, months, term, workspace)
    return term


def _tell_way_back(day: z3.ArithRef, months: int, term: z3.ArithRef, workspace: Workspace) -> None:
    """There and back again ends no later than it began: so what is not after the day there is not after this day when
    it is back, on either side. What is after the day there is not before this day when it is back."""
    for back, (other,) in last_applications(("months later", -months), workspace):
        workspace.facts.append(implied(day <= back, term <= other, workspace))
        workspace.facts.append(implied(other <= term, back <= day, workspace))
        workspace.facts.append(implied(back < day, other <= term, workspace))


def months_between(start: Sym, end: Sym, workspace: Workspace) -> Sym:
    """The whole months from one date to another: none is negative where the days aren't, and n of them take at least
    as many days as n months can, n + 1 of them more."""
    meaning = function("months_between").value
    first, last = known(start), known(end)
    if first is not None and last is not None:
        return constant(meaning((first, last), (DATE, DATE)), INTEGER, workspace)
    gone = absent((start, end), workspace)
    inputs = (start.value, end.value)
    term, is_new = applied("months between", inputs, sort_of(INTEGER, workspace.context), workspace, rises((-1, 1)))
    if is_new:
        _tell_months(term, end.value - start.value, workspace)
    output = present(INTEGER, term, gone, workspace)

    def definition(workspace: Workspace) -> Iterator[z3.BoolRef]:
        return months_told(start.value, end.value, term, workspace)

    said = Approximation(CALENDAR, (start, end), output, lambda v: meaning(v, (DATE, DATE)), (-1, 1), definition)
    record(said, workspace)
    return output


def _tell_months(term: z3.ArithRef, days: z3.ArithRef, workspace: Workspace) -> None:
    """n months take about n·146097/4800 days; all of it times 4800."""
    for count, length in ((term, days), (-term, -days)):  # from a later date: the months of the way back
        reached = DAYS_OF_CYCLE * count <= MONTHS_OF_CYCLE * length + FURTHEST
        not_next = MONTHS_OF_CYCLE * length - FURTHEST < DAYS_OF_CYCLE * (count + 1)
        workspace.facts.append(implied(length >= 0, z3.And(count >= 0, reached, not_next), workspace))


def tell_months_reached(start: Sym, end: Sym, months: int, workspace: Workspace) -> None:
    """There are n months or more between two dates exactly where the first, n months later, is not after the second.

    What a policy compares the months with is what it is worth telling this of. Negative months are those of the way
    back.
    """
    term = months_between(start, end, workspace).value
    first, last, count = (start.value, end.value, term) if months > 0 else (end.value, start.value, -term)
    size = abs(months)
    if months == 0 or (known(start) is not None and known(end) is not None) or size > MONTHS_OF_CALENDAR:
        return
    key = ("months reached", term.get_id(), months)
    if key not in workspace.memory:
        workspace.memory[key] = term  # holding the term keeps its id its own
        workspace.facts.append((count >= size) == (_shifted(first, size, workspace) <= last))


def years_between(start: Sym, end: Sym, workspace: Workspace) -> Sym:
    """The whole years: twelve of the whole months, cut towards zero."""
    months = months_between(start, end, workspace)
    return present(INTEGER, cut(months.value, 12), months.missing, workspace)


def days_between(start: Sym, end: Sym, workspace: Workspace) -> Sym:
    """The days from one date to another."""
    return present(INTEGER, end.value - start.value, absent((start, end), workspace), workspace)


# ---------------------------------------------------------------- what the calendar itself says


def _shiftable(months: int) -> tuple[int, int] | None:
    """The first and the last day that may be shifted so far within the years 1 to 9999."""
    start = max(0, -months)
    end = min(MONTHS_OF_CALENDAR, MONTHS_OF_CALENDAR - months)  # the month after the last one
    if start >= end:
        return None
    return _first_of_month(start), (LAST + 1 if end == MONTHS_OF_CALENDAR else _first_of_month(end)) - 1


def _first_of_month(months: int) -> int:
    """The first day of a month, counted from January of the year 1."""
    return date(months // 12 + 1, months % 12 + 1, 1).toordinal()


@lru_cache(maxsize=1)
def _starts() -> tuple[int, ...]:
    """The first days of the months of two cycles."""
    cycle = [_first_of_month(month) for month in range(MONTHS_OF_CYCLE)]
    return (*cycle, *(day + DAYS_OF_CYCLE for day in cycle), cycle[0] + 2 * DAYS_OF_CYCLE)


@lru_cache(maxsize=1024)
def days_of_months(months: int) -> tuple[int, int]:
    """The fewest and the most days that a shift by so many months takes.

    From the first of a month it takes as many as lie between the two firsts, and from any other day too, but where
    the day is kept within a shorter month: then fewer by no more than the difference of the lengths.
    """
    starts = _starts()
    cycles, rest = divmod(months, MONTHS_OF_CYCLE)
    least, most = 10**9, -(10**9)
    for month in range(MONTHS_OF_CYCLE):
        apart = starts[month + rest] - starts[month]
        length = starts[month + 1] - starts[month]
        other = starts[month + rest + 1] - starts[month + rest]
        least, most = min(least, apart - max(0, length - other)), max(most, apart)
    return least + cycles * DAYS_OF_CYCLE, most + cycles * DAYS_OF_CYCLE
