"""Who is worse off by another policy, to the statements behind it.

A limit of the new policy that takes something from a customer who is worse off is behind it. Where the new rules give
less than the customer had, so is each statement of the old policy that by itself gave or promised that much.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tierpolicy.compile.columns.data import Bools
from tierpolicy.compile.columns.saying import is_better
from tierpolicy.model.policy import Cap, Floor, Grant
from tierpolicy.model.types import SetOf
from tierpolicy.runtime.simulation.blocks import Block
from tierpolicy.runtime.simulation.comparing import Side, gone_bits, ways_of
from tierpolicy.runtime.simulation.counting import Saying, lowers, saying, truths
from tierpolicy.semantics.counting import clauses_of
from tierpolicy.semantics.index import Statement

Which = Literal["old", "new"]


@dataclass(frozen=True, slots=True)
class Behind:
    """A statement and the rows in which it is behind a customer's being worse off in an attribute."""

    attribute: str
    side: Which
    statement: Statement
    where: Bools


def sides_of(name: str, old: Block, new: Block) -> tuple[Side, Side]:
    """An attribute by both policies."""
    before, after = old.deciding.policy.attributes[name], new.deciding.policy.attributes[name]
    return Side(before, old.facts, name), Side(after, new.facts, name)


def behind(worse: dict[str, Bools], old: Block, new: Block) -> Iterator[Behind]:
    """The statements behind every attribute in which rows are worse off (`worse`, each with a row at least)."""
    if worse:
        yield from _limits(worse, new)
        yield from _lost(worse, old, new)


def _limits(worse: dict[str, Bools], new: Block) -> Iterator[Behind]:
    policy, facts, split = new.deciding.policy, new.facts, new.deciding.split
    for statement, truth in truths(policy, facts, worse) if policy.limits else ():
        for clause in clauses_of(statement):
            if not isinstance(clause, Cap) or clause.attribute not in worse:
                continue
            attribute = policy.attributes[clause.attribute]
            said = saying(attribute, clause, truth.true & worse[clause.attribute], facts)
            where = lowers(attribute, clause, said, facts.of_attribute(split.granted[attribute.name]))
            if where.any():
                yield Behind(attribute.name, "new", statement, where)


def _lost(worse: dict[str, Bools], old: Block, new: Block) -> Iterator[Behind]:
    lacking = {name: where for name in worse if (where := worse[name] & _given_less(name, old, new)).any()}
    if not lacking:
        return
    policy, facts = old.deciding.policy, old.facts
    for statement, truth in truths(policy, facts, lacking):
        for clause in clauses_of(statement):
            if isinstance(clause, Cap) or clause.attribute not in lacking:
                continue
            attribute = policy.attributes[clause.attribute]
            said = saying(attribute, clause, truth.true & lacking[clause.attribute], facts)
            where = _enough(clause, said, old, new)
            if where.any():
                yield Behind(attribute.name, "old", statement, where)


def _granted(name: str, new: Block) -> Side:
    """What the new policy's rules give, limits and baselines left out."""
    return Side(new.deciding.policy.attributes[name], new.facts, new.deciding.split.granted[name])


def _given_less(name: str, old: Block, new: Block) -> Bools:
    before, _ = sides_of(name, old, new)
    return ways_of(before, _granted(name, new)).worse


def _enough(clause: Grant | Floor, said: Saying, old: Block, new: Block) -> Bools:
    """Where a clause by itself says as much as the customer had; of a set or a sum, some of what is gone."""
    before, _ = sides_of(clause.attribute, old, new)
    if isinstance(before.attribute.type, SetOf):
        gone = gone_bits(before, _granted(clause.attribute, new))
        found: Bools = said.where & (said.what.values & gone).any(axis=1)
        return found
    if before.attribute.adds_up and isinstance(clause, Grant):
        some: Bools = said.where & (said.what.values != 0)
        return some
    return said.where & ~is_better(before.attribute, before.vec, said.what)


def untraced(worse: Bools, found: list[Behind], name: str) -> int:
    """Of how many rows no statement is named."""
    traced = np.zeros(len(worse), np.bool_)
    for each in found:
        if each.attribute == name:
            traced |= each.where
    return int(np.count_nonzero(worse & ~traced))
