"""From table cells to conditions: what stands in an if-cell, said of its column (language.md §5)."""

from __future__ import annotations

from typing import assert_never

from tierpolicy.check import expressions_comparisons as comparisons
from tierpolicy.check.expressions import read
from tierpolicy.check.expressions_shares import measured_condition
from tierpolicy.check.literals import asked_by
from tierpolicy.check.scope import Scope
from tierpolicy.model.expressions import (
    TRUE,
    AttributeRef,
    CompareOp,
    DefineRef,
    Expr,
    FieldRef,
    IsMissing,
    Not,
    Or,
    ParameterRef,
)
from tierpolicy.syntax import ast


def cell_condition(column: Expr, cell: ast.IfCell, scope: Scope) -> Expr | None:
    """The condition that an if-cell puts on its column's typed expression; TRUE for `any` and `otherwise`.

    None after a finding was reported.
    """
    match cell:
        case ast.AnyCell() | ast.OtherwiseCell():
            return TRUE
        case ast.KnownCell(known):
            missing = IsMissing(column, cell.span)
            return Not(missing, cell.span) if known else missing
        case ast.TestCell():
            return _test(column, cell, scope)
        case ast.RangeCell():
            return _range(column, cell, scope)
        case ast.ListCell(items):
            return _one_of(column, items, cell, scope)
        case ast.HasCell(items):
            found = [comparisons.has_label(column, column_words(column), item, cell.span, scope) for item in items]
            known_ones = tuple(test for test in found if test is not None)
            if len(known_ones) < len(found):
                return None
            return known_ones[0] if len(known_ones) == 1 else Or(known_ones, cell.span)
        case ast.ShareCell(side, share):
            return measured_condition(column, column_words(column), (side, share), cell.span, scope, read)
        case ast.NotCell(inner):
            condition = cell_condition(column, inner, scope)
            return None if condition is None else Not(condition, cell.span)
        case _:
            assert_never(cell)


def column_words(column: Expr) -> str:
    """The column as a message names it."""
    match column:
        case FieldRef(name) | AttributeRef(name) | ParameterRef(name) | DefineRef(name):
            return f"`{name}`"
        case _:
            return "the column"


def _test(column: Expr, cell: ast.TestCell, scope: Scope) -> Expr | None:
    value = read(cell.value, asked_by(column, scope), scope)
    if value is None:
        return None
    return comparisons.compared(cell.op, column, value, (column_words(column), cell.value), cell.span, scope)


def _range(column: Expr, cell: ast.RangeCell, scope: Scope) -> Expr | None:
    want = asked_by(column, scope)
    low, high = read(cell.low, want, scope), read(cell.high, want, scope)
    if low is None or high is None:
        return None
    last: CompareOp = "<" if cell.below else "<="
    return comparisons.in_range(
        column, column_words(column), (low, cell.low), (high, cell.high), last, cell.span, scope
    )


def _one_of(column: Expr, items: tuple[ast.Expr, ...], cell: ast.ListCell, scope: Scope) -> Expr | None:
    if len(items) > 1:
        return comparisons.in_options(column, column_words(column), items, cell.span, scope, read)
    value = read(items[0], asked_by(column, scope), scope)
    if value is None:
        return None
    return comparisons.compared("=", column, value, (column_words(column), items[0]), cell.span, scope)
