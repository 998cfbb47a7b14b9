"""Calculating in SQL: bit by bit what `semantics.arithmetic` gives, and nothing that a database would stop at.

Whole units are 64-bit; where a result might not fit, it is worked out in decimals of 38 digits and looked at. Numbers
are binary64; where an infinity might come out, or (in databases that stop at it) a number too near to 0, that is seen
before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlglot import exp

from tierpolicy.compile.sql.constants import constant, double, largest
from tierpolicy.compile.sql.dates import date_calculated
from tierpolicy.compile.sql.term import LARGEST_FLOAT, SMALLEST_FLOAT, Draft, Sql, Term, call, case, closed, number
from tierpolicy.model.expressions import ArithmeticOp
from tierpolicy.model.types import NUMBER, Date, Duration, Integer, Money, Number, Percent, Type
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, MONEY_MAX
from tierpolicy.semantics.arithmetic import HUNDREDTHS_OF_PERCENT

LARGEST_LOG = 709.782712893
"""The logarithm of the largest binary64, less so little that rounding can't pass it."""
LEAST_LOG = -745.1
"""That of the least, likewise: a product below it is 0."""
WHOLE: Mapping[str, type[Sql]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}
SURE = 1e307
SURELY_NOT_0 = 1e-300


def calculated(op: ArithmeticOp, left: Term, right: Term, result: Type, draft: Draft) -> Term:
    """`left op right`; NULL where one of them is missing or `none`, and where there is no result."""
    left, right = known_or_missing(left), known_or_missing(right)
    if isinstance(left.type, Date):
        return date_calculated(op, left, right, draft)
    if op == "/":
        return _in_range(_quotient(as_double(left, draft), as_double(right, draft), draft), result, draft)
    if op == "*" and not (isinstance(left.type, Integer) and isinstance(right.type, Integer)):
        found = product(as_double(left, draft), as_double(right, draft), draft)
        if {type(left.type), type(right.type)} == {Money, Percent}:
            shrunk = exp.Div(
                this=closed(found.sql), expression=double(HUNDREDTHS_OF_PERCENT, draft.dialect), typed=True
            )
            found = replace(found, sql=shrunk, most=found.most / HUNDREDTHS_OF_PERCENT, least=SMALLEST_FLOAT)
        return _in_range(found, result, draft)
    if isinstance(result, Number):
        return _float_sum(op, left, right, draft)
    return _whole(op, left, right, result, draft)


def known_or_missing(term: Term) -> Term:
    """In a calculation `none` is missing: NULL is NULL."""
    return replace(term, none=None, maybe=True) if term.none is not None else term


def as_double(term: Term, draft: Draft) -> Term:
    """Whole units in binary64."""
    if isinstance(term.type, Number):
        return term
    if isinstance(term.value, int):
        return constant(float(term.value), NUMBER, draft.dialect)
    return replace(
        term,
        sql=exp.cast(term.sql, "DOUBLE"),
        type=NUMBER,
        least=max(1.0, term.least),
        value=None,
        depth=term.depth + 1,
    )


def _both(left: Term, right: Term, sql: Sql, result: Type, *, maybe: bool = False) -> Term:
    """What is made of two terms."""
    return Term(
        sql,
        result,
        max(left.level, right.level),
        maybe or left.maybe or right.maybe,
        most=largest(result),
        depth=max(left.depth, right.depth) + 1,
    )


# ---------------------------------------------------------------- whole units


def _whole(op: ArithmeticOp, left: Term, right: Term, result: Type, draft: Draft) -> Term:
    """Sums, differences and products of 64-bit integers."""
    kind = WHOLE[op]
    size = left.most * right.most if op == "*" else left.most + right.most
    limit = largest(result)
    fits = size < limit if limit > MONEY_MAX else size <= limit
    if fits and size < 2.0**62:
        return replace(
            _both(left, right, kind(this=closed(left.sql), expression=closed(right.sql)), result), most=size, least=1
        )
    wide = size >= 2.0**62
    one = exp.cast(left.sql, "DECIMAL(38, 0)") if wide else closed(left.sql)
    other = exp.cast(right.sql, "DECIMAL(38, 0)") if wide and op != "*" else closed(right.sql)
    if wide and op == "*":
        other = exp.cast(right.sql, "DECIMAL(38, 0)")
    found = draft.once(_both(left, right, kind(this=one, expression=other), result))
    return whole_within(found, result)


def whole_within(found: Term, result: Type) -> Term:
    """A whole number, which can be written twice, as a value of the type; missing beyond its range."""
    low, high = (-MONEY_MAX, MONEY_MAX) if isinstance(result, Money | Percent) else (INTEGER_MIN, INTEGER_MAX)
    held = exp.Between(this=closed(found.sql.copy()), low=number(low), high=number(high))
    return replace(
        found,
        sql=case([(held, exp.cast(found.sql.copy(), "BIGINT"))]),
        type=result,
        maybe=True,
        most=largest(result),
        least=1,
    )


def negated(operand: Term, draft: Draft) -> Term:
    """`-value`; missing at the lower end of the integers, which has no opposite."""
    operand = known_or_missing(operand)
    turned = replace(operand, sql=exp.Neg(this=closed(operand.sql)), value=None, depth=operand.depth + 1)
    if isinstance(operand.type, Number) or operand.most <= INTEGER_MAX - 1024:
        return turned
    held = draft.once(operand)
    opposite = exp.Neg(this=closed(held.sql.copy()))
    above = exp.NEQ(this=closed(held.sql.copy()), expression=number(INTEGER_MIN))
    return replace(held, sql=case([(above, opposite)]), maybe=True, value=None, depth=1)


# ---------------------------------------------------------------- binary64


def product(left: Term, right: Term, draft: Draft) -> Term:
    """Of two numbers in binary64; missing (or, unless that stops the database, infinite) beyond it."""
    most, least = left.most * right.most, left.least * right.least
    if not draft.dialect.floats_raise or (most < SURE and least > SURELY_NOT_0):
        found = _both(left, right, exp.Mul(this=closed(left.sql), expression=closed(right.sql)), NUMBER)
        return replace(found, most=min(most, float("inf")), least=max(least, SMALLEST_FLOAT))
    left, right = draft.once(left), draft.once(right)
    return _by_logarithms(left, right, exp.Mul, exp.Add, draft)


def _quotient(left: Term, right: Term, draft: Draft) -> Term:
    """Missing where the second is 0."""
    most, least = (
        left.most / right.least if right.least > 1e-300 else float("inf"),
        left.least / max(right.most, 1e-300),
    )
    right = draft.once(right) if right.value is None else right
    divisor = right.sql.copy()
    if right.value is None or right.value == 0:
        divisor = exp.Nullif(this=divisor, expression=number(0))
    if not draft.dialect.floats_raise or (most < SURE and least > SURELY_NOT_0):
        found = _both(
            left, right, exp.Div(this=closed(left.sql), expression=closed(divisor), typed=True), NUMBER, maybe=True
        )
        return replace(found, most=most, least=max(least, SMALLEST_FLOAT))
    return _by_logarithms(draft.once(left), right, exp.Div, exp.Sub, draft)


def _by_logarithms(
    left: Term, right: Term, op: type[exp.Mul] | type[exp.Div], logs: type[exp.Add] | type[exp.Sub], draft: Draft
) -> Term:
    """A product or quotient, seen to be neither too large nor too near to 0 before it is worked out."""
    dialect = draft.dialect
    one, other = left.sql, right.sql

    def log(sql: Sql) -> Sql:
        return exp.Ln(this=exp.Abs(this=sql.copy()))

    size = _both(left, right, logs(this=log(one), expression=log(other)), NUMBER)
    zero = exp.EQ(this=closed(one.copy()), expression=number(0))
    other_zero = exp.EQ(this=closed(other.copy()), expression=number(0))
    nothing: Sql = double(0.0, dialect)
    first: list[tuple[Sql, Sql]] = [(other_zero, nothing if op is exp.Mul else exp.Null()), (zero, nothing.copy())]
    large = exp.GT(this=closed(size.sql.copy()), expression=double(LARGEST_LOG, dialect))
    small = exp.LT(this=closed(size.sql.copy()), expression=double(LEAST_LOG, dialect))
    there = op(this=closed(one.copy()), expression=closed(other.copy()), **({"typed": True} if op is exp.Div else {}))
    unknown = exp.Or(this=draft.is_null(left), expression=draft.is_null(right))
    whens: list[tuple[Sql, Sql]] = [(unknown, exp.Null()), *first, (large, exp.Null()), (small, nothing.copy())]
    return _both(left, right, case(whens, there), NUMBER, maybe=True)


def _float_sum(op: ArithmeticOp, left: Term, right: Term, draft: Draft) -> Term:
    kind = WHOLE[op]
    most = left.most + right.most
    if most < SURE or not draft.dialect.floats_raise:
        found = _both(left, right, kind(this=closed(left.sql), expression=closed(right.sql)), NUMBER)
        return _in_range(replace(found, most=most), NUMBER, draft)
    left, right = draft.once(left), draft.once(right)
    one, other = closed(left.sql), closed(right.sql if op == "+" else exp.Neg(this=closed(right.sql.copy())))
    room = double(LARGEST_FLOAT, draft.dialect)
    far_up = exp.And(
        this=exp.GT(this=one.copy(), expression=number(0)),
        expression=exp.GT(this=other.copy(), expression=exp.Sub(this=room.copy(), expression=exp.Abs(this=one.copy()))),
    )
    far_down = exp.And(
        this=exp.LT(this=one.copy(), expression=number(0)),
        expression=exp.LT(this=other.copy(), expression=exp.Sub(this=exp.Abs(this=one.copy()), expression=room.copy())),
    )
    total = kind(this=closed(left.sql.copy()), expression=closed(right.sql.copy()))
    return _both(left, right, case([(far_up, exp.Null()), (far_down, exp.Null())], total), NUMBER, maybe=True)


def _in_range(found: Term, result: Type, draft: Draft) -> Term:
    """A binary64 as a value of the type: rounded half to even where it counts whole units; missing beyond its range."""
    dialect = draft.dialect
    if isinstance(result, Number):
        if found.most < SURE or dialect.floats_raise:
            return found
        found = draft.once(found)
        limit = double(LARGEST_FLOAT, dialect)
        held = exp.Between(this=closed(found.sql.copy()), low=exp.Neg(this=limit.copy()), high=limit)
        return replace(found, sql=case([(held, found.sql.copy())]), maybe=True, depth=1, most=LARGEST_FLOAT)
    found = draft.once(found)
    return replace(rounded_within(found, result, draft), maybe=True)


def rounded_within(found: Term, result: Type, draft: Draft) -> Term:
    """A binary64 that can be written twice, rounded to whole units of a type."""
    dialect = draft.dialect
    whole = exp.cast(rint(found.sql, draft), "BIGINT")
    limit = largest(result)
    held: Sql
    if isinstance(result, Money | Percent):
        edge = double(limit, dialect)
        held = exp.Between(this=closed(found.sql.copy()), low=exp.Neg(this=closed(edge.copy())), high=edge)
    else:
        held = exp.And(
            this=exp.GTE(this=closed(found.sql.copy()), expression=double(-limit, dialect)),
            expression=exp.LT(this=closed(found.sql.copy()), expression=double(limit, dialect)),
        )
    return replace(found, sql=case([(held, whole)]), type=result, maybe=True, most=limit, least=1, depth=1)


def rint(sql: Sql, draft: Draft, *, exact: bool = False) -> Sql:
    """The whole number nearest to a binary64 (with `exact`, to a decimal too), a half to the even one."""
    name = draft.dialect.exact_rint if exact else draft.dialect.rint
    if name:
        more = [number(0)] if draft.dialect.rint_takes_places else []
        return call(name, sql.copy(), *more)
    below = exp.Floor(this=sql.copy())
    rest = exp.Mul(this=exp.Paren(this=exp.Sub(this=closed(sql.copy()), expression=below.copy())), expression=number(2))
    halved = exp.Floor(this=exp.Mul(this=below.copy(), expression=exp.Literal.number("0.5")))
    odd = exp.NEQ(this=exp.Mul(this=halved, expression=number(2)), expression=below.copy())
    up = exp.Or(
        this=exp.GT(this=rest, expression=number(1)),
        expression=exp.Paren(this=exp.And(this=exp.EQ(this=rest.copy(), expression=number(1)), expression=odd)),
    )
    return exp.Add(this=below, expression=case([(up, number(1))], number(0)))


def is_amount(type_: Type) -> bool:
    return isinstance(type_, Integer | Number | Percent | Money | Duration)
