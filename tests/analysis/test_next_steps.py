"""Next steps: what is found is what trying every raise finds, on random small policies; and by example."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.reaching import FIELDS, TARGETS, TODAY, reading_of, records, small, small_policies, target_of
from tierpolicy.analysis import next_steps as steps_module
from tierpolicy.analysis.answer import Found, GaveUp, NoneSuch, Settled
from tierpolicy.analysis.goal import Case, Goal
from tierpolicy.analysis.next_steps import MOST_STEPS, NextSteps, next_steps
from tierpolicy.analysis.reach import raising as raising_module
from tierpolicy.analysis.reach.facts import Fact, fact_of
from tierpolicy.analysis.reach.raising import Raising, prepared, raising
from tierpolicy.analysis.reach.search import Box, Place, Search, less_above
from tierpolicy.analysis.replay import holds
from tierpolicy.analysis.session import Session
from tierpolicy.model.reads import deciding
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
    conditions = (*deciding(search.policy), search.target)
    fields = [each for each in search.policy.fields.values() if each.earnable]
    found = [fact_of(each, search.reading.values[each.name], conditions) for each in fields]
    every = tuple(fact for fact in found if fact is not None)
    for number in (1, 2):
        for facts in combinations(every, number):
            for values in product(*(higher(fact) for fact in facts)):
                raised = {fact.field.name: value for fact, value in zip(facts, values, strict=True)}
                if search.reached_with(raised):
                    reaching.append(raised)
    return [one for one in reaching if not any(other != one and no_more(every, other, one) for other in reaching)]


def said(found: NextSteps) -> list[Combined]:
    return [{each.field: each.after for each in step.raises} for step in found.steps]


def as_items(raises: list[Combined]) -> set[tuple[tuple[str, object], ...]]:
    return {tuple(sorted(one.items())) for one in raises}


def agrees(text: str, record: dict[str, object], target: str) -> bool:
    """Whether the steps are those that trying every raise finds: all of them, or ten and the remark that there are
    others."""
    policy = small(text)
    reading, wanted = reading_of(policy, **record), target_of(policy, target)
    search = raising(prepared(policy), reading, TODAY, wanted)
    found = next_steps(policy, reading, TODAY, wanted)
    if found.reached or search.reached:
        return found == NextSteps(True) and search.reached
    expected, got = as_items(by_trying(search)), as_items(said(found))
    if found.unknown or not len(got) == len(found.steps) <= MOST_STEPS:
        return False
    return got < expected if found.others else got == expected


@settings(max_examples=70, deadline=None)
@given(small_policies(), records(), st.sampled_from(TARGETS))
def test_steps_are_those_that_trying_every_raise_finds(text: str, record: dict[str, object], target: str) -> None:
    assert agrees(text, record, target)


TRADE = FIELDS + "rule r: if a + b >= 20 then level = high\n"
JUMPS = FIELDS + "rule r: if a * a - 9 * a + 18 <= 0 and not (a = 4) then level = high\n"
BENDS = FIELDS + "rule r: if a >= 9 or (a >= 6 and b >= 5) or b >= 11 then level = high\n"
SETS = FIELDS + "rule r: if (t has red or t has blue) and t has green and b >= 3 then level = high\n"


@pytest.mark.parametrize("text", [TRADE, JUMPS, BENDS, SETS], ids=["trade", "jumps", "bends", "sets"])
@pytest.mark.parametrize("record", [{"a": 1, "b": 1}, {"a": 4, "b": 2, "t": ["green"]}, {}], ids=["low", "mid", "none"])
def test_by_example(text: str, record: dict[str, object]) -> None:
    assert agrees(text, record, "level = high")


def test_of_many_trades_ten_are_shown_from_one_end_to_the_other() -> None:
    text = TRADE.replace("at most 12", "").replace(">= 20", ">= 200")
    policy = small(text)
    found = next_steps(policy, reading_of(policy, a=0, b=0), TODAY, target_of(policy, "level = high"))
    pairs = [tuple(each.after for each in step.raises) for step in found.steps]
    assert pairs[:2] == [(200,), (200,)]
    assert len(pairs) == MOST_STEPS
    assert found.others
    assert (1, 199) in pairs
    assert (199, 1) in pairs
    assert all(sum(pair) == 200 for pair in pairs[2:])  # type: ignore[arg-type]


def test_the_solver_finds_the_same_where_ranges_give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every search gives up at once; an engine that tries every value stands for the solver."""
    policy = small(FIELDS + "rule r: if a * b >= 30 and a <= 9 then level = high\n")
    reading, wanted = reading_of(policy, a=2, b=2), target_of(policy, "level = high")
    expected = next_steps(policy, reading, TODAY, wanted)
    monkeypatch.setattr(raising_module, "MOST_BOXES", 0)
    monkeypatch.setattr(raising_module, "FEWEST_BOXES", 0)
    asked: list[Goal] = []

    def by_brute_force(goal: Goal, seconds: float) -> Settled:
        asked.append(goal)
        assert goal.fixed is not None
        open_fields = [name for name in policy.fields if name not in goal.fixed]
        for values in product(range(13), repeat=len(open_fields)):
            case = Case({**goal.fixed, **dict(zip(open_fields, values, strict=True))}, TODAY)
            if holds(goal, (case,)):
                return Found((case,))
        return NoneSuch()

    session = Session(policy, engine=by_brute_force)
    found = next_steps(policy, reading, TODAY, wanted, session=session)
    assert asked
    assert found.steps == expected.steps
    gave_up = Session(policy, engine=lambda goal, seconds: GaveUp("it multiplies two facts"))
    unsettled = next_steps(policy, reading, TODAY, wanted, session=gave_up)
    assert unsettled.steps == ()
    assert {each.reason for each in unsettled.unknown} == {"it multiplies two facts"}


def test_an_assumption_that_the_record_keeps_is_kept() -> None:
    policy = small(FIELDS + "rule r: if a >= 5 then level = high\nassume a <= 4 or b >= 7\n")
    wanted = target_of(policy, "level = high")
    (step,) = next_steps(policy, reading_of(policy, a=1, b=2), TODAY, wanted).steps
    assert {each.field: each.after for each in step.raises} == {"a": 5, "b": 7}
    broken = next_steps(policy, reading_of(policy, a=4, b=9), TODAY, wanted).steps
    assert [[each.after for each in step.raises] for step in broken] == [[5]]


# ---------------------------------------------------------------- mistakes that must be seen


def one_too_far(self: Search, box: Box, axis: int) -> int:
    return min(proved_empty(self, box, axis) + 1, box[axis][1] - 1)


def no_corner_but_this(box: Box, place: Place) -> Iterator[Box]:
    yield from list(less_above(box, place))[1:]


proved_empty = Search._proved_empty


def disagreements() -> int:
    found = 0
    for seed in range(40):
        chance = random.Random(seed)
        record = {"a": chance.randint(0, 6), "b": chance.randint(0, 6), "s": "cold", "f": False}
        found += not agrees(chance.choice([TRADE, SETS, BENDS]), record, "level = high")
    return found


@pytest.mark.parametrize(
    ("owner", "name", "mistaken"),
    [(Search, "_proved_empty", one_too_far), (steps_module, "less_above", no_corner_but_this)],
    ids=["one too far", "a corner left out"],
)
def test_a_planted_mistake_is_seen(owner: object, name: str, mistaken: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert disagreements() == 0
    monkeypatch.setattr(owner, name, mistaken)
    assert disagreements() > 0
