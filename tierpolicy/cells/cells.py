"""The cells of an axis: stretches and points of one type's values between which no comparison of the policy tells.

A set of cells is a whole number, bit by bit. An axis has the known cells first, in the type's order, then those that
stand for `none`, and last the one for what is missing. Each cell has a representative: an ordinary value inside it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from typing import TypeVar

from tierpolicy.cells.line import value_of_coordinate
from tierpolicy.cells.ranges import ORDINARY_DAY
from tierpolicy.frozen import frozen
from tierpolicy.model.types import Choice, Date, Flag, Number, SetOf, Text, Type
from tierpolicy.model.values import MISSING, Known, NotOffered, Value

Cells = int
Key = int | float
K = TypeVar("K", int, float)


@frozen
class Line:
    """The known cells of an ordered type: `starts` are the keys at which they begin, `ends` the last key of each."""

    starts: tuple[Key, ...]
    ends: tuple[Key, ...]

    def below(self, key: Key) -> Cells:
        """The cells before the point `key`."""
        return (1 << self._first(key)) - 1

    def at(self, key: Key) -> Cells:
        """The cell that is the point `key`; none where it lies outside."""
        place = bisect_right(self.starts, key) - 1
        return 1 << place if place >= 0 and self.starts[place] == key <= self.ends[place] else 0

    def above(self, key: Key) -> Cells:
        """The cells after the point `key`."""
        everything = (1 << len(self.starts)) - 1
        return everything & ~self.below(key) & ~self.at(key)

    def around(self, key: Key) -> Cells:
        """The cell that holds the key; none where it lies outside."""
        place = bisect_right(self.starts, key) - 1
        return 1 << place if place >= 0 and key <= self.ends[place] else 0

    def _first(self, key: Key) -> int:
        """How many cells end before the key."""
        place = bisect_right(self.starts, key)
        return place if place == 0 or self.ends[place - 1] < key else place - 1


def line(cuts: Iterable[Key], low: Key, high: Key, type_: Type) -> Line:
    """The stretches between the cuts and the cuts themselves, from `low` to `high`."""
    starts: list[Key] = []
    ends: list[Key] = []

    def add(start: Key, end: Key) -> None:
        if start <= end:
            starts.append(start)
            ends.append(end)

    start: Key = low
    for cut in sorted({cut for cut in cuts if low <= cut <= high}):
        add(start, _before(cut, type_))
        add(cut, cut)
        start = _after(cut, type_)
    add(start, high)
    return Line(tuple(starts), tuple(ends))


def _before(key: Key, type_: Type) -> Key:
    return math.nextafter(key, -math.inf) if isinstance(type_, Number) else key - 1


def _after(key: Key, type_: Type) -> Key:
    return math.nextafter(key, math.inf) if isinstance(type_, Number) else key + 1


def ordinary(start: Key, end: Key, type_: Type) -> Known:
    """A value between two keys that people would call ordinary: zero or what lies nearest to it."""
    wanted = ORDINARY_DAY.toordinal() if isinstance(type_, Date) else 0
    return value_of_coordinate(max(start, min(end, wanted)), type_)


def labels_of(type_: Type, mentioned: frozenset[Known]) -> list[Known]:
    """The known cells of a type without order: what is mentioned, and one for all the rest."""
    match type_:
        case Flag():
            return [False, True]
        case Choice(labels):
            named: list[Known] = [label for label in labels if label in mentioned]
            rest = next((label for label in labels if label not in mentioned), None)
            return named if rest is None else [*named, rest]
        case Text():
            texts = sorted(text for text in mentioned if isinstance(text, str))
            other = "another text"
            while other in mentioned:
                other += "."
            return [*texts, other]
        case SetOf():
            return [frozenset()]  # only whether it is missing is asked of the set as a whole
        case _:
            raise AssertionError(type_)


def other_forms(nothing: bool, missing: bool) -> list[Value]:
    """The cells after the known ones."""
    none: list[Value] = [NotOffered.BELOW, NotOffered.ABOVE] if nothing else []
    return [*none, MISSING] if missing else none


def places(cells: Cells) -> list[int]:
    """The numbers of the cells (or of the boxes) in a set, ascending."""
    found = []
    while cells:
        low = cells & -cells
        found.append(low.bit_length() - 1)
        cells ^= low
    return found


def runs(cells: Cells) -> list[tuple[int, int]]:
    """The stretches of neighbouring cells in a set: the first and the last of each."""
    found = []
    while cells:
        first = (cells & -cells).bit_length() - 1
        rest = ~(cells >> first)
        length = (rest & -rest).bit_length() - 1
        found.append((first, first + length - 1))
        cells = cells >> (first + length) << (first + length)
    return found
