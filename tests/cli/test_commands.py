"""What all commands share, and the small ones: explain, init, demo, version, help, pipes, our own mistakes."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tierpolicy import __version__

COMMAND = [sys.executable, "-m", "tierpolicy"]


def test_version_and_help(run: Run) -> None:
    assert run("--version").stdout == f"tierpolicy {__version__}\n"
    for arguments in ((), ("--help",), ("-h",)):
        done = run(*arguments)
        said = done.stdout + done.stderr
        for name in ("init", "demo", "check", "fmt", "eval", "apply", "explain"):
            assert re.search(rf"^\s+{name}\s", said, re.M), name
    done = run("evil")
    assert (done.returncode, done.stdout) == (2, "")
    assert "No such command 'evil'" in done.stderr


def test_explain(run: Run) -> None:
    assert run("explain", "t460").stdout.startswith("# T460: example that does not hold\n")
    done = run("explain", "T4600")
    assert (done.returncode, done.stderr) == (2, "error: there is no code `T4600`\n  did you mean `T460`?\n")
    assert run("explain", "../T460").returncode == 2


def test_init_writes_a_policy_that_is_clean_and_a_test_that_passes(run: Run, tmp_path: Path) -> None:
    done = run("init", "new/policy")
    assert done.returncode == 0
    assert run("check", "new/policy").stdout.startswith("no findings in 1 file\n")
    assert run("fmt", "--check", "new/policy").returncode == 0
    assert "8 passed" in run("test", "new/policy").stdout
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "new/policy"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "10 passed" in tested.stdout, tested.stdout
    before = sorted(path.read_bytes() for path in (tmp_path / "new" / "policy").glob("*.tier"))
    done = run("init", "new/policy")
    assert (done.returncode, done.stderr) == (2, "error: `new/policy` is not empty; name a new folder\n")
    assert sorted(path.read_bytes() for path in (tmp_path / "new" / "policy").glob("*.tier")) == before
    (tmp_path / "file").write_text("")
    assert run("init", "file").returncode == 2
    assert run("init", "file/inside").returncode == 2


def test_a_reader_that_stops_hears_no_complaint(folder: Path) -> None:
    (folder / "long.tier").write_text("".join(f"if ordres > {n} then priority = top\n" for n in range(3_000)))
    command = subprocess.Popen(
        [*COMMAND, "check", "long.tier"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.read(10)
    command.stdout.close()
    assert command.stderr.read() == b""
    command.wait(timeout=120)
    command.stderr.close()


BROKEN = """
import sys
from tierpolicy.surfaces.cli import main
import tierpolicy.pipeline
def fail(*args, **kwargs):
    raise ZeroDivisionError("inside")
tierpolicy.pipeline.load = fail
sys.argv = ["tierpolicy", "eval", "shop.tier", "--customer", "{}"]
main()
"""


@pytest.mark.parametrize("debug", [False, True])
def test_our_own_mistakes_are_ours(debug: bool, folder: Path) -> None:
    environment = os.environ | ({"TIERPOLICY_DEBUG": "1"} if debug else {})
    done = subprocess.run([sys.executable, "-c", BROKEN], cwd=folder, capture_output=True, text=True, env=environment)
    assert done.stdout == ""
    assert ("Traceback" in done.stderr) is debug
    if not debug:
        assert done.returncode == 3
        assert "that is our mistake, not yours (ZeroDivisionError)" in done.stderr
        assert len(done.stderr.splitlines()) <= 4


def test_a_poor_encoding_loses_no_output(run: Run, folder: Path) -> None:
    (folder / "p.tier").write_text('policy "Größe"\nif orders > 3 then priority = top\n', encoding="utf-8")
    done = run("eval", "p.tier", "--customer", "{}", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.startswith("Gr\\xf6\\xdfe, as of")


def on_a_terminal(folder: Path, *args: str, **environment: str) -> str:
    """What a command shows on a terminal of 80 columns."""
    main, other = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    command = subprocess.Popen(
        [*COMMAND, *args],
        cwd=folder,
        stdin=other,
        stdout=other,
        stderr=other,
        env=kept | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"} | environment,
    )
    os.close(other)
    shown = b""
    while select.select([main], [], [], 60)[0]:
        try:
            piece = os.read(main, 65_536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    command.wait(timeout=60)
    os.close(main)
    return shown.decode()


@pytest.mark.parametrize("arguments", [("eval", "shop.tier", "--customer", "{}"), ("check", "bad.tier")])
def test_a_terminal_gets_colours_unless_it_wants_none(arguments: tuple[str, ...], folder: Path) -> None:
    (folder / "bad.tier").write_text("if ordres > 3 then priority = top\n")
    colour = re.compile(r"\x1b\[[0-9;]*3[0-9]m|\x1b\[[0-9;]*9[0-9]m|\x1b\[1m|\x1b\[1;3")
    assert colour.search(on_a_terminal(folder, *arguments))
    plain = on_a_terminal(folder, *arguments, NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", plain)


def test_a_terminal_gets_a_progress_bar_and_pages_as_text(folder: Path) -> None:
    (folder / "in.csv").write_text("customer_id,spend\n" + "a,1\n" * 2_000)
    shown = on_a_terminal(folder, "apply", "shop.tier", "in.csv", "-o", "out.csv")
    assert "deciding" in shown
    assert "2,000 decisions in out.csv" in shown
    assert "# T460" not in on_a_terminal(folder, "explain", "T460")
