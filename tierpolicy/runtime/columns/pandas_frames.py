"""Pandas frames, as pieces, and the answers under the same index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierpolicy.runtime.columns.arrow_cells import arrow_cells, python_cells, taken
from tierpolicy.runtime.columns.arrow_frames import NOWHERE, leaf_of, piece_size
from tierpolicy.runtime.columns.cells import Cells, Same
from tierpolicy.runtime.columns.pandas_cells import arrow_array_of, pandas_cells, pandas_values, some_rows
from tierpolicy.runtime.columns.pandas_results import pandas_frame
from tierpolicy.runtime.columns.results import unwritten

if TYPE_CHECKING:
    from tierpolicy.runtime.columns.whole import Work


@dataclass(frozen=True, slots=True)
class PandasPiece:
    """Some rows of a pandas frame: its columns, each a series, by name."""

    rows: int
    columns: dict[str, Any]

    def cells(self, name: str) -> Cells:
        return pandas_cells(self.columns[name])

    def nested(self, path: tuple[str, ...]) -> Cells | None:
        leaf = self._leaf(path)
        if leaf is None:
            return None
        return Same(None) if leaf is NOWHERE else arrow_cells(leaf)

    def python(self, name: str, rows: Sequence[int]) -> list[object]:
        return pandas_values(some_rows(self.columns[name], rows))

    def nested_python(self, path: tuple[str, ...], rows: Sequence[int]) -> list[object]:
        leaf = self._leaf(path)
        return [None] * len(rows) if leaf is None or leaf is NOWHERE else python_cells(taken(leaf, rows))

    def _leaf(self, path: tuple[str, ...]) -> Any:
        array = arrow_array_of(self.columns[path[0]])
        return None if array is None else leaf_of(array, path[1:])


def of_pandas(work: Work, frame: Any) -> Any:
    """The decisions for a pandas frame."""
    names = list(frame.columns)
    task = work.task(names)
    places = {name: at for at, name in reversed(list(enumerate(names))) if isinstance(name, str)}
    columns = {name: frame.iloc[:, places[name]] for name in task.layout.columns}
    parts = list(work.parts(task, _pieces(columns, len(frame)), unwritten))
    return pandas_frame(parts, work.attributes, frame.index, work.notes)


def _pieces(columns: dict[str, Any], rows: int) -> Iterator[PandasPiece]:
    size = piece_size(rows)
    for start in range(0, rows, size):
        some = min(size, rows - start)
        yield PandasPiece(some, {name: column.iloc[start : start + some] for name, column in columns.items()})
