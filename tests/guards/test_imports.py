"""Importing the package, loading a policy and deciding load only what they need: nobody waits for the rest."""

from __future__ import annotations

import subprocess
import sys

import pytest

import tierpolicy

ELSEWHERE = {
    "duckdb", "importlib.metadata", "jinja2", "lark", "narwhals", "numba", "numpy", "pandas", "polars", "pyarrow",
    "pydantic", "rich", "tierpolicy.analysis", "tierpolicy.diagnostics.render", "tierpolicy.pipeline",
    "tierpolicy.report", "tierpolicy.surfaces", "tierpolicy.syntax.format", "tierpolicy.syntax.mistakes", "typer", "z3",
}  # fmt: skip
"""What proves, shows, parses grammars, fills templates or reads frames."""

IMPORT = "import tierpolicy"
LOAD = f'{IMPORT}; policy = tierpolicy.loads("if orders > 3 then priority = top")'
EVALUATE = f"""{LOAD}; from datetime import date; policy.evaluate({{"orders": 4}}, as_of=date(2026, 1, 1)).to_json()"""


def loaded_by(code: str) -> set[str]:
    """What of it a fresh interpreter has loaded after the code."""
    command = [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return ELSEWHERE & set(done.stdout.split())


@pytest.mark.parametrize("code", [IMPORT, LOAD, EVALUATE])
def test_nothing_is_loaded_that_can_wait(code: str) -> None:
    assert loaded_by(code) == set()


@pytest.mark.parametrize("planted", ["lark", "z3", "tierpolicy.pipeline"])
def test_a_planted_import_is_seen(planted: str) -> None:
    assert planted in loaded_by(f"import {planted}; {EVALUATE}")


def test_a_mistake_loads_what_explains_it() -> None:
    found = loaded_by(f"{IMPORT}\ntry:\n    tierpolicy.loads('rule a: if then')\nexcept tierpolicy.PolicyError: pass")
    assert found == {"lark", "tierpolicy.syntax.mistakes"}


def test_what_is_public_is_there() -> None:
    assert all(hasattr(tierpolicy, name) for name in tierpolicy.__all__)
    assert {"load", "loads"} <= set(tierpolicy.__all__)
