"""Counts what the plain evaluator does while a policy is tested.

Deciding a customer leaves a `Deliberation`. Of it are counted, by what the customer was decided for: which statements
were true, which of them made a value, and the values that comparisons read. What the comparisons said of those values
follows when it is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from tierpolicy.model.expressions import AttributeRef, Compare, Constant, DefineRef, Expr, FieldRef, Today
from tierpolicy.model.policy import InForce, Policy, Rule, Table
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.semantics.counting import Deliberation, Given, truth_of
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.evaluate import Situation, compared, value_of
from tierpolicy.semantics.explain import Weighed, weighed
from tierpolicy.semantics.read import Reading
from tierpolicy.testing.coverage.looking import Atom, Group, Looked, looked_at
from tierpolicy.testing.suite import By

MOST_VALUES = 4096
"""So many different values of what a group reads are kept before its comparisons are made."""

LARGEST_TABLE = 100
"""`first match` tables of at most so many rows are searched for rows that others, above them, keep from counting."""

Values = tuple[Value, ...]
Truths = list[list[int]]
"""By comparison: how often true, false, unknown."""


@dataclass(slots=True)
class GroupTally:
    """How often what a group reads had which values; in a table, by how many rows were reached. Once there are many,
    they are made `truths`."""

    group: Group
    values: defaultdict[tuple[Values, int], int] = field(default_factory=lambda: defaultdict(int))
    truths: Truths = field(default_factory=list)

    def __post_init__(self) -> None:
        self.truths = [[0, 0, 0] for _ in self.group.comparisons]

    def settle(self, policy: Policy) -> None:
        """Makes the comparisons for the values that wait."""
        for (values, reached), times in self.values.items():
            situation = situation_of(policy, self.group.reads, values)
            for comparison, place, counted in zip(self.group.comparisons, self.group.places, self.truths, strict=True):
                if reached > place:
                    truth = _truth_of(comparison.condition, situation)
                    counted[0 if truth is True else 2 if truth is MISSING else 1] += times
        self.values.clear()


def _truth_of(condition: Expr, situation: Situation) -> Value:
    """What `value_of` says; sooner of what most comparisons are, a field beside a constant."""
    match condition:
        case Compare(op, FieldRef(name), Constant(value)):
            return compared(op, situation.fields[name], value, condition.left.type)
        case _:
            return value_of(condition, situation)


def situation_of(policy: Policy, reads: tuple[Atom, ...], values: Values) -> Situation:
    """A situation that knows no more than what some comparisons read."""
    fields: dict[str, Value] = {}
    decided: dict[str, Known] = {}
    defines: dict[str, Value] = {}
    as_of = date.min
    for read, value in zip(reads, values, strict=True):
        match read:
            case FieldRef(name):
                fields[name] = value
            case DefineRef(name):
                defines[name] = value
            case AttributeRef(name):
                assert value is not MISSING
                decided[name] = value
            case Today():
                assert isinstance(value, date)
                as_of = value
    return Situation(policy, fields, as_of, decided, defines)


@dataclass(slots=True)
class Tally:
    """What was counted of one policy for customers of one kind; by the names of statements, tables and attributes."""

    looked: Looked
    customers: int = 0
    fired: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    unknown: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    decided: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    fell_back: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    out_of_force: defaultdict[InForce, int] = field(default_factory=lambda: defaultdict(int))
    reached: dict[str, list[int]] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    groups: tuple[GroupTally, ...] = ()

    def __post_init__(self) -> None:
        self.reached = {table.origin.name: [0] * (len(table.rows) + 1) for table in self.looked.tables}
        self.groups = tuple(GroupTally(group) for group in self.looked.groups)

    def note(self, deliberation: Deliberation) -> None:
        """Counts one decision."""
        self.customers += 1
        self._note_statements(deliberation)
        self._note_clauses(deliberation)
        reached = {table.origin.name: self._rows_reached(table, deliberation) for table in self.looked.tables}
        self._note_values(deliberation.situation, reached)

    def _note_statements(self, deliberation: Deliberation) -> None:
        for name, truth in deliberation.truths.items():
            if truth is True:
                self.fired[name] += 1
            elif truth is MISSING:
                self.unknown[name] += 1
        for statement in self.looked.silent:
            truth = truth_of(statement, deliberation)
            if truth is not False:
                counted = self.fired if truth is True else self.unknown
                counted[statement.origin.name] += 1
        for period in self.looked.periods:
            if not period.covers(deliberation.situation.as_of):
                self.out_of_force[period] += 1

    def _note_clauses(self, deliberation: Deliberation) -> None:
        attributes, decided = deliberation.policy.attributes, deliberation.situation.decided
        names: set[str] = set()
        for name, parts in deliberation.parts.items():
            found = weighed(attributes[name], parts, decided[name])
            if found.origin in ("worst", "default", "conflict"):
                self.fell_back[name] += 1
            names.update(given.statement.origin.name for given in made_by(found))
        for name in names:
            self.decided[name] += 1

    def _rows_reached(self, table: Table, deliberation: Deliberation) -> int:
        """How many rows were looked at, from the top: those down to the first that is true. None on other days."""
        situation = deliberation.situation
        if not table.in_force.covers(situation.as_of):
            return 0
        rows = [situation.policy.rules[index] for index in table.rows]
        truth_of(rows[0], deliberation)  # of the whole table, where deciding didn't ask: its rows give nothing
        reached = next((at for at, row in enumerate(rows, 1) if _is_true(row, deliberation)), len(rows))
        self.reached[table.origin.name][reached] += 1
        if len(rows) <= LARGEST_TABLE and reached < len(rows):
            taker = rows[reached - 1].origin.name
            for row in rows[reached:]:
                name = row.origin.name
                waits = not (row.otherwise or name in self.taken or name in self.fired)
                if waits and value_of(row.condition, situation) is True:
                    self.taken[name] = taker
        return reached

    def _note_values(self, situation: Situation, reached: dict[str, int]) -> None:
        fields, as_of = situation.fields, situation.as_of
        for tally in self.groups:
            group, values = tally.group, tally.values
            if not group.in_force.covers(as_of):
                continue
            seen = tuple([fields[r.name] if type(r) is FieldRef else value_of(r, situation) for r in group.reads])
            values[seen, reached[group.table] if group.table else 1] += 1
            if len(values) > MOST_VALUES:
                tally.settle(situation.policy)


def made_by(found: Weighed) -> Iterator[Given]:
    """The clauses that made a value, of those that true statements hold."""
    if found.origin != "conflict":
        yield from found.decided
        yield from found.lowered
        yield from found.raised


def _is_true(row: Rule, deliberation: Deliberation) -> bool:
    """Whether a row's own condition is true, of a row that is looked at. `otherwise` stops nobody."""
    truth = deliberation.truths[row.origin.name]
    if row.otherwise or truth is False:
        return False
    return truth is True or value_of(row.condition, deliberation.situation) is True


@dataclass(slots=True)
class Watched:
    """A policy that is looked at, with what is counted of it."""

    policy: Policy
    looked: Looked
    tallies: dict[By, Tally] = field(default_factory=dict)

    def see(self, reading: Reading, as_of: date, by: By) -> None:
        if by not in self.tallies:
            self.tallies[by] = Tally(self.looked)
        self.tallies[by].note(deliberate(self.policy, reading, as_of, self.looked.index))


def watched(policy: Policy) -> Watched:
    return Watched(policy, looked_at(policy))
