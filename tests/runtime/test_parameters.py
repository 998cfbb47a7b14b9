"""Parameters of a policy with several versions: each version that declares one takes it, one of them is enough."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import tierpolicy
from tierpolicy.diagnostics.diagnostic import Severity
from tierpolicy.pipeline import check_path

SERVICE = "customer {\n    spend : money\n}\nservice {\n    priority : low < normal < high\n}\n"
OLD, NEW = date(2026, 6, 1), date(2027, 6, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The old version has `top` alone, the new one `top` (within other bounds) and `start`."""
    (tmp_path / "2026.tier").write_text(
        'policy "P"\n    version "2026"\n    effective from 2026-01-01 until 2026-12-31\n'
        f"parameter top : money at most 500 = 100\n{SERVICE}rule a: if spend >= top then priority = high\n"
    )
    (tmp_path / "2027.tier").write_text(
        'policy "P"\n    version "2027"\n    effective from 2027-01-01\n'
        f"parameter top : money at most 900 = 100\nparameter start : money = 10\n{SERVICE}"
        "rule a: if spend >= top then priority = high\nrule b: if spend >= start then priority = normal\n"
    )
    return tmp_path


def test_a_parameter_that_one_version_declares_is_enough(folder: Path) -> None:
    policy = tierpolicy.load(folder, parameters={"start": 50})
    assert policy.evaluate({"spend": 20}, as_of=NEW)["priority"] == "low"
    assert policy.evaluate({"spend": 60}, as_of=NEW)["priority"] == "normal"
    assert check_path(folder, {"start": 50}).diagnostics == check_path(folder).diagnostics


def test_each_version_that_declares_it_gets_it(folder: Path) -> None:
    policy = tierpolicy.load(folder, parameters={"top": 300})
    assert [policy.evaluate({"spend": 200}, as_of=day)["priority"] for day in (OLD, NEW)] == ["low", "normal"]
    assert [policy.evaluate({"spend": 300}, as_of=day)["priority"] for day in (OLD, NEW)] == ["high", "high"]


def test_bounds_are_those_of_each_version_and_its_file_is_named(folder: Path) -> None:
    with pytest.raises(tierpolicy.PolicyError) as refused:
        tierpolicy.load(folder, parameters={"top": 700})
    (finding,) = (each for each in refused.value.diagnostics if each.severity is Severity.ERROR)
    assert finding.span is not None
    assert finding.span.path.endswith("2026.tier")
    assert finding.message == "`top` can't be set to `700`"
    assert "2026.tier:4:1" in str(refused.value)


def test_one_that_no_version_declares_is_reported_once_with_the_nearest_name(folder: Path) -> None:
    with pytest.raises(tierpolicy.PolicyError) as refused:
        tierpolicy.load(folder, parameters={"strat": 50})
    (finding,) = (each for each in refused.value.diagnostics if each.severity is Severity.ERROR)
    assert finding.message == "`strat` is set, but no version of the policy has such a parameter"
    assert finding.help == "did you mean `start`?"
    assert finding.related[0].span.path.endswith("2027.tier")
    with pytest.raises(tierpolicy.PolicyError) as refused:
        tierpolicy.load(folder, parameters={"zzz": 50})
    (finding,) = (each for each in refused.value.diagnostics if each.severity is Severity.ERROR)
    assert finding.help == "its parameters are `start`, `top`"
    with pytest.raises(tierpolicy.PolicyError, match="`zzz` is set, but the policy has no such parameter"):
        tierpolicy.loads("rule a: priority = high\n", parameters={"zzz": 50})
