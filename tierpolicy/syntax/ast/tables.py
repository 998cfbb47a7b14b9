"""Tables and matrices, cell by cell."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.frozen import frozen
from tierpolicy.source import Span
from tierpolicy.syntax.ast.effects import ALWAYS_IN_FORCE, Period
from tierpolicy.syntax.ast.expressions import CompareOp, Expr, Side
from tierpolicy.syntax.ast.words import String, Word, span_field


@frozen
class Column:
    """A table column: `if X` (value: expression), `then A` (value: the attribute's `Word`), `because`, `source`."""

    kind: Literal["if", "then", "because", "source"]
    value: Expr | Word | None = None
    span: Span = span_field()


@frozen
class AnyCell:
    """`any` or an empty if-cell."""

    span: Span = span_field()


@frozen
class OtherwiseCell:
    span: Span = span_field()


@frozen
class KnownCell:
    """`known`, or `missing` with `known=False`."""

    known: bool
    span: Span = span_field()


@frozen
class TestCell:
    """`>= 5`, `!= gold`."""

    op: CompareOp
    value: Expr
    span: Span = span_field()


@frozen
class RangeCell:
    """`10 to 20`; with `below`, `10 to below 20`."""

    low: Expr
    high: Expr
    below: bool = False
    span: Span = span_field()


@frozen
class ListCell:
    """A literal, or several: `a, b` (any of them)."""

    items: tuple[Expr, ...]
    span: Span = span_field()


@frozen
class HasCell:
    """`has vip`; with several, any of them."""

    items: tuple[Expr, ...]
    span: Span = span_field()


@frozen
class ShareCell:
    """`in top 10%`."""

    side: Side
    share: Expr
    span: Span = span_field()


@frozen
class NotCell:
    """`not …`, the whole cell."""

    cell: IfCell
    span: Span = span_field()


@frozen
class NothingCell:
    """`-` or an empty then-cell."""

    span: Span = span_field()


@frozen
class ValueCell:
    value: Expr
    span: Span = span_field()


@frozen
class WordsCell:
    """A cell of a `because` or `source` column, with or without quotes; '' where empty.

    Also what is no if-cell under a column of cases in a CSV file, where a text needs no quotes: `mistakes` say why, and
    count unless the column asks for texts or has such a label.
    """

    text: str
    span: Span = span_field()
    mistakes: tuple[Diagnostic, ...] = field(default=(), compare=False, repr=False)


IfCell = AnyCell | OtherwiseCell | KnownCell | TestCell | RangeCell | ListCell | HasCell | ShareCell | NotCell
ThenCell = NothingCell | ValueCell
Cell = IfCell | ThenCell | WordsCell


@frozen
class Row:
    """As many cells as the table has columns, each of its column's kind. `number` counts unreadable ones too."""

    cells: tuple[Cell, ...]
    span: Span = span_field()
    number: int = field(default=0, compare=False, repr=False)


@frozen
class Table:
    """`table n "…" [first match] [complete]:`; with `file`, the columns and rows come from a CSV file beside it.

    `gather` fills `columns` and `rows` of such a table from the file and leaves `file` set.
    """

    name: Word
    title: String | None
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    first_match: bool = False
    complete: bool = False
    file: String | None = None
    period: Period = ALWAYS_IN_FORCE
    because: String | None = None
    source: String | None = None
    span: Span = span_field()


@frozen
class MatrixRow:
    """The cell for `down`, then one then-cell for each cell of the head."""

    head: IfCell
    cells: tuple[ThenCell, ...]
    span: Span = span_field()


@frozen
class Matrix:
    """`matrix n "…": A by F, G`: F's cells down the first column, G's along the head, A's values inside."""

    name: Word
    title: String | None
    attribute: Word
    down: Expr
    along: Expr
    head: tuple[IfCell, ...]
    rows: tuple[MatrixRow, ...]
    complete: bool = False
    period: Period = ALWAYS_IN_FORCE
    because: String | None = None
    source: String | None = None
    span: Span = span_field()
