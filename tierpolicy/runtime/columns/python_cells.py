"""Cells that are Python objects of any kind, as distinct values: what is equal and of one type is one value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from tierpolicy.model.types import TEXT
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.columns.cells import Distinct
from tierpolicy.runtime.records import read_record
from tierpolicy.semantics.read import OBSTACLE
from tierpolicy.source import Span

PLAIN = frozenset({str, bool, int, float, date, timedelta, Decimal, bytes, type(None)})
"""Types whose values mean the same wherever they are equal."""

LISTS = frozenset({list, tuple, set, frozenset})
CELL = Field("cell", TEXT, Span("", 0, 0))


def distinct_of(cells: Iterable[object]) -> Distinct:
    """The cells as codes and distinct raw values."""
    places: dict[object, int] = {}
    raws: list[object] = []
    codes: list[int] = []
    for cell in cells:
        try:
            place = places.setdefault(_key(cell), len(raws))
        except Exception:  # an object that can't be hashed, or fails at it: a value by itself
            place = len(raws)
        if place == len(raws):
            raws.append(raw_of(cell))
        codes.append(place)
    return Distinct(np.array(codes, np.uint32), raws)


def raw_of(cell: object) -> object:
    """What reading a record would make of the cell."""
    if type(cell) in PLAIN:
        return cell
    read = read_record({"cell": cell}, (CELL,))
    return OBSTACLE if read.problems else read.values.get("cell")


def raws_at(records: Sequence[Mapping[str, object]], path: tuple[str, ...]) -> Distinct:
    """What a path of keys leads to in each record, as reading a record finds it."""
    field = Field("cell", TEXT, Span("", 0, 0), path=path)
    found: list[object] = []
    for record in records:
        read = read_record(record, (field,))
        found.append(OBSTACLE if read.problems else read.values.get(".".join(path)))
    return Distinct(np.arange(len(found), dtype=np.uint32), found)


def _key(cell: object) -> object:
    kind = type(cell)
    if kind is str:
        return cell
    if kind in PLAIN:
        return kind, cell
    if kind in LISTS and all(type(item) is str for item in cell):  # type: ignore[attr-defined]
        return kind, tuple(cell)  # type: ignore[arg-type]
    raise TypeError
