"""The tables of a stage as packed bit vectors: for each track and place a mask of the boxes that allow it.

Boxes are numbered section by section from the lowest bit of word 0 on, every section from a new word. Tracks with few
places are looked up together: one mask for each combination.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tierpolicy.cells.cells import runs
from tierpolicy.compile.columns.data import Array
from tierpolicy.compile.columns.kernel import Tables, Words
from tierpolicy.compile.columns.values import WORD
from tierpolicy.compile.vectors import gathered

MOST_TOGETHER: Final = 1 << 15
"""Words of masks that are looked up together: few enough to stay in a core's cache."""


@dataclass(frozen=True, slots=True)
class Group:
    """Tracks whose masks are looked up together: `masks[sum(place * stride)]`, shape (places, words). Bits that stand
    for no box are anything."""

    tracks: tuple[int, ...]
    strides: tuple[int, ...]
    masks: Words


def groups_of(tables: Tables) -> list[Group]:
    """The masks of a stage; each track is in one group."""
    masks = _masks(tables)
    words = masks[0].shape[1] if masks else 0
    found: list[Group] = []
    together: list[int] = []
    size = 1
    for at in sorted(range(len(masks)), key=lambda at: len(masks[at])):
        if together and size * len(masks[at]) * words > MOST_TOGETHER:
            found.append(_joined(together, masks))
            together, size = [], 1
        together.append(at)
        size *= len(masks[at])
    return [*found, _joined(together, masks)] if together else found


def _masks(tables: Tables) -> list[Words]:
    """The masks of every track: (places, words)."""
    flips: list[dict[int, list[int]]] = [{} for _ in tables.tracks]
    asking: list[list[int]] = [[] for _ in tables.tracks]
    number = 0
    for section in tables.sections:
        for bit, box in enumerate(section.boxes, number):
            for track, places in box.items():
                asking[track].append(bit)
                for first, last in runs(places):
                    flips[track].setdefault(first, []).append(bit)
                    flips[track].setdefault(last + 1, []).append(bit)
        number += -(-len(section.boxes) // WORD) * WORD
    every = (1 << number) - 1
    found = []
    for held, asked, turns in zip(tables.tracks, asking, flips, strict=True):
        at = every ^ gathered(asked, number)
        rows = np.empty((held.count, number // WORD), dtype=np.uint64)
        for place in range(held.count):
            if place in turns:
                at ^= gathered(turns[place], number)
            rows[place] = as_words(at, number // WORD)
        found.append(rows)
    return found


def as_words(bits: int, words: int) -> Words:
    """A whole number as so many words, the lowest first; what lies beyond is cut off."""
    cut = bits & ((1 << words * WORD) - 1)
    return np.frombuffer(cut.to_bytes(words * 8, "little"), dtype="<u8").astype(np.uint64)


def _joined(together: Sequence[int], masks: Sequence[Words]) -> Group:
    strides: list[int] = []
    stride = 1
    for at in reversed(together):
        strides.insert(0, stride)
        stride *= len(masks[at])
    joined: Array = masks[together[0]]
    words = joined.shape[1]
    for at in together[1:]:
        joined = (joined[:, None, :] & masks[at][None, :, :]).reshape(len(joined) * len(masks[at]), words)
    return Group(tuple(together), tuple(strides), np.ascontiguousarray(joined))
