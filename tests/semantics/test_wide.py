"""Wide policies on records that leave everything open: each is decided and explained, nothing grows with the square."""

from __future__ import annotations

from datetime import date

import pytest

from tests.strategies.policies import elaborated
from tierpolicy.semantics.decide import decide
from tierpolicy.semantics.explain import explain
from tierpolicy.semantics.words import explanation_lines, why_not_lines

DAY = date(2026, 11, 21)
HEAD = """
customer {
    a : integer
    b : integer
}
service {
    points : integer more is better at least 0
    sum    : integer adds up
    more   : integer more is better at least 0
}
rule more: if points > 3 then more = 2
"""
ROWS = 2_000


@pytest.mark.parametrize("words", ["", " first match"])
def test_a_table_of_which_every_row_is_open(words: str) -> None:
    rows = "".join(f"    | {n} | < {n} | {n} |\n" for n in range(ROWS))
    policy = elaborated(f"{HEAD}table t{words}:\n    | if a | if b | then points |\n{rows}")
    outcome = decide(policy, {}, {}, DAY)
    assert outcome.values["points"] == 0
    assert len(outcome.undetermined) == ROWS - 1  # row 0 gives 0 points, which changes nothing
    assert outcome.undetermined[-1].attributes == ("points", "more")
    assert explanation_lines(explain(policy, {"a": 5}, {}, DAY), policy)


def test_thousands_of_true_rules_and_thousands_of_open_ones() -> None:
    policy = elaborated(
        HEAD + "".join(f"if a > {n} then points = {n}, sum = 1\nif b > {n} then sum = 1\n" for n in range(ROWS))
    )
    outcome = decide(policy, {"a": ROWS}, {}, DAY)
    assert dict(outcome.values) == {"points": ROWS - 1, "sum": ROWS, "more": 2}
    assert len(outcome.undetermined) == ROWS


def test_a_rule_with_thousands_of_conditions() -> None:
    conditions = " or ".join(f"a = {n}" for n in range(10_000))
    policy = elaborated(f"{HEAD}rule wide: if {conditions} then points = 3\n")
    assert decide(policy, {"a": 9_999}, {}, DAY).values["points"] == 3
    explanation = explain(policy, {}, {}, DAY)
    assert [u.fields for u in explanation.outcome.undetermined] == [("a",)]
    lines = why_not_lines(explanation, "wide")
    assert lines[-1].strip() == "… and 9980 more"
    assert all(len(line) < 500 for line in lines)
