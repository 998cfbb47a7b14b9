"""What the pages on servers show is what happens, with the server of the tests in the place of the reader's."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.docs.fences import ROOT, Fence, fences
from tests.docs.test_pages import command_and_output, matches, prepared, run_blocks
from tests.servers.postgres import run
from tierpolicy.surfaces.cli.app import app

GUIDES = ROOT / "docs" / "how-to"


def blocks_of(page: Path) -> list[Fence]:
    blocks = fences(page.read_text(encoding="utf-8"))
    assert any("server" in block.marks for block in blocks)
    return blocks


def test_deciding_on_a_cluster(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run in this process, which has a Java already."""
    page = GUIDES / "decide-on-a-cluster.md"
    prepared(tmp_path, page)
    monkeypatch.chdir(tmp_path)
    blocks = blocks_of(page)
    run_blocks([block for block in blocks if block.language != "console"], page, tmp_path)
    (command, shown) = command_and_output(
        next(block.text for block in blocks if block.language == "console").removeprefix("$ ")
    )
    done = CliRunner().invoke(app, shlex.split(command)[1:])
    assert matches(shown, done.output), done.output


def test_deciding_for_a_table(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = GUIDES / "decide-for-a-postgresql-table.md"
    prepared(tmp_path, page)
    monkeypatch.chdir(tmp_path)
    blocks = blocks_of(page)
    run(postgres, next(block.text for block in blocks if block.language == "sql"))
    here = [
        replace(block, text=block.text.replace("postgresql://crm@db.example/crm", postgres).replace("crm:", "test:"))
        for block in blocks
    ]
    for _ in range(2):  # the second time the table is there
        run_blocks(here, page, tmp_path)
