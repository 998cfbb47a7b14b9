"""The contracts of pyproject.toml hold, and each of them sees the import that it is there to see."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).parent / "lint-imports"

LAYERS = "Imports point downward, siblings don't know one another"
# module to plant in, what it imports, the contract that must break
PLANTED = [
    ("source", "tierpolicy.diagnostics.diagnostic", LAYERS),
    ("diagnostics/planted", "tierpolicy.model.types", LAYERS),
    ("model/planted", "tierpolicy.syntax.ast", LAYERS),
    ("syntax/planted", "tierpolicy.model.types", LAYERS),
    ("syntax/planted", "tierpolicy.check.elaborate", LAYERS),
    ("semantics/planted", "tierpolicy.check.elaborate", LAYERS),
    ("check/planted", "tierpolicy.semantics.outcome", LAYERS),
    ("check/planted", "tierpolicy.runtime", LAYERS),
    ("runtime/planted", "tierpolicy.report", LAYERS),
    ("report/planted", "tierpolicy.surfaces", LAYERS),
    ("testing/planted", "tierpolicy.report", LAYERS),
    ("pipeline", "tierpolicy.testing", LAYERS),
    ("utils", "tierpolicy.source", LAYERS),
    ("check/planted", "lark", "Only syntax knows the parser library"),
    ("surfaces/planted", "lark", "Only syntax knows the parser library"),
    ("analysis/planted", "tierpolicy.runtime", LAYERS),
    ("semantics/planted", "tierpolicy.analysis.goal", LAYERS),
    ("analysis/planted", "z3", "Only analysis/smt knows the solver"),
    ("report/planted", "typer", "Only surfaces know the terminal; rich also fills reports"),
    ("diagnostics/planted", "rich.text", "Only surfaces know the terminal; rich also fills reports"),
    ("model/planted", "pydantic", "Only runtime knows how applications hold records"),
    ("surfaces/planted", "pyarrow.parquet", "Only runtime knows how applications hold records"),
    ("spark/planted", "tierpolicy.surfaces", LAYERS),
    ("spark/planted", "pyspark.sql", "Only runtime knows how applications hold records"),
    ("runtime/planted", "sqlglot", "Only compile/sql knows the SQL library"),
    ("compile/planted", "polars", "Only runtime knows how applications hold records"),
    ("semantics/planted", "tierpolicy.cells.axes", LAYERS),
    ("cells/planted", "tierpolicy.analysis.goal", LAYERS),
    ("compile/planted", "tierpolicy.analysis.goal", LAYERS),
    ("compile/python/planted", "numpy", "Only columns know arrays, and only their kernels the compiler"),
    ("runtime/planted", "numba", "Only columns know arrays, and only their kernels the compiler"),
    ("cells/planted", "random", "The meaning has no clock, no randomness, no locale, no input or output"),
    ("surfaces/planted", "jinja2", "Only report fills templates"),
    ("pipeline", "hypothesis.strategies", "Only testing draws customers"),
    ("testing/planted", "pytest", "Only the plugin knows pytest"),
    ("surfaces/pytest_plugin/planted", "_pytest.nodes", "Only the plugin knows pytest"),
    ("semantics/planted", "random", "The meaning has no clock, no randomness, no locale, no input or output"),
    ("check/planted", "os.path", "The meaning has no clock, no randomness, no locale, no input or output"),
    ("runtime/planted", "pickle", "The package reads no serialised code"),
]


def broken_contracts(folder: Path) -> list[str]:
    """The names of the contracts that the package in `folder` breaks."""
    done = subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=120)
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    verdicts = done.stdout.partition("\nContracts: ")[0].split("\n")
    return [line.partition(" BROKEN")[0] for line in verdicts if " BROKEN" in line]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "tierpolicy", tmp_path / "tierpolicy", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_package_keeps_every_contract() -> None:
    assert broken_contracts(ROOT) == []


@pytest.mark.parametrize(("where", "imported", "contract"), PLANTED)
def test_a_planted_import_is_seen(copied: Path, where: str, imported: str, contract: str) -> None:
    planted = copied / "tierpolicy" / f"{where}.py"
    with planted.open("a", encoding="utf-8") as file:
        file.write(f"\nimport {imported}\n")
    assert contract in broken_contracts(copied)
