"""Tables and matrices: a head, then one row a line, each cell read by itself under its column."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from itertools import pairwise

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.frozen import frozen
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.cells import COLUMN_HELP, OF_A_TABLE, Cells, WrittenCell, WrittenRow, columns_and_rows, fits
from tierpolicy.syntax.from_tree_declarations import reasons
from tierpolicy.syntax.from_tree_expressions import expression
from tierpolicy.syntax.from_tree_heads import Head, colon, head
from tierpolicy.syntax.from_tree_words import word
from tierpolicy.syntax.layout import Stretch
from tierpolicy.syntax.marks import Marked
from tierpolicy.syntax.reader import read
from tierpolicy.syntax.reading import Reading, branches, shortened
from tierpolicy.syntax.tree import Branch

_ROW = re.compile(r"^[ \t]*\|", re.MULTILINE)
# What ends the head of a table that is read from a file (a table may be named like it)
_REASON = re.compile(r"(?<=\s)(?:because|source)(?=\s*\")", re.IGNORECASE)
_TABLE_AND_NAME = re.compile(r"\w+\s+\S*")
# Possessive: there is one way to match a line, so that a long one costs no more than its length.
_RULER = re.compile(r"\|?(?:\s*+:?-{2,}+:?\s*+\|?+)++")


@frozen
class Parts:
    """A table's or matrix's text: the head, the rows, and the reasons after them."""

    head: Stretch
    rows: tuple[WrittenRow, ...]
    reasons: Stretch


def table(text: Marked, piece: Stretch) -> tuple[ast.Table | None, list[Diagnostic]]:
    """The table with the rows that could be read."""
    findings: list[Diagnostic] = []
    parts = parts_of(text, piece, findings)
    found = read(text, parts.head, "table_head", _table_head)
    because, source, mistakes = said(text, parts)
    findings += [*found.findings, *mistakes]
    cells = Cells(text.source.path)
    columns: tuple[ast.Column, ...] | None = ()
    rows: tuple[ast.Row, ...] = ()
    if parts.rows:
        columns, rows = columns_and_rows(list(parts.rows), cells, OF_A_TABLE)
    if found.node is None:
        return None, findings + not_echoes(text, cells.findings)
    name, front = found.node
    findings += _shape(text, piece, name, front, parts)
    findings += not_echoes(text, cells.findings)
    if columns is None:
        return None, findings
    span = Span(text.source.path, piece.start, piece.end)
    read_table = ast.Table(
        name, front.title, columns, rows, front.first_match, front.complete, front.file, front.period
    )
    return replace(read_table, because=because, source=source, span=span), findings


def _shape(text: Marked, piece: Stretch, name: ast.Word, front: Head, parts: Parts) -> list[Diagnostic]:
    span = Span(text.source.path, piece.start, parts.head.end)
    if front.file is not None and parts.rows:
        help = "keep the rows in the file or here, not both"
        return [Diagnostic(syntax.TABLE_COLUMN, f"the table `{name.text}` has a file and rows", span, help)]
    if front.file is None and not parts.rows:
        help = f"write a line of columns below, such as `| if segment | then priority |`: {COLUMN_HELP}"
        return [Diagnostic(syntax.TABLE_COLUMN, f"the table `{name.text}` has no columns", span, help)]
    return []


def _table_head(tree: Branch, reading: Reading) -> tuple[ast.Word, Head]:
    return word(branches(tree)[0], reading), head(tree, reading)


@frozen
class _MatrixHead:
    name: ast.Word
    head: Head
    attribute: ast.Word
    down: ast.Expr
    along: ast.Expr


def _matrix_head(tree: Branch, reading: Reading) -> _MatrixHead:
    name, *rest = branches(tree)
    front = head(tree, reading)
    *pieces, attribute, down, along = rest
    before = [part for part in pieces if part.data != "colon"]
    colon(tree, reading.span(before[-1] if before else name), "the head", reading)
    return _MatrixHead(
        word(name, reading), front, word(attribute, reading), expression(down, reading), expression(along, reading)
    )


def matrix(text: Marked, piece: Stretch) -> tuple[ast.Matrix | None, list[Diagnostic]]:
    """The matrix with the rows that could be read."""
    findings: list[Diagnostic] = []
    parts = parts_of(text, piece, findings)
    found = read(text, parts.head, "matrix_head", _matrix_head)
    because, source, mistakes = said(text, parts)
    findings += [*found.findings, *mistakes]
    cells = Cells(text.source.path)
    span = Span(text.source.path, piece.start, piece.end)
    along: list[ast.IfCell | None] = []
    rows: list[ast.MatrixRow] = []
    if parts.rows:
        along = [cells.if_cell(cell) for cell in parts.rows[0].cells[1:]]
        for row in parts.rows[1:]:
            if fits(row, len(along) + 1, parts.rows[0].span, cells):
                rows += _matrix_row(row, cells)
    elif found.node is not None:
        help = "below the head, write the cells of the second along the first line, and a line for each of the first"
        findings.append(Diagnostic(syntax.TABLE_COLUMN, f"the matrix `{found.node.name.text}` has no rows", span, help))
    findings += not_echoes(text, cells.findings)
    if found.node is None or None in along:
        return None, findings
    front = found.node.head
    heads = tuple(cell for cell in along if cell is not None)
    node = found.node
    read_matrix = ast.Matrix(
        node.name, front.title, node.attribute, node.down, node.along, heads, tuple(rows), front.complete, front.period
    )
    findings += _unfit_for_matrix(front, node.name)
    return replace(read_matrix, because=because, source=source, span=span), findings


def _matrix_row(row: WrittenRow, cells: Cells) -> list[ast.MatrixRow]:
    first = cells.if_cell(row.cells[0])
    values = [cells.then_cell(cell) for cell in row.cells[1:]]
    if first is None or None in values:
        return []
    return [ast.MatrixRow(first, tuple(cell for cell in values if cell is not None), row.span)]


def _unfit_for_matrix(front: Head, name: ast.Word) -> list[Diagnostic]:
    if front.first_match:
        message = f"the matrix `{name.text}` takes no `first match`"
        help = "its cells are crossed, so that no row stands above another; remove it, or write a table"
        return [Diagnostic(syntax.UNEXPECTED, message, name.span, help)]
    if front.file is not None:
        message = f"the matrix `{name.text}` takes no file"
        help = 'write a table, which can be read from a CSV file: `table name from "rates.csv"`'
        return [Diagnostic(syntax.UNEXPECTED, message, front.file.span, help)]
    return []


def said(text: Marked, parts: Parts) -> tuple[ast.String | None, ast.String | None, tuple[Diagnostic, ...]]:
    """`because` and `source` of the whole table, and what is wrong with them."""
    found = read(text, parts.reasons, "reasons", reasons)
    because, source = found.node if found.node is not None else (None, None)
    return because, source, found.findings


def parts_of(text: Marked, piece: Stretch, findings: list[Diagnostic]) -> Parts:
    """The rows are the lines that begin with `|`; before them the head, after them the reasons."""
    head_end, rest_start = piece.end, piece.end
    rows: list[WrittenRow] = []
    at = piece.start
    while at < piece.end:
        line_end = text.clean.find("\n", at, piece.end)
        line_end = piece.end if line_end < 0 else line_end
        if _ROW.match(text.clean, at, line_end):
            if not rows:
                head_end = at
            elif text.clean[rest_start:at].strip():
                findings.append(_between_rows(text, rest_start, at))
            rows += _written_row(text, at, line_end)
            rest_start = line_end
        at = line_end + 1
    if not rows:
        name = _TABLE_AND_NAME.match(text.bones, piece.start, piece.end)
        reason = _REASON.search(text.bones, name.end(), piece.end) if name else None
        head_end = rest_start = reason.start() if reason else piece.end
    rest_start = min(rest_start, piece.end)
    return Parts(_trim(text, piece.start, head_end), tuple(rows), _trim(text, rest_start, piece.end))


def _trim(text: Marked, start: int, end: int) -> Stretch:
    written = text.clean[start:end]
    start += len(written) - len(written.lstrip())
    return Stretch(min(start, end), min(start, end) + len(written.strip()))


def _between_rows(text: Marked, start: int, end: int) -> Diagnostic:
    piece = _trim(text, start, end)
    return Diagnostic(
        syntax.ROW_SHAPE,
        f"`{shortened(text.clean[piece.start : piece.end])}` stands between the rows",
        Span(text.source.path, piece.start, piece.end),
        "a row is one line that begins with `|`; `because` and `source` of the whole table stand below its last row",
    )


def _written_row(text: Marked, start: int, end: int) -> list[WrittenRow]:
    bones = text.bones[start:end]
    if _RULER.fullmatch(bones.strip()):
        return []  # the line under the columns that Markdown asks for
    first = bones.index("|")
    last = len(bones.rstrip())
    bars = [at for at, sign in enumerate(bones) if sign == "|"]
    if bars[-1] != last - 1 or len(bars) == 1:
        bars.append(last)
    cells: list[WrittenCell] = []
    for left, right in pairwise(bars):
        written = text.clean[start + left + 1 : start + right]
        blanks = len(written) - len(written.lstrip())
        cell = written.strip()
        cells.append(WrittenCell(cell, start + left + 1 + (blanks if cell else min(1, len(written)))))
    return [WrittenRow(tuple(cells), Span(text.source.path, start + first, start + last))]


def not_echoes(text: Marked, findings: list[Diagnostic]) -> list[Diagnostic]:
    """Without the grammar's findings where quotes or letters were already found wrong in the same line."""
    if not text.blocking:
        return findings
    return [found for found in findings if not _echo(text, found)]


def _echo(text: Marked, found: Diagnostic) -> bool:
    if found.span is None or found.code not in (syntax.UNEXPECTED, syntax.ROW_SHAPE, syntax.TABLE_COLUMN):
        return False
    start = text.clean.rfind("\n", 0, found.span.start) + 1
    end = text.clean.find("\n", found.span.start)
    at = bisect_left(text.blocking, start)
    return at < len(text.blocking) and (end < 0 or text.blocking[at] < end)
