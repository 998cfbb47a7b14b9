"""Texts without quotes: what stands in a CSV file under a field or attribute that is a text, or has such a label.

Spreadsheets write `Anna Smith` and `C-1001` as they are, and quotes in a CSV file are doubled and quoted again, so
there a cell of cases is read as if it had them. In policy text a text stands in quotes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from tierpolicy.check.draft import Draft
from tierpolicy.model.types import Choice, Scale, Text, Type
from tierpolicy.model.vocabulary import Field
from tierpolicy.syntax import ast

FROM_FILES = ".csv"
_SIGNS = frozenset('<>=!,;(){}|"')  # of cells that mean to say more than a label


def with_quotes(
    cell: ast.Cell, type_: Type, draft: Draft, *, one_value: bool = False, may_be_none: bool = False
) -> ast.Cell:
    """The cell, a text or label without quotes as if it had them. With `one_value`, `Smith, Anna` is one text; with
    `may_be_none`, `none` is no text."""
    match cell:
        case ast.WordsCell(text, span):
            text = unicodedata.normalize("NFC", text)
            return ast.ListCell((ast.String(text, span),), span) if _may_be(text, type_) else cell
        case ast.ListCell((ast.Name("none"),)) if may_be_none:
            return cell
        case ast.ListCell((item, *more), span) if isinstance(type_, Text) and _is_plain((item, *more), span.path):
            if more and not one_value:
                return cell
            text = unicodedata.normalize("NFC", draft.places.written(span))
            return ast.ListCell((ast.String(text, span),), span)
        case _:
            return cell


def spelled(item: ast.Expr, field: Field) -> str | None:
    """The label that a file gives in another spelling of the field's data; None for anything else."""
    match item:
        case ast.Name(text) | ast.String(text) if item.span.path.endswith(FROM_FILES):
            return field.spellings.get(text)
        case _:
            return None


def _may_be(text: str, type_: Type) -> bool:
    match type_:
        case Text():
            return True
        case Scale(labels) | Choice(labels):
            return text in labels or _SIGNS.isdisjoint(text)
        case _:
            return False


def _is_plain(items: Iterable[ast.Expr], path: str) -> bool:
    """True for what reads as names, numbers or calculations."""
    plain = ast.Name | ast.Number | ast.Quantity | ast.DateLiteral | ast.Arithmetic | ast.Negative
    return path.endswith(FROM_FILES) and all(isinstance(item, plain) for item in items)
