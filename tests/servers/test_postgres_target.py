"""A table of decisions is there whole, or as it was before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

import tierpolicy
from tests.servers.postgres import rows, run
from tierpolicy.runtime.apply import applied, work_for
from tierpolicy.runtime.bases.postgres import table_target
from tierpolicy.runtime.rows import UnusableFile

DAY = date(2026, 11, 22)
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("count", pa.int64()),
        ("flag", pa.bool_()),
        ("factor", pa.float64()),
        ("voucher", pa.decimal128(18, 2)),
        ("discount", pa.decimal128(24, 4)),
        ("visit", pa.date32()),
        ("wait", pa.duration("s")),
        ("ways", pa.list_(pa.string())),
        ('\'; drop "table" 😀', pa.string()),
    ]
)
VALUES = [
    ("a", 1, True, 1.5, Decimal("44.12"), Decimal("0.0250"), date(2026, 1, 2), timedelta(hours=5), ["x", "y"], "'"),
    (
        "b",
        -(2**62),
        False,
        float("nan"),
        Decimal("-9999999999999999.99"),
        Decimal("1"),
        date(1, 1, 1),
        timedelta(-1),
        [],
        "😀",
    ),
    (None,) * 10,
]


def batches(count: int = 1, values: list[tuple[Any, ...]] = VALUES) -> Iterator[pa.RecordBatch]:
    columns = [pa.array(column, field.type) for column, field in zip(zip(*values, strict=True), SCHEMA, strict=True)]
    for _ in range(count):
        yield pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def test_every_type_arrives(postgres: str) -> None:
    table_target(postgres, "decisions", batches(2), SCHEMA)
    asked = "SELECT id, count, flag, factor::text, voucher::text, discount::text, visit::text, wait::text, ways FROM"
    found = rows(postgres, f"{asked} decisions")
    first = ("a", 1, True, "1.5", "44.12", "0.0250", "2026-01-02", "05:00:00", ["x", "y"])
    second = ("b", -(2**62), False, "NaN", "-9999999999999999.99", "1.0000", "0001-01-01", "-24:00:00", [])
    assert found == [first, second, (None,) * 9] * 2


def test_the_same_table_gets_new_rows_for_its_old_ones(postgres: str) -> None:
    table_target(postgres, "public.decisions", batches(3), SCHEMA)
    run(postgres, "CREATE VIEW reads_it AS SELECT count(*) AS n FROM decisions")
    table_target(postgres, "decisions", batches(), SCHEMA)
    assert rows(postgres, "SELECT n FROM reads_it") == [(3,)]


def test_another_table_is_left_alone(postgres: str) -> None:
    run(postgres, "CREATE TABLE customers (id text, spend numeric); INSERT INTO customers VALUES ('a', 1)")
    run(postgres, "CREATE VIEW decisions AS SELECT * FROM customers")
    with pytest.raises(UnusableFile, match=r"`customers` in `.*` is another table: it has `spend numeric`"):
        table_target(postgres, "customers", batches(), SCHEMA)
    with pytest.raises(UnusableFile, match=r"`decisions` in .* is no table"):
        table_target(postgres, "decisions", batches(), SCHEMA)
    with pytest.raises(UnusableFile, match='schema "nowhere" does not exist'):
        table_target(postgres, "nowhere.decisions", batches(), SCHEMA)
    assert rows(postgres, "SELECT * FROM customers") == [("a", "1")]


def test_the_table_that_is_read_is_not_written(postgres: str) -> None:
    policy = tierpolicy.loads(
        "customer { id : text key }\nservice { level : low < high }\nbaseline everyone: level at least high\n"
    )
    run(postgres, "CREATE TABLE customers (id text); INSERT INTO customers VALUES ('a')")

    def decided(source: str, table: str, into: str) -> int:
        work = work_for(policy, source, postgres, DAY, lambda done, size: None, table=table, into=into)
        return applied(work).rows

    assert decided(postgres, "customers", "decisions") == 1
    other = postgres.replace("postgresql://", "postgres://")
    for source, table, into in (
        (postgres, "decisions", "decisions"),
        (other, "decisions", "public.decisions"),
        (postgres, "customers", "customers"),
    ):
        with pytest.raises(UnusableFile, match=f"`{into}` in .* is read by this command; name another table") as told:
            decided(source, table, into)
        assert "drop" not in str(told.value)
    assert decided(other, "decisions", "again") == 1
    assert decided(postgres, "SELECT id FROM customers", "decisions") == 1


class Ended(Exception):
    """What ends a run in the midst of its batches."""


def test_what_fails_in_the_midst_leaves_all_as_it_was(postgres: str) -> None:
    table_target(postgres, "decisions", batches(), SCHEMA)

    def failing() -> Iterator[pa.RecordBatch]:
        yield from batches(4)
        raise Ended

    with pytest.raises(Ended):
        table_target(postgres, "decisions", failing(), SCHEMA)
    assert rows(postgres, "SELECT count(*) FROM decisions") == [(3,)]
    with pytest.raises(Ended):
        table_target(postgres, "another", failing(), SCHEMA)
    assert rows(postgres, "SELECT to_regclass('another')::text") == [(None,)]


def test_text_that_postgres_cannot_hold_is_said(postgres: str) -> None:
    with pytest.raises(UnusableFile, match="a text holds what PostgreSQL's text can't"):
        table_target(postgres, "decisions", batches(1, [("\0", *(None,) * 9)]), SCHEMA)
    assert rows(postgres, "SELECT to_regclass('decisions')::text") == [(None,)]


def test_odd_names_of_tables(postgres: str) -> None:
    for name in ('x"; DROP TABLE y; --', "Größe 😀", "select"):
        table_target(postgres, name, batches(), SCHEMA)
        assert rows(postgres, 'SELECT count(*) FROM "' + name.replace('"', '""') + '"') == [(3,)]
