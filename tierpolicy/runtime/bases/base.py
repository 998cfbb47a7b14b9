"""A customer base as everything that decides for all of it sees it: columns, read in batches, from wherever it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from tierpolicy.semantics.outcome import Problem

ROWS_IN_A_BATCH = 1 << 17
"""Enough that deciding a batch costs more than beginning with it; few enough that memory holds several."""


def _nothing() -> Mapping[Any, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows that follow one another. `first` is the number of the first of them, from 1.

    `rows` is a `pyarrow.RecordBatch` with the columns that were wanted, named and typed as in the source (CSV: text).
    `problems` are those of rows, by place in the batch, that couldn't be read whole; such a row holds what could be.
    `raw` holds the columns of JSON lines whose values have no one type, as Python's values; in `rows` they are text.
    `lines` are the lines of the file that the rows begin on, where it has lines.
    """

    first: int
    rows: Any
    problems: Mapping[int, tuple[Problem, ...]] = field(default_factory=_nothing)
    raw: Mapping[str, Sequence[object]] = field(default_factory=_nothing)
    lines: Sequence[int] | None = None

    def python(self, name: str) -> Sequence[object]:
        """A column's values in Python's types, as a record would hold them."""
        if name in self.raw:
            return self.raw[name]
        from tierpolicy.runtime.columns.arrow_cells import python_cells

        return python_cells(self.rows.column(self.rows.schema.get_field_index(name)))


class Batches(Protocol):
    """Reads the base from its beginning, or from after some rows, as often as it is called. Every batch but the last
    has the same number of rows."""

    def __call__(self, skipped: int = 0) -> Iterator[Batch]: ...


@dataclass(frozen=True, slots=True)
class Base:
    """A customer base that is open.

    `name` is what people call it: `customers.parquet`, `crm.duckdb: customers`. `columns` are all that it has, not only
    those that were wanted; a name may be there twice. With `from_text` every cell is text, as in CSV. `at` says how
    much is read, of `size`: bytes or rows. `notes` are what was recognised: decimal commas, a BOM. `fingerprint` is
    another where the data is another. `rows` is how many there are, where that is known before they are read; `types`
    are the Arrow types of columns, where they are known. `named` is False where each row has its own names, as in JSON
    lines: then `columns` are those that were asked for. `met` is what a person should know of what was read so far.
    """

    name: str
    columns: tuple[str, ...]
    from_text: bool
    size: int
    at: Callable[[], int]
    batches: Batches
    notes: tuple[str, ...] = ()
    fingerprint: str = ""
    rows: int | None = None
    types: Mapping[str, Any] = field(default_factory=_nothing)
    named: bool = True
    met: Callable[[], tuple[str, ...]] = tuple


@dataclass(slots=True)
class Place:
    """How far reading is: bytes or rows."""

    at: int = field(default=0)
