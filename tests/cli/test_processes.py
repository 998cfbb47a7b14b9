"""Commands in tests are forked from a process that has loaded the package; they are as commands that start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import tierpolicy

COMMANDS = [
    (("check", "shop.tier", "--quick"), b"", 0),
    (("check", "bad.tier"), b"", 1),
    (("eval", "shop.tier", "--customer", "-", "--as-of", "2026-11-21"), '{"code": "\u00e9", "spend": 2}'.encode(), 0),
    (("eval", "shop.tier", "--customer", "\udcff"), b"", 2),
]


@pytest.mark.parametrize(("arguments", "stdin", "code"), COMMANDS)
def test_a_forked_command_does_what_a_started_one_does(
    arguments: tuple[str, ...], stdin: bytes, code: int, folder: Path
) -> None:
    (folder / "bad.tier").write_text("if ordres > 3 then priority = top\n")
    (folder / "shop.tier").write_text((folder / "shop.tier").read_text() + "# \u00e9\n")
    forked = tierpolicy(*arguments, cwd=folder, stdin=stdin)
    started = subprocess.run(
        [sys.executable, "-m", "tierpolicy", *arguments],
        input=stdin,
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert (forked.returncode, forked.stdout, forked.stderr) == (code, started.stdout, started.stderr)
    assert started.returncode == code


def test_commands_leave_nothing_to_the_next(tmp_path: Path) -> None:
    assert tierpolicy("fmt", "-", cwd=tmp_path, env={**os.environ, "TIERPOLICY_DEBUG": "1"}).returncode == 2
    there = tierpolicy("check", "nowhere.tier", cwd=tmp_path, together=True)
    assert (there.stdout, there.stderr) == (b"error: there is no file or folder `nowhere.tier`\n", b"")
