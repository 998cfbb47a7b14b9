"""What is wrong with the rows of a piece, and what deciding met, told as the plain evaluator tells it.

What is wrong with a value is told once for each distinct one. Only rows in which deciding itself may have met something
(a value drawn to its bounds, rules that disagree, a broken assumption) are decided by the plain evaluator, one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tierpolicy.compile.columns.data import Bools
from tierpolicy.model.types import Text
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.bases.met import Met, Telling
from tierpolicy.runtime.columns.arrow_frames import ArrowPiece
from tierpolicy.runtime.columns.pieces import records_of
from tierpolicy.runtime.columns.python_cells import raw_of
from tierpolicy.runtime.columns.typed import Typed
from tierpolicy.runtime.readings import outside
from tierpolicy.semantics.convert import typed_cell
from tierpolicy.semantics.outcome import Problem
from tierpolicy.semantics.read import value_or_default

OfRows = Mapping[int, tuple[Problem, ...]]


def problems_of(
    telling: Telling, piece: ArrowPiece, read: Mapping[str, Typed], told: Bools | None, of_rows: OfRows
) -> Met:
    """The problems of each row that has any. `read` are columns that are typed already; `told` are rows in which
    deciding may have met something; `of_rows` was met in reading the rows."""
    fields = telling.fields
    layout = fields.layout
    of_all = (*outside(fields.policy, telling.as_of), *layout.of_frame, *layout.of_request)
    found: dict[int, tuple[Problem, ...]] = dict.fromkeys(range(piece.rows), of_all) if of_all else {}
    unreadable = set(of_rows)
    whole = set(of_rows) if told is None else {*of_rows, *np.flatnonzero(told).tolist()}
    for name, rows in _doubtful(telling, piece, read):
        place = layout.places.get(name)
        if place is None or place.names == (".".join(place.path),):
            raws = [layout.given[name]] * len(rows) if place is None else piece.python(place.names[0], rows)
            unreadable |= _add(found, fields.policy.fields[name], rows, raws, fields.from_text)
        else:  # somewhere in structures
            whole.update(rows)
            unreadable.update(rows)
    alone = sorted(whole)
    for row, record in zip(alone, records_of(piece, layout, alone), strict=True):
        problems = _of_record(telling, record, of_rows.get(row, ()))
        if problems:
            found[row] = problems
        else:
            found.pop(row, None)
    return Met(found, unreadable & found.keys())


def _of_record(telling: Telling, record: Mapping[str, object], of_row: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """All problems of a row, by the plain evaluator."""
    met = (*telling.fields.layout.of_frame, *of_row)
    text = telling.fields.from_text
    decision, _ = telling.policy.evaluate_row(record, telling.request, telling.as_of, from_text=text, problems=met)
    return decision.problems


def _doubtful(telling: Telling, piece: ArrowPiece, read: Mapping[str, Typed]) -> Iterator[tuple[str, list[int]]]:
    """Each field that may be a problem, with the rows in which it may."""
    fields = telling.fields
    for name, field in fields.policy.fields.items():
        typed = read.get(name)
        if typed is None:
            place = fields.layout.places.get(name)
            array = None if place is None or len(place.names) > 1 else piece.columns.get(place.names[0])
            if isinstance(field.type, Text) and not field.required and _is_plain_text(array):
                continue
            typed = fields.typed(piece, (name,))[name]
        if typed.doubtful is not None:
            yield name, np.flatnonzero(typed.doubtful).tolist()


def _is_plain_text(array: Any) -> bool:
    """True for a column of text in ASCII, all of which is right for any field of text."""
    import pyarrow
    import pyarrow.compute

    if array is None or isinstance(array, list) or not pyarrow.types.is_string(array.type):
        return False
    return bool(pyarrow.compute.all(pyarrow.compute.string_is_ascii(array), skip_nulls=True).as_py() is not False)


def _add(
    found: dict[int, tuple[Problem, ...]], field: Field, rows: Sequence[int], raws: Sequence[object], from_text: bool
) -> set[int]:
    """Adds what is wrong with a field in some rows, and says in which something was."""
    known: dict[tuple[type, str], tuple[Problem, ...]] = {}
    wrong = set()
    for row, cell in zip(rows, raws, strict=True):
        key = (type(cell), cell if type(cell) is str else repr(cell))
        told = known.get(key)
        if told is None:
            told = known[key] = _of_value(field, cell, from_text)
        if told:
            found[row] = (*found.get(row, ()), *told)
            wrong.add(row)
    return wrong


def _of_value(field: Field, cell: object, from_text: bool) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    raw = raw_of(cell)
    value_or_default(field, typed_cell(raw, field) if from_text and type(raw) is str else raw, problems)
    return tuple(problems)
