"""Typed expressions: names resolved, literals in their type, conversions explicit.

Every node says its `type`; a condition is an expression of type flag whose MISSING means *unknown*. Both sides of a
comparison have compatible types. Spans take no part in equality and are None where sugar made the node.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Literal

from tierpolicy.frozen import frozen
from tierpolicy.model.types import DATE, FLAG, Flag, Type
from tierpolicy.model.types import Date as DateType
from tierpolicy.model.values import Known
from tierpolicy.source import Span

CompareOp = Literal["=", "!=", "<", "<=", ">", ">="]
ArithmeticOp = Literal["+", "-", "*", "/"]
TextOp = Literal["starts with", "ends with", "contains"]


def _span() -> Span | None:
    return field(compare=False, default=None, repr=False)


@frozen
class Constant:
    """`share` is set where the value is the threshold of `in top 10%`: "top 10%". Like the span it is for people."""

    value: Known
    type: Type
    span: Span | None = _span()
    share: str = field(compare=False, default="", repr=False)


@frozen
class FieldRef:
    name: str
    type: Type
    span: Span | None = _span()


@frozen
class AttributeRef:
    """A decided attribute: final before it is read, never missing, perhaps `none`."""

    name: str
    type: Type
    span: Span | None = _span()


@frozen
class ParameterRef:
    name: str
    type: Type
    span: Span | None = _span()


@frozen
class DefineRef:
    name: str
    type: Type
    span: Span | None = _span()


@frozen
class Today:
    span: Span | None = _span()

    @property
    def type(self) -> DateType:
        return DATE


@frozen
class ToNumber:
    """An integer as a number (binary64)."""

    operand: Expr
    type: Type
    span: Span | None = _span()


@frozen
class Negative:
    operand: Expr
    type: Type
    span: Span | None = _span()


@frozen
class Arithmetic:
    """`left op right`; the operand types with the op say the meaning (semantics/arithmetic), `type` the result.

    Whole numbers beside anything but whole numbers come wrapped in `ToNumber`; so do both sides of `/`. That leaves:

    | op | left, right | result |
    |---|---|---|
    | `+ -` | integer, number, money, percent or duration, with its own kind | that kind |
    | `*` | integer, integer · number, number | that kind |
    | `*` | money, percent or duration with number (either first) | money, percent, duration |
    | `*` | money with percent (either first) | money |
    | `/` | number, number · two of money, percent or duration, of one kind | number |
    | `/` | money, percent or duration by number | that kind |
    | `-` | date, date | duration |
    | `+ -` | date, duration (the date first) | date |
    """

    op: ArithmeticOp
    left: Expr
    right: Expr
    type: Type
    span: Span | None = _span()


@frozen
class ShiftMonths:
    """A date plus whole months (a year is twelve; negative to go back), the end of month kept within the month."""

    operand: Expr
    months: int
    span: Span | None = _span()

    @property
    def type(self) -> DateType:
        return DATE


@frozen
class Call:
    """A builtin or plugin function, by the name of its record in model/builtins."""

    function: str
    arguments: tuple[Expr, ...]
    type: Type
    span: Span | None = _span()


@frozen
class Compare:
    """Between compatible types; order only for ordered types (flags, sets, text, choices take = and != only)."""

    op: CompareOp
    left: Expr
    right: Expr
    span: Span | None = _span()

    @property
    def type(self) -> Flag:
        return FLAG


@frozen
class In:
    """True where the operand equals one of the options."""

    operand: Expr
    options: tuple[Expr, ...]
    span: Span | None = _span()

    @property
    def type(self) -> Flag:
        return FLAG


@frozen
class IsMissing:
    """Never unknown. `is known` is `Not(IsMissing)`."""

    operand: Expr
    span: Span | None = _span()

    @property
    def type(self) -> Flag:
        return FLAG


@frozen
class Has:
    """True where the set holds the label."""

    operand: Expr
    label: str
    span: Span | None = _span()

    @property
    def type(self) -> Flag:
        return FLAG


@frozen
class TextTest:
    op: TextOp
    operand: Expr
    text: Expr
    span: Span | None = _span()

    @property
    def type(self) -> Flag:
        return FLAG


@frozen
class Not:
    operand: Expr
    span: Span | None = _span()

    @property
    def type(self) -> Flag:
        return FLAG


@frozen
class And:
    parts: tuple[Expr, ...]
    span: Span | None = _span()

    @property
    def type(self) -> Flag:
        return FLAG


@frozen
class Or:
    parts: tuple[Expr, ...]
    span: Span | None = _span()

    @property
    def type(self) -> Flag:
        return FLAG


Expr = (
    Constant
    | FieldRef
    | AttributeRef
    | ParameterRef
    | DefineRef
    | Today
    | ToNumber
    | Negative
    | Arithmetic
    | ShiftMonths
    | Call
    | Compare
    | In
    | IsMissing
    | Has
    | TextTest
    | Not
    | And
    | Or
)

TRUE = Constant(True, FLAG)

_LEAVES = frozenset((Constant, FieldRef, AttributeRef, ParameterRef, DefineRef, Today))
"""What holds no expression: with comparisons, most of what is walked."""


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside one."""
    match expr:
        case Constant() | FieldRef() | AttributeRef() | ParameterRef() | DefineRef() | Today():
            return ()
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return (left, right)
        case And(parts) | Or(parts):
            return parts
        case (
            ToNumber(operand)
            | Negative(operand)
            | ShiftMonths(operand)
            | IsMissing(operand)
            | Not(operand)
            | Has(operand)
        ):
            return (operand,)
        case Call(_, arguments):
            return arguments
        case In(operand, options):
            return (operand, *options)
        case TextTest(_, operand, text):
            return (operand, text)


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and all inside it, without looking into defines."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        if type(node) is Compare:
            stack.append(node.right)
            stack.append(node.left)
        elif type(node) not in _LEAVES:
            stack.extend(reversed(children(node)))
