"""Which statements count for which rows of a block, and what their clauses say: `semantics.counting` for columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from tierpolicy.compile.columns.comparing import equal
from tierpolicy.compile.columns.data import Bools
from tierpolicy.compile.columns.facts import Facts
from tierpolicy.compile.columns.saying import drawn, is_better
from tierpolicy.compile.columns.terms import value
from tierpolicy.compile.columns.values import Vec, chosen, not_offered, union
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import Cap, Floor, Grant, InForce, Policy, Rule, Table
from tierpolicy.model.types import SetOf
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.semantics.counting import clauses_of
from tierpolicy.semantics.index import Statement

MOST_TERMS: Final = 256
"""Terms of a block that are remembered: a policy may have a hundred thousand conditions."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Where a statement counts, and where that is unknown (None: nowhere)."""

    true: Bools
    unknown: Bools | None = None


def truth_of(condition: Expr, in_force: InForce, facts: Facts) -> Truth:
    """Where a condition is true on the day."""
    if not in_force.covers(facts.as_of):
        return Truth(np.zeros(facts.rows, np.bool_))
    found = value(condition, facts)
    _forget(facts)
    true: Bools = found.values
    if found.none is not None:
        true = true & (found.none == 0)
    return Truth(true if found.missing is None else true & ~found.missing, found.missing)


def _forget(facts: Facts) -> None:
    """Forgets terms once they are too many; fields, attributes and defines are kept."""
    if len(facts.known) > MOST_TERMS + len(facts.policy.fields) + len(facts.policy.attributes):
        kept = {
            key: vec
            for key, vec in facts.known.items()
            if isinstance(key, tuple) and key and key[0] in ("field", "attribute", "define")
        }
        facts.known.clear()
        facts.known.update(kept)


def truths(policy: Policy, facts: Facts, about: Collection[str] | None = None) -> Iterator[tuple[Statement, Truth]]:
    """Where each statement counts: rules outside of `first match` tables, the rows of these, limits, baselines. With
    `about` only statements that say something of one of these attributes, and the other rows of their tables."""
    by_order = {row for table in policy.tables if table.first_match for row in table.rows}
    for at, rule in enumerate(policy.rules):
        if at not in by_order and _is_about(rule, about):
            yield rule, truth_of(rule.condition, rule.in_force, facts)
    for table in policy.tables:
        if table.first_match and any(_is_about(policy.rules[row], about) for row in table.rows):
            yield from _rows(table, policy, facts)
    others: tuple[Statement, ...] = (*policy.limits, *policy.baselines)
    for statement in others:
        if _is_about(statement, about):
            yield statement, truth_of(statement.condition, statement.in_force, facts)


def _is_about(statement: Statement, attributes: Collection[str] | None) -> bool:
    return attributes is None or any(clause.attribute in attributes for clause in clauses_of(statement))


def _rows(table: Table, policy: Policy, facts: Facts) -> Iterator[tuple[Rule, Truth]]:
    """The first row that is true counts, where every row above is false; `otherwise` where none does."""
    nowhere = np.zeros(facts.rows, np.bool_)
    true_above, open_above, counted = nowhere, nowhere, nowhere
    for index in table.rows:
        row = policy.rules[index]
        if row.otherwise:
            found = Truth(~counted if row.in_force.covers(facts.as_of) else nowhere)
        else:
            own = truth_of(row.condition, row.in_force, facts)
            unknown = nowhere if own.unknown is None else own.unknown
            waiting = ~true_above & (unknown | (own.true & open_above))
            found = Truth(own.true & ~true_above & ~open_above, waiting if waiting.any() else None)
            true_above, open_above = true_above | own.true, (open_above | unknown) & ~own.true
        counted = counted | found.true
        yield row, found


# ---------------------------------------------------------------- what a clause says


@dataclass(frozen=True, slots=True)
class Saying:
    """What a clause says, drawn to bounds, `where` it says something. `silent` is where its value is missing; `beyond`
    where what it says was drawn."""

    where: Bools
    what: Vec
    silent: Bools | None
    beyond: Bools | None


def saying(attribute: Attribute, clause: Grant | Cap | Floor, true: Bools, facts: Facts) -> Saying:
    """What a clause says of an attribute in the rows in which its statement counts."""
    found = value(clause.value, facts)
    gone = found.missing if attribute.or_none else union(found.missing, not_offered(found))
    silent = None if gone is None else true & gone
    where = true if gone is None else true & ~gone
    none = found.none if attribute.or_none else None
    said = Vec(found.type, found.values, None, none, found.texts)
    if attribute.adds_up and isinstance(clause, Grant):
        held = Vec(found.type, np.maximum(found.values, 0))
    else:
        held = drawn(attribute, said, where, Facts(facts.policy, facts.as_of, facts.rows, {}))
    beyond = where & ~equal(held, said)
    return Saying(where, held, silent, beyond if beyond.any() else None)


def lowers(attribute: Attribute, cap: Cap, said: Saying, granted: Vec) -> Bools:
    """Where a limit takes something from what rules give."""
    if not isinstance(attribute.type, SetOf):
        return said.where & is_better(attribute, granted, said.what)
    gone = _bits(granted) & _bits(said.what) if cap.kind == "without" else _bits(granted) & ~_bits(said.what)
    found: Bools = said.where & gone.any(axis=1)
    return found


def raises(attribute: Attribute, said: Saying, limited: Vec) -> Bools:
    """Where a baseline promises more than limits left."""
    if not isinstance(attribute.type, SetOf):
        return said.where & is_better(attribute, said.what, limited)
    found: Bools = said.where & (_bits(said.what) & ~_bits(limited)).any(axis=1)
    return found


def _bits(vec: Vec) -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
    bits: np.ndarray[tuple[int, ...], np.dtype[np.uint64]] = vec.values
    return bits if vec.none is None else np.where((vec.none != 0)[:, None], np.uint64(0), bits)


def conflicts(attribute: Attribute, grants: list[tuple[Rule, Saying]], rows: int) -> Bools:
    """Where rules that none of the others overrides give an attribute without direction different values."""
    overriding: dict[str, Bools] = {}
    for rule, said in grants:
        for group in rule.overrides:
            overriding[group] = overriding.get(group, np.zeros(rows, np.bool_)) | said.where
    found = seen = np.zeros(rows, np.bool_)
    first: Vec | None = None
    for rule, said in grants:
        out = overriding.get(rule.group)
        standing = said.where if out is None else said.where & ~out
        if first is None:
            first = said.what
        else:
            found = found | (standing & seen & ~equal(first, said.what))
            first = chosen(standing & ~seen, said.what, first)
        seen = seen | standing
    return found
