"""From `+ - * /` to typed calculations: the table of kinds of language.md §4, and how far a wanted type reaches.

The type that is asked of a sum is asked of both sides. Of a product it is asked of its one plain literal:
`fee = 2 * orders` makes the 2 an amount of money, `fee = 2 * annual_spend` leaves it a number. So a product is taken
as a whole: the factors that stand by themselves are read first, then the literals, then it is put together again.
"""

from __future__ import annotations

from typing import assert_never

from tierpolicy.check.expressions_kinds import kind, wrote
from tierpolicy.check.expressions_sides import Read, alike, as_number, both, is_open
from tierpolicy.check.literals import Want, number_constant, quantity_constant
from tierpolicy.check.scope import Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.frozen import frozen
from tierpolicy.model.expressions import Arithmetic, Constant, Expr, Negative, ShiftMonths
from tierpolicy.model.types import (
    DATE,
    DURATION,
    INTEGER,
    MONEY,
    NUMBER,
    Choice,
    Date,
    Duration,
    Integer,
    Money,
    Number,
    Percent,
    Scale,
    SetOf,
    Text,
    Type,
)
from tierpolicy.model.values import NotOffered
from tierpolicy.syntax import ast

MONTHS = {"month": 1, "year": 12}
MOST_MONTHS = 12 * 9_999
"""From the first year of the calendar to the last."""


def negative(expr: ast.Negative, want: Want | None, scope: Scope, read: Read) -> Expr | None:
    """`-x`; of a literal, the negative literal."""
    match expr.operand:
        case ast.Number():
            return number_constant(expr.operand, -1, want, expr.span, scope)
        case ast.Quantity():
            return quantity_constant(expr.operand, -1, expr.span, scope)
        case _:
            operand = read(expr.operand, want.of_amount() if want else None, scope)
    if operand is None:
        return None
    if isinstance(operand.type, Integer | Number | Percent | Money | Duration):
        return Negative(operand, operand.type, expr.span)
    scope.findings.report(
        codes.NO_SUCH_ARITHMETIC,
        f"{wrote(expr.operand)} is {kind(operand.type)}, which has no negative",
        expr.span,
        help=_test_help(operand.type),
    )
    return None


def arithmetic(expr: ast.Arithmetic, want: Want | None, scope: Scope, read: Read) -> Expr | None:
    """A sum, difference, product or quotient in its type."""
    amount = want.of_amount() if want else None
    match expr.op:
        case "+" | "-":
            return _sum(expr, amount, scope, read)
        case "*" | "/":
            return _product(expr, amount, scope, read)
        case _:
            assert_never(expr.op)


# ---------------------------------------------------------------- sums


def _sum(expr: ast.Arithmetic, want: Want | None, scope: Scope, read: Read) -> Expr | None:
    if (months := _months(expr.right)) is not None:
        return _shift(expr.left, months, expr, scope, read)
    if expr.op == "+" and (months := _months(expr.left)) is not None:
        return _shift(expr.right, months, expr, scope, read)
    left, right = both(expr.left, expr.right, want, scope, read)
    if left is None or right is None:
        return None
    for side in (left, right):
        if isinstance(side, Constant) and isinstance(side.value, NotOffered):
            scope.findings.report(
                codes.NONE_NOT_OFFERED,
                "`none` cannot be calculated with",
                side.span,
                help="compare with it, as in `discount = none`, for an attribute that says `or none`",
            )
            return None
    return _added(expr, left, right, scope)


def _added(expr: ast.Arithmetic, left: Expr, right: Expr, scope: Scope) -> Expr | None:
    op = expr.op
    match left.type, right.type:
        case ((Integer() | Number()), (Integer() | Number())):
            pair = alike(left, right)
            assert pair is not None
            return Arithmetic(op, *pair, pair[0].type, expr.span)
        case (Money(), Money()) | (Percent(), Percent()) | (Duration(), Duration()):
            return Arithmetic(op, left, right, left.type, expr.span)
        case Date(), Date() if op == "-":
            return Arithmetic(op, left, right, DURATION, expr.span)
        case Date(), Duration():
            return Arithmetic(op, left, right, DATE, expr.span)
        case Duration(), Date() if op == "+":
            return Arithmetic(op, right, left, DATE, expr.span)
        case _:
            _no_such(expr, left, right, scope)
            return None


def _months(expr: ast.Expr) -> tuple[ast.Quantity, int] | None:
    """A literal of months or years with its sign."""
    match expr:
        case ast.Quantity(_, "month" | "year"):
            return expr, 1
        case ast.Negative(ast.Quantity(_, "month" | "year") as quantity):
            return quantity, -1
        case _:
            return None


def _shift(
    day: ast.Expr, months: tuple[ast.Quantity, int], expr: ast.Arithmetic, scope: Scope, read: Read
) -> Expr | None:
    """A date plus or minus a literal number of months or years."""
    quantity, sign = months
    count = _whole_months(quantity, scope)
    operand = read(day, Want(DATE), scope)
    if operand is None or count is None:
        return None
    if not isinstance(operand.type, Date):
        scope.findings.report(
            codes.MONTHS_WITHOUT_DATE,
            f"{wrote(quantity)} stands beside {kind(operand.type)}",
            expr.span,
            help="months and years are only added to dates, or taken from them; elsewhere count in days or weeks",
        )
        return None
    return ShiftMonths(operand, count * sign * (-1 if expr.op == "-" else 1), expr.span)


def _whole_months(quantity: ast.Quantity, scope: Scope) -> int | None:
    text = quantity.number.text.replace("_", "")
    if not text.isdecimal():
        scope.findings.report(
            codes.TOO_FINE,
            f"{wrote(quantity)} is not a whole number of {quantity.unit}s",
            quantity.span,
            help="add whole months, or count in days",
        )
        return None
    if len(text) > 6 or int(text) * MONTHS[quantity.unit] > MOST_MONTHS:
        scope.findings.report(codes.TOO_LARGE, f"{wrote(quantity)} is beyond the calendar", quantity.span)
        return None
    return int(text) * MONTHS[quantity.unit]


# ---------------------------------------------------------------- products


@frozen
class _Factor:
    expr: ast.Expr
    divides: bool


def _product(expr: ast.Arithmetic, want: Want | None, scope: Scope, read: Read) -> Expr | None:
    factors = _factors(expr, False)
    found: dict[int, Expr | None] = {
        id(factor.expr): read(factor.expr, None, scope) for factor in factors if not is_open(factor.expr, scope)
    }
    others = [found[id(factor.expr)] for factor in factors if not factor.divides and id(factor.expr) in found]
    reach = want if want is not None and _reaches(want, others) else None
    for factor in factors:
        if id(factor.expr) not in found:
            takes, reach = (None, reach) if factor.divides else (reach, None)
            found[id(factor.expr)] = read(factor.expr, takes, scope)
    return _rebuilt(expr, found, scope)


def _factors(expr: ast.Expr, divides: bool) -> list[_Factor]:
    """What a product is made of, from left to right, through parentheses; `divides` below a fraction line."""
    match expr:
        case ast.Arithmetic("*", left, right):
            return [*_factors(left, divides), *_factors(right, divides)]
        case ast.Arithmetic("/", left, right):
            return [*_factors(left, divides), *_factors(right, not divides)]
        case _:
            return [_Factor(expr, divides)]


def _reaches(want: Want, others: list[Expr | None]) -> bool:
    """True where a literal in the type asked for makes the product one of that type, whatever else is multiplied.

    That is where the other factors are plain numbers; for money they may hold one percentage.
    """
    kinds = [other.type for other in others if other is not None and not isinstance(other.type, Integer | Number)]
    match want.type:
        case Money():
            return not kinds or (len(kinds) == 1 and isinstance(kinds[0], Percent))
        case Percent() | Duration():
            return not kinds
        case _:
            return False


def _rebuilt(expr: ast.Expr, found: dict[int, Expr | None], scope: Scope) -> Expr | None:
    """The product as it was written, its factors typed."""
    if not (isinstance(expr, ast.Arithmetic) and expr.op in ("*", "/")):
        return found[id(expr)]
    left, right = _rebuilt(expr.left, found, scope), _rebuilt(expr.right, found, scope)
    if left is None or right is None:
        return None
    return _multiplied(expr, left, right, scope) if expr.op == "*" else _divided(expr, left, right, scope)


def _multiplied(expr: ast.Arithmetic, left: Expr, right: Expr, scope: Scope) -> Expr | None:
    match left.type, right.type:
        case Integer(), Integer():
            return Arithmetic("*", left, right, INTEGER, expr.span)
        case ((Integer() | Number()), (Integer() | Number())):
            return Arithmetic("*", as_number(left), as_number(right), NUMBER, expr.span)
        case ((Money() | Percent() | Duration()), (Integer() | Number())):
            return Arithmetic("*", left, as_number(right), left.type, expr.span)
        case ((Integer() | Number()), (Money() | Percent() | Duration())):
            return Arithmetic("*", as_number(left), right, right.type, expr.span)
        case (Money(), Percent()) | (Percent(), Money()):
            return Arithmetic("*", left, right, MONEY, expr.span)
        case _:
            _no_such(expr, left, right, scope)
            return None


def _divided(expr: ast.Arithmetic, left: Expr, right: Expr, scope: Scope) -> Expr | None:
    """Like divided by like is a number for every kind (language.md §4 says it of money)."""
    match left.type, right.type:
        case ((Integer() | Number()), (Integer() | Number())):
            return Arithmetic("/", as_number(left), as_number(right), NUMBER, expr.span)
        case ((Money() | Percent() | Duration()), (Integer() | Number())):
            return Arithmetic("/", left, as_number(right), left.type, expr.span)
        case (Money(), Money()) | (Percent(), Percent()) | (Duration(), Duration()):
            return Arithmetic("/", left, right, NUMBER, expr.span)
        case _:
            _no_such(expr, left, right, scope)
            return None


# ---------------------------------------------------------------- what can't be calculated


def _no_such(expr: ast.Arithmetic, left: Expr, right: Expr, scope: Scope) -> None:
    one, other = kind(left.type), kind(right.type)
    match expr.op:
        case "+":
            message = f"{one} and {other} cannot be added"
        case "-":
            message = f"{other} cannot be taken from {one}"
        case "*":
            message = f"{one} and {other} cannot be multiplied"
        case "/":
            message = f"{one} cannot be divided by {other}"
        case _:
            assert_never(expr.op)
    scope.findings.report(
        codes.NO_SUCH_ARITHMETIC, message, expr.span, help=_arithmetic_help(expr, left.type, right.type)
    )


def _arithmetic_help(expr: ast.Arithmetic, left: Type, right: Type) -> str | None:
    match expr.op, left, right:
        case (("+" | "-"), Date(), (Integer() | Number())):
            count = f"{expr.right.text} days" if isinstance(expr.right, ast.Number) else "30 days"
            return f"say `{count}` to count in days"
        case "+", Date(), Date():
            return "the time between two dates is their difference: `later - earlier`"
        case (("+" | "-"), Money(), Percent()):
            return "a percentage of an amount is their product, as in `fee - fee * 10%`"
        case "*", (Percent() | Duration()), Percent():
            return "multiply by a number such as `0.5`"
        case _:
            return _test_help(left) or _test_help(right)


def _test_help(type_: Type) -> str | None:
    match type_:
        case Text() | Scale() | Choice():
            return "texts and labels can be compared, but not calculated with"
        case SetOf():
            return "a set is written out in braces: `{a, b}`; to ask what is in it, say `has`"
        case _:
            return None
