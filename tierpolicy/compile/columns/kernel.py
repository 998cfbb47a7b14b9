"""What a stage of a policy asks of many records, and the form of every kernel that answers it.

A kernel gets where the rows stand on the axes (`Look`s) and gives one array a section. A section is a list of boxes in
an order that matters: the first box that holds the row says the section's code (`First`), or all that hold it are added
up (`Sum`). What the codes mean, and how they make a decision, is not a kernel's affair.
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
class First:
    """The code of the first box that holds the row; `nothing` where none does.

    `boxes` are the places that each box allows by track; `codes` their codes, of which equal ones stand together, uint8
    or uint16 or uint32 as the result is to be (it may be longer than `boxes`).
    """

    codes: Array
    nothing: int
    boxes: tuple[Mapping[int, Places], ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of the weights of the boxes that hold the row, in int64. No sum that can occur is beyond 2**62; equal
    weights stand together."""

    boxes: tuple[Mapping[int, Places], ...]
    weights: tuple[int, ...]


Section = First | Sum


@dataclass(frozen=True, slots=True)
class Tables:
    """All that one stage asks."""

    tracks: tuple[Track, ...]
    sections: tuple[Section, ...]


class Kernel(Protocol):
    """Answers a stage's sections for some rows, in the sections' order. Arrays are new, shape (rows,).

    `looks` are by track; None for the track of the day, on which all rows are at one place: `fixed` says which (-1 for
    other tracks). May be called from several threads at once.
    """

    def __call__(self, looks: Sequence[Look | None], fixed: Sequence[int], rows: int) -> Sequence[Array]: ...
