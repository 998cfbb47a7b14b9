"""A piece of a frame to its part of the answers: columns typed and decided together; marked rows noted one by one."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np

from tierpolicy.compile.columns.data import Answers, Bools, Column
from tierpolicy.model.policy import Policy
from tierpolicy.runtime.columns.cells import Cells, Same, both
from tierpolicy.runtime.columns.pieces import Layout, Piece, cells_at, records_of
from tierpolicy.runtime.columns.reading import typed_column
from tierpolicy.runtime.columns.results import Notes, Part
from tierpolicy.runtime.columns.text_cells import text_cells_at
from tierpolicy.runtime.columns.typed import Typed

P = TypeVar("P")
T = TypeVar("T")
ROWS_IN_A_PIECE = 1 << 18
FEWEST_IN_A_PIECE = 1 << 14
WORKERS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
Decide = Callable[[Mapping[str, Column], int, date], Answers]
NotesOf = Callable[[Mapping[str, object]], tuple[tuple[str, ...], tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be decided. `reads` are the fields that deciding looks at. With `notes`, `notes_of` tells a record's
    problems and undetermined statements, and `said` are problems that every row has."""

    policy: Policy
    layout: Layout
    decide: Decide
    reads: frozenset[str]
    as_of: date
    notes_of: NotesOf | None
    said: tuple[str, ...] = ()


def part_of(task: Task, piece: Piece) -> Part:
    """The answers for the rows of a piece."""
    names = task.policy.fields if task.notes_of is not None else task.reads
    columns = columns_of(task.policy, task.layout, piece, names)
    answers = task.decide({name: typed.column for name, typed in columns.items()}, piece.rows, task.as_of)
    if task.notes_of is None:
        return Part(piece.rows, answers.attributes, None)
    doubtful: Bools | None = None
    for typed in columns.values():
        doubtful = both(doubtful, typed.doubtful)
    return Part(piece.rows, answers.attributes, _notes(task, piece, both(doubtful, answers.open), task.notes_of))


def columns_of(
    policy: Policy, layout: Layout, piece: Piece, names: Collection[str], *, from_text: bool = False
) -> dict[str, Typed]:
    """The typed columns of some fields. With `from_text` every cell is text, as in CSV."""
    columns: dict[str, Typed] = {}
    for name, field in policy.fields.items():
        if name not in names:
            continue
        place = layout.places.get(name)
        if place is None:
            cells: Cells = Same(layout.given[name])
        else:
            cells = text_cells_at(piece, place) if from_text else cells_at(piece, place)
        columns[name] = typed_column(field, cells, piece.rows)
    return columns


def _notes(task: Task, piece: Piece, marked: Bools | None, notes_of: NotesOf) -> Notes:
    """The notes of the rows that are marked, one by one; the others have only what is said of every row."""
    problems: list[Sequence[str]] = [task.said] * piece.rows
    undetermined: list[Sequence[str]] = [()] * piece.rows
    rows = [] if marked is None else np.flatnonzero(marked).tolist()
    for row, record in zip(rows, records_of(piece, task.layout, rows), strict=True):
        problems[row], undetermined[row] = notes_of(record)
    return Notes(problems, undetermined)


def in_order(work: Callable[[P], T], pieces: Iterable[P], workers: int) -> Iterator[T]:
    """`work` done for each piece, in their order, by some threads that are never far ahead of who takes the results."""
    pieces = iter(pieces)
    first = next(pieces, None)
    if first is None:
        return
    second = next(pieces, None) if workers > 1 else None
    if second is None:
        yield work(first)
        yield from map(work, pieces)
        return
    with ThreadPoolExecutor(workers, "tierpolicy") as threads:
        waiting: deque[Future[T]] = deque((threads.submit(work, first), threads.submit(work, second)))
        try:
            for piece in pieces:
                if len(waiting) > workers:
                    yield waiting.popleft().result()
                waiting.append(threads.submit(work, piece))
            while waiting:
                yield waiting.popleft().result()
        finally:
            for each in waiting:
                each.cancel()
