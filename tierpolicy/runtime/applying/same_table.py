"""A table that is read and one that is to be written: whether they are one, however each is spelled."""

from __future__ import annotations

import os
from pathlib import Path

from tierpolicy.runtime.rows import UnusableFile

PLACE = """
SELECT to_regclass($1)::oid::text, (SELECT oid::text FROM pg_database WHERE datname = current_database()),
    pg_postmaster_start_time()::text
"""


def check_other_duckdb_table(source: Path, table: str | None, target: Path, into: str | None) -> None:
    """Refuses to write the table of a DuckDB file that is read. DuckDB tells no capitals from small letters."""
    if table is None or into is None or not (source.exists() and target.exists()):
        return
    if os.path.samefile(source, target) and _in_main(table) == _in_main(into):
        raise UnusableFile(_refused(into, f"{target}"))


def _in_main(table: str) -> str:
    schema, _, name = table.casefold().rpartition(".")
    return f"{schema or 'main'}.{name}"


def check_other_postgres_table(source: str, table: str | None, target: str, into: str | None) -> None:
    """Refuses to write the table of a PostgreSQL database that is read; the servers say whether it is one.

    UnusableFile too where a server can't be asked. A query as `table` is no table.
    """
    from tierpolicy.runtime.bases.postgres import QUERY
    from tierpolicy.runtime.bases.postgres_connection import masked

    if table is None or into is None or QUERY.match(table):
        return
    read = _place(source, table)
    if read[0] is not None and read == _place(target, into):
        raise UnusableFile(_refused(into, masked(target)))


def _place(url: str, table: str) -> tuple[str | None, ...]:
    """What tells a table from all others: its number, that of its database, and when its server was started."""
    from tierpolicy.runtime.bases.duckdb_file import identifier
    from tierpolicy.runtime.bases.postgres_connection import connected

    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute(PLACE, (".".join(map(identifier, table.split(".", 1))),))
        (found,) = cursor.fetchall()
    return tuple(found)


def _refused(table: str, place: str) -> str:
    return f"`{table}` in `{place}` is read by this command; name another table with `--into`"
