"""Cells of text, as a CSV file has them, to the values that they spell for a field.

The meaning is `semantics.convert.typed_cell`. A column in which every cell is a plain number is read at once, where
that says exactly the same; of any other each distinct text is read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tierpolicy.model.types import Integer, Money, Number, Percent
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.columns.arrow_cells import arrow_cells
from tierpolicy.runtime.columns.cells import Cells, Distinct, Same
from tierpolicy.runtime.columns.pieces import Piece, Place, cells_at
from tierpolicy.semantics.convert import typed_cell

WHOLE = r"^-?[0-9]{1,18}$"
MONEY = r"^-?[0-9]{1,15}(\.[0-9]{1,2})?$"
PERCENT = r"^-?[0-9]{1,13}(\.[0-9]{1,4})?$"
FRACTION = r"^-?[0-9]{1,15}(\.[0-9]{1,15})?$"
SAMPLE = 64


def text_cells_at(piece: Piece, place: Place) -> Cells:
    """What a piece of a file of text holds of a field."""
    column = getattr(piece, "columns", {}).get(place.names[0]) if place.names == (".".join(place.path),) else None
    quick = None if column is None else plain_numbers(column, place.field)
    return quick or of_text(cells_at(piece, place), place.field)


def of_text(cells: Cells, field: Field) -> Cells:
    """What the texts of a column spell for a field; what is no text stays as it is."""
    match cells:
        case Same(raw) if type(raw) is str:
            return Same(typed_cell(raw, field))
        case Distinct(_, raws, _):
            return replace(cells, raws=[typed_cell(raw, field) if type(raw) is str else raw for raw in raws])
        case _:
            return cells


def plain_numbers(array: Any, field: Field) -> Cells | None:
    """A column of plain numbers, some of them missing, for a field of numbers; None where it is anything else."""
    import pyarrow
    import pyarrow.compute as compute

    if isinstance(array, list) or not pyarrow.types.is_string(array.type):
        return None
    match field.type:
        case Integer():
            pattern, type_ = WHOLE, pyarrow.int64()
        case Money():
            pattern, type_ = MONEY, pyarrow.decimal128(18, 2)
        case Percent():
            pattern, type_ = PERCENT, pyarrow.decimal128(18, 4)
        case Number():
            pattern, type_ = FRACTION, pyarrow.float64()
        case _:
            return None
    empty = compute.equal(array, "")
    if compute.any(empty).as_py():
        array = compute.if_else(empty, pyarrow.scalar(None, pyarrow.string()), array)
    for part in (array.slice(0, SAMPLE), array):  # most columns that are none are found out by a few cells
        if compute.all(compute.match_substring_regex(part, pattern), skip_nulls=True).as_py() is False:
            return None
    found = arrow_cells(array.cast(type_))
    return None if isinstance(found, Distinct) else found
