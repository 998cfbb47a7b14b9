"""Small pieces of syntax trees, by what they say."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

TRUE = ast.Constant(True)
FALSE = ast.Constant(False)
NONE = ast.Constant(None)


def name(variable: str) -> ast.Name:
    return ast.Name(variable, ast.Load())


def assign(variable: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Name(variable, ast.Store())], value)


def unpacked(variables: Sequence[str], value: ast.expr) -> ast.Assign:
    """`a, b, c = value`."""
    return ast.Assign([ast.Tuple([ast.Name(each, ast.Store()) for each in variables], ast.Store())], value)


def call(function: str | ast.expr, *arguments: ast.expr) -> ast.Call:
    return ast.Call(name(function) if isinstance(function, str) else function, list(arguments), [])


def method(owner: ast.expr, called: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(owner, called, ast.Load()), list(arguments), [])


def item(owner: ast.expr, key: ast.expr) -> ast.Subscript:
    return ast.Subscript(owner, key, ast.Load())


def compare(left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.Compare:
    return ast.Compare(left, [op], [right])


def between(low: ast.expr, value: ast.expr, high: ast.expr) -> ast.Compare:
    """`low <= value <= high`."""
    return ast.Compare(low, [ast.LtE(), ast.LtE()], [value, high])


def is_(left: ast.expr, right: ast.expr) -> ast.Compare:
    """`is`; `==` where one of them is written out and nothing else can be it."""
    return compare(left, ast.Eq() if _written_out(left, right) else ast.Is(), right)


def is_not(left: ast.expr, right: ast.expr) -> ast.Compare:
    return compare(left, ast.NotEq() if _written_out(left, right) else ast.IsNot(), right)


def _written_out(*sides: ast.expr) -> bool:
    return any(isinstance(each, ast.Constant) and not isinstance(each.value, bool | None) for each in sides)


def is_type(value: ast.expr, type_: str) -> ast.Compare:
    """`type(value) is type_`: what the value says of itself isn't asked."""
    return is_(call("type", value), name(type_))


def not_(operand: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), operand)


def every(parts: Iterable[ast.expr]) -> ast.expr:
    """`and`; true of no parts."""
    found = list(parts)
    return found[0] if len(found) == 1 else ast.BoolOp(ast.And(), found) if found else TRUE


def some(parts: Iterable[ast.expr]) -> ast.expr:
    """`or`; false of no parts."""
    found = list(parts)
    return found[0] if len(found) == 1 else ast.BoolOp(ast.Or(), found) if found else FALSE


def either(test: ast.expr, if_true: ast.expr, if_false: ast.expr) -> ast.IfExp:
    return ast.IfExp(test, if_true, if_false)


def when(test: ast.expr, body: Sequence[ast.stmt], otherwise: Sequence[ast.stmt] = ()) -> ast.If:
    return ast.If(test, list(body) or [ast.Pass()], list(otherwise))


def tuple_of(parts: Iterable[ast.expr]) -> ast.Tuple:
    return ast.Tuple(list(parts), ast.Load())


def combined(left: ast.expr, op: ast.operator, right: ast.expr) -> ast.BinOp:
    return ast.BinOp(left, op, right)


def updated(variable: str, op: ast.operator, value: ast.expr) -> ast.AugAssign:
    return ast.AugAssign(ast.Name(variable, ast.Store()), op, value)
