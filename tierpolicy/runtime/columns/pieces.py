"""A piece of a frame, whatever its kind: what its columns hold, and the record that each row is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tierpolicy.model.policy import Policy
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.columns.cells import Cells, Same
from tierpolicy.runtime.columns.python_cells import raws_at
from tierpolicy.runtime.records import NOTHING_READ, path_of, read_record
from tierpolicy.semantics.convert import is_nothing
from tierpolicy.semantics.outcome import Problem


class Piece(Protocol):
    """Some rows of a frame. Only columns that there are exactly once are asked for."""

    @property
    def rows(self) -> int: ...

    def cells(self, name: str) -> Cells:
        """What a column holds."""

    def nested(self, path: tuple[str, ...]) -> Cells | None:
        """What a path leads to through columns of structures; None where it has to be looked up row by row."""

    def python(self, name: str, rows: Sequence[int]) -> list[object]:
        """A column's values in some rows, in Python's types."""

    def nested_python(self, path: tuple[str, ...], rows: Sequence[int]) -> list[object]:
        """The same for what a path leads to, where `nested` is not None."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame holds a field: in columns `names`, at `path`; nowhere where there are no names."""

    field: Field
    path: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each field of a policy is found: the same in every row (`given`, raw), or at a place in the frame.

    `of_frame` and `of_request` are problems of every row; `columns` are all that is read of the frame.
    """

    given: dict[str, object]
    places: dict[str, Place]
    of_frame: tuple[Problem, ...]
    of_request: tuple[Problem, ...]
    columns: tuple[str, ...]


def layout_of(policy: Policy, columns: Sequence[object], request: object) -> Layout:
    """What a frame with these columns, in this order, and a request for every row tell of the policy's fields."""
    fields = tuple(policy.fields.values())
    contact = NOTHING_READ if request is None else read_record(request, (f for f in fields if f.of_request), "request")
    names = [name for name in columns if isinstance(name, str)]
    twice = {name for name, times in Counter(names).items() if times > 1}
    held = set(names) - twice
    given: dict[str, object] = {}
    places: dict[str, Place] = {}
    wanted: set[str] = set()
    for field in fields:
        path = path_of(field)
        joined = ".".join(path)
        wanted |= {joined, path[0]}
        asked = contact.values.get(joined) if field.of_request else None
        found = tuple(name for name in dict.fromkeys((joined, path[0])) if name in held)
        if not is_nothing(asked) or not found:
            given[field.name] = asked
        else:
            places[field.name] = Place(field, path, found)
    read = {name for place in places.values() for name in place.names}
    problems = tuple(_twice(str(name)) for name in dict.fromkeys(names) if name in twice & wanted)
    return Layout(given, places, problems, contact.problems, tuple(name for name in names if name in read))


def _twice(name: str) -> Problem:
    message = f"two columns are called `{name}`, so it counts as missing"
    return Problem(name, "two values", "one column of that name", message)


def cells_at(piece: Piece, place: Place) -> Cells:
    """What a piece of a frame holds of a field."""
    match place.names:
        case (name,) if name == ".".join(place.path):
            return piece.cells(name)
        case (_,):
            nested = piece.nested(place.path)
            if nested is not None:
                return nested
    if not piece.rows:
        return Same(None)
    return raws_at(_records_at(piece, place, range(piece.rows)), place.path)


def records_of(piece: Piece, layout: Layout, rows: Sequence[int]) -> list[dict[str, object]]:
    """The records that some rows are, each as a mapping."""
    found: list[dict[str, object]] = [{} for _ in rows]
    for place in layout.places.values():
        joined = ".".join(place.path)
        if place.names == (joined,):
            parts = [{joined: cell} for cell in piece.python(joined, rows)]
        elif len(place.names) == 1 and piece.nested(place.path) is not None:
            parts = [{joined: cell} for cell in piece.nested_python(place.path, rows)]
        else:
            parts = _records_at(piece, place, rows)
        for record, part in zip(found, parts, strict=True):
            record.update(part)
    return found


def _records_at(piece: Piece, place: Place, rows: Sequence[int]) -> list[dict[str, object]]:
    columns = [piece.python(name, rows) for name in place.names]
    return [dict(zip(place.names, cells, strict=True)) for cells in zip(*columns, strict=True)]
