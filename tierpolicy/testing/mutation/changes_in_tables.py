"""What authors get wrong in tables and matrices: ends of ranges, labels, values, rows that are missing or swapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from tierpolicy.model.types import Type
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.testing.mutation.changes_in_expressions import (
    OTHER_OPERATOR,
    Place,
    expression_changes,
    less_of,
    share_changes,
)
from tierpolicy.testing.mutation.changes_in_statements import period_changes
from tierpolicy.testing.mutation.edits import Change, Edit, Page

OPERATOR = r"!=|<=|>=|[=<>]"


def table_changes(table: ast.Table, place: Place, pages: dict[str, Page]) -> Iterator[Change]:
    """Every change of a table. Its rows may stand in a file of their own, one of the `pages`."""
    asked = [_asked(column, place) for column in table.columns]
    for at, row in enumerate(table.rows):
        there = replace(place, page=pages[row.span.path])
        for cell, column, type_ in zip(row.cells, table.columns, asked, strict=False):
            yield from cell_changes(cell, there, type_, column)
        if len(table.rows) > 1:
            yield Change("row", _left_out(row.span, there.page), "without this row")
        if table.first_match and at + 1 < len(table.rows) and not _is_otherwise(table.rows[at + 1]):
            yield _swapped(row.span, table.rows[at + 1].span, there.page, at)
    yield from period_changes(table.period, place)
    word = place.page.found(r"\bfirst\s+match\b", table.name.span.end, _head_end(table))
    if word is not None:
        yield place.page.without("row", word.start, word.end, "`first match`")
    yield Change("statement", _left_out(table.span, place.page), "without this table")


def matrix_changes(matrix: ast.Matrix, place: Place) -> Iterator[Change]:
    """Every change of a matrix: the cells of its head, of its first column and inside."""
    down, along = place.type_of(matrix.down), place.type_of(matrix.along)
    attribute = place.policy.attributes.get(matrix.attribute.text)
    given = attribute.type if attribute is not None else None
    for head in matrix.head:
        yield from cell_changes(head, place, along)
    for row in matrix.rows:
        yield from cell_changes(row.head, place, down)
        for cell in row.cells:
            yield from cell_changes(cell, place, given)
    yield from period_changes(matrix.period, place)
    yield Change("statement", _left_out(matrix.span, place.page), "without this matrix")


def cell_changes(
    cell: ast.Cell, place: Place, type_: Type | None, column: ast.Column | None = None
) -> Iterator[Change]:
    """Every change of one cell; `type_` is that of what its column asks or gives."""
    page = place.page
    match cell:
        case ast.AnyCell() | ast.OtherwiseCell() | ast.NothingCell() | ast.WordsCell():
            return
        case ast.ValueCell(value):
            yield from expression_changes(value, replace(place, literal="value"), type_)
            yield Change("cell", Edit(cell.span, "-"), f"`-` for {page.quoted(cell.span)}")
            return
        case ast.ShareCell(side, share):
            if column is not None and isinstance(column.value, ast.Name):
                yield from share_changes(column.value.text, side, share, cell.span.start, place)
        case _:
            yield from _asking(cell, place, type_)
    if column is not None:
        yield Change("cell", Edit(cell.span, "any"), f"`any` for {page.quoted(cell.span)}")


def _asking(cell: ast.IfCell, place: Place, type_: Type | None) -> Iterator[Change]:
    page = place.page
    match cell:
        case ast.AnyCell() | ast.OtherwiseCell() | ast.ShareCell():
            pass
        case ast.KnownCell(known):
            yield page.instead("cell", cell.span, "missing" if known else "known")
        case ast.TestCell(op, value):
            sign = page.found(OPERATOR, cell.span.start, value.span.start)
            if sign is not None:
                yield page.instead("comparison", sign, OTHER_OPERATOR[op])
            yield from expression_changes(value, place, type_)
        case ast.RangeCell(low, high, below):
            words = page.found(r"\bto\s+below\b|\bto\b", low.span.end, high.span.start)
            if words is not None:
                yield page.instead("comparison", words, "to" if below else "to below")
            yield from expression_changes(low, place, type_)
            yield from expression_changes(high, place, type_)
        case ast.ListCell(items) | ast.HasCell(items):
            for at, item in enumerate(items):
                yield from expression_changes(item, place, type_)
                if len(items) > 1:
                    yield less_of(tuple(each.span for each in items), at, "label", page)
        case ast.NotCell(inner):
            yield page.without("not", cell.span.start, inner.span.start, "`not`")
            yield from _asking(inner, place, type_)
        case _:
            assert_never(cell)


def _asked(column: ast.Column, place: Place) -> Type | None:
    match column.value:
        case ast.Word(text):
            attribute = place.policy.attributes.get(text)
            return attribute.type if attribute is not None else None
        case None:
            return None
        case expression:
            return place.type_of(expression)


def _is_otherwise(row: ast.Row) -> bool:
    return any(isinstance(cell, ast.OtherwiseCell) for cell in row.cells)


def _head_end(table: ast.Table) -> int:
    """Where the words after the table's name end: at its columns, or with the statement."""
    inside = [column.span.start for column in table.columns if column.span.path == table.span.path]
    return min(inside, default=table.span.end)


def _left_out(span: Span, page: Page) -> Edit:
    return Edit(span, "\n" * page.text(span).count("\n"))


def _swapped(one: Span, other: Span, page: Page, at: int) -> Change:
    between = page.source.text[one.end : other.start]
    swapped = page.text(other) + between + page.text(one)
    return Change("row", Edit(one.to(other), swapped), f"rows {at + 1} and {at + 2} swapped")
