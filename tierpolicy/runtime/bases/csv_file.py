"""CSV as batches of text columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from tierpolicy.runtime.bases.base import Base, Batch
from tierpolicy.runtime.bases.gathering import gathered
from tierpolicy.runtime.csv_files import read_csv


@contextmanager
def opened_csv(path: Path, wanted: Collection[str] | None) -> Iterator[Base]:
    """A CSV file with a head line. Cells are text, as they stand; a row that is short of cells has none there."""
    with read_csv(path) as reader:
        assert reader.columns is not None
        names = reader.columns
    columns = [each for each in dict.fromkeys(names) if wanted is None or each in wanted]
    reached = [0]

    def batches(skipped: int = 0) -> Iterator[Batch]:
        with read_csv(path) as reader:
            for batch in gathered(reader.rows, columns, skipped):
                reached[0] = reader.at()
                yield batch

    status = path.stat()
    fingerprint = f"{status.st_size} {status.st_mtime_ns}"
    yield Base(path.name, names, True, status.st_size, lambda: reached[0], batches, (), fingerprint)
