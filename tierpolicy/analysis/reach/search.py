"""The least place in a box of places for which a condition holds.

A box is a range of places for each axis. Of the boxes that wait, the one with the least corner is looked at: where the
condition can't come out true in it, it is left; where it holds at the corner, that is the answer, since every other
box begins later. Else the box is split at a cut, or shaved: as much as can be proved empty is cut off from its low end.
What is left or cut off was proved empty, so no lower place is passed over.
"""

from __future__ import annotations

import heapq
import itertools
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

Place = tuple[int, ...]
Box = tuple[tuple[int, int], ...]


class OutOfBudget(Exception):
    """The search ended before there was an answer."""


@dataclass(slots=True)
class Search:
    """`may_hold` says whether the condition may come out true somewhere in a box, `holds` whether it does at a place.
    `cuts` are places of each axis where it is worth splitting: at each, something begins or ends. `budget` is how many
    more boxes may be looked at."""

    may_hold: Callable[[Box], bool]
    holds: Callable[[Place], bool]
    cuts: tuple[Sequence[int], ...]
    budget: int

    def least(self, boxes: Iterable[Box], first: int = 0) -> Place | None:
        """The least place in any of the boxes, by the axis `first`, then by the others in turn; None where there is
        none (proved)."""
        count = itertools.count()
        waiting: list[tuple[Place, int, Box]] = []

        def wait(part: Box) -> None:
            lowest = tuple(low for low, _ in part)
            heapq.heappush(waiting, ((lowest[first], *lowest), next(count), part))

        for box in boxes:
            if all(low <= high for low, high in box):
                wait(box)
        while waiting:
            _, _, box = heapq.heappop(waiting)
            if not self._perhaps(box):
                continue
            corner = tuple(low for low, _ in box)
            if self.holds(corner):
                return corner
            for part in self._parts(box, first):
                wait(part)
        return None

    def _perhaps(self, box: Box) -> bool:
        self.budget -= 1
        if self.budget < 0:
            raise OutOfBudget
        return self.may_hold(box)

    def _parts(self, box: Box, first: int) -> list[Box]:
        """What is left to look at of a box whose corner doesn't do."""
        axis, cut = self._middle_cut(box)
        if cut is not None:
            return _halves(box, axis, cut)
        wide = [at for at in (first, *(each for each in range(len(box)) if each != first)) if box[at][0] < box[at][1]]
        for axis in wide:
            low = box[axis][0]
            if not self._perhaps(_with(box, axis, (low, low))):
                return [_with(box, axis, (self._proved_empty(box, axis) + 1, box[axis][1]))]
        return _halves(box, wide[0], box[wide[0]][0] + 1) if wide else []

    def _proved_empty(self, box: Box, axis: int) -> int:
        """How far from the low end of an axis, of which the first place is empty, the box can be proved empty."""
        low, high = box[axis]
        empty, step = low, 1
        while empty + step < high and not self._perhaps(_with(box, axis, (low, empty + step))):
            empty, step = empty + step, step * 2
        beyond = min(empty + step, high)
        while beyond - empty > 1:
            middle = (empty + beyond) // 2
            if self._perhaps(_with(box, axis, (low, middle))):
                beyond = middle
            else:
                empty = middle
        return empty

    def _middle_cut(self, box: Box) -> tuple[int, int | None]:
        """The axis with the most cuts inside, and the one in their middle; None where there are none."""
        most, found = 0, (0, None)
        for axis, (low, high) in enumerate(box):
            start = bisect_right(self.cuts[axis], low)
            number = bisect_right(self.cuts[axis], high) - start
            if number > most:
                most, found = number, (axis, self.cuts[axis][start + number // 2])  # type: ignore[assignment]
        return found


def _with(box: Box, axis: int, ends: tuple[int, int]) -> Box:
    return (*box[:axis], ends, *box[axis + 1 :])


def _halves(box: Box, axis: int, at: int) -> list[Box]:
    """The box below a place of an axis, and from there on."""
    low, high = box[axis]
    return [_with(box, axis, (low, at - 1)), _with(box, axis, (at, high))]


def less_above(box: Box, place: Place) -> Iterator[Box]:
    """The box without what is at least the place in every direction, in parts that don't overlap."""
    rest = box
    for axis, at in enumerate(place):
        low, high = rest[axis]
        if low < at:
            yield _with(rest, axis, (low, min(high, at - 1)))
        if high < at:
            return
        rest = _with(rest, axis, (max(low, at), high))
