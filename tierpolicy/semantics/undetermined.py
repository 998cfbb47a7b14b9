"""Which statements would change the decision, were what is missing known (language.md §3).

Each statement whose truth is unknown is tried: the attributes that it speaks of are decided again as if it counted, and
then those that read what changed. A row of a `first match` table is tried both ways: that it counts, and that its
own condition is true with the table decided again. The second reading differs from the first for one row only: the
first that isn't false. True, it would count and stop the `otherwise` row; any later row still waits for it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field

from tierpolicy.model.expressions import Constant
from tierpolicy.model.policy import Cap, Floor, Grant, Policy, Rule, Table
from tierpolicy.model.reads import Read
from tierpolicy.model.values import MISSING, equal
from tierpolicy.model.vocabulary import Direction
from tierpolicy.semantics.counting import (
    Deliberation,
    Given,
    Parts,
    clauses_of,
    condition_of,
    given_by,
    parts_of,
)
from tierpolicy.semantics.evaluate import Situation, missing_fields
from tierpolicy.semantics.formula import decided_value, folded
from tierpolicy.semantics.index import Statement, statements
from tierpolicy.semantics.outcome import Undetermined

_Said = tuple[str, str, Hashable, type, tuple[Hashable, ...]]


@dataclass(slots=True)
class _Open:
    """What is known of one undetermined statement: the attributes that it would change, the fields to settle it."""

    attributes: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)


def undetermined(deliberation: Deliberation) -> tuple[Undetermined, ...]:
    """Every such statement, in the policy's order: rules, limits, baselines."""
    policy = deliberation.policy
    found: dict[str, _Open] = {}
    for statement, clause in deliberation.silent:
        entry = found.setdefault(statement.origin.name, _Open())
        entry.attributes.add(clause.attribute)
        entry.fields |= missing_fields(clause.value, deliberation.situation)
    unknown = [s for s in statements(policy) if deliberation.truths.get(s.origin.name) is MISSING]
    if unknown:
        _try_each(unknown, deliberation, found)
    if not found:
        return ()
    places = {name: at for at, name in enumerate((*policy.attributes, *policy.fields))}
    return tuple(_entry(s, found[s.origin.name], places) for s in statements(policy) if s.origin.name in found)


def _entry(statement: Statement, found: _Open, places: Mapping[str, int]) -> Undetermined:
    """The statement with its attributes and fields, ordered by their places in the policy."""
    return Undetermined(
        statement.origin.name,
        statement.origin.title,
        tuple(sorted(found.attributes, key=places.__getitem__)),
        tuple(sorted(found.fields, key=places.__getitem__)),
        statement.origin.span,
    )


def _try_each(unknown: list[Statement], deliberation: Deliberation, found: dict[str, _Open]) -> None:
    reads = deliberation.index.reads
    said = {
        name: folded(attribute, deliberation.parts[name]) for name, attribute in deliberation.policy.attributes.items()
    }
    waiting = {name: fields for table in deliberation.policy.tables for name, fields in _waiting(table, deliberation)}
    stoppers = dict(_stoppers(deliberation))
    tried: dict[tuple[_Said, ...], set[str]] = {}
    for statement in unknown:
        name = statement.origin.name
        key = tuple(_what_is_said(statement, deliberation.policy))
        if key not in tried:  # hundreds may say the same, and every one of thousands of readers would be decided again
            tried[key] = changed_by(statement, None, deliberation, said, reads)
        changed = set(tried[key])
        otherwise = stoppers.get(name)
        if otherwise is not None:
            changed |= changed_by(statement, otherwise, deliberation, deliberation.parts, reads)
        if not changed:
            continue
        entry = found.setdefault(name, _Open())
        entry.attributes |= changed
        entry.fields |= waiting.get(name) or missing_fields(statement.condition, deliberation.situation)
    _list_otherwise(deliberation, found)


def _what_is_said(statement: Statement, policy: Policy) -> Iterator[_Said]:
    """All of a statement that decides, but its condition."""
    for clause in clauses_of(statement):
        value = clause.value.value if isinstance(clause.value, Constant) else None
        kind = clause.kind if isinstance(clause, Cap) else type(clause).__name__
        overriding: tuple[Hashable, ...] = ()
        if isinstance(statement, Rule) and policy.attributes[clause.attribute].direction is Direction.NONE:
            overriding = (statement.group, statement.overrides)
        yield clause.attribute, kind, id(clause.value) if value is None else value, type(value), overriding


def _list_otherwise(deliberation: Deliberation, found: dict[str, _Open]) -> None:
    """An `otherwise` row that counts below a listed row is listed with it."""
    rules = deliberation.policy.rules
    for table in deliberation.policy.tables:
        last = rules[table.rows[-1]] if table.rows else None
        if last is None or not last.otherwise or deliberation.truths.get(last.origin.name) is not True:
            continue
        above = [found[name] for row in table.rows[:-1] if (name := rules[row].origin.name) in found]
        if above:
            entry = found.setdefault(last.origin.name, _Open())
            for other in above:
                entry.attributes |= other.attributes
                entry.fields |= other.fields


def _waiting(table: Table, deliberation: Deliberation) -> Iterator[tuple[str, frozenset[str]]]:
    """For each row of a first-match table the fields that would settle it: its own, and those of the rows above."""
    if not table.first_match:
        return
    fields: frozenset[str] = frozenset()
    for index in table.rows:
        row = deliberation.policy.rules[index]
        if deliberation.truths.get(row.origin.name) is MISSING:
            fields |= missing_fields(row.condition, deliberation.situation)
        yield row.origin.name, fields


def _stoppers(deliberation: Deliberation) -> Iterator[tuple[str, Rule]]:
    """Of each first-match table in which `otherwise` counts: the first row that isn't false, with the `otherwise`."""
    rules = deliberation.policy.rules
    for table in deliberation.policy.tables:
        last = rules[table.rows[-1]] if table.rows else None
        if last is None or not last.otherwise or deliberation.truths.get(last.origin.name) is not True:
            continue
        for index in table.rows[:-1]:
            if condition_of(rules[index], deliberation.situation) is not False:
                yield rules[index].origin.name, last
                break


# ---------------------------------------------------------------- deciding again


def changed_by(
    adding: Statement,
    removing: Rule | None,
    deliberation: Deliberation,
    said: Mapping[str, Parts],
    reads: Mapping[str, Read],
) -> set[str]:
    """The attributes that come out differently where one more statement counts (and one less); `said` is what the true
    statements say of each attribute, `reads` what these read.

    An attribute for which the statement's own value is missing could come out as anything, so it is among them.
    """
    policy, before = deliberation.policy, deliberation.situation
    situation = Situation(policy, before.fields, before.as_of, dict(before.decided))
    again = Deliberation(situation, deliberation.index)
    added = clauses_of(adding)
    touched = {clause.attribute for clause in added}
    if removing is not None:
        touched |= {grant.attribute for grant in removing.grants}
    changed: set[str] = set()
    for name in policy.order:
        rereads = not changed.isdisjoint(reads[name].attributes)
        if name not in touched and not rereads:
            continue
        attribute = policy.attributes[name]
        parts = parts_of(attribute, again) if rereads else said[name]
        new: list[Given] = []
        for clause in added:
            if clause.attribute == name:
                given = given_by(attribute, adding, clause, again)
                if given is None:
                    changed.add(name)
                else:
                    new.append(given)
        value = decided_value(attribute, _adjusted(parts, removing, new), [])
        if not equal(value, before.decided[name]):
            changed.add(name)
        situation.decided[name] = value
    return changed


def _adjusted(parts: Parts, removing: Rule | None, adding: list[Given]) -> Parts:
    """What is said of an attribute with some more said, and nothing said by `removing`."""
    grants = parts.grants
    if removing is not None:
        grants = tuple(given for given in grants if given.statement is not removing)
    return Parts(
        (*grants, *(given for given in adding if isinstance(given.clause, Grant))),
        (*parts.caps, *(given for given in adding if isinstance(given.clause, Cap))),
        (*parts.floors, *(given for given in adding if isinstance(given.clause, Floor))),
    )
