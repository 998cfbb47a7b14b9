"""Results to Arrow arrays: labels as dictionaries, money and percentages as exact decimals, sets as lists of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

import numpy as np

from tierpolicy.compile.columns.data import Bools
from tierpolicy.model.types import Choice, Date, Duration, Flag, Integer, Money, Number, Percent, Scale, SetOf, Text
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.runtime.columns.cells import Values
from tierpolicy.runtime.columns.results import PROBLEMS, UNDETERMINED, Notes, Part, Picked, Result, labels_of, result_of
from tierpolicy.runtime.columns.typed import stored_type
from tierpolicy.runtime.frames import arrow_type


def arrow_schema(attributes: Sequence[Attribute], notes: bool) -> Any:
    """The columns that come back, with their types."""
    import pyarrow

    fields = [(attribute.name, result_type(attribute)) for attribute in attributes]
    said = [(name, pyarrow.list_(pyarrow.string())) for name in (PROBLEMS, UNDETERMINED)] if notes else []
    return pyarrow.schema([*fields, *said])


def result_type(attribute: Attribute) -> Any:
    """The Arrow type of an attribute: labels are a dictionary, ordered for scales; the others as in a Parquet file."""
    import pyarrow

    match attribute.type:
        case Scale() | Choice():
            index = pyarrow.from_numpy_dtype(np.dtype(stored_type(attribute.type)))
            return pyarrow.dictionary(index, pyarrow.string(), isinstance(attribute.type, Scale))
        case _:
            return arrow_type(pyarrow, attribute.type)


def arrow_batch(part: Part, attributes: Sequence[Attribute], schema: Any) -> Any:
    """A part of the answers as a record batch."""
    import pyarrow

    arrays = [arrow_array(attribute, result_of(attribute, part.answers[attribute.name])) for attribute in attributes]
    if part.notes is not None:
        arrays += note_arrays(part.notes)
    if not arrays:
        return pyarrow.RecordBatch.from_struct_array(pyarrow.array([{}] * part.rows, pyarrow.struct([])))
    return pyarrow.record_batch(arrays, schema=schema)


def arrow_array(attribute: Attribute, result: Result | Picked) -> Any:
    """An attribute's results as an Arrow array of `result_type`."""
    import pyarrow

    type_ = result_type(attribute)
    if isinstance(result, Picked):
        return pyarrow.array(list(result.values), type_).take(pyarrow.array(result.codes))
    values, none = result.values, result.none
    match attribute.type:
        case Scale() | Choice():
            codes = _array(type_.index_type, values, none)
            labels = pyarrow.array(labels_of(attribute.type), pyarrow.string())
            return pyarrow.DictionaryArray.from_arrays(codes, labels, ordered=type_.ordered, safe=False)
        case Flag():
            return _array(type_, np.packbits(values, bitorder="little"), none, len(values))
        case Money() | Percent():
            return _array(type_, _two_words(values), none)
        case Integer() | Number() | Duration() | Date():
            return _array(type_, values, none)
        case Text() | SetOf():
            raise TypeError("text and sets are picked")
        case _:
            assert_never(attribute.type)


def note_arrays(notes: Notes) -> list[Any]:
    """The two columns of notes."""
    import pyarrow

    lists = pyarrow.list_(pyarrow.string())
    return [pyarrow.array(notes.problems, lists), pyarrow.array(notes.undetermined, lists)]


def _array(type_: Any, values: Values, none: Bools | None, rows: int | None = None) -> Any:
    """An array over the memory of the values."""
    import pyarrow

    nulls = None if none is None else pyarrow.py_buffer(np.packbits(~none, bitorder="little"))
    held = pyarrow.py_buffer(np.ascontiguousarray(values))
    return pyarrow.Array.from_buffers(type_, len(values) if rows is None else rows, [nulls, held])


def _two_words(values: Values) -> Values:
    """64-bit numbers as 128-bit ones, the low word first."""
    words = np.empty((len(values), 2), np.int64)
    words[:, 0] = values
    words[:, 1] = values >> 63
    return words
