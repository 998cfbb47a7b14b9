"""Customers of a policy drawn by a seed, without Hypothesis: for trials of properties, mutation and coverage.

Most are aimed at a statement, one after the other in an order that the seed shuffles: they hold what it takes for it to
count (`ways`), now and then for a second one too, or all but one of what it takes. The rest of each is drawn from the
pools, about a quarter of it missing.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from tierpolicy.analysis.goal import Case
from tierpolicy.cells.once import once
from tierpolicy.diagnostics.suggest import did_you_mean
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Value
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.index import statements
from tierpolicy.testing.pools import Pool, days, pools
from tierpolicy.testing.ways import ways_beside, ways_to

AIMED = 0.8
"""How many are aimed at a statement; of these so many also at a second one, so many miss one fact."""
AT_TWO = 0.3
NEAR_MISS = 0.25
EMPTIER = 0.3
"""How many hold little beside what they are aimed with."""
MOST_DISCARDED = 20
"""For each customer that is kept: assumptions may leave few."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn from: `options` of each field, among them what it holds where nothing stands."""

    options: Mapping[str, Sequence[Value]]
    absent: Mapping[str, Value]
    days: Sequence[date]
    targets: Sequence[str]


@once
def drawing_of(policy: Policy) -> Drawing:
    """What the customers of a policy are drawn from."""
    found = pools(policy)
    return Drawing(
        {name: _options(pool) for name, pool in found.items()},
        {name: pool.absent for name, pool in found.items()},
        days(policy),
        tuple(each.origin.name for each in statements(policy)),
    )


def _options(pool: Pool) -> tuple[Value, ...]:
    """The pool, and what an absent key means about a quarter of the time; ordinary values somewhat more often."""
    values: list[Value] = [*pool.values, *pool.values[: pool.ordinary]]
    return (*values, *([pool.absent] * max(1, len(values) // 3)))


def sampled(policy: Policy, count: int, seed: int = 0, *, at: Iterable[str] = ()) -> list[Case]:
    """So many customers by a seed: typed values for all fields, and a day on which the policy is in effect.

    Each keeps the policy's assumptions; where these leave very few, fewer customers come back. They are aimed at all
    statements, or at those whose names are given as `at`.
    """
    return list(islice(_customers(policy, random.Random(seed), tuple(at), count * MOST_DISCARDED), count))


def sampled_pairs(
    policy: Policy, differing: str, count: int, seed: int = 0, *, at: Iterable[str] = ()
) -> list[tuple[Case, Case]]:
    """So many pairs of customers, on one day, who differ in one field alone, which both know. None where the field has
    but one value. ValueError for what is no field of the policy."""
    chance = random.Random(seed)
    pool = pool_of(policy, differing)
    values = pool.values
    if len(values) < 2:
        return []
    found: list[tuple[Case, Case]] = []
    for case in _customers(policy, chance, tuple(at), count * MOST_DISCARDED):
        here = case.values[differing] if chance.random() < 0.7 else chance.choice(values)
        one = here if here in values else chance.choice(values)
        other = chance.choice(values)
        pair = (_changed(case, differing, one), _changed(case, differing, other))
        if one != other and all(keeps_assumptions(policy, each) for each in pair):
            found.append(pair)
            if len(found) == count:
                break
    return found


def _changed(case: Case, name: str, value: Value) -> Case:
    return Case({**case.values, name: value}, case.as_of)


def pool_of(policy: Policy, name: str) -> Pool:
    """The pool of a field; ValueError where the policy has none of that name."""
    found = pools(policy)
    if name not in found:
        help = did_you_mean(name, found) or "its fields: " + ", ".join(f"`{each}`" for each in list(found)[:12])
        raise ValueError(f"the policy has no field `{name}`; {help}")
    return found[name]


def keeps_assumptions(policy: Policy, case: Case) -> bool:
    """True where no assumption is false of the customer."""
    if not policy.assumptions:
        return True
    situation = Situation(policy, case.values, case.as_of)
    return all(value_of(each.condition, situation) is not False for each in policy.assumptions)


# ---------------------------------------------------------------- one customer after the other


def _customers(policy: Policy, chance: random.Random, at: tuple[str, ...], most: int) -> Iterator[Case]:
    drawing = drawing_of(policy)
    targets = _in_turns(at or drawing.targets, chance)
    for _ in range(most):
        case = _customer(policy, drawing, targets, chance)
        if keeps_assumptions(policy, case):
            yield case


def _in_turns(names: Sequence[str], chance: random.Random) -> Iterator[str]:
    """All names in one shuffled order after the other."""
    while names:
        yield from chance.sample(names, len(names))


def _customer(policy: Policy, drawing: Drawing, targets: Iterator[str], chance: random.Random) -> Case:
    draw = chance.random
    if draw() < EMPTIER:
        values = {
            name: options[int(draw() * len(options))] if draw() < 0.2 else drawing.absent[name]
            for name, options in drawing.options.items()
        }
    else:
        values = {name: options[int(draw() * len(options))] for name, options in drawing.options.items()}
    day = drawing.days[int(draw() * len(drawing.days))]
    if draw() < AIMED:
        aimed: dict[str, Value] = {}
        for name in islice(targets, 2 if draw() < AT_TWO else 1):
            ways = ways_to(policy, name)
            if draw() < NEAR_MISS:
                ways = ways_beside(policy, name) or ways
            if ways:
                way = ways[int(draw() * len(ways))]
                for fact, options in way.fields:
                    if fact not in aimed:
                        aimed[fact] = options[int(draw() * len(options))]
                if way.days:
                    day = way.days[int(draw() * len(way.days))]
        if len(aimed) > 1 and draw() < NEAR_MISS:
            del aimed[chance.choice(list(aimed))]
        values.update(aimed)
    return Case(values, day)
