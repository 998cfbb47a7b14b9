"""The kernel that compares: every box as comparisons of whole columns, for policies with few of them.

Rows are taken in blocks that stay in a core's cache; a comparison that several boxes share is made once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from tierpolicy.cells.cells import runs
from tierpolicy.compile.columns.data import Array, Bools
from tierpolicy.compile.columns.kernel import First, Kernel, Look, Places, Sum, Tables, Words

BLOCK: Final = 1 << 14
MOST_RUNS: Final = 4


def boxes_kernel(tables: Tables) -> Kernel:
    """The kernel of a stage."""

    def kernel(looks: Sequence[Look | None], base: Words, fixed: Sequence[int], rows: int) -> list[Array]:
        found = [_result(section, rows) for section in tables.sections]
        for start in range(0, rows, BLOCK):
            stop = min(start + BLOCK, rows)
            block = _Block([None if look is None else _part(look, start, stop) for look in looks], fixed, stop - start)
            for section, result in zip(tables.sections, found, strict=True):
                if isinstance(section, First):
                    _first(section, block, result[start:stop])
                else:
                    _sum(section, block, result[start:stop])
        return found

    return kernel


def _result(section: First | Sum, rows: int) -> Array:
    if isinstance(section, Sum):
        return np.zeros(rows, dtype=np.int64)
    return np.full(rows, section.nothing, dtype=section.codes.dtype)


def _part(look: Look, start: int, stop: int) -> Look:
    missing = None if look.missing is None else look.missing[start:stop]
    return replace(look, values=look.values[start:stop], missing=missing)


@dataclass(slots=True)
class _Block:
    """The rows of a block, with the tests made so far by track and places."""

    looks: list[Look | None]
    fixed: Sequence[int]
    rows: int
    known: dict[tuple[int, Places], Bools | bool] = field(default_factory=dict)
    reached: dict[tuple[int, int], Bools] = field(default_factory=dict)

    def box(self, places: Mapping[int, Places]) -> Bools | bool:
        """Where a box holds the row; a truth where that is the same for all."""
        found: Bools | bool = True
        for track, allowed in places.items():
            test = self.test(track, allowed)
            if test is False:
                return False
            if test is not True:
                found = test if found is True else found & test
        return found

    def test(self, track: int, places: Places) -> Bools | bool:
        key = track, places
        if key not in self.known:
            look = self.looks[track]
            if look is None:
                self.known[key] = bool(places >> self.fixed[track] & 1)
            else:
                self.known[key] = self._tested(track, look, places)
        return self.known[key]

    def _tested(self, track: int, look: Look, places: Places) -> Bools:
        if look.cuts is not None:
            found = self._between(track, look, places)
        elif look.table is not None:
            found = _among(look, look.table, places)
        else:
            held = (look.values & np.uint64(1 << (look.bit or 0))) != 0
            found = _either_way(held, bool(places & 2), bool(places & 1))
        if look.missing is None:
            return found
        return found | look.missing if places >> look.missing_place & 1 else found & ~look.missing

    def _between(self, track: int, look: Look, places: Places) -> Bools:
        assert look.cuts is not None
        last = len(look.cuts)
        found: Bools | None = None
        for first, end in runs(places & ((1 << (last + 1)) - 1)):
            if first == 0 and end == last:
                return np.ones(self.rows, dtype=bool)
            if first == 0:
                test = ~self._reaches(track, look, end)
            elif end == last:
                test = self._reaches(track, look, first - 1)
            else:
                test = self._reaches(track, look, first - 1) & ~self._reaches(track, look, end)
            found = test if found is None else found | test
        return np.zeros(self.rows, dtype=bool) if found is None else found

    def _reaches(self, track: int, look: Look, cut: int) -> Bools:
        """Where the value is at or above a cut."""
        key = track, cut
        if key not in self.reached:
            assert look.cuts is not None
            self.reached[key] = look.values >= look.cuts[cut]
        return self.reached[key]


def _either_way(held: Bools, if_true: bool, if_false: bool) -> Bools:
    if if_true == if_false:
        return np.full(len(held), if_true, dtype=bool)
    return held if if_true else ~held


def _among(look: Look, table: Array, places: Places) -> Bools:
    """Where the place of a code is among the places."""
    allowed = [bool(places >> place & 1) for place in table.tolist()]
    stretches = runs(sum(1 << code for code, holds in enumerate(allowed) if holds))
    if len(stretches) > MOST_RUNS:
        return np.take(np.array(allowed, dtype=bool), look.values)
    found: Bools | None = None
    kind = look.values.dtype.type
    for first, last in stretches:
        test = _within(look.values, kind(first), kind(last), last + 1 == len(allowed))
        found = test if found is None else found | test
    return np.zeros(len(look.values), dtype=bool) if found is None else found


def _within(values: Array, first: np.generic, last: np.generic, to_the_end: bool) -> Bools:
    if first == last:
        found: Bools = values == first
    elif to_the_end:
        found = values >= first
    elif first == 0:
        found = values <= last
    else:
        found = (values >= first) & (values <= last)
    return found


def _first(section: First, block: _Block, result: Array) -> None:
    """Runs of boxes with one code, from the last to the first: what stands before overwrites."""
    at = len(section.boxes)
    codes = section.codes[:at].tolist()
    while at:
        code, found = codes[at - 1], None
        everywhere = False
        while at and codes[at - 1] == code:
            at -= 1
            holds = block.box(section.boxes[at])
            if holds is True:
                everywhere = True
            elif holds is not False:
                found = holds if found is None else found | holds
        if everywhere:
            result[:] = code
        elif found is not None:
            np.copyto(result, section.codes.dtype.type(code), where=found)


def _sum(section: Sum, block: _Block, result: Array) -> None:
    for places, weight in zip(section.boxes, section.weights, strict=True):
        holds = block.box(places)
        if holds is not False:
            result += np.int64(weight) if holds is True else holds * np.int64(weight)
