"""The kernel that compares: every box as comparisons of whole columns, for policies with few of them.

A box is asked once, whatever sections it stands in. Which of a section's boxes is the first doesn't depend on the order
in which they are asked: each has a rank, the first the highest, and the highest rank stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final

import numpy as np

from tierpolicy.cells.cells import runs
from tierpolicy.compile.columns.data import Array, Bools
from tierpolicy.compile.columns.kernel import First, Kernel, Look, Places, Sum, Tables

Given = tuple[int, int]
"""A section and what the box raises it to (a rank), or adds to it (a weight)."""


def boxes_kernel(tables: Tables) -> Kernel:
    """The kernel of a stage."""
    ranking = [_ranking(section) if isinstance(section, First) else None for section in tables.sections]
    boxes: dict[frozenset[tuple[int, Places]], list[Given]] = {}
    for at, (section, ranked) in enumerate(zip(tables.sections, ranking, strict=True)):
        gives = ranked.ranks if ranked is not None else section.weights if isinstance(section, Sum) else ()
        for places, given in zip(section.boxes, gives, strict=True):
            boxes.setdefault(frozenset(places.items()), []).append((at, given))
    asked = [(dict(sorted(key)), given) for key, given in boxes.items()]

    def kernel(looks: Sequence[Look | None], fixed: Sequence[int], rows: int) -> list[Array]:
        block = _Block(looks, fixed, rows)
        found = [_empty(ranked, rows) for ranked in ranking]
        for places, given in asked:
            holds = block.box(places)
            if holds is not False:
                for at, number in given:
                    _give(found[at], holds, number, ranking[at] is not None)
        return [each if ranked is None else ranked.meant(each) for ranked, each in zip(ranking, found, strict=True)]

    return kernel


# ---------------------------------------------------------------- ranks


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The rank of each box, 0 is none; `meaning` is the code by rank, None where ranks are the codes."""

    ranks: tuple[int, ...]
    dtype: np.dtype[np.generic]
    meaning: Array | None
    least: int

    def meant(self, ranks: Array) -> Array:
        return ranks if self.meaning is None else np.take(self.meaning, ranks)


def _ranking(section: First) -> _Ranking:
    codes = section.codes[: len(section.boxes)].tolist()
    if all(one >= other for one, other in pairwise([*codes, section.nothing])):
        return _Ranking(tuple(codes), section.codes.dtype, None, section.nothing)
    stretches = [(code, len(list(same))) for code, same in groupby(codes)]
    ranks = [len(stretches) - at for at, (_, count) in enumerate(stretches) for _ in range(count)]
    meaning = np.array([section.nothing, *(code for code, _ in reversed(stretches))], dtype=section.codes.dtype)
    return _Ranking(tuple(ranks), np.min_scalar_type(len(stretches)), meaning, 0)


def _empty(ranked: _Ranking | None, rows: int) -> Array:
    return np.zeros(rows, np.int64) if ranked is None else np.full(rows, ranked.least, ranked.dtype)


def _give(result: Array, holds: Bools | bool, number: int, ranked: bool) -> None:
    wide = result.dtype.type(number)
    if holds is True:
        given = wide
    else:
        marks = np.asarray(holds).view(np.uint8)
        given = (marks if result.dtype == np.uint8 else marks.astype(result.dtype)) * wide
    if ranked:
        np.maximum(result, given, out=result)
    else:
        result += given


# ---------------------------------------------------------------- boxes


@dataclass(slots=True)
class _Block:
    """The rows at hand; `known` is by track where the value isn't missing."""

    looks: Sequence[Look | None]
    fixed: Sequence[int]
    rows: int
    known: dict[int, Bools] = field(default_factory=dict)

    def box(self, places: Mapping[int, Places]) -> Bools | bool:
        """Where a box holds the row; a truth where that is the same for all."""
        found: Bools | bool = True
        fresh = False
        for track, allowed in places.items():
            test = self._test(track, allowed)
            if test is False:
                return False
            if test is True:
                continue
            if found is True:
                found = test
            elif fresh:
                found &= test
            else:
                found, fresh = found & test, True
        return found

    def _test(self, track: int, places: Places) -> Bools | bool:
        look = self.looks[track]
        if look is None:
            return bool(places >> self.fixed[track] & 1)
        if look.cuts is not None:
            found = self._between(look, look.cuts, places)
        elif look.table is not None:
            found = _among(look.values, look.table, places)
        else:
            assert look.bit is not None
            held = (look.values & np.uint64(1 << look.bit)) != 0
            found = _either_way(held, bool(places & 2), bool(places & 1))
        if look.missing is None:
            return found
        if places >> look.missing_place & 1:
            return found | look.missing
        if track not in self.known:
            self.known[track] = ~look.missing
        return found & self.known[track]

    def _between(self, look: Look, cuts: Array, places: Places) -> Bools:
        last = len(cuts)
        found: Bools | None = None
        for first, end in _stretches(places & ((1 << (last + 1)) - 1)):
            if first == 0 and end == last:
                return np.ones(self.rows, dtype=bool)
            test = look.values >= cuts[first - 1] if first else look.values < cuts[end]
            if first and end < last:
                test &= look.values < cuts[end]
            found = test if found is None else found | test
        return np.zeros(self.rows, dtype=bool) if found is None else found


def _either_way(held: Bools, if_true: bool, if_false: bool) -> Bools:
    if if_true == if_false:
        return np.full(len(held), if_true, dtype=bool)
    return held if if_true else ~held


MOST_RUNS: Final = 4


def _among(values: Array, table: Array, places: Places) -> Bools:
    """Where the place of a code is among the places."""
    stretches = _codes_at(table.tobytes(), places)
    if len(stretches) > MOST_RUNS:
        allowed = np.array([places >> place & 1 for place in table.tolist()], dtype=bool)
        return np.take(allowed, values)
    if len(table) == 2 and values.dtype == np.uint8 and len(stretches) == 1 and stretches[0] == (1, 1):
        return values.view(np.bool_)  # a flag, which holds 0 and 1 alone
    found: Bools | None = None
    kind = values.dtype.type
    for first, last in stretches:
        test = _within(values, kind(first), kind(last), last + 1 == len(table))
        found = test if found is None else found | test
    return np.zeros(len(values), dtype=bool) if found is None else found


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


@lru_cache(4096)
def _stretches(places: Places) -> list[tuple[int, int]]:
    return runs(places)


@lru_cache(4096)
def _codes_at(table: bytes, places: Places) -> list[tuple[int, int]]:
    """The stretches of codes whose place is among the places."""
    by_code = np.frombuffer(table, dtype=np.uint32).tolist()
    return runs(sum(1 << code for code, place in enumerate(by_code) if places >> place & 1))
