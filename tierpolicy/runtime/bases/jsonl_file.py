"""JSON lines as batches of columns: those that a policy can read, or all names that any line has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from tierpolicy.runtime.bases.base import Base, Batch
from tierpolicy.runtime.bases.gathering import gathered
from tierpolicy.runtime.jsonl_files import read_jsonl


@contextmanager
def opened_jsonl(path: Path, wanted: Collection[str] | None) -> Iterator[Base]:
    """A file of JSON objects, one a line. Its columns are the names that are wanted, which a line may lack; where all
    are, the file is read once for them."""
    columns = sorted(wanted) if wanted is not None else _names(path)
    reached = [0]

    def batches(skipped: int = 0) -> Iterator[Batch]:
        with read_jsonl(path) as reader:
            for batch in gathered(reader.rows, columns, skipped, from_text=False):
                reached[0] = reader.at()
                yield batch

    status = path.stat()
    size, mark = status.st_size, f"{status.st_size} {status.st_mtime_ns}"
    yield Base(path.name, tuple(columns), False, size, lambda: reached[0], batches, (), mark, named=False)


def _names(path: Path) -> list[str]:
    with read_jsonl(path) as reader:
        return list(dict.fromkeys(name for row in reader.rows for name in row.record))
