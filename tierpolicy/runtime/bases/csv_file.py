"""CSV as batches of text columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from tierpolicy.runtime.bases.base import Base, Batch
from tierpolicy.runtime.bases.base import Place as Reached
from tierpolicy.runtime.bases.csv_blocks import Source, blocks_of
from tierpolicy.runtime.bases.evening import evened, part_of
from tierpolicy.runtime.bases.gathering import gathered
from tierpolicy.runtime.csv_files import LONGEST_LINE, Head, head_of, read_csv, said_of_lines

SAMPLE = 1_000
COMMA_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+")
PLAIN_NUMBER = re.compile(r"[+-]?\d+")


@contextmanager
def opened_csv(path: Path, wanted: Collection[str] | None) -> Iterator[Base]:
    """A CSV file with a head line. Cells are text, as they stand; a row that is short of cells has none there."""
    csv.field_size_limit(LONGEST_LINE)
    head = head_of(path)
    columns = [each for each in dict.fromkeys(head.header) if wanted is None or each in wanted]
    reached, joined = Reached(), Reached()
    in_blocks = head.encoding != "utf-16" and columns and len(set(head.header)) == len(head.header)

    def batches(skipped: int = 0) -> Iterator[Batch]:
        return evened(_skipping(_blocks(path, head, columns, reached, joined), skipped))

    met: list[tuple[str, ...]] = []

    def said() -> tuple[str, ...]:
        return met[-1] if met else said_of_lines(joined.at)

    def row_by_row(skipped: int = 0) -> Iterator[Batch]:
        with read_csv(path) as reader:
            for batch in gathered(reader.rows, columns, skipped, from_text=True):
                reached.at = reader.at()
                yield batch
                met.append(reader.met())

    status = path.stat()
    mark = f"{status.st_size} {status.st_mtime_ns}"
    notes = (*head.notes, *_decimal_commas(path, columns))
    read = batches if in_blocks else row_by_row
    yield Base(path.name, head.header, True, status.st_size, lambda: reached.at, read, notes, mark, met=said)


def _blocks(path: Path, head: Head, columns: Sequence[str], reached: Reached, joined: Reached) -> Iterator[Batch]:
    with path.open("rb") as file:
        source = Source(file, head.header, head.delimiter, columns, head.begins, head.line)
        for batch in blocks_of(source):
            reached.at = source.at
            joined.at = source.joined
            yield batch
        joined.at = source.joined


def _skipping(batches: Iterator[Batch], skipped: int) -> Iterator[Batch]:
    for batch in batches:
        rows = batch.rows.num_rows
        if skipped < rows:
            yield part_of(batch, skipped, rows - skipped)
        skipped = max(0, skipped - rows)


def _decimal_commas(path: Path, columns: Sequence[str]) -> Iterator[str]:
    """Columns of numbers with decimal commas, by what their first cells look like."""
    with read_csv(path) as reader:
        some = [row.record for row in islice(reader.rows, SAMPLE)]
    for name in columns:
        cells = [str(row[name]).strip() for row in some if row.get(name)]
        commas = [cell for cell in cells if COMMA_NUMBER.fullmatch(cell)]
        if commas and all(COMMA_NUMBER.fullmatch(cell) or PLAIN_NUMBER.fullmatch(cell) for cell in cells):
            yield f"`{name}` has decimal commas (`{commas[0]}`), which no number has here: write it with a point"
