"""From the regions of a stage to bit vectors: for every axis and cell, a mask of the boxes that allow it.

A record's boxes are the conjunction of one mask an axis (T. V. Lakshman and D. Stiliadis, "High-speed policy-based
packet forwarding using efficient multi-dimensional range matching", SIGCOMM 1998). Masks are whole numbers; bit n
stands for box n. One record uses them as they are, columns pack them into words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tierpolicy.cells.axes import Axes
from tierpolicy.cells.cells import runs
from tierpolicy.cells.regions import Region
from tierpolicy.frozen import frozen

Masks = tuple[int, ...]
"""Of one axis: for each cell the boxes that allow it."""


@frozen
class Vectors:
    """`masks[axis][cell]` are the boxes that allow the cell, on the axes that some box asks of; `of` are the boxes of
    each region, in the order in which the regions were given; `everything` are all boxes."""

    masks: dict[int, Masks]
    of: tuple[int, ...]
    everything: int


def vectors(regions: Sequence[Region], axes: Axes) -> Vectors:
    """The boxes of the regions, numbered one after the other from the lowest bit on, and their masks."""
    return vectors_of(regions, [held.known + len(held.others) for held in axes.axes])


def vectors_of(regions: Sequence[Region], sizes: Sequence[int]) -> Vectors:
    """The same on axes of which only the number of cells is known."""
    flips: dict[int, dict[int, list[int]]] = {}
    asking: dict[int, list[int]] = {}
    of: list[int] = []
    number = 0
    for region in regions:
        of.append(((1 << len(region)) - 1) << number)
        for box in region:
            for axis, cells in box.items():
                asking.setdefault(axis, []).append(number)
                turns = flips.setdefault(axis, {})
                for first, last in runs(cells):
                    turns.setdefault(first, []).append(number)
                    turns.setdefault(last + 1, []).append(number)
            number += 1
    everything = (1 << number) - 1
    masks = {}
    for axis, turns in flips.items():
        at = everything ^ gathered(asking[axis], number)
        row = []
        for cell in range(sizes[axis]):
            if cell in turns:
                at ^= gathered(turns[cell], number)
            row.append(at)
        masks[axis] = tuple(row)
    return Vectors(masks, tuple(of), everything)


def gathered(numbers: Iterable[int], size: int) -> int:
    """A whole number with these bits of `size`; a bit named twice is none."""
    held = bytearray((size >> 3) + 1)
    for number in numbers:
        held[number >> 3] ^= 1 << (number & 7)
    return int.from_bytes(held, "little")
