"""Tables of tests: one case a row, what is given of a customer and what must come out."""

from __future__ import annotations

from typing import Literal

from tierpolicy.frozen import frozen
from tierpolicy.source import Span
from tierpolicy.syntax.ast.expressions import Expr
from tierpolicy.syntax.ast.tables import Row
from tierpolicy.syntax.ast.words import String, Word, span_field

CaseColumnKind = Literal["case", "given", "expect", "as of", "because", "source", "bare"]


@frozen
class CaseColumn:
    """`case`, `given F` (value: the field's `Word`), `expect X` (value: expression), `as of`, `because`, `source`.

    A `bare` column is a name alone (value: `Word`): a field is given, an attribute is expected.
    """

    kind: CaseColumnKind
    value: Expr | Word | None = None
    span: Span = span_field()


@frozen
class Cases:
    """`cases n "…":`; with `file`, the columns and rows come from a CSV file beside it, filled in by `gather`.

    Cells under `given`, `expect` and bare names are if-cells, under `as of` then-cells, under the others words.
    """

    name: Word
    title: String | None
    columns: tuple[CaseColumn, ...]
    rows: tuple[Row, ...]
    file: String | None = None
    because: String | None = None
    source: String | None = None
    span: Span = span_field()
