"""The normal form taken at its word: every region asked box by box, every clause joined one by one.

A backend of the tests alone: what it gets wrong is wrong in the normal form, whatever code is generated from it. It
is also the form of which `open` is exact, so it says where a normal form says too little of what is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from tests.conformance.answers import Answer, exact_values
from tierpolicy.cells.regions import Box, Region
from tierpolicy.compile.normal import Clause, Decided, Normal, Stage, normal_form
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import MISSING, Known, NotOffered, equal
from tierpolicy.model.vocabulary import Direction
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.lattice import better, capped, drawn, sum_of
from tierpolicy.semantics.read import Reading

Decider = Callable[[Reading, date], Answer]


def interpreted(policy: Policy) -> Decider:
    """A decider for typed values."""
    normal = normal_form(policy)

    def decide(reading: Reading, as_of: date) -> Answer:
        one = _One(normal, Situation(policy, reading.values, as_of))
        for number, stage in enumerate(normal.stages):
            one.stage(number, stage)
        if any(one.inside(alarm.region) for alarm in normal.alarms):
            one.open = True
        decided = one.situation.decided
        return Answer(exact_values({name: decided[name] for name in policy.attributes}), open=one.open)

    return decide


@dataclass
class _One:
    """One decision while it is made."""

    normal: Normal
    situation: Situation
    open: bool = False
    cells: dict[int, int] = field(default_factory=dict)

    def inside(self, region: Region) -> bool:
        return any(self._in_box(box) for box in region)

    def _in_box(self, box: Box) -> bool:
        return all(self._cell(axis) & cells for axis, cells in box.items())

    def _cell(self, number: int) -> int:
        if number not in self.cells:
            axis = self.normal.axes.axes[number]
            value = value_of(axis.subject, self.situation)
            if axis.label is not None and isinstance(value, frozenset):
                value = axis.label in value
            cell = axis.cells_of(value)
            assert cell.bit_count() == 1, (axis.subject, value)
            self.cells[number] = cell
        return self.cells[number]

    def stage(self, number: int, stage: Stage) -> None:
        true = [self.inside(each.region) for each in stage.conditions]
        maybe = [self.inside(self.normal.possible(number, at)) for at in range(len(stage.conditions))]
        assert all(m for t, m in zip(true, maybe, strict=True) if t), "true, but not possible"
        for each, counted in zip(stage.conditions, true, strict=True):
            if each.once and counted:
                assert sum(self._in_box(box) for box in each.region) == 1, "boxes share a record"
        self.open = self.open or true != maybe
        for selection in stage.selections:
            first = next((row for row in selection.rows if maybe[row]), None)
            for row in selection.rows:
                true[row] = true[row] and row == first
            if selection.otherwise is not None and any(true[row] for row in selection.rows):
                true[selection.otherwise] = False
        for decided in stage.attributes:
            value = self._decided(decided, true)
            self.situation.decided[decided.attribute.name] = value

    def _given(self, clause: Clause, decided: Decided, true: list[bool]) -> Known | None:
        attribute = decided.attribute
        if not true[clause.condition]:
            return None
        if clause.value is not None:
            self.open = self.open or clause.noted
            return clause.value
        value = value_of(clause.expr, self.situation)
        if value is MISSING or (isinstance(value, NotOffered) and not attribute.or_none):
            self.open = True
            return None
        if attribute.adds_up and clause.kind == "grant":
            held: Known = max(value, 0)  # type: ignore[type-var, assignment]
        else:
            held = drawn(attribute, value)
        self.open = self.open or not equal(held, value)
        return held

    def _decided(self, decided: Decided, true: list[bool]) -> Known:
        attribute = decided.attribute
        grants = [(c, v) for c in decided.grants if (v := self._given(c, decided, true)) is not None]
        if attribute.direction is Direction.NONE:
            out = {group for clause, _ in grants for group in clause.overrides}
            standing = [value for clause, value in grants if clause.group not in out]
            if any(not equal(value, standing[0]) for value in standing):
                self.open = True
                return decided.start
            return standing[0] if standing else decided.start
        value = decided.start
        if attribute.adds_up and grants:
            total = sum_of(attribute, (given for _, given in grants))
            value = drawn(attribute, total)
            self.open = self.open or value != total
        elif grants:
            value = grants[0][1]
            for _, given in grants[1:]:
                value = better(attribute, value, given)
        for clause in decided.caps:
            cap = self._given(clause, decided, true)
            if cap is not None:
                assert clause.kind not in ("grant", "floor")
                value = capped(attribute, value, clause.kind, cap)
        for clause in decided.floors:
            floor = self._given(clause, decided, true)
            if floor is not None:
                value = better(attribute, value, floor)
        return value
