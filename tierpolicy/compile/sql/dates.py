"""Dates in SQL: days counted from the first, months kept within the month, nothing outside of the years 1 to 9999."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlglot import exp

from tierpolicy.compile.sql.constants import literal
from tierpolicy.compile.sql.term import Draft, Sql, Term, call, case, closed, number
from tierpolicy.model.builtins.calendar import shifted
from tierpolicy.model.expressions import ArithmeticOp
from tierpolicy.model.types import DATE, DURATION, INTEGER, Date
from tierpolicy.semantics.arithmetic import SECONDS_PER_DAY

DAYS = date.max.toordinal() - 1
"""How many days after the first one the last one is."""
MONTHS = 12 * 9_999


def date_calculated(op: ArithmeticOp, left: Term, right: Term, draft: Draft) -> Term:
    """A date less a date, or a date and the whole days of a duration (cut towards zero)."""
    if isinstance(right.type, Date):
        days = days_from(right, left, draft)
        seconds = exp.Mul(this=closed(days.sql), expression=number(SECONDS_PER_DAY))
        return replace(days, sql=seconds, type=DURATION, most=float(DAYS * SECONDS_PER_DAY))
    right = draft.once(right)
    rest = exp.Mod(this=closed(right.sql.copy()), expression=number(SECONDS_PER_DAY))
    whole = exp.Sub(this=closed(right.sql.copy()), expression=closed(rest))
    moved = exp.cast(exp.Div(this=exp.cast(whole, "DOUBLE"), expression=number(SECONDS_PER_DAY), typed=True), "BIGINT")
    before = _since_the_first(left, draft)
    kind = exp.Add if op == "+" else exp.Sub
    level = max(left.level, right.level)
    total = draft.once(
        Term(kind(this=closed(before), expression=closed(moved)), INTEGER, level, left.maybe or right.maybe, depth=1)
    )
    held = exp.Between(this=closed(total.sql.copy()), low=number(0), high=number(DAYS))
    reached = _later(literal(date.min, draft.dialect), exp.cast(total.sql.copy(), "INT"), draft)
    return replace(total, sql=case([(held, reached)]), type=DATE, maybe=True, depth=2)


def _since_the_first(term: Term, draft: Draft) -> Sql:
    first = Term(literal(date.min, draft.dialect), DATE)
    return days_from(first, term, draft).sql


def days_from(start: Term, end: Term, draft: Draft) -> Term:
    """The days from one date to another."""
    one, other = start.sql.copy(), end.sql.copy()
    found: Sql
    if draft.dialect.name == "postgres":
        found = exp.Paren(this=exp.Sub(this=closed(other), expression=closed(one)))
    else:
        found = exp.DateDiff(this=other, expression=one, unit=exp.var("DAY"))
    level, maybe = max(start.level, end.level), start.maybe or end.maybe
    found = exp.cast(found, "BIGINT")
    return Term(found, INTEGER, level, maybe, most=float(DAYS), least=1, depth=max(start.depth, end.depth) + 1)


def _later(at: Sql, days: Sql, draft: Draft) -> Sql:
    if draft.dialect.name in ("duckdb", "postgres"):
        return exp.Add(this=at, expression=days)
    if draft.dialect.name in ("spark", "databricks"):
        return call("DATE_ADD", at, days)
    return exp.DateAdd(this=at, expression=days, unit=exp.var("DAY"))


def months_later(operand: Term, months: int, draft: Draft) -> Term:
    """A date shifted by months, the end of the month kept within the month."""
    operand = draft.once(operand)
    if abs(months) > MONTHS:
        return replace(operand, sql=case([(exp.Boolean(this=False), operand.sql.copy())]), maybe=True, none=None)
    low, high = _shiftable(months)
    held = exp.Between(
        this=closed(operand.sql.copy()), low=literal(low, draft.dialect), high=literal(high, draft.dialect)
    )
    later: Sql = exp.DateAdd(this=operand.sql.copy(), expression=number(months), unit=exp.var("MONTH"))
    if draft.dialect.name in ("duckdb", "postgres"):
        step = exp.Interval(this=exp.Literal.string(str(abs(months))), unit=exp.var("MONTH"))
        kind = exp.Sub if months < 0 else exp.Add
        later = exp.cast(kind(this=closed(operand.sql.copy()), expression=step), "DATE")
    elif draft.dialect.name in ("spark", "databricks"):
        later = call("ADD_MONTHS", operand.sql.copy(), number(months))
    return replace(operand, sql=case([(held, later)]), maybe=True, none=None, value=None, depth=1)


def _shiftable(months: int) -> tuple[date, date]:
    """The first and the last date that can be shifted so far."""
    if months >= 0:
        last = shifted(date(9999, 12, 1), -months)
        assert last is not None
        return date.min, _last_day(last)
    first = shifted(date.min, -months)
    assert first is not None
    return first, date.max


def _last_day(day: date) -> date:
    following = shifted(day.replace(day=1), 1)
    return date.max if following is None else date.fromordinal(following.toordinal() - 1)


def months_between(start: Term, end: Term, draft: Draft) -> Term:
    """The whole months completed from one date to another; those of the way back, negative, where it is later.

    From the first of a month it is complete on the day that `+ 1 month` gives: on the same day of the month, or on the
    month's last where it has no such day.
    """
    start, end = draft.once(start), draft.once(end)
    level, maybe = max(start.level, end.level), start.maybe or end.maybe
    back = exp.LT(this=closed(end.sql.copy()), expression=closed(start.sql.copy()))
    onward = exp.GTE(this=closed(end.sql.copy()), expression=closed(start.sql.copy()))

    def count(one: Sql, other: Sql) -> Sql:
        years = exp.Sub(this=_part("YEAR", other), expression=_part("YEAR", one))
        months = exp.Sub(this=_part("MONTH", other), expression=_part("MONTH", one))
        total = exp.Add(
            this=exp.Mul(this=exp.Paren(this=years), expression=number(12)), expression=exp.Paren(this=months)
        )
        complete = exp.Or(
            this=exp.LTE(this=_part("DAY", one), expression=_part("DAY", other)),
            expression=exp.EQ(this=_part("DAY", other), expression=_part("DAY", exp.LastDay(this=other.copy()))),
        )
        return exp.Sub(this=total, expression=case([(complete, number(0))], number(1)))

    forth = count(start.sql, end.sql)
    return_way = exp.Neg(this=exp.Paren(this=count(end.sql, start.sql)))
    found = exp.cast(case([(onward, forth), (back, return_way)]), "BIGINT")
    return Term(found, INTEGER, level, maybe, most=float(MONTHS), least=1, depth=3)


def _part(name: str, at: Sql) -> Sql:
    return exp.Extract(this=exp.var(name), expression=at.copy())
