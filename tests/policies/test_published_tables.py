"""Every row of a published table is what the policy decides: the tables beside the policies, line by line."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import tierpolicy

POLICIES = Path(__file__).parents[2] / "policies"


def published(folder: str) -> list[dict[str, Any]]:
    return json.loads((POLICIES / folder / "published.json").read_text(encoding="utf-8"))["rows"]


def policy(folder: str, **parameters: object) -> tierpolicy.Policy:
    return tierpolicy.load(POLICIES / folder / "service.tier", parameters=parameters or None)


def cases(folder: str, *names: str) -> list[Any]:
    return [pytest.param(row, id="-".join(str(row[name]) for name in names)) for row in published(folder)]


def hours(count: float | None) -> timedelta | None:
    return None if count is None else timedelta(hours=count)


# ---------------------------------------------------------------- GitLab


@pytest.mark.parametrize("row", cases("gitlab-support", "plan", "severity"))
def test_gitlab_first_response(row: dict[str, Any]) -> None:
    decision = policy("gitlab-support").evaluate({"plan": row["plan"]}, request={"severity": row["severity"]})
    expected = None if row["unit"] is None else timedelta(**{row["unit"]: row["first_response"]})
    assert decision["first_response"] == expected
    assert decision["hours"] == row["hours"]
    assert not decision.problems


# ---------------------------------------------------------------- Tyk


@pytest.mark.parametrize("row", cases("tyk-support", "plan", "attribute"))
def test_tyk_plan(row: dict[str, Any]) -> None:
    tyk, attribute, value = policy("tyk-support"), row["attribute"], row["value"]
    if attribute.startswith("response_hours_sev"):
        decision = tyk.evaluate({"plan": row["plan"]}, request={"severity": int(attribute[-1])})
        assert decision["response"] == hours(value)
    else:
        decision = tyk.evaluate({"plan": row["plan"]})
        assert decision[attribute] == value
    assert not decision.problems


def test_tyk_table_is_whole() -> None:
    """Five plans, fourteen values each: nothing of the published table is left out."""
    rows = published("tyk-support")
    assert len(rows) == 5 * 14
    assert len({(row["plan"], row["attribute"]) for row in rows}) == len(rows)


# ---------------------------------------------------------------- Regulation 261/2004


@pytest.mark.parametrize("row", cases("eu261", "distance_km", "intra_community"))
def test_eu261_compensation(row: dict[str, Any]) -> None:
    """In full; halved up to the threshold of Art. 7(2) to the minute; in full again a minute past it."""
    flight = {"distance_km": row["distance_km"], "intra_community": row["intra_community"]}
    law, full, threshold = policy("eu261"), Decimal(row["compensation_eur"]), row["halving_threshold_hours"]
    decision = law.evaluate({}, request=flight)
    assert decision["compensation"] == full
    assert decision["halved_up_to"] == timedelta(hours=threshold)
    late = timedelta(hours=threshold)
    for delay, due in ((timedelta(0), full / 2), (late, full / 2), (late + timedelta(minutes=1), full)):
        rerouted = law.evaluate({}, request=flight | {"rerouted": True, "arrival_delay": delay})
        assert rerouted["compensation"] == due


@pytest.mark.parametrize("row", cases("eu261", "distance_km", "intra_community"))
def test_eu261_missing_facts_never_halve(row: dict[str, Any]) -> None:
    flight = {"distance_km": row["distance_km"], "intra_community": row["intra_community"], "rerouted": True}
    assert policy("eu261").evaluate({}, request=flight)["compensation"] == row["compensation_eur"]
    assert policy("eu261").evaluate({})["compensation"] == 250


def test_eu261_is_nothing_but_floor() -> None:
    """The whole decision is made of baselines, so whoever uses the file can add to it, never take from it."""
    why = policy("eu261").evaluate({}, request={"distance_km": 9000, "intra_community": False}).explain()
    assert why.whys["compensation"].origin == "baseline"
    assert why.whys["halved_up_to"].origin in ("baseline", "worst")


# ---------------------------------------------------------------- Hotel loyalty


@pytest.mark.parametrize("row", cases("marriott", "nights", "spend_usd"))
def test_hotel_tier(row: dict[str, Any]) -> None:
    decision = policy("marriott").evaluate({"nights": row["nights"], "spend": row["spend_usd"]})
    assert decision["tier"] == row["tier"]
    assert decision["bonus_points"] == Decimal(row["bonus_points_percent"]) / 100
    assert decision["late_checkout"] == row["late_checkout"]


def test_hotel_threshold_is_a_parameter() -> None:
    """The newer page asks 23,000 of an Ambassador; the application says so at load."""
    newer = policy("marriott", ambassador_spend=23_000)
    assert newer.evaluate({"nights": 100, "spend": 22_999})["tier"] == "Titanium"
    assert newer.evaluate({"nights": 100, "spend": 23_000})["tier"] == "Ambassador"
