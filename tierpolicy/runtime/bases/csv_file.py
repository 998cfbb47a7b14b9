"""CSV as batches of text columns."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tierpolicy.runtime.bases.base import Base, Batch
from tierpolicy.runtime.bases.base import Place as Reached
from tierpolicy.runtime.bases.csv_blocks import Source, blocks_of
from tierpolicy.runtime.bases.evening import evened, part_of
from tierpolicy.runtime.bases.gathering import gathered
from tierpolicy.runtime.csv_files import Head, commas_of, head_of, read_csv, said_of_lines
from tierpolicy.runtime.csv_quotes import LONGEST_LINE
from tierpolicy.runtime.decimal_commas import Commas, Decimal


@contextmanager
def opened_csv(
    path: Path,
    wanted: Collection[str] | None,
    numbers: Collection[str] | None = None,
    decimal: Decimal | None = None,
) -> Iterator[Base]:
    """A CSV file with a head line. Cells are text, as they stand, but for numbers with decimal commas; a row that is
    short of cells has none there."""
    csv.field_size_limit(LONGEST_LINE)
    head = head_of(path)
    commas = commas_of(path, head, _some(numbers, wanted), decimal)
    columns = [each for each in dict.fromkeys(head.header) if wanted is None or each in wanted]
    reached, joined = Reached(), Reached()
    in_blocks = head.encoding != "utf-16" and columns and all(head.header.count(each) == 1 for each in columns)

    def batches(skipped: int = 0) -> Iterator[Batch]:
        return evened(_skipping(_blocks(path, head, columns, commas, reached, joined), skipped))

    met: list[tuple[str, ...]] = []

    def said() -> tuple[str, ...]:
        return met[-1] if met else said_of_lines(joined.at)

    def row_by_row(skipped: int = 0) -> Iterator[Batch]:
        with read_csv(path, _some(numbers, wanted), decimal, wanted) as reader:
            for batch in gathered(reader.rows, columns, skipped, from_text=True):
                reached.at = reader.at()
                yield batch
                met.append(reader.met())

    status = path.stat()
    mark = f"{status.st_size} {status.st_mtime_ns}"
    notes = (*head.notes, *commas.notes)
    read = batches if in_blocks else row_by_row
    yield Base(path.name, head.header, True, status.st_size, lambda: reached.at, read, notes, mark, met=said)


def _some(numbers: Collection[str] | None, wanted: Collection[str] | None) -> Collection[str] | None:
    """The columns that may have numbers, of those that are wanted."""
    return wanted if numbers is None else numbers if wanted is None else [each for each in wanted if each in numbers]


def _blocks(
    path: Path, head: Head, columns: Sequence[str], commas: Commas, reached: Reached, joined: Reached
) -> Iterator[Batch]:
    with path.open("rb") as file:
        source = Source(file, head.header, head.delimiter, columns, head.begins, head.line)
        for batch in blocks_of(source):
            reached.at = source.at
            joined.at = source.joined
            yield _with_points(batch, commas)
        joined.at = source.joined


def _skipping(batches: Iterator[Batch], skipped: int) -> Iterator[Batch]:
    for batch in batches:
        rows = batch.rows.num_rows
        if skipped < rows:
            yield part_of(batch, skipped, rows - skipped)
        skipped = max(0, skipped - rows)


def _with_points(batch: Batch, commas: Commas) -> Batch:
    """The batch with numbers as they are spelled here."""
    if not commas.decimal and not commas.thousands:
        return batch
    import pyarrow

    rows = batch.rows
    columns = [commas.column(name, rows.column(at)) for at, name in enumerate(rows.schema.names)]
    return replace(batch, rows=pyarrow.RecordBatch.from_arrays(columns, names=rows.schema.names))
