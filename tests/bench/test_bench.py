"""The benchmark runs, on tiny policies; how long anything takes is never asserted."""

from __future__ import annotations

import pytest

from tests.bench.measure import KINDS, measured
from tests.bench.proofs import page
from tierpolicy.analysis.prove import QUESTIONS
from tierpolicy.check.elaborate import elaborate
from tierpolicy.syntax.gather import gather_text


@pytest.mark.parametrize("kind", KINDS)
def test_policies_are_valid_and_as_large_as_asked(kind: str) -> None:
    made = KINDS[kind](100)
    policy = elaborate(gather_text(made.text, files=made.files)).policy
    assert policy is not None
    assert len(policy.rules) in (100, 101)  # with `otherwise`


def test_the_short_form_runs() -> None:
    found = [measured(kind, 6) for kind in KINDS]
    for each in found:
        assert [question["name"] for question in each["questions"]] == [question.name for question in QUESTIONS]
    text = page(found)
    assert "## By question" in text
    assert all(f"| {question.name} |" in text for question in QUESTIONS)
