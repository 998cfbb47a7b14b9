"""The nearest known word: near enough to help, never a wild guess."""

from __future__ import annotations

import pytest

from tierpolicy.diagnostics.suggest import did_you_mean, nearest

KNOWN = ["lifetime_value", "annual_spend", "agent_pool", "senior", "self_service", "gold", "platinum"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("lifetimevalue", "lifetime_value"),
        ("Lifetime_Value", "lifetime_value"),
        ("agent-pool", "agent_pool"),
        ("golden", "gold"),
        ("platinium", "platinum"),
        ("senoir", "senior"),
    ],
)
def test_a_slip_finds_the_word(written: str, meant: str) -> None:
    assert nearest(written, KNOWN) == meant
    assert did_you_mean(written, KNOWN) == f"did you mean `{meant}`?"


@pytest.mark.parametrize("written", ["", "x", "entirely_different", "g"])
def test_no_guess_where_nothing_is_near(written: str) -> None:
    assert did_you_mean(written, KNOWN) is None


def test_a_hundred_thousand_candidates_are_not_all_compared() -> None:
    assert nearest("golf", (f"label_{n}" for n in range(10**9))) is None
