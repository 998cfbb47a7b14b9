"""Parquet, one file or a folder of them, in batches of rows; columns that nobody wants are not read."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tierpolicy.runtime.bases.base import ROWS_IN_A_BATCH, Base, Batch
from tierpolicy.runtime.bases.base import Place as Reached
from tierpolicy.runtime.bases.evening import evened
from tierpolicy.runtime.rows import UnusableFile


@contextmanager
def opened_parquet(path: Path, wanted: Collection[str] | None) -> Iterator[Base]:
    """A Parquet file."""
    with _opened(path.name, (path,), wanted) as base:
        yield base


@contextmanager
def opened_folder(path: Path, wanted: Collection[str] | None) -> Iterator[Base]:
    """The Parquet files in a folder and the folders in it, in the order of their names; all have the same columns."""
    try:
        inside = sorted(each for each in path.rglob("*") if each.suffix.lower() in (".parquet", ".pq"))
        files = [each for each in inside if each.is_file() and not _hidden(each.relative_to(path))]
    except OSError as error:
        raise UnusableFile(f"`{path}` can't be read: {(error.strerror or str(error)).lower()}") from None
    if not files:
        raise UnusableFile(f"`{path}` is a folder without a Parquet file; name a file of customers")
    with _opened(f"{path.name or path.resolve().name}/", files, wanted) as base:
        yield base


def _hidden(path: Path) -> bool:
    """True for what other programs keep beside their data: `_temporary`, `.part`."""
    return any(part.startswith((".", "_")) for part in path.parts)


@contextmanager
def _opened(name: str, paths: Sequence[Path], wanted: Collection[str] | None) -> Iterator[Base]:
    from pyarrow.parquet import ParquetFile

    with ExitStack() as stack:
        first = stack.enter_context(_file(ParquetFile, paths[0]))
        names = tuple(first.schema_arrow.names)
        columns = [each for each in dict.fromkeys(names) if wanted is None or each in wanted]
        size, marks = 0, []
        for path in paths:
            with _file(ParquetFile, path) as file:
                _check_columns(file, path, paths[0], columns, first)
                size += file.metadata.num_rows
                marks.append(f"{path.name} {file.metadata.num_rows} {path.stat().st_size} {path.stat().st_mtime_ns}")
        reached = Reached()

        def read(skipped: int) -> Iterator[Batch]:
            reached.at = done = 0
            for path in paths:
                with _file(ParquetFile, path) as file:
                    for rows in _rows(file, path, columns, skipped - done):
                        if isinstance(rows, int):  # rows that were skipped without being read
                            done += rows
                            continue
                        yield Batch(done + 1, rows)
                        done += rows.num_rows
                        reached.at = done

        types = {field.name: field.type for field in first.schema_arrow}
        mark = hashlib.sha256("; ".join(marks).encode()).hexdigest()

        def batches(skipped: int = 0) -> Iterator[Batch]:
            return evened(read(skipped))

        yield Base(name, names, False, size, lambda: reached.at, batches, (), mark, size, types)


def _file(of: Any, path: Path) -> Any:
    import pyarrow

    try:
        return of(path, pre_buffer=False)
    except (pyarrow.ArrowException, OSError, ValueError):
        raise UnusableFile(f"`{path}` can't be read as a Parquet file") from None


def _check_columns(file: Any, path: Path, first: Path, columns: Sequence[str], other: Any) -> None:
    for name in columns:
        if file.schema_arrow.get_all_field_indices(name) == []:
            raise UnusableFile(f"`{path}` has no column `{name}`, which `{first}` in the same folder has")
    if file is not other and set(file.schema_arrow.names) != set(other.schema_arrow.names):
        spare = sorted(set(file.schema_arrow.names) - set(other.schema_arrow.names))
        if spare:
            raise UnusableFile(f"`{path}` has a column `{spare[0]}`, which `{first}` in the same folder doesn't have")


def _rows(file: Any, path: Path, columns: Sequence[str], skipped: int) -> Iterator[Any]:
    """The rows of a file in batches, after some that are skipped; a number where whole row groups were."""
    import pyarrow

    groups = list(range(file.metadata.num_row_groups))
    passed = 0
    while groups and passed + file.metadata.row_group(groups[0]).num_rows <= skipped:
        passed += file.metadata.row_group(groups.pop(0)).num_rows
    if passed:
        yield passed
    left = max(0, skipped - passed)
    read = passed
    try:
        for batch in file.iter_batches(ROWS_IN_A_BATCH, row_groups=groups, columns=list(columns)):
            if left:
                cut = min(left, batch.num_rows)
                yield cut
                left, batch = left - cut, batch.slice(cut)
            if batch.num_rows:
                yield batch
            read += batch.num_rows
    except (pyarrow.ArrowException, OSError) as error:
        raise UnusableFile(f"`{path}` is damaged after {read} rows ({type(error).__name__})") from None
