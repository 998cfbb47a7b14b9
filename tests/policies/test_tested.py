"""Every example policy is tested like code: its examples and cases hold and reach all of it, and nothing that was
published is left out of its cases."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tierpolicy.testing.collecting import suites_in
from tierpolicy.testing.coverage import Recorder, fail_under
from tierpolicy.testing.running import result_of
from tierpolicy.testing.suite import How, Suite

POLICIES = Path(__file__).parents[2] / "policies"
FOLDERS = sorted(path.name for path in POLICIES.iterdir() if path.is_dir())
DECIDED = How(customers=0, prove=False)


def failing(suite: Suite, recorder: Recorder) -> list[str]:
    """The ids of examples and cases that don't hold, and of whatever couldn't be read."""
    recorder.watch(suite)
    items = [item for item in suite.items if item.kind in ("example", "case", "error")]
    return [item.id for item in items if result_of(suite, item, DECIDED, recorder).outcome != "passed"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_examples_and_cases_hold_and_reach_everything(folder: str) -> None:
    recorder = Recorder()
    [suite] = suites_in(POLICIES / folder)
    assert failing(suite, recorder) == []
    short = fail_under(recorder.coverage(), 100)
    assert short is None, short.sentence


def gitlab(row: dict[str, Any]) -> set[str]:
    return {f"{row['plan']}, severity {row['severity']}"}


def tyk(row: dict[str, Any]) -> set[str]:
    attribute = row["attribute"]
    which = f"severity {attribute[-1]}" if attribute.startswith("response_hours_sev") else "the rest of the table"
    return {f"{row['plan']}, {which}"}


def eu261(row: dict[str, Any]) -> set[str]:
    where = f"{row['distance_km']} km, {'within' if row['intra_community'] else 'beyond'} the Community"
    late = f"{where}, re-routed, {row['halving_threshold_hours']} hours late"
    return {where, late, f"{where}, re-routed, a minute later"}


def marriott(row: dict[str, Any]) -> set[str]:
    return {f"{row['nights']} nights, {row['spend_usd']:,} dollars"}


PUBLISHED: dict[str, Callable[[dict[str, Any]], set[str]]] = {
    "eu261": eu261,
    "gitlab-support": gitlab,
    "marriott": marriott,
    "tyk-support": tyk,
}


@pytest.mark.parametrize("folder", PUBLISHED)
def test_every_published_row_is_a_case(folder: str) -> None:
    rows = json.loads((POLICIES / folder / "published.json").read_text(encoding="utf-8"))["rows"]
    wanted = {name for row in rows for name in PUBLISHED[folder](row)}
    [suite] = suites_in(POLICIES / folder)
    assert wanted == {item.name for item in suite.items if item.kind == "case"}


def test_customers_of_cases_are_those_of_the_data() -> None:
    """Whoever is named by a number in a case has bought what the data says."""
    known = {}
    with (POLICIES / "cdnow" / "customers.csv").open(encoding="utf-8", newline="") as file:
        known = {row["customer_id"]: row for row in csv.DictReader(file)}
    with (POLICIES / "cdnow" / "service.cases.csv").open(encoding="utf-8", newline="") as file:
        cases = [row for row in csv.DictReader(file) if not row["case"].startswith("made up: ")]
    assert len(cases) > 30
    for case in cases:
        person = known[case["case"][:5]]
        given = {name.removeprefix("given "): cell for name, cell in case.items() if name.startswith("given ")}
        assert {name: given[name] for name in person if name in given} == {
            name: cell for name, cell in person.items() if name in given
        }
