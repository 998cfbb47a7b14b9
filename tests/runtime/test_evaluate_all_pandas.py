"""Columns as only pandas has them, each under the name of every sort of field."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import numpy as np
import pandas
import pytest

from tests.runtime.frames.columns import DAYS, FLOATS, LISTS, MOMENTS, MONEY, SPANS, TEXTS, WHOLE
from tests.runtime.frames.echo import FIELDS
from tests.runtime.frames.kinds import judged, objects
from tests.strategies.records import BROKEN


class Stage(Enum):
    WARM = "warm"


class Word(str):
    pass


ODD = [
    *BROKEN,
    *TEXTS,
    *WHOLE,
    *FLOATS,
    *SPANS,
    *MONEY,
    *LISTS,
    *DAYS,
    None,
    pandas.NA,
    pandas.NaT,
    np.float64(1.5),
    np.int64(7),
    np.bool_(True),
    np.array(["a"]),
    np.datetime64("2026-11-21"),
    Stage.WARM,
    Word("warm"),
    UUID(int=1),
    time(1),
    pandas.Timestamp(2026, 11, 21),
    pandas.Timedelta(seconds=90),
]
PANDAS: dict[str, pandas.Series] = {
    "bool": pandas.Series([True, False]),
    **{f"int{bits}": pandas.Series(WHOLE, dtype=f"int{bits}") for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": pandas.Series([0, 1, 2**bits - 1], dtype=f"uint{bits}") for bits in (8, 16, 32, 64)},
    "float16": pandas.Series([0.5, np.nan, np.inf], dtype="float16"),
    "float32": pandas.Series([0.5, 0.1, 1.005, np.nan], dtype="float32"),
    "float64": pandas.Series(FLOATS),
    "big-endian": pandas.Series(np.array([0.5, 1.5, np.nan], ">f8")),
    "complex": pandas.Series([1j, np.nan]),
    "Int64": pandas.Series([1, None, 2**62], dtype="Int64"),
    "UInt8": pandas.Series([1, None, 200], dtype="UInt8"),
    "Float64": pandas.Series([1.5, None, 0.25], dtype="Float64"),
    "boolean": pandas.Series([True, None, False], dtype="boolean"),
    "object": objects(ODD),
    "object text": pandas.Series(TEXTS, dtype=object),
    "object text with NaN and NA": pandas.Series(["warm", np.nan, pandas.NA, None, "b"], dtype=object),
    "object text with subclasses": pandas.Series(["warm", Word("warm"), Word("b")], dtype=object),
    "object text beyond UTF-8": pandas.Series(["\ud800", "warm"], dtype=object),
    "object nothing": pandas.Series([None, np.nan], dtype=object),
    "object true and one": pandas.Series([1, True, 1.0, Decimal(1), 0, False, -0.0], dtype=object),
    "text": pandas.Series(TEXTS),
    "string": pandas.Series(TEXTS, dtype="string"),
    "string of Python": pandas.Series(TEXTS, dtype=pandas.StringDtype("python")),
    "category": pandas.Series(TEXTS, dtype="category"),
    "category ordered": pandas.Series(
        ["cold", "hot", None], dtype=pandas.CategoricalDtype(["cold", "warm", "hot"], True)
    ),
    "category of numbers": pandas.Series([1.5, None, 0.25, 1.5], dtype="category"),
    "category of moments": pandas.Series(MOMENTS, dtype="M8[us]").astype("category"),
    "category of objects": pandas.Series([1, "b", None, date(2026, 11, 21)], dtype=object).astype("category"),
    "category of nothing": pandas.Series([None, None], dtype=pandas.CategoricalDtype([])),
    **{
        f"datetime64[{unit}]": pandas.Series(
            np.array(["2026-11-21", "NaT", "2026-11-21T01", "1969-12-31"], f"M8[{unit}]")
        )
        for unit in ("s", "ms", "us", "ns")
    },
    "datetime in a zone": pandas.Series(pandas.to_datetime(["2026-11-21", None])).dt.tz_localize("UTC"),
    **{
        f"timedelta64[{unit}]": pandas.Series(np.array([0, 90, "NaT", -1, 500, 1500], f"m8[{unit}]"))
        for unit in ("s", "ms", "us", "ns")
    },
    "period": pandas.Series(pandas.period_range("2026-11", periods=2, freq="D")),
    "interval": pandas.Series(pandas.interval_range(0, 2)),
    "sparse": pandas.Series(pandas.arrays.SparseArray([0.0, 1.5, np.nan])),
}


def pandas_cells(series: Any) -> list[Any]:
    """The cells in Python's types: what pandas has for *missing* is None, and a midnight of NumPy's is a day."""
    moments = series.dtype.kind == "M" or (series.dtype == "category" and series.cat.categories.dtype.kind == "M")
    found = []
    for cell in series.astype(object):
        if cell is pandas.NaT or cell is pandas.NA:
            found.append(None)
        elif moments and isinstance(cell, datetime) and cell.tzinfo is None and cell.time() == time.min:
            found.append(cell.date())
        else:
            found.append(cell)
    return found


@pytest.mark.parametrize("column", PANDAS)
def test_pandas(column: str) -> None:
    series = PANDAS[column]
    frame = pandas.DataFrame(dict.fromkeys(FIELDS, series))
    records = [dict.fromkeys(FIELDS, cell) for cell in pandas_cells(series)]
    judged(frame, records)
    judged(pandas.concat([frame, frame])[1::2], (records * 2)[1::2])


def test_pandas_columns_that_are_rows_of_memory() -> None:
    frame = pandas.DataFrame(np.arange(3.0 * len(FIELDS)).reshape(3, -1), columns=list(FIELDS))
    judged(frame, frame.to_dict("records"))
