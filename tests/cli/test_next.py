"""`tierpolicy eval --next`, and the reminders that a decision carries."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

CLUB = """policy "Club" currency EUR
customer { spend : money at least 0 earnable }
service { priority : low < high }
tiers member < silver < gold
tier silver if spend >= 1_000 then priority = high
tier gold if spend >= 5_000
reminder "Nearly there" within 10% of tier
"""


@pytest.fixture
def evaluate(run: Run, tmp_path: Path) -> Run:
    (tmp_path / "club.tier").write_text(CLUB)
    return lambda customer, *more: run("eval", "club.tier", "--customer", customer, "--as-of", "2026-11-21", *more)


def test_the_least_raise_in_words(evaluate: Run) -> None:
    done = evaluate('{"spend": 700}', "--next", "tier >= silver")
    assert done.returncode == 0
    assert done.stdout.endswith("\n\nto reach `tier >= silver`:\n  spend: 300 EUR more (700 to 1,000)\n")
    assert "nearly there" not in done.stdout


def test_reached_already_and_never(evaluate: Run) -> None:
    assert "`tier = gold` is reached already" in evaluate('{"spend": 7000}', "--next", "tier = gold").stdout
    never = evaluate('{"spend": 7000}', "--next", "tier = member").stdout
    assert never.endswith("no raise of `spend` reaches `tier = member` (proved)\n")


def test_json_holds_next_steps_and_reminders(evaluate: Run) -> None:
    document = json.loads(evaluate('{"spend": 950}', "--next", "tier = gold", "--format", "json").stdout)
    assert document["next_steps"]["steps"] == [
        {"raises": [{"field": "spend", "before": "950.00", "after": "5000.00", "more": "4050.00"}]}
    ]
    assert [each["text"] for each in document["reminders"]] == ["Nearly there: 50 EUR more spend brings tier silver"]


def test_without_next_there_is_nothing_of_it(evaluate: Run) -> None:
    document = json.loads(evaluate('{"spend": 700}', "--format", "json").stdout)
    assert "next_steps" not in document
    assert document["reminders"] == []


def test_reminders_are_shown(evaluate: Run) -> None:
    shown = evaluate('{"spend": 950}').stdout
    assert shown.endswith("nearly there\n  - Nearly there: 50 EUR more spend brings tier silver\n")


def test_a_target_that_is_no_condition_is_a_usage_mistake(evaluate: Run) -> None:
    done = evaluate('{"spend": 950}', "--next", "tier = golden")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "did you mean `gold`?" in done.stderr
    assert "--next" in done.stderr
