"""Ways for a customer to meet each statement of a policy: what some fields hold, so that it counts.

Each way was tried by the plain evaluator, but for rows of long tables (see MOST_ROWS_TRIED). Where taking conditions
apart finds none, the engine of the proofs is asked for a customer, or for the proof that there is none; so that few
statements are passed over that can count.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from tierpolicy.analysis.answer import Found, GaveUp
from tierpolicy.analysis.goal import TRUE_ONLY, Goal, Side
from tierpolicy.analysis.goal import Counts as CountsInGoal
from tierpolicy.analysis.session import Session
from tierpolicy.cells.once import once
from tierpolicy.cells.reads import named_statements
from tierpolicy.cells.regions import Wanted
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Value
from tierpolicy.semantics.index import Statement
from tierpolicy.testing.ladders import Ground, ground_of
from tierpolicy.testing.literals import TODAY
from tierpolicy.testing.pools import pools
from tierpolicy.testing.settling import Settled, counts_at, plainest, settled
from tierpolicy.testing.wanting import Conjunction, Counts, Wish, conjunctions

MOST_WAYS = 6
FEW_WAYS = 2
"""Where a policy has more than MANY_STATEMENTS: customers are spread over all of them anyway."""
MANY_STATEMENTS = 150
MOST_ROWS_TRIED = 500
"""Of a `first match` table: a way to a row of a longer one is taken as it is, since the plain evaluator would look at
all rows above."""
MOST_TRIED = 24
"""Conjunctions looked at for one statement."""
ROUNDS = 3
MOST_UNSETTLED = 4
"""Conjunctions of one statement of which trying finds no values: after these the engine is asked instead."""
MOST_VALUES = 12
"""To choose from for one field of one way."""

SECONDS_TO_ASK = 0.3
"""For one question to the engine."""
MOST_ASKED = 60
MOST_GIVEN_UP = 3
"""Questions about one policy, and those without an answer. They are counted, not timed, so that on any machine the
same customers are drawn."""
MOST_STATEMENTS_ASKED = 2_000
"""Of a policy about which the engine is asked at all."""


@dataclass(frozen=True, slots=True)
class Way:
    """Values of fields, the plainest first, each of which goes with each: then the statement counts. `days` likewise;
    none where any day does."""

    fields: tuple[tuple[str, tuple[Value, ...]], ...]
    days: tuple[date, ...] = ()


@dataclass(slots=True)
class Known:
    """What was found of a policy's statements, by name; how often the engine was asked, and had no answer."""

    ways: dict[str, tuple[Way, ...]] = field(default_factory=dict)
    beside: dict[str, tuple[Way, ...]] = field(default_factory=dict)
    asked: int = 0
    given_up: int = 0


@once
def _known(policy: Policy) -> Known:
    """What was found of this policy so far."""
    return Known()


def ways_to(policy: Policy, statement: str) -> tuple[Way, ...]:
    """Ways for a rule, limit or baseline to count; none where it can't, or where that is too hard to find."""
    known = _known(policy)
    if statement not in known.ways:
        known.beside[statement], known.ways[statement] = _ways(policy, named_statements(policy)[statement])
    return known.ways[statement]


def ways_beside(policy: Policy, statement: str) -> tuple[Way, ...]:
    """Values that miss a calculated threshold of the statement by the least step; none where it has no such."""
    ways_to(policy, statement)
    return _known(policy).beside[statement]


def _ways(policy: Policy, statement: Statement) -> tuple[tuple[Way, ...], tuple[Way, ...]]:
    """The ways beside the statement, and those to it."""
    ground = ground_of(policy)
    wishes: list[Wish] = [(Counts(statement), Wanted.TRUE)]
    wishes += [(each.condition, Wanted.NOT_FALSE) for each in policy.assumptions]
    found: dict[Way, None] = {}
    beside: dict[Way, None] = {}
    enough = MOST_WAYS if len(named_statements(policy)) <= MANY_STATEMENTS else FEW_WAYS
    unsettled = 0
    for turn in range(ROUNDS):
        chance = random.Random(f"{statement.origin.name} {turn}")
        for way in islice(conjunctions(wishes, ground, chance), MOST_TRIED // ROUNDS):
            values = settled(way, ground, chance) if unsettled < MOST_UNSETTLED or not way.open else None
            unsettled += values is None
            for each, counts in _tried(way, values, statement, ground) if values is not None else ():
                (found if counts else beside)[each] = None
            if len(found) >= min(enough, MOST_WAYS * (turn + 1) // ROUNDS):
                break
        if len(found) >= enough or (found and _is_long(statement, ground)):
            break
    return tuple(beside)[:MOST_WAYS], tuple(found) or _asked(policy, statement)


def _is_long(statement: Statement, ground: Ground) -> bool:
    """True of a row of a `first match` table that is too long to be tried."""
    table = ground.index.first_match.get(statement.origin.name)
    return table is not None and len(table.rows) > MOST_ROWS_TRIED


def _tried(
    conjunction: Conjunction, values: Settled, statement: Statement, ground: Ground
) -> Iterator[tuple[Way, bool]]:
    """A conjunction as ways that were seen to do, the first with the most freedom; False with those beside."""
    way = _way(conjunction, values.values, ground)
    plain = _first_of(way)
    if _is_long(statement, ground):
        yield way, True
        return
    if counts_at(statement, plain, ground):
        yield way, True
    for edge in values.edges:
        yield _way(conjunction, edge, ground), counts_at(statement, {**plain, **edge}, ground)


def _way(conjunction: Conjunction, pinned: Mapping[str, Value], ground: Ground) -> Way:
    chosen: dict[str, tuple[Value, ...]] = {}
    for name, mask in conjunction.masks.items():
        chosen[name] = tuple(plainest(ground.ladders[name], mask, MOST_VALUES))
    chosen |= {name: (value,) for name, value in pinned.items()}
    each_day = tuple(day for day in chosen.pop(TODAY, ()) if isinstance(day, date))
    return Way(tuple(chosen.items()), each_day)


def _first_of(way: Way) -> dict[str, Value]:
    values: dict[str, Value] = {name: options[0] for name, options in way.fields}
    return {**values, TODAY: way.days[0]} if way.days else values


def _asked(policy: Policy, statement: Statement) -> tuple[Way, ...]:
    """The one way that the engine finds; the whole customer, since nobody knows what of it matters."""
    known = _known(policy)
    if known.asked >= MOST_ASKED or known.given_up >= MOST_GIVEN_UP:
        return ()
    if len(named_statements(policy)) > MOST_STATEMENTS_ASKED:
        return ()
    known.asked += 1
    goal = Goal((Side("met", policy),), CountsInGoal("met", statement.origin.name, TRUE_ONLY))
    answer = Session(policy, SECONDS_TO_ASK).settle(goal)
    if isinstance(answer, GaveUp):
        known.given_up += 1
    if not isinstance(answer, Found):
        return ()
    case = answer.cases[0]
    absent = {name: pool.absent for name, pool in pools(policy).items()}
    said = tuple((name, (value,)) for name, value in case.values.items() if value != absent[name])
    return (Way(said, (case.as_of,)),)
