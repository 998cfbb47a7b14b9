"""Conditions on months back from today are settled with few questions to the solver; the calendar itself is asked for
only where nothing else tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
import z3

from tests.strategies.policies import elaborated
from tierpolicy.analysis.answer import Found, NoneSuch, Settled
from tierpolicy.analysis.goal import TRUE_ONLY, All, Counts, Differs, Formula, Goal, More, NotAsGood, Side, Truth
from tierpolicy.analysis.smt.asking import Asking
from tierpolicy.analysis.smt.solve import Solver
from tierpolicy.analysis.variants import without
from tierpolicy.model.policy import Never, Policy
from tierpolicy.semantics.arithmetic import months_later

SHOP = """
policy "shop" effective from 1998-07-01 until 2031-12-31

customer {
    spend : money at least 0
    last  : date
    first : date
}
service {
    priority : low < normal < high < top
    next     : date default 1998-12-31
}
define quiet_days = days_between(last, today)
rule gold: if spend >= 250 and last >= today - 12 months then priority = high
rule platinum: if spend >= 900 and last >= today - 6 months then priority = top
rule letters: next = today + 3 months
rule sooner overrides letters: if quiet_days between 180 and 365 then next = today + 1 month
"""

FEW = 4
"""A wish, without it, and two records that show what the bounds allowed."""

TIMEOUT = 120


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """One for each question to the solver: whether it was asked with something told exactly."""
    questions: list[bool] = []
    ask = Asking.model_of

    def asking(
        self: Asking, facts: Sequence[int], formulas: Sequence[z3.BoolRef], deadline: float, *, apart: bool = False
    ) -> z3.ModelRef | z3.CheckSatResult:
        questions.append(apart)
        return ask(self, facts, formulas, deadline, apart=apart)

    monkeypatch.setattr(Asking, "model_of", asking)
    return questions


@pytest.mark.parametrize("months", [*range(-14, 0), *range(1, 15)])
def test_the_way_back(months: int) -> None:
    """What the bounds say of a shift and the shift back, counted out for the days around two ends of February."""
    days = [date(2023, 1, 25) + timedelta(each) for each in range(450)]
    for day in days:
        there = later(day, months)
        for other in (there + timedelta(apart) for apart in range(-4, 5)):
            back = later(other, -months)
            assert (there <= other) or not (day <= back)
            assert (back <= day) or not (other <= there)
            assert (other <= there) or not (back < day)


def later(day: date, months: int) -> date:
    found = months_later(day, months)
    assert isinstance(found, date)
    return found


def goal(policy: Policy, formula: Formula) -> Goal:
    return Goal((Side("a", policy),), formula)


def pair(policy: Policy, formula: Formula, differing: str) -> Goal:
    return Goal((Side("a", policy), Side("b", policy, 1)), formula, frozenset({differing}))


def condition(text: str) -> Goal:
    policy = elaborated(SHOP + f"property asked: never {text}\n")
    claim = policy.properties[0].claim
    assert isinstance(claim, Never)
    return goal(policy, Truth("a", claim.condition, TRUE_ONLY))


def worse(field: str) -> Formula:
    return All((More(field, "a", "b"), NotAsGood("priority", "a", "b")))


def test_few_questions_settle_each_goal(asked: list[bool]) -> None:
    policy = elaborated(SHOP)
    solver = Solver()
    goals: list[tuple[Goal, type[Settled]]] = [
        *((goal(policy, Counts("a", rule.origin.name, TRUE_ONLY)), Found) for rule in policy.rules),
        (pair(policy, worse("spend"), "spend"), NoneSuch),
        (pair(policy, worse("last"), "last"), NoneSuch),
        *(
            (Goal((Side("a", policy), Side("b", without(policy, rule))), Differs(name, "a", "b")), Found)
            for rule in policy.rules
            for name in sorted({grant.attribute for grant in rule.grants})
        ),
    ]
    for each, expected in goals:
        asked.clear()
        assert isinstance(solver.settle(each, TIMEOUT), expected)
        assert len(asked) <= FEW
        assert not any(asked)


@pytest.mark.parametrize(
    "text",
    [
        "last >= today - 6 months and last < today - 12 months",
        "last >= today - 6 months and quiet_days > 184",
        "last + 6 months > first and last < first - 6 months",
        "last + 6 months < first and last > first - 6 months",
        "months_between(last, today) < 6 and last < today - 6 months",
        "last <= today - 12 months and quiet_days < 365",
        "last + 2 months > first + 2 months and last < first",
        "next < today + 1 month and next is not missing",
    ],
)
def test_bounds_prove(text: str, asked: list[bool]) -> None:
    assert isinstance(Solver().settle(condition(text), TIMEOUT), NoneSuch)
    assert len(asked) <= FEW
    assert not any(asked)


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("first + 12 months + 1 day = first + 366 days", True),
        ("first + 12 months = first + 364 days", False),
        ("months_between(last, today) >= 6 and last > today - 6 months", True),
        ("years_between(last, today) >= 2 and last > today - 24 months", True),
        ("first - 3 months < 0001-01-05", True),
    ],
)
def test_the_calendar_settles_the_rest(text: str, possible: bool) -> None:
    answer = Solver().settle(condition(text), TIMEOUT)
    assert isinstance(answer, Found if possible else NoneSuch)


def test_what_is_told_exactly_is_told_to_that_goal_alone(asked: list[bool]) -> None:
    solver = Solver()
    solver.settle(condition("months_between(last, today) >= 6 and last > today - 6 months"), TIMEOUT)
    assert any(asked)
    asked.clear()
    assert isinstance(solver.settle(condition("first + 1 month < first + 2 months"), TIMEOUT), Found)
    assert not any(asked)


def test_a_plain_day_is_only_a_wish() -> None:
    """Where it takes a certain day, that one is found."""
    answer = Solver().settle(condition("today = 2031-05-31 and last >= today - 6 months"), TIMEOUT)
    assert isinstance(answer, Found)
    assert answer.cases[0].as_of.isoformat() == "2031-05-31"
