"""A baseline raises only whom it gives more than rules and limits left them; its promise is said all the same."""

from __future__ import annotations

from datetime import date

import pytest

import tierpolicy
from tierpolicy.semantics.outcome import Why

DAY = date(2026, 11, 21)


def decided(baseline: str, **record: object) -> tuple[Why, tuple[str, ...], str]:
    """Why `priority` is what it is, what the tally of `apply` counts as raised, and the explanation in words."""
    policy = tierpolicy.loads(
        "customer {\n    good : flag\n    bad : flag\n}\n"
        "service {\n    priority : low < normal < high\n    wait : duration less is better\n}\n"
        f"baseline everyone: {baseline}\n"
        "rule a: if good then priority = high, wait = 1 minute\nlimit b: if bad then priority at most low\n"
    )
    decision, raised = policy.evaluate_row(record, None, DAY)
    explanation = decision.explain()
    return explanation.why("priority"), raised, explanation.text()


@pytest.mark.parametrize("record", [{}, {"good": True}, {"bad": True}, {"good": True, "bad": True}])
def test_a_baseline_that_promises_the_worst_value_raises_nobody(record: dict[str, object]) -> None:
    why, raised, words = decided("priority at least low, wait at most 10 minutes", **record)
    assert why.raised == ()
    assert raised == ()
    if "good" not in record:
        assert why.origin == "baseline"
        assert [clause.statement for clause in why.decided] == ["everyone"]
        assert "priority: low\n  baseline everyone (policy.tier, line 9) promises at least low" in words
        assert "wait: 10 minutes\n  baseline everyone (policy.tier, line 9) promises at most 10 minutes" in words


def test_a_baseline_raises_whom_it_gives_more() -> None:
    promise = "priority at least normal, wait at most 10 minutes"
    for record in ({}, {"bad": True}, {"good": True, "bad": True}):
        why, raised, _ = decided(promise, **record)
        assert (why.origin, raised) == ("baseline", ("priority",))
        assert [clause.statement for clause in why.raised] == ["everyone"]
    why, raised, _ = decided(promise, good=True)
    assert (why.origin, why.raised, raised) == ("grant", (), ())
