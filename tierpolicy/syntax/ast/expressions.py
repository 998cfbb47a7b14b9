"""What an author wrote as a condition or a value."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import Literal

from tierpolicy.frozen import frozen
from tierpolicy.source import Span
from tierpolicy.syntax.ast.words import String, Word, span_field

Unit = Literal["second", "minute", "hour", "day", "week", "month", "year", "percent"]
CompareOp = Literal["=", "!=", "<", "<=", ">", ">="]
ArithmeticOp = Literal["+", "-", "*", "/"]
TextOp = Literal["starts with", "ends with", "contains"]
Side = Literal["top", "bottom"]


@frozen
class Number:
    """A literal such as `100_000` or `0.5`; `text` as written."""

    text: str
    span: Span = span_field()

    @property
    def value(self) -> Decimal:
        return Decimal(self.text.replace("_", ""))


@frozen
class Quantity:
    """A literal with a unit: `10 minutes`, `10%`, `1 month`."""

    number: Number
    unit: Unit
    span: Span = span_field()


@frozen
class DateLiteral:
    value: date
    span: Span = span_field()


@frozen
class Today:
    span: Span = span_field()


@frozen
class Name:
    """A bare word: a name, a label, `yes`, `no` or `none`; with `quoted`, a name in backticks."""

    text: str
    quoted: bool = field(default=False, compare=False)
    span: Span = span_field()


@frozen
class Qualified:
    """`customer.gold`, `request.severity`, `service.tier`: surely a name, never a label."""

    scope: Literal["customer", "request", "service"]
    name: Word
    span: Span = span_field()


@frozen
class SetLiteral:
    """`{lounge, gift}`; items are `Name` or `String`."""

    items: tuple[Name | String, ...]
    span: Span = span_field()


@frozen
class Call:
    function: Word
    arguments: tuple[Expr, ...]
    span: Span = span_field()


@frozen
class Negative:
    operand: Expr
    span: Span = span_field()


@frozen
class Arithmetic:
    op: ArithmeticOp
    left: Expr
    right: Expr
    span: Span = span_field()


@frozen
class Compare:
    op: CompareOp
    left: Expr
    right: Expr
    span: Span = span_field()


@frozen
class In:
    """`x in (a, b)`, `x not in (a, b)`; may have 100,000 options."""

    operand: Expr
    options: tuple[Expr, ...]
    negated: bool = False
    span: Span = span_field()


@frozen
class InShare:
    """`x in top 10%`, `x not in bottom 5%`: among the customers of a base with the most (the least) of it."""

    operand: Expr
    side: Side
    share: Expr
    negated: bool = False
    span: Span = span_field()


@frozen
class Between:
    """Both ends included."""

    operand: Expr
    low: Expr
    high: Expr
    span: Span = span_field()


@frozen
class Is:
    """`x is missing`, `x is known`, `x is gold`, each with `not`. `what` is an expression or one of the two words."""

    operand: Expr
    what: Expr | Literal["missing", "known"]
    negated: bool = False
    span: Span = span_field()


@frozen
class Has:
    """`tags has press`."""

    operand: Expr
    label: Expr
    span: Span = span_field()


@frozen
class TextTest:
    op: TextOp
    operand: Expr
    text: Expr
    span: Span = span_field()


@frozen
class Not:
    operand: Expr
    span: Span = span_field()


@frozen
class And:
    """Two or more parts, flat: `a and b and c` is one node (a parenthesised `and` inside stays a part)."""

    parts: tuple[Expr, ...]
    span: Span = span_field()


@frozen
class Or:
    parts: tuple[Expr, ...]
    span: Span = span_field()


Expr = (
    Number
    | Quantity
    | String
    | DateLiteral
    | Today
    | Name
    | Qualified
    | SetLiteral
    | Call
    | Negative
    | Arithmetic
    | Compare
    | In
    | InShare
    | Between
    | Is
    | Has
    | TextTest
    | Not
    | And
    | Or
)
