"""Which statements count for a record, and what those that do say of an attribute (language.md §2, §3).

A `Deliberation` is one decision while it is made: each statement's truth and each clause's value, worked out once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tierpolicy.model.policy import Baseline, Cap, Floor, Grant, Limit, Policy, Rule, Table
from tierpolicy.model.values import MISSING, Known, NotOffered, Value, equal
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.model.words import value_text
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.index import Index, Statement
from tierpolicy.semantics.lattice import drawn
from tierpolicy.semantics.outcome import Problem
from tierpolicy.semantics.shown import bounds_text


@dataclass(frozen=True, slots=True)
class Given:
    """What a true statement says of an attribute: a value that it gives, caps at or promises, drawn to bounds."""

    statement: Statement
    clause: Grant | Cap | Floor
    value: Known


@dataclass(frozen=True, slots=True)
class Parts:
    """All that true statements say of one attribute."""

    grants: tuple[Given, ...] = ()
    caps: tuple[Given, ...] = ()
    floors: tuple[Given, ...] = ()


@dataclass(slots=True)
class Deliberation:
    """One decision while it is made, and after: what explains it and what remained open.

    `truths` says by the statement's name whether it counts (True, False, or MISSING: unknown). `silent` are the
    clauses of true statements whose value is missing.
    """

    situation: Situation
    index: Index
    truths: dict[str, Value] = field(default_factory=dict)
    parts: dict[str, Parts] = field(default_factory=dict)
    silent: list[tuple[Statement, Grant | Cap | Floor]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def policy(self) -> Policy:
        return self.situation.policy


# ---------------------------------------------------------------- which statements count


def without(givens: tuple[Given, ...], others: tuple[Given, ...]) -> tuple[Given, ...]:
    """Those that aren't among the others (themselves, not their equals)."""
    out = {id(given) for given in others}
    return tuple(given for given in givens if id(given) not in out)


def rule_of(grant: Given) -> Rule:
    assert isinstance(grant.statement, Rule)
    return grant.statement


def clauses_of(statement: Statement) -> tuple[Grant, ...] | tuple[Cap, ...] | tuple[Floor, ...]:
    """What a statement gives, caps or promises."""
    match statement:
        case Rule():
            return statement.grants
        case Limit():
            return statement.caps
        case Baseline():
            return statement.floors


def truth_of(statement: Statement, deliberation: Deliberation) -> Value:
    """Whether a statement counts: True, False, or MISSING where that is unknown."""
    truths, name = deliberation.truths, statement.origin.name
    if name not in truths:
        table = deliberation.index.first_match.get(name)
        if table is not None:
            truths.update(first_match_truths(table, deliberation.situation))
        else:
            truths[name] = condition_of(statement, deliberation.situation)
    return truths[name]


def condition_of(statement: Statement, situation: Situation) -> Value:
    """A statement's own condition; false on a day on which it isn't in force."""
    if not statement.in_force.covers(situation.as_of):
        return False
    return value_of(statement.condition, situation)


def first_match_truths(table: Table, situation: Situation) -> Iterator[tuple[str, Value]]:
    """Which row counts: the one that is true while every row above is false, or `otherwise` where none counts.

    A row that is true below an unknown one may count, so it is unknown too; `otherwise` doesn't wait for what is
    missing.
    """
    above: Value = False  # whether one of the rows above is true
    counted = False
    for index in table.rows:
        row = situation.policy.rules[index]
        if row.otherwise:
            truth: Value = row.in_force.covers(situation.as_of) and not counted
        elif above is True:
            truth = False
        else:
            own = condition_of(row, situation)
            truth = MISSING if own is True and above is MISSING else own
            above = True if own is True else MISSING if MISSING in (own, above) else False
        counted = counted or truth is True
        yield row.origin.name, truth


# ---------------------------------------------------------------- what they say of an attribute


def parts_of(attribute: Attribute, deliberation: Deliberation) -> Parts:
    """What the true statements say of an attribute; the problems met on the way are noted."""
    clauses = deliberation.index.clauses[attribute.name]
    return Parts(
        tuple(_given(attribute, clauses.grants, deliberation)),
        tuple(_given(attribute, clauses.caps, deliberation)),
        tuple(_given(attribute, clauses.floors, deliberation)),
    )


def _given(
    attribute: Attribute,
    clauses: list[tuple[Rule, Grant]] | list[tuple[Limit, Cap]] | list[tuple[Baseline, Floor]],
    deliberation: Deliberation,
) -> Iterator[Given]:
    for statement, clause in clauses:
        if truth_of(statement, deliberation) is True:
            given = given_by(attribute, statement, clause, deliberation)
            if given is None:
                deliberation.silent.append((statement, clause))
            else:
                yield given


def given_by(
    attribute: Attribute, statement: Statement, clause: Grant | Cap | Floor, deliberation: Deliberation
) -> Given | None:
    """What a clause says, drawn to bounds; None where its value is missing. What adds up is drawn as a sum, later.

    A `none` read from another attribute is no value of one that is always offered: it is missing there.
    """
    value = value_of(clause.value, deliberation.situation)
    if value is MISSING or (isinstance(value, NotOffered) and not attribute.or_none):
        return None
    if attribute.adds_up and isinstance(clause, Grant):
        held: Known = 0 if isinstance(value, int) and value < 0 else value
    else:
        held = drawn(attribute, value)
    if not equal(held, value):
        deliberation.problems.append(_drawn_problem(attribute, statement, value, held))
    return Given(statement, clause, held)


def _drawn_problem(attribute: Attribute, statement: Statement, value: Known, held: Known) -> Problem:
    given, taken = value_text(value, attribute.type), value_text(held, attribute.type)
    adds = attribute.adds_up and isinstance(statement, Rule)  # then only a negative value is drawn
    bounds = ", at least 0" if adds else bounds_text(attribute.low, attribute.high, attribute.type)
    message = f"`{statement.origin.name}` says {given} for `{attribute.name}`, which was taken as {taken}"
    return Problem(attribute.name, given, bounds.removeprefix(", "), message)
