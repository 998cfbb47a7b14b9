"""A block of customers to counts: who gets what, by which statements, with which problems."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from tierpolicy.cells.once import once
from tierpolicy.cells.reads import constant_value, indexed
from tierpolicy.compile.columns.comparing import equal
from tierpolicy.compile.columns.data import Array, Bools, Coded
from tierpolicy.compile.columns.facts import Facts
from tierpolicy.compile.columns.terms import value
from tierpolicy.compile.columns.values import Vec, decoded, not_offered
from tierpolicy.model.policy import Cap, Floor, Grant, Policy, Rule
from tierpolicy.model.types import Choice, Date, Flag, Scale, SetOf, Text, Type
from tierpolicy.model.values import MISSING, NotOffered, Value
from tierpolicy.model.values import equal as equal_values
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.runtime.simulation.adding import Tally, exact_sum
from tierpolicy.runtime.simulation.blocks import Block
from tierpolicy.runtime.simulation.counting import Saying, conflicts, lowers, raises, saying, truths
from tierpolicy.semantics.counting import clauses_of
from tierpolicy.semantics.index import statements
from tierpolicy.semantics.lattice import drawn

Clause = Grant | Cap | Floor
Looked = Mapping[str, tuple[Clause, ...]]


def is_labelled(type_: Type) -> bool:
    """True where customers can be counted by value."""
    return isinstance(type_, Scale | Choice | Flag)


@dataclass(frozen=True, slots=True)
class Groups:
    """The rows of a block by a value: `codes` are places in `values`."""

    codes: Array
    values: tuple[Value, ...]

    def each(self) -> Iterator[tuple[Value, Bools]]:
        for code, held in enumerate(self.values):
            where = self.codes == code
            if where.any():
                yield held, where


def groups_of(name: str, facts: Facts) -> Groups:
    """The rows by an attribute or a field of few values."""
    if name in facts.policy.attributes:
        answer = facts.decided[name].answer
        if isinstance(answer, Coded):
            return Groups(answer.codes, answer.values)
    vec = facts.of_attribute(name) if name in facts.policy.attributes else facts.of_field(name)
    places = vec.values.astype(np.int64) * 4
    for marks, code in ((vec.missing, 1), (None if vec.none is None else vec.none != 0, 2)):
        places = places if marks is None else np.where(marks, code, places)
    _, firsts, codes = np.unique(places, return_index=True, return_inverse=True)
    one = Vec(
        vec.type,
        vec.values[firsts],
        None if vec.missing is None else vec.missing[firsts],
        None if vec.none is None else vec.none[firsts],
        vec.texts,
    )
    return Groups(codes.reshape(-1), tuple(decoded(one)))


# ---------------------------------------------------------------- who gets what


def count_parts(block: Block, load_by: str, tally: Tally) -> None:
    """The values of every part of the service; `load_by` is a field to add up, '' for none."""
    facts = block.facts
    load = facts.of_field(load_by) if load_by else None
    for name, attribute in block.deciding.policy.attributes.items():
        match attribute.type:
            case Scale() | Choice() | Flag() | Text():
                for held, where in groups_of(name, facts).each():
                    _count(("value", name, held), where, load, tally)
            case SetOf():
                for held, where in groups_of(name, facts).each():
                    inside = held if isinstance(held, frozenset) else frozenset()
                    tally.count_rows(("nothing", name), None if inside else where)
                    for label in inside:
                        _count(("value", name, label), where, load, tally)
            case type_:
                _count_amounts(name, type_, facts, tally)
    for name, limited in block.deciding.split.limited.items():
        given = facts.of_attribute(block.deciding.split.granted[name])
        left = facts.of_attribute(limited)
        tally.count_rows(("lowered", name), ~equal(given, left))
        tally.count_rows(("raised", name), ~equal(left, facts.of_attribute(name)))


def _count(what: Hashable, where: Bools, load: Vec | None, tally: Tally) -> None:
    tally.count_rows(what, where)
    if load is not None:
        known = where if load.missing is None else where & ~load.missing
        tally.count(("load", what), exact_sum(load.values[known]))
        tally.count(("no load", what), int(np.count_nonzero(where)) - int(np.count_nonzero(known)))


def _count_amounts(name: str, type_: Type, facts: Facts, tally: Tally) -> None:
    vec = facts.of_attribute(name)
    none = not_offered(vec)
    tally.count_rows(("nothing", name), none)
    offered = vec.values if none is None else vec.values[~none]
    tally.spread(("amount", name), offered)
    if not isinstance(type_, Date):
        tally.count(("total", name), exact_sum(offered))


# ---------------------------------------------------------------- by which statements, with which problems


def looked_at(policy: Policy) -> Looked:
    """Of each statement the clauses whose values are looked at row by row: those that may move somebody, be missing or
    be drawn to bounds. Of the other clauses it is enough to know that their statement counts."""
    found = {}
    for statement in statements(policy):
        clauses = tuple(each for each in clauses_of(statement) if _may_tell(each, policy))
        if clauses:
            found[statement.origin.name] = clauses
    return MappingProxyType(found)


def _may_tell(clause: Clause, policy: Policy) -> bool:
    attribute = policy.attributes[clause.attribute]
    if not isinstance(clause, Grant):
        return True
    known = constant_value(clause.value, policy)
    if known is None or known is MISSING or isinstance(known, NotOffered):
        return True
    if attribute.adds_up:
        return isinstance(known, int) and known < 0
    return not equal_values(drawn(attribute, known), known)


@dataclass(slots=True)
class Told:
    """What is told of the rows of a block: by subject where it has a problem, and where something is left open."""

    rows: int
    problems: dict[str, Bools]
    open: Bools

    def problem(self, subject: str, where: Bools | None) -> None:
        if where is not None and where.any():
            known = self.problems.get(subject)
            self.problems[subject] = where if known is None else known | where

    def leave_open(self, where: Bools | None) -> None:
        if where is not None:
            self.open = self.open | where


def count_statements(block: Block, looked: Looked, tally: Tally) -> Told:
    """For how many customers each statement counts, and whom it moves; what is told of them comes back.

    What waits for the contact at hand leaves nothing open: a base tells of customers, not of what they call about.
    """
    told = Told(block.rows, {}, np.zeros(block.rows, np.bool_))
    policy, facts = block.deciding.policy, block.facts
    grants: dict[str, list[tuple[Rule, Saying]]] = {}
    of_contact = waiting_for_contact(policy)
    disagree = _directionless(policy) if facts.told is not None and facts.told.any() else frozenset()
    for statement, truth in truths(policy, facts):
        name = statement.origin.name
        tally.count_rows(("true", name), truth.true)
        tally.count_rows(("unknown", name), truth.unknown)
        told.leave_open(None if name in of_contact else truth.unknown)
        moved = np.zeros(block.rows, np.bool_)
        clauses = clauses_of(statement) if disagree else looked.get(name, ())
        for clause in clauses if truth.true.any() else ():
            attribute = policy.attributes[clause.attribute]
            said = saying(attribute, clause, truth.true, facts)
            told.leave_open(None if name in of_contact else said.silent)
            told.problem(attribute.name, said.beyond)
            moved |= _moved(attribute, clause, said, block)
            if attribute.name in disagree and isinstance(statement, Rule):
                grants.setdefault(attribute.name, []).append((statement, said))
        if not isinstance(statement, Rule):
            tally.count_rows(("moved", name), moved)
    for name, given in grants.items():
        told.problem(name, conflicts(policy.attributes[name], given, block.rows))
    return told


@once
def waiting_for_contact(policy: Policy) -> frozenset[str]:
    """The statements that read fields of the request."""
    asked = {name for name, each in policy.fields.items() if each.of_request}
    return frozenset(name for name, read in indexed(policy).asked.items() if asked & read.fields)


def _directionless(policy: Policy) -> frozenset[str]:
    return frozenset(name for name, each in policy.attributes.items() if each.direction is Direction.NONE)


def _moved(attribute: Attribute, clause: Clause, said: Saying, block: Block) -> Bools | bool:
    facts, split = block.facts, block.deciding.split
    match clause:
        case Cap():
            return lowers(attribute, clause, said, facts.of_attribute(split.granted[attribute.name]))
        case Floor():
            return raises(attribute, said, facts.of_attribute(split.limited[attribute.name]))
        case Grant():
            return False


def count_problems(block: Block, told: Told, tally: Tally) -> None:
    """Customers by what is wrong with their records, or was met in deciding for them; broken assumptions apart."""
    facts = block.facts
    for name, total in block.deciding.split.total.items():
        drawn_sum = ~equal(facts.of_attribute(total), facts.of_attribute(block.deciding.split.granted[name]))
        told.problem(name, drawn_sum)
    for name, doubtful in block.doubtful:
        told.problem(name, doubtful)
    for problem in block.of_all:
        told.problem(problem.subject, np.ones(block.rows, np.bool_))
    for at, met in block.problems.items():
        for problem in met:
            told.problem(problem.subject, np.arange(block.rows) == at)
    any_problem = np.zeros(block.rows, np.bool_)
    for subject, where in told.problems.items():
        tally.count_rows(("problem", subject), where)
        any_problem |= where
    against = np.zeros(block.rows, np.bool_)
    for assumed in block.deciding.policy.assumptions:
        found = value(assumed.condition, facts)
        broken = ~found.values if found.none is None else ~found.values & (found.none == 0)
        broken = broken if found.missing is None else broken & ~found.missing
        tally.count_rows(("against", assumed.origin.name), broken)
        against |= broken
    tally.count_rows("with problems", any_problem)
    tally.count_rows("with problems or against", any_problem | against)
    tally.count_rows("against assumptions", against)
    tally.count_rows("open", told.open)
    tally.count("customers", block.rows)
    tally.count("broken", len(block.problems))
