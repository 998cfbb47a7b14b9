"""Brute force: a goal settled by trying every combination of boundary values (`grid`) with the plain evaluator.

`brute(goal)` gives records for which the goal holds, or None. None is a proof where `is_complete(goal)`: there every
atom of the policies compares a field with constants, so that the grid has a value for every answer. Elsewhere (two
fields compared, arithmetic, parts of texts) None says nothing, and what was found still refutes a "there is none".

Two records are tried pair by pair, but records that look alike to the goal's formula only once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from math import prod
from typing import Any as Anything
from typing import assert_never

from tests.analysis.grid import Atoms, Constants, combined, constants_of, days_tried, values_of
from tierpolicy.analysis import replay
from tierpolicy.analysis.answer import Found, GaveUp, NoneSuch, Settled
from tierpolicy.analysis.goal import (
    All,
    Any,
    Case,
    Conflict,
    Counts,
    Differs,
    Formula,
    Goal,
    More,
    Neither,
    NotAsGood,
    Same,
    Truth,
)
from tierpolicy.model.expressions import AttributeRef, Expr
from tierpolicy.model.policy import Policy
from tierpolicy.model.reads import read_by
from tierpolicy.model.values import Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.counting import Deliberation, truth_of
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.formula import standing
from tierpolicy.semantics.index import Clauses, clauses_by_attribute, first_match_rows, statements

MOST = 1_500
"""Records tried for one goal; where there are more, `TooLarge`."""

Atom = Truth | Counts | Conflict | NotAsGood | Differs | More | Same


class TooLarge(Exception):
    """There are more combinations than brute force tries."""


def brute(goal: Goal, most: int = MOST) -> tuple[Case, ...] | None:
    """Records for which the goal holds; None where no combination of boundary values does."""
    return Search(goal, most).found()


def is_complete(goal: Goal) -> bool:
    """True where finding nothing proves that there is nothing."""
    return Search(goal).complete


def brute_engine(goal: Goal, timeout: float) -> Settled:
    """What settles goals of small policies, for a `Session`."""
    try:
        search = Search(goal)
        found = search.found()
    except TooLarge:
        return GaveUp("there are too many records to try")
    if found is not None:
        return Found(found)
    return NoneSuch() if search.complete else GaveUp("boundary values are not all values here")


class Search:
    """What one goal reads, and the records to try for it."""

    def __init__(self, goal: Goal, most: int = MOST) -> None:
        self.goal, self.most = goal, most
        self.policies = tuple({id(side.policy): side.policy for side in goal.sides}.values())
        self.parts = tuple(atoms_in(goal.formula))
        self.atoms = Atoms()
        for policy in self.policies:
            for expr in self._read(policy):
                self.atoms.add(expr, policy)
        for side, condition in ((a.side, a.condition) for a in self.parts if isinstance(a, Truth)):
            self.atoms.add(condition, goal.side(side).policy)
        self.complete = self.atoms.complete(self.policies)

    # ------------------------------------------------------------ the cone of influence

    def _read(self, policy: Policy) -> Iterator[Expr]:
        """Every expression of a policy that takes part in the goal's formula or in which records there are."""
        clauses, tables = clauses_by_attribute(policy), first_match_rows(policy)
        by_name = {each.origin.name: each for each in statements(policy)}
        sides = {side.name for side in self.goal.sides if side.policy is policy}
        waiting: list[Expr] = [assumption.condition for assumption in policy.assumptions]
        attributes: list[str] = []
        for atom in self.parts:
            if not sides & sides_of(atom):
                continue
            match atom:
                case Truth(_, condition):
                    attributes += _attributes_in(condition, policy)
                case Counts(_, name):
                    rows = tables[name].rows if name in tables else ()
                    waiting += [policy.rules[row].condition for row in rows] or [by_name[name].condition]
                case Conflict(_, name) | NotAsGood(name) | Differs(name) | Same(name):
                    attributes += [name] if name in policy.attributes else []
                case More():
                    pass
                case _:
                    assert_never(atom)
        for expr in waiting:
            attributes += _attributes_in(expr, policy)
        yield from waiting
        seen: set[str] = set()
        while attributes:
            if (name := attributes.pop()) not in seen:
                seen.add(name)
                for expr in _said_of(clauses[name], policy, tables):
                    attributes += _attributes_in(expr, policy)
                    yield expr

    # ------------------------------------------------------------ the records

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        return {name: each for policy in self.policies for name, each in policy.fields.items()}

    @cached_property
    def days(self) -> list[date]:
        constants = frozenset().union(*(constants_of(policy, self._conditions) for policy in self.policies))
        days = self.atoms.days_told_apart(self.policies, days_tried(self.policies, constants))
        return days if self.goal.as_of is None else [self.goal.as_of]

    @property
    def _conditions(self) -> list[Expr]:
        return [atom.condition for atom in self.parts if isinstance(atom, Truth)]

    @cached_property
    def grid(self) -> Mapping[str, list[Value]]:
        """The values to try for each field, more of them for those that are calculated with if that isn't too much."""
        constants = frozenset().union(*(constants_of(policy, self._conditions) for policy in self.policies))
        few = {name: self._values(each, constants) for name, each in self.fields.items()}
        calculated = self.atoms.calculated({name: each.type for name, each in self.fields.items()})
        if not calculated & few.keys():
            return few
        more = combined(constants)
        many = {name: self._values(self.fields[name], more) for name in calculated & few.keys()}
        return few | many if self._records(few | many) <= self.most else few

    def _values(self, field: Field, constants: Constants) -> list[Value]:
        """Those that the formula itself looks at are all tried; of the others those that the goal can tell apart."""
        looked_at = {a.field for a in self.parts if isinstance(a, More)} | {
            a.name for a in self.parts if isinstance(a, Same)
        }
        values = values_of(field, constants)
        if self.goal.fixed and field.name in self.goal.fixed:
            values = [self.goal.fixed[field.name], *values] if self.goal.records > 1 else [self.goal.fixed[field.name]]
        return values if field.name in looked_at else self.atoms.told_apart(field.name, values)

    def _records(self, grid: Mapping[str, list[Value]]) -> int:
        return prod(map(len, grid.values())) * len(self.days)

    def cases(self) -> Iterator[Case]:
        """Every record that all of the goal's policies allow."""
        if self._records(self.grid) > self.most:
            raise TooLarge
        for day in self.days:
            for values in product(*self.grid.values()):
                case = Case(dict(zip(self.grid, values, strict=True)), day)
                if all(_breaks_nothing(policy, case) for policy in self.policies):
                    yield case

    # ------------------------------------------------------------ trying them

    def found(self) -> tuple[Case, ...] | None:
        found = self._one() if self.goal.records == 1 else self._pair()
        assert found is None or replay.holds(self.goal, found)
        return found

    def _one(self) -> tuple[Case, ...] | None:
        for case in self.cases():
            decided = {side.name: decision(side.policy, case) for side in self.goal.sides}
            if replay.formula_holds(self.goal.formula, decided):
                return (case,)
        return None

    def _pair(self) -> tuple[Case, ...] | None:
        """Records in groups that agree where they must; of those that look alike on a side, the first."""
        groups: dict[object, tuple[dict[object, Looks], dict[object, Looks]]] = {}
        differing = self.goal.differing if self.goal.differing is not None else frozenset(self.fields)
        tried: set[object] = set()
        for case in self.cases():
            key = (case.as_of, *(value for name, value in case.values.items() if name not in differing))
            group = groups.setdefault(key, ({}, {}))
            new = [self._looks(case, record) for record in (0, 1)]
            if not self._as_fixed(case):
                new.pop(0)
            for looks in new:
                if looks.signature in group[looks.record]:
                    continue
                group[looks.record][looks.signature] = looks
                for other in group[1 - looks.record].values():
                    one, two = (looks, other) if looks.record == 0 else (other, looks)
                    if (one.signature, two.signature) not in tried:
                        tried.add((one.signature, two.signature))
                        if replay.formula_holds(self.goal.formula, {**one.decided, **two.decided}):
                            return one.case, two.case
        return None

    def _as_fixed(self, case: Case) -> bool:
        return all(case.values[name] == value for name, value in (self.goal.fixed or {}).items())

    def _looks(self, case: Case, record: int) -> Looks:
        decided = {s.name: decision(s.policy, case) for s in self.goal.sides if s.record == record}
        signature = tuple(
            readings(atom, side, deliberation)
            for side, deliberation in decided.items()
            for atom in self.parts
            if side in sides_of(atom)
        )
        return Looks(case, record, decided, signature)


@dataclass(frozen=True, slots=True)
class Looks:
    """One record, what its sides decide for it, and all that the formula sees of that."""

    case: Case
    record: int
    decided: Mapping[str, Deliberation]
    signature: tuple[Anything, ...]


_decisions: dict[int, tuple[Policy, dict[object, Deliberation]]] = {}


def decision(policy: Policy, case: Case) -> Deliberation:
    """What `replay.decided` says, kept for the policies asked about last."""
    if id(policy) not in _decisions:
        for old in list(_decisions)[:-5]:
            del _decisions[old]
        _decisions[id(policy)] = (policy, {})
    known = _decisions[id(policy)][1]
    key = (case.as_of, *case.values.values())
    if key not in known:
        known[key] = replay.decided(policy, case)
    return known[key]


def _breaks_nothing(policy: Policy, case: Case) -> bool:
    situation = Situation(policy, case.values, case.as_of)
    return all(value_of(assumption.condition, situation) is not False for assumption in policy.assumptions)


# ---------------------------------------------------------------- formulas


def atoms_in(formula: Formula) -> Iterator[Atom]:
    match formula:
        case All(parts) | Any(parts):
            for part in parts:
                yield from atoms_in(part)
        case Neither(inner):
            yield from atoms_in(inner)
        case _:
            yield formula


def sides_of(atom: Atom) -> frozenset[str]:
    match atom:
        case Truth(side) | Counts(side) | Conflict(side):
            return frozenset({side})
        case NotAsGood(_, side, other) | Differs(_, side, other) | More(_, side, other) | Same(_, side, other):
            return frozenset({side, other})
        case _:
            assert_never(atom)


def readings(atom: Atom, side: str, deliberation: Deliberation) -> object:
    """All that an atom can see of one side's decision."""
    situation = deliberation.situation
    match atom:
        case Truth(_, condition):
            return value_of(condition, situation)
        case Counts(_, name):
            each = next(s for s in statements(deliberation.policy) if s.origin.name == name)
            return truth_of(each, deliberation)
        case Conflict(_, name):
            return tuple(given.value for given in standing(deliberation.parts[name]))
        case NotAsGood(name) | Differs(name):
            return situation.decided[name]
        case More(name) | Same(name):
            return situation.fields[name] if name in situation.fields else situation.decided[name]
        case _:
            assert_never(atom)


# ---------------------------------------------------------------- what policies read


def _said_of(clauses: Clauses, policy: Policy, tables: Mapping[str, Anything]) -> Iterator[Expr]:
    """All conditions and values of what is said of an attribute; for rows also the conditions of the rows above."""
    seen: set[str] = set()
    for statement, clause in clauses.all():
        yield clause.value
        name = statement.origin.name
        if name in seen:
            continue
        if name in tables:
            seen |= {policy.rules[row].origin.name for row in tables[name].rows}
            yield from (policy.rules[row].condition for row in tables[name].rows)
        else:
            seen.add(name)
            yield statement.condition


def _attributes_in(expr: Expr, policy: Policy) -> list[str]:
    return [node.name for node in read_by(expr, policy) if isinstance(node, AttributeRef)]
