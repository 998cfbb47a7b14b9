"""Arrow columns of every type, with the values at which reading a record changes its mind."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

DAYS = [
    date(2026, 11, 21),
    date(2024, 2, 29),
    date(1, 1, 1),
    date(9999, 12, 31),
    None,
    date(2020, 1, 1),
    date(1969, 7, 20),
]
MOMENTS = [
    datetime(2026, 11, 21),
    None,
    datetime(2026, 11, 21, 0, 0, 1),
    datetime(1969, 12, 31),
    datetime(1969, 12, 31, 23, 59, 59, 999_999),
]
TEXTS = [
    "warm",
    "SMB",
    "",
    None,
    "lukewarm",
    "e\u0301",
    "é",
    "1.5",
    "-0.005",
    "nan",
    "PT1H30M",
    "P1DT0,5S",
    "2026-11-21",
    "a;b",
    "A;x",
    "e" + "\u0301" * 40,
]
WHOLE = [0, 1, -1, 7, 90, 100, 101, 127, -128]
FLOATS = [
    0.0,
    -0.0,
    0.5,
    1.5,
    2.5,
    0.005,
    0.015,
    1.005,
    1e300,
    -1e300,
    float("inf"),
    float("-inf"),
    float("nan"),
    2.0**53,
    2.0**63,
    -(2.0**63),
    90071992547409.92,
    90071992547409.94,
    100.0,
    100.004,
    100.005,
    3.14,
]
SPANS = [
    timedelta(0),
    timedelta(hours=1),
    None,
    timedelta(seconds=-1),
    timedelta(milliseconds=500),
    timedelta(milliseconds=1500),
    timedelta(days=1),
    timedelta(days=1, microseconds=1),
]
MONEY = [
    Decimal("0.00"),
    Decimal("12.34"),
    Decimal("-0.01"),
    None,
    Decimal("100.00"),
    Decimal("100.01"),
    Decimal("99999999999999.99"),
]
LISTS = [["a"], ["A", "b"], [], None, ["x", "a"], ["é", None], [""], ["e\u0301"]]


ARROW: dict[str, Any] = {
    "null": pa.nulls(3),
    "bool": pa.array([True, False, None]),
    "int8": pa.array([*WHOLE, None], pa.int8()),
    "int16": pa.array([*WHOLE, 2**15 - 1, None], pa.int16()),
    "int32": pa.array([*WHOLE, -(2**31)], pa.int32()),
    "int64": pa.array([*WHOLE, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), 2**53 // 100, 2**53 // 100 + 1, None]),
    "int64 within all bounds": pa.array([1, 2, 3]),
    "int64 missing within all bounds": pa.array([1, None, 3]),
    "uint8": pa.array([0, 1, 255, None], pa.uint8()),
    "uint16": pa.array([0, 1, 65535, None], pa.uint16()),
    "uint32": pa.array([0, 1, 2**32 - 1, None], pa.uint32()),
    "uint64": pa.array([0, 1, 2**63 - 1, 2**63, 2**64 - 1, None], pa.uint64()),
    "float16": pa.array(np.array([0.5, 1.0, np.nan, np.inf], np.float16)),
    "float32": pa.array([0.5, 0.1, 1.005, 3.0, None, float("nan"), 2.0**60], pa.float32()),
    "float64": pa.array([*FLOATS, None]),
    "float64 within all bounds": pa.array([0.75, 0.5, 1.0]),
    "float64 whole": pa.array([1.0, 0.0, 1.0]),
    "float64 minus zero": pa.array([1.0, -0.0, 1.0]),
    "float64 missing within all bounds": pa.array([0.75, None, 1.0, float("nan")]),
    "string": pa.array(TEXTS),
    "large string": pa.array(TEXTS, pa.large_string()),
    "string view": pa.array(TEXTS, pa.string_view()),
    "dictionary": pa.array(TEXTS).dictionary_encode(),
    "dictionary with unused and with null": pa.DictionaryArray.from_arrays(
        pa.array([0, 2, None, 1, 0], pa.int8()), pa.array(["cold", None, "hot", "unused"])
    ),
    "dictionary of 64-bit codes": pa.DictionaryArray.from_arrays(pa.array([1, 0], pa.uint64()), pa.array(["b", "a"])),
    "dictionary that is mostly unused": pa.DictionaryArray.from_arrays(
        pa.array([1_999, 0, None, 1_999]), pa.array(["cold", *map(str, range(1_998)), "b"])
    ),
    "dictionary of numbers": pa.array([1.5, 0.25, None, 1.5]).dictionary_encode(),
    "dictionary of moments": pa.array(MOMENTS).dictionary_encode(),
    "date32": pa.array(DAYS),
    "date64": pa.array(DAYS, pa.date64()),
    **{
        f"timestamp {unit}": pa.array(MOMENTS, pa.timestamp("us")).cast(pa.timestamp(unit), safe=False)
        for unit in ("s", "ms", "us", "ns")
    },
    "timestamp a nanosecond past": pa.array([1, 0, 86_400 * 10**9, -1], pa.timestamp("ns")),
    "timestamp in a zone": pa.array([datetime(2026, 11, 21, tzinfo=UTC), None], pa.timestamp("us", "Europe/Berlin")),
    **{
        f"duration {unit}": pa.array(SPANS, pa.duration("us")).cast(pa.duration(unit), safe=False)
        for unit in ("s", "ms", "us", "ns")
    },
    "duration less than a microsecond": pa.array(
        [500_000_000, 500_000_001, 1_500_000_999, -500_000_001], pa.duration("ns")
    ),
    "interval": pa.array([(0, 1, 0), (0, 0, 10**9), None, (0, 0, 500_000_000)], pa.month_day_nano_interval()),
    "time": pa.array([time(1), None]),
    "binary": pa.array([b"a", b"", None]),
    "decimal": pa.array(MONEY),
    "decimal of 0 places": pa.array([Decimal(3), None, Decimal(-1), Decimal(2**53)], pa.decimal128(20, 0)),
    "decimal of 5 places": pa.array(
        [Decimal(each) for each in ("0.00500", "0.01500", "1.00001", "0.12345", "0.00005", "0.00015", "7.00000")],
        pa.decimal128(20, 5),
    ),
    "decimal of 30 places": pa.array([Decimal("0." + "0" * 29 + "1"), Decimal(1), None], pa.decimal128(38, 30)),
    "decimal that is long": pa.array(
        [Decimal(10**30), Decimal(-(2**63)), Decimal(2**63), Decimal(2**63 - 1), None], pa.decimal128(38, 0)
    ),
    "decimal of 256 bits": pa.array([Decimal("12.34"), Decimal(10**50), None], pa.decimal256(60, 2)),
    "decimal below its point": pa.array([Decimal(1200), None], pa.decimal128(5, -2)),
    "list": pa.array(LISTS),
    "large list": pa.array(LISTS, pa.large_list(pa.large_string())),
    "list with gaps": pa.array([["x"], *LISTS]).slice(1),
    "list of fixed size": pa.array([["a", "b"], ["x", None], None], pa.list_(pa.string(), 2)),
    "list of numbers": pa.array([[1], [], None]),
    "list of lists": pa.array([[["a"]], [], None]),
    "struct": pa.array([{"a": 1}, None]),
    "map": pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
}
