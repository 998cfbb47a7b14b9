"""Arithmetic on known values written out: exactly what `semantics.arithmetic` does, without calling it.

Each function gives the expression of the result as it comes, and the bounds within which it is one; beyond them, and
where a number isn't finite, it is missing. Dates, and whatever else isn't here, is left to `semantics`.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass

from tierpolicy.compile.python.trees import call, combined
from tierpolicy.model.expressions import Arithmetic, Expr, Negative
from tierpolicy.model.types import Duration, Integer, Money, Number, Percent, Type
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, MONEY_MAX
from tierpolicy.semantics.arithmetic import HUNDREDTHS_OF_PERCENT

COUNTED = Integer | Money | Percent | Duration


@dataclass(frozen=True, slots=True)
class Written:
    """A result as it comes, a number of the processor: `low` and `high` bound those that are a value, which `final`
    makes of it. `divisor` is what must not be zero."""

    result: ast.expr
    low: int | float
    high: int | float
    type: Type
    divisor: ast.expr | None = None

    def final(self, result: ast.expr) -> ast.expr:
        """Half to even where the type counts units and the result needn't be whole; minus zero is zero."""
        if isinstance(self.type, Number):
            return combined(result, ast.Add(), ast.Constant(0.0))
        return call("round", result)


def written(expr: Arithmetic | Negative, left: ast.expr, right: ast.expr | None = None) -> Written | None:
    """The arithmetic of known operands that are neither missing nor `none`; None where it isn't written out."""
    bounds = _bounds(expr.type)
    if bounds is None:
        return None
    if isinstance(expr, Negative):
        return Written(ast.UnaryOp(ast.USub(), left), *bounds, expr.type)
    assert right is not None
    match expr.op:
        case "+" | "-" if _numeric(expr.left) and _numeric(expr.right):
            op = ast.Add() if expr.op == "+" else ast.Sub()
            return Written(combined(left, op, right), *bounds, expr.type)
        case "*" if isinstance(expr.left.type, Integer) and isinstance(expr.right.type, Integer):
            return Written(combined(left, ast.Mult(), right), *bounds, expr.type)
        case "*" if _numeric(expr.left) and _numeric(expr.right):
            product: ast.expr = combined(_float(left, expr.left), ast.Mult(), _float(right, expr.right))
            if {type(expr.left.type), type(expr.right.type)} == {Money, Percent}:
                product = combined(product, ast.Div(), ast.Constant(HUNDREDTHS_OF_PERCENT))
            return Written(product, *bounds, expr.type)
        case "/" if _numeric(expr.left) and _numeric(expr.right):
            quotient = combined(_float(left, expr.left), ast.Div(), _float(right, expr.right))
            return Written(quotient, *bounds, expr.type, right)
        case _:
            return None


def _numeric(expr: Expr) -> bool:
    return isinstance(expr.type, COUNTED | Number)


def _float(value: ast.expr, expr: Expr) -> ast.expr:
    return value if isinstance(expr.type, Number) else call("float", value)


def _bounds(type_: Type) -> tuple[int | float, int | float] | None:
    match type_:
        case Integer() | Duration():
            return INTEGER_MIN, INTEGER_MAX
        case Money() | Percent():
            return -MONEY_MAX, MONEY_MAX
        case Number():
            return -sys.float_info.max, sys.float_info.max
        case _:
            return None
