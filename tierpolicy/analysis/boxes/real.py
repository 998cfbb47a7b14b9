"""From boxes that may speak of decided attributes to boxes of fields alone, and to records.

A box that no cover meets is a proof that somebody is there only where records can have its cells. Fields and the day
can have any. That an attribute is decided to have its cells is brought about here: by a clause that gives such a
value, where no other clause moves it away. Of calculations and the like nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from tierpolicy.analysis.boxes.chart import Chart, chart_of
from tierpolicy.analysis.boxes.cover import Search, uncovered
from tierpolicy.analysis.boxes.masks import Boxes
from tierpolicy.analysis.boxes.said import Clause, Said, said_of
from tierpolicy.analysis.goal import Case
from tierpolicy.analysis.session import Session
from tierpolicy.cells.axes import TODAY, Axis
from tierpolicy.cells.cells import Cells, places
from tierpolicy.cells.ranges import ORDINARY_DAY, days_of, may_be_missing
from tierpolicy.cells.regions import Box, meet
from tierpolicy.model.expressions import AttributeRef, FieldRef
from tierpolicy.model.policy import Grant
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.model.vocabulary import Direction, Field
from tierpolicy.semantics.lattice import goodness

MOST_WAYS = 24

Way = tuple[Box, Boxes, Cells]
"""A box where an attribute has one of the wanted cells unless one of the boxes is met, and that cell."""


@dataclass(slots=True)
class Boxed:
    """The session's policy as boxes, with what is said of each attribute, found when first asked for."""

    session: Session
    chart: Chart
    said: dict[str, Said] = field(default_factory=dict)

    def of(self, attribute: str) -> Said:
        if attribute not in self.said:
            clauses = self.session.index.clauses[attribute]
            self.said[attribute] = said_of(self.session.policy.attributes[attribute], clauses, self.chart)
        return self.said[attribute]


def boxed(session: Session) -> Boxed:
    """The session's policy as boxes, made once."""
    found = session.memory.get("boxed")
    if not isinstance(found, Boxed):
        found = session.memory["boxed"] = Boxed(session, chart_of(session))
    return found


# ---------------------------------------------------------------- boxes of fields alone


def real_part(
    held: Boxed, box: Box, covers: Boxes, search: Search, settled: frozenset[int] = frozenset()
) -> Box | None:
    """A part of a box, outside the covers, in which every point is some record's; None where none was found."""
    axes = held.chart.axes.axes
    unsettled = [axis for axis in box if axis not in settled and not axes[axis].real]
    if not unsettled:
        return box if _sets_agree(held, box) else None
    number = unsettled[0]
    if not isinstance(axes[number].subject, AttributeRef):
        return None
    for giver, moving, cell in _ways(held, axes[number], box):
        narrowed = meet({**box, number: cell}, giver)
        if narrowed is None:
            continue
        found = uncovered(held.chart.masks, narrowed, covers | moving, search)
        if found is not None:
            real = real_part(held, found, covers | moving, search, settled | {number})
            if real is not None:
                return real
        if search.gave_up:
            return None
    return None


def _sets_agree(held: Boxed, box: Box) -> bool:
    """False where one label of a set is asked of a missing set and another of a known one."""
    whether: dict[str, bool] = {}
    for number, cells in box.items():
        axis = held.chart.axes.axes[number]
        if isinstance(axis.subject, FieldRef) and isinstance(axis.subject.type, SetOf):
            gone = cells == axis.missing
            if whether.setdefault(axis.subject.name, gone) != gone:
                return False
    return True


def _ways(held: Boxed, axis: Axis, box: Box) -> Iterator[Way]:
    """Ways in which the attribute comes to have one of the box's cells."""
    assert isinstance(axis.subject, AttributeRef)
    said = held.of(axis.subject.name)
    wanted = box[held.chart.axes.numbers[axis.key]]
    if axis.label is not None:
        ways = _ways_of_label(held, said, axis.label, wanted, box)
    elif said.is_set or said.attribute.adds_up:
        return
    elif said.attribute.direction is Direction.NONE:
        ways = _ways_without_direction(held, said, axis, wanted, box)
    else:
        ways = _ways_on_a_line(held, said, axis, wanted, box)
    for count, way in enumerate(ways):
        if count >= MOST_WAYS:
            return
        yield way


def _boxes_of(held: Boxed, clause: Clause, box: Box) -> Iterator[Box]:
    masks = held.chart.masks
    for number in places(masks.meeting(box, clause.boxes)):
        yield masks.boxes[number]


def _ways_on_a_line(held: Boxed, said: Said, axis: Axis, wanted: Cells, box: Box) -> Iterator[Way]:
    worst = said.attribute.worst
    assert worst is not MISSING
    if axis.cells_of(worst) & wanted:
        better = said.giving.above(said.worst()) | said.keeping.above(said.worst())
        yield {}, better | said.open, axis.cells_of(worst)
    for clause in (*said.grants, *said.floors):
        if clause.value is None or not axis.cells_of(clause.value) & wanted:
            continue
        level = goodness(said.attribute, clause.value)
        moving = said.giving.above(level) | said.keeping.above(level) | said.open
        if isinstance(clause.clause, Grant):
            moving |= said.taking.below(level)
        for giver in _boxes_of(held, clause, box):
            yield giver, moving, axis.cells_of(clause.value)


def _ways_without_direction(held: Boxed, said: Said, axis: Axis, wanted: Cells, box: Box) -> Iterator[Way]:
    default = said.attribute.default
    everyone = said.open | said.granted
    if default is not MISSING and axis.cells_of(default) & wanted:
        yield {}, everyone, axis.cells_of(default)
    for clause in said.grants:
        if clause.value is not None and axis.cells_of(clause.value) & wanted:
            for giver in _boxes_of(held, clause, box):
                yield giver, everyone & ~clause.boxes, axis.cells_of(clause.value)


def _ways_of_label(held: Boxed, said: Said, label: str, wanted: Cells, box: Box) -> Iterator[Way]:
    no, yes = 1, 2
    if said.attribute.direction is Direction.NONE or said.attribute.worst != frozenset():
        return
    if wanted & no:
        yield {}, said.gives(label) | said.keeps(label) | said.open, no
        for clause in said.caps:
            for taker in _boxes_of(held, clause, box) if clause.boxes & said.takes(label) else ():
                yield taker, said.keeps(label) | said.open, no
    if wanted & yes:
        for clause in (*said.grants, *said.floors):
            if isinstance(clause.value, frozenset) and label in clause.value:
                taken = said.takes(label) if isinstance(clause.clause, Grant) else 0
                for giver in _boxes_of(held, clause, box):
                    yield giver, taken | said.open, yes


# ---------------------------------------------------------------- records


def case_of(held: Boxed, box: Box) -> Case:
    """A record in a box of fields, with ordinary values where the box leaves a choice."""
    axes, policy = held.chart.axes, held.session.policy
    values: dict[str, Value] = {name: _ordinary(each) for name, each in policy.fields.items()}
    sets: dict[str, set[str]] = {}
    gone: set[str] = set()
    for number, cells in box.items():
        axis = axes.axes[number]
        if not isinstance(axis.subject, FieldRef):
            continue
        name = axis.subject.name
        cell = _chosen(axis, cells)
        if axis.label is not None:
            sets.setdefault(name, set())
            if axis.value(cell) is True:
                sets[name].add(axis.label)
            elif axis.value(cell) is MISSING:
                gone.add(name)
        else:
            values[name] = axis.value(cell)
    values |= {name: MISSING if name in gone else frozenset(labels) for name, labels in sets.items()}
    return Case(values, _day(held, box))


def _chosen(axis: Axis, cells: Cells) -> int:
    """A known cell where there is one; of an ordered type the one that holds the most ordinary value."""
    known = cells & ((1 << axis.known) - 1)
    if not known:
        return places(cells)[-1]
    return (known & -known).bit_length() - 1


def _ordinary(held: Field) -> Value:
    if held.default is not MISSING:
        return held.default
    if isinstance(held.type, SetOf):
        return frozenset()
    if may_be_missing(held):
        return MISSING
    return _first(held)


def _first(held: Field) -> Known:
    assert held.low is not None or hasattr(held.type, "labels")
    return held.low if held.low is not None else held.type.labels[0]  # type: ignore[union-attr]


def _day(held: Boxed, box: Box) -> date:
    number = held.chart.axes.numbers.get(TODAY)
    if number is not None and number in box:
        day = held.chart.axes.axes[number].value(_chosen(held.chart.axes.axes[number], box[number]))
        assert isinstance(day, date)
        return day
    first, last = days_of(held.session.policy)
    return max(first, min(last, ORDINARY_DAY))
