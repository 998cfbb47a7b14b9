"""What a stage of a policy asks of many records, as packed tables, and the form of every kernel that answers it.

A kernel gets where the rows stand on the axes (`Look`s) and gives one array a section. A section is a list of boxes in
an order that matters: the first box that holds the row says the section's code (`First`), or all that hold it are added
up (`Sum`). What the codes mean, and how they make a decision, is not a kernel's affair.

The same tables have two forms. `Tables.groups` are bit vectors: one bit a box, boxes numbered section by section from
the lowest bit of word 0 on, every section from a new word; the boxes that hold a row are `base` and one row of `masks`
from every group, joined by and. `First.boxes` are the boxes themselves, for kernels that compare instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tierpolicy.cells.cells import Key
from tierpolicy.compile.columns.data import Array, Bools

Words = NDArray[np.uint64]
Places = int
"""A set of places on a track, bit by bit."""


@dataclass(frozen=True, slots=True)
class Track:
    """An axis as one stage sees it: cells that no box of the stage tells apart are one `place`.

    `places` is the place by the axis's cell. `cuts` are the typed keys at which a new place begins, on the known cells
    of an ordered axis (so a known value's place is how many cuts are at or below it); None for labels. The places of
    other cells (`none`, missing) come after those of known cells.
    """

    axis: int
    count: int
    places: NDArray[np.intp]
    cuts: tuple[Key, ...] | None


@dataclass(frozen=True, slots=True)
class Look:
    """Where the rows stand on a track. Exactly one of `cuts`, `table`, `bit` says how a value becomes a place:

    - `cuts`: ascending, of the values' dtype; the place is how many of them are <= the value;
    - `table`: values are unsigned integers, the place is `table[value]` (uint16 or uint32);
    - `bit`: values are uint64; place 1 where that bit is set, else 0.

    `missing` rows are at `missing_place`, whatever stands in `values` (NaN too, but for `table` always a number that is
    in the table); None where no row is. Arrays are (rows,), native, contiguous, perhaps read-only.
    """

    values: Array
    cuts: Array | None = None
    table: NDArray[np.uint32] | None = None
    bit: int | None = None
    missing: Bools | None = None
    missing_place: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Tracks whose masks are looked up together: `masks[sum(place * stride)]`, shape (places, words)."""

    tracks: tuple[int, ...]
    strides: tuple[int, ...]
    masks: Words


@dataclass(frozen=True, slots=True)
class First:
    """The code of the first box that holds the row; `nothing` where none does.

    Words `start` to `stop` (excluded). `codes` is the code by the bit in these words, uint8 or uint16 or uint32 as the
    result is to be; `boxes` the places that each box allows by track, in the same order (without the padding); equal
    codes stand together. A section without boxes gives `nothing` everywhere.
    """

    start: int
    stop: int
    codes: Array
    nothing: int
    boxes: tuple[Mapping[int, Places], ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of the boxes' weights: of `weight[k]` times how many of the bits `mask[k]` of word `word[k]` are set.

    No sum that can occur is beyond 2**62. The result is int64. `boxes` and `weights` are the same, box by box.
    """

    word: NDArray[np.intp]
    mask: Words
    weight: NDArray[np.int64]
    boxes: tuple[Mapping[int, Places], ...]
    weights: tuple[int, ...]


Section = First | Sum


@dataclass(frozen=True, slots=True)
class Tables:
    """All that one stage asks. `words` is the length of the bit vectors, `valid` has the bits that stand for boxes."""

    tracks: tuple[Track, ...]
    groups: tuple[Group, ...]
    sections: tuple[Section, ...]
    words: int
    valid: Words


class Kernel(Protocol):
    """Answers a stage's sections for some rows, in the sections' order. Arrays are new, shape (rows,).

    `looks` are by track; None for the track of the day, on which all rows are at one place (it is alone in its group):
    `fixed` says the place (-1 for other tracks), and `base` (words,) is its mask joined with `valid` already. May be
    called from several threads at once.
    """

    def __call__(
        self, looks: Sequence[Look | None], base: Words, fixed: Sequence[int], rows: int
    ) -> Sequence[Array]: ...
