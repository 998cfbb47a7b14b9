"""From table cells to conditions: what stands in an if-cell, said of its column."""

from __future__ import annotations

from tierpolicy.check.scope import Scope
from tierpolicy.model.expressions import Expr
from tierpolicy.syntax import ast


def cell_condition(column: Expr, cell: ast.IfCell, scope: Scope) -> Expr | None:
    """The condition that an if-cell puts on its column's typed expression; TRUE for `any` and `otherwise`."""
    raise NotImplementedError
