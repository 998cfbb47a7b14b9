"""Two expressions beside each other: which of them says the type, and what the other one takes from it.

An expression is *open* where its type is settled by its neighbour: plain numbers, labels, quoted texts, sets in braces,
and what is made of nothing else. Where both are open each takes the type that it has by itself.
"""

from __future__ import annotations

from collections.abc import Callable

from tierpolicy.check.expressions_kinds import same
from tierpolicy.check.literals import Want, asked_by
from tierpolicy.check.scope import Scope
from tierpolicy.model.builtins import BY_NAME
from tierpolicy.model.expressions import Constant, Expr, ToNumber
from tierpolicy.model.types import NUMBER, Integer, Number
from tierpolicy.syntax import ast

Read = Callable[[ast.Expr, Want | None, Scope], Expr | None]
"""How operands are read: the type asked for is taken by what is open, and only hinted to what is not."""


def is_open(expr: ast.Expr, scope: Scope) -> bool:
    """True where the type of the expression is settled by its neighbour."""
    match expr:
        case ast.Number() | ast.String() | ast.SetLiteral():
            return True
        case ast.Name(text):
            return not scope.is_name(text)
        case ast.Negative(operand):
            return is_open(operand, scope)
        case ast.Arithmetic(_, left, right):
            return is_open(left, scope) and is_open(right, scope)
        case ast.Call(function, arguments):
            record = BY_NAME.get(function.text)
            return record is not None and all(
                record.argument(at).kind == "shared" and is_open(argument, scope)
                for at, argument in enumerate(arguments)
            )
        case _:
            return False


def both(
    left: ast.Expr, right: ast.Expr, want: Want | None, scope: Scope, read: Read
) -> tuple[Expr | None, Expr | None]:
    """Two neighbours, each read once. Where the one that says the type is wrong, an open other can't be judged."""
    if _reads_second(left, right, scope):
        other, one = both(right, left, want, scope, read)
        return one, other
    first = read(left, want, scope)
    if first is None and is_open(right, scope):
        return None, None
    return first, read(right, asked_by(first, scope) or want, scope)


def alike(left: Expr, right: Expr) -> tuple[Expr, Expr] | None:
    """Two values as values of one type, a whole number beside a number as a number; None where they differ in kind."""
    if same(left.type, right.type):
        return left, right
    if isinstance(left.type, Integer) and isinstance(right.type, Number):
        return as_number(left), right
    if isinstance(left.type, Number) and isinstance(right.type, Integer):
        return left, as_number(right)
    return None


def as_number(node: Expr) -> Expr:
    """A whole number as a number; anything else as it is."""
    match node:
        case Constant(bool()):
            return node
        case Constant(int() as value, Integer()):
            return Constant(float(value), NUMBER, node.span)
        case _ if isinstance(node.type, Integer):
            return ToNumber(node, NUMBER, node.span)
        case _:
            return node


def _reads_second(left: ast.Expr, right: ast.Expr, scope: Scope) -> bool:
    """True where the right one says the type: the left is open, and the right is not, or says more by itself."""
    return is_open(left, scope) and _vagueness(right, scope) < _vagueness(left, scope)


def _vagueness(expr: ast.Expr, scope: Scope) -> int:
    """How little an expression says of its type: 0 for one that stands by itself, most for a set in braces.

    An unknown word that is nobody's label is likely a misspelt name, and so the one to report.
    """
    if not is_open(expr, scope):
        return 0
    match expr:
        case ast.Name(text) if text.lower() not in ("yes", "no", "none"):
            return 1 if next(scope.holders_of(text), None) is None else 3
        case ast.Name():
            return 4
        case ast.SetLiteral():
            return 5
        case _:
            return 2
