"""A middle of plain `if`s: one for each condition, best for policies of up to a few dozen statements.

A condition is the boxes of its region, each a few comparisons of variables. A `first match` table is a loop that runs
once and is left at the row that counts; long chains of `elif` would nest too deep.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tierpolicy.cells.regions import Box, Region
from tierpolicy.compile.normal import Clause, Normal, Selection, Stage
from tierpolicy.compile.python.coding import Coded, Table, coded
from tierpolicy.compile.python.gathering import Gathered
from tierpolicy.compile.python.parts import PROBLEMS, Draft
from tierpolicy.compile.python.places import RecordPlaces
from tierpolicy.compile.python.trees import (
    TRUE,
    assign,
    combined,
    every,
    item,
    name,
    some,
    updated,
    when,
)
from tierpolicy.model.values import Known

GRANTED, TAKEN, RAISED = "granted", "taken", "raised"


def flat(normal: Normal, draft: Draft, places: RecordPlaces) -> Mapping[str, ast.expr]:
    """`program.Middle` of plain `if`s."""
    values: dict[str, ast.expr] = {}
    for number, stage in enumerate(normal.stages):
        decided = _StageWriting(normal, number, stage, draft, places).decided()
        for attribute, value in decided.items():
            places.decided(attribute, value)
            values[attribute] = value
    for alarm in normal.alarms:
        axes = {axis for box in alarm.region for axis in box}
        places.prepare(sorted(axes))
        if alarm.region:
            draft.add(when(_lies_in(alarm.region, places), [draft.note(PROBLEMS)]))
    return values


@dataclass(slots=True)
class _Effects:
    """What follows from one condition: bits for the coded attributes, clauses of the others."""

    bits: dict[str, int] = field(default_factory=dict)
    noted: bool = False
    clauses: list[tuple[Gathered, Clause]] = field(default_factory=list)


@dataclass(slots=True)
class _StageWriting:
    normal: Normal
    number: int
    stage: Stage
    draft: Draft
    places: RecordPlaces
    coded: list[Coded] = field(default_factory=list)
    gathered: list[Gathered] = field(default_factory=list)
    effects: dict[int, _Effects] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def decided(self) -> Mapping[str, ast.expr]:
        self._code()
        self._collect()
        self.places.prepare(self.stage.axes)
        unconditional = self._started()
        for number in unconditional:
            self.draft.add(*self._follows(number))
        for number, condition in enumerate(self.stage.conditions):
            speaks = condition.selection is None and number in self.effects and number not in unconditional
            if speaks and condition.region:
                self.draft.add(when(_lies_in(condition.region, self.places), self._follows(number)))
        for selection in self.stage.selections:
            self.draft.add(self._selected(selection))
        return dict(self._values())

    def _code(self) -> None:
        """Each attribute in bits where it can be, all in one number after the other's."""
        shift = 0
        for each in self.stage.attributes:
            bits = coded(each, shift)
            if bits is None:
                fresh = [self.draft.fresh(hint) for hint in ("best", "cap", "floor")]
                self.gathered.append(Gathered(each, *fresh))
            else:
                self.coded.append(bits)
                shift = max(shift, bits.mask.bit_length())

    def _collect(self) -> None:
        for bits in self.coded:
            for clause in bits.decided.clauses:
                effects = self.effects.setdefault(clause.condition, _Effects())
                role = RAISED if clause.kind == "floor" else GRANTED
                effects.bits[role] = effects.bits.get(role, 0) | bits.added(clause)
                effects.bits[TAKEN] = effects.bits.get(TAKEN, 0) | bits.taken(clause)
                effects.noted |= clause.noted
        for gathered in self.gathered:
            for clause in gathered.decided.clauses:
                self.effects.setdefault(clause.condition, _Effects()).clauses.append((gathered, clause))

    def _started(self) -> list[int]:
        """Writes what holds from the beginning: worst values, and what constant statements without a condition say.
        Gives the numbers of the unconditional statements that still have something to say."""
        start = {GRANTED: sum(bits.start for bits in self.coded), TAKEN: 0, RAISED: 0}
        unconditional = []
        for number, effects in self.effects.items():
            condition = self.stage.conditions[number]
            if condition.selection is None and any(not box for box in condition.region):
                for role, bits in effects.bits.items():
                    start[role] |= bits
                effects.bits = {}
                unconditional.append(number)
        for role, bits in start.items():
            if bits or any(effects.bits.get(role) for effects in self.effects.values()):
                self.used.add(role)
                self.draft.add(assign(role, self.draft.constant(bits)))
        for gathered in self.gathered:
            self.draft.add(*gathered.begun(self.draft))
        return unconditional

    def _follows(self, number: int) -> list[ast.stmt]:
        effects = self.effects.get(number, _Effects())
        found: list[ast.stmt] = [
            updated(role, ast.BitOr(), self.draft.constant(bits)) for role, bits in effects.bits.items() if bits
        ]
        if effects.noted:
            found.append(self.draft.note(PROBLEMS))
        for gathered, clause in effects.clauses:
            found += gathered.said(clause, self.draft, self.places)
        return found

    def _selected(self, selection: Selection) -> ast.stmt:
        """The first row that isn't false counts, where it is true; `otherwise` where none does."""
        otherwise: list[ast.stmt] = []
        if selection.otherwise is not None:
            region = self.stage.conditions[selection.otherwise].region
            if region:
                otherwise = [when(_lies_in(region, self.places), self._follows(selection.otherwise))]
        body: list[ast.stmt] = []
        for row in selection.rows:
            region, possible = self.stage.conditions[row].region, self.normal.possible(self.number, row)
            if region:
                body.append(when(_lies_in(region, self.places), [*self._follows(row), ast.Break()]))
            if possible != region:
                self.places.prepare(sorted({axis for box in possible for axis in box}))
                body.append(when(_lies_in(possible, self.places), [*otherwise, ast.Break()]))
        return ast.While(TRUE, [*body, *otherwise, ast.Break()], [])

    def _values(self) -> Iterator[tuple[str, ast.expr]]:
        left = self._left()
        if len(self.normal.stages) == 1 and not self.gathered and not any(bits.agreeing for bits in self.coded):
            yield from self._all_together(left)
            return
        for bits in self.coded:
            own: ast.expr = combined(left, ast.BitAnd(), self.draft.constant(bits.mask))
            if bits.agreeing:
                own = self.draft.assign("own", own)
                less = combined(own, ast.Sub(), ast.Constant(1))
                several = combined(own, ast.BitAnd(), less)
                self.draft.add(when(several, [self.draft.note(PROBLEMS)]))
            table = self.draft.constant(bits.table, "table")
            yield bits.decided.attribute.name, self.draft.assign("value", item(table, own))
        for gathered in self.gathered:
            yield gathered.attribute.name, gathered.finished(self.draft)

    def _left(self) -> ast.Name:
        """The bits that are left of what was given."""
        left: ast.expr = name(GRANTED) if GRANTED in self.used else ast.Constant(0)
        if TAKEN in self.used:
            left = combined(left, ast.BitAnd(), ast.UnaryOp(ast.Invert(), name(TAKEN)))
        if RAISED in self.used:
            left = combined(left, ast.BitOr(), name(RAISED))
        return left if isinstance(left, ast.Name) else self.draft.assign("left", left)

    def _all_together(self, left: ast.Name) -> Iterator[tuple[str, ast.expr]]:
        """All attributes of the policy are looked up in one table by all bits."""
        by_name = {bits.decided.attribute.name: bits for bits in self.coded}
        order = [by_name[each] for each in self.normal.policy.attributes]

        def values(found: int) -> tuple[Known, ...]:
            return tuple(bits.table[found & bits.mask] for bits in order)

        self.places.whole = left, values
        whole = item(self.draft.constant(Table(values), "outcomes"), left)
        for at, bits in enumerate(order):
            yield bits.decided.attribute.name, item(whole, ast.Constant(at))


def _lies_in(region: Region, places: RecordPlaces) -> ast.expr:
    return some(_lies_in_box(box, places) for box in region)


def _lies_in_box(box: Box, places: RecordPlaces) -> ast.expr:
    tests = [places.test(axis, cells) for axis, cells in box.items()]
    return every(sorted(tests, key=_effort))


def _effort(test: ast.expr) -> int:
    """Cheap tests come first."""
    match test:
        case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
            return 0
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            return 2
        case ast.Compare(ops=[_]):
            return 1
        case ast.Compare():
            return 3
        case _:
            return 4
