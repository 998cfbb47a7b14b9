"""Whatever users can name is in the documentation; whatever is installed is written down in one version."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tierpolicy.diagnostics.codes import catalogue
from tierpolicy.model.builtins import BUILTINS
from tierpolicy.surfaces.cli.app import app

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def undocumented(names: Iterable[str], text: str) -> list[str]:
    """Names that no heading and no backticked stretch of the text says."""
    said = " ".join(re.findall(r"`[^`\n]+`", text) + re.findall(r"^#+ .*$", text, flags=re.MULTILINE))
    return [name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said)]


def headings(text: str) -> list[str]:
    return [line.lstrip("# ") for line in text.split("\n") if line.startswith("#")]


def commands_and_options() -> tuple[list[str], list[str]]:
    """Each command, and each of their long options."""
    group = typer.main.get_command(app)
    commands: dict[str, Any] = group.commands  # type: ignore[attr-defined]
    options = {name for command in commands.values() for each in command.params for name in each.opts}
    return sorted(commands), sorted(name for name in options if name.startswith("--"))


def test_every_command_and_option_is_in_the_reference() -> None:
    text = (REFERENCE / "command-line.md").read_text(encoding="utf-8")
    commands, options = commands_and_options()
    assert [command for command in commands if command not in headings(text)] == []
    assert undocumented(options, text) == []


def test_every_function_is_in_the_reference() -> None:
    text = (REFERENCE / "expressions.md").read_text(encoding="utf-8")
    assert undocumented([builtin.name for builtin in BUILTINS], text) == []


def test_every_family_of_findings_is_in_the_reference() -> None:
    text = (REFERENCE / "findings.md").read_text(encoding="utf-8")
    families = sorted({code[:2] for code in catalogue()})
    assert [family for family in families if f"| {family} |" not in text] == []


def test_the_standard_vocabulary_is_in_the_reference() -> None:
    declared = re.findall(r"^ {4}(\w+)\s*:", (ROOT / "tierpolicy/model/standard.tier").read_text("utf-8"), re.MULTILINE)
    assert len(declared) > 20
    assert undocumented(declared, (REFERENCE / "standard-vocabulary.md").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", ["about eval", "`tierpolicy evaluate`", "`--why-not`"])
def test_what_the_docs_leave_out_is_seen(text: str) -> None:
    assert undocumented(["tierpolicy eval", "--why"], text) == ["tierpolicy eval", "--why"]
    assert undocumented(["tierpolicy eval"], "## `tierpolicy eval`\n") == []
    assert headings("# Command line\n## check\n") == ["Command line", "check"]


def requirements(text: str) -> dict[str, str]:
    """Package to version, from lines `name==version`."""
    pairs = (line.split("==") for line in text.splitlines() if line and not line.startswith("#"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pairs}


def lower_bounds() -> dict[str, str]:
    """Package to the oldest version that pyproject.toml allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    pairs = (line.split(">=") for line in lines if not line.startswith("tierpolicy["))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pairs}


def test_every_package_is_locked_for_continuous_integration() -> None:
    """What only `make bench` or `make test-clv` needs is locked for that, with what it measures or tries."""
    locked, measured, tried = (
        requirements((ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")) for name in ("ci", "bench", "clv")
    )
    bounds = set(lower_bounds())
    peers = {"datalogic-py", "zen-engine", "common-expression-language", "cel-expr-python", "clipspy", "rule-engine"}
    assert sorted(bounds - peers - set(locked)) == ["pymc-marketing"]
    assert "pymc-marketing" in tried
    assert sorted(peers - set(measured)) == []
    both = bounds & set(locked) & set(measured)
    assert {name: measured[name] for name in both} == {name: locked[name] for name in both}


def test_the_lower_bounds_are_those_that_are_tested() -> None:
    tested = requirements((ROOT / "requirements/lowest.txt").read_text(encoding="utf-8"))
    run_time = {name: bound for name, bound in lower_bounds().items() if name in tested}
    assert {"lark", "pydantic", "jinja2", "typer", "rich", "pluggy", "pyarrow"} <= set(run_time)
    assert {name: tested[name] for name in run_time} == run_time
