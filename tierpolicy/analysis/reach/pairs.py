"""The Pareto-least places of two facts: none can be lowered in one without raising the other.

Two facts on a line: such places form stairs. The ends of the stairs are found first, then the middle of the widest gap
between two neighbours, so that a few places tell most. Sets: one after another, each time leaving out what is above.
"""

from __future__ import annotations

from collections.abc import Iterable

from tierpolicy.analysis.reach.facts import Fact
from tierpolicy.analysis.reach.raising import Raising
from tierpolicy.analysis.reach.search import Box, Place, less_above

Pair = tuple[Fact, Fact]


def pareto_least(search: Raising, pair: Pair, boxes: list[Box], most: int) -> tuple[list[Place], bool]:
    """Up to `most` Pareto-least places in the boxes (at least one where there is one), and whether there are others."""
    if pair[0].is_set or pair[1].is_set:
        return _one_after_another(search, pair, boxes, most)
    return _stairs(search, pair, boxes, most)


def _one_after_another(search: Raising, pair: Pair, boxes: list[Box], most: int) -> tuple[list[Place], bool]:
    found: list[Place] = []
    while (place := search.least(pair, boxes)) is not None:
        if len(found) == most:
            return found, True
        found.append(place)
        boxes = [part for box in boxes for part in less_above(box, place)]
    return found, False


def _stairs(search: Raising, pair: Pair, boxes: list[Box], most: int) -> tuple[list[Place], bool]:
    left = search.least(pair, boxes, 0)
    if left is None:
        return [], False
    right = search.least(pair, boxes, 1)
    assert right is not None
    found = [left] if left == right else [left, right]
    gaps = [(left, right)] if left != right else []
    while gaps:
        if len(found) >= most:
            return sorted(found)[:most], len(found) > most or any(_between(search, pair, boxes, *gap) for gap in gaps)
        gap = max(gaps, key=lambda each: each[1][0] - each[0][0])
        gaps.remove(gap)
        place = _between(search, pair, boxes, *gap)
        if place is not None:
            found.append(place)
            gaps += [(gap[0], place), (place, gap[1])]
    return sorted(found), False


def _between(search: Raising, pair: Pair, boxes: list[Box], left: Place, right: Place) -> Place | None:
    """A Pareto-least place between two: in the middle, if there is one."""
    middle = (left[0] + right[0]) // 2
    lower = _clipped(boxes, (left[0] + 1, middle), (right[1] + 1, left[1] - 1))
    place = search.least(pair, lower, 1)
    if place is None:
        place = search.least(pair, _clipped(boxes, (middle + 1, right[0] - 1), (right[1] + 1, left[1] - 1)), 0)
    return place


def _clipped(boxes: Iterable[Box], *ranges: tuple[int, int]) -> list[Box]:
    clipped = []
    for box in boxes:
        parts = tuple(
            (max(low, least), min(high, most)) for (low, high), (least, most) in zip(box, ranges, strict=True)
        )
        if all(low <= high for low, high in parts):
            clipped.append(parts)
    return clipped
