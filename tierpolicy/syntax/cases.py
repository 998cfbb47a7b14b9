"""`cases n "…":` and its rows, or the file that they come from → `ast.Cases`."""

from __future__ import annotations

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.cells import CASE_COLUMN_HELP, OF_CASES, Cells, columns_and_rows
from tierpolicy.syntax.from_tree_heads import Head, head
from tierpolicy.syntax.from_tree_words import word
from tierpolicy.syntax.layout import Stretch
from tierpolicy.syntax.marks import Marked
from tierpolicy.syntax.reader import read
from tierpolicy.syntax.reading import Reading, branches
from tierpolicy.syntax.tables import not_echoes, parts_of, said
from tierpolicy.syntax.tree import Branch


def cases(text: Marked, piece: Stretch) -> tuple[ast.Cases | None, list[Diagnostic]]:
    """The cases with the rows that could be read."""
    findings: list[Diagnostic] = []
    parts = parts_of(text, piece, findings)
    found = read(text, parts.head, "cases_head", _head)
    because, source, mistakes = said(text, parts)
    cells = Cells(text.source.path)
    columns: tuple[ast.CaseColumn, ...] | None = ()
    rows: tuple[ast.Row, ...] = ()
    if parts.rows:
        columns, rows = columns_and_rows(list(parts.rows), cells, OF_CASES)
    findings += [*found.findings, *mistakes, *not_echoes(text, cells.findings)]
    if found.node is None:
        return None, findings
    name, front = found.node
    shape = _shape(name, front.file, len(parts.rows), Span(text.source.path, piece.start, parts.head.end))
    findings += [shape] if shape is not None else []
    if columns is None:
        return None, findings
    span = Span(text.source.path, piece.start, piece.end)
    return ast.Cases(name, front.title, columns, rows, front.file, because, source, span), findings


def _head(tree: Branch, reading: Reading) -> tuple[ast.Word, Head]:
    return word(branches(tree)[0], reading), head(tree, reading)


def _shape(name: ast.Word, file: ast.String | None, lines: int, span: Span) -> Diagnostic | None:
    if file is not None and lines:
        help = "keep the rows in the file or here, not both"
        return Diagnostic(syntax.TABLE_COLUMN, f"the cases `{name.text}` have a file and rows", span, help)
    if file is None and not lines:
        help = f"write a line of columns below, such as `| given orders | expect priority |`: {CASE_COLUMN_HELP}"
        return Diagnostic(syntax.TABLE_COLUMN, f"the cases `{name.text}` have no columns", span, help)
    return None
