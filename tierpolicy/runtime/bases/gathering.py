"""Rows, each a mapping, gathered into batches of columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from tierpolicy.runtime.bases.base import ROWS_IN_A_BATCH, Batch
from tierpolicy.runtime.rows import Row

ROWS_GATHERED = ROWS_IN_A_BATCH // 2
LEAST, MOST = -(2**63), 2**63 - 1


def gathered(rows: Iterable[Row], columns: Sequence[str], skipped: int = 0, *, from_text: bool) -> Iterator[Batch]:
    """The rows as batches of these columns; what a row lacks is null there."""
    rows = iter(rows)
    for _ in islice(rows, skipped):
        pass
    while some := list(islice(rows, ROWS_GATHERED)):
        yield batch_of(some, columns, from_text)


def batch_of(rows: Sequence[Row], columns: Sequence[str], from_text: bool) -> Batch:
    """Some rows as a batch; with `from_text` all cells are text."""
    import pyarrow

    arrays, raw = [], {}
    for name in columns:
        cells = [row.record.get(name) for row in rows]
        array = pyarrow.array(cells, pyarrow.string()) if from_text else _array(cells)
        if array is None:
            raw[name] = cells
            array = pyarrow.array([_text(cell) for cell in cells], pyarrow.string())
        arrays.append(array)
    if columns:
        batch = pyarrow.RecordBatch.from_arrays(arrays, names=list(columns))
    else:
        batch = pyarrow.RecordBatch.from_struct_array(pyarrow.array([{}] * len(rows), pyarrow.struct([])))
    problems = {at: row.problems for at, row in enumerate(rows) if row.problems}
    lines = [row.line for row in rows if row.line is not None]
    return Batch(rows[0].number, batch, problems, raw, lines if len(lines) == len(rows) else None)


def _array(cells: list[object]) -> Any:
    """The cells as an array of one type; None where no type says exactly the same."""
    import pyarrow

    kinds = set(map(type, cells)) - {type(None)}
    try:
        if not kinds:
            return pyarrow.nulls(len(cells))
        if kinds == {str}:
            return pyarrow.array(cells, pyarrow.string())
        if kinds == {bool}:
            return pyarrow.array(cells, pyarrow.bool_())
        if kinds == {int}:
            return pyarrow.array(cells, pyarrow.int64())
        if kinds == {float}:
            return pyarrow.array(cells, pyarrow.float64(), from_pandas=False)
    except (pyarrow.ArrowException, OverflowError, UnicodeError):  # beyond 64 bits; half a character
        return None
    return None


def _text(cell: object) -> str | None:
    if cell is None:
        return None
    text = cell if isinstance(cell, str) else json.dumps(cell, default=str)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
