"""Strategies from a policy: what they draw, that it shrinks to ordinary records, and that they stay healthy."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import tierpolicy
from tests.testing.test_pools import EVERYTHING, POLICIES
from tierpolicy.model.values import MISSING
from tierpolicy.semantics.counting import truth_of
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.index import statements
from tierpolicy.semantics.read import read
from tierpolicy.testing import assert_lawful, customers, days, pairs

Record = dict[str, Any]
JUNE = date(2026, 6, 15)
quick = settings(max_examples=150, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=())
looking = settings(max_examples=3_000, database=None, derandomize=True, suppress_health_check=())


@cache
def everything() -> tierpolicy.Policy:
    return tierpolicy.loads(EVERYTHING)


@cache
def ottp() -> tierpolicy.Policy:
    return tierpolicy.load("policies/ottp")


def drawn(strategy: st.SearchStrategy[Any], count: int = 150) -> list[Any]:
    """What Hypothesis draws, with all of its health checks."""
    found: list[Any] = []

    @settings(quick, max_examples=count)
    @given(strategy)
    def draw(value: Any) -> None:
        found.append(value)

    draw()
    return found


# ---------------------------------------------------------------- customers


@pytest.mark.parametrize("name", POLICIES)
def test_customers_reach_every_statement(name: str) -> None:
    """Each record reads without a problem, and each statement counts for one of them on some day."""
    policy = tierpolicy.load(f"policies/{name}").versions[-1]
    missed = {each.origin.name for each in statements(policy)}
    for record in drawn(customers(policy), 220):
        reading = read(policy, record, {})
        assert reading.problems == ()
        deliberation = deliberate(policy, reading, policy.effective_until or JUNE)
        missed -= {each.origin.name for each in statements(policy) if truth_of(each, deliberation) is True}
    assert missed == set()


def test_records_are_what_applications_hold() -> None:
    kinds: dict[str, set[type]] = {}
    for record in drawn(customers(everything()), 200):
        assert type(record) is dict
        for name, raw in record.items():
            kinds.setdefault(name, set()).add(type(raw))
    assert Decimal in kinds["spend"]
    assert timedelta in kinds["waited"]
    assert date in kinds["since"]
    assert {set, list} <= kinds["tags"], "and as data writes it, now and then"
    assert type(None) in kinds["stage"]
    assert "shop" not in kinds
    assert kinds["account"] == {dict}, "under the path that its column says"
    assert "channel" in kinds, "what is known of the contact at hand stands in the record too"


def test_a_required_field_is_always_there_and_unbroken_customers_have_no_problems() -> None:
    policy = tierpolicy.loads(
        "customer {\n a : money required\n b : one of x, y\n}\nservice {\n s : flag\n}\nrule r: s = yes"
    )
    for record in drawn(customers(policy)):
        assert policy.evaluate(record).problems == ()
        assert record["a"] is not None


def test_broken_customers_have_every_kind_of_problem_and_raise_nothing() -> None:
    policy, said = everything(), set[str]()
    unknown = False
    for record in drawn(customers(policy, broken=True), 250):
        decision = policy.evaluate(record, as_of=JUNE)
        said |= {problem.subject for problem in decision.problems}
        unknown = unknown or any(key not in ("account", *policy.versions[0].fields) for key in record)
    assert unknown
    assert said >= {"spend", "orders", "waited", "since", "region", "tags"}


def test_customers_of_all_versions() -> None:
    old = 'policy "P"\n version "1"\n effective from 2025-01-01\ncustomer {\n a : money\n}\nservice {\n s : flag\n}\n'
    versions = [
        tierpolicy.loads(old + "rule r: if a > 5 then s = yes").versions[0],
        tierpolicy.loads(
            old.replace('"1"', '"2"').replace("2025", "2026").replace("a : money", "b : money")
            + "rule r: if b > 7 then s = yes"
        ).versions[0],
    ]
    policy = tierpolicy.Policy(tuple(versions))
    found = drawn(customers(policy), 200)
    assert any("a" in each for each in found)
    assert any("b" in each for each in found)
    assert {date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)} <= set(drawn(days(policy)))
    assert all("b" in one for one, _ in drawn(pairs(policy, "b"), 20))


# ---------------------------------------------------------------- shrinking


def least(strategy: st.SearchStrategy[Any], holds: Callable[[Any], bool]) -> Any:
    return find(strategy, holds, settings=looking)


def test_shrinks_to_nothing_known() -> None:
    assert least(customers(ottp()), lambda record: True) == {}


@pytest.mark.parametrize(
    ("tier", "record"),
    [
        ("silver", {"annual_spend": Decimal("10000.00")}),
        ("gold", {"annual_spend": Decimal("50000.00")}),
        ("platinum", {"annual_spend": Decimal("100000.00"), "stage": "loyalty"}),
    ],
)
def test_the_least_customer_of_a_tier_is_short(tier: str, record: Record) -> None:
    assert least(customers(ottp()), lambda each: ottp().evaluate(each, as_of=JUNE)["tier"] == tier) == record


def test_the_least_pair_differs_where_it_matters_and_holds_no_more() -> None:
    def lowered(pair: tuple[Record, Record]) -> bool:
        one, other = (ottp().evaluate(each, as_of=JUNE) for each in pair)
        return one["priority"] == "top" and other["priority"] == "high"

    found = least(pairs(ottp(), "open_complaints"), lowered)
    worth = found[0]["lifetime_value"]
    assert worth in (Decimal("100000.01"), Decimal("100001.00"))
    assert found == (
        {"open_complaints": 0, "lifetime_value": worth},
        {"open_complaints": 10, "lifetime_value": worth},
    )


def test_the_least_broken_customer_has_one_broken_value() -> None:
    found = least(customers(ottp(), broken=True), lambda record: bool(ottp().evaluate(record).problems))
    assert len(found) == 1


# ---------------------------------------------------------------- pairs


@pytest.mark.parametrize("field", sorted(tierpolicy.loads(EVERYTHING).versions[0].fields))
@pytest.mark.parametrize("broken", [False, True])
def test_pairs_differ_in_one_field_that_both_know(field: str, broken: bool) -> None:
    policy = everything().versions[0]
    for one, other in drawn(pairs(everything(), field, broken=broken), 20):
        first, second = (read(policy, each, {}).values for each in (one, other))
        assert {name for name in first if first[name] != second[name]} == {field}
        assert MISSING not in (first[field], second[field])


def test_pairs_share_nothing_that_can_change() -> None:
    for one, other in drawn(pairs(everything(), "spend"), 40):
        for each in one.values():
            if isinstance(each, set | dict):
                each.clear()
        assert all(each or each != set() for each in other.values() if isinstance(each, dict))


def test_a_field_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="the policy has no field `spent`; did you mean `spend`\\?"):
        pairs(everything(), "spent")


def test_a_field_with_one_value() -> None:
    policy = tierpolicy.loads("customer {\n a : one of only\n}\nservice {\n s : flag\n}\nrule r: s = yes")
    with pytest.raises(ValueError, match="`a` can hold only one value, so no two customers differ in it"):
        pairs(policy, "a")


# ---------------------------------------------------------------- sound in Hypothesis


def wide(fields: int, labels: int) -> tierpolicy.Policy:
    kinds = ("money at least 0", "integer", "percent", "duration", "date", "flag", "text", "set of red, blue")
    said = "\n".join(f"    f{number} : {kinds[number % len(kinds)]}" for number in range(fields))
    regions = ", ".join(f"region_{number}" for number in range(labels))
    rules = "\n".join(
        f"rule r{n}: if f{8 * n} >= {n} and region = region_{n} then s = yes" for n in range(min(10, fields // 8))
    )
    return tierpolicy.loads(
        f"customer {{\n{said}\n    region : one of {regions}\n}}\nservice {{\n s : flag\n}}\n{rules}"
    )


@pytest.mark.parametrize(("fields", "labels"), [(100, 10), (80, 2_000)])
def test_healthy_when_wide(fields: int, labels: int) -> None:
    """All health checks are on: too slow, too large, filtered too much."""
    policy = wide(fields, labels)
    assert len(drawn(customers(policy, broken=True), 30)) == 30
    assert len(drawn(pairs(policy, "region"), 30)) == 30


def test_the_least_of_a_wide_policy_is_short() -> None:
    policy = wide(30, 10)
    found = least(customers(policy), lambda record: policy.evaluate(record)["s"] is True)
    assert found.keys() <= {"f0", "region", "f8"}


def test_texts_that_hurt_others() -> None:
    policy = tierpolicy.loads(
        'customer {\n t : text\n l : one of "it\'s", "a\\"b", "{{ }}", "${x}", "é", "--", "__class__"\n}\n'
        "service {\n s : flag\n}\n"
        'rule a: if t = "\'; drop table" or t starts with "é" or t ends with "\\\\" then s = yes\n'
        'rule b: if l = "__class__" and t contains "{{ }}" then s = yes\n'
    )
    found = drawn(customers(policy), 300)
    assert all(policy.evaluate(each).problems == () for each in found)
    assert {policy.evaluate(each)["s"] for each in found} == {True, False}
    assert any(each.get("l") == "__class__" and "{{ }}" in (each.get("t") or "") for each in found)


def test_the_same_customers_when_derandomized() -> None:
    """In a process whose sets have another order, from the policy's text alone."""
    code = """
import sys, tierpolicy
from hypothesis import HealthCheck, Phase, given, settings
from tierpolicy.testing import customers

@settings(
    max_examples=20,
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(customers(tierpolicy.load("policies/eu261")))
def draw(record):
    print(sorted(record.items()))

draw()
"""
    root, said = Path(__file__).parents[2], set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        said.add(done.stdout)
    assert len(said) == 1
    assert len(said.pop()) > 1_000


def test_a_failure_can_be_reproduced() -> None:
    strategy, failing = customers(ottp()), []

    @settings(database=None, derandomize=True, print_blob=True, max_examples=500)
    @given(strategy)
    def fails(record: Record) -> None:
        failing.append(record)
        assert ottp().evaluate(record, as_of=JUNE)["tier"] != "gold"

    with pytest.raises(AssertionError) as raised:
        fails()
    notes = "\n".join(getattr(raised.value, "__notes__", ()))
    assert "reproduce_failure" in notes
    assert failing[-1] == {"annual_spend": Decimal("50000.00")}


def test_names_are_found_late() -> None:
    code = "import sys, tierpolicy.testing.suite, tierpolicy.testing.sampling; print('hypothesis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    with pytest.raises(AttributeError, match="no attribute 'costumers'"):
        tierpolicy.testing.costumers  # type: ignore[attr-defined]  # noqa: B018


def test_no_health_check_is_turned_off() -> None:
    assert quick.suppress_health_check == ()
    assert HealthCheck.too_slow not in looking.suppress_health_check


@pytest.mark.parametrize("ask", [customers, days, assert_lawful, lambda path: pairs(path, "age")])
def test_a_path_is_no_policy(ask: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match="load it first"):
        ask("service.tier")
