"""A policy as boxes: where each statement counts, where a row stops those below it, where an assumption is broken.

All boxes of the policy are numbered once; whatever a question asks is then about sets of numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tierpolicy.analysis.boxes.masks import Boxes, Masks
from tierpolicy.analysis.session import Session
from tierpolicy.cells.atoms import atoms_in
from tierpolicy.cells.axes import Axes, axes_of
from tierpolicy.cells.cells import Cells
from tierpolicy.cells.regions import EVERYWHERE, MOST_BOXES, Box, Region, Regions, Wanted
from tierpolicy.model.policy import ALWAYS, Policy, Table
from tierpolicy.semantics.index import Statement, statements

MOST_STEPS = 200
"""So many rows above are taken away from a row before its place is left open."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement counts, as boxes by their numbers.

    `own`: where its own condition is true. `counts`: where it counts; for a row of a `first match` table perhaps only a
    part of that, which `sure` says. `stops`: where its own condition isn't false. `above` is where rows above stop it.
    """

    own: Boxes
    counts: Boxes
    sure: bool
    stops: Boxes = 0
    above: Boxes = 0

    @property
    def target(self) -> tuple[Boxes, Boxes]:
        """Boxes, and others to leave out of them, that together are exactly where the statement counts."""
        return (self.counts, 0) if self.sure else (self.own, self.above)


@dataclass(slots=True)
class Chart:
    """The boxes of a policy. `broken` are those where an assumption is false: nothing is asked of them."""

    policy: Policy
    axes: Axes
    masks: Masks
    places: dict[str, Place]
    broken: Boxes
    days: Mapping[str, Region]


def chart_of(session: Session) -> Chart:
    """The session's chart, made once."""
    found = session.memory.get("chart")
    if not isinstance(found, Chart):
        found = session.memory["chart"] = chart(session.policy)
    return found


def chart(policy: Policy) -> Chart:
    """The policy's conditions on the axes that they ask for."""
    seen: set[str] = set()
    conditions = [statement.condition for statement in statements(policy)]
    conditions += [assumption.condition for assumption in policy.assumptions]
    forces = [statement.in_force for statement in statements(policy)] + [table.in_force for table in policy.tables]
    atoms = (atom for condition in conditions for atom in atoms_in(condition, policy, seen))
    axes = axes_of(policy, atoms, list(dict.fromkeys(forces)))
    return _Charting(policy, Regions(axes), []).chart()


@dataclass(slots=True)
class _Charting:
    """Numbers boxes while the chart is made."""

    policy: Policy
    regions: Regions
    boxes: list[Box]

    def chart(self) -> Chart:
        broken = self._numbered(
            box
            for assumption in self.policy.assumptions
            for box in self.regions.where(assumption.condition, Wanted.FALSE, ALWAYS)
        )
        ordered = {row for table in self.policy.tables if table.first_match for row in table.rows}
        places: dict[str, Place] = {}
        rows = {id(self.policy.rules[row]) for row in ordered}
        for statement in statements(self.policy):
            if id(statement) not in rows:
                own = self._numbered(self._where(statement, Wanted.TRUE))
                places[statement.origin.name] = Place(own, own, sure=True)
        for table in self.policy.tables:
            if table.first_match:
                places.update(self._rows(table))
        days = {table.origin.name: self._days(table) for table in self.policy.tables}
        axes = self.regions.axes
        return Chart(self.policy, axes, Masks(self.boxes, axes.sizes, axes.real), places, broken, days)

    def _days(self, table: Table) -> Region:
        """The days on which a table is in force."""
        found = self.regions.axes.days(table.in_force)
        if found is None:
            return EVERYWHERE
        return ({found[0]: found[1]},) if found[1] else ()

    def _where(self, statement: Statement, wanted: Wanted) -> Region:
        return self.regions.where(statement.condition, wanted, statement.in_force)

    def _numbered(self, boxes: Iterator[Box] | Region) -> Boxes:
        before = len(self.boxes)
        self.boxes.extend(boxes)
        return (1 << len(self.boxes)) - (1 << before)

    def _rows(self, table: Table) -> Iterator[tuple[str, Place]]:
        """The rows of a `first match` table: each where it is true and nothing above stops it."""
        rows = [self.policy.rules[row] for row in table.rows]
        sizes = self.regions.axes.sizes
        true = [self._where(row, Wanted.TRUE) for row in rows]
        stops = [() if row.otherwise else self._where(row, Wanted.NOT_FALSE) for row in rows]
        stopping = Masks([box for region in stops for box in region], sizes)
        counting: list[Region | None] = []
        before = above = 0
        for row, own, stop in zip(rows, true, stops, strict=True):
            counts = _none_of(own, counting, sizes) if row.otherwise else less(own, stopping, (1 << before) - 1)
            before += len(stop)
            counting.append(counts)
            place = self._row(own, stop, counts, above)
            above |= place.stops
            yield row.origin.name, place

    def _row(self, own: Region, stop: Region, counts: Region | None, above: Boxes) -> Place:
        owned, stopped = self._numbered(own), self._numbered(stop)
        if counts is own:
            return Place(owned, owned, True, stopped, above)
        counted = self._numbered(counts) if counts is not None else 0
        return Place(owned, counted, counts is not None, stopped, above)


def _none_of(own: Region, counting: list[Region | None], sizes: list[tuple[int, Cells]]) -> Region | None:
    """Where `otherwise` counts: where no row above does, missing data included."""
    if any(counts is None for counts in counting):
        return None
    taken = Masks([box for counts in counting if counts is not None for box in counts], sizes)
    return less(own, taken, taken.everyone)


def less(region: Region, masks: Masks, taken: Boxes) -> Region | None:
    """The region without the taken boxes, as boxes of its own; the same region where they don't meet it, None where
    it would take too many."""
    waiting = list(region)
    left: list[Box] = []
    steps = 0
    while waiting:
        box = waiting.pop()
        meeting = masks.meeting(box, taken)
        if not meeting:
            left.append(box)
            continue
        steps += 1
        if steps > MOST_STEPS or len(left) + len(waiting) > MOST_BOXES:
            return None
        nearest = masks.boxes[meeting.bit_length() - 1]
        for axis, cells in nearest.items():
            here = box.get(axis, masks.sizes[axis])
            if here & ~cells:
                waiting.extend({**box, axis: part} for part in masks.stretches(axis, here & ~cells))
            box = {**box, axis: here & cells}
    return region if not steps else tuple(left)
