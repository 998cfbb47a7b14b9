"""From `define n = …` to typed defines, in any order of the text; circles are shown (language.md §5)."""

from __future__ import annotations

from itertools import pairwise

from tierpolicy.check.circles import ordered
from tierpolicy.check.expressions import typed, words_in
from tierpolicy.check.scope import Scope
from tierpolicy.diagnostics.codes import names as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model.vocabulary import Define
from tierpolicy.syntax import ast


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
    for name in ordering.order:
        define = by_name[name]
        expression = typed(define.expression, scope, None)
        if expression is None:
            broken.add(name)
            continue
        defines[name] = typed_defines[name] = Define(name, expression.type, define.span, expression)
    for name in by_name:  # back to the order of the text
        if name in typed_defines:
            del defines[name]
            defines[name] = typed_defines[name]


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
