"""From sections of boxes over axes to the tables of a stage (`kernel`).

Cells that no box tells apart become one place, so that kernels look no closer than the stage asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tierpolicy.cells.axes import Axes, Axis
from tierpolicy.cells.cells import Cells, runs
from tierpolicy.cells.regions import Box
from tierpolicy.compile.columns.kernel import First, Places, Section, Sum, Tables, Track

MOST_COMPARED: Final = 1 << 20
"""Questions (is this cell in that set of cells) to find out which labels are told apart; beyond, each is by itself."""


@dataclass(frozen=True, slots=True)
class FirstAsked:
    """The code of the first of the boxes that holds a row; equal codes stand together."""

    boxes: Sequence[Box]
    codes: Sequence[int]
    nothing: int


@dataclass(frozen=True, slots=True)
class SumAsked:
    """The sum of the weights of the boxes that hold a row; equal weights stand together."""

    boxes: Sequence[Box]
    weights: Sequence[int]


Asked = FirstAsked | SumAsked


def packed(asked: Sequence[Asked], axes: Axes) -> Tables:
    """The tables of a stage."""
    allowed: dict[int, dict[Cells, Places]] = {}
    for each in asked:
        for box in each.boxes:
            for axis, cells in box.items():
                allowed.setdefault(axis, {})[cells] = 0
    tracks = []
    for number in sorted(allowed):
        track = _track(number, axes.axes[number], allowed[number])
        for cells in allowed[number]:
            allowed[number][cells] = _places(cells, track)
        tracks.append(track)
    by_axis = {track.axis: at for at, track in enumerate(tracks)}
    sections = []
    for each in asked:
        boxes = tuple({by_axis[axis]: allowed[axis][cells] for axis, cells in box.items()} for box in each.boxes)
        sections.append(_section(each, boxes))
    return Tables(tuple(tracks), tuple(sections))


def _track(number: int, axis: Axis, allowed: Iterable[Cells]) -> Track:
    """On a line a place begins where a set of cells does, or ends; elsewhere cells in the same sets are alike."""
    if axis.line is None:
        places, count = _alike(range(axis.known + len(axis.others)), allowed)
        return Track(number, count, np.array(places, dtype=np.intp), None)
    begins = {at for cells in allowed for first, last in runs(cells) for at in (first, last + 1)} - {0}
    cuts = [axis.line.starts[cell] for cell in sorted(begins) if cell < axis.known]
    known = np.cumsum([cell in begins for cell in range(axis.known)])
    others, more = _alike(range(axis.known, axis.known + len(axis.others)), allowed)
    places = [*known.tolist(), *(len(cuts) + 1 + place for place in others)]
    return Track(number, len(cuts) + 1 + more, np.array(places, dtype=np.intp), tuple(cuts))


def _alike(cells: Sequence[int], allowed: Iterable[Cells]) -> tuple[list[int], int]:
    """The place of each cell, and how many places there are."""
    sets = list(allowed)
    if len(sets) * len(cells) > MOST_COMPARED:
        return list(range(len(cells))), len(cells)
    found: dict[tuple[int, ...], int] = {}
    places = [found.setdefault(tuple(each >> cell & 1 for each in sets), len(found)) for cell in cells]
    return places, len(found)


def _places(cells: Cells, track: Track) -> Places:
    found = 0
    for first, last in runs(cells):
        here = track.places[first : last + 1]
        if track.cuts is None or last - first < 8:
            for place in set(here.tolist()):
                found |= 1 << place
        else:  # ascending, but for the cells after the line, whose places are the last
            low, high = int(here.min()), int(here.max())
            found |= (1 << (high + 1)) - (1 << low)
    return found


def _section(asked: Asked, boxes: tuple[dict[int, Places], ...]) -> Section:
    if isinstance(asked, SumAsked):
        return Sum(boxes, tuple(asked.weights))
    largest = max([asked.nothing, *asked.codes])
    kind = np.uint8 if largest <= 0xFF else np.uint16 if largest <= 0xFFFF else np.uint32
    return First(np.array(asked.codes, dtype=kind), asked.nothing, boxes)
