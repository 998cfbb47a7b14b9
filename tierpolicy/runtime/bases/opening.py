"""What a person names as customers, to the base that it is: by its ending, by its scheme, or as a folder."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from pathlib import Path

from tierpolicy.runtime.bases.base import Base
from tierpolicy.runtime.decimal_commas import Decimal
from tierpolicy.runtime.files import CSV_ENDINGS, JSONL_ENDINGS, check_readable, is_folder
from tierpolicy.runtime.rows import UnusableFile

POSTGRES_SCHEMES = ("postgresql://", "postgres://")
DUCKDB_ENDINGS = (".duckdb", ".ddb", ".db")


def opened(
    source: str,
    *,
    table: str | None = None,
    wanted: Collection[str] | None = None,
    numbers: Collection[str] | None = None,
    decimal: Decimal | None = None,
) -> AbstractContextManager[Base]:
    """The customer base that `source` names: a file, a folder of Parquet, a `table` in a DuckDB file or a database.

    `wanted` are the columns to read; all of them where it is None. For CSV, `numbers` are the columns that may have
    numbers (None: any), and `decimal` says what commas in them mean, where a person knows; else their first cells may
    settle it. UnusableFile says why there is none to read.
    """
    if source.startswith(POSTGRES_SCHEMES):
        from tierpolicy.runtime.bases.postgres import opened_postgres

        return opened_postgres(source, table, wanted)
    path = Path(source)
    _check_extra(path)
    if path.suffix.lower() in DUCKDB_ENDINGS and not is_folder(path):
        from tierpolicy.runtime.bases.duckdb_file import opened_duckdb

        return opened_duckdb(path, table, wanted)
    if table is not None:
        raise UnusableFile(f"`{source}` holds no tables, so leave out the table `{table}`")
    if is_folder(path):
        from tierpolicy.runtime.bases.parquet_files import opened_folder

        return opened_folder(path, wanted)
    return _opened_file(path, wanted, numbers, decimal)


def _opened_file(
    path: Path, wanted: Collection[str] | None, numbers: Collection[str] | None, decimal: Decimal | None
) -> AbstractContextManager[Base]:
    check_readable(path)
    ending = path.suffix.lower()
    if ending in CSV_ENDINGS:
        from tierpolicy.runtime.bases.csv_file import opened_csv

        return opened_csv(path, wanted, numbers, decimal)
    if ending in JSONL_ENDINGS:
        from tierpolicy.runtime.bases.jsonl_file import opened_jsonl

        return opened_jsonl(path, wanted)
    from tierpolicy.runtime.bases.parquet_files import opened_parquet

    return opened_parquet(path, wanted)


def _check_extra(path: Path) -> None:
    try:
        import numpy  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError:
        needed = "install what it needs with `pip install 'tierpolicy[data]'`"
        raise UnusableFile(f"`{path}` can't be read in columns: {needed}") from None
