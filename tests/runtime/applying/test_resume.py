"""A run that was killed goes on where it stopped, with the same work only, to the same bytes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

import tierpolicy
from tierpolicy.runtime.apply import Applied, applied, work_for
from tierpolicy.runtime.applying.workplace import place_for, workplace
from tierpolicy.runtime.rows import UnusableFile

DAY = date(2026, 11, 22)
TEXT = """
customer {
    id    : text key
    spend : money at least 0
}
service {
    priority : low < normal < high
    credit   : money at least 0 at most 90 more is better
}
baseline everyone: priority at least normal
rule good: if spend >= 100 then priority = high, credit = spend * 10%
"""
KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from tests.runtime.applying.test_resume import TEXT, DAY, run, small
small()
calls = []
def kill(done, size):
    calls.append(done)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
run(Path(sys.argv[1]), sys.argv[2], sys.argv[3], progress=kill)
"""


def small() -> None:
    """Batches of ten rows, parts of twenty."""
    from tierpolicy.runtime.applying import targets
    from tierpolicy.runtime.bases import evening, gathering, parquet_files

    evening.ROWS_IN_A_BATCH = gathering.ROWS_GATHERED = 10
    parquet_files.ROWS_IN_A_BATCH = 8
    targets.ROWS_IN_A_PART = 20


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bases.evening.ROWS_IN_A_BATCH", "bases.gathering.ROWS_GATHERED"):
        monkeypatch.setattr(f"tierpolicy.runtime.{name}", 10)
    monkeypatch.setattr("tierpolicy.runtime.bases.parquet_files.ROWS_IN_A_BATCH", 8)
    monkeypatch.setattr("tierpolicy.runtime.applying.targets.ROWS_IN_A_PART", 20)


def silent(done: int, size: int) -> None:
    pass


def run(folder: Path, source: str, target: str, **options: Any) -> tuple[Applied, list[str]]:
    policy = tierpolicy.loads(options.pop("text", TEXT))
    progress = options.pop("progress", silent)
    rejects = rejects_of(folder, target)
    work = work_for(
        policy,
        str(folder / source),
        f"{folder}/{target}",
        options.pop("day", DAY),
        progress,
        resume=options.pop("resume", True),
        rejects=rejects,
        **options,
    )
    return applied(work, "columns"), work.left


def rejects_of(folder: Path, target: str) -> Path:
    return folder / f"{target.strip('/')}.rejects.csv"


def customers(folder: Path) -> None:
    rows = [(f"c{n}", None if n % 9 == 4 else n * 1.5 if n % 7 else -1.0) for n in range(97)]
    table = pyarrow.table({"id": [r[0] for r in rows], "spend": [r[1] for r in rows]})
    pyarrow.parquet.write_table(table, folder / "in.parquet", row_group_size=31)
    (folder / "in.csv").write_text("id,spend\n" + "".join(f"{a},{'' if b is None else b}\n" for a, b in rows))
    (folder / "in.jsonl").write_text("".join(json.dumps({"id": a, "spend": b}) + "\n" for a, b in rows))


def held(path: Path) -> Any:
    return {each.name: each.read_bytes() for each in path.iterdir()} if path.is_dir() else path.read_bytes()


@pytest.mark.parametrize(("source", "target"), [("in.parquet", "out.parquet"), ("in.csv", "out.csv")])
def test_a_killed_run_goes_on_to_the_same_bytes(source: str, target: str, tmp_path: Path, small_batches: None) -> None:
    customers(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-c", KILLED, str(tmp_path), source, target]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    goes_on(tmp_path, source, target)


@pytest.mark.parametrize(("source", "target"), [("in.jsonl", "out.jsonl"), ("in.parquet", "out/")])
def test_a_stopped_run_goes_on_to_the_same_bytes(source: str, target: str, tmp_path: Path, small_batches: None) -> None:
    customers(tmp_path)
    with pytest.raises(Stopped):
        run(tmp_path, source, target, progress=stop_after(3))
    goes_on(tmp_path, source, target)


def goes_on(folder: Path, source: str, target: str) -> None:
    """The rest is decided, and the result is that of a run that nobody stopped."""
    assert not (folder / target).exists()
    place = place_for(folder / target)
    kept = json.loads((place / "manifest.json").read_text())["rows"]
    assert 0 < kept < 97
    whole = target.replace("out", "whole")
    expected, _ = run(folder, source, whole)
    found, left = run(folder, source, target)
    assert left == [f"goes on after the first {kept} rows, which were decided before"]
    assert held(folder / target) == held(folder / whole)
    rejects = [rejects_of(folder, name).read_bytes() for name in (target, whole)]
    assert rejects[0] == rejects[1]
    assert (found.tally, found.rows) == (expected.tally, expected.rows)
    assert found.tally.rejected > 0
    assert not place.exists()


class Stopped(BaseException):
    pass


def stop_after(batches: int) -> Any:
    calls: list[int] = []

    def stop(done: int, size: int) -> None:
        calls.append(done)
        if len(calls) == batches:
            raise Stopped

    return stop


def test_nothing_else_goes_on_with_what_was_kept(tmp_path: Path, small_batches: None) -> None:
    customers(tmp_path)
    with pytest.raises(Stopped):
        run(tmp_path, "in.csv", "out.csv", progress=stop_after(2))
    for said, changed in [
        ("another policy", {"text": TEXT.replace("100", "101")}),
        ("another day", {"day": date(2026, 11, 23)}),
        ("other options", {"carry": ("spend",)}),
    ]:
        with pytest.raises(UnusableFile, match=said):
            run(tmp_path, "in.csv", "out.csv", **changed)
    os.utime(tmp_path / "in.csv", (1, 1))
    with pytest.raises(UnusableFile, match="other customers"):
        run(tmp_path, "in.csv", "out.csv")
    _, left = run(tmp_path, "in.csv", "out.csv", resume=False)
    assert left == ["cleared away what a run that was stopped had left of `out.csv`"]
    assert not place_for(tmp_path / "out.csv").exists()


@pytest.mark.parametrize("resume", [True, False])
def test_a_run_that_is_stopped_keeps_what_it_is_asked_to(resume: bool, tmp_path: Path, small_batches: None) -> None:
    customers(tmp_path)
    policy = tierpolicy.loads(TEXT)
    given = (policy, str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), DAY, stop_after(3))
    work = work_for(*given, resume=resume)
    with pytest.raises(Stopped):
        applied(work, "columns")
    assert place_for(tmp_path / "out.csv").exists() == resume
    kept = ["the first 30 rows are kept for `out.csv`; the same command with `--resume` goes on"]
    assert work.left == (kept if resume else [])


def test_two_runs_for_one_target_dont_meet(tmp_path: Path) -> None:
    customers(tmp_path)
    with workplace(tmp_path / "out.csv", {}, resume=False, left=[]):
        with pytest.raises(UnusableFile, match=r"another run is writing `out.csv` now"):
            run(tmp_path, "in.csv", "out.csv")
        assert place_for(tmp_path / "out.csv").exists()


def test_what_is_kept_but_broken_is_no_beginning(tmp_path: Path, small_batches: None) -> None:
    customers(tmp_path)
    place = place_for(tmp_path / "out.csv")
    place.mkdir()
    (place / "manifest.json").write_text('{"rows": ')
    (place / "part").write_text("half of some")
    found, left = run(tmp_path, "in.csv", "out.csv")
    assert found.rows == 97
    assert left == ["cleared away what a run that was stopped had left of `out.csv`"]
