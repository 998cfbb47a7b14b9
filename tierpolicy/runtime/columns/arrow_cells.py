"""An Arrow array to what it holds, mostly without a copy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from tierpolicy.compile.columns.data import Bools
from tierpolicy.runtime.columns.cells import (
    Cells,
    Days,
    Decimals,
    Distinct,
    Lists,
    Numbers,
    Same,
    Spans,
    Unfit,
    Values,
    but_not,
)
from tierpolicy.runtime.columns.python_cells import distinct_of
from tierpolicy.runtime.columns.texts import FEWEST_ROWS, as_views, coded, few_texts, with_words, words_of

PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
SECONDS_PER_DAY = 86_400
MANY_LABELS = 1_024
MOST_DAYS = 100_000_000
"""In an interval that is counted in microseconds, with 64 bits."""


def arrow_cells(array: Any) -> Cells:
    """What an array of any Arrow type holds. What no fast way is known for is taken value by value."""
    import pyarrow.types as is_

    type_ = array.type
    if is_.is_null(type_):
        return Same(None)
    if is_.is_boolean(type_):
        return Numbers(_bits(array, 1), missing_in(array))
    if is_.is_integer(type_) or is_.is_floating(type_):
        return Numbers(_numbers(array, type_.to_pandas_dtype()), missing_in(array))
    if is_.is_dictionary(type_):
        return _of_dictionary(array)
    if _is_text(type_):
        return text_cells(array)
    if is_.is_date(type_) or is_.is_timestamp(type_):
        return _days(array)
    if is_.is_duration(type_):
        return Spans(_numbers(array, np.int64), PER_SECOND[type_.unit], missing_in(array))
    if is_.is_decimal(type_):
        return _decimals(array)
    if is_.is_interval(type_):
        return _intervals(array) or distinct_of(python_cells(array))
    if (is_.is_list(type_) or is_.is_large_list(type_)) and _is_text(type_.value_type):
        return _lists(array)
    if is_.is_time(type_) or is_.is_struct(type_) or is_.is_binary(type_) or is_.is_large_binary(type_):
        return Unfit(missing_in(array))
    return distinct_of(python_cells(array))


def missing_in(array: Any) -> Bools | None:
    """The rows that are null; None where none is."""
    if not array.null_count:
        return None
    return ~_bits(array, 0) if array.buffers()[0] is not None else np.asarray(array.is_null())


def _bits(array: Any, buffer: int) -> Bools:
    """A buffer of bits as one byte a row."""
    held = array.buffers()[buffer]
    if held is None or not len(array):
        return np.zeros(len(array), np.bool_)
    first = array.offset // 8
    skipped = array.offset - first * 8
    bits = np.frombuffer(held, np.uint8)[first : (array.offset + len(array) + 7) // 8]
    return np.unpackbits(bits, count=skipped + len(array), bitorder="little")[skipped:].view(np.bool_)


def _numbers(array: Any, kind: Any) -> Values:
    """The buffer of values as it stands."""
    held = array.buffers()[1]
    if held is None or not len(array):
        return np.zeros(len(array), kind)
    return np.frombuffer(held, kind, len(array), array.offset * np.dtype(kind).itemsize)


# ---------------------------------------------------------------- text and labels


def _is_text(type_: Any) -> bool:
    import pyarrow.types as is_

    return bool(is_.is_string(type_) or is_.is_large_string(type_) or _is_view(type_))


def _is_view(type_: Any) -> bool:
    return str(type_) == "string_view"


def text_cells(array: Any) -> Distinct:
    """Text as codes and distinct texts (a text may be there twice)."""
    views = as_views(array) if len(array) >= FEWEST_ROWS else None
    if views is None:
        return _of_dictionary(array.dictionary_encode())
    words, missing = words_of(views), missing_in(views)
    few = few_texts(words, missing)
    if few is None:
        return _of_dictionary(array.dictionary_encode())
    codes, others = coded(words, few)
    if missing is not None:
        codes, others = np.where(missing, np.uint8(0), codes), others & ~missing
    raws = python_cells(with_words(views, np.column_stack((few.first, few.second))))
    rows = np.flatnonzero(others)
    if not len(rows):
        return Distinct(codes, raws, missing)
    rest = _of_dictionary(with_words(views, words.take(rows, axis=0)).dictionary_encode())
    codes = codes.astype(np.uint32)
    codes[rows] = rest.codes + np.uint32(len(raws))
    return Distinct(codes, [*raws, *rest.raws], missing)


def taken(array: Any, rows: Sequence[int] | Values) -> Any:
    """Some rows of an array."""
    import pyarrow

    if isinstance(rows, range) and rows == range(len(array)):
        return array
    places = np.asarray(rows, np.int64)
    try:
        if _is_view(array.type) and as_views(array) is not None:
            missing = missing_in(array)
            return with_words(array, words_of(array).take(places, axis=0), None if missing is None else missing[places])
        return array.take(pyarrow.array(places))
    except pyarrow.ArrowNotImplementedError:
        return pyarrow.concat_arrays([array.slice(0, 0), *(array.slice(row, 1) for row in rows)])


def _of_dictionary(array: Any) -> Distinct:
    """Codes and the values that they stand for; of a dictionary that is mostly unused, what is used."""
    missing = missing_in(array)
    codes = _numbers(array.indices, array.indices.type.to_pandas_dtype())
    labels = array.dictionary
    if codes.dtype.kind == "i" or codes.dtype.itemsize == 8:
        codes = codes.view(f"u{codes.dtype.itemsize}") if codes.dtype.itemsize < 8 else codes.astype(np.uint32)
    if missing is not None:
        codes = np.where(missing, codes.dtype.type(0), codes)
    if len(codes) and not (missing is not None and missing.all()) and codes.max() >= len(labels):
        raise ValueError("a column's labels are damaged: a code stands for none of them")
    if len(labels) > max(MANY_LABELS, len(codes)):
        used, codes = np.unique(codes, return_inverse=True)
        labels, codes = taken(labels, used), codes.astype(np.uint32)
    raws = python_cells(labels)
    return Distinct(codes, raws or [None], missing)


def _lists(array: Any) -> Lists:
    """Lists of text; the offsets of a part of a longer array don't begin at 0."""
    starts = np.asarray(array.offsets).astype(np.int64)
    items = array.values.slice(int(starts[0]), int(starts[-1] - starts[0]))
    return Lists(starts - starts[0], text_cells(items), missing_in(array))


# ---------------------------------------------------------------- time


def _days(array: Any) -> Cells:
    """Dates; a day is often stored as its first moment: a timestamp without a zone that is exactly midnight is one."""
    import pyarrow.types as is_

    missing = missing_in(array)
    if is_.is_date32(array.type):
        return Days(_numbers(array, np.int32), missing)
    if is_.is_timestamp(array.type) and array.type.tz is not None:
        return Unfit(missing)
    unit = "ms" if is_.is_date(array.type) else array.type.unit
    days, rest = np.divmod(_numbers(array, np.int64), PER_SECOND[unit] * SECONDS_PER_DAY)
    return Days(days, missing, None if is_.is_date(array.type) else but_not(rest != 0, missing))


def _intervals(array: Any) -> Spans | None:
    """Intervals of days and nanoseconds as lengths of time; None where one has months, which have no length."""
    missing = missing_in(array)
    held = array.buffers()[1]
    kind = np.dtype([("months", np.int32), ("days", np.int32), ("nanos", np.int64)])
    parts = np.zeros(0, kind) if held is None else np.frombuffer(held, kind, len(array), array.offset * kind.itemsize)
    if but_not(parts["months"] != 0, missing) is not None:
        return None
    beyond = but_not(np.abs(parts["days"].astype(np.int64)) > MOST_DAYS, missing)
    if beyond is not None:
        return None
    micros = parts["days"].astype(np.int64) * (SECONDS_PER_DAY * 1_000_000) + parts["nanos"] // 1_000
    return Spans(micros, 1_000_000, missing)


# ---------------------------------------------------------------- decimals


def _decimals(array: Any) -> Cells:
    """Decimals that fit in 64 bits when counted in their last place; the others value by value."""
    import pyarrow

    type_ = array.type
    if type_.bit_width != 128:
        try:
            array = array.cast(pyarrow.decimal128(38, type_.scale))
        except pyarrow.ArrowInvalid:
            return distinct_of(python_cells(array))
    missing = missing_in(array)
    words = _words(array)
    counted = words[:, 0]
    if type_.scale < 0 or but_not(words[:, 1] != counted >> 63, missing) is not None:
        return distinct_of(python_cells(array))
    return Decimals(np.ascontiguousarray(counted), type_.scale, missing)


def _words(array: Any) -> Values:
    """128-bit numbers as two words each, the low one first."""
    held = array.buffers()[1]
    if held is None or not len(array):
        return np.zeros((len(array), 2), np.int64)
    return np.frombuffer(held, np.int64, 2 * len(array), 16 * array.offset).reshape(-1, 2)


# ---------------------------------------------------------------- value by value


def python_cells(array: Any) -> list[object]:
    """The values in Python's types; one that has none there (a day beyond the calendar) as bytes, which no field takes.

    A timestamp that is the beginning of a day is that day; what is less than a microsecond is cut off.
    """
    import pyarrow
    import pyarrow.types as is_

    if is_.is_timestamp(array.type) and array.type.tz is None:
        days = _days(array)
        moments = _each(array.cast(pyarrow.timestamp("us"), safe=False) if array.type.unit == "ns" else array)
        wrong = days.wrong if isinstance(days, Days) and days.wrong is not None else np.zeros(len(array), np.bool_)
        return [cell if later else _day(cell) for cell, later in zip(moments, wrong, strict=True)]
    if is_.is_timestamp(array.type) and array.type.unit == "ns":
        return _each(array.cast(pyarrow.timestamp("us", array.type.tz), safe=False))
    if is_.is_duration(array.type) and array.type.unit == "ns":
        return _timedeltas(_numbers(array, np.int64) // 1_000, missing_in(array))
    if is_.is_dictionary(array.type):
        labels = python_cells(array.dictionary)
        return [None if code is None else labels[code] for code in array.indices.to_pylist()]
    if is_.is_interval(array.type):
        spans = _intervals(array)
        return _each(array) if spans is None else _timedeltas(spans.values, spans.missing)
    return _each(array)


def _timedeltas(micros: Values, missing: Bools | None) -> list[object]:
    gone = np.zeros(len(micros), np.bool_) if missing is None else missing
    pairs = zip(micros.tolist(), gone.tolist(), strict=True)
    return [None if none else timedelta(microseconds=each) for each, none in pairs]


def _day(cell: object) -> object:
    return cell.date() if isinstance(cell, datetime) else cell


def _each(array: Any) -> list[object]:
    try:
        return list(array.to_pylist())
    except (ValueError, OverflowError):
        return [_cell(cell) for cell in array]


def _cell(cell: Any) -> object:
    try:
        return cell.as_py()
    except (ValueError, OverflowError):
        return str(cell.type).encode()
