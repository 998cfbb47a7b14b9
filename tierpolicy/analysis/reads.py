"""What a decision can depend on, by the text alone: the fields that the statements about an attribute read.

A field that nothing behind an attribute reads can't move it; that proves many properties without looking at a single
record. "Reads" looks through defines and, for a row of a `first match` table, at all rows of its table. What one rule
overrides needs no look of its own: it also gives the attribute, so its condition is among those read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

from tierpolicy.analysis.session import Session
from tierpolicy.model.expressions import AttributeRef, Expr, FieldRef
from tierpolicy.model.policy import Policy
from tierpolicy.model.reads import read_by
from tierpolicy.semantics.index import statements

T = TypeVar("T")


def remembered(session: Session, key: object, make: Callable[[], T]) -> T:
    """What `make` gives, made once in a session."""
    if key not in session.memory:
        session.memory[key] = make()
    return cast(T, session.memory[key])


def fields_in(expr: Expr, policy: Policy) -> frozenset[str]:
    """The fields that an expression reads, through defines."""
    return frozenset(node.name for node in read_by(expr, policy) if isinstance(node, FieldRef))


def attributes_in(expr: Expr, policy: Policy) -> frozenset[str]:
    """The decided attributes that an expression reads, through defines."""
    return frozenset(node.name for node in read_by(expr, policy) if isinstance(node, AttributeRef))


def fields_read(session: Session) -> Mapping[str, frozenset[str]]:
    """For each attribute the fields that the statements about it read, not counting what decided attributes read."""
    return remembered(session, "fields read", lambda: _fields_read(session))


def _fields_read(session: Session) -> Mapping[str, frozenset[str]]:
    policy = session.policy
    conditions = {each.origin.name: fields_in(each.condition, policy) for each in statements(policy)}
    for table in policy.tables:
        if table.first_match:
            together = frozenset[str]().union(*(conditions[policy.rules[row].origin.name] for row in table.rows))
            conditions.update((policy.rules[row].origin.name, together) for row in table.rows)
    found: dict[str, frozenset[str]] = {}
    for attribute, clauses in session.index.clauses.items():
        fields: set[str] = set()
        for statement, clause in clauses.all():
            fields |= conditions[statement.origin.name] | fields_in(clause.value, policy)
        found[attribute] = frozenset(fields)
    return found


def fields_behind(session: Session, attribute: str, settled: frozenset[str] = frozenset()) -> frozenset[str]:
    """The fields that can move an attribute, also through decided attributes; those in `settled` aren't looked into."""
    direct, reads = fields_read(session), session.index.reads
    seen: set[str] = set()
    fields: set[str] = set()
    waiting = [attribute] if attribute not in settled else []
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        fields |= direct[name]
        waiting.extend(reads[name] - seen - settled)
    return frozenset(fields)
