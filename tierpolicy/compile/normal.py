"""The normal form of a typed policy, which every backend reads: stages of attributes, regions of conditions, clauses.

Attributes are decided in stages: each reads only what earlier stages decided. In a stage every statement has a region
(`cells.regions`): the records of which it is true, as boxes over axes. Whether boxes, bits, code or columns then find
out in which a record lies is a backend's own affair; what follows from it is in the clauses.

What stays out of boxes: a condition that would take too many is an axis of its own with the cells false, true and
missing (`Axis.subject` is the condition); so are comparisons of two facts, text tests and calculations. A backend works
out the subject's value for the record and finds its cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tierpolicy.cells.atoms import atoms_in
from tierpolicy.cells.axes import Axes, axes_of
from tierpolicy.cells.reads import constant_value, indexed
from tierpolicy.cells.regions import Region, Regions, Wanted, apart
from tierpolicy.compile.turns import Turn
from tierpolicy.frozen import frozen
from tierpolicy.model.expressions import And, Constant, DefineRef, Expr, In, IsMissing, Not, Or, ParameterRef
from tierpolicy.model.policy import ALWAYS, Baseline, Cap, Floor, Grant, InForce, Limit, Policy, Rule
from tierpolicy.model.types import Flag, SetOf
from tierpolicy.model.values import MISSING, Known, NotOffered, equal
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.index import Clauses, Statement, statements
from tierpolicy.semantics.lattice import drawn, goodness

MOST_BOXES = 16
"""Of one condition, before it is taken as a whole."""

CELLS_REMEMBERED = 24 * 2**20
"""Bytes of cells of comparisons that are kept while a normal form is made, about. Comparisons that thousands of
statements share are few; thousands of different ones on one axis would take memory with the square of their number."""

ClauseKind = Literal["grant", "value", "within", "without", "floor"]


@frozen
class Condition:
    """When a statement is true: `region`, dates in force included.

    `place` is the statement's place among all rules, limits and baselines. `selection` is set for a row of a
    `first match` table: its region is its own condition's alone, without the rows above. `once` says that the boxes of
    the region share nothing, so that a record lies in one of them at most.
    """

    name: str
    place: int
    expr: Expr
    in_force: InForce
    region: Region
    selection: int | None = None
    once: bool = False


@frozen
class Selection:
    """A `first match` table: of `rows` (conditions of the stage, in order) the first that isn't false counts, if it is
    true. `otherwise` (a condition too: its days in force) counts where none of them counts, None where the table has no
    such row."""

    rows: tuple[int, ...]
    otherwise: int | None


@frozen
class Clause:
    """What a statement says of an attribute where its condition (by its place in the stage) counts.

    `value` is the constant that it gives, caps at or promises, drawn to the attribute's bounds; None where `expr` is to
    be calculated for each record (missing, or `none` where that isn't offered: it says nothing, and is undetermined).
    `noted` says that drawing the constant is a problem to be told. `group` and `overrides` as in model.policy.Rule.
    """

    condition: int
    kind: ClauseKind
    value: Known | None
    expr: Expr
    noted: bool = False
    group: str = ""
    overrides: tuple[str, ...] = ()


@frozen
class Decided:
    """One attribute with all that is said of it: `(start ⊔ grants) ⊓ caps ⊔ floors` (language.md §2).

    `start` is the worst value, without direction the default. `ladder` holds the values that occur, worst first, where
    all clauses are constant and the attribute has a line of better and worse (not a set, nothing that adds up, no
    attribute without direction); None elsewhere.
    """

    attribute: Attribute
    start: Known
    grants: tuple[Clause, ...]
    caps: tuple[Clause, ...]
    floors: tuple[Clause, ...]
    ladder: tuple[Known, ...] | None

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return (*self.grants, *self.caps, *self.floors)

    @property
    def constant(self) -> bool:
        """True where nothing is calculated."""
        return all(clause.value is not None for clause in self.clauses)


@frozen
class Stage:
    """Attributes that can be decided together, with the conditions of the statements that speak of them."""

    conditions: tuple[Condition, ...]
    selections: tuple[Selection, ...]
    attributes: tuple[Decided, ...]
    axes: tuple[int, ...]


@frozen
class Normal:
    """A policy in normal form. `alarms` are conditions of assumptions being *false*; one that is true is a problem.

    Looking for more regions adds to `axes` and `regions`, so threads that share a policy do it by turns, in `turn`.
    """

    policy: Policy
    axes: Axes
    stages: tuple[Stage, ...]
    alarms: tuple[Condition, ...]
    regions: Regions
    _possible: dict[tuple[int, int], Region] = field(default_factory=dict, repr=False)
    turn: Turn = field(default_factory=Turn, repr=False, compare=False)

    def possible(self, stage: int, condition: int) -> Region:
        """Where a condition isn't false: larger than its region only by cells of what is missing."""
        key = stage, condition
        with self.turn:
            if key not in self._possible:
                self._possible[key] = self._where_not_false(self.stages[stage].conditions[condition])
            return self._possible[key]

    def _where_not_false(self, held: Condition) -> Region:
        _forget(self.axes)
        if len(held.region) == 1 and is_conjunction(held.expr, asking_whether_known=False):
            axes = self.axes.axes
            return ({axis: cells | axes[axis].missing for axis, cells in held.region[0].items()},)
        return self.regions.where(held.expr, Wanted.NOT_FALSE, held.in_force)


def is_conjunction(expr: Expr, *, asking_whether_known: bool) -> bool:
    """True for comparisons, perhaps negated, joined by `and` alone: a region of one box, or of none. Comparisons are
    unknown where what they read is missing; `is missing` and `is known` only pass where `asking_whether_known`."""
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        match part:
            case And(parts):
                waiting.extend(parts)
            case Or() | DefineRef() | Not(And() | Or() | Not() | DefineRef() | In()):
                return False
            case In(_, options) if not all(isinstance(option, Constant | ParameterRef) for option in options):
                return False
            case IsMissing(operand) | Not(IsMissing(operand)):
                if not asking_whether_known or isinstance(operand.type, Flag):
                    return False
            case _:
                pass
    return True


def normal_form(policy: Policy) -> Normal:
    """The policy in normal form. Its size is linear in the policy's: no condition takes more than `MOST_BOXES`."""
    seen: set[str] = set()
    everything = list(statements(policy))
    asked = [*(each.condition for each in everything), *(each.condition for each in policy.assumptions)]
    atoms = (atom for condition in asked for atom in atoms_in(condition, policy, seen))
    axes = axes_of(policy, atoms, [each.in_force for each in everything], (date.min, date.max))
    regions = Regions(axes, MOST_BOXES)
    places = {each.origin.name: place for place, each in enumerate(everything)}
    stages = tuple(_stage(names, policy, regions, places) for names in _stages(policy))
    alarms = tuple(
        Condition(each.origin.name, -1, each.condition, ALWAYS, regions.where(each.condition, Wanted.FALSE, ALWAYS))
        for each in policy.assumptions
    )
    return Normal(policy, axes, stages, alarms, regions)


def _stages(policy: Policy) -> list[list[str]]:
    """The attributes by how many others have to be decided before them."""
    reads = indexed(policy).reads
    depths: dict[str, int] = {}
    for name in policy.order:
        depths[name] = 1 + max((depths[read] for read in reads[name].attributes), default=-1)
    return [[name for name in policy.order if depths[name] == depth] for depth in range(max(depths.values()) + 1)]


def _stage(names: list[str], policy: Policy, regions: Regions, places: dict[str, int]) -> Stage:
    index = indexed(policy)
    speaking = _Speaking(policy, regions, places)
    adding = {name for name in names if policy.attributes[name].adds_up}
    counted = {rule.origin.name for name in adding for rule, _ in index.clauses[name].grants}
    for table in policy.tables:  # a table that decides here is asked as a whole, rows that say nothing of it too
        rows = [policy.rules[row] for row in table.rows]
        if table.first_match and any(grant.attribute in names for row in rows for grant in row.grants):
            speaking.select(rows, table.in_force)
    attributes = tuple(_decided(policy.attributes[name], index.clauses[name], speaking, counted) for name in names)
    conditions = tuple(speaking.conditions)
    axes = sorted({axis for condition in conditions for box in condition.region for axis in box})
    return Stage(conditions, tuple(speaking.selections), attributes, tuple(axes))


@dataclass(slots=True)
class _Speaking:
    """The conditions and selections of a stage, numbered as clauses ask for them."""

    policy: Policy
    regions: Regions
    places: dict[str, int]
    conditions: list[Condition] = field(default_factory=list)
    selections: list[Selection] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def number_of(self, statement: Statement, counted: set[str]) -> int:
        """The number of a statement's condition; that of one `counted` consists of boxes that share nothing."""
        name = statement.origin.name
        if name not in self.numbers:
            self._add(statement, None, once=name in counted)
        return self.numbers[name]

    def select(self, rows: list[Rule], in_force: InForce) -> None:
        at = len(self.selections)
        tried = [self._add(row, at) for row in rows if not row.otherwise]
        otherwise = [self._add(row, at) for row in rows if row.otherwise]
        self.selections.append(Selection(tuple(tried), otherwise[0] if otherwise else None))

    def _add(self, statement: Statement, selection: int | None, once: bool = False) -> int:
        condition, force = statement.condition, statement.in_force
        _forget(self.regions.axes)
        region = self.regions.where(condition, Wanted.TRUE, force)
        if once and len(region) > 1:
            region = apart(region, self.regions.axes)
            if len(region) > MOST_BOXES:
                region = _within_force(self.regions.as_a_whole(condition, Wanted.TRUE), force, self.regions)
        name = statement.origin.name
        self.numbers[name] = len(self.conditions)
        self.conditions.append(
            Condition(name, self.places[name], condition, force, region, selection, once or len(region) <= 1)
        )
        return self.numbers[name]


def _forget(axes: Axes) -> None:
    """Forgets the cells of comparisons once they take too much memory."""
    if axes.remembered > CELLS_REMEMBERED:
        axes.forget()


def _within_force(region: Region, force: InForce, regions: Regions) -> Region:
    days = regions.axes.days(force)
    if days is None:
        return region
    number, cells = days
    return tuple({**box, number: cells} for box in region) if cells else ()


def _decided(attribute: Attribute, said: Clauses, speaking: _Speaking, counted: set[str]) -> Decided:
    grants, caps, floors = (
        tuple(_clause(attribute, statement, clause, speaking, counted) for statement, clause in pairs)
        for pairs in (said.grants, said.caps, said.floors)
    )
    directed = attribute.direction is not Direction.NONE
    start = attribute.worst if directed else attribute.default
    assert start is not MISSING
    every = (*grants, *caps, *floors)
    stands = directed and not attribute.adds_up and not isinstance(attribute.type, SetOf)
    ladder = None
    if stands and all(clause.value is not None for clause in every):
        ladder = tuple(_ladder(attribute, start, every))
    return Decided(attribute, start, grants, caps, floors, ladder)


def _ladder(attribute: Attribute, start: Known, clauses: tuple[Clause, ...]) -> Iterator[Known]:
    by_goodness = {
        goodness(attribute, value): value for value in (start, *(c.value for c in clauses)) if value is not None
    }
    yield from (by_goodness[key] for key in sorted(by_goodness))


def _clause(
    attribute: Attribute, statement: Statement, clause: Grant | Cap | Floor, speaking: _Speaking, counted: set[str]
) -> Clause:
    value = constant_value(clause.value, speaking.policy)
    held: Known | None = None
    noted = False
    if value is not None and value is not MISSING and (attribute.or_none or not isinstance(value, NotOffered)):
        if attribute.adds_up and isinstance(clause, Grant):
            held = 0 if isinstance(value, int) and value < 0 else value
        else:
            held = drawn(attribute, value)
        noted = not equal(held, value)
    number = speaking.number_of(statement, counted)
    match statement:
        case Rule(group=group, overrides=overrides):
            return Clause(number, "grant", held, clause.value, noted, group, overrides)
        case Limit():
            assert isinstance(clause, Cap)
            return Clause(number, clause.kind, held, clause.value, noted)
        case Baseline():
            return Clause(number, "floor", held, clause.value, noted)


def box_count(stage: Stage) -> int:
    """How many boxes the conditions of a stage have together."""
    return sum(len(condition.region) for condition in stage.conditions)
