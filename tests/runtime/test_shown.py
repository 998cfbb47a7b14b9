"""What applications hold is short when it is printed, and findings can be read."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest

import tierpolicy

TEXT = (
    'policy "Support"\n    version "2026.1"\n    effective from 2026-01-01\n'
    "rule valued: if lifetime_value > 100_000 then priority = top\n"
)


def test_a_policy_and_its_versions_are_short() -> None:
    policy = tierpolicy.loads(TEXT)
    (version,) = policy.versions
    assert repr(policy) == "Policy('Support', versions: 2026.1)"
    days = "effective_from=2026-01-01, effective_until=None"
    assert repr(version) == f"Policy('Support', version='2026.1', {days}, digest='{version.digest}')"
    assert (version.name, version.version, version.effective_until) == ("Support", "2026.1", None)


def test_an_explanation_and_an_error_are_short() -> None:
    decision = tierpolicy.loads(TEXT).evaluate({}, as_of=date(2026, 11, 21))
    assert len(repr(decision.explain())) < 400
    assert repr(decision.explain()).startswith("Explained(priority=")
    with pytest.raises(tierpolicy.PolicyError) as refused:
        tierpolicy.loads("rule a: priority = tpo\nrule b: if ordres > 1 then priority = top\n")
    assert repr(refused.value) == "PolicyError('2 errors: T104, T101')"
    assert str(pickle.loads(pickle.dumps(refused.value))) == str(refused.value)


def test_findings_of_a_policy_that_loads_can_be_read() -> None:
    policy = tierpolicy.loads(TEXT + "define never_read = orders > 3\n")
    assert policy.diagnostics
    said = policy.diagnostics_text()
    assert said.startswith("note[T502]")
    assert "--> policy.tier:5:1" in said
    assert "define never_read = orders > 3" in said
    assert said.endswith("1 note")
    assert tierpolicy.loads(TEXT).diagnostics_text() == "no findings"


def test_a_file_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(tierpolicy.PolicyError) as refused:
        tierpolicy.load("nosuch.tier")
    assert refused.value.diagnostics[0].help == "check the spelling, and which folder it is in."
    (tmp_path / "sub").mkdir()
    for folder in (tmp_path, tmp_path / "sub"):
        (folder / "service.tier").write_text(TEXT)
    with pytest.raises(tierpolicy.PolicyError, match=r"did you mean `service\.tier`"):
        tierpolicy.load("servise.tier")
    with pytest.raises(tierpolicy.PolicyError, match="check the spelling, and which"):
        tierpolicy.load("gone.tier")
    with pytest.raises(tierpolicy.PolicyError, match=r"did you mean `sub/service\.tier`"):
        tierpolicy.load("sub/servise.tier")
    (tmp_path / "main.tier").write_text('use "somewhere_else.tier"\n')
    with pytest.raises(tierpolicy.PolicyError, match="files are named from the file that uses them"):
        tierpolicy.load("main.tier")
