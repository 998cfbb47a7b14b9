"""Databases that run statements over a table of rows."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from tests.conformance.sql_rows import Given

ARROW = {
    "decimal": pa.decimal128(38, 8),
    "whole": pa.int64(),
    "float": pa.float64(),
    "flag": pa.bool_(),
    "date": pa.date32(),
    "text": pa.string(),
    "array": pa.list_(pa.string()),
}


def arrow_table(given: Given) -> pa.Table:
    columns = {name: pa.array([row[name] for row in given.rows], ARROW[kind]) for name, kind in given.kinds.items()}
    return pa.table(columns or {"nothing": pa.nulls(len(given.rows))})


@cache
def _duckdb() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    return connection


def on_duckdb(statement: str, given: Given) -> list[tuple[Any, ...]]:
    connection = _duckdb()
    connection.register("rows", arrow_table(given))
    found: list[tuple[Any, ...]] = connection.execute(statement).fetchall()
    connection.unregister("rows")
    return found


# ---------------------------------------------------------------- PostgreSQL

POSTGRES = {
    "decimal": "numeric",
    "whole": "bigint",
    "float": "double precision",
    "flag": "boolean",
    "date": "date",
    "text": "text",
    "array": "text[]",
}


class OnPostgres:
    """A connection to a server; statements run one after the other."""

    def __init__(self, url: str) -> None:
        from adbc_driver_postgresql import dbapi

        self.connection = dbapi.connect(url, autocommit=True)

    def __call__(self, statement: str, given: Given) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS rows")
            columns = ", ".join(f"{quoted(name)} {POSTGRES[kind]}" for name, kind in given.kinds.items())
            cursor.execute(f"CREATE TEMP TABLE rows ({columns})")
            rows = ", ".join(f"({', '.join(map(literal, row.values()))})" for row in given.rows)
            if given.kinds:
                cursor.execute(f"INSERT INTO rows VALUES {rows}")
            cursor.execute(statement)
            return [tuple(row) for row in cursor.fetchall()]


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(cell: Any) -> str:
    """A cell in PostgreSQL's words."""
    match cell:
        case None:
            return "NULL"
        case list():
            return f"ARRAY[{', '.join(map(literal, cell))}]::text[]"
        case bool() | int() | Decimal():
            return str(cell)
        case float():
            return f"'{cell!r}'::double precision"
        case _:
            return "'" + str(cell).replace("'", "''") + "'"


# ---------------------------------------------------------------- Spark


class OnSpark:
    """A session; whoever asks gives few statements, as each takes its time to be planned."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def __call__(self, statement: str, given: Given) -> list[tuple[Any, ...]]:
        self.session.createDataFrame(arrow_table(given)).coalesce(1).createOrReplaceTempView("rows")
        return [tuple(row) for row in self.session.sql(statement).collect()]
