"""A field's typed values to columns that a database keeps and compares, and back to the columns of a customer base.

Amounts are whole numbers of their smallest unit, scales the places of their labels (so that the greatest is the best),
sets words of 64 labels each (so that their union is an `or` of bits): nothing is ever rounded on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tierpolicy.compile.columns.data import Column
from tierpolicy.model.types import Choice, Date, Flag, Money, Number, Percent, Scale, SetOf, Text
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.bases.one_field import missing_in, units_of
from tierpolicy.runtime.columns.cells import Values

BITS = 64


@dataclass(frozen=True, slots=True)
class Kept:
    """A field and the database's columns that keep it: one, or for a set as many as it has words."""

    field: Field
    columns: tuple[str, ...]

    @property
    def sql_type(self) -> str:
        match self.field.type:
            case Flag():
                return "BOOLEAN"
            case Number():
                return "DOUBLE"
            case Text():
                return "VARCHAR"
            case SetOf():
                return "UBIGINT"
            case _:
                return "BIGINT"


def kept(field: Field, at: int) -> Kept:
    """How field number `at` is kept."""
    words = -(-len(field.type.labels) // BITS) if isinstance(field.type, SetOf) else 1
    return Kept(field, tuple(f"f{at}" if words == 1 else f"f{at}_{word}" for word in range(max(1, words))))


def arrays_of(each: Kept, column: Column, rows: int) -> list[Any]:
    """A typed column as Arrow arrays, one for each of the database's columns."""
    import pyarrow

    missing = missing_in(column, rows)
    type_ = each.field.type
    if isinstance(type_, Text):
        texts = pyarrow.array(column.texts or ("",), pyarrow.string())
        places = pyarrow.array(column.values.astype(np.int64), mask=missing)
        return [texts.take(places)]
    if isinstance(type_, SetOf):
        words = column.values.reshape(rows, len(each.columns))
        return [pyarrow.array(np.ascontiguousarray(words[:, at]), mask=missing) for at in range(len(each.columns))]
    if isinstance(type_, Flag):
        return [pyarrow.array(column.values.astype(np.bool_), mask=missing)]
    values = column.values.astype(np.float64) if isinstance(type_, Number) else units_of(column).astype(np.int64)
    return [pyarrow.array(values, mask=missing)]


def base_array(each: Kept, arrays: Sequence[Any]) -> Any:
    """The database's columns as one column of a customer base: the Arrow type that holds every value of the field's."""
    import pyarrow

    from tierpolicy.runtime.frames import arrow_type

    type_ = each.field.type
    first = arrays[0]
    wanted = arrow_type(pyarrow, type_)
    if isinstance(type_, SetOf):
        return pyarrow.array(_label_lists(type_, arrays), wanted)
    if isinstance(type_, Scale | Choice):
        return pyarrow.array(type_.labels, pyarrow.string()).take(first)
    if isinstance(type_, Money | Percent):
        return _decimals(first, wanted)
    if isinstance(type_, Date):
        return first.cast(pyarrow.int32()).cast(wanted)
    return first.cast(wanted)


def _label_lists(type_: SetOf, arrays: Sequence[Any]) -> list[list[str] | None]:
    """The labels of each set, in the order of the policy; each distinct set is spelled once."""
    spelled: dict[tuple[int | None, ...], list[str] | None] = {}
    found = []
    for words in zip(*(array.to_pylist() for array in arrays), strict=True):
        if words not in spelled:
            held = None if words[0] is None else sum(word << (BITS * at) for at, word in enumerate(words))
            spelled[words] = (
                None if held is None else [label for at, label in enumerate(type_.labels) if held >> at & 1]
            )
        found.append(spelled[words])
    return found


def _decimals(array: Any, wanted: Any) -> Any:
    """Whole numbers of the last place as decimals, exactly."""
    import pyarrow

    missing = np.asarray(array.is_null())
    values: Values = np.asarray(array.fill_null(0)).astype(np.int64)
    words = np.empty((len(values), 2), np.int64)
    words[:, 0], words[:, 1] = values, values >> 63
    valid = pyarrow.py_buffer(np.packbits(~missing, bitorder="little"))
    return pyarrow.Array.from_buffers(wanted, len(values), [valid, pyarrow.py_buffer(words)])
