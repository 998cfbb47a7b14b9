"""From sections of boxes to the packed tables of a stage (`kernel`).

Cells that no box tells apart become one place, so that tables are as small as what is asked of the axis. Axes with few
places are looked up together: one row of masks for each combination.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tierpolicy.cells.axes import Axes, Axis
from tierpolicy.cells.cells import Cells, Key, runs
from tierpolicy.cells.regions import Box
from tierpolicy.compile.columns.data import Array
from tierpolicy.compile.columns.kernel import First, Group, Places, Section, Sum, Tables, Track, Words
from tierpolicy.compile.columns.values import WORD
from tierpolicy.compile.vectors import vectors

MOST_TOGETHER: Final = 1 << 15
"""Words of the masks of axes that are looked up together: few enough to stay in a core's cache."""

MOST_WEIGHED: Final = 2**62


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


def packed(asked: Sequence[Asked], axes: Axes, alone: frozenset[int]) -> Tables:
    """The tables of a stage; the axes in `alone` (on which all rows of a batch are at one place) join no others."""
    boxes: list[Box] = []
    starts: list[int] = []
    valid = 0
    for each in asked:
        starts.append(len(boxes) // WORD)
        valid |= ((1 << len(each.boxes)) - 1) << len(boxes)
        boxes += each.boxes
        boxes += [{}] * (-len(boxes) % WORD)
    words = len(boxes) // WORD
    found = vectors([(box,) for box in boxes], axes)
    tracks = [_track(number, axes.axes[number], found.masks[number]) for number in sorted(found.masks)]
    masks = [_masks(track, found.masks[track.axis], words) for track in tracks]
    by_axis = {track.axis: at for at, track in enumerate(tracks)}
    at_places = [{by_axis[axis]: _places(cells, tracks[by_axis[axis]]) for axis, cells in b.items()} for b in boxes]
    sections = tuple(
        _section(each, start, at_places[start * WORD : start * WORD + len(each.boxes)])
        for each, start in zip(asked, starts, strict=True)
    )
    groups = tuple(_groups(tracks, masks, alone))
    return Tables(tuple(tracks), groups, sections, words, _as_words(valid, words))


def _track(number: int, axis: Axis, masks: Sequence[int]) -> Track:
    places: list[int] = []
    cuts: list[Key] | None = None
    if axis.line is not None:
        cuts = []
        for cell in range(axis.known):
            if cell and masks[cell] != masks[cell - 1]:
                cuts.append(axis.line.starts[cell])
            places.append(len(cuts))
    count = len(set(places))
    others: dict[int, int] = {}
    for mask in masks[len(places) :]:
        places.append(others.setdefault(mask, count + len(others)))
    return Track(number, count + len(others), np.array(places, dtype=np.intp), None if cuts is None else tuple(cuts))


def _masks(track: Track, masks: Sequence[int], words: int) -> Words:
    found = np.zeros((track.count, words), dtype=np.uint64)
    for place, cell in zip(*np.unique(track.places, return_index=True), strict=True):
        found[place] = _as_words(masks[cell], words)
    return found


def _as_words(bits: int, words: int) -> Words:
    return np.frombuffer(bits.to_bytes(words * 8, "little"), dtype="<u8").astype(np.uint64)


def _places(cells: Cells, track: Track) -> Places:
    found = 0
    for first, last in runs(cells):
        if track.cuts is None or last - first < 8:
            for cell in range(first, last + 1):
                found |= 1 << int(track.places[cell])
        else:
            ends = int(track.places[first]), int(track.places[last])
            found |= (1 << (max(ends) + 1)) - (1 << min(ends))
    return found


def _section(asked: Asked, start: int, boxes: Sequence[dict[int, Places]]) -> Section:
    if isinstance(asked, FirstAsked):
        stop = start - (-len(boxes) // WORD)
        codes = np.zeros((stop - start) * WORD, dtype=_fitting(max([asked.nothing, *asked.codes])))
        codes[: len(boxes)] = asked.codes
        return First(start, stop, codes, asked.nothing, tuple(boxes))
    parts: dict[tuple[int, int], int] = {}
    for at, weight in enumerate(asked.weights):
        key = start + at // WORD, weight
        parts[key] = parts.get(key, 0) | 1 << at % WORD
    assert sum(map(abs, asked.weights)) <= MOST_WEIGHED
    return Sum(
        np.array([word for word, _ in parts], dtype=np.intp),
        np.array(list(parts.values()), dtype=np.uint64),
        np.array([weight for _, weight in parts], dtype=np.int64),
        tuple(boxes),
        tuple(asked.weights),
    )


def _fitting(largest: int) -> type[np.unsignedinteger]:
    return np.uint8 if largest <= 0xFF else np.uint16 if largest <= 0xFFFF else np.uint32


def _groups(tracks: Sequence[Track], masks: Sequence[Words], alone: frozenset[int]) -> list[Group]:
    """Each track is in one group; those with few places are together while their combinations are few."""
    found: list[Group] = []
    gathered: list[int] = []
    size = 1
    words = masks[0].shape[1] if masks else 0
    for at in sorted(range(len(tracks)), key=lambda at: tracks[at].count):
        count = tracks[at].count
        if tracks[at].axis in alone:
            found.append(Group((at,), (1,), masks[at]))
            continue
        if gathered and size * count * words > MOST_TOGETHER:
            found.append(_together(gathered, tracks, masks))
            gathered, size = [], 1
        gathered.append(at)
        size *= count
    return [*found, _together(gathered, tracks, masks)] if gathered else found


def _together(gathered: Sequence[int], tracks: Sequence[Track], masks: Sequence[Words]) -> Group:
    strides: list[int] = []
    stride = 1
    for at in reversed(gathered):
        strides.insert(0, stride)
        stride *= tracks[at].count
    joined: Array = masks[gathered[0]]
    for at in gathered[1:]:
        joined = (joined[:, None, :] & masks[at][None, :, :]).reshape(-1, joined.shape[1])
    return Group(tuple(gathered), tuple(strides), np.ascontiguousarray(joined))
