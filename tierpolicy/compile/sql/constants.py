"""Values of the policy as SQL writes them."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from sqlglot import exp

from tierpolicy.compile.sql.dialects import Dialect
from tierpolicy.compile.sql.term import LARGEST_FLOAT, SMALLEST_FLOAT, Sql, Term, null, number, text
from tierpolicy.model.types import (
    DATE,
    FLAG,
    Choice,
    Date,
    Duration,
    Flag,
    Integer,
    Money,
    Number,
    Percent,
    Scale,
    SetOf,
    Text,
    Type,
)
from tierpolicy.model.values import INTEGER_MAX, MISSING, MONEY_MAX, Known, NotOffered, Value


def type_name(type_: Type) -> str:
    """The type of a column that holds values as steps calculate with them: whole units, labels as text."""
    match type_:
        case Flag():
            return "BOOLEAN"
        case Integer() | Money() | Percent() | Duration():
            return "BIGINT"
        case Number():
            return "DOUBLE"
        case Date():
            return "DATE"
        case Text() | Scale() | Choice() | SetOf():
            return "TEXT"
        case _:
            assert_never(type_)


def largest(type_: Type) -> float:
    """The size that an amount of the type may have."""
    match type_:
        case Money() | Percent():
            return MONEY_MAX
        case Integer() | Duration():
            return INTEGER_MAX + 1
        case _:
            return LARGEST_FLOAT


def constant(value: Value, type_: Type, dialect: Dialect) -> Term:
    """A value as a term. Of a set there is none: see `labels`."""
    if value is MISSING:
        empty = null(type_name(type_))
        return Term(empty, type_, maybe=True, value=value, stored=empty.copy() if type_ == FLAG else None)
    if isinstance(value, NotOffered):
        return Term(null(type_name(type_)), type_, none=value, value=value)
    if isinstance(value, bool):
        held = exp.cast(number(int(value)), "BOOLEAN") if dialect.bits else exp.Boolean(this=value)
        return Term(exp.Boolean(this=value), type_, stored=held, value=value)
    size = float(abs(value)) if isinstance(value, int | float) else 0.0
    return Term(literal(value, dialect), type_, value=value, most=size, least=size or SMALLEST_FLOAT)


def literal(value: Known, dialect: Dialect) -> Sql:
    """A known value of one kind, as SQL spells it."""
    match value:
        case int():
            return number(value)
        case float():
            return double(value, dialect)
        case date():
            return exp.cast(text(value.isoformat()), "DATE")
        case str():
            return text(value)
        case _:
            raise AssertionError(f"{value!r} is written by itself")


def double(value: float, dialect: Dialect) -> Sql:
    """A binary64 that reads back as itself."""
    mantissa, _, exponent = f"{abs(value):.17e}".partition("e")
    for digits in range(17):
        if float(f"{abs(value):.{digits}e}") == abs(value):
            mantissa, _, exponent = f"{abs(value):.{digits}e}".partition("e")
            break
    mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
    spelled = f"{mantissa}E{int(exponent)}"
    if not dialect.plain_floats:
        return exp.cast(text(f"-{spelled}" if value < 0 else spelled), "DOUBLE")
    found = exp.Literal.number(spelled)
    return exp.Neg(this=found) if value < 0 else found


def day(value: date, dialect: Dialect) -> Term:
    return constant(value, DATE, dialect)
