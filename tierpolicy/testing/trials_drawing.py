"""From a policy and a property to customers that are worth trying, by chance from a seed.

There are three kinds: those drawn for the whole policy, those of its examples, and for each property some who are aimed
at it, as `sampling` aims at statements: they hold what it takes to meet its conditions and to break its promise. Aiming
is no proof: whether anybody breaks a promise is found out by deciding.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from tierpolicy.analysis.goal import Case
from tierpolicy.cells.regions import Wanted
from tierpolicy.model.policy import Always, Never, Policy, Property
from tierpolicy.model.types import is_ordered
from tierpolicy.model.values import Value
from tierpolicy.semantics.read import typed_reading
from tierpolicy.testing.ladders import Ground, ground_of
from tierpolicy.testing.literals import TODAY
from tierpolicy.testing.sampling import drawing_of, sampled
from tierpolicy.testing.settling import plainest, settled
from tierpolicy.testing.wanting import Conjunction, Wish, conjunctions

NEAR = 0.5
"""How often two customers differ in a field by little."""

MOST_NEXT = 2
"""So many values on each side of a customer's own are near it."""

MOST_WAYS = 24
"""To meet the conditions of one property."""

MOST_CHOICES = 12
"""For one field of one way."""

MOST_UNSETTLED = 2
"""Ways of which nobody finds how to meet conditions about several fields at once: that takes long. Later ones are taken
as far as they go."""

Way = Mapping[str, Sequence[Value]]
"""Values for some fields, and for TODAY, each of which goes with each."""


def drawn(policy: Policy, count: int, seed: int) -> Iterator[Case]:
    """So many customers: one in ten at most as an example describes them."""
    examples = [Case(typed_reading(policy, each.given).values, each.as_of) for each in policy.examples]
    told = examples[: count // 10]
    yield from told
    yield from sampled(policy, count - len(told), seed)


def changed_in(
    policy: Policy, case: Case, names: Sequence[str], chance: random.Random, *, another_day: bool = False
) -> Case:
    """The customer with other values in some fields, and perhaps on another day."""
    drawing = drawing_of(policy)
    values = {**case.values, **{name: chance.choice(drawing.options[name]) for name in names}}
    return Case(values, chance.choice(drawing.days) if another_day else case.as_of)


def another_value(policy: Policy, name: str, here: Value, chance: random.Random) -> Value | None:
    """Another value for a field: as often one of those near it as one from anywhere; None where there is none."""
    ladder = ground_of(policy).ladders[name]
    if is_ordered(policy.fields[name].type) and here in ladder.places and chance.random() < NEAR:
        at = ladder.places[here]
        near = [each for each in ladder.values[max(0, at - MOST_NEXT) : at + MOST_NEXT + 1] if each != here]
        if near:
            return chance.choice(near)
    options = [each for each in ladder.values if each != here]
    return chance.choice(options) if options else None


# ---------------------------------------------------------------- aiming


def aimed(policy: Policy, stated: Property, others: Sequence[Case], chance: random.Random) -> Iterator[Case]:
    """Customers without end, aimed at a property by turns to break it and to meet its conditions; none where nothing is
    known to aim at. What is not aimed is as with one of the others."""
    ground = ground_of(policy)
    aims = [_ways(wishes, ground, chance) for wishes in _wishes(policy, stated)]
    aims = [ways for ways in aims if ways]
    while aims:
        for ways in aims:
            yield _on_the_way(chance.choice(ways), chance.choice(others), chance)


def _wishes(policy: Policy, stated: Property) -> Iterator[list[Wish]]:
    """What a customer must be like to break the property; and what, for it to say anything of them."""
    wanted: list[Wish] = [(each.condition, Wanted.NOT_FALSE) for each in policy.assumptions]
    if stated.where is not None:
        wanted.append((stated.where, Wanted.TRUE))
    match stated.claim:
        case Always(condition, None):
            yield [*wanted, (condition, Wanted.NOT_TRUE)]
        case Always(condition, implied) if implied is not None:
            yield [*wanted, (condition, Wanted.TRUE), (implied, Wanted.NOT_TRUE)]
            yield [*wanted, (condition, Wanted.TRUE)]
        case Never(condition):
            yield [*wanted, (condition, Wanted.TRUE)]
        case _ if stated.where is not None:
            yield wanted
        case _:
            return


def _ways(wishes: Sequence[Wish], ground: Ground, chance: random.Random) -> list[Way]:
    """Ways to what is wished, or as near to it as is known without much thought."""
    found: list[Way] = []
    unsettled = 0
    for each in islice(conjunctions(wishes, ground, chance), MOST_WAYS):
        pinned = settled(each, ground, chance) if unsettled < MOST_UNSETTLED else None
        unsettled += pinned is None
        found.append(_way(each, pinned.values if pinned is not None else {}, ground))
    return found


def _way(conjunction: Conjunction, pinned: Mapping[str, Value], ground: Ground) -> Way:
    ladders = ground.ladders
    free = {name: tuple(plainest(ladders[name], mask, MOST_CHOICES)) for name, mask in conjunction.masks.items()}
    return {**free, **{name: (value,) for name, value in pinned.items()}}


def _on_the_way(way: Way, other: Case, chance: random.Random) -> Case:
    chosen = {name: chance.choice(options) for name, options in way.items()}
    day = chosen.pop(TODAY, other.as_of)
    assert not isinstance(day, str | bool | int | float | frozenset)
    return Case({**other.values, **chosen}, day)  # type: ignore[arg-type]
