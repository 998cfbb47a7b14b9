"""Which statements may count for a record, whatever is decided: all that aren't false, and a few more.

Regions are looked up as masks of boxes (see `vectors`), on coarse axes: neighbouring cells are taken together as
stretches, so that masks stay few and small. Axes that read decided attributes aren't asked at all.

Where something is missing a condition may be unknown. A conjunction of comparisons has one box where it is true; where
it isn't false, the record lies in that box on all axes but those of which its cell is missing. So the box with the
missing cells added holds all such records; so do those of alternatives, where none was lost or joined with another. Of
other conditions the region where they aren't false is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import and_

from tierpolicy.cells.axes import Axis
from tierpolicy.cells.cells import Cells, places, runs
from tierpolicy.cells.reads import expressions
from tierpolicy.cells.regions import Box, Region, Wanted
from tierpolicy.compile.normal import Condition, Normal, is_conjunction
from tierpolicy.compile.vectors import Masks, vectors_of
from tierpolicy.frozen import frozen
from tierpolicy.model.expressions import Expr, Or
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.index import Statement, statements

STRETCHES = 128


@frozen
class Possible:
    """`everything` are the policy's statements in order; `of_box` says by box which one it is of, `masks` by axis and
    stretch which boxes allow it. `every` are all boxes, `of_statement` those of each statement by its place."""

    axes: Mapping[int, Axis]
    everything: tuple[Statement, ...]
    of_box: tuple[int, ...]
    of_statement: Mapping[int, int]
    masks: Mapping[int, Masks]
    every: int

    def boxes(self, situation: Situation) -> int:
        """The boxes that may hold a record; what is decided plays no part."""
        allowed = (row[self._stretch(self.axes[axis], situation)] for axis, row in self.masks.items())
        return reduce(and_, allowed, self.every)

    def _stretch(self, axis: Axis, situation: Situation) -> int:
        value = value_of(axis.subject, situation)
        if axis.label is not None and isinstance(value, frozenset):
            value = axis.label in value
        return stretch_of(axis.cells_of(value).bit_length() - 1, axis.known)

    def statements(self, boxes: int) -> set[int]:
        """The places of the statements of boxes."""
        return {self.of_box[box] for box in places(boxes)}


def possible_statements(normal: Normal) -> Possible:
    """What finds the statements that may count, of a policy in normal form."""
    with normal.turn:
        return _possible_statements(normal)


def _possible_statements(normal: Normal) -> Possible:
    free = {
        number
        for number, axis in enumerate(normal.axes.axes)
        if expressions(normal.policy.defines).of(axis.subject).attributes
    }
    axes = {number: axis for number, axis in enumerate(normal.axes.axes) if number not in free}
    regions = dict(_regions(normal, axes))
    sizes = [stretch_of(axis.known + len(axis.others) - 1, axis.known) + 1 for axis in normal.axes.axes]
    held = vectors_of(list(regions.values()), sizes)
    of_box = tuple(place for place, region in regions.items() for _ in region)
    of_statement = dict(zip(regions, held.of, strict=True))
    return Possible(axes, tuple(statements(normal.policy)), of_box, of_statement, held.masks, held.everything)


def _regions(normal: Normal, axes: Mapping[int, Axis]) -> Iterator[tuple[int, Region]]:
    """By statement, in order, where it may count, on coarse axes."""
    found: dict[int, Region] = {}
    for stage in normal.stages:
        for condition in stage.conditions:
            if condition.place not in found:
                found[condition.place] = _region(normal, condition, axes)
    for place in sorted(found):
        yield place, found[place]


def _region(normal: Normal, condition: Condition, axes: Mapping[int, Axis]) -> Region:
    alternatives = condition.expr.parts if isinstance(condition.expr, Or) else (condition.expr,)
    if len(condition.region) != len(alternatives) or not all(map(_is_conjunction, alternatives)):
        where = normal.regions.where(condition.expr, Wanted.NOT_FALSE, condition.in_force)
        return tuple(_coarse(box, axes) for box in where)
    coarse = [_coarse(box, axes) for box in condition.region]
    return tuple({axis: cells | _missing(axes[axis]) for axis, cells in box.items()} for box in coarse)


def _missing(axis: Axis) -> Cells:
    """The stretch of what is missing; none where that can't be."""
    return 1 << stretch_of(axis.known + len(axis.others) - 1, axis.known) if axis.missing else 0


def _is_conjunction(expr: Expr) -> bool:
    return is_conjunction(expr, asking_whether_known=True)


# ---------------------------------------------------------------- stretches


def stretch_of(cell: int, known: int) -> int:
    """The stretch of a cell: known cells are taken together where there are many, the others never."""
    if known <= STRETCHES:
        return cell
    return cell * STRETCHES // known if cell < known else cell - known + STRETCHES


def _coarse(box: Box, axes: Mapping[int, Axis]) -> Box:
    return {axis: _stretches(cells, axes[axis].known) for axis, cells in box.items() if axis in axes}


def _stretches(cells: Cells, known: int) -> Cells:
    if known <= STRETCHES:
        return cells
    found = 0
    for first, last in runs(cells):
        start, end = stretch_of(first, known), stretch_of(last, known)
        found |= (1 << (end + 1)) - (1 << start)
    return found
