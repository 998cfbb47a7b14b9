"""What is wrong with the rows of a piece, and what deciding met, told as the plain evaluator tells it.

What is wrong with a value is told once for each distinct one. Only rows in which deciding itself may have met something
(a value drawn to its bounds, rules that disagree, a broken assumption) are decided by the plain evaluator, one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tierpolicy.compile.columns.data import Bools
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.columns.deciding import Task
from tierpolicy.runtime.columns.pieces import Piece, records_of
from tierpolicy.runtime.columns.python_cells import raw_of
from tierpolicy.runtime.columns.typed import Typed
from tierpolicy.runtime.readings import outside
from tierpolicy.semantics.convert import typed_cell
from tierpolicy.semantics.outcome import Problem
from tierpolicy.semantics.read import value_or_default

if TYPE_CHECKING:
    from tierpolicy.runtime.engine import Policy

Problems = dict[int, tuple[Problem, ...]]


def problems_of(
    policy: Policy,
    task: Task,
    piece: Piece,
    columns: Mapping[str, Typed],
    told: Bools | None,
    of_rows: Mapping[int, tuple[Problem, ...]],
    request: object,
) -> Problems:
    """The problems of each row that has any, by its place in the piece. `of_rows` were met in reading the rows."""
    found: Problems = {}
    of_all = (*outside(task.policy, task.as_of), *task.layout.of_frame, *task.layout.of_request)
    if of_all:
        found = dict.fromkeys(range(piece.rows), of_all)
    whole = set(of_rows) if told is None else {*of_rows, *np.flatnonzero(told).tolist()}
    for name, typed in columns.items():
        place = task.layout.places.get(name)
        if typed.doubtful is None:
            continue
        rows = np.flatnonzero(typed.doubtful).tolist()
        if place is None or place.names == (".".join(place.path),):
            raws = [task.layout.given[name]] * len(rows) if place is None else piece.python(place.names[0], rows)
            _add(found, task.policy.fields[name], rows, raws, task.from_text)
        else:  # somewhere in structures
            whole.update(rows)
    alone = sorted(whole)
    for row, record in zip(alone, records_of(piece, task.layout, alone), strict=True):
        met = (*task.layout.of_frame, *of_rows.get(row, ()))
        decision, _ = policy.evaluate_row(record, request, task.as_of, from_text=task.from_text, problems=met)
        if decision.problems:
            found[row] = decision.problems
        else:
            found.pop(row, None)
    return found


def _add(found: Problems, field: Field, rows: Sequence[int], raws: Sequence[object], from_text: bool) -> None:
    """What is wrong with a field in some rows; nothing where a value turns out to be right."""
    known: dict[tuple[type, str], tuple[Problem, ...]] = {}
    for row, cell in zip(rows, raws, strict=True):
        key = (type(cell), cell if type(cell) is str else repr(cell))
        told = known.get(key)
        if told is None:
            told = known[key] = _of_value(field, cell, from_text)
        if told:
            found[row] = (*found.get(row, ()), *told)


def _of_value(field: Field, cell: object, from_text: bool) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    raw = raw_of(cell)
    value_or_default(field, typed_cell(raw, field) if from_text and type(raw) is str else raw, problems)
    return tuple(problems)
