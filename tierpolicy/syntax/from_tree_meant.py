"""Calculations with literals that were meant as something else: `1-9` in a cell as a range, `1/2 hour` as a duration.

Both would be read without a word: a cell of `1 - 9` asks for -8. Nobody writes a literal as a difference of two.
"""

from __future__ import annotations

from fractions import Fraction

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Fix
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.reading import Reading

_SECONDS: dict[str, int] = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


def range_meant(expr: ast.Expr, reading: Reading) -> ast.RangeCell | None:
    """`1-9`, `10% - 20%` as what a cell asks: reported, and read as the range."""
    if not isinstance(expr, ast.Arithmetic) or expr.op != "-":
        return None
    left, right = _written(expr.left), _written(expr.right)
    if left is None or right is None:
        return None
    low, high = (expr.right, expr.left) if _comes_after(expr.left, expr.right) else (expr.left, expr.right)
    if low is expr.right:
        left, right = right, left
    help = f"write `{left} to {right}`"
    message = "a `-` between two values is a subtraction; a range in a cell says `to`"
    reading.report(syntax.FROM_ELSEWHERE, message, expr.span, help, Fix(expr.span, f"{left} to {right}", help))
    return ast.RangeCell(low, high, False, expr.span)


def duration_meant(left: ast.Expr, right: ast.Expr, span: Span, reading: Reading) -> ast.Quantity | None:
    """`1/2 hour`: reported, and read as the part of the hour."""
    if not isinstance(left, ast.Number) or not isinstance(right, ast.Quantity) or right.unit not in _SECONDS:
        return None
    parts = Fraction(right.number.value)
    seconds = Fraction(left.value) * _SECONDS[right.unit] / parts if parts else Fraction(0)
    help, fix = "write the duration as a whole number of a smaller unit, such as `30 minutes`", None
    number, unit = 0, ""
    if seconds and seconds.denominator == 1:
        unit = next(unit for unit, length in _SECONDS.items() if seconds % length == 0)
        number = int(seconds) // _SECONDS[unit]
        meant = f"{number} {unit}" if number == 1 else f"{number} {unit}s"
        help, fix = f"write `{meant}`", Fix(span, meant, f"write `{meant}`")
    message = f"`{left.text}/{right.number.text} {right.unit}` is no duration: a number can't be divided by one"
    reading.report(syntax.NUMBER_FORM, message, span, help, fix)
    return ast.Quantity(ast.Number(str(number), span), unit or right.unit, span)  # type: ignore[arg-type]


def _written(expr: ast.Expr) -> str | None:
    """A literal as an author writes it; None for what is no literal."""
    match expr:
        case ast.Number(text):
            return text
        case ast.Quantity(number, "percent"):
            return f"{number.text}%"
        case ast.Quantity(number, unit):
            return f"{number.text} {unit}" if number.text == "1" else f"{number.text} {unit}s"
        case ast.DateLiteral(value):
            return value.isoformat()
        case ast.Negative(operand):
            inner = _written(operand)
            return None if inner is None or isinstance(operand, ast.DateLiteral) else f"-{inner}"
        case _:
            return None


def _comes_after(left: ast.Expr, right: ast.Expr) -> bool:
    """True where the first of two literals of a kind is the greater one."""
    match left, right:
        case ast.DateLiteral(one), ast.DateLiteral(two):
            return one > two
    one_size, two_size = _size(left), _size(right)
    return one_size is not None and two_size is not None and one_size[0] == two_size[0] and one_size[1] > two_size[1]


def _size(expr: ast.Expr) -> tuple[str, Fraction] | None:
    match expr:
        case ast.Number():
            return "", Fraction(expr.value)
        case ast.Quantity(number, unit) if unit in _SECONDS:
            return "duration", Fraction(number.value) * _SECONDS[unit]
        case ast.Quantity(number, unit):
            return unit, Fraction(number.value)
        case ast.Negative(operand):
            inner = _size(operand)
            return None if inner is None else (inner[0], -inner[1])
        case _:
            return None
