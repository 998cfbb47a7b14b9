"""Witnesses for people: records that read back, examples that hold where they are pasted, plain values, fields that
really don't matter."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.strategies.policies import BESIDE, PolicyText, elaborated, policy_texts
from tests.strategies.records import RecordWriter, literals
from tierpolicy.analysis import goal as goals
from tierpolicy.analysis.answer import Found
from tierpolicy.analysis.goal import FALSE_ONLY, TRUE_ONLY, Case, Counts, Differs, Goal, More, NotAsGood, Side, Truth
from tierpolicy.analysis.replay import decided, holds
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.witness.cone import cone_of
from tierpolicy.analysis.witness.examples import example_text
from tierpolicy.analysis.witness.free import free_fields
from tierpolicy.analysis.witness.people import refuted, simplified, witness_of
from tierpolicy.analysis.witness.records import raw_record
from tierpolicy.analysis.witness.within import Seen, held_within
from tierpolicy.analysis.world import allows
from tierpolicy.cells.ranges import days_of
from tierpolicy.check.elaborate import elaborate
from tierpolicy.diagnostics.diagnostic import has_errors
from tierpolicy.model.expressions import AttributeRef, Compare, Constant, FieldRef, IsMissing, Not
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import MISSING, Value
from tierpolicy.pipeline import check_text
from tierpolicy.runtime.examples import failing_examples
from tierpolicy.semantics.index import statements
from tierpolicy.semantics.read import read, typed_reading
from tierpolicy.source import Source
from tierpolicy.syntax.format import format_module
from tierpolicy.syntax.gather import gather_text

# What fails is a seed: making it smaller takes minutes and shows no smaller policy.
LAWS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.large_base_example],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def a_case(policy: Policy, chance: random.Random) -> Case:
    """A random record as the policy reads it, on a random day around the ones that it may name."""
    writer = RecordWriter(policy, literals(policy), chance)
    writer.broken_share = 0.0
    values = read(policy, *writer.record()).values
    first, last = days_of(policy)
    day = chance.choice([date(2026, 1, 1), date(2026, 7, 1), date(2025, 12, 31), date(2030, 5, 5)])
    return Case(values, min(max(first, day), last))


# ---------------------------------------------------------------- records


@LAWS
@given(policy_texts(), st.randoms(use_true_random=False))
def test_a_raw_record_reads_back_to_the_same_values(text: PolicyText, chance: random.Random) -> None:
    policy = elaborated(text)
    for _ in range(3):
        case = a_case(policy, chance)
        raw = raw_record(policy, case)
        for record, request in ((raw.record, raw.request), json.loads(json.dumps([raw.record, raw.request]))):
            again = read(policy, record, request)
            assert again.values == case.values
            lacking = {name for name, field in policy.fields.items() if field.required}
            assert [p for p in again.problems if p.subject not in lacking] == []


EDGES = """
customer {
    money   : money
    percent : percent
    hours   : duration in hours
    wait    : duration
    number  : number
    whole   : integer
    deep    : integer column "account.depth"
    above   : text column "account"
    set     : set of a, b default {a}
}
service {
    priority : low < high
}
"""


@pytest.mark.parametrize(
    "values",
    [
        {"money": 10**15 + 7, "percent": 3, "number": 0.1, "whole": 2**63 - 1},
        {"money": 2**53, "percent": 2**53 - 1, "number": 1e300, "whole": -(2**63)},
        {"money": -1, "percent": -12345, "number": -2.0, "hours": 5400, "wait": -90},
        {"money": 4_999_999, "hours": 1, "wait": 10**12, "number": 5e-324},
        {"hours": 3600 * 36, "wait": 2**63 - 1, "set": frozenset()},
        {"deep": 3, "above": "x", "set": frozenset({"a", "b"})},
    ],
)
def test_amounts_at_the_edge_read_back(values: dict[str, Value]) -> None:
    policy = elaborated(EDGES)
    case = Case(typed_reading(policy, {}).values | values, date(2026, 1, 1))
    raw = raw_record(policy, case)
    [record, request] = json.loads(json.dumps([raw.record, raw.request]))
    assert read(policy, record, request).values == case.values


def test_a_record_is_what_a_person_would_write() -> None:
    policy = elaborated(EDGES)
    values: dict[str, Value] = {"money": 12_345, "percent": 1_000, "hours": 5_400, "wait": 5_400, "deep": 3, "whole": 0}
    case = Case(typed_reading(policy, {}).values | values, date(2026, 1, 1))
    assert raw_record(policy, case).record == {
        "money": 123.45,
        "percent": 0.1,
        "hours": 1.5,
        "wait": "PT1H30M",
        "whole": 0,
        "account": {"depth": 3},
    }


# ---------------------------------------------------------------- examples


@LAWS
@given(policy_texts(), st.randoms(use_true_random=False))
def test_an_example_holds_where_it_is_pasted_and_fmt_keeps_it(text: PolicyText, chance: random.Random) -> None:
    policy = elaborated(text)
    case = a_case(policy, chance)
    values = decided(policy, case).situation.decided
    example = example_text(policy, case, values, list(policy.attributes), "pasted")
    assert example, "every value here can be written"
    checked = elaborate(gather_text(f"{text}\n{example}\n", files=BESIDE))
    assert not has_errors(checked.diagnostics), (example, [each.message for each in checked.diagnostics])
    assert checked.policy is not None
    assert len(checked.policy.examples) == 1
    assert failing_examples(checked.policy) == ()
    assert format_module(Source("example.tier", example)) == example + "\n"


def test_what_cannot_be_written_makes_no_example() -> None:
    policy = elaborated(EDGES)
    case = Case(typed_reading(policy, {}).values | {"whole": 2**62}, date(2026, 1, 1))
    assert example_text(policy, case, decided(policy, case).situation.decided, ["priority"], "x") == ""


NAMED = """
customer {
    high    : flag
    `from`  : integer
    segment : one of high, `rule`, "two words"
}
service {
    priority : low < high < "very high"
    `limit`  : text default "none"
}
rule a: if customer.segment = "two words" then priority = "very high", `limit` = "a \\"b\\""
"""


def test_names_and_labels_that_mean_something_else_are_written_so_that_they_read_back() -> None:
    policy = elaborated(NAMED.replace("`rule`", "plain"))
    values: dict[str, Value] = {"segment": "high", "from": 3, "high": True}
    case = Case(typed_reading(policy, {}).values | values, date(2026, 1, 1))
    example = example_text(policy, case, decided(policy, case).situation.decided, list(policy.attributes), 'a "b"')
    checked = elaborate(gather_text(f"{NAMED.replace('`rule`', 'plain')}\n{example}\n"))
    assert not has_errors(checked.diagnostics), (example, [each.message for each in checked.diagnostics])


# ---------------------------------------------------------------- plain values


def some_goal(policy: Policy, chance: random.Random) -> tuple[Goal, tuple[Case, ...]] | None:
    """A random goal, and records of it found by chance."""
    one, other = Side("one", policy), Side("other", policy, 1)
    attribute = chance.choice(list(policy.attributes.values()))
    field = chance.choice(list(policy.fields))
    statement = chance.choice([each.origin.name for each in statements(policy)] or [""])
    cases = a_case(policy, chance), a_case(policy, chance)
    held = decided(policy, cases[0]).situation.decided[attribute.name]
    is_held = Compare("=", AttributeRef(attribute.name, attribute.type), Constant(held, attribute.type))
    options = [
        Goal((one,), Truth("one", is_held, TRUE_ONLY)),
        Goal((one, other), Differs(attribute.name, "one", "other"), differing=None),
        Goal((one, other), Differs(attribute.name, "one", "other"), differing=frozenset({field})),
        Goal((one, other), goals.Any((More(field, "one", "other"), More(field, "other", "one"))), differing=None),
    ]
    if statement:
        options.append(Goal((one,), Counts("one", statement, frozenset({chance.choice([True, False, MISSING])}))))
    if attribute.worst is not MISSING:
        options.append(Goal((one, other), NotAsGood(attribute.name, "one", "other"), differing=None))
    goal = chance.choice(options)
    if goal.records == 2 and goal.differing is not None:
        differing = {name: cases[1].values[name] for name in goal.differing}
        cases = cases[0], replace(cases[1], values={**cases[0].values, **differing})
    cases = tuple(replace(case, as_of=cases[0].as_of) for case in cases[: goal.records])
    return (goal, cases) if holds(goal, cases) else None


@LAWS
@given(policy_texts(), st.randoms(use_true_random=False))
def test_plainer_records_show_the_same_and_what_does_not_matter_does_not(
    text: PolicyText, chance: random.Random
) -> None:
    policy = elaborated(text)
    for _ in range(6):
        found = some_goal(policy, chance)
        if found is None:
            continue
        goal, cases = found
        plain = simplified(goal, cases)
        assert holds(goal, plain)
        assert plain == simplified(goal, cases), "the same records every time"
        witness = witness_of(goal, plain)
        for _ in range(4):
            other = a_case(policy, chance)
            free = {name: other.values[name] for name in witness.customers[0].any_fields}
            changed = tuple(replace(case, values={**case.values, **free}) for case in plain)
            if all(allows(policy, case) for case in changed):
                assert holds(goal, changed), free


@LAWS
@given(policy_texts(), st.randoms(use_true_random=False))
def test_replaying_a_changed_record_agrees_with_replaying_all_of_it(text: PolicyText, chance: random.Random) -> None:
    policy = elaborated(text)
    for _ in range(4):
        found = some_goal(policy, chance)
        if found is None:
            continue
        goal, cases = found
        cones = {side.name: cone_of(goal, side) for side in goal.sides}
        seen: Seen = {}
        for _ in range(12):
            name, other = chance.choice(list(policy.fields)), a_case(policy, chance)
            changed = tuple(replace(case, values={**case.values, name: other.values[name]}) for case in cases)
            held = held_within(goal, cones, changed, seen)
            assert (held is not None) == holds(goal, changed)
            if held is not None:
                cases, seen = changed, held


def test_fields_that_matter_together_are_not_free() -> None:
    policy = elaborated(
        "customer {\n    a : integer\n    b : integer\n    c : integer\n}\nservice {\n    p : low < high\n}\n"
        "rule r: if a is missing and b is known then p = high\n"
        "rule s: if c > 1 and c < 1 then p = high\n"
    )
    low = Compare("=", AttributeRef("p", policy.attributes["p"].type), Constant("low", policy.attributes["p"].type))
    case = Case(typed_reading(policy, {}).values, date(2026, 1, 1))
    goal = Goal((Side("one", policy),), Truth("one", low, TRUE_ONLY))
    assert free_fields(goal, [case], ["a", "b"]) in (frozenset("a"), frozenset("b"))


def test_a_field_that_moves_what_is_shown_is_not_free() -> None:
    text = (
        "customer {\n    calls : integer\n    region : one of north, south\n    visits : integer\n}\n"
        "service {\n    perks : set of a1, b1\n}\n"
        "rule r: if calls > 33 then perks = {a1}\nrule s: if region = north then perks = {b1}\n"
        "rule t: if region = north and visits > 9 then perks = {b1}\n"
        "property p: perks never depends on region\n"
    )
    witness = next(found.witness for found in check_text(text).diagnostics if found.code.code == "T412")
    assert witness is not None
    assert [customer["any"] for customer in witness["customers"]] == [["visits"]] * 2


SHOP = """
customer {
    lifetime_value : money at least 0
    orders         : integer at least 0 default 0
    stage          : aware < trial < loyal
    segment        : one of consumer, enterprise
    tags           : set of vip, press
    age            : integer at least 0 at most 130
    since          : date
    waits          : duration
}
service {
    priority : low < normal < high < top
    wait     : duration less is better
    desk     : text default "general"
}
baseline everyone: wait at most 10 minutes
if lifetime_value > 100_000 then priority = top
if lifetime_value >= 50_000 and segment = enterprise then priority = high
if orders >= 10 then wait = 5 minutes
if waits > 2 hours then wait = 1 minute
limit old: if age > 60 then priority at most normal
limit many: if orders >= 40 then wait at least 8 minutes
if since < 2020-01-01 then desk = "veterans"
rule press: if tags has press then desk = "press"
"""
POLICY = elaborated(SHOP)
ONE, OTHER = Side("one", POLICY), Side("other", POLICY, 1)
ORDINARY = typed_reading(POLICY, {}).values
FULL: dict[str, Value] = {
    "lifetime_value": 83_927_134_567_89,
    "orders": 77,
    "stage": "loyal",
    "segment": "enterprise",
    "tags": frozenset({"vip", "press"}),
    "age": 23,
    "since": date(2031, 3, 7),
    "waits": 987_654,
}


def full(**values: Value) -> Case:
    return Case({**FULL, **values}, date(2031, 3, 7))


def said(case: Case) -> dict[str, Value]:
    """What sets a record apart from one of which nothing is known."""
    return {name: value for name, value in case.values.items() if value != ORDINARY[name]}


def priority_is(label: str) -> Goal:
    type_ = POLICY.attributes["priority"].type
    return Goal((ONE,), Truth("one", Compare("=", AttributeRef("priority", type_), Constant(label, type_)), TRUE_ONLY))


def test_a_single_record_holds_what_it_takes_in_round_numbers() -> None:
    [case] = simplified(priority_is("top"), [full()])
    assert said(case) == {"lifetime_value": 100_001_00}
    [case] = simplified(priority_is("high"), [full(lifetime_value=99_999_99)])
    assert said(case) == {"lifetime_value": 50_000_00, "segment": "enterprise"}
    assert case.as_of == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("field", "attribute", "low", "high", "step"),
    [
        ("age", "priority", 3, 101, (60, 61)),
        ("orders", "wait", 30, 7_000_000, (39, 40)),
        ("orders", "wait", 39, 40, (39, 40)),
    ],
)
def test_a_pair_differs_by_the_smallest_step(
    field: str, attribute: str, low: int, high: int, step: tuple[int, int]
) -> None:
    goal = Goal(
        (ONE, OTHER),
        goals.All((More(field, "other", "one"), NotAsGood(attribute, "other", "one"))),
        differing=frozenset({field}),
    )
    cases = full(waits=0, age=23) if field != "age" else full(), None
    first = replace(cases[0], values={**cases[0].values, field: low})
    second = replace(cases[0], values={**cases[0].values, field: high})
    plain = simplified(goal, [first, second])
    assert tuple(case.values[field] for case in plain) == step


def test_amounts_of_money_differ_by_a_cent() -> None:
    goal = Goal((ONE, OTHER), NotAsGood("priority", "one", "other"), differing=frozenset({"lifetime_value"}))
    plain = simplified(goal, [full(lifetime_value=1_00), full(lifetime_value=77_123_45)])
    assert [case.values["lifetime_value"] for case in plain] == [49_999_99, 50_000_00]


def test_a_field_that_depends_is_shown_known_on_both_sides() -> None:
    goal = Goal((ONE, OTHER), Differs("priority", "one", "other"), differing=frozenset({"age"}))
    plain = simplified(goal, [full(age=MISSING), full(age=103)])
    assert [case.values["age"] for case in plain] == [60, 61]


def test_a_set_has_as_few_elements_as_it_takes() -> None:
    goal = Goal((ONE,), Counts("one", "press", TRUE_ONLY))
    [case] = simplified(goal, [full()])
    assert said(case) == {"tags": frozenset({"press"})}


def test_a_date_is_the_day_before_or_the_day_itself() -> None:
    type_ = POLICY.attributes["desk"].type
    veterans = Compare("=", AttributeRef("desk", type_), Constant("veterans", type_))
    [case] = simplified(
        Goal((ONE,), Truth("one", veterans, TRUE_ONLY)), [full(since=date(1987, 6, 5), tags=frozenset())]
    )
    assert said(case) == {"since": date(2019, 12, 31)}


def test_values_that_nothing_forces_are_not_changed_into_others_that_break_the_goal() -> None:
    """A goal that holds for one value only keeps it."""
    waits = FieldRef("waits", POLICY.fields["waits"].type)
    goal = Goal((ONE,), Truth("one", Compare("=", waits, Constant(987_654, waits.type)), TRUE_ONLY))
    [case] = simplified(goal, [full()])
    assert said(case) == {"waits": 987_654}


FAR = elaborated("""
customer {
    b : flag
    m : money
    d : duration
    x : number
    y : number
}
service {
    w : duration less is better or none
    v : duration no direction default 1 minute
    n : number no direction default 1
}
rule r1: if b then w = 5 minutes
rule r4: if m * 2 > 100 then w = 4 minutes
rule r5: v = d * 1000
rule r6: n = x * y
""")


def test_a_pair_that_is_found_where_money_ends_is_shown_near_what_the_policy_names() -> None:
    values = typed_reading(FAR, {}).values
    goal = Goal((Side("one", FAR), Side("other", FAR, 1)), Differs("w", "one", "other"), differing=frozenset({"m"}))
    pair = [Case(values | {"m": at}, date(2026, 1, 1)) for at in (2**52 + 1, 2**52)]
    assert holds(goal, pair)
    assert sorted(case.values["m"] for case in simplified(goal, pair)) == [50_00, 50_01]  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("attribute", "given", "plain"),
    [
        ("d", {"d": -109_136_709_720 * 86_400}, {"d": 200_000_000_000 * 86_400}),
        ("xy", {"x": -1.7976931348623157e308, "y": -1.7e308}, {"x": 2.0, "y": 1e308}),
    ],
)
def test_amounts_that_are_too_large_are_round_and_positive(
    attribute: str, given: dict[str, Value], plain: dict[str, Value]
) -> None:
    rule = next(each for each in FAR.rules if each.origin.name == ("r5" if attribute == "d" else "r6"))
    value = rule.grants[0].value
    known = [Truth("one", IsMissing(FieldRef(n, FAR.fields[n].type)), FALSE_ONLY) for n in given]
    goal = Goal((Side("one", FAR),), goals.All((*known, Truth("one", IsMissing(value), TRUE_ONLY))))
    [case] = simplified(goal, [Case(typed_reading(FAR, {}).values | given, date(2026, 1, 1))])
    assert {name: case.values[name] for name in given} == plain


DATED = """
policy "Dated" version "1" effective from 2026-01-01
customer {
    a : integer at least 0
    since : date
}
service {
    p : low < mid < high
    q : low < mid < high
    t : low < mid < high
}
rule first from 2026-07-01: if a > 1 then p = mid
rule next until 2026-06-30: if a > 1 then p = mid
rule later from 2026-12-31: if a > 1 then q = high
rule old: if since <= today - 1 year then t = mid
"""


@pytest.mark.parametrize(
    ("attribute", "label", "any_day"),
    [("p", "mid", True), ("q", "high", False), ("q", "low", True), ("t", "mid", False)],
)
def test_the_day_matters_unless_the_same_holds_on_all_days(attribute: str, label: str, any_day: bool) -> None:
    policy = elaborated(DATED)
    type_ = policy.attributes[attribute].type
    held = Compare("=", AttributeRef(attribute, type_), Constant(label, type_))
    goal = Goal((Side("one", policy),), Truth("one", held, TRUE_ONLY))
    day = date(2026, 12, 31) if label == "high" else date(2026, 1, 1)
    case = Case(typed_reading(policy, {}).values | {"a": 2, "since": date(2020, 1, 1)}, day)
    [customer] = witness_of(goal, simplified(goal, [case])).customers
    assert customer.any_day is any_day


def test_a_wide_policy_is_given_few_replays() -> None:
    rules = "\n".join(f"if lifetime_value > {n} and orders > {n} then priority = high" for n in range(3_000))
    policy = elaborated(SHOP + rules)
    goal = replace(priority_is("high"), sides=(Side("one", policy),))
    [case] = simplified(goal, [full(age=20, lifetime_value=3_000_00)])
    assert holds(goal, [case])
    assert case.values["stage"] is MISSING


# ---------------------------------------------------------------- the whole


def test_the_data_of_a_witness() -> None:
    data = refuted(Session(POLICY), priority_is("top"), Found((full(),)), about="never top")
    assert data == {
        "customers": [
            {
                "name": "customer",
                "record": {"lifetime_value": 100_001},
                "request": {},
                "as_of": "2026-01-01",
                "decision": {"priority": "top", "wait": "PT10M", "desk": "general"},
                "given": {"lifetime_value": "100_001", "age": "missing"},
                "expect": {"priority": "top"},
                "any": ["orders", "stage", "segment", "tags", "since", "waits"],
                "any_day": True,
            }
        ],
        "example": 'example "never top":\n    given lifetime_value = 100_001\n    expect priority = top',
    }


def test_a_pair_has_two_examples_with_names_of_their_own() -> None:
    goal = Goal((ONE, OTHER), NotAsGood("priority", "other", "one"), differing=frozenset({"age"}))
    data: dict[str, Any] = refuted(Session(POLICY), goal, Found((full(age=23), full(age=103))))
    assert [each["name"] for each in data["customers"]] == ["one customer", "another"]
    checked = elaborate(gather_text(f"{SHOP}\n{data['example']}\n"))
    assert checked.policy is not None
    assert not has_errors(checked.diagnostics)
    assert len({each.origin.name for each in checked.policy.examples}) == 2
    assert failing_examples(checked.policy) == ()


def test_records_that_are_plain_are_not_simplified_again() -> None:
    session = Session(POLICY)
    plain = simplified(priority_is("top"), [full()], session)
    assert simplified(priority_is("top"), plain, session) is plain


def test_in_a_policy_of_many_rules_what_does_not_matter_is_still_found() -> None:
    """What one value shows to matter costs little, so that the looks last for the rest."""
    names = [f"f{n}" for n in range(9)]
    fields = "\n".join(f"    {name} : integer at least 0 at most 100" for name in names)
    rules = "\n".join(f"if f0 > 50 and {names[1 + n % 8]} > {n % 90} then p = mid" for n in range(1_800))
    caps = "\n".join(f"limit l{n}: if f{n} > 99 then p at most low" for n in range(4))
    wide = elaborated(f"customer {{\n{fields}\n}}\nservice {{\n    p : low < mid < high\n}}\n{rules}\n{caps}\n")
    is_low = Compare("=", AttributeRef("p", wide.attributes["p"].type), Constant("low", wide.attributes["p"].type))
    goal = Goal((Side("one", wide), Side("other", wide, 1)), Truth("one", is_low, TRUE_ONLY), frozenset())
    case = Case(typed_reading(wide, {}).values | {"f0": 0}, date(2026, 1, 1))
    assert free_fields(goal, [case, case], names[1:]) == frozenset(names[1:])
    mattering = Goal((Side("one", wide),), Truth("one", Not(is_low), TRUE_ONLY))
    case = Case(typed_reading(wide, {}).values | {"f0": 60, "f1": 99}, date(2026, 1, 1))
    assert free_fields(mattering, [case], names[2:]) == frozenset(names[4:])
