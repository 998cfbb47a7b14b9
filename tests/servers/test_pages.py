"""What the pages on servers show is what happens, with the server of the tests in the place of the reader's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.docs.fences import ROOT, fences
from tests.docs.test_pages import prepared, run_blocks
from tests.servers.postgres import run

GUIDES = ROOT / "docs" / "how-to"


def test_deciding_on_a_cluster(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = GUIDES / "decide-on-a-cluster.md"
    prepared(tmp_path, page)
    monkeypatch.chdir(tmp_path)
    blocks = fences(page.read_text(encoding="utf-8"))
    assert {"console", "python"} <= {block.language for block in blocks if "server" in block.marks}
    run_blocks(blocks, page, tmp_path)


def test_deciding_for_a_table(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = GUIDES / "decide-for-a-postgresql-table.md"
    prepared(tmp_path, page)
    monkeypatch.chdir(tmp_path)
    blocks = fences(page.read_text(encoding="utf-8"))
    (tables,) = (block.text for block in blocks if block.language == "sql")
    run(postgres, tables.replace(";\nINSERT", ";\nINSERT"))
    for _ in range(2):  # the second time the table is there
        run_blocks(
            [replace(each, text=each.text.replace("postgresql://crm@db.example/crm", postgres)) for each in blocks],
            page,
            tmp_path,
        )
