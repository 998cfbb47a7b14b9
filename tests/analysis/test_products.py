"""Products of facts: a few are multiplied out, many are told record by record, and neither runs without end."""

from __future__ import annotations

import pytest

from tierpolicy.analysis.answer import Found, GaveUp, NoneSuch
from tierpolicy.analysis.goal import TRUE_ONLY, Counts, Goal, Side
from tierpolicy.analysis.session import Session
from tierpolicy.check.elaborate import elaborate
from tierpolicy.model.policy import Policy
from tierpolicy.syntax.gather import gather_text


def policy(condition: str) -> Policy:
    text = f"""
customer {{ a : integer at least 0 at most 1_000 default 0 }}
service {{ s : low < high }}
rule r: if {condition} then s = high
"""
    found = elaborate(gather_text(text)).policy
    assert found is not None
    return found


def asked(condition: str, **fixed: int) -> object:
    typed = policy(condition)
    goal = Goal((Side("x", typed),), Counts("x", "r", TRUE_ONLY), fixed=fixed or None)
    return Session(typed, timeout=2).settle(goal)


@pytest.mark.parametrize("factors", [2, 3, 6])
def test_few_factors_are_multiplied_out(factors: int) -> None:
    product = " * ".join(["a"] * factors)
    assert isinstance(asked(f"{product} = {2**factors}"), Found)
    assert isinstance(asked(f"{product} = {2**factors}", a=3), NoneSuch)


@pytest.mark.parametrize("factors", [7, 40, 80])
def test_many_factors_end(factors: int) -> None:
    product = " * ".join(["a"] * factors)
    assert isinstance(asked(f"{product} > 3"), Found | GaveUp)


@pytest.mark.parametrize("factors", [7, 12])
def test_what_many_factors_give_one_record_is_known(factors: int) -> None:
    product = " * ".join(["a"] * factors)
    assert isinstance(asked(f"{product} = {2**factors}", a=2), Found)
    assert isinstance(asked(f"{product} = {2**factors}", a=3), NoneSuch)
