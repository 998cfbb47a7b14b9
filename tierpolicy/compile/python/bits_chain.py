"""From regions to one whole number for a record: which of their boxes it lies in, bit by bit.

For every axis the record's place is looked up as a mask of the boxes that allow it, and the masks are joined with `&`
(T. V. Lakshman and D. Stiliadis, "High-speed policy-based packet forwarding using efficient multi-dimensional range
matching", SIGCOMM 1998). Where boxes are many, axes with few different masks are looked up together in one table of
masks joined beforehand; where masks would take too much memory, boxes come in blocks that are joined afterwards.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import islice, product
from operator import and_

from tierpolicy.cells.axes import Axes
from tierpolicy.cells.regions import Region
from tierpolicy.compile.python.parts import Draft, Places
from tierpolicy.compile.python.trees import combined, item
from tierpolicy.compile.vectors import Masks, vectors
from tierpolicy.frozen import frozen

MEMORY = 48 * 2**20
"""Bytes that the masks of a block may take, about; more blocks take less together."""
TOGETHER_FROM = 2_000
TOGETHER_BYTES = 8 * 2**20
TOGETHER_MOST = 8_192
FEW_MASKS = 40
IN_ONE_EXPRESSION = 16
SAMPLE = 24


@frozen
class Found:
    """`boxes` is the whole number of a record, with a bit for each box in which it lies; `of` are the boxes of each
    region as such a number, `count` how many boxes there are."""

    boxes: ast.expr
    of: tuple[int, ...]
    count: int


def found(regions: Sequence[Region], axes: Axes, draft: Draft, places: Places) -> Found:
    """Writes what finds the boxes of the regions in which a record lies; box numbers rise from region to region. The
    axes must be prepared."""
    count = sum(map(len, regions))
    if not count:
        return Found(ast.Constant(0), tuple(0 for _ in regions), 0)
    of: list[int] = []
    whole: ast.expr | None = None
    for shift, block in reversed(list(_blocks(regions, axes))):
        held = vectors(block, axes)
        of[:0] = [boxes << shift for boxes in held.of]
        own = _conjunction(held.masks, held.everything, draft, places)
        if whole is not None:  # blocks with higher numbers were found before
            shifted = combined(whole, ast.LShift(), ast.Constant(held.everything.bit_length()))
            own = draft.assign("boxes", combined(shifted, ast.BitOr(), own))
        whole = own
    assert whole is not None
    return Found(whole, tuple(of), count)


def _blocks(regions: Sequence[Region], axes: Axes) -> Iterator[tuple[int, list[Region]]]:
    """The regions in blocks, each with the number of its first box. A block's masks take memory with the square of its
    boxes: there are as many as they have cuts."""
    count = sum(map(len, regions))
    asked = sum(len(box) for region in regions for box in region)
    cells = sum(axes.axes[axis].known for axis in {axis for region in regions for box in region for axis in box})
    rows = min(2 * asked, cells)
    blocks = max(1, -(-rows * count // (8 * MEMORY)))
    size = -(-count // blocks)
    start = 0
    block: list[Region] = []
    held = 0
    for region in regions:
        block.append(region)
        held += len(region)
        if held >= size:
            yield start, block
            start, block, held = start + held, [], 0
    if held or block:
        yield start, block


# ---------------------------------------------------------------- one block


def _conjunction(masks: dict[int, Masks], everything: int, draft: Draft, places: Places) -> ast.expr:
    """The boxes of one block that allow the record's places on every axis."""
    if not masks:
        return draft.constant(everything, "boxes")
    parts = [_together(group, masks, draft, places) for group in _groups(masks, everything)]
    whole: ast.expr | None = None
    for start in range(0, len(parts), IN_ONE_EXPRESSION):
        some = parts[start : start + IN_ONE_EXPRESSION]
        joined = reduce(lambda left, right: combined(left, ast.BitAnd(), right), some)
        whole = draft.assign("boxes", joined if whole is None else combined(whole, ast.BitAnd(), joined))
    assert whole is not None
    return whole


def _groups(masks: dict[int, Masks], everything: int) -> list[list[int]]:
    """The axes that are looked up together: those with few masks, where there are many boxes. What leaves the fewest
    boxes comes first."""
    allowing = {axis: _share(row, everything) for axis, row in masks.items()}
    axes = sorted(masks, key=lambda axis: allowing[axis])
    size = everything.bit_length()
    if size < TOGETHER_FROM:
        return [[axis] for axis in axes]
    most = min(TOGETHER_MOST, TOGETHER_BYTES * 8 // size)
    different = {axis: len(set(map(id, masks[axis]))) for axis in axes}
    group: list[int] = []
    entries = 1
    for axis in sorted(axes, key=lambda axis: different[axis]):
        if different[axis] > FEW_MASKS or entries * different[axis] > most:
            break
        group.append(axis)
        entries *= different[axis]
    rest = [[axis] for axis in axes if axis not in group]
    return [group, *rest] if group else rest


def _share(row: Masks, everything: int) -> float:
    """About how many of the boxes allow a place on the axis, on average."""
    step = max(1, len(row) // SAMPLE)
    sample = list(islice(row, 0, None, step))
    return sum(mask.bit_count() for mask in sample) / (len(sample) * everything.bit_count())


def _together(group: list[int], masks: dict[int, Masks], draft: Draft, places: Places) -> ast.expr:
    """The mask of the record's places on the axes of a group."""
    if len(group) == 1:
        return places.entry(group[0], masks[group[0]])
    rows = []
    numbers: list[ast.expr] = []
    stride = 1
    for axis in group:
        different = {id(mask): mask for mask in masks[axis]}
        at = {key: number * stride for number, key in enumerate(different)}
        numbers.append(places.entry(axis, [at[id(mask)] for mask in masks[axis]]))
        rows.append(list(different.values()))
        stride *= len(different)
    table = tuple(reduce(and_, each) for each in product(*reversed(rows)))
    number = reduce(lambda left, right: combined(left, ast.Add(), right), numbers)
    return item(draft.constant(table, "joined"), number)


def bit_length(number: ast.expr) -> ast.expr:
    """One more than the highest bit; 0 of nothing."""
    return ast.Call(ast.Attribute(number, "bit_length", ast.Load()), [], [])


def within(boxes: ast.expr, mask: int, draft: Draft) -> ast.expr:
    """The boxes that are in the mask."""
    return combined(boxes, ast.BitAnd(), draft.constant(mask, "mask"))
