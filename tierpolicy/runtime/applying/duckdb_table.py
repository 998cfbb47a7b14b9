"""Parts of Parquet to a table in a DuckDB file: in one transaction, so that the table is there whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tierpolicy.runtime.bases.duckdb_file import connected, identifier
from tierpolicy.runtime.rows import UnusableFile

MARK = "decisions by tierpolicy"


def write_table(path: Path, table: str, parts: Sequence[Path]) -> None:
    """Writes the table anew. One that is there is only replaced where an earlier run wrote it."""
    import pyarrow.dataset

    with connected(path, read_only=False) as connection:
        connection.execute("BEGIN")
        check_free(path, table, connection)
        name = _quoted(table)
        held = pyarrow.dataset.dataset([str(part) for part in parts], format="parquet")
        connection.register("tierpolicy_parts", held)
        columns = ", ".join(_column(field) for field in held.schema)
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {columns} FROM tierpolicy_parts")
        connection.execute(f"COMMENT ON TABLE {name} IS '{MARK}'")
        connection.execute("COMMIT")


def check_free(path: Path, table: str, connection: Any) -> None:
    """Refuses a table that somebody else made."""
    schema, _, name = table.rpartition(".")
    asked = "SELECT comment FROM duckdb_tables() WHERE table_name = ? AND schema_name = ?"
    found = connection.execute(asked, [name, schema or "main"]).fetchall()
    views = "SELECT 1 FROM duckdb_views() WHERE view_name = ? AND schema_name = ?"
    viewed = connection.execute(views, [name, schema or "main"]).fetchall()
    if viewed or any(comment != MARK for (comment,) in found):
        raise UnusableFile(f"`{path}` has a table `{table}` already, which `apply` didn't write: name another one")


def _column(field: Any) -> str:
    """A column as it is stored: labels as text, which takes any label of the next version too."""
    import pyarrow.types

    name = identifier(field.name)
    return f"{name}::VARCHAR AS {name}" if pyarrow.types.is_dictionary(field.type) else name


def _quoted(table: str) -> str:
    schema, _, name = table.rpartition(".")
    return f"{identifier(schema)}.{identifier(name)}" if schema else identifier(name)
