"""Workflows, hooks and settings in the documentation: they parse, and say only what commands and readers know."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from pre_commit.clientlib import load_config

from tests.docs.fences import Fence, fences, named, pages
from tests.guards.test_docs_complete import undocumented
from tests.guards.test_hooks import HOOKS
from tierpolicy.surfaces.cli.app import app
from tierpolicy.surfaces.settings import KEYS, settings_near

ROOT = Path(__file__).parents[2]
BLOCKS = [(page, block) for page in pages() for block in fences(page.read_text(encoding="utf-8"))]


def written_in(language: str) -> list[Any]:
    return [
        pytest.param(block, id=f"{named(page)}:{block.line}") for page, block in BLOCKS if block.language == language
    ]


def commands_in(document: Any) -> Iterator[str]:
    """Every line that a workflow runs."""
    match document:
        case {"run": str(text)}:
            yield from text.strip().split("\n")
        case dict():
            for value in document.values():
                yield from commands_in(value)
        case list():
            for value in document:
                yield from commands_in(value)


def unknown_to_commands(line: str) -> list[str]:
    """Commands and options of ours in a line that don't exist."""
    group: Any = typer.main.get_command(app)
    words = shlex.split(line.split(" > ")[0])
    if not words or words[0] != "tierpolicy":
        return []
    command = group.commands.get(words[1])
    if command is None:
        return [words[1]]
    known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    return [word for word in words[2:] if word.startswith("-") and word not in known]


@pytest.mark.parametrize("block", written_in("yaml"))
def test_a_workflow_in_the_docs(block: Fence) -> None:
    document = yaml.safe_load(block.text)
    assert isinstance(document, dict)
    assert [wrong for line in commands_in(document) for wrong in unknown_to_commands(line)] == []
    if "jobs" in document:
        used = re.findall(r"uses: (\S+)", block.text)
        assert [each for each in used if not re.search(r"@(v\d+|main)$", each)] == []
        assert True in document  # `on`, which YAML 1.1 reads as a truth value


@pytest.mark.parametrize("block", [each for each in written_in("yaml") if "hooks:" in each.values[0].text])
def test_hooks_in_the_docs_are_those_that_exist(block: Fence, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(block.text)
    config = load_config(str(tmp_path / "config.yaml"))
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    assert [hook["id"] for hook in hooks if hook["id"] not in HOOKS] == []
    for hook in hooks:
        assert unknown_to_commands(" ".join([HOOKS[hook["id"]]["entry"], *hook.get("args", [])])) == []


SETTINGS = [each for each in written_in("toml") if "[tool.tierpolicy" in each.values[0].text]


@pytest.mark.parametrize("block", SETTINGS)
def test_settings_in_the_docs_can_be_used(block: Fence, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(block.text)
    assert settings_near(tmp_path).file is not None


def test_every_setting_is_in_the_reference() -> None:
    text = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    for command, keys in KEYS.items():
        assert undocumented([command, *keys], text) == []
    rows = dict(re.findall(r"^\| (`[^|]*) \| ([^|]*) \|", text, re.MULTILINE))
    for names, of in rows.items():
        for name in re.findall(r"`([\w-]+)`", names):
            takes = {command for command, keys in KEYS.items() if name in keys}
            assert "all of the commands" in of or set(re.findall(r"`(\w+)`", of)) == takes, name


def test_what_is_wrong_in_a_workflow_is_seen() -> None:
    planted = yaml.safe_load("jobs: {a: {steps: [{run: tierpolicy chekc x}, {run: 'tierpolicy test --covrage > a'}]}}")
    assert [wrong for line in commands_in(planted) for wrong in unknown_to_commands(line)] == ["chekc", "--covrage"]
