"""The functions of the language in SQL: one entry a record of model/builtins, by its name, a lowering or a refusal.

A plugin's function is written where its record names one of the database with the same meaning, and refused elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from sqlglot import exp

from tierpolicy.compile.refusing import Unsupported
from tierpolicy.compile.sql.arithmetic import as_double, known_or_missing, product, rint, rounded_within, whole_within
from tierpolicy.compile.sql.comparing import compared
from tierpolicy.compile.sql.constants import constant, double
from tierpolicy.compile.sql.dates import days_from, months_between
from tierpolicy.compile.sql.term import SMALLEST_FLOAT, Draft, Sql, Term, call, case, closed, joined, number
from tierpolicy.model.builtins import function
from tierpolicy.model.builtins.calendar import DAYS_BETWEEN, MONTHS_BETWEEN, YEARS_BETWEEN
from tierpolicy.model.builtins.choosing import FIRST_KNOWN, MAX, MIN
from tierpolicy.model.builtins.finance import HUNDREDTHS_OF_PERCENT, NPV
from tierpolicy.model.builtins.rounding import ABS, ROUND
from tierpolicy.model.types import INTEGER, MONEY, NUMBER, Date, Flag, Integer, Number, Percent, Scale, Text, Type
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, NotOffered

Lowered = Callable[[list[Term], Type, Draft], Term]


def called(name: str, arguments: list[Term], type_: Type, draft: Draft) -> Term:
    """A call of a function."""
    lowered = LOWERED.get(name)
    if isinstance(lowered, Unsupported):
        raise lowered
    if lowered is not None:
        if name != FIRST_KNOWN.name:
            arguments = [known_or_missing(argument) for argument in arguments]
        return lowered(arguments, type_, draft)
    return _of_plugin(name, arguments, type_)


def _of_plugin(name: str, arguments: list[Term], type_: Type) -> Term:
    record = function(name)
    alike = Integer | Number | Text | Date
    plain = isinstance(type_, alike) and all(isinstance(argument.type, alike) for argument in arguments)
    if not record.sql or record.takes_missing or not plain:
        raise Unsupported(f"calls `{name}`, a plugin's function that has no form in SQL")
    known = [exp.Not(this=exp.Is(this=closed(each.sql.copy()), expression=exp.Null())) for each in arguments]
    found = call(record.sql, *(argument.sql for argument in arguments))
    level = max(argument.level for argument in arguments)
    return Term(case([(joined(exp.And, list(known)), found)]), type_, level, True, depth=3)


def _extreme(arguments: list[Term], draft: Draft, *, greatest: bool) -> Term:
    """The least or greatest; databases pass over NULL here, the language doesn't."""
    held = [draft.once(argument) for argument in arguments]
    if len(held) == 1:
        return held[0]
    level, maybe = max(each.level for each in held), any(each.maybe for each in held)
    if isinstance(held[0].type, Scale):
        found = held[0]
        for each in held[1:]:
            first = compared(">=" if greatest else "<=", found, each, draft)
            pick = case([(first.sql, found.sql.copy())], each.sql.copy())
            gone = [draft.is_null(one) for one in (found, each) if one.maybe]
            pick = case([(joined(exp.Or, gone), exp.Null())] if gone else [], pick)
            found = draft.once(
                replace(found, sql=pick, level=max(found.level, each.level), maybe=bool(gone), value=None)
            )
        return found
    chosen: Sql = call("GREATEST" if greatest else "LEAST", *(each.sql.copy() for each in held))
    if maybe:
        known = joined(exp.And, [draft.is_known(each) for each in held if each.maybe])
        chosen = case([(known, chosen)])
    most, least = max(each.most for each in held), min(each.least for each in held)
    return Term(chosen, held[0].type, level, maybe, most=most, least=least, depth=3)


def _least(arguments: list[Term], type_: Type, draft: Draft) -> Term:
    return _extreme(arguments, draft, greatest=False)


def _greatest(arguments: list[Term], type_: Type, draft: Draft) -> Term:
    return _extreme(arguments, draft, greatest=True)


def _first_known(arguments: list[Term], type_: Type, draft: Draft) -> Term:
    """Whatever may be `none` is never missing, and the last that is asked."""
    asked: list[Term] = []
    for argument in arguments:
        asked.append(argument)
        if not argument.maybe:
            break
    if len(asked) == 1:
        return asked[0]
    last = asked[-1]
    level = max(each.level for each in asked)
    parts = [draft.stored(each) if isinstance(type_, Flag) else each.sql for each in asked]
    if isinstance(last.value, NotOffered):
        parts.pop()
    first: Sql = exp.Coalesce(this=parts[0], expressions=parts[1:]) if len(parts) > 1 else parts[0]
    most, least = max(each.most for each in asked), min(each.least for each in asked)
    found = Term(
        first, last.type, level, last.maybe, last.none, most, least, depth=max(each.depth for each in asked) + 1
    )
    return draft.as_flag(found) if isinstance(type_, Flag) else found


def _abs(arguments: list[Term], type_: Type, draft: Draft) -> Term:
    (value,) = arguments
    if isinstance(value.type, Number) or value.most <= INTEGER_MAX - 1024:
        return replace(value, sql=exp.Abs(this=value.sql), value=None, depth=value.depth + 1)
    held = draft.once(value)
    there = exp.NEQ(this=closed(held.sql.copy()), expression=number(INTEGER_MIN))
    return replace(held, sql=case([(there, exp.Abs(this=held.sql.copy()))]), maybe=True, value=None, depth=2)


def _round(arguments: list[Term], type_: Type, draft: Draft) -> Term:
    value = draft.once(arguments[0])
    if len(arguments) == 1:
        return value if isinstance(value.type, Integer) else rounded_within(value, INTEGER, draft)
    step = draft.once(arguments[1])
    return _to_step_of_floats(value, step, draft) if isinstance(value.type, Number) else _to_step(value, step, draft)


def _to_step(value: Term, step: Term, draft: Draft) -> Term:
    """The multiple of the step nearest to the value, of two the even one, in decimals that hold both."""
    level, maybe = max(value.level, step.level), True
    size: Sql = exp.Nullif(this=exp.Abs(this=exp.cast(step.sql.copy(), "DECIMAL(38, 0)")), expression=number(0))
    size_at = draft.column("step", Term(size, type_of(value), level, maybe))
    wide = exp.cast(value.sql.copy(), "DECIMAL(38, 0)")
    rest = exp.Mod(this=wide, expression=size_at.sql.copy())
    positive = exp.Mod(
        this=exp.Paren(this=exp.Add(this=exp.Paren(this=rest), expression=size_at.sql.copy())),
        expression=size_at.sql.copy(),
    )
    rest_at = draft.column("rest", Term(positive, type_of(value), size_at.level, maybe))
    twice = exp.Mul(this=rest_at.sql.copy(), expression=number(2))
    below = exp.Sub(this=exp.cast(value.sql.copy(), "DECIMAL(38, 0)"), expression=rest_at.sql.copy())
    two_steps = exp.Paren(this=exp.Mul(this=size_at.sql.copy(), expression=number(2)))
    odd = exp.NEQ(this=exp.Mod(this=exp.Paren(this=below), expression=two_steps), expression=number(0))
    half = exp.And(this=exp.EQ(this=twice.copy(), expression=size_at.sql.copy()), expression=odd)
    up = exp.Or(this=exp.GT(this=twice, expression=size_at.sql.copy()), expression=exp.Paren(this=half))
    nearest = exp.Add(this=below.copy(), expression=case([(up, size_at.sql.copy())], number(0)))
    found = draft.once(Term(nearest, type_of(value), rest_at.level, maybe))
    return whole_within(found, type_of(value))


def type_of(term: Term) -> Type:
    return term.type


def _to_step_of_floats(value: Term, step: Term, draft: Draft) -> Term:
    if draft.dialect.floats_raise and not (value.most < 1e15 and step.value is not None and step.least > 1e-15):
        raise Unsupported("rounds a number without bounds to a step, which could stop the database")
    size: Sql = exp.Nullif(this=exp.Abs(this=step.sql.copy()), expression=number(0))
    ratio = exp.Div(this=closed(value.sql.copy()), expression=closed(size.copy()), typed=True)
    level = max(value.level, step.level)
    at = draft.column("steps", Term(ratio, NUMBER, level, True))
    limit = double(2.0**1000, draft.dialect)
    near = exp.Between(this=at.sql.copy(), low=exp.Neg(this=closed(limit.copy())), high=limit)
    nearest = exp.Mul(this=closed(rint(at.sql, draft)), expression=closed(size))
    found = Term(case([(near, nearest)]), NUMBER, at.level, True, depth=4)
    if draft.dialect.floats_raise:
        return found
    at = draft.once(found)
    edge = constant(1.7976931348623157e308, NUMBER, draft.dialect).sql
    held = exp.Between(this=at.sql.copy(), low=exp.Neg(this=edge.copy()), high=edge)
    return replace(at, sql=case([(held, at.sql.copy())]), depth=2)


def _days(arguments: list[Term], type_: Type, draft: Draft) -> Term:
    return days_from(arguments[0], arguments[1], draft)


def _months(arguments: list[Term], type_: Type, draft: Draft) -> Term:
    return months_between(arguments[0], arguments[1], draft)


def _years(arguments: list[Term], type_: Type, draft: Draft) -> Term:
    """The whole years in the months, cut towards zero."""
    months = draft.once(months_between(arguments[0], arguments[1], draft))
    whole = exp.Floor(
        this=exp.Div(this=exp.cast(exp.Abs(this=months.sql.copy()), "DOUBLE"), expression=number(12), typed=True)
    )
    backwards = exp.LT(this=months.sql.copy(), expression=number(0))
    years = case([(backwards, exp.Neg(this=exp.Paren(this=whole.copy())))], whole)
    return replace(months, sql=exp.cast(years, "BIGINT"), depth=4)


def _npv(arguments: list[Term], type_: Type, draft: Draft) -> Term:
    """In binary64 from the first flow to the last, the discount factor by repeated multiplication; then rint."""
    rate, *flows = arguments
    dialect = draft.dialect
    part = as_double(rate, draft).sql
    if isinstance(rate.type, Percent):
        part = exp.Div(this=closed(part), expression=double(HUNDREDTHS_OF_PERCENT, dialect), typed=True)
    most = 1.0 + (rate.most / HUNDREDTHS_OF_PERCENT if isinstance(rate.type, Percent) else rate.most)
    least = 0.9e-4 if isinstance(rate.type, Percent) else 1e-16
    if most ** min(len(flows), 400) > 1e290 if most < 1e290 else True:
        raise Unsupported("works out `npv` at a rate without a bound, whose powers may be too large")
    if least ** len(flows) < 1e-250:
        raise Unsupported(f"works out `npv` of {len(flows)} flows, whose discount may come too near to 0")
    above = exp.Add(this=double(1.0, dialect), expression=closed(part))
    growth = draft.column("growth", Term(above, NUMBER, rate.level, rate.maybe))
    held = exp.GT(this=growth.sql.copy(), expression=number(0))
    growth = draft.column(
        "growth", replace(growth, sql=case([(held, growth.sql.copy())]), maybe=True, most=most, least=least)
    )
    factor, parts = growth, []
    for place, flow in enumerate(flows):
        if place:
            factor = draft.column("growth", product(factor, growth, draft))
        amount = as_double(flow, draft)
        parts.append(exp.Div(this=closed(amount.sql), expression=factor.sql.copy(), typed=True))
    level = max(factor.level, *(flow.level for flow in flows))
    total: Sql = parts[0]
    for each in parts[1:]:
        total = exp.Add(this=total, expression=each)
    found = draft.column("value_today", Term(total, NUMBER, level, True, least=SMALLEST_FLOAT))
    return rounded_within(found, MONEY, draft)


LOWERED: Final[Mapping[str, Lowered | Unsupported]] = {
    MIN.name: _least,
    MAX.name: _greatest,
    ABS.name: _abs,
    ROUND.name: _round,
    FIRST_KNOWN.name: _first_known,
    DAYS_BETWEEN.name: _days,
    MONTHS_BETWEEN.name: _months,
    YEARS_BETWEEN.name: _years,
    NPV.name: _npv,
}
