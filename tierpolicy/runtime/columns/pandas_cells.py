"""A pandas column to what it holds: NumPy's and Arrow's memory as it is, categoricals as codes, objects one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

import numpy as np

from tierpolicy.runtime.columns.arrow_cells import PER_SECOND, SECONDS_PER_DAY, arrow_cells, python_cells, taken
from tierpolicy.runtime.columns.cells import Cells, Days, Distinct, Numbers, Spans, Unfit, Values, but_not
from tierpolicy.runtime.columns.python_cells import distinct_of, raw_of

NOT_A_TIME = np.iinfo(np.int64).min


def pandas_cells(series: Any) -> Cells:
    """What a column of any dtype holds."""
    import pandas

    dtype = series.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        return _categories(series)
    if isinstance(dtype, pandas.DatetimeTZDtype):
        return Unfit(series.isna().to_numpy())
    if not isinstance(dtype, np.dtype):
        array = arrow_array_of(series)
        return _objects(series) if array is None else arrow_cells(array)
    if dtype.kind in "biuf":
        return Numbers(in_order(series.to_numpy()))
    if dtype.kind in "mM":
        return _times(series.to_numpy())
    return _objects(series)


def arrow_array_of(series: Any) -> Any:
    """The column as an Arrow array; None where it is none and can't become one."""
    import pandas
    import pyarrow

    if isinstance(series.dtype, np.dtype) or not isinstance(
        series.dtype, pandas.StringDtype | pandas.ArrowDtype | _nullable()
    ):
        return None
    try:
        array = pyarrow.array(series)
    except (pyarrow.ArrowException, ValueError):  # text that UTF-8 can't hold
        return None
    return array.combine_chunks() if isinstance(array, pyarrow.ChunkedArray) else array


def _nullable() -> Any:
    """The dtypes of pandas that keep missing rows beside the values."""
    import pandas

    kinds = (pandas.BooleanDtype, pandas.Int8Dtype, pandas.Int16Dtype, pandas.Int32Dtype, pandas.Int64Dtype)
    more = (pandas.UInt8Dtype, pandas.UInt16Dtype, pandas.UInt32Dtype, pandas.UInt64Dtype)
    found: Any = pandas.Float32Dtype | pandas.Float64Dtype
    for kind in (*kinds, *more):
        found |= kind
    return found


def in_order(values: Values) -> Values:
    """The values one after the other, in the machine's order of bytes."""
    return np.ascontiguousarray(values, values.dtype.newbyteorder("="))


def _times(values: Values) -> Days | Spans:
    """Moments without a zone, and lengths of time."""
    unit, count = np.datetime_data(values.dtype)
    if unit not in PER_SECOND or count != 1:
        values = values.astype(f"{values.dtype.kind}8[us]")
        unit = "us"
    counted = in_order(values).view(np.int64)
    missing = counted == NOT_A_TIME
    absent = missing if missing.any() else None
    if values.dtype.kind == "m":
        return Spans(counted, PER_SECOND[unit], absent)
    days, rest = np.divmod(counted, PER_SECOND[unit] * SECONDS_PER_DAY)
    return Days(days, absent, but_not(rest != 0, absent))


def _categories(series: Any) -> Distinct:
    codes = np.asarray(series.cat.codes)
    missing = codes < 0
    absent = missing if missing.any() else None
    places = codes if absent is None else np.where(missing, codes.dtype.type(0), codes)
    raws = [raw_of(cell) for cell in pandas_values(series.cat.categories.to_series())]
    return Distinct(places.astype(f"u{codes.dtype.itemsize}"), raws or [None], absent)


def _objects(series: Any) -> Distinct:
    """Objects of any kind; where all are text, by pandas' own encoding."""
    import pandas

    cells = series.to_numpy(object)
    if _all_text(cells):
        codes, texts = pandas.factorize(cells)
        if all(type(text) is str for text in texts):
            missing = codes < 0
            absent = missing if missing.any() else None
            places = codes if absent is None else np.where(missing, 0, codes)
            return Distinct(places.astype(np.uint32), texts.tolist(), absent)
    return distinct_of(_plain(cell) for cell in cells)


def _all_text(cells: Values) -> bool:
    """True where every cell is text or missing."""
    import pandas

    try:
        return bool(pandas.api.types.infer_dtype(cells, skipna=True) == "string")
    except Exception:  # an object that fails when it is looked at
        return False


# ---------------------------------------------------------------- value by value


def some_rows(series: Any, rows: Sequence[int]) -> Any:
    """Some rows of a column, as an array of Arrow where it is one, else as a column."""
    import pandas

    array = arrow_array_of(series)
    if array is not None:
        return taken(array, rows)
    if isinstance(series.dtype, np.dtype):
        return pandas.Series(
            in_order(series.to_numpy()[np.asarray(rows, np.intp)]), dtype=series.dtype.newbyteorder("=")
        )
    return series.iloc[list(rows)]


def pandas_values(series: Any) -> list[object]:
    """The column's values as a record would hold them: what pandas has for *missing* is None, and the moment at
    which a day begins is that day, where the dtype says that all are moments without a zone."""
    import pandas

    array = arrow_array_of(series) if isinstance(series, pandas.Series) else series
    if array is not None:
        return python_cells(array)
    if isinstance(series.dtype, pandas.CategoricalDtype):
        kinds = [*pandas_values(series.cat.categories.to_series()), None]
        return [kinds[code] for code in series.cat.codes]
    moments = isinstance(series.dtype, np.dtype) and series.dtype.kind == "M"
    return [_plain(cell, moments) for cell in _cells(series)]


def _cells(series: Any) -> list[object]:
    """The cells; bytes, which no field takes, for one beyond what Python's types hold."""
    try:
        return list(series.tolist())
    except (ValueError, OverflowError):
        return [_cell(series, row) for row in range(len(series))]


def _cell(series: Any, row: int) -> object:
    try:
        return series.iloc[row]
    except (ValueError, OverflowError):
        return str(series.dtype).encode()


def _plain(cell: object, moment: bool = False) -> object:
    import pandas

    if cell is pandas.NaT or cell is pandas.NA:
        return None
    if moment and isinstance(cell, datetime) and cell.time() == time.min and not getattr(cell, "nanosecond", 0):
        return cell.date()
    return cell
