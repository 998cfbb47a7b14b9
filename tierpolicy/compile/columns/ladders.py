"""Attributes whose clauses are constants on a line from worse to better: all of the decision is about codes.

    value = max(min(max(start, grants), caps), floors)

What holds for everyone is worked out before: clauses that can't move the value any more ask nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierpolicy.compile.columns.asking import Answered, Asking, Ranked
from tierpolicy.compile.columns.data import Coded
from tierpolicy.compile.columns.facts import Facts, Held
from tierpolicy.compile.columns.values import encoded, taken
from tierpolicy.compile.normal import Clause, Decided
from tierpolicy.model.values import Known, NotOffered


@dataclass(frozen=True, slots=True)
class Ladder:
    """Codes are places on the ladder of values, worst first."""

    decided: Decided
    values: tuple[Known, ...]
    grants: Ranked
    caps: Ranked
    floors: Ranked

    def settle(self, answered: Answered, facts: Facts) -> Held:
        codes = self.grants.codes(answered, facts.rows)
        if not self.caps.settled or self.caps.nothing < len(self.values) - 1:
            codes = np.minimum(codes, self.caps.codes(answered, facts.rows))
        if not self.floors.settled or self.floors.nothing > 0:
            codes = np.maximum(codes, self.floors.codes(answered, facts.rows))
        attribute, values = self.decided.attribute, self.values
        return Held(Coded(codes, values), lambda: taken(encoded(values, attribute.type), codes.astype(np.intp)))


def ladder(decided: Decided, asking: Asking) -> Ladder:
    """The plan of an attribute that has a ladder."""
    assert decided.ladder is not None
    values = decided.ladder
    places = {_key(value): place for place, value in enumerate(values)}
    always = _Always(asking)
    floor = always.most(_pairs(decided.floors, places), 0)
    roof = always.least(_pairs(decided.caps, places), len(values) - 1)

    def within(place: int) -> int:
        return max(min(place, roof), floor)

    grants = asking.ranked(
        [(at, within(place)) for at, place in _pairs(decided.grants, places)], within(places[_key(decided.start)])
    )
    most = max([grants.nothing, *(within(place) for _, place in _pairs(decided.grants, places))])
    caps = [(at, within(place)) for at, place in _pairs(decided.caps, places) if within(place) < most]
    floors = [(at, place) for at, place in _pairs(decided.floors, places) if place > floor]
    return Ladder(
        decided,
        values,
        grants,
        asking.ranked(caps, len(values) - 1, lowest=True),
        asking.ranked(floors, 0),
    )


def _key(value: Known) -> Known:
    return NotOffered.BELOW if isinstance(value, NotOffered) else value


def _pairs(clauses: tuple[Clause, ...], places: dict[Known, int]) -> list[tuple[int, int]]:
    return [(clause.condition, places[_key(clause.value)]) for clause in clauses if clause.value is not None]


@dataclass(frozen=True, slots=True)
class _Always:
    """The codes of clauses that count for everyone."""

    asking: Asking

    def most(self, pairs: list[tuple[int, int]], nothing: int) -> int:
        return max([nothing, *(code for at, code in pairs if self._counts(at))])

    def least(self, pairs: list[tuple[int, int]], nothing: int) -> int:
        return min([nothing, *(code for at, code in pairs if self._counts(at))])

    def _counts(self, at: int) -> bool:
        return at not in self.asking.rows and any(not box for box in self.asking.stage.conditions[at].region)
