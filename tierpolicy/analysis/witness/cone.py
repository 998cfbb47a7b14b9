"""What a goal looks at: the decided attributes that its formula speaks of or that these read, and the fields that the
statements about them read. A field outside can't make the goal hold or fail, whatever it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from tierpolicy.analysis.goal import (
    All,
    Any,
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
from tierpolicy.cells.reads import assumed_fields, attributes_in, fields_in, indexed, named_statements
from tierpolicy.model.policy import Policy
from tierpolicy.semantics.counting import clauses_of
from tierpolicy.semantics.index import Index

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


def cone_of(goal: Goal, side: Side) -> Cone:
    """All that the goal looks at on one side."""
    policy, index = side.policy, indexed(side.policy)
    seen = [_looked_at(atom, policy, index) for atom in atoms(goal.formula) if side.name in sides_of(atom)]
    spoken = {name for each in seen for name in each.attributes}
    asked = index.behind(name for each in seen for name in (*each.attributes, *each.fields, *each.read))
    attributes = tuple(name for name in policy.order if name in asked)
    return Cone(
        tuple(name for name in policy.attributes if name in spoken),
        attributes,
        asked - policy.attributes.keys() | assumed_fields(policy),
        frozenset(statement.origin.name for name in attributes for statement, _ in index.clauses[name].all()),
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


def _looked_at(atom: Atom, policy: Policy, index: Index) -> _LookedAt:
    match atom:
        case Truth(_, condition):
            return _LookedAt(attributes_in(condition, policy), fields_in(condition, policy))
        case Counts(_, name):
            given = frozenset(clause.attribute for clause in clauses_of(named_statements(policy)[name]))
            return _LookedAt(given, index.asked[name].fields, index.asked[name].attributes)
        case Conflict(_, name) | NotAsGood(name) | Differs(name):
            return _LookedAt(frozenset({name}))
        case More(name):
            return _LookedAt(fields=frozenset({name}))
        case Same(name):
            one = frozenset({name})
            return _LookedAt(fields=one) if name in policy.fields else _LookedAt(one)
        case _:
            assert_never(atom)
