"""One column of a batch to the typed values of a field: as every row by itself would be read, before any default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tierpolicy.compile.columns.data import Bools, Column
from tierpolicy.model.types import SetOf, Text
from tierpolicy.model.values import MISSING
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.bases.base import Batch
from tierpolicy.runtime.columns.cells import Cells, Distinct, Lists, but_not
from tierpolicy.runtime.columns.text_cells import of_text, plain_numbers
from tierpolicy.semantics.convert import is_nothing


@dataclass(frozen=True, slots=True)
class Found:
    """What a batch holds of a field. `column` has no defaults in it: what isn't given, or is wrong, is missing.

    `wrong` marks the rows whose value the policy can't read (None: no row is one).
    """

    column: Column
    wrong: Bools | None


def found_in(batch: Batch, name: str, field: Field, *, from_text: bool) -> Found:
    """The values of column `name`, which the batch has exactly once, as those of `field`."""
    from tierpolicy.runtime.columns.reading import typed_column

    plain = _plain_texts(batch, name, from_text) if isinstance(field.type, Text) else None
    if plain is not None:
        return Found(plain, None)
    cells = _cells(batch, name, field, from_text)
    bare = replace(field, default=MISSING, required=isinstance(field.type, SetOf), declared=True)
    typed = typed_column(bare, cells, batch.rows.num_rows)
    if not isinstance(field.type, SetOf) or typed.doubtful is None:
        return Found(typed.column, typed.doubtful)
    nothing = typed.column.missing  # of a set, and what isn't given is a problem too: it has no other way to be missing
    given = None if nothing is None else _given(cells, batch.rows.num_rows)
    return Found(typed.column, typed.doubtful if given is None else but_not(typed.doubtful, ~given))


def _plain_texts(batch: Batch, name: str, from_text: bool) -> Column | None:
    """A column of ASCII text, which every field of text reads as it stands, at once; None where it is anything else."""
    import pyarrow
    import pyarrow.compute as compute

    if name in batch.raw:
        return None
    array = batch.rows.column(batch.rows.schema.get_field_index(name))
    if not pyarrow.types.is_string(array.type) or compute.all(compute.string_is_ascii(array)).as_py() is False:
        return None
    encoded = array.dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    blank = np.array([not (each.strip() if from_text else each) for each in texts] or [True], np.bool_)
    codes = np.asarray(encoded.indices.fill_null(0)).astype(np.uint32)
    missing = np.asarray(array.is_null()) | blank.take(codes)
    return Column(codes, missing if missing.any() else None, tuple(texts))


def missing_in(column: Column, rows: int) -> Bools:
    """The rows without a value, as an array that is always there."""
    return np.zeros(rows, np.bool_) if column.missing is None else column.missing


def units_of(column: Column) -> Any:
    """The values in the units of model/values: hundredths, seconds, days; what is missing holds anything."""
    values = column.values
    if column.per_unit == 1 and values.dtype.kind != "f":
        return values
    if values.dtype.kind == "f":
        held = np.where(np.isfinite(values), values, 0.0)
        return np.rint(held * column.per_unit).astype(np.int64)
    return values.astype(np.int64) * column.per_unit


def _cells(batch: Batch, name: str, field: Field, from_text: bool) -> Cells:
    from tierpolicy.runtime.columns.arrow_cells import arrow_cells
    from tierpolicy.runtime.columns.python_cells import distinct_of

    if name in batch.raw:
        raw = distinct_of(batch.raw[name])
        return of_text(raw, field) if from_text else raw
    array = batch.rows.column(batch.rows.schema.get_field_index(name))
    if not from_text:
        return arrow_cells(array)
    return plain_numbers(array, field) or of_text(arrow_cells(array), field)


def _given(cells: Cells, rows: int) -> Bools:
    """The rows in which something stands."""
    missing = getattr(cells, "missing", None)
    given = np.ones(rows, np.bool_) if missing is None else ~missing
    if isinstance(cells, Distinct):
        empty: Sequence[bool] = [is_nothing(raw) for raw in cells.raws]
        given &= ~np.array(empty, np.bool_).take(cells.codes)
    elif not isinstance(cells, Lists) and not hasattr(cells, "values"):
        given[:] = not is_nothing(getattr(cells, "raw", ""))
    return given
