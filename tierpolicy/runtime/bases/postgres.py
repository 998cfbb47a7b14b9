"""A PostgreSQL table, view or query as a customer base, read in batches of Arrow through ADBC.

All of it is read in one transaction, so that what others write meanwhile doesn't show.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from tierpolicy.diagnostics.suggest import did_you_mean
from tierpolicy.runtime.bases.base import ROWS_IN_A_BATCH, Base, Batch
from tierpolicy.runtime.bases.base import Place as Reached
from tierpolicy.runtime.bases.duckdb_file import MOST_NAMED, identifier
from tierpolicy.runtime.bases.postgres_columns import Column, cells_of, column_of, shown
from tierpolicy.runtime.bases.postgres_connection import connected, database_of, masked
from tierpolicy.runtime.bases.postgres_target import table_target
from tierpolicy.runtime.rows import UnusableFile

__all__ = ["opened_postgres", "table_target"]

QUERY = re.compile(r"\s*(select|with|values|table)\b\s*[^\s.]", re.IGNORECASE)
VIEW = "tierpolicy_customers"

TABLES = """
SELECT n.nspname::text, c.relname::text, pg_table_is_visible(c.oid), c.oid::bigint, greatest(c.reltuples, 0)::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY 1, 2
"""
COLUMNS = """
SELECT a.attname::text, format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END, NULL)
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = {oid:d} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


@contextmanager
def opened_postgres(url: str, table: str | None, wanted: Collection[str] | None) -> Iterator[Base]:
    """A table or view (`customers`, `crm.customers`), or what a query finds. UnusableFile says why there is none."""
    with connected(url) as connection:
        execute(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        if table is not None and QUERY.match(table):
            execute(connection, f"CREATE TEMPORARY VIEW {VIEW} AS {table}")
            schema, name, oid, size = _table(connection, url, VIEW)
            called = "a query"
        else:
            schema, name, oid, size = _table(connection, url, table)
            called = name
        execute(connection, "SET TRANSACTION READ ONLY")
        execute(connection, "SET LOCAL synchronize_seqscans = off")
        execute(connection, "SET LOCAL max_parallel_workers_per_gather = 0")
        every = [column_of(*each) for each in rows(connection, COLUMNS.format(oid=oid))]
        columns = [each for each in every if wanted is None or each.name in wanted]
        reached = Reached()
        place = f"{identifier(schema)}.{identifier(name)}"

        def batches(skipped: int = 0) -> Iterator[Batch]:
            reached.at = done = skipped
            for found in _batches(connection, place, columns, skipped):
                yield _batch(done + 1, found, columns)
                reached.at = done = done + found.num_rows

        names = tuple(each.name for each in every)
        # Between two runs the data may be another, and the order of rows too: no run goes on with what another did.
        fingerprint = uuid4().hex
        yield Base(f"{database_of(url)}: {called}", names, False, size, lambda: reached.at, batches, (), fingerprint)


def execute(connection: Any, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def rows(connection: Any, query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _batches(connection: Any, place: str, columns: Sequence[Column], skipped: int) -> Iterator[Any]:
    """Record batches of the columns' values, then of their other texts."""
    values = [f"{column.value} AS v{at}" for at, column in enumerate(columns)]
    others = [f"{column.other} AS o{at}" for at, column in enumerate(columns) if column.other is not None]
    selected = ", ".join((*values, *others)) or "1 AS nothing"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {selected} FROM {place}" + (f" OFFSET {skipped:d}" if skipped else ""))
        for batch in cursor.fetch_record_batch():
            for start in range(0, batch.num_rows, ROWS_IN_A_BATCH):
                yield batch.slice(start, ROWS_IN_A_BATCH)


def _batch(first: int, found: Any, columns: Sequence[Column]) -> Batch:
    import pyarrow

    names = found.schema.names
    arrays, raw = [], {}
    for at, column in enumerate(columns):
        others = found.column(names.index(f"o{at}")) if column.other is not None else None
        cells = cells_of(column, found.column(names.index(f"v{at}")), others)
        if isinstance(cells, list):
            raw[column.name] = cells
            cells = shown(cells)
        arrays.append(cells)
    if not arrays:
        empty = pyarrow.array([{}] * found.num_rows, pyarrow.struct([]))
        return Batch(first, pyarrow.RecordBatch.from_struct_array(empty))
    return Batch(first, pyarrow.RecordBatch.from_arrays(arrays, names=[each.name for each in columns]), {}, raw)


def _table(connection: Any, url: str, table: str | None) -> tuple[str, str, int, int]:
    """The table as it is asked for: its schema, its name, its number, and about how many rows it has."""
    held = rows(connection, TABLES)
    places = {name: (schema, name, oid, size) for schema, name, visible, oid, size in held if visible}
    places |= {f"{schema}.{name}": (schema, name, oid, size) for schema, name, _, oid, size in held}
    names = [name if visible else f"{schema}.{name}" for schema, name, visible, _, _ in held]
    known = ", ".join(f"`{name}`" for name in names[:MOST_NAMED])
    tables = f"it has {known}" if known else "it has none"
    if table is None:
        raise UnusableFile(f"`{masked(url)}` holds tables; say which one with `--table NAME`: {tables}")
    found = places.get(table) or places.get(table.lower())
    if found is None:
        raise UnusableFile(f"`{masked(url)}` has no table `{table}`; {did_you_mean(table, names) or tables}")
    return found
