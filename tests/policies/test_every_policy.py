"""What is true of every folder under policies/: it loads, its examples hold, it is formatted, it is documented."""

from __future__ import annotations

from pathlib import Path

import pytest

import tierpolicy
from tierpolicy.diagnostics.codes.rules import NOT_SETTLED
from tierpolicy.diagnostics.diagnostic import Severity
from tierpolicy.pipeline import check_path, check_paths
from tierpolicy.source import Source
from tierpolicy.syntax.format import format_module

POLICIES = Path(__file__).parents[2] / "policies"
FOLDERS = sorted(path for path in POLICIES.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_checks_without_errors_or_warnings(folder: Path) -> None:
    findings = check_path(folder / "service.tier").diagnostics
    assert [finding for finding in findings if finding.severity is not Severity.NOTE] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_question_is_settled(folder: Path) -> None:
    findings = check_paths([folder / "service.tier"], timeout=120).diagnostics
    assert [finding.message for finding in findings if finding.code is NOT_SETTLED] == []


@pytest.mark.parametrize("path", sorted(POLICIES.glob("*/*.tier")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_is_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert format_module(Source(str(path), text)) == text


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_has_examples_and_a_readme(folder: Path) -> None:
    assert len((folder / "README.md").read_text(encoding="utf-8")) > 500
    assert (folder / "service.tier").read_text(encoding="utf-8").count("\nexample ") >= 2


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_stranger_is_served(folder: Path) -> None:
    """Nothing is known of the customer: every attribute has a value all the same."""
    policy = tierpolicy.load(folder / "service.tier")
    decision = policy.evaluate({})
    assert len(decision) > 0
