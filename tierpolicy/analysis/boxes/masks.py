"""Many boxes at once: which of them meet a set of cells, which of them hold all of it.

A set of boxes is a whole number, bit by bit, so that what takes a comparison with each of ten thousand boxes is one
`and` of two numbers. Per axis, boxes that allow one stretch of cells are found by where the stretch begins and ends;
the few others by looking at each distinct set of cells.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from tierpolicy.cells.cells import Cells, runs
from tierpolicy.cells.regions import Box

Boxes = int

STEP = 32
"""Every so many stretches the boxes up to there are kept as one number."""

LONG = 64
"""An axis with more known cells than that is long."""


@dataclass(slots=True)
class _Ends:
    """Boxes by one end of their stretch, to be asked which of them have it at or before a cell."""

    at: list[int]
    there: list[Boxes]
    upto: list[Boxes]

    def through(self, cell: int) -> Boxes:
        """The boxes whose end is at most `cell`."""
        count = bisect_right(self.at, cell)
        found = self.upto[count // STEP]
        for index in range(count - count % STEP, count):
            found |= self.there[index]
        return found


def _ends(boxes: dict[int, Boxes]) -> _Ends:
    at = sorted(boxes)
    there = [boxes[cell] for cell in at]
    upto = [0]
    sofar = 0
    for index, mask in enumerate(there, 1):
        sofar |= mask
        if index % STEP == 0:
            upto.append(sofar)
    return _Ends(at, there, upto)


@dataclass(slots=True)
class _Column:
    """One axis: the boxes that ask something of it, by the cells that they allow.

    The first `known` cells of the axis are in the order of their values; the few after them (what is `none` or missing)
    are looked up one by one in `single`. `stretches` are the boxes that allow one stretch of known cells.
    """

    known: int
    free: Boxes
    starts: _Ends
    ends: _Ends
    stretches: Boxes
    scattered: list[tuple[Cells, Boxes]]
    single: list[Boxes]
    remembered: dict[Cells, tuple[Boxes, Boxes]] = field(default_factory=dict)

    def beside(self, cells: Cells) -> tuple[Boxes, Boxes]:
        """The boxes that meet the cells, and those that hold all of them."""
        found = self.remembered.get(cells)
        if found is None:
            found = self.remembered[cells] = self._beside(cells)
        return found

    def _beside(self, cells: Cells) -> tuple[Boxes, Boxes]:
        meeting, holding = 0, -1
        ordered = cells & ((1 << self.known) - 1)
        if ordered:
            meeting, holding = self._beside_known(ordered)
        for at, boxes in enumerate(self.single):
            if cells >> (self.known + at) & 1:
                meeting |= boxes
                holding &= boxes | self.free
        return meeting | self.free, holding if not ordered else holding | self.free

    def _beside_known(self, cells: Cells) -> tuple[Boxes, Boxes]:
        meeting, holding = 0, self.stretches
        for first, last in runs(cells):
            meeting |= self.starts.through(last) & ~self.ends.through(first - 1)
            holding &= self.starts.through(first) & ~self.ends.through(last - 1)
        for allowed, boxes in self.scattered:
            if allowed & cells:
                meeting |= boxes
                if not cells & ~allowed:
                    holding |= boxes
        return meeting, holding | self.free


class Masks:
    """A list of boxes, numbered, on axes: of each how many known cells it has, and all of its cells.

    `real` are the axes of which records have any cell. `way_out` is remembered by searches: cells on some of these axes
    that few boxes meet.
    """

    def __init__(
        self, boxes: Sequence[Box], axes: Sequence[tuple[int, Cells]], real: frozenset[int] = frozenset()
    ) -> None:
        self.real = real
        self.way_out: Box = {}
        self.boxes = boxes
        self.sizes = [everything for _, everything in axes]
        self.everyone: Boxes = (1 << len(boxes)) - 1
        self.columns = _columns(boxes, self.everyone, axes)

    def meeting(self, box: Box, among: Boxes) -> Boxes:
        """Those among some boxes that share a point with a box."""
        for axis, cells in box.items():
            column = self.columns.get(axis)
            if column is not None and among:
                among &= column.beside(cells)[0]
        return among

    def holding(self, box: Box, among: Boxes) -> Boxes:
        """Those among some boxes that hold all of a box."""
        for axis, column in self.columns.items():
            if not among:
                break
            if among & ~column.free:
                among &= column.beside(box.get(axis, self.sizes[axis]))[1]
        return among

    def stretches(self, axis: int, cells: Cells) -> list[Cells]:
        """A set of cells, on a long axis one stretch at a time: boxes of one stretch are quicker to find."""
        column = self.columns.get(axis)
        if column is None or column.known <= LONG:
            return [cells]
        known = cells & ((1 << column.known) - 1)
        parts = [((2 << last) - 1) & ~((1 << first) - 1) for first, last in runs(known)] or [0]
        return [parts[0] | (cells & ~known), *parts[1:]]


def _columns(boxes: Sequence[Box], everyone: Boxes, axes: Sequence[tuple[int, Cells]]) -> dict[int, _Column]:
    by_cells: dict[int, dict[Cells, list[int]]] = {}
    for number, box in enumerate(boxes):
        for axis, cells in box.items():
            by_cells.setdefault(axis, {}).setdefault(cells, []).append(number)
    return {axis: _column(sets, everyone, *axes[axis]) for axis, sets in sorted(by_cells.items())}


def _column(sets: dict[Cells, list[int]], everyone: Boxes, known: int, everything: Cells) -> _Column:
    starts: dict[int, Boxes] = {}
    ends: dict[int, Boxes] = {}
    stretches = asked = 0
    scattered: dict[Cells, Boxes] = {}
    single = [0] * (everything.bit_length() - known)
    for cells, numbers in sets.items():
        mask = mask_of(numbers)
        asked |= mask
        for at in range(len(single)):
            if cells >> (known + at) & 1:
                single[at] |= mask
        ordered = cells & ((1 << known) - 1)
        stretch = runs(ordered)
        if len(stretch) > 1:
            scattered[ordered] = scattered.get(ordered, 0) | mask
        elif stretch:
            ((first, last),) = stretch
            starts[first] = starts.get(first, 0) | mask
            ends[last] = ends.get(last, 0) | mask
            stretches |= mask
    free = everyone & ~asked
    return _Column(known, free, _ends(starts), _ends(ends), stretches, list(scattered.items()), single)


def mask_of(numbers: Sequence[int]) -> Boxes:
    """The set of these boxes, in time linear in the greatest number."""
    if len(numbers) < 8:
        return sum(1 << number for number in set(numbers))
    held = bytearray((max(numbers) >> 3) + 1)
    for number in numbers:
        held[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(held, "little")
