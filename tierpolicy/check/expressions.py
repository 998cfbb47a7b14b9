"""From what an author wrote to typed expressions: names resolved, literals in their type (language.md §4).

Reading goes in two directions. An expression that stands by itself (a field, a calculation with one) says its type; an
*open* one (a plain number, a label, `yes`, `none`, a quoted text) takes the type that its neighbour, or the place where
it stands, asks for. Every function returns None after a mistake was reported, and reports one cause once.
"""

from __future__ import annotations

from tierpolicy.check.scope import Scope
from tierpolicy.model.expressions import Expr
from tierpolicy.model.types import Type
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.syntax import ast


def typed(expr: ast.Expr, scope: Scope, wanted: Type | None, none: NotOffered | None = None) -> Expr | None:
    """The typed form of `expr`, of type `wanted` where that is given (an integer becomes a number by `ToNumber`).

    `none`: what `none` means here; without it `none` is a mistake. None after a finding was reported.
    """
    raise NotImplementedError


def value_for(expr: ast.Expr, scope: Scope, attribute: Attribute) -> Expr | None:
    """A value to give to (cap, promise of) an attribute: of its type, `none` where it says `or none`."""
    return typed(expr, scope, attribute.type, not_offered(attribute))


def not_offered(attribute: Attribute) -> NotOffered | None:
    """What `none` is for an attribute: the end of its order that is worst. None where it can't be `none`."""
    if not attribute.or_none:
        return None
    return NotOffered.ABOVE if attribute.direction is Direction.LESS else NotOffered.BELOW


def condition(expr: ast.Expr, scope: Scope) -> Expr | None:
    """The typed form of a condition: a comparison, a test, or a flag by itself."""
    raise NotImplementedError


def constant(expr: ast.Expr, scope: Scope, type_: Type, none: NotOffered | None = None) -> Known | None:
    """The value of a literal for a bound, a default, a parameter, a `given`: bare words are labels, never names."""
    raise NotImplementedError


def words_in(expr: ast.Expr) -> tuple[str, ...]:
    """The bare words of an expression, each once, in order: the names that it may read. For finding circles of defines."""
    raise NotImplementedError
