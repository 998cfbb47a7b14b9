"""Whether boxes together hold all of another box, and if not, a part of it that none of them meets.

A part is narrowed as long as some box lacks only one axis to hold it: what is left lies outside that box on that axis.
Where none does, the part is split along an axis of a box with the fewest axes to go. (Davis, Logemann and Loveland's
procedure, with boxes for clauses.)
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tierpolicy.analysis.boxes.masks import Boxes, Masks
from tierpolicy.cells.cells import places
from tierpolicy.cells.regions import Box

BUDGET = 2_000
"""So many parts are looked at before giving up."""
MANY_AXES = 64


@dataclass(slots=True)
class Search:
    """One search: how many parts it may still look at, and the boxes that took away what they held."""

    left: int = BUDGET
    used: set[int] = field(default_factory=set)

    @property
    def gave_up(self) -> bool:
        return self.left < 0


def uncovered(masks: Masks, box: Box, covers: Boxes, search: Search) -> Box | None:
    """A part of the box that no cover meets. None where there is none, or where the search gave up."""
    covers = masks.meeting(box, covers)
    part = _way_out(masks, box, covers, before=True) or _way_out(masks, box, covers, before=False)
    if part is not None:
        return part
    waiting = [(box, covers)]
    while waiting:
        search.left -= 1
        if search.left < 0:
            return None
        part, alive = waiting.pop()
        narrowed = _narrowed(masks, part, alive, search)
        if narrowed is None:
            continue
        part, alive, cuts = narrowed
        if not alive:
            return part
        waiting.extend(_split(masks, part, alive, cuts, search))
    return None


def _way_out(masks: Masks, box: Box, covers: Boxes, *, before: bool) -> Box | None:
    """A part of the box found by leaving one cover after the other, on the axis on which most others are left too.

    With `before` it goes on from what led out the last time: where there are many axes, that leaves most covers again.
    """
    part, alive = box, covers
    if before:
        if len(masks.columns) <= MANY_AXES or not masks.way_out:
            return None
        part = {**masks.way_out, **box}
        alive = masks.meeting(part, covers)
    while alive:
        cover = masks.boxes[(alive & -alive).bit_length() - 1]
        best: tuple[bool, int] | None = None
        for axis, allowed in cover.items():
            cells = part.get(axis, masks.sizes[axis]) & ~allowed
            if cells:
                left = alive & masks.columns[axis].beside(cells)[0]
                rank = (axis not in masks.real, left.bit_count())
                if best is None or rank < best:
                    best, chosen = rank, (axis, cells, left)
        if best is None:
            return None
        axis, cells, alive = chosen
        part = {**part, axis: cells}
    masks.way_out = {axis: cells for axis, cells in part.items() if axis in masks.real}
    return part


Cuts = tuple[dict[int, Boxes], Boxes]
"""By axis the boxes that don't hold the part there; and those that lack two axes."""


def _narrowed(masks: Masks, part: Box, alive: Boxes, search: Search) -> tuple[Box, Boxes, Cuts] | None:
    """The part less what boxes take that lack one axis, the boxes that still meet it, and where they cut it; None where
    nothing is left of it."""
    columns, sizes = masks.columns, masks.sizes
    while search.left >= 0:
        search.left -= len(columns) // MANY_AXES  # on many axes every look takes longer
        cuts: dict[int, Boxes] = {}
        whole, one, two = alive, 0, 0
        for axis, column in columns.items():
            if not alive & ~column.free:
                continue
            meeting, holding = column.beside(part.get(axis, sizes[axis]))
            alive &= meeting
            cut = alive & ~holding
            if cut:
                cuts[axis] = cut
                two = (two & ~cut) | (one & cut)
                one = (one & ~cut) | (whole & cut)
                whole &= ~cut
        whole, one, two = whole & alive, one & alive, two & alive
        if whole:
            search.used.add((whole & -whole).bit_length() - 1)
            return None
        if not one:
            return part, alive, (cuts, two)
        smaller = dict(part)
        for axis, cut in cuts.items():
            cells = smaller.get(axis, sizes[axis])
            for number in places(one & cut):
                if cells & masks.boxes[number][axis]:
                    cells &= ~masks.boxes[number][axis]
                    search.used.add(number)
                    if not cells:
                        return None
            smaller[axis] = cells
        part = smaller
    return None


def _split(masks: Masks, part: Box, alive: Boxes, cuts: Cuts, search: Search) -> list[tuple[Box, Boxes]]:
    """The part in two: inside and outside of one box along one axis. The outside is looked at first."""
    by_axis, two = cuts
    among = two or alive
    chosen = among & -among
    number = chosen.bit_length() - 1
    search.used.add(number)
    axis = next(axis for axis, cut in by_axis.items() if cut & chosen)
    cells = part.get(axis, masks.sizes[axis])
    allowed = masks.boxes[number][axis]
    return [({**part, axis: cells & allowed}, alive), ({**part, axis: cells & ~allowed}, alive)]
