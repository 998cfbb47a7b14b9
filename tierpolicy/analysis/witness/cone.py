"""What a goal looks at: the decided attributes that its formula speaks of or that these read, and the fields that the
statements about them read. A field outside can't make the goal hold or fail, whatever it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

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
    Side,
    Truth,
)
from tierpolicy.analysis.replay import formula_holds, within_range
from tierpolicy.model.expressions import AttributeRef, Constant, Expr, FieldRef, Today, walk
from tierpolicy.model.policy import Policy
from tierpolicy.model.reads import read_by
from tierpolicy.model.values import Value
from tierpolicy.semantics.counting import Deliberation, clauses_of, parts_of
from tierpolicy.semantics.evaluate import Situation
from tierpolicy.semantics.formula import decided_value
from tierpolicy.semantics.index import Index, Statement, index_of, statements

ATOMS = (Truth, Counts, Conflict, NotAsGood, Differs, More, Same)
Atom = Truth | Counts | Conflict | NotAsGood | Differs | More | Same


@dataclass(frozen=True, slots=True)
class Cone:
    """What matters to a goal on one side: `spoken` are the attributes that the formula names, `attributes` these and
    all that they read, in the order of deciding; `fields` all fields read. `statements` are the names of those
    about the attributes."""

    spoken: tuple[str, ...]
    attributes: tuple[str, ...]
    fields: frozenset[str]
    statements: frozenset[str]


# ---------------------------------------------------------------- what one policy reads


@dataclass(frozen=True, slots=True)
class Looks:
    """What is looked up in a policy: the fields that assumptions speak of, the statements that ask about a field, and
    those that ask about a decided attribute."""

    assumed: frozenset[str]
    askers: Mapping[str, tuple[str, ...]]
    on_attributes: tuple[str, ...]


@once
def looks_of(policy: Policy) -> Looks:
    asked = indexed(policy).asked
    askers: dict[str, list[str]] = {}
    for name, read in asked.items():
        for field in read.fields:
            askers.setdefault(field, []).append(name)
    return Looks(
        frozenset[str]().union(*(fields_in(each.condition, policy) for each in policy.assumptions)),
        {field: tuple(names) for field, names in askers.items()},
        tuple(name for name, read in asked.items() if read.attributes),
    )


# ---------------------------------------------------------------- what a goal looks at


def cone_of(goal: Goal, side: Side) -> Cone:
    """All that the goal looks at on one side."""
    policy, reads = side.policy, reads_of(side.policy)
    seen = [_looked_at(atom, policy, reads) for atom in atoms(goal.formula) if side.name in sides_of(atom)]
    spoken = {name for each in seen for name in each.attributes}
    asked = {name for each in seen for name in each.fields}
    named: set[str] = set()
    wanted = closure({name for each in seen for name in (*each.attributes, *each.read)}, reads.index)
    for name in wanted:
        named.update(statement.origin.name for statement, _ in reads.index.clauses[name].all())
        asked |= reads.fields_of(name)
    asked |= reads.assumed
    ordered = tuple(name for name in policy.order if name in wanted)
    return Cone(
        tuple(name for name in policy.attributes if name in spoken), ordered, frozenset(asked), frozenset(named)
    )


def atoms(formula: Formula) -> Iterator[Atom]:
    """The atoms of a formula, from left to right."""
    waiting: list[Formula] = [formula]
    while waiting:
        match waiting.pop():
            case Neither(inner):
                waiting.append(inner)
            case All(parts) | Any(parts):
                waiting.extend(reversed(parts))
            case atom:
                yield atom


def sides_of(atom: Atom) -> tuple[str, ...]:
    match atom:
        case Truth(side) | Counts(side) | Conflict(side):
            return (side,)
        case NotAsGood(_, side, other) | Differs(_, side, other) | More(_, side, other) | Same(_, side, other):
            return (side, other)
        case _:
            assert_never(atom)


@dataclass(frozen=True, slots=True)
class _LookedAt:
    """What one atom speaks of; `read` are attributes that its conditions read without being about them."""

    attributes: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()


def _looked_at(atom: Atom, policy: Policy, reads: Reads) -> _LookedAt:
    match atom:
        case Truth(_, condition):
            return _LookedAt(attributes_in(condition, policy), fields_in(condition, policy))
        case Counts(_, name):
            given = frozenset(clause.attribute for clause in clauses_of(reads.statements[name]))
            rows = _rows_with(name, policy, reads)
            read = frozenset(found for row in rows for found in attributes_in(row.condition, policy))
            return _LookedAt(given, reads.asked[name], read)
        case Conflict(_, name) | NotAsGood(name) | Differs(name):
            return _LookedAt(frozenset({name}))
        case More(name):
            return _LookedAt(fields=frozenset({name}))
        case Same(name):
            one = frozenset({name})
            return _LookedAt(fields=one) if name in policy.fields else _LookedAt(one)
        case _:
            assert_never(atom)


def _rows_with(name: str, policy: Policy, reads: Reads) -> list[Statement]:
    """The statement; with it the other rows of its `first match` table."""
    table = reads.index.first_match.get(name)
    return [reads.statements[name]] if table is None else [policy.rules[row] for row in table.rows]


# ---------------------------------------------------------------- replaying no more than that

Seen = Mapping[str, tuple[Case, Mapping[str, Value]]]
"""For each side a record that was decided there, and which statements counted: most of them count again for a record
that differs in a field or two."""


def held_within(goal: Goal, cones: Mapping[str, Cone], cases: tuple[Case, ...], seen: Seen) -> Seen | None:
    """The same as `replay.holds`, deciding only the attributes that the goal looks at; None where it doesn't hold."""
    if not within_range(goal, cases):
        return None
    decided = {
        side.name: _decided(side.policy, cases[side.record], cones[side.name], seen.get(side.name))
        for side in goal.sides
    }
    if not formula_holds(goal.formula, decided):
        return None
    return {side.name: (cases[side.record], decided[side.name].truths) for side in goal.sides}


def _decided(policy: Policy, case: Case, cone: Cone, seen: tuple[Case, Mapping[str, Value]] | None) -> Deliberation:
    situation = Situation(policy, case.values, case.as_of)
    deliberation = Deliberation(situation, reads_of(policy).index)
    if seen is not None and seen[0].as_of == case.as_of:
        deliberation.truths.update(_still_true(reads_of(policy), case, *seen))
    for name in cone.attributes:
        attribute = policy.attributes[name]
        parts = parts_of(attribute, deliberation)
        deliberation.parts[name] = parts
        situation.decided[name] = decided_value(attribute, parts, deliberation.problems)
    return deliberation


def _still_true(reads: Reads, case: Case, before: Case, truths: Mapping[str, Value]) -> dict[str, Value]:
    """The truths of statements that ask about no field that changed, and about no decided attribute."""
    known = dict(truths)
    for name in reads.on_attributes:
        known.pop(name, None)
    for field, value in case.values.items():
        if value != before.values[field]:
            for name in reads.askers.get(field, ()):
                known.pop(name, None)
    return known


# ---------------------------------------------------------------- the day


def depends_on_day(policy: Policy) -> bool:
    """True where a decision may differ from day to day: a statement has dates, or something reads `today`."""
    return _depends_on_day(ByIdentity(policy))


@lru_cache(maxsize=64)
def _depends_on_day(key: ByIdentity) -> bool:
    policy = key.policy
    for statement in statements(policy):
        if statement.in_force.start is not None or statement.in_force.end is not None:
            return True
        if reads_today(statement.condition) or any(reads_today(clause.value) for clause in clauses_of(statement)):
            return True
    return any(reads_today(define.expression) for define in policy.defines.values())


def reads_today(expr: Expr) -> bool:
    """`today` in the expression itself; defines are looked into by whoever asks."""
    return not isinstance(expr, Constant) and any(isinstance(node, Today) for node in walk(expr))
