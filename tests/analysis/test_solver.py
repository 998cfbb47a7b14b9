"""The solver settles goals: one small policy for each thing that a goal can ask, both ways."""

from __future__ import annotations

from datetime import date

import pytest

from tests.strategies.policies import elaborated
from tierpolicy.analysis.answer import Found, GaveUp, NoneSuch, Settled
from tierpolicy.analysis.goal import (
    FALSE_ONLY,
    TRUE_ONLY,
    UNKNOWN_ONLY,
    All,
    Any,
    Case,
    Conflict,
    Counts,
    Differs,
    Formula,
    Goal,
    More,
    Neither,
    NotAsGood,
    Same,
    Side,
    Truth,
)
from tierpolicy.analysis.replay import decided, holds
from tierpolicy.analysis.smt import solve
from tierpolicy.analysis.smt.solve import DID_NOT_HOLD, Solver
from tierpolicy.analysis.variants import without
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import Never, Policy
from tierpolicy.model.values import MISSING, Value

SHOP = """
customer {
    spend  : money at least 0
    orders : integer at least 0 at most 100
    age    : integer at least 0 at most 130
    stage  : cold < warm < hot
    vip    : flag
    tags   : set of press, family
    since  : date
}
service {
    priority : low < normal < high < top
    wait     : duration less is better
    perks    : set of lounge, gift, callback
    points   : integer adds up at most 10
    desk     : one of north, south default north
    discount : percent more is better or none
}
baseline patience: wait at most 10 minutes
"""


def shop(*statements: str) -> Policy:
    return elaborated(SHOP + "\n".join(statements) + "\n")


def settled(goal: Goal, timeout: float = 20) -> Settled:
    answer = Solver().settle(goal, timeout)
    if isinstance(answer, Found):
        assert holds(goal, answer.cases)
    assert answer != GaveUp(DID_NOT_HOLD)
    return answer


def about(policy: Policy, formula: Formula, **more: object) -> Settled:
    return settled(Goal((Side("a", policy),), formula, **more))  # type: ignore[arg-type]


def pair(policy: Policy, formula: Formula, *differing: str) -> Settled:
    return settled(Goal((Side("a", policy), Side("b", policy, 1)), formula, frozenset(differing)))


def compared(old: Policy, new: Policy, formula: Formula) -> Settled:
    return settled(Goal((Side("a", old), Side("b", new)), formula))


def found(answer: Settled) -> Case:
    assert isinstance(answer, Found), answer
    return answer.cases[0]


def condition(text: str, *statements: str) -> tuple[Policy, Expr]:
    """A policy, and a condition in it."""
    policy = shop(*statements, f"property asked: never {text}")
    claim = policy.properties[0].claim
    assert isinstance(claim, Never)
    return policy, claim.condition


# ---------------------------------------------------------------- truths


@pytest.mark.parametrize(
    ("text", "accepted", "possible"),
    [
        ("spend > 10 and spend < 5", TRUE_ONLY, False),
        ("spend > 10 or spend <= 10", FALSE_ONLY, False),
        ("spend > 10 or spend <= 10", UNKNOWN_ONLY, True),  # where spend is missing
        ("spend > 10 and spend is missing", TRUE_ONLY, False),
        ("spend < 0", TRUE_ONLY, False),  # out of bounds
        ("tags has press and tags is missing", TRUE_ONLY, False),  # a set is never missing
        ("tags is missing", TRUE_ONLY, False),
        ("vip is missing", TRUE_ONLY, True),
        ("stage > hot", TRUE_ONLY, False),
        ("wait > 10 minutes", TRUE_ONLY, False),  # the baseline
        ("priority is missing", TRUE_ONLY, False),
        ("discount = none", FALSE_ONLY, False),  # nothing gives it
        ("discount < 1%", FALSE_ONLY, False),  # none is below
    ],
)
def test_a_condition(text: str, accepted: frozenset[Value], possible: bool) -> None:
    policy, asked = condition(text)
    assert isinstance(about(policy, Truth("a", asked, accepted)), Found if possible else NoneSuch)


def test_formulas_join() -> None:
    policy, asked = condition("spend > 10")
    true, false = Truth("a", asked, TRUE_ONLY), Truth("a", asked, FALSE_ONLY)
    assert isinstance(about(policy, All((true, false))), NoneSuch)
    assert isinstance(about(policy, Neither(Any((true, false)))), Found)  # unknown
    assert isinstance(about(policy, All(())), Found)
    assert isinstance(about(policy, Any(())), NoneSuch)


def test_an_assumption_holds_unless_it_is_unknown() -> None:
    policy, asked = condition("spend > 10", "assume spend <= 10")
    assert isinstance(about(policy, Truth("a", asked, TRUE_ONLY)), NoneSuch)
    assert isinstance(about(policy, Truth("a", asked, UNKNOWN_ONLY)), Found)


def test_fields_and_the_day_are_pinned() -> None:
    policy, asked = condition("spend > 10 and today >= 2026-06-01")
    goal = Truth("a", asked, TRUE_ONLY)
    assert found(about(policy, goal, as_of=date(2026, 6, 1), fixed={"spend": 1001})).values["spend"] == 1001
    assert isinstance(about(policy, goal, as_of=date(2026, 5, 31)), NoneSuch)
    assert isinstance(about(policy, goal, fixed={"spend": 1000}), NoneSuch)
    assert isinstance(about(policy, goal, fixed={"spend": MISSING}), NoneSuch)


def test_the_policy_is_in_effect() -> None:
    text = 'policy "p" version "1" effective from 2026-01-01 until 2026-06-30 currency EUR\n'
    policy = elaborated(text + SHOP + "rule late from 2026-07-01: if vip then priority = top\n")
    assert isinstance(about(policy, Counts("a", "late", TRUE_ONLY)), NoneSuch)
    assert found(about(policy, Counts("a", "late", FALSE_ONLY))).as_of >= date(2026, 1, 1)


# ---------------------------------------------------------------- statements


def test_rows_of_a_first_match_table() -> None:
    policy = shop(
        "table t first match:",
        "    | if spend | if vip | then priority |",
        "    | >= 100   | any    | top           |",
        "    | >= 50    | yes    | high          |",
        "    | >= 120   | yes    | normal        |",
        "    | otherwise |       | low           |",
    )
    assert isinstance(about(policy, Counts("a", "t row 2", TRUE_ONLY)), Found)
    assert isinstance(about(policy, Counts("a", "t row 3", TRUE_ONLY)), NoneSuch)
    assert isinstance(about(policy, Counts("a", "t row 3", UNKNOWN_ONLY), fixed={"spend": 50_000}), NoneSuch)
    assert isinstance(about(policy, Counts("a", "t row 4", TRUE_ONLY), fixed={"spend": MISSING}), Found)
    assert isinstance(about(policy, Counts("a", "t row 4", UNKNOWN_ONLY)), NoneSuch)


def test_a_row_below_an_unknown_one_is_unknown() -> None:
    policy = shop(
        "table t first match:", "    | if spend | then priority |", "    | >= 9 | top |", "    | any | high |"
    )
    answer = about(policy, Counts("a", "t row 2", UNKNOWN_ONLY))
    assert found(answer).values["spend"] is MISSING


# ---------------------------------------------------------------- one attribute


def test_rules_that_contradict_each_other() -> None:
    rules = ["rule one: if spend > 10 then desk = south", "rule two: if vip then desk = north"]
    policy = shop(*rules)
    assert found(about(policy, Conflict("a", "desk"))).values["vip"] is True
    assert isinstance(
        about(shop(rules[0], "rule two overrides one: if vip then desk = north"), Conflict("a", "desk")), NoneSuch
    )
    assert isinstance(
        about(shop(rules[0], "rule two: if spend <= 10 then desk = north"), Conflict("a", "desk")), NoneSuch
    )


def test_an_overridden_rule_still_overrides() -> None:
    policy = shop(
        "rule a: if spend > 1 then desk = south",
        "rule b overrides a: if vip then desk = north",
        "rule c overrides b: if stage = hot then desk = south",
    )
    _, desk = condition("desk = north")
    goal = All((Counts("a", "a", TRUE_ONLY), Counts("a", "b", TRUE_ONLY), Counts("a", "c", TRUE_ONLY)))
    case = found(about(policy, goal))
    assert decided(policy, case).situation.decided["desk"] == "south"
    assert isinstance(about(policy, All((goal, Truth("a", desk, TRUE_ONLY)))), NoneSuch)


def test_what_adds_up_stops_at_its_bound() -> None:
    rules = ["rule one: if vip then points = 7", "rule two: if spend > 10 then points = orders"]
    policy, sixteen = condition("points > 10", *rules)
    assert isinstance(about(policy, Truth("a", sixteen, TRUE_ONLY)), NoneSuch)
    policy, nine = condition("points = 9", *rules)
    assert found(about(policy, Truth("a", nine, TRUE_ONLY))).values["orders"] in (2, 9)


def test_limits_lower_and_baselines_come_last() -> None:
    statements = [
        "rule fast: if vip then wait = 1 minute, perks = {lounge, gift}",
        "limit slow: if age < 18 then wait at least 15 minutes, perks without {lounge}",
        "baseline gifts: if stage = hot then perks includes {gift}",
    ]
    for text, possible in [
        ("wait > 10 minutes", False),
        ("wait < 10 minutes and age < 18", False),
        ("wait = 1 minute and age >= 18", True),
        ("perks has lounge and age < 18", False),
        ("perks has gift and not vip", True),
        ("perks has gift and vip is missing and stage < hot", False),
        ("perks has callback", False),
    ]:
        policy, asked = condition(text, *statements)
        assert isinstance(about(policy, Truth("a", asked, TRUE_ONLY)), Found if possible else NoneSuch), text


def test_none_is_worse_than_all_else() -> None:
    statements = ["rule some: if vip then discount = 1%", "limit nothing: if age < 18 then discount = none"]
    policy, asked = condition("discount = none and vip and age >= 18", *statements)
    assert isinstance(about(policy, Truth("a", asked, TRUE_ONLY)), NoneSuch)
    worse = All((More("age", "b", "a"), NotAsGood("discount", "a", "b")))
    answer = pair(policy, worse, "age")
    assert found(answer).values["age"] < 18  # type: ignore[operator]


def test_a_missing_value_gives_nothing() -> None:
    policy, asked = condition("points > 0 and orders is missing", "rule some: points = orders")
    assert isinstance(about(policy, Truth("a", asked, TRUE_ONLY)), NoneSuch)


# ---------------------------------------------------------------- pairs


def test_more_may_lower() -> None:
    rules = [
        "rule one: if spend >= 100 then priority = high",
        "rule two: if spend between 200 and 300 then priority = top",
    ]
    lower = All((More("spend", "a", "b"), NotAsGood("priority", "a", "b")))
    assert isinstance(pair(shop(rules[0]), lower, "spend"), NoneSuch)
    assert isinstance(pair(shop(*rules), lower, "spend"), Found)
    assert isinstance(pair(shop(*rules), lower, "age"), NoneSuch)  # spend doesn't differ


def test_missing_facts_are_no_more_and_no_less() -> None:
    policy = shop("rule care: if spend is missing then priority = top")
    assert isinstance(pair(policy, All((More("spend", "a", "b"), NotAsGood("priority", "a", "b"))), "spend"), NoneSuch)
    assert isinstance(pair(policy, NotAsGood("priority", "a", "b"), "spend"), Found)


@pytest.mark.parametrize("field", ["tags", "vip", "stage", "since"])
def test_more_of_every_kind_of_field(field: str) -> None:
    rise = {"tags": "tags has press", "vip": "vip", "stage": "stage = hot", "since": "since >= 2026-01-01"}[field]
    more = More(field, "a", "b")
    assert isinstance(
        pair(shop(f"rule r: if {rise} then priority = top"), All((more, NotAsGood("priority", "a", "b"))), field),
        NoneSuch,
    )
    assert isinstance(
        pair(shop(f"rule r: if not ({rise}) then priority = top"), All((more, NotAsGood("priority", "a", "b"))), field),
        Found,
    )


def test_a_set_that_lacks_an_element_is_not_as_good() -> None:
    policy = shop("rule a: if vip then perks = {lounge}", "rule b: if not vip then perks = {gift}")
    assert isinstance(pair(policy, NotAsGood("perks", "a", "b"), "vip"), Found)
    assert isinstance(pair(policy, NotAsGood("perks", "a", "b"), "age"), NoneSuch)


def test_equal_treatment() -> None:
    policy = shop("tiers member < gold", "tier gold if spend >= 100", "rule r: if tier = gold then wait = 1 minute")
    treated = All((Same("tier", "a", "b"), Differs("wait", "a", "b")))
    answer = settled(Goal((Side("a", policy), Side("b", policy, 1)), treated, None))
    assert isinstance(answer, NoneSuch)
    answer = settled(Goal((Side("a", policy), Side("b", policy, 1)), Differs("wait", "a", "b"), None))
    assert isinstance(answer, Found)
    same = All((Same("spend", "a", "b"), Same("vip", "a", "b"), Differs("wait", "a", "b")))
    assert isinstance(settled(Goal((Side("a", policy), Side("b", policy, 1)), same, None)), NoneSuch)


def test_sides_that_read_the_same_are_one_term(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = shop(
        "define rich = spend > 10 or stage = hot",
        "rule r: if rich then priority = high, desk = south",
        "rule s: if rich and vip then points = 3, perks = {gift}, discount = 10%, wait = 1 minute",
        "rule t: if age > 60 then priority = top",
    )
    monkeypatch.setattr(solve, "_asked_until", None)  # whoever asks the solver fails
    for name in ("wait", "perks", "points", "desk", "discount"):
        assert isinstance(pair(policy, Differs(name, "a", "b"), "age"), NoneSuch)


# ---------------------------------------------------------------- two policies


def test_a_rule_without_which_nothing_changes() -> None:
    policy = shop("rule low: if spend > 200 then priority = normal", "rule high: if spend > 100 then priority = high")
    low, high = policy.rules
    assert isinstance(compared(policy, without(policy, low), Differs("priority", "a", "b")), NoneSuch)
    answer = compared(policy, without(policy, high), Differs("priority", "a", "b"))
    assert found(answer).values["spend"] > 100_00  # type: ignore[operator]


def test_policies_that_declare_a_field_differently() -> None:
    old = elaborated(
        "customer {\n    level : a < b < c\n}\nservice {\n    care : flag\n}\nif level >= b then care = yes\n"
    )
    new = elaborated("customer {\n    level : b < c\n}\nservice {\n    care : flag\n}\nif level >= b then care = yes\n")
    assert isinstance(compared(old, new, Differs("care", "a", "b")), NoneSuch)
    later = elaborated(
        "customer {\n    level : b < c\n}\nservice {\n    care : flag\n}\nif level >= c then care = yes\n"
    )
    assert found(compared(old, later, Differs("care", "a", "b"))).values["level"] == "b"


# ---------------------------------------------------------------- what isn't told exactly, and time


def test_calendar_and_rounding_are_refined() -> None:
    policy, asked = condition("years_between(since, today) = 3 and since + 1 month > 2020-02-28")
    found(about(policy, Truth("a", asked, TRUE_ONLY)))
    policy, asked = condition("spend * 1.5 = 4.50")
    assert found(about(policy, Truth("a", asked, TRUE_ONLY))).values["spend"] == 300
    policy, asked = condition("npv(8%, spend, 100) > 500 and age > 3")
    found(about(policy, Truth("a", asked, TRUE_ONLY)))


def test_a_goal_takes_no_longer_than_it_may() -> None:
    policy, asked = condition(
        "orders * orders * orders + age * age * age = 10_000 + orders * age * 7 and orders * age > 17"
    )
    answer = settled(Goal((Side("a", policy),), Truth("a", asked, TRUE_ONLY)), timeout=0.5)
    assert not isinstance(answer, NoneSuch)
    if isinstance(answer, GaveUp):
        assert "two facts" in answer.reason or "longer than 0.5 seconds" in answer.reason


def test_no_time_at_all() -> None:
    policy, asked = condition("spend > 10")
    answer = settled(Goal((Side("a", policy),), Truth("a", asked, TRUE_ONLY)), timeout=0)
    assert answer == GaveUp("it took longer than 0 seconds")


# ---------------------------------------------------------------- size, and keeping


def test_a_long_chain_of_defines() -> None:
    chain = ["define d0 = spend > 10"] + [f"define d{n} = d{n - 1} and vip" for n in range(1, 40)]
    policy = shop(*chain, "rule r: if d39 then priority = top")
    case = found(about(policy, Counts("a", "r", TRUE_ONLY)))
    assert case.values["vip"] is True


def test_one_solver_settles_many_goals() -> None:
    solver = Solver()
    policy = shop("rule r: if spend >= 100 then priority = high", "limit l: if age < 18 then priority at most normal")
    for _ in range(2):
        for field, expected in (("spend", NoneSuch), ("age", NoneSuch), ("vip", NoneSuch)):
            sides = (Side("a", policy), Side("b", policy, 1))
            lower = All((More(field, "a", "b"), NotAsGood("priority", "a", "b")))
            assert isinstance(solver.settle(Goal(sides, lower, frozenset({field})), 20), expected)
            differs = Goal(sides, Differs("priority", "a", "b"), frozenset({field}))
            assert isinstance(solver.settle(differs, 20), NoneSuch if field == "vip" else Found)
