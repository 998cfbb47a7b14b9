"""From `define n = …` to typed defines, in any order of the text; circles are shown (language.md §5)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from tierpolicy.check.circles import ordered
from tierpolicy.check.expressions import typed, words_in
from tierpolicy.check.scope import Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.diagnostics.codes import size
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model.expressions import DefineRef, Expr, children
from tierpolicy.model.vocabulary import Define
from tierpolicy.syntax import ast

DEEPEST = 100
"""How deep defines may nest (language.md §8)."""


def define_all(written: list[ast.Define], defines: dict[str, Define], broken: set[str], scope: Scope) -> None:
    """Fills `defines`; a name whose expression has a mistake goes to `broken`, so that its readers stay silent."""
    taken = scope.fields.keys() | scope.attributes.keys() | scope.parameters.keys()
    by_name: dict[str, ast.Define] = {}
    for define in written:
        if define.name.text not in taken:
            by_name.setdefault(define.name.text, define)
    reads = {
        name: [word for word in words_in(define.expression) if word in by_name] for name, define in by_name.items()
    }
    ordering = ordered(reads)
    for circle in ordering.circles:
        _report(circle, by_name, scope)
        broken.update(circle)
    typed_defines: dict[str, Define] = {}
    depths: dict[str, int] = {}
    for name in ordering.order:
        define = by_name[name]
        expression = typed(define.expression, scope, None)
        depths[name] = depth_of(expression, depths) if expression is not None else 0
        if expression is None or _is_too_deep(define, depths[name], bool(reads[name]), scope):
            broken.add(name)
            continue
        defines[name] = typed_defines[name] = Define(name, expression.type, define.span, expression)
    for name in by_name:  # back to the order of the text
        if name in typed_defines:
            del defines[name]
            defines[name] = typed_defines[name]


def depth_of(expr: Expr, depths: Mapping[str, int]) -> int:
    """How deep an expression is nested, that of the defines that it names counted in."""
    deepest = 0
    stack = [(expr, 1)]
    while stack:
        node, depth = stack.pop()
        if isinstance(node, DefineRef):
            depth += depths.get(node.name, 0)
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1) for child in children(node))
    return deepest


def _is_too_deep(define: ast.Define, depth: int, reads_defines: bool, scope: Scope) -> bool:
    """Defines that build on one another nest like brackets; one by itself was measured where it was read."""
    if depth <= DEEPEST or not reads_defines:
        return False
    scope.findings.report(
        size.NESTED_TOO_DEEP,
        f"`{define.name.text}` builds on defines that build on defines, more than {DEEPEST} deep",
        define.name.span,
        help="say some of them in terms of fields",
    )
    return True


def _report(circle: tuple[str, ...], written: dict[str, ast.Define], scope: Scope) -> None:
    first = written[circle[0]]
    related = tuple(
        Related(written[reader].span, f"`{reader}` reads `{read}` here") for reader, read in pairwise(circle[1:])
    )
    scope.findings.report(
        codes.DEFINE_CIRCLE,
        f"`{circle[0]}` is defined by itself: {shown(circle)}"
        if len(circle) > 2
        else f"`{circle[0]}` is defined by itself",
        first.span,
        help="say one of them without the others",
        related=related[:5],
    )


def shown(circle: tuple[str, ...]) -> str:
    """A circle in a line: `a` → `b` → `a`; a long one is cut in its middle."""
    names = [f"`{name}`" for name in circle]
    if len(names) > 8:
        names = [*names[:4], "…", *names[-3:]]
    return " → ".join(names)
