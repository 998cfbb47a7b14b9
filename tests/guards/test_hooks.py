"""The hooks that other repositories take from here: a sound manifest, and run by pre-commit they do what they say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pre_commit.commands.validate_manifest import validate_manifest

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS: dict[str, dict[str, Any]] = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))}
GOOD = """\
rule valued: if lifetime_value > 3 then priority = top

example "e":
    given lifetime_value = 4
    expect priority = top
"""


def test_pre_commit_takes_the_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert validate_manifest([str(MANIFEST)]) == 0
    assert sorted(HOOKS) == ["tierpolicy-check", "tierpolicy-fmt", "tierpolicy-test"]
    planted = tmp_path / "hooks.yaml"
    planted.write_text(MANIFEST.read_text(encoding="utf-8").replace("language: python", "tongue: python"))
    assert validate_manifest([str(planted)]) == 1
    capsys.readouterr()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that has the hooks, run from this environment instead of one that pre-commit would make."""
    folder = tmp_path_factory.mktemp("repository")
    (folder / "policies").mkdir()
    (folder / "policies" / "service.tier").write_text(GOOD)
    (folder / "policies" / "part.txt").write_text("no policy\n")
    (folder / "pyproject.toml").write_text(
        '[tool.tierpolicy]\npaths = ["policies"]\ncheck.quick = true\ntest.quick = true\n'
    )
    hooks = [{**hook, "language": "system", "entry": f"{sys.executable} -m {hook['entry']}"} for hook in HOOKS.values()]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(folder, "init", "-q")
    git(folder, "add", ".")
    return folder


def git(folder: Path, *args: str) -> None:
    subprocess.run(["git", *args], cwd=folder, check=True, capture_output=True, timeout=60)


def run(repository: Path, *args: str) -> subprocess.CompletedProcess[str]:
    home = {"PRE_COMMIT_HOME": str(repository / ".git" / "pre-commit")}
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--color=never", *args],
        cwd=repository,
        env={**os.environ, **home},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_hooks_pass_and_fail_as_the_commands_do(repository: Path) -> None:
    done = run(repository, "--all-files")
    assert done.returncode == 0, done.stdout
    assert [line.split(".")[0] for line in done.stdout.splitlines()] == [
        f"tierpolicy {name}" for name in ("fmt", "check", "test")
    ]
    assert done.stdout.count("Passed") == 3
    policy = repository / "policies" / "service.tier"
    policy.write_text(GOOD.replace("= 4", "=  2"))
    done = run(repository, "--files", "policies/service.tier")
    policy_now = policy.read_text()
    policy.write_text(GOOD)
    assert done.returncode == 1
    assert done.stdout.count("Failed") == 3, done.stdout
    assert "- files were modified by this hook" in done.stdout
    assert policy_now == GOOD.replace("= 4", "= 2")
    assert done.stdout.count("error[T460]: the example `e`") == 2


def test_other_files_run_no_hook(repository: Path) -> None:
    done = run(repository, "--files", "policies/part.txt")
    assert done.stdout.count("Skipped") == 3
