"""Texts without quotes: what stands in a CSV file under a field or attribute that is a text, or has such a label.

Spreadsheets write `Anna Smith` and `C-1001` as they are, and quotes in a CSV file are doubled and quoted again, so
there a cell of cases is read as if it had them. In policy text a text stands in quotes.
"""

from __future__ import annotations

import unicodedata

from tierpolicy.check.draft import Draft
from tierpolicy.model.types import Choice, Scale, Text, Type
from tierpolicy.syntax import ast

FROM_FILES = ".csv"
_SIGNS = frozenset('<>=!,;(){}|"')  # of cells that mean to say more than a label


def with_quotes(cell: ast.Cell, type_: Type, draft: Draft, *, may_be_none: bool = False) -> ast.Cell:
    """The cell, a text or label without quotes as if it had them. With `may_be_none`, `none` is no text."""
    match cell:
        case ast.WordsCell(text, span):
            text = unicodedata.normalize("NFC", text)
            fits = isinstance(type_, Text) or (isinstance(type_, Scale | Choice) and _SIGNS.isdisjoint(text))
            return ast.ListCell((ast.String(text, span),), span) if fits else cell
        case ast.ListCell((ast.Name("none"),)) if may_be_none:
            return cell
        case ast.ListCell((item,), span) if isinstance(type_, Text) and _is_plain(item, span.path):
            text = unicodedata.normalize("NFC", draft.places.written(span))
            return ast.ListCell((ast.String(text, span),), span)
        case _:
            return cell


def _is_plain(item: ast.Expr, path: str) -> bool:
    """True for what reads as a name, number or calculation."""
    plain = ast.Name | ast.Number | ast.Quantity | ast.DateLiteral | ast.Arithmetic | ast.Negative
    return path.endswith(FROM_FILES) and isinstance(item, plain)
