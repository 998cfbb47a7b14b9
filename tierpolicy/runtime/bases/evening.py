"""Batches as they come, to batches of one size: then a row is in the same batch wherever reading began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tierpolicy.runtime.bases.base import ROWS_IN_A_BATCH, Batch
from tierpolicy.semantics.outcome import Problem


def evened(batches: Iterable[Batch], size: int | None = None) -> Iterator[Batch]:
    """The rows of batches of one schema, `size` in each batch but the last."""
    size = size or ROWS_IN_A_BATCH
    waiting: list[Batch] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.rows.num_rows
        while rows >= size:
            whole = _joined(waiting)
            yield part_of(whole, 0, size)
            rows -= size
            waiting = [part_of(whole, size, rows)] if rows else []
    if rows:
        yield _joined(waiting)


def _joined(batches: list[Batch]) -> Batch:
    if len(batches) == 1:
        return batches[0]
    import pyarrow

    problems: dict[int, tuple[Problem, ...]] = {}
    lines: list[int] | None = [] if all(each.lines is not None for each in batches) else None
    before = 0
    for each in batches:
        problems |= {before + row: met for row, met in each.problems.items()}
        if lines is not None:
            lines += each.lines or ()
        before += each.rows.num_rows
    rows = pyarrow.Table.from_batches([each.rows for each in batches]).combine_chunks().to_batches()
    found = rows[0] if rows else batches[0].rows
    if not batches[0].rows.num_columns:  # a table of no columns forgets how many rows it has
        found = pyarrow.RecordBatch.from_struct_array(pyarrow.array([{}] * before, pyarrow.struct([])))
    return Batch(batches[0].first, found, problems, lines=lines)


def part_of(batch: Batch, start: int, rows: int) -> Batch:
    """Some rows of a batch."""
    if start == 0 and rows == batch.rows.num_rows:
        return batch
    problems: Mapping[int, tuple[Problem, ...]] = {
        row - start: met for row, met in batch.problems.items() if start <= row < start + rows
    }
    lines = None if batch.lines is None else batch.lines[start : start + rows]
    raw = {name: cells[start : start + rows] for name, cells in batch.raw.items()}
    return replace(
        batch, first=batch.first + start, rows=batch.rows.slice(start, rows), problems=problems, raw=raw, lines=lines
    )
