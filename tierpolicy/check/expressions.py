"""From what an author wrote to typed expressions: names resolved, literals in their type (language.md §4).

Reading goes in two directions. An expression that stands by itself (a field, a calculation with one) says its type; an
*open* one (a plain number, a label, `yes`, `none`, a quoted text) takes the type that its neighbour, or the place where
it stands, asks for. Every function returns None after a mistake was reported, and reports one cause once.
"""

from __future__ import annotations

from typing import TypeGuard, assert_never

from tierpolicy.check import expressions_comparisons as comparisons
from tierpolicy.check.expressions_alone import values_alone
from tierpolicy.check.expressions_arithmetic import arithmetic, negative
from tierpolicy.check.expressions_calls import call
from tierpolicy.check.expressions_kinds import kind, same, way_out, wrote
from tierpolicy.check.expressions_shares import in_share
from tierpolicy.check.expressions_sides import as_number
from tierpolicy.check.expressions_words import FLAGS, FOREIGN, qualified, word
from tierpolicy.check.literals import (
    Want,
    none_of,
    number_constant,
    quantity_constant,
    set_constant,
    text_constant,
)
from tierpolicy.check.scope import Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.model.expressions import And, Compare, Constant, Expr, Not, Or, Today
from tierpolicy.model.types import DATE, FLAG, Choice, Flag, Integer, Number, Scale, SetOf, Text, Type
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.syntax import ast


def typed(expr: ast.Expr, scope: Scope, wanted: Type | None, none: NotOffered | None = None) -> Expr | None:
    """The typed form of `expr`, of type `wanted` where that is given (an integer becomes a number by `ToNumber`).

    `none`: what `none` means here; without it `none` is a mistake. None after a finding was reported.
    """
    return _demanded(expr, Want(wanted, none) if wanted is not None else None, scope)


def value_for(expr: ast.Expr, scope: Scope, attribute: Attribute) -> Expr | None:
    """A value to give to (cap, promise of) an attribute: of its type, `none` where it says `or none`."""
    return _demanded(expr, Want(attribute.type, not_offered(attribute), attribute.name), scope)


def not_offered(attribute: Attribute) -> NotOffered | None:
    """What `none` is for an attribute: the end of its order that is worst. None where it can't be `none`."""
    if not attribute.or_none:
        return None
    return NotOffered.ABOVE if attribute.direction is Direction.LESS else NotOffered.BELOW


def condition(expr: ast.Expr, scope: Scope) -> Expr | None:
    """The typed form of a condition: a comparison, a test, or a flag by itself.

    A flag that may be `none` is compared with `yes`, so that every condition is true, false or unknown.
    """
    match expr:
        case ast.And(parts) | ast.Or(parts):
            alone = values_alone(expr, scope)
            found = [condition(part, scope) for index, part in enumerate(parts) if index not in alone]
            known = tuple(part for part in found if part is not None)
            if len(known) < len(parts):
                return None
            return And(known, expr.span) if isinstance(expr, ast.And) else Or(known, expr.span)
        case ast.Not(operand):
            inner = condition(operand, scope)
            return None if inner is None else Not(inner, expr.span)
        case _:
            node = read(expr, Want(FLAG), scope)
    if node is None:
        return None
    if isinstance(node.type, Flag):
        if none_of(node, scope) is not None:
            return Compare("=", node, Constant(True, FLAG), expr.span)
        return node
    scope.findings.report(
        codes.NOT_A_CONDITION,
        f"{wrote(expr)} is {kind(node.type)}, and a condition belongs here",
        expr.span,
        help=_condition_help(expr, node.type),
    )
    return None


def constant(expr: ast.Expr, scope: Scope, type_: Type, none: NotOffered | None = None) -> Known | None:
    """The value of a literal for a bound, a parameter, a share: bare words are labels, never names."""
    return constant_for(expr, scope, Want(type_, none))


def constant_for(expr: ast.Expr, scope: Scope, want: Want) -> Known | None:
    """The value of a literal for what asks for it, such as a field that is given; bare words as in `constant`."""
    type_ = want.type
    match expr:
        case ast.Name(text, quoted):
            literal = not quoted and text.lower() in (*FLAGS, "none", *FOREIGN)
            is_name = scope.is_name(text) or not isinstance(type_, Scale | Choice | SetOf)
            written_out = literal or text in scope.labels(type_) or not is_name
        case ast.Negative(operand):
            written_out = isinstance(operand, ast.Number | ast.Quantity)
        case ast.Number() | ast.Quantity() | ast.String() | ast.DateLiteral() | ast.SetLiteral():
            written_out = True
        case _:
            written_out = False
    if not written_out:
        whose = f" for `{want.subject}`" if want.subject else ""
        scope.findings.report(
            codes.NOT_CONSTANT,
            f"{wrote(expr)} stands where a value{whose} must be written out",
            expr.span,
            help=f"write {kind(type_)}"
            + ("" if whose else " that is the same for everyone")
            + (f': a text stands in quotes, `"{expr.text}"`' if _lacks_quotes(expr, type_) else ""),
        )
        return None
    node = _demanded(expr, want, scope.without_names())
    return node.value if isinstance(node, Constant) else None


def words_in(expr: ast.Expr) -> tuple[str, ...]:
    """The bare words of an expression, each once, in order: the names that it may read; to find circles of defines."""
    found: dict[str, None] = {}
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            found[node.text] = None
        elif isinstance(node, ast.Qualified):
            found[node.name.text] = None
        else:
            stack.extend(reversed(_parts(node)))
    return tuple(found)


def read(expr: ast.Expr, want: Want | None, scope: Scope) -> Expr | None:
    """The typed form of an expression. What is open takes the type asked for; what is not may turn out another."""
    match expr:
        case ast.Number():
            return number_constant(expr, 1, want, expr.span, scope)
        case ast.Quantity():
            return quantity_constant(expr, 1, expr.span, scope)
        case ast.String():
            return text_constant(expr, want, scope)
        case ast.DateLiteral(value):
            return Constant(value, DATE, expr.span)
        case ast.Today():
            return Today(expr.span)
        case ast.Name():
            return word(expr, want, scope)
        case ast.Qualified():
            return qualified(expr, scope)
        case ast.SetLiteral():
            return set_constant(expr, want, scope)
        case ast.Call():
            return call(expr, want, scope, read)
        case ast.Negative():
            return negative(expr, want, scope, read)
        case ast.Arithmetic():
            return arithmetic(expr, want, scope, read)
        case ast.Compare(op, left, right):
            return comparisons.compare(op, left, right, expr.span, scope, read)
        case ast.In():
            return comparisons.among(expr, scope, read)
        case ast.InShare():
            return in_share(expr, scope, read)
        case ast.Between():
            return comparisons.between(expr, scope, read)
        case ast.Is():
            return comparisons.is_test(expr, scope, read)
        case ast.Has():
            return comparisons.has(expr, scope, read)
        case ast.TextTest():
            return comparisons.text_test(expr, scope, read)
        case ast.Not() | ast.And() | ast.Or():
            return condition(expr, scope)
        case _:
            assert_never(expr)


def _demanded(expr: ast.Expr, want: Want | None, scope: Scope) -> Expr | None:
    """The typed form of an expression that must be of the type asked for."""
    node = read(expr, want, scope)
    if node is None or want is None or same(node.type, want.type):
        return node
    if isinstance(want.type, Number) and isinstance(node.type, Integer):
        return as_number(node)
    whose = f"`{want.subject}` is {kind(want.type)}" if want.subject else f"{kind(want.type)} belongs here"
    scope.findings.report(
        codes.MISMATCH,
        f"{wrote(expr)} is {kind(node.type)}, and {whose}",
        expr.span,
        help=way_out(expr, node.type, want.type),
    )
    return None


def _lacks_quotes(expr: ast.Expr, type_: Type) -> TypeGuard[ast.Name]:
    return isinstance(expr, ast.Name) and isinstance(type_, Text)


def _condition_help(expr: ast.Expr, type_: Type) -> str:
    words = wrote(expr).strip("`") if isinstance(expr, ast.Name | ast.Qualified) else "…"
    match type_:
        case Scale(labels):
            return f"compare it, as in `{words} >= {labels[-1]}`" if labels else "compare it with a label"
        case Choice(labels):
            return f"compare it, as in `{words} = {labels[0]}`" if labels else "compare it with a label"
        case SetOf(labels):
            return f"ask what is in it, as in `{words} has {labels[0]}`" if labels else "ask with `has`"
        case _:
            return f"compare it with a value, as in `{words} > …`, or ask `{words} is known`"


def _parts(expr: ast.Expr) -> tuple[ast.Expr, ...]:
    match expr:
        case ast.Call(_, arguments):
            return arguments
        case ast.Negative(operand) | ast.Not(operand) | ast.Has(operand):
            return (operand,)
        case ast.Arithmetic(_, left, right) | ast.Compare(_, left, right):
            return (left, right)
        case ast.In(operand, options):
            return (operand, *options)
        case ast.InShare(operand, _, share):
            return (operand, share)
        case ast.Between(operand, low, high):
            return (operand, low, high)
        case ast.Is(operand, what):
            return (operand,) if isinstance(what, str) else (operand, what)
        case ast.TextTest(_, operand, text):
            return (operand, text)
        case ast.And(parts) | ast.Or(parts):
            return parts
        case _:
            return ()
