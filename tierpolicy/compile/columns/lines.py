"""Attributes in a line from worse to better, some of whose values are calculated; and what adds up.

value = max(min(max(start, grants), caps), floors)        (for what adds up: the sum of the grants)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tierpolicy.compile.columns.asking import Answered, Asking, Ranked, Summed
from tierpolicy.compile.columns.facts import Facts, Held
from tierpolicy.compile.columns.saying import Constants, capped, constants, drawn, held, joined, of_clause
from tierpolicy.compile.columns.values import Vec, constant
from tierpolicy.compile.normal import Clause, Decided
from tierpolicy.model.values import INTEGER_MAX, Known
from tierpolicy.semantics.lattice import goodness, largest_sum

Calculated = tuple[tuple[Clause, Ranked], ...]
HALF: Final = 2**31


@dataclass(frozen=True, slots=True)
class Side:
    """Clauses of one kind: the best (of limits the strictest) constant one, and those that are calculated."""

    constants: Constants
    calculated: Calculated


@dataclass(frozen=True, slots=True)
class Line:
    """An attribute with calculated values; `added` is set for what adds up, whose constant grants are in it."""

    decided: Decided
    grants: Side
    caps: Side
    floors: Side
    added: Summed | None

    def settle(self, answered: Answered, facts: Facts) -> Held:
        attribute = self.decided.attribute
        if self.added is not None:
            value = _sum(self.decided, self.added, self.grants.calculated, answered, facts)
        else:
            value = constant(self.decided.start, attribute.type, facts.rows)
        for side, join in ((self.grants, joined), (self.caps, capped), (self.floors, joined)):
            said = side.constants.said(attribute, answered, facts)
            if said is not None:
                value = join(attribute, value, said)
            if side is self.grants and self.added is not None:
                continue
            for clause, truth in side.calculated:
                said = of_clause(clause, truth, attribute, answered, facts)
                if said is not None:
                    value = join(attribute, value, said)
        return held(attribute, value)


def _sum(decided: Decided, added: Summed, calculated: Calculated, answered: Answered, facts: Facts) -> Vec:
    """What adds up, never beyond the largest value of the type, drawn to bounds."""
    attribute = decided.attribute
    total = np.zeros(facts.rows, dtype=np.int64)
    for section, table, factor in added.reads:
        part = answered[section].astype(np.int64) if table is None else np.take(table, answered[section])
        total = _plus(total, part if factor == 1 else _times_half(part))
    for clause, truth in calculated:
        said = of_clause(clause, truth, attribute, answered, facts)
        if said is not None:
            total = _plus(total, np.where(said.where, said.what.values, 0))
    total = np.minimum(total, largest_sum(attribute))
    return drawn(attribute, Vec(attribute.type, total), np.ones(facts.rows, dtype=bool), facts)


def _plus(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sum of two amounts that aren't negative, stopping at the end of 64 bits."""
    total = one + other
    return np.where(total < 0, INTEGER_MAX, total)


def _times_half(part: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(part > INTEGER_MAX // HALF, INTEGER_MAX, part * HALF)


def line(decided: Decided, asking: Asking) -> Line:
    """The plan of an attribute in a line."""
    attribute = decided.attribute

    def better(value: Known) -> tuple[int, int | float]:
        return goodness(attribute, value)

    def side(clauses: tuple[Clause, ...], worst_last: bool) -> Side:
        pairs = [(clause.condition, clause.value) for clause in clauses if clause.value is not None]
        ordered = sorted({better(value): value for _, value in pairs}.values(), key=better, reverse=worst_last)
        calculated = tuple((c, asking.truth(c.condition)) for c in clauses if c.value is None)
        return Side(constants(pairs, ordered, asking), calculated)

    added = None
    grants = side(decided.grants, worst_last=False)
    if attribute.adds_up:
        weights = [(c.condition, c.value) for c in decided.grants if isinstance(c.value, int)]
        added = asking.summed(weights)
        grants = Side(Constants((), asking.ranked([], 0)), grants.calculated)
    return Line(decided, grants, side(decided.caps, worst_last=True), side(decided.floors, worst_last=False), added)
