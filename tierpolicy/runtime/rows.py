"""The rows that pass between customer files of any form and what is done with them: from reader to writer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from tierpolicy.model.types import Type
from tierpolicy.model.values import Value
from tierpolicy.semantics.outcome import Problem


class UnusableFile(Exception):
    """A file that can't be read or written at all; the message is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Row:
    """One customer of a file. `record` holds text cells in CSV files (`from_text`), typed values in the others.

    `number` counts rows from 1; `problems` is what was wrong with the row itself, whatever it says;
    `line` is the line of the file that it begins on.
    """

    number: int
    record: Mapping[str, object]
    problems: tuple[Problem, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """An opened file. `columns` is None where each row has its own. `size` and `at` count bytes or rows;
    `notes` are what was recognised, `met` what was met in reading so far."""

    rows: Iterator[Row]
    columns: tuple[str, ...] | None
    from_text: bool
    size: int
    at: Callable[[], int]
    notes: tuple[str, ...] = ()
    met: Callable[[], tuple[str, ...]] = tuple


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of the result. `type` is None for text copied from the input and, with `counts`, for whole numbers."""

    name: str
    type: Type | None
    counts: bool = False


class Writer(Protocol):
    """Takes the cells of one row, in the order of the columns."""

    def __call__(self, cells: tuple[Value | object, ...], /) -> None: ...
