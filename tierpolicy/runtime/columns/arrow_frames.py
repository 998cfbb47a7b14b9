"""Arrow tables, batches and streams, as pieces; Polars frames and DuckDB relations come through here too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierpolicy.runtime.columns.arrow_cells import arrow_cells, python_cells, taken
from tierpolicy.runtime.columns.arrow_results import arrow_batch, arrow_schema
from tierpolicy.runtime.columns.cells import Cells, Same
from tierpolicy.runtime.columns.deciding import FEWEST_IN_A_PIECE, ROWS_IN_A_PIECE, WORKERS
from tierpolicy.runtime.columns.python_cells import distinct_of
from tierpolicy.runtime.columns.results import Part, nothing

if TYPE_CHECKING:
    from tierpolicy.runtime.columns.whole import Work


@dataclass(frozen=True, slots=True)
class ArrowPiece:
    """Some rows of a table, its columns by name: arrays, or lists of Python values where Arrow has no such type."""

    rows: int
    columns: dict[str, Any]

    def cells(self, name: str) -> Cells:
        column = self.columns[name]
        return distinct_of(column) if isinstance(column, list) else arrow_cells(column)

    def nested(self, path: tuple[str, ...]) -> Cells | None:
        leaf = leaf_of(self.columns[path[0]], path[1:])
        if leaf is None:
            return None
        return Same(None) if leaf is NOWHERE else arrow_cells(leaf)

    def python(self, name: str, rows: Sequence[int]) -> list[object]:
        column = self.columns[name]
        return [column[row] for row in rows] if isinstance(column, list) else python_cells(taken(column, rows))

    def nested_python(self, path: tuple[str, ...], rows: Sequence[int]) -> list[object]:
        leaf = leaf_of(self.columns[path[0]], path[1:])
        return [None] * len(rows) if leaf is None or leaf is NOWHERE else python_cells(taken(leaf, rows))


NOWHERE = object()


def leaf_of(array: Any, keys: Sequence[str]) -> Any:
    """The array that keys lead to; NOWHERE where a structure lacks the key, None where one isn't a structure."""
    import pyarrow.compute
    import pyarrow.types

    for key in keys:
        if isinstance(array, list) or not pyarrow.types.is_struct(array.type):
            return None
        places = [at for at in range(array.type.num_fields) if array.type.field(at).name == key]
        if len(places) != 1:
            return None if places else NOWHERE
        array = pyarrow.compute.struct_field(array, places)
    return array


def piece_size(rows: int) -> int:
    """How many rows a piece of a frame has, so that every core has some of them."""
    return max(FEWEST_IN_A_PIECE, min(ROWS_IN_A_PIECE, -(-rows // WORKERS)))


def pieces_of_table(table: Any, names: Iterable[str]) -> Iterator[ArrowPiece]:
    """A table's rows in pieces, without a copy where a column is one stretch of memory."""
    columns = {name: table.column(name) for name in names}
    size = piece_size(table.num_rows)
    for start in range(0, table.num_rows, size):
        rows = min(size, table.num_rows - start)
        yield ArrowPiece(rows, {name: _stretch(column, start, rows) for name, column in columns.items()})


def _stretch(column: Any, start: int, rows: int) -> Any:
    """Some rows of a column as one array."""
    part = column.slice(start, rows)
    if not hasattr(part, "num_chunks"):
        return part
    return part.chunk(0) if part.num_chunks == 1 else part.combine_chunks()


def pieces_of_batches(batches: Iterable[Any], names: Sequence[str]) -> Iterator[ArrowPiece]:
    """A stream's rows in pieces of like size: small batches joined, large ones split."""
    import pyarrow

    waiting: list[Any] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.num_rows
        if rows >= ROWS_IN_A_PIECE:
            yield from pieces_of_table(pyarrow.Table.from_batches(waiting), names)
            waiting, rows = [], 0
    if waiting:
        yield from pieces_of_table(pyarrow.Table.from_batches(waiting), names)


def of_arrow(work: Work, frame: Any) -> Any:
    """The decisions for a table, a batch or a stream: again one of these."""
    import pyarrow

    attributes = work.attributes
    schema = arrow_schema(attributes, work.notes)
    task = work.task(frame.schema.names)

    def written(part: Part) -> Any:
        return arrow_batch(part, attributes, schema)

    if isinstance(frame, pyarrow.RecordBatchReader):
        pieces = pieces_of_batches(frame, task.layout.columns)
        return pyarrow.RecordBatchReader.from_batches(schema, work.parts(task, pieces, written))
    batches = list(work.parts(task, pieces_of_table(frame, task.layout.columns), written))
    if isinstance(frame, pyarrow.Table):
        return pyarrow.Table.from_batches(batches, schema)
    if len(batches) > 1:
        batches = pyarrow.Table.from_batches(batches, schema).combine_chunks().to_batches()
    return batches[0] if batches else written(nothing(attributes, work.notes))
