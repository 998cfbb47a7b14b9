"""A table or view in a DuckDB file, read in batches."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tierpolicy.diagnostics.suggest import did_you_mean
from tierpolicy.runtime.bases.base import ROWS_IN_A_BATCH, Base, Batch
from tierpolicy.runtime.bases.base import Place as Reached
from tierpolicy.runtime.bases.evening import evened
from tierpolicy.runtime.rows import UnusableFile

MOST_NAMED = 8


@contextmanager
def opened_duckdb(path: Path, table: str | None, wanted: Collection[str] | None) -> Iterator[Base]:
    """A table in a DuckDB file, in the order in which it is stored. The file is opened for reading alone."""
    with connected(path, read_only=True) as connection:
        name = _table(connection, path, table)
        empty = connection.sql(f"SELECT * FROM {name} LIMIT 0").to_arrow_table()
        columns, types = tuple(empty.schema.names), {field.name: field.type for field in empty.schema}
        asked = [each for each in columns if wanted is None or each in wanted]
        ((size,),) = connection.sql(f"SELECT count(*) FROM {name}").fetchall()
        reached = Reached()

        def read(skipped: int) -> Iterator[Batch]:
            reached.at = done = skipped
            selected = ", ".join(map(identifier, asked)) or "1"
            found = connection.sql(f"SELECT {selected} FROM {name}" + (f" OFFSET {skipped:d}" if skipped else ""))
            reader = getattr(found, "to_arrow_reader", found.fetch_arrow_reader)(ROWS_IN_A_BATCH)
            for rows in reader:
                if rows.num_rows:
                    yield Batch(done + 1, rows if asked else rows.select([]))
                    done += rows.num_rows
                    reached.at = done

        status = path.stat()
        fingerprint = f"{table} {size} {status.st_size} {status.st_mtime_ns}"

        def batches(skipped: int = 0) -> Iterator[Batch]:
            return evened(read(skipped))

        place = f"{path.name}: {table}"
        yield Base(place, columns, False, size, lambda: reached.at, batches, (), fingerprint, size, types)


@contextmanager
def connected(path: Path, *, read_only: bool) -> Iterator[Any]:
    """A connection to a DuckDB file. UnusableFile where it is none, or another program writes to it."""
    try:
        import duckdb
    except ImportError:
        needed = "install it with `pip install 'tierpolicy[data]'`"
        raise UnusableFile(f"reading and writing `{path.name}` needs DuckDB: {needed}") from None
    if read_only and not os.path.lexists(path):
        raise UnusableFile(f"there is no file `{path}`")
    try:
        connection = duckdb.connect(str(path), read_only=read_only)
    except duckdb.IOException as error:
        if "lock" in str(error):
            raise UnusableFile(f"`{path}` is in use by another program; close it there") from None
        raise UnusableFile(f"`{path}` can't be read as a DuckDB file") from None
    except duckdb.Error:
        raise UnusableFile(f"`{path}` can't be read as a DuckDB file") from None
    try:
        yield connection
    except duckdb.Error as error:
        said = str(error).partition("\n")[0]
        raise UnusableFile(f"`{path}` can't be used: {said}") from None
    finally:
        connection.close()


def identifier(name: str) -> str:
    """A name in quotes, as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def _table(connection: Any, path: Path, table: str | None) -> str:
    """The table as it is asked for: `customers`, or `schema.customers`."""
    rows = connection.sql("SELECT table_schema, table_name FROM information_schema.tables").fetchall()
    names = {name if schema == "main" else f"{schema}.{name}": (schema, name) for schema, name in rows}
    known = ", ".join(f"`{name}`" for name in sorted(names)[:MOST_NAMED])
    held = f"it has {known}" if known else "it has none"
    if table is None:
        raise UnusableFile(f"`{path}` holds tables; say which one with `--table NAME`: {held}")
    if table not in names:
        raise UnusableFile(f"`{path}` has no table `{table}`; {did_you_mean(table, names) or held}")
    schema, name = names[table]
    return f"{identifier(schema)}.{identifier(name)}"
