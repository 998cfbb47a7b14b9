"""What a policy says of one attribute, as sets of boxes by how good the value is.

A *level* is a value that could tell one decision from another. For an attribute on a line of values the levels are
the values themselves, for a set each of its labels. At a level, a clause can give it, take it away or promise it; its
boxes are `gives`, `takes` or `keeps`. A clause whose value isn't a constant, or whose place isn't settled, is *open*.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import accumulate
from operator import or_

from tierpolicy.analysis.boxes.chart import Chart
from tierpolicy.analysis.boxes.masks import Boxes
from tierpolicy.cells.reads import constant_value
from tierpolicy.model.policy import Cap, Floor, Grant, Rule
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import MISSING, Known, NotOffered
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.index import Clauses, Statement
from tierpolicy.semantics.lattice import drawn, goodness

Level = tuple[int, int | float] | str
"""How good a value is (`lattice.goodness`), or a label of a set."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with its statement. `value` is None where it isn't a constant; `silent` where it never says anything."""

    statement: Statement
    clause: Grant | Cap | Floor
    value: Known | None
    silent: bool
    boxes: Boxes


class Ladder:
    """Boxes by level, to be asked which are at least as good as one, or worse."""

    def __init__(self, boxes: dict[tuple[int, int | float], Boxes]) -> None:
        self.levels = sorted(boxes)
        self.there = boxes
        self._from = [*accumulate((boxes[level] for level in reversed(self.levels)), or_, initial=0)][::-1]
        self._upto = [*accumulate((boxes[level] for level in self.levels), or_, initial=0)]

    def at_least(self, level: tuple[int, int | float]) -> Boxes:
        return self._from[bisect_left(self.levels, level)]

    def above(self, level: tuple[int, int | float]) -> Boxes:
        return self._from[bisect_right(self.levels, level)]

    def below(self, level: tuple[int, int | float]) -> Boxes:
        return self._upto[bisect_left(self.levels, level)]


@dataclass(slots=True)
class Said:
    """Everything said of one attribute.

    `open` are the boxes of what is not known as a constant in a settled place, `open_caps` those of limits among them,
    `computed` of whatever is no constant; `unsettled` says how much is given by constants of which it isn't known where
    they count. `granted` are the boxes of all grants, `overriding` by group those of grants that override it; `total`
    is the sum of all that is given as a constant.
    """

    attribute: Attribute
    grants: list[Clause]
    caps: list[Clause]
    floors: list[Clause]
    open: Boxes
    open_caps: Boxes
    computed: Boxes
    unsettled: Ladder = field(default_factory=lambda: Ladder({}))
    giving: Ladder = field(default_factory=lambda: Ladder({}))
    taking: Ladder = field(default_factory=lambda: Ladder({}))
    keeping: Ladder = field(default_factory=lambda: Ladder({}))
    labels: dict[tuple[str, str], Boxes] = field(default_factory=dict)
    granted: Boxes = 0
    everything: Boxes = 0
    total: int = 0
    by_clause: dict[int, Clause] = field(default_factory=dict)
    by_value: dict[Known, Boxes] = field(default_factory=dict)
    by_group: dict[str, list[Clause]] = field(default_factory=dict)
    overriding: dict[str, Boxes] = field(default_factory=dict)

    @property
    def is_set(self) -> bool:
        return isinstance(self.attribute.type, SetOf)

    def gives(self, level: Level) -> Boxes:
        """Where rules give the level or better."""
        return self.labels.get(("gives", level), 0) if isinstance(level, str) else self.giving.at_least(level)

    def takes(self, level: Level) -> Boxes:
        """Where limits allow less than the level."""
        return self.labels.get(("takes", level), 0) if isinstance(level, str) else self.taking.below(level)

    def keeps(self, level: Level) -> Boxes:
        """Where baselines promise the level or better."""
        return self.labels.get(("keeps", level), 0) if isinstance(level, str) else self.keeping.at_least(level)

    def unclear(self, level: Level) -> Boxes:
        """Where something may give, take or keep the level, and may not."""
        if self.attribute.adds_up:
            return self.open  # any part of a sum may be what reaches it
        if isinstance(level, str):
            return self.computed | self.labels.get(("unsettled", level), 0)
        return self.computed | self.unsettled.at_least(level)

    def worst(self) -> tuple[int, int | float]:
        """The level that everyone has."""
        assert self.attribute.worst is not MISSING
        return goodness(self.attribute, self.attribute.worst)


def said_of(attribute: Attribute, clauses: Clauses, chart: Chart) -> Said:
    """What the clauses say of an attribute, in places of the chart."""
    grants = [_clause(attribute, *each, chart) for each in clauses.grants]
    caps = [_clause(attribute, *each, chart) for each in clauses.caps]
    floors = [_clause(attribute, *each, chart) for each in clauses.floors]
    unclear, unclear_caps = _unclear((*grants, *floors), chart), _unclear(caps, chart)
    computed = _unclear((each for each in (*grants, *caps, *floors) if each.value is None), chart)
    said = Said(attribute, grants, caps, floors, unclear | unclear_caps, unclear_caps, computed)
    _look_up(said)
    if said.is_set and attribute.direction is not Direction.NONE:
        said.labels.update(_by_label(said, chart))
    elif attribute.direction is not Direction.NONE:
        said.giving, said.taking, said.keeping = (_ladder(attribute, each) for each in (grants, caps, floors))
        said.unsettled = _ladder(attribute, _in_place(grants, chart))
    return said


def _look_up(said: Said) -> None:
    """Fills in what is asked for each clause, so that asking takes no look at all the others."""
    for clause in (*said.grants, *said.caps, *said.floors):
        said.by_clause[id(clause.clause)] = clause
    for clause in said.grants:
        assert isinstance(clause.statement, Rule)
        said.by_group.setdefault(clause.statement.group, []).append(clause)
        if isinstance(clause.value, int):
            said.total += clause.value
        if clause.value is not None:
            said.by_value[clause.value] = said.by_value.get(clause.value, 0) | clause.boxes
        for group in clause.statement.overrides:
            constant_boxes = clause.boxes if clause.value is not None else 0
            said.overriding[group] = said.overriding.get(group, 0) | constant_boxes
    said.granted = reduce(or_, (clause.boxes for clause in said.grants), 0)
    said.everything = reduce(or_, (clause.boxes for clause in (*said.caps, *said.floors)), said.granted)


def _unclear(clauses: Iterable[Clause], chart: Chart) -> Boxes:
    found = 0
    for clause in clauses:
        place = chart.places[clause.statement.origin.name]
        if not clause.silent and (clause.value is None or not place.sure):
            found |= place.own
    return found


def _clause(attribute: Attribute, statement: Statement, clause: Grant | Cap | Floor, chart: Chart) -> Clause:
    value = constant_value(clause.value, chart.policy)
    silent = value is MISSING or (isinstance(value, NotOffered) and not attribute.or_none)
    boxes = chart.places[statement.origin.name].counts
    if value is None or silent:
        return Clause(statement, clause, None, silent, boxes)
    assert value is not MISSING
    if attribute.adds_up and isinstance(clause, Grant):
        held: Known = 0 if isinstance(value, int) and value < 0 else value
    else:
        held = drawn(attribute, value)
    return Clause(statement, clause, held, False, boxes)


def _ladder(attribute: Attribute, clauses: Iterable[Clause]) -> Ladder:
    boxes: dict[tuple[int, int | float], Boxes] = {}
    for clause in clauses:
        if clause.value is not None:
            level = goodness(attribute, clause.value)
            boxes[level] = boxes.get(level, 0) | clause.boxes
    return Ladder(boxes)


def _in_place(grants: Iterable[Clause], chart: Chart) -> Iterator[Clause]:
    """The constant grants of which it isn't settled where they count, with the boxes where they may."""
    for clause in grants:
        place = chart.places[clause.statement.origin.name]
        if clause.value is not None and not place.sure:
            yield replace(clause, boxes=place.own)


def _by_label(said: Said, chart: Chart) -> dict[tuple[str, str], Boxes]:
    assert isinstance(said.attribute.type, SetOf)
    boxes: dict[tuple[str, str], Boxes] = {}

    def add(kind: str, labels: Iterable[str], clause: Clause) -> None:
        for label in labels:
            boxes[kind, label] = boxes.get((kind, label), 0) | clause.boxes

    unsettled = list(_in_place(said.grants, chart))
    for kind, clauses in (("gives", said.grants), ("keeps", said.floors), ("unsettled", unsettled)):
        for clause in clauses:
            if isinstance(clause.value, frozenset):
                add(kind, clause.value, clause)
    for clause in said.caps:
        if isinstance(clause.value, frozenset):
            add("takes", taken_by(clause, said.attribute), clause)
    return boxes


def taken_by(clause: Clause, attribute: Attribute) -> frozenset[str]:
    """The labels that a limit on a set takes away."""
    assert isinstance(attribute.type, SetOf)
    assert isinstance(clause.clause, Cap)
    assert isinstance(clause.value, frozenset)
    return clause.value if clause.clause.kind == "without" else frozenset(attribute.type.labels) - clause.value
