"""From tables, matrices and cases to pieces: a row is one line, and cells of a column stand one below the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import assert_never

from tierpolicy.source import Span
from tierpolicy.syntax.ast import (
    ALWAYS_IN_FORCE,
    AnyCell,
    CaseColumn,
    Cases,
    Cell,
    Column,
    Expr,
    HasCell,
    IfCell,
    KnownCell,
    ListCell,
    Matrix,
    NotCell,
    NothingCell,
    OtherwiseCell,
    Period,
    RangeCell,
    Row,
    ShareCell,
    String,
    Table,
    TestCell,
    ValueCell,
    Word,
    WordsCell,
)
from tierpolicy.syntax.format_expressions import (
    STEP,
    Binding,
    expression,
    guarded,
    name_text,
    period,
    start_of,
    string,
    string_text,
    word,
)
from tierpolicy.syntax.format_layout import Break, Ends, Piece, Text, flat_text, shown_width

# A cell wider than this sticks out, instead of widening its column in every row.
WIDEST_PADDED = 60

# What may stand in a `because` cell without quotes: words with single spaces between.
_WORD = r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*[.,;:!?]?"
PLAIN_WORDS = re.compile(rf"{_WORD}(?: {_WORD})*")


def table(of: Table) -> Iterator[Piece]:
    """A table with its rows, or with the file that they come from."""
    yield Text("table ", start_of(of.span))
    yield word(of.name)
    yield from _head(of.title, of.first_match, of.complete, of.period)
    if of.file is not None:
        yield Text(" from ")
        yield string(of.file)
        return
    yield Text(":")
    head = [_column_text(column) for column in of.columns]
    yield from _rows([head, *(_row(row) for row in of.rows)], [_first(of.columns), *(row.span for row in of.rows)])


def matrix(of: Matrix) -> Iterator[Piece]:
    """A matrix: the cells of one field down, those of the other along the head."""
    yield Text("matrix ", start_of(of.span))
    yield word(of.name)
    yield from _head(of.title, False, of.complete, of.period)
    yield Text(": ")
    yield word(of.attribute)
    yield Text(" by ")
    yield from expression(of.down, 2 * STEP, Binding.SUM)
    yield Text(", ")
    yield from expression(of.along, 2 * STEP, Binding.SUM)
    head = ["", *(cell_text(cell) for cell in of.head)]
    rows = [[cell_text(row.head), *(cell_text(cell) for cell in row.cells)] for row in of.rows]
    yield from _rows([head, *rows], [_first(of.head), *(row.span for row in of.rows)])


def cases(of: Cases) -> Iterator[Piece]:
    """Cases with their rows, or with the file that they come from."""
    yield Text("cases ", start_of(of.span))
    yield word(of.name)
    yield from _head(of.title, False, False, ALWAYS_IN_FORCE)
    if of.file is not None:
        yield Text(" from ")
        yield string(of.file)
        return
    yield Text(":")
    rows = [
        ["" if isinstance(cell, AnyCell | NothingCell) else cell_text(cell) for cell in row.cells] for row in of.rows
    ]
    places = [of.columns[0].span if of.columns else None, *(row.span for row in of.rows)]
    yield from _rows([[_column_text(column) for column in of.columns], *rows], places)


def _head(title: String | None, first_match: bool, complete: bool, in_force: Period) -> Iterator[Piece]:
    if title is not None:
        yield Text(" ")
        yield string(title)
    if first_match:
        yield Text(" first match")
    if complete:
        yield Text(" complete")
    yield from period(in_force)


def _first(cells: Sequence[Column] | Sequence[IfCell]) -> Span | None:
    return cells[0].span if cells else None


def _rows(rows: Sequence[Sequence[str]], places: Sequence[Span | None]) -> Iterator[Piece]:
    """The lines of a table, the head first."""
    widths: list[int] = []
    for row in rows:
        shown = [min(shown_width(cell), WIDEST_PADDED) for cell in row]
        widths = [max(pair) for pair in zip_longest(widths, shown, fillvalue=0)]
    for number, (row, place) in enumerate(zip(rows, places, strict=True)):
        cells = [cell + " " * (width - shown_width(cell)) for cell, width in zip(row, widths, strict=False)]
        yield Break(STEP, Ends.ALWAYS, keeps_blank=True, opens=number == 0)
        yield Text(f"| {' | '.join(cells)} |", start_of(place) if place is not None else -1)


def _row(row: Row) -> list[str]:
    if any(isinstance(cell, OtherwiseCell) for cell in row.cells):
        return ["" if isinstance(cell, AnyCell) else cell_text(cell) for cell in row.cells]
    return [cell_text(cell) for cell in row.cells]


def _column_text(column: Column | CaseColumn) -> str:
    match column.value:
        case None:
            return column.kind
        case Word() as name:
            return name_text(name) if column.kind == "bare" else f"{column.kind} {name_text(name)}"
        case value:
            return f"{column.kind} {flat_text(expression(value, 0))}"


def cell_text(cell: Cell) -> str:
    """A cell in its one way to be written."""
    match cell:
        case AnyCell():
            return "any"
        case OtherwiseCell():
            return "otherwise"
        case KnownCell(known):
            return "known" if known else "missing"
        case TestCell(op, value):
            return f"{op} {_operand(value)}"
        case RangeCell(low, high, below):
            return f"{_operand(low)} to {'below ' if below else ''}{_operand(high)}"
        case ListCell(items):
            return ", ".join(map(_operand, items))
        case HasCell(items):
            return f"has {', '.join(map(_operand, items))}"
        case ShareCell(side, share):
            return f"in {side} {_operand(share)}"
        case NotCell(inner):
            return f"not {cell_text(inner)}"
        case NothingCell():
            return "-"
        case ValueCell(value):
            return flat_text(expression(value, 0))
        case WordsCell(text):
            return text if text == "" or PLAIN_WORDS.fullmatch(text) else string_text(text)
        case _:
            assert_never(cell)


def _operand(value: Expr) -> str:
    return flat_text(guarded(value, 0))
