"""Without the extra `data`: text is decided row by row, with the same result; anything else says what to install."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tierpolicy
from tierpolicy.runtime import apply as runtime_apply
from tierpolicy.runtime.rows import UnusableFile

DAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def without_data(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec

    def find(name: str, *given: Any) -> Any:
        return None if name in ("numpy", "pyarrow", "duckdb") else found(name, *given)

    monkeypatch.setattr(importlib.util, "find_spec", find)
    monkeypatch.setattr(runtime_apply, "SMALL", 0)


def work(folder: Path, target: str, **options: Any) -> runtime_apply.Work:
    policy = tierpolicy.loads("if orders > 5 then priority = top")
    (folder / "in.csv").write_text("orders\n9\n1\n")
    return runtime_apply.work_for(
        policy, str(folder / "in.csv"), f"{folder}/{target}", DAY, lambda done, size: None, **options
    )


def test_text_is_decided_row_by_row(tmp_path: Path) -> None:
    asked = work(tmp_path, "out.csv")
    assert runtime_apply.applied(asked).rows == 2
    assert asked.left == ["deciding row by row; `pip install 'tierpolicy[data]'` makes it many times faster"]


@pytest.mark.parametrize(("target", "options"), [("out.parquet", {}), ("out.csv", {"resume": True}), ("out/", {})])
def test_the_rest_says_what_to_install(target: str, options: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"needs pyarrow: install it with `pip install 'tierpolicy\[data\]'`"):
        runtime_apply.applied(work(tmp_path, target, **options))
