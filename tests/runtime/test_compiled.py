"""What is compiled of a policy, as applications meet it: the plan, the trusted evaluator, the day."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

import tierpolicy
from tests.bench.rules import random_rules
from tierpolicy.runtime import days
from tierpolicy.runtime.deciding import Deciding

TEXT = """
policy "Support"
    version "1"
    effective from 2026-01-01 until 2026-12-31
customer {
    spend   : money at least 0
    segment : one of consumer, enterprise from ("ENT")
    visits  : integer at least 0 default 2
    tags    : set of vip, press
    since   : date
}
request { severity : low < urgent }
service {
    priority : low < normal < high
    wait     : duration less is better or none
    credit   : money at least 0 at most 500 more is better
    note     : text default "-"
}
rule valued: if spend >= 100 then priority = high, wait = 90 seconds, credit = spend * 10%
rule known: if segment = enterprise and visits > 1 then priority = normal
rule urgent: if severity = urgent or tags has vip then wait = 10 seconds, note = "now"
rule old: if since < 2020-01-01 then priority = normal
"""
DAY = date(2026, 6, 1)
POLICY = tierpolicy.loads(TEXT)
WELL_TYPED = {"spend": 120.5, "segment": "ENT", "visits": 3, "tags": ["vip"], "since": date(2019, 5, 1)}


def test_a_trusted_evaluator_gives_the_service_as_a_dictionary() -> None:
    trusted = POLICY.evaluator(trusted=True)
    found = trusted(WELL_TYPED, as_of=DAY)
    assert type(found) is dict
    assert found == dict(POLICY.evaluate(WELL_TYPED, as_of=DAY))
    assert found == {"priority": "high", "wait": timedelta(seconds=10), "credit": Decimal("12.05"), "note": "now"}


@pytest.mark.parametrize("lacking", [*WELL_TYPED, "severity"])
def test_what_is_missing_is_missing_to_a_trusted_evaluator_too(lacking: str) -> None:
    trusted = POLICY.evaluator(trusted=True)
    for record in ({**WELL_TYPED, lacking: None}, {k: v for k, v in WELL_TYPED.items() if k != lacking}):
        assert trusted(record, as_of=DAY) == dict(POLICY.evaluate(record, as_of=DAY))


def test_a_trusted_evaluator_of_a_record_without_any_field() -> None:
    assert POLICY.evaluator(trusted=True)({}, as_of=DAY) == dict(POLICY.evaluate({}, as_of=DAY))


def test_a_trusted_evaluator_is_compiled_once() -> None:
    assert POLICY.evaluator(trusted=True) is POLICY.evaluator(trusted=True)


def test_a_trusted_evaluator_takes_a_request() -> None:
    trusted, request = POLICY.evaluator(trusted=True), {"severity": "urgent"}
    assert trusted({**WELL_TYPED, "tags": []}, request, DAY)["wait"] == timedelta(seconds=10)


def test_an_evaluator_that_checks_is_evaluate_itself() -> None:
    assert POLICY.evaluator()({"spend": 120}, None, DAY) == POLICY.evaluate({"spend": 120}, as_of=DAY)


def test_the_plan_says_what_was_measured_and_chosen() -> None:
    (plan,) = POLICY.plan().versions
    assert plan.one_record == min(plan.measured, key=lambda form: plan.measured[form])
    assert set(plan.measured) == {"flat", "bits"}
    assert plan.conditions == 4
    assert "plain conditions" in str(POLICY.plan())
    (large,) = tierpolicy.loads(random_rules(300).text).plan().versions
    assert (large.one_record, dict(large.measured)) == ("bits", {})


def test_the_plan_names_conditions_that_are_worked_out_one_by_one() -> None:
    wide = " or ".join(f"(visits = {n} and spend > {n})" for n in range(100))
    (plan,) = tierpolicy.loads(f"{TEXT}\nrule wide: if {wide} then priority = high").plan().versions
    assert len(plan.whole) == 1


def test_ordinary_records_are_never_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tierpolicy.loads(TEXT)
    monkeypatch.setattr(Deciding, "unusual", lambda *_: pytest.fail("an ordinary record was handed on"))
    policy.__dict__.clear()
    policy.compiled()
    for record in (
        WELL_TYPED,
        {"spend": 5},
        {},
        {"since": "2024-02-29", "tags": {"press"}, "spend": None, "visits": 3.0},
    ):
        policy.evaluate(record, {"severity": "low"}, DAY)
        policy.evaluate(record, as_of=DAY)


def test_later_changes_of_a_record_change_nothing() -> None:
    record = {**WELL_TYPED, "tags": ["vip"], "segment": None}
    decision, other = POLICY.evaluate(record, as_of=DAY), POLICY.evaluate(dict(record), as_of=DAY)
    record["tags"].append("nonsense")
    record.clear()
    assert decision.undetermined == other.undetermined
    assert decision.reading == other.reading
    assert decision.problems == ()


def test_a_policy_from_another_process_compiles_when_it_first_decides() -> None:
    policy = pickle.loads(pickle.dumps(POLICY))
    assert "_compiled" not in policy.__dict__
    assert policy.evaluate(WELL_TYPED, as_of=DAY) == POLICY.evaluate(WELL_TYPED, as_of=DAY)


# ---------------------------------------------------------------- the day


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock, for a policy that is compiled after that."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(days, "time", moment.timestamp)
        monkeypatch.setattr("tierpolicy.runtime.deciding.now", moment.timestamp)

    return set_to


@pytest.mark.parametrize("days_off", [-400, -3, -1, 0, 1, 3, 400])
def test_the_day_outside_of_the_versions_days_is_told(at: Callable[[datetime], None], days_off: int) -> None:
    moment = datetime(2026, 12, 31, 12, tzinfo=UTC) + timedelta(days=days_off)
    at(moment)
    decision = tierpolicy.loads(TEXT).evaluate(WELL_TYPED)
    assert decision.as_of == moment.astimezone().date()
    outside = not date(2026, 1, 1) <= decision.as_of <= date(2026, 12, 31)
    assert [problem.subject for problem in decision.problems] == ["as_of"] * outside


def test_the_day_of_a_decision_is_that_on_which_it_was_made(at: Callable[[datetime], None]) -> None:
    at(datetime(2026, 3, 1, 12, tzinfo=UTC))
    decision = tierpolicy.loads(TEXT).evaluate(WELL_TYPED)
    at(datetime(2026, 3, 9, 12, tzinfo=UTC))
    assert decision.as_of == date(2026, 3, 1)


def test_a_policy_that_reads_today_asks_for_it_each_time(at: Callable[[datetime], None]) -> None:
    policy = tierpolicy.loads(
        "customer {\n    since : date\n}\nservice {\n    old : flag\n}\nif since < today then old = yes"
    )
    at(datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert policy.evaluate({"since": date(2026, 3, 5)})["old"] is False
    at(datetime(2026, 3, 9, 12, tzinfo=UTC))
    assert policy.evaluate({"since": date(2026, 3, 5)})["old"] is True
