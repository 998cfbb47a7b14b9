"""One column of a batch is read as every row by itself would be, before any default."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierpolicy.model.types import FLAG, INTEGER, MONEY, TEXT, SetOf, Type
from tierpolicy.model.values import MISSING, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.bases.base import Batch
from tierpolicy.runtime.bases.one_field import Found, found_in, missing_in, units_of
from tierpolicy.semantics.convert import is_nothing, typed_cell
from tierpolicy.semantics.read import value_or_default
from tierpolicy.source import Span

CELLS = st.none() | st.sampled_from(["", " ", "a", " a ", "1", "1.50", "yes", "é", "\u0301" * 40, "a;b", "b;x", "nan"])
TYPES = (TEXT, INTEGER, MONEY, FLAG, SetOf(("a", "b")))


def by_itself(cell: str | None, type_: Type, from_text: bool) -> tuple[Value, bool]:
    """What one row has, and whether it is wrong."""
    field = Field("x", type_, Span("", 0, 0))
    raw = typed_cell(cell, field) if from_text and cell is not None else cell
    if is_nothing(raw):
        return MISSING, False
    problems: list[object] = []
    return value_or_default(field, raw, problems), bool(problems)  # type: ignore[arg-type]


def value_at(found: Found, row: int, rows: int, type_: Type) -> Value:
    column = found.column
    if missing_in(column, rows)[row]:
        return MISSING
    if isinstance(type_, SetOf):
        bits = int(column.values.reshape(rows, -1)[row, 0])
        return frozenset(label for at, label in enumerate(type_.labels) if bits >> at & 1)
    if type_ == TEXT:
        return column.texts[int(column.values[row])]
    return bool(column.values[row]) if type_ == FLAG else int(units_of(column)[row])


@pytest.mark.parametrize("type_", TYPES, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("from_text", [True, False])
@given(cells=st.lists(CELLS, max_size=8))
def test_a_column_is_read_as_its_rows_are(type_: Type, from_text: bool, cells: Sequence[str | None]) -> None:
    rows = pyarrow.record_batch([pyarrow.array(cells, pyarrow.string())], names=["c"])
    field = Field("x", type_, Span("", 0, 0), default="never" if type_ == TEXT else MISSING)
    found = found_in(Batch(1, rows), "c", field, from_text=from_text)
    wrong = np.zeros(len(cells), np.bool_) if found.wrong is None else found.wrong
    expected = [by_itself(cell, type_, from_text) for cell in cells]
    for at, (value, is_wrong) in enumerate(expected):
        assert bool(wrong[at]) == is_wrong
        # a set of which nothing can be read is empty, not missing
        assert value_at(found, at, len(cells), type_) == (
            MISSING if is_wrong and not isinstance(type_, SetOf) else value
        )
