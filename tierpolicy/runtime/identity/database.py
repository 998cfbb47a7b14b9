"""A database for one run, gone with it: what doesn't fit in memory waits on the disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tierpolicy.runtime.rows import UnusableFile

MEMORY = "1GB"


def row_of(connection: Any, query: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
    """The one row that a query answers with."""
    (row,) = connection.execute(query, list(values)).fetchall()
    return tuple(row)


@contextmanager
def scratch() -> Iterator[Any]:
    """A DuckDB connection that opens no files and holds at most `MEMORY`; the rest waits in a temporary folder."""
    try:
        import duckdb
    except ImportError:
        needed = "install it with `pip install 'tierpolicy[data]'`"
        raise UnusableFile(f"consolidating customers needs DuckDB: {needed}") from None
    with tempfile.TemporaryDirectory(prefix="tierpolicy-", ignore_cleanup_errors=True) as folder:
        settings: dict[str, Any] = {"memory_limit": MEMORY, "temp_directory": str(Path(folder) / "spilled")}
        connection = duckdb.connect(":memory:", config=settings)
        try:
            connection.execute("SET enable_external_access = false")
            yield connection
        except duckdb.OutOfMemoryException:
            raise UnusableFile(
                f"there is too little memory or room in `{tempfile.gettempdir()}` for these customers; "
                "set TMPDIR to a folder with more room"
            ) from None
        except duckdb.IOException as error:
            said = str(error).partition("\n")[0]
            raise UnusableFile(f"`{tempfile.gettempdir()}` can't be written: {said}") from None
        finally:
            connection.close()
