"""Rows of written cells → columns and rows of nodes.

Cells that read alike are parsed once: a table of 10,000 rows repeats itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related
from tierpolicy.frozen import frozen
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.from_tree_tables import case_column, column, if_cell, then_cell
from tierpolicy.syntax.from_tree_words import string
from tierpolicy.syntax.mistakes_cells import comma_inside, other_date
from tierpolicy.syntax.reader import bounded_tree
from tierpolicy.syntax.reading import Reading
from tierpolicy.syntax.tree import Branch

Column = TypeVar("Column", bound=ast.Column | ast.CaseColumn)

_ONE_TEXT = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"')


@frozen
class WrittenCell:
    """A cell as written: its text without blanks around it, and where that begins; `places` as in `Reading`."""

    text: str
    start: int
    places: tuple[int, ...] | None = None

    def span(self, path: str) -> Span:
        if self.places:
            return Span(path, self.places[0], self.places[-1])
        return Span(path, self.start, self.start + len(self.text))


@frozen
class WrittenRow:
    cells: tuple[WrittenCell, ...]
    span: Span


@dataclass(slots=True)
class Cells:
    """Reads cells. Trees are kept by text; they hold no places in the file, so that they fit every row.

    `in_file`: they stand in a CSV file. There a text under a column of cases needs no quotes, so what can't be read
    otherwise may be one (see `WordsCell`), and a comma may be that of a decimal number.
    """

    path: str
    in_file: bool = False
    trees: dict[tuple[str, str], Branch] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)

    def column(self, cell: WrittenCell, columns: Columns[Column]) -> Column | None:
        if not cell.text:
            span = cell.span(self.path)
            message = "this column has no head"
            self.findings.append(Diagnostic(syntax.TABLE_COLUMN, message, span, columns.help))
            return None
        reading = self._reading(cell)
        tree = bounded_tree(cell.text, columns.start, reading)
        read = columns.read(tree, reading) if tree is not None else None
        self.findings += reading.findings
        return read

    def cell(self, cell: WrittenCell, kind: str) -> ast.Cell | None:
        span = cell.span(self.path)
        match kind:
            case "if":
                return self.if_cell(cell)
            case "then" | "as of":
                return self.then_cell(cell)
            case "given" | "expect" | "bare":
                return self._case_cell(cell)
        if not _ONE_TEXT.fullmatch(cell.text):
            return ast.WordsCell(cell.text, span)
        reading = self._reading(cell)
        text = string(cell.text, 0, reading)
        self.findings += reading.findings
        return ast.WordsCell(text.value, span)

    def _case_cell(self, cell: WrittenCell) -> ast.IfCell | ast.WordsCell | None:
        if cell.text == "-":
            return ast.AnyCell(cell.span(self.path))
        before = len(self.findings)
        read = self.if_cell(cell)
        if read is not None or not self.in_file:
            return read
        mistakes = tuple(self.findings[before:])
        del self.findings[before:]
        return ast.WordsCell(cell.text, cell.span(self.path), mistakes)

    def if_cell(self, cell: WrittenCell) -> ast.IfCell | None:
        if not cell.text:
            return ast.AnyCell(cell.span(self.path))
        if self._is_other_date(cell):
            return None
        reading = self._reading(cell)
        tree = self._tree(cell.text, "if_cell", reading)
        read = if_cell(tree, reading) if tree is not None else None
        self.findings += reading.findings
        if self.in_file and read is not None and (found := comma_inside(cell.text)) is not None:
            message, help = found
            self.findings.append(Diagnostic(syntax.NUMBER_FORM, message, cell.span(self.path), help))
            return None
        return read

    def then_cell(self, cell: WrittenCell) -> ast.ThenCell | None:
        if cell.text in ("", "-"):
            return ast.NothingCell(cell.span(self.path))
        if self._is_other_date(cell):
            return None
        reading = self._reading(cell)
        tree = self._tree(cell.text, "then_cell", reading)
        read = then_cell(tree, reading) if tree is not None else None
        self.findings += reading.findings
        return read

    def _is_other_date(self, cell: WrittenCell) -> bool:
        found = other_date(cell.text) if self.in_file else None
        if found is not None:
            message, help = found
            self.findings.append(Diagnostic(syntax.WRONG_DATE, message, cell.span(self.path), help))
        return found is not None

    def _reading(self, cell: WrittenCell) -> Reading:
        return Reading(self.path, cell.start, places=cell.places)

    def _tree(self, text: str, start: str, reading: Reading) -> Branch | None:
        tree = self.trees.get((start, text))
        if tree is None:
            tree = bounded_tree(text, start, reading)
            if tree is not None:
                self.trees[start, text] = tree
        return tree


COLUMN_HELP = "a column is headed `if` and what is asked, `then` and what is given, `because` or `source`"
CASE_COLUMN_HELP = (
    "a column of cases is headed `case`, `given` and a field, `expect` and what is decided, `as of`, `because` "
    "or `source`"
)


@frozen
class Columns(Generic[Column]):
    """How the heads of a kind of table are read: by which part of the grammar, into which node."""

    start: str
    read: Callable[[Branch, Reading], Column]
    help: str


OF_A_TABLE = Columns("column", column, COLUMN_HELP)
OF_CASES = Columns("case_column", case_column, CASE_COLUMN_HELP)


def columns_and_rows(
    written: list[WrittenRow], cells: Cells, heads: Columns[Column]
) -> tuple[tuple[Column, ...] | None, tuple[ast.Row, ...]]:
    """The columns, None where one isn't understood, and the rows that could be read."""
    columns = [cells.column(cell, heads) for cell in written[0].cells]
    rows: list[ast.Row] = []
    for number, row in enumerate(written[1:], 1):
        if fits(row, len(columns), written[0].span, cells):
            read = _row(row, number, columns, cells)
            if read is not None:
                rows.append(read)
    return tuple(each for each in columns if each is not None) if None not in columns else None, tuple(rows)


def _row(row: WrittenRow, number: int, columns: list[Column | None], cells: Cells) -> ast.Row | None:
    read = [cells.cell(cell, to.kind) for cell, to in zip(row.cells, columns, strict=True) if to is not None]
    return ast.Row(tuple(cell for cell in read if cell is not None), row.span, number) if None not in read else None


def fits(row: WrittenRow, wanted: int, first: Span, cells: Cells) -> bool:
    """True where a row has as many cells as the table has columns, which stand at `first`; else it is reported."""
    if len(row.cells) == wanted:
        return True
    message = f"this row has {_count(len(row.cells), 'cell')}, the table has {_count(wanted, 'column')}"
    empty = (
        "is parted off too: `gold,,`" if row.span.path.endswith(".csv") else "stands between two `|` too: `| gold | |`"
    )
    help = f"an empty cell {empty}" if len(row.cells) < wanted else "remove what is too much"
    related = (Related(first, "the columns"),)
    cells.findings.append(Diagnostic(syntax.ROW_SHAPE, message, row.span, help, related))
    return False


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
