"""Columns of every sort, each under the name of every sort of field: what each row means is what a record means."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import duckdb
import pandas
import polars
import pyarrow as pa
import pytest

import tierpolicy
from tests.runtime.frames.columns import ARROW
from tests.runtime.frames.echo import FIELDS
from tests.runtime.frames.kinds import ECHO, decided, expected, judged, same
from tests.strategies.records import BROKEN


def named(column: Any) -> Any:
    """A table with the column under every field's name."""
    return pa.table([column] * len(FIELDS), names=list(FIELDS))


def python_rows(table: Any) -> list[dict[str, Any]]:
    """The rows in Python's types, by pyarrow; a timestamp at midnight without a zone is a day."""
    columns = {name: python_cells(table.column(name).combine_chunks()) for name in table.column_names}
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def python_cells(array: Any) -> list[Any]:
    if pa.types.is_timestamp(array.type) and array.type.tz is None:
        exact = array.cast(pa.timestamp("ns")) if "ns" in str(array.type) else array.cast(pa.timestamp("us"))
        per_day = 86_400 * (10**9 if "ns" in str(array.type) else 10**6)
        whole = [number is not None and number % per_day == 0 for number in exact.cast(pa.int64()).to_pylist()]
        moments = array.cast(pa.timestamp("us"), safe=False).to_pylist()
        return [moment.date() if day else moment for moment, day in zip(moments, whole, strict=True)]
    if pa.types.is_duration(array.type):
        per = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[array.type.unit]
        counted = array.cast(pa.int64()).to_pylist()
        return [None if each is None else timedelta(microseconds=each * 10**6 // per) for each in counted]
    if pa.types.is_interval(array.type):
        return [each and timedelta(days=each.days, microseconds=each.nanoseconds // 1000) for each in array.to_pylist()]
    if pa.types.is_dictionary(array.type):
        kinds = python_cells(array.dictionary)
        return [None if code is None else kinds[code] for code in array.indices.to_pylist()]
    return array.to_pylist()


@pytest.mark.parametrize("column", ARROW)
def test_arrow(column: str) -> None:
    table = named(ARROW[column])
    records = python_rows(table)
    judged(table, records)
    padded = pa.concat_tables([named(ARROW[column].slice(0, 1)), table]).combine_chunks().slice(1)
    assert padded.column(0).chunk(0).offset == 1 or not len(padded)
    judged(padded, records)
    judged(pa.concat_tables([table.slice(0, 1), table.slice(1)]), records)


@pytest.mark.parametrize("column", ARROW)
def test_pandas_of_arrow(column: str) -> None:
    frame = pandas.DataFrame(
        {name: pandas.Series(ARROW[column], dtype=pandas.ArrowDtype(ARROW[column].type)) for name in FIELDS}
    )
    judged(frame, python_rows(named(ARROW[column])))


NOT_IN_POLARS = {"interval", "map", "decimal of 256 bits", "decimal below its point"}
NOT_IN_POLARS.add("large list")  # which its older versions damage as they take it over


@pytest.mark.parametrize("column", [each for each in ARROW if each not in NOT_IN_POLARS])
def test_polars(column: str) -> None:
    series = polars.from_arrow(ARROW[column])
    frame = polars.DataFrame(dict.fromkeys(FIELDS, series))
    records = python_rows(named(ARROW[column]))
    judged(frame, records)
    judged(polars.concat([frame.head(1), frame.slice(1)], rechunk=False), records)
    judged(frame.lazy(), records)


# ---------------------------------------------------------------- Polars alone

WORDS = ["cold", None, "hot", "b", "SMB"]
POLARS: dict[str, polars.Series] = {
    "Enum in another order": polars.Series(WORDS, dtype=polars.Enum(["SMB", "hot", "b", "cold", "warm"])),
    "Enum in the scale's order": polars.Series(["cold", "hot", None], dtype=polars.Enum(["cold", "warm", "hot"])),
    "Enum of many": polars.Series(WORDS, dtype=polars.Enum([*map(str, range(300)), *filter(None, WORDS)])),
    "Enum of far more labels than rows": polars.Series(
        WORDS, dtype=polars.Enum([*map(str, range(10_000)), *filter(None, WORDS)])
    ),
    "Categorical": polars.Series(WORDS, dtype=polars.Categorical),
    "128 bits": polars.Series([1, 2**100, None], dtype=polars.Int128),
    "in a structure of 128 bits": polars.Series([{"a": 1}, None], dtype=polars.Struct({"a": polars.Int128})),
    "objects": polars.Series([each for each in BROKEN if type(each) is not dict], dtype=polars.Object),
    "arrays": polars.Series([["a"], ["x"], None], dtype=polars.Array(polars.String, 1)),
    "lists of labels": polars.Series([["a", "b"], [], None], dtype=polars.List(polars.Enum(["b", "a"]))),
}


@pytest.mark.parametrize("column", POLARS)
def test_polars_types_of_its_own(column: str) -> None:
    frame = polars.DataFrame(dict.fromkeys(FIELDS, POLARS[column]))
    judged(frame, [dict.fromkeys(FIELDS, cell) for cell in POLARS[column].to_list()])


# ---------------------------------------------------------------- DuckDB

SQL = {
    "numbers": "SELECT unnest([1.5::DOUBLE, 'nan', 'inf', NULL, 1e300]) AS x",
    "huge numbers": "SELECT unnest([1::HUGEINT, 170141183460469231731687303715884105727, NULL]) AS x",
    "small numbers": "SELECT unnest([1::UTINYINT, 255, NULL]) AS x",
    "decimals": "SELECT unnest([1.50::DECIMAL(4, 2), 0.25, NULL]) AS x",
    "long decimals": "SELECT unnest([1.505::DECIMAL(38, 10), 0.25, NULL]) AS x",
    "an enumeration": "SELECT unnest(['warm', 'b', NULL])::ENUM('b', 'warm') AS x",
    "text": "SELECT unnest(['warm', '', 'SMB', NULL, 'é', 'PT5S', '1.5']) AS x",
    "days": "SELECT unnest([DATE '2026-11-21', NULL, DATE '0001-01-01']) AS x",
    "moments": "SELECT unnest([TIMESTAMP '2026-11-21', NULL, TIMESTAMP '2026-11-21 01:00:00']) AS x",
    "intervals": "SELECT unnest([INTERVAL 90 SECONDS, NULL, INTERVAL 2 DAYS, INTERVAL 1500 MILLISECONDS]) AS x",
    "lists": "SELECT unnest([['a', 'b'], [], NULL, ['x', NULL]]) AS x",
    "flags": "SELECT unnest([true, NULL, false]) AS x",
    "identifiers": "SELECT unnest([NULL, '00000000-0000-0000-0000-000000000001'::UUID]) AS x",
    "no rows": "SELECT 1 AS x WHERE false",
}


@pytest.mark.parametrize("column", SQL)
def test_duckdb(column: str) -> None:
    relation = duckdb.sql(SQL[column])
    cells = [cell for (cell,) in relation.fetchall()]
    if column == "moments":
        cells = [cell.date() if cell and cell.time() == time.min else cell for cell in cells]
    if column == "identifiers":
        cells = [cell and str(cell) for cell in cells]
    named_ = relation.project(", ".join(f"x AS {name}" for name in FIELDS))
    judged(named_, [dict.fromkeys(FIELDS, cell) for cell in cells])


# ---------------------------------------------------------------- one field at a time

ALONE = ["bool", "int64", "float64", "string", "date32", "duration us", "decimal", "list", "null", "timestamp us"]


@pytest.mark.parametrize("column", ALONE)
def test_a_field_alone_has_its_own_problems(column: str) -> None:
    for name in FIELDS:
        table = pa.table({name: ARROW[column]})
        rows_alone = [{name: cell} for cell in python_cells(ARROW[column])]
        answers = decided(ECHO, table, notes=True).select(["problems"]).to_pylist()
        noted = [{"problems": row["problems"]} for row in expected(ECHO, rows_alone, notes=True)]
        same(answers, noted)


REQUIRED = ["flag", "integer", "number", "percent", "money", "duration", "date", "text", "one of a, b", "set of a, b"]


@pytest.mark.parametrize("declared", REQUIRED)
def test_a_required_field_that_is_missing_is_a_problem(declared: str) -> None:
    text = f"customer {{\n    x : {declared} required\n}}\nservice {{\n    a : flag\n}}\n"
    policy = tierpolicy.loads(text)
    for column in ALONE:
        rows_alone = [{"x": cell} for cell in python_cells(ARROW[column])]
        answers = decided(policy, pa.table({"x": ARROW[column]}), notes=True)
        same(answers.to_pylist(), expected(policy, rows_alone, notes=True))
