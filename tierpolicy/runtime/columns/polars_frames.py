"""Polars frames, eager and lazy, by way of Arrow, which shares their memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tierpolicy.runtime.columns.arrow_frames import ArrowPiece, piece_size
from tierpolicy.runtime.columns.polars_results import polars_frame, polars_schema, polars_writer
from tierpolicy.runtime.columns.results import unwritten

if TYPE_CHECKING:
    from tierpolicy.runtime.columns.whole import Work


def of_polars(work: Work, frame: Any) -> Any:
    """The decisions for a data frame."""
    task, attributes = work.task(frame.columns), work.attributes
    parts = work.parts(task, pieces_of_frame(frame, task.layout.columns), polars_writer(attributes))
    return polars_frame(list(parts), attributes, work.notes)


def of_lazy(work: Work, frame: Any) -> Any:
    """The decisions for a lazy frame, lazily: whatever runs it has them worked out batch by batch.

    Polars calls from threads of its own, so that threads of ours must not wait for it: they only decide.
    """
    import polars

    names = frame.collect_schema().names()
    task, attributes = work.task(names), work.attributes
    written = polars_writer(attributes)

    def decided(batch: Any) -> Any:
        parts = work.parts(task, pieces_of_frame(batch, task.layout.columns), unwritten)
        return polars_frame([written(part) for part in parts], attributes, work.notes)

    return frame.select(polars.selectors.by_name(*task.layout.columns or names[:1])).map_batches(
        decided,
        predicate_pushdown=False,
        projection_pushdown=False,
        schema=polars_schema(attributes, work.notes),
        streamable=True,
    )


def pieces_of_frame(frame: Any, names: Sequence[str]) -> Iterator[ArrowPiece]:
    """A data frame's rows in pieces."""
    columns = {name: _column(frame.get_column(name)) for name in names}
    size = piece_size(frame.height)
    for start in range(0, frame.height, size):
        rows = min(size, frame.height - start)
        yield ArrowPiece(rows, {name: column[start : start + rows] for name, column in columns.items()})


def _column(series: Any) -> Any:
    """A column as an Arrow array over the same memory, or as a list of Python values where Arrow has no such type."""
    import polars
    import pyarrow

    if "Object" in str(series.dtype):
        return series.to_list()
    try:
        array = series.to_arrow(compat_level=polars.CompatLevel.newest())
    except (pyarrow.ArrowException, polars.exceptions.PolarsError):  # 128-bit numbers
        return series.to_list()
    return array.combine_chunks() if isinstance(array, pyarrow.ChunkedArray) else array
