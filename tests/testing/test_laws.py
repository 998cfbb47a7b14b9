"""`assert_lawful` holds for every policy, and fails for each thing that can be broken beside one: planted here."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

import tierpolicy
from tests.properties.test_planted import (
    a_limit_replaces,
    baseline_before_limits,
    in_both,
    last_one_wins,
    sums_keep_negatives,
    worst_grant_wins,
)
from tests.strategies.policies import Writer, elaborated
from tests.testing.test_pools import POLICIES
from tierpolicy.model.values import MISSING
from tierpolicy.runtime import engine
from tierpolicy.semantics import formula
from tierpolicy.testing import assert_lawful, laws_of_deciding, laws_of_meaning

Patch = pytest.MonkeyPatch

SMALL = """
policy "Small"

customer {
    spend  : money at least 0
    orders : integer at least 0
    stage  : cold < warm < hot
    tags   : set of vip, press
}

service {
    priority : low < normal < high
    perks    : set of lounge, gift
    points   : integer adds up
    greeting : text default "hello"
    wait     : duration less is better or none
}

baseline everyone: priority at least low
baseline regulars: if orders >= 2 then priority at least normal, perks includes {gift}, wait at most 1 hour
rule good: if spend >= 1_000 then priority = high, perks = {lounge}
rule warm: if stage >= warm then points = 10, wait = 10 minutes
rule many: if orders > 5 then points = orders - 7, priority = normal
rule cold: if stage = cold then greeting = "brr"
rule very: if tags has vip then greeting = "welcome"
rule poor: if spend >= 10 then wait = 20 minutes, priority = low
limit press: if tags has press then perks without {lounge, gift}, priority at most low, wait at least 2 hours
"""


def small() -> tierpolicy.Policy:
    return tierpolicy.loads(SMALL)


@pytest.mark.parametrize("name", POLICIES)
def test_every_example_policy_is_lawful(name: str) -> None:
    assert_lawful(tierpolicy.load(f"policies/{name}"), customers=15)


@pytest.mark.parametrize("seed", range(5))
def test_generated_policies_are_lawful(seed: int) -> None:
    assert_lawful(elaborated(Writer(random.Random(seed)).policy()), customers=12)


def test_a_policy_of_versions_is_lawful() -> None:
    first = SMALL.replace('"Small"', '"Small"\n version "1"\n effective from 2025-01-01')
    second = SMALL.replace('"Small"', '"Small"\n version "2"\n effective from 2026-01-01').replace("1_000", "2_000")
    versions = (tierpolicy.loads(first).versions[0], tierpolicy.loads(second).versions[0])
    assert_lawful(tierpolicy.Policy(versions), customers=20)


def test_no_customers() -> None:
    with pytest.raises(ValueError, match="at least one customer, not 0"):
        assert_lawful(small(), customers=0)


# ---------------------------------------------------------------- planted


@dataclass(frozen=True)
class Bug:
    """`plant` breaks something, `said` stands in the message then."""

    name: str
    plant: Callable[[Patch], None]
    said: str


def orders_decide(patch: Patch) -> None:
    """The first rule wins, whatever it gives."""
    right = formula.granted
    in_both(patch, "granted", lambda a, parts, problems: right(a, replace(parts, grants=parts.grants[:1]), problems))


def said_twice_is_not_said(patch: Patch) -> None:
    right = formula.granted

    def wrong(attribute: Any, parts: Any, problems: Any) -> Any:
        groups = [given.statement.group for given in parts.grants]
        return right(attribute, parts if len(groups) == len(set(groups)) else replace(parts, grants=()), problems)

    in_both(patch, "granted", wrong)


def nothing_is_decided(patch: Patch) -> None:
    right = formula.decided_value
    in_both(patch, "decided_value", lambda a, parts, p: MISSING if a.adds_up else right(a, parts, p))


def each_time_otherwise(patch: Patch) -> None:
    right, calls = formula.decided_value, count()
    in_both(
        patch,
        "decided_value",
        lambda a, parts, p: frozenset({"gift"} if next(calls) % 2 else ()) if a.name == "perks" else right(a, parts, p),
    )


def stops(patch: Patch) -> None:
    def wrong(attribute: Any, parts: Any, problems: Any) -> Any:
        raise ZeroDivisionError("division by zero")

    in_both(patch, "decided_value", wrong)


def limits_forgotten_when_compiled(patch: Patch) -> None:
    right = engine.Policy.evaluate
    less = tierpolicy.loads("\n".join(line for line in SMALL.splitlines() if not line.startswith("limit")))

    def wrong(self: Any, *given: Any, **named: Any) -> Any:
        return right(less, *given, **named)

    patch.setattr(engine.Policy, "evaluate", wrong)


def trusted_forgets(patch: Patch) -> None:
    right = engine.Policy.evaluator

    def wrong(self: Any, *, trusted: bool = False) -> Any:
        serve = right(self, trusted=trusted)
        return lambda *given: {**serve(*given), "greeting": "hello"}

    patch.setattr(engine.Policy, "evaluator", wrong)


def columns_are_off_by_one(patch: Patch) -> None:
    right = laws_of_deciding.decided_together

    def wrong(*given: Any) -> Any:
        found = right(*given)
        return [found[-1], *found[:-1]]

    patch.setattr(laws_of_deciding, "decided_together", wrong)


def explains_another(patch: Patch) -> None:
    right = laws_of_deciding.explain_reading

    def wrong(policy: Any, reading: Any, as_of: Any) -> Any:
        return right(policy, replace(reading, values={**reading.values, "stage": MISSING}), as_of)

    patch.setattr(laws_of_deciding, "explain_reading", wrong)


BUGS = (
    Bug("the first rule wins", orders_decide, laws_of_meaning.ORDER),
    Bug("said twice is not said", said_twice_is_not_said, laws_of_meaning.REPETITION),
    Bug("last one wins", last_one_wins, laws_of_meaning.ORDER),
    Bug("baseline before limits", baseline_before_limits, laws_of_meaning.BASELINE),
    Bug("worst grant wins", worst_grant_wins, laws_of_meaning.RULES_IMPROVE),
    Bug("a limit replaces", a_limit_replaces, laws_of_meaning.LIMITS_LOWER),
    Bug("sums keep negatives", sums_keep_negatives, laws_of_meaning.RULES_IMPROVE),
    Bug("nothing is decided", nothing_is_decided, laws_of_meaning.TOTAL),
    Bug("stops", stops, "ZeroDivisionError: division by zero"),
    Bug("each time otherwise", each_time_otherwise, laws_of_meaning.DETERMINISTIC),
    Bug("compiled without limits", limits_forgotten_when_compiled, "`policy.evaluate` decides otherwise"),
    Bug("trusted forgets", trusted_forgets, "`policy.evaluator(trusted=True)` decides otherwise"),
    Bug("columns off by one", columns_are_off_by_one, "`policy.evaluate_all` decides otherwise"),
    Bug("explains another", explains_another, laws_of_deciding.EXPLAINED),
)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_breaks_its_law(bug: Bug, monkeypatch: Patch) -> None:
    policy = small()
    bug.plant(monkeypatch)
    with pytest.raises(AssertionError) as broken:
        assert_lawful(policy, customers=150)
    assert bug.said in str(broken.value)


def test_a_breach_is_said_in_words_with_an_example(monkeypatch: Patch) -> None:
    policy = small()
    baseline_before_limits(monkeypatch)
    with pytest.raises(AssertionError) as broken:
        assert_lawful(policy)
    said = str(broken.value)
    assert said.startswith(
        "`Small` breaks a law of the language: nothing goes below the baseline\nhere `regulars` promises"
    )
    assert "\n    given " in said
    assert "\n    expect " in said
    assert "\ndecided:   " in said
    assert "Reading(" not in said
