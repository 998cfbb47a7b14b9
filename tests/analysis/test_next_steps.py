"""Next steps: what is found is what trying every raise finds, on random small policies; and by example."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.reaching import TARGETS, TODAY, reading_of, records, small, small_policies, target_of
from tierpolicy.analysis.next_steps import MOST_STEPS, NextSteps, next_steps
from tierpolicy.analysis.reach.facts import Fact
from tierpolicy.analysis.reach.raising import Raising, prepared, raising
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import Known

Combined = Mapping[str, Known]


def higher(fact: Fact) -> list[Known]:
    """Every value that a fact can be raised to."""
    if isinstance(fact.field.type, SetOf) and isinstance(fact.before, frozenset):
        new = [label for label in fact.field.type.labels if label not in fact.before]
        return [fact.before.union(some) for size in range(1, len(new) + 1) for some in combinations(new, size)]
    ((low, high),) = fact.ranges
    return [fact.value((place,)) for place in range(low, high + 1)]


def rank(fact: Fact, value: Known) -> object:
    return value if isinstance(value, int) else getattr(fact.field.type, "labels", ()).index(value)


def no_more(facts: tuple[Fact, ...], one: Combined, other: Combined) -> bool:
    """Whether `one` raises nothing further than `other`: what it leaves alone it doesn't raise."""
    for fact in facts:
        name = fact.field.name
        if name not in one:
            continue
        if name not in other:
            return False
        if fact.is_set:
            if not one[name] <= other[name]:  # type: ignore[operator]
                return False
        elif rank(fact, one[name]) > rank(fact, other[name]):  # type: ignore[operator]
            return False
    return True


def by_trying(search: Raising) -> list[Combined]:
    """The Pareto-least raises of one fact or two, of all that there are."""
    reaching: list[Combined] = []
    for number in (1, 2):
        for facts in combinations(search.facts, number):
            for values in product(*(higher(fact) for fact in facts)):
                raised = {fact.field.name: value for fact, value in zip(facts, values, strict=True)}
                if search.reached_with(raised):
                    reaching.append(raised)
    return [
        one for one in reaching if not any(other != one and no_more(search.facts, other, one) for other in reaching)
    ]


def said(found: NextSteps) -> list[Combined]:
    return [{each.field: each.after for each in step.raises} for step in found.steps]


def as_items(raises: list[Combined]) -> set[tuple[tuple[str, object], ...]]:
    return {tuple(sorted(one.items())) for one in raises}


@settings(max_examples=90, deadline=None)
@given(small_policies(), records(), st.sampled_from(TARGETS))
def test_steps_are_those_that_trying_every_raise_finds(text: str, record: dict[str, object], target: str) -> None:
    policy = small(text)
    reading, wanted = reading_of(policy, **record), target_of(policy, target)
    search = raising(prepared(policy), reading, TODAY, wanted)
    found = next_steps(policy, reading, TODAY, wanted)
    assert found.reached == search.reached
    assert not found.unknown
    if found.reached:
        assert not found.steps
        return
    expected, got = as_items(by_trying(search)), as_items(said(found))
    assert len(got) == len(found.steps) <= MOST_STEPS
    if found.others:
        assert got < expected
    else:
        assert got == expected
