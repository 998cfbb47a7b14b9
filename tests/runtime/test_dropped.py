"""A policy that nobody holds any more leaves memory, with all that was looked up in it."""

from __future__ import annotations

import gc
import pickle
import weakref
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import date

import pytest

import tierpolicy
from tests.bench.rules import random_rules
from tests.conformance.sources import EXAMPLES, ROOT
from tierpolicy import Policy, loads
from tierpolicy.cells import reads as module
from tierpolicy.cells.once import once
from tierpolicy.cells.reads import expressions, indexed
from tierpolicy.model.policy import Policy as TypedPolicy

DAY = date(2026, 5, 1)
MANY = random_rules(200).text
CHECKED = ROOT / "policies" / EXAMPLES[0] / "service.tier"


def asked(policy: Policy) -> None:
    """Asks for all that is looked up when it is needed."""
    decision = policy.evaluate({}, as_of=DAY)
    assert decision.undetermined is not None
    assert decision.problems is not None
    assert str(decision.explain())
    policy.evaluator(trusted=True)
    str(policy.plan())


@pytest.mark.parametrize(
    "load",
    [
        *(
            pytest.param(lambda name=name: tierpolicy.load(ROOT / "policies" / name / "service.tier"), id=name)
            for name in EXAMPLES
        ),
        pytest.param(lambda: loads(MANY), id="many rules"),
    ],
)
def test_a_dropped_policy_is_gone(load: Callable[[], Policy]) -> None:
    policy = load()
    asked(policy)
    held = [weakref.ref(version) for version in policy.versions]
    del policy
    gc.collect()
    assert [each() for each in held] == [None] * len(held)


def test_so_are_steps_and_proofs() -> None:
    from tierpolicy.analysis.reach.raising import prepared
    from tierpolicy.analysis.witness.constants import constants_of
    from tierpolicy.analysis.world import absent_values

    typed = tierpolicy.load(CHECKED).versions[0]
    prepared(typed)
    constants_of(typed)
    absent_values(typed)
    held = weakref.ref(typed)
    del typed
    gc.collect()
    assert held() is None


def test_what_policies_read_does_not_pile_up() -> None:
    held = []
    for at in range(12):
        policy = loads(MANY + f"\n# {at}\n")
        asked(policy)
        held.append(weakref.ref(indexed(policy.versions[0]).expressions))
    del policy
    gc.collect()
    assert sum(each() is not None for each in held) <= module.LAST_READS


def test_the_same_is_looked_up_once_for_each_policy() -> None:
    count = []

    @once
    def look_up(policy: TypedPolicy) -> object:
        count.append(policy)
        return object()

    one = loads(MANY).versions[0]
    other = replace(one)
    assert look_up(one) is look_up(one)
    assert look_up(other) is not look_up(one)
    assert len(count) == 2


def test_policies_with_the_same_defines_share_what_they_read() -> None:
    one = tierpolicy.load(CHECKED).versions[0]
    other = replace(one, rules=one.rules[:1])
    assert expressions(one.defines) is expressions(other.defines)
    assert indexed(one).expressions is expressions(one.defines)


def test_what_was_looked_up_is_no_part_of_the_policy() -> None:
    policy = loads(MANY)
    fresh = policy.versions[0]
    before = repr(fresh)
    asked(policy)
    again = replace(fresh)
    assert (again, repr(fresh)) == (fresh, before)
    assert fresh.looked_up
    assert again.looked_up == {}
    assert copy(fresh).looked_up == {}
    assert pickle.loads(pickle.dumps(policy)).versions == policy.versions
