"""Pools hold what a policy's decisions turn on, and customers drawn from them meet every statement that can be met."""

from __future__ import annotations

import math
import random
from datetime import date
from functools import cache
from pathlib import Path

import pytest

import tierpolicy
from tests.strategies.policies import Writer, elaborated
from tierpolicy.analysis.answer import NoneSuch
from tierpolicy.analysis.goal import TRUE_ONLY, Case, Counts, Goal, Side
from tierpolicy.analysis.session import Session
from tierpolicy.cells.reads import indexed
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import INTEGER_MAX, MISSING
from tierpolicy.semantics.counting import truth_of
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.index import statements
from tierpolicy.semantics.read import Reading, read
from tierpolicy.testing import ways
from tierpolicy.testing.as_records import junk_for, put, raw_of, record_of, spelled
from tierpolicy.testing.literals import literals_of
from tierpolicy.testing.pools import days, options, pools
from tierpolicy.testing.sampling import keeps_assumptions, sampled, sampled_pairs

POLICIES = sorted(path.name for path in (Path(__file__).parents[2] / "policies").iterdir() if path.is_dir())

EVERYTHING = """
policy "Everything"
    version "1"
    effective from 2026-01-01

parameter least : money = 250

customer {
    spend   : money at least 0 at most 10_000 earnable
    cost    : money at least 0
    orders  : integer at least 0 default 3
    score   : number
    share   : percent
    waited  : duration at least 0 hours in hours
    since   : date
    name    : text
    stage   : cold < warm < hot
    region  : one of north from ("N"), south
    tags    : set of press, vip, staff
    asked   : flag
    shop    : text column "account.shop"
}

request {
    channel : one of phone, email
}

service {
    priority : low < normal < high < top
    credit   : money at least 0 at most 500 more is better
    wait     : duration less is better
    points   : integer adds up
}

baseline everyone: priority at least low, wait at most 1 hour

define margin = spend - cost
define long_here = since <= today - 5 years

tiers member < silver < gold
tier silver if spend >= least
tier gold if spend >= 1_000 keep while spend >= 800

rule five: if spend > 500 and orders between 2 and 7 and stage >= warm and region = south and tags has vip
    then priority = high
rule worth: if margin >= 123.45 then credit = margin * 10%
rule rich "A literal about an attribute flows to the field that it is made of": if credit > 50 then points = 5
rule loyal: if long_here and stage = hot then points = 10
rule golden: if tier = gold and channel = phone then wait = 5 minutes
rule middle: if tier = silver and priority = high then wait = 10 minutes
rule named: if name starts with "A" and name ends with "z" then points = 1
rule unknown: if score is missing and asked is known then points = 1
rule seasonal from 2026-06-01 until 2026-06-30: if share > 12.5% then points = 2
rule slow: if waited >= 36 hours or not (asked or tags has staff) then points = 3
limit careful: if score < 0.1 and shop = "Main" then priority at most normal, credit at most 20

table desk "First match" first match:
    | if stage  | if orders | then wait  |
    | hot       | any       | 1 minute   |
    | any       | > 5       | 2 minutes  |
    | cold      | any       | 3 minutes  |
    | otherwise |           | 20 minutes |
"""


@cache
def everything() -> Policy:
    return tierpolicy.loads(EVERYTHING).versions[0]


# ---------------------------------------------------------------- what stands in a pool


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("spend", [500_00, 500_01, 499_99, 1_000_00, 999_99, 250_00, 249_99, 10_000_00, 0, 12_345, 50_00, 50_01]),
        ("orders", [1, 2, 3, 7, 8, 5, 6, INTEGER_MAX]),
        ("score", [0.1, math.nextafter(0.1, 1), math.nextafter(0.1, 0), 0.0, 1.0]),
        ("share", [1_250, 1_251, 1_249]),
        ("waited", [36 * 3600, 36 * 3600 - 1, 36 * 3600 + 1, 0]),
        ("name", ["A", "z", "Az", "Aa", "zA"]),
        ("stage", ["cold", "warm", "hot"]),
        ("region", ["north", "south"]),
        ("tags", [frozenset(), frozenset({"vip"}), frozenset({"vip", "staff"}), frozenset({"vip", "staff", "press"})]),
        ("asked", [False, True]),
        ("shop", ["Main", "Maina", "Mai"]),
        ("channel", ["phone", "email"]),
    ],
)
def test_a_pool_holds_what_decisions_turn_on(field: str, wanted: list[object]) -> None:
    held = pools(everything())[field].values
    assert [each for each in wanted if each not in held] == []
    assert len(set(held)) == len(held)


def test_a_pool_begins_with_what_is_plain() -> None:
    assert pools(everything())["spend"].values[:3] == (0, 100, 100_00)
    assert pools(everything())["since"].values[0] == date(2026, 1, 1)
    assert pools(everything())["tags"].values[0] == frozenset()


def test_no_pool_leaves_its_bounds() -> None:
    for values in (pools(everything())["spend"].values, pools(everything())["waited"].values):
        assert min(values) >= 0  # type: ignore[type-var]
    assert max(pools(everything())["spend"].values) == 10_000_00  # type: ignore[type-var]


def test_missing_is_an_option_where_a_field_may_be_missing() -> None:
    assert MISSING in options(everything(), "spend")
    assert MISSING not in options(everything(), "orders")
    assert options(everything(), "orders")[0] == 3


def test_days_are_in_effect_and_around_those_named() -> None:
    found = days(everything())
    assert found[0] == date(2026, 1, 1)
    assert {date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 1)} <= set(found)
    assert min(found) == date(2026, 1, 1)


def test_literals_flow_through_defines_and_attributes() -> None:
    found = literals_of(everything())
    assert 12_345 in found["cost"]
    assert 50_00 in found["cost"]
    assert 50_00 not in found["orders"]


@pytest.mark.parametrize("name", POLICIES)
def test_raw_values_read_back(name: str) -> None:
    """Of every pool, in every spelling; and what is broken never does."""
    policies = [everything(), tierpolicy.load(f"policies/{name}").versions[-1]]
    for policy in policies:
        for field_name, pool in pools(policy).items():
            for value in pool.values:
                for raw in (raw_of(value, pool.field), *spelled(value, pool.field)):
                    record: dict[str, object] = {}
                    put(record, pool.field, raw)
                    reading = read(policy, record, {})
                    assert reading.values[field_name] == value, (field_name, raw)
            for raw in junk_for(pool.field):
                record = {}
                put(record, pool.field, raw)
                read(policy, record, {})


# ---------------------------------------------------------------- reach


def met(policy: Policy, customers: list[Case]) -> set[str]:
    """The statements that count for one of them."""
    index, found = indexed(policy), set()
    for case in customers:
        deliberation = deliberate(policy, Reading(case.values, ()), case.as_of, index)
        found |= {each.origin.name for each in statements(policy) if truth_of(each, deliberation) is True}
    return found


def names(policy: Policy) -> set[str]:
    return {each.origin.name for each in statements(policy)}


@pytest.mark.parametrize("name", POLICIES)
def test_every_statement_of_every_example_policy_is_met(name: str) -> None:
    for policy in tierpolicy.load(f"policies/{name}").versions:
        customers = sampled(policy, 300)
        assert names(policy) - met(policy, customers) == set()
        for case in customers[:60]:
            reading = read(policy, record_of(policy, case.values), {})
            assert dict(reading.values) == dict(case.values)
            assert reading.problems == ()


def test_conjunctions_tables_tiers_sums_and_texts_are_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """By taking conditions apart alone: the engine isn't asked."""
    monkeypatch.setattr(ways, "_asked", lambda policy, statement: ())
    policy = tierpolicy.loads(EVERYTHING).versions[0]
    assert names(policy) - met(policy, sampled(policy, 400)) == set()


def test_both_sides_of_a_calculated_threshold_are_met() -> None:
    policy = everything()
    found = {case.values["spend"] - case.values["cost"] for case in sampled(policy, 600) if known(case)}  # type: ignore[operator]
    assert {12_345, 12_344} <= found


def known(case: Case) -> bool:
    return MISSING not in (case.values["spend"], case.values["cost"])


@pytest.mark.parametrize("seed", range(6))
def test_generated_policies_are_met_but_for_what_is_proved_never_to_count(seed: int) -> None:
    policy = elaborated(Writer(random.Random(seed)).policy())
    missed = names(policy) - met(policy, sampled(policy, 400))
    for name in missed:
        goal = Goal((Side("met", policy),), Counts("met", name, TRUE_ONLY))
        assert isinstance(Session(policy, 5.0).settle(goal), NoneSuch), name


def test_what_only_the_engine_finds_is_met() -> None:
    assert "hard" not in met(hard("10_007"), sampled(hard("10_007"), 50)), "10,007 is not 3 n + 3"
    assert "hard" in met(hard("10_008"), sampled(hard("10_008"), 50))


def hard(total: str) -> Policy:
    text = f"""
customer {{
    a : integer at least 0
    b : integer at least 0
    c : integer at least 0
}}
service {{
    level : low < high
}}
baseline all: level at least low
rule hard: if a + b + c = {total} and a = b + 1 and b = c + 1 and c > 3_000 then level = high
"""
    return tierpolicy.loads(text).versions[0]


def test_the_same_seed_draws_the_same_customers() -> None:
    assert sampled(everything(), 50, 7) == sampled(tierpolicy.loads(EVERYTHING).versions[0], 50, 7)
    assert sampled(everything(), 50, 7) != sampled(everything(), 50, 8)


def test_customers_can_be_aimed_at_one_statement() -> None:
    aimed = [case for case in sampled(everything(), 40, at=["five"]) if "five" in met(everything(), [case])]
    assert len(aimed) > 15


def test_assumptions_are_kept() -> None:
    text = EVERYTHING + "\nassume spend >= cost\nassume orders < 6\n"
    policy = tierpolicy.loads(text).versions[0]
    customers = sampled(policy, 200)
    assert len(customers) == 200
    assert all(keeps_assumptions(policy, case) for case in customers)
    assert {"five", "worth", "rich"} <= met(policy, customers)


def test_pairs_differ_in_one_field_that_both_know() -> None:
    pairs = sampled_pairs(everything(), "spend", 80)
    assert len(pairs) == 80
    for one, other in pairs:
        assert {name for name in one.values if one.values[name] != other.values[name]} == {"spend"}
        assert MISSING not in (one.values["spend"], other.values["spend"])
        assert one.as_of == other.as_of


def test_a_field_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="the policy has no field `spent`; did you mean `spend`\\?"):
        sampled_pairs(everything(), "spent", 1)
