"""What `apply` writes, to every kind of target: whole or not at all, and no row lost."""

from __future__ import annotations

import csv
import errno
import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest

import tierpolicy
from tierpolicy.runtime.apply import Applied, LostRows, applied, work_for
from tierpolicy.runtime.applying.lines import Lines
from tierpolicy.runtime.applying.parts import Parts
from tierpolicy.runtime.rows import UnusableFile

DAY = date(2026, 11, 22)
POLICY = tierpolicy.loads(
    """
customer {
    id    : text key
    spend : money at least 0
    bad   : integer default 0
}
service {
    priority : low < normal < high
    credit   : money at least 0 at most 90 more is better or none
    wait     : duration less is better
    perks    : set of gift, lounge
    share    : percent at least 0% more is better
    score    : number at least 0 more is better
    next     : date default 2027-01-01
    points   : integer adds up
}
baseline everyone "For all": priority at least normal, wait at most 1 day
rule good: if spend >= 100 then priority = high, credit = spend * 10%, wait = 1 hour, perks = {gift, lounge}
rule more: if spend > 0 then share = 12.5%, score = 0.1, points = 3, next = 2026-12-24
limit bad: if bad > 3 then priority at most low, credit at most 1
"""
)
ROWS = 'id,spend,bad,region\na,100,0,north\n"b, ""x""",12.5,9,"south\neast"\nc,many,1,\né,2000,9,west\nd,5\n,,,\n'


def silent(done: int, size: int) -> None:
    pass


def done(folder: Path, target: str, road: str | None = "columns", source: str = "in.csv", **options: Any) -> Applied:
    if not (folder / source).exists():
        (folder / source).write_text(ROWS, newline="")
    slash = "/" if target.endswith("/") else ""
    work = work_for(POLICY, str(folder / source), str(folder / target) + slash, DAY, silent, **options)
    return applied(work, road)


@pytest.mark.parametrize("name", ["out.csv", "out.tsv", "out.jsonl"])
@pytest.mark.parametrize("options", [{}, {"reasons": True, "carry": ("region", "spend")}, {"rejects": True}])
def test_both_roads_write_the_same(name: str, options: dict[str, Any], tmp_path: Path) -> None:
    written = []
    for road in ("rows", "columns"):
        asked = {**options, "rejects": tmp_path / "rejects.csv"} if "rejects" in options else options
        found = done(tmp_path, name, road, **asked)
        rejects = (tmp_path / "rejects.csv").read_bytes() if "rejects" in options else b""
        written.append(((tmp_path / name).read_bytes(), rejects, found))
    assert written[0][:2] == written[1][:2]
    rows, columns = written[0][2], written[1][2]
    assert (columns.notes, columns.rows, columns.tally) == (rows.notes, rows.rows, rows.tally)


def test_rejects_are_set_apart_with_their_lines(tmp_path: Path) -> None:
    found = done(tmp_path, "out.parquet", rejects=tmp_path / "rejects.csv")
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["row"], row["id"]) for row in rows] == [("5", "3", "c"), ("7", "5", "d")]
    assert rows[0]["reason"].startswith('`spend` is "many", which counts as missing')
    table = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert table.num_rows == 4
    assert (found.rows, found.tally.customers, found.tally.rejected, found.tally.with_problems) == (6, 4, 2, 1)


def test_a_folder_a_file_and_a_table_hold_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tierpolicy.runtime.bases.evening.ROWS_IN_A_BATCH", 2)
    monkeypatch.setattr("tierpolicy.runtime.applying.targets.ROWS_IN_A_PART", 2)
    done(tmp_path, "out.parquet", resume=True)
    done(tmp_path, "out/")
    done(tmp_path, "out.duckdb", into="decisions")
    done(tmp_path, "out.jsonl")
    whole = pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert len(whole) == 6
    parts = sorted((tmp_path / "out").iterdir())
    assert [part.name for part in parts] == ["part-00001.parquet", "part-00002.parquet", "part-00003.parquet"]
    assert [row for part in parts for row in pyarrow.parquet.read_table(part).to_pylist()] == whole
    with duckdb.connect(str(tmp_path / "out.duckdb"), read_only=True) as connection:
        stored = connection.execute("SELECT * FROM decisions").fetchall()
    assert [row[0] for row in stored] == [row["id"] for row in whole]
    assert [row[3] for row in stored] == [row["wait"] for row in whole]
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n")[:-1]]
    assert [line["credit"] for line in lines] == [None if r["credit"] is None else str(r["credit"]) for r in whole]


def test_a_table_is_replaced_only_where_a_run_wrote_it(tmp_path: Path) -> None:
    done(tmp_path, "crm.duckdb", into="decisions")
    done(tmp_path, "crm.duckdb", into="decisions")
    with duckdb.connect(str(tmp_path / "crm.duckdb")) as connection:
        connection.execute("CREATE TABLE customers AS SELECT 'a' AS id, 100 AS spend")
    with pytest.raises(UnusableFile, match="has a table `customers` already"):
        done(tmp_path, "crm.duckdb", into="customers")
    found = done(tmp_path, "crm.duckdb", source="crm.duckdb", table="customers", into="decisions")
    assert (found.rows, found.tally.by_value["high"]) == (1, 1)


def test_the_table_that_is_read_is_not_written(tmp_path: Path) -> None:
    done(tmp_path, "crm.duckdb", into="decisions")
    (tmp_path / "link.db").symlink_to(tmp_path / "crm.duckdb")
    before = (tmp_path / "crm.duckdb").read_bytes()
    for source, table, into in (
        ("crm.duckdb", "decisions", "decisions"),
        ("crm.duckdb", "decisions", "main.Decisions"),
        ("link.db", "decisions", "decisions"),
        ("../" + tmp_path.name + "/crm.duckdb", "decisions", "decisions"),
    ):
        with pytest.raises(UnusableFile, match=f"`{into}` in .*crm.duckdb` is read by this command; name another"):
            done(tmp_path, "crm.duckdb", source=source, table=table, into=into)
    assert (tmp_path / "crm.duckdb").read_bytes() == before
    assert done(tmp_path, "crm.duckdb", source="link.db", table="decisions", into="again").rows == 6


@pytest.mark.parametrize(
    ("target", "options", "said"),
    [
        ("out.duckdb", {}, "say which one to write with `--into TABLE`"),
        ("out.csv", {"into": "x"}, "holds no tables, so leave out `--into x`"),
        ("full/", {}, "is a folder with something in it"),
        ("in.csv/", {}, "is a file, not a folder"),
        ("no/out/", {}, "there is no folder"),
        ("no/out.duckdb", {"into": "x"}, "there is no folder"),
        ("out.csv", {"carry": ("regoin",)}, "there is no column `regoin` to carry over; its columns are `id`"),
        ("out.csv", {"rejects": "out.csv"}, "write the rejects to another file"),
        ("out.csv", {"rejects": "in.csv"}, "is read by this command"),
        ("out.csv", {"rejects": "rejects.txt"}, "should end in `.csv`"),
    ],
)
def test_what_cant_be_done_is_refused_before_the_work(
    target: str, options: dict[str, Any], said: str, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("mine")
    if "rejects" in options:
        options = {**options, "rejects": tmp_path / options["rejects"]}
    (tmp_path / "in.csv").write_text(ROWS, newline="")
    with pytest.raises(UnusableFile, match=said):
        done(tmp_path, target, **options)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["full", "in.csv"]


@pytest.mark.parametrize(("name", "kind"), [("out.csv", Lines), ("out.parquet", Parts)])
def test_a_row_that_is_lost_stops_the_run(
    name: str, kind: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spelled = kind.spelled

    def without_the_last(target: Any, output: Any) -> Any:
        import numpy as np

        return spelled(target, type(output)(output.rows, output.cells, np.arange(output.rows) < output.rows - 1))

    monkeypatch.setattr(kind, "spelled", without_the_last)
    with pytest.raises(LostRows, match="6 rows were read, 5 written and 0 set apart"):
        done(tmp_path, name)
    assert [each.name for each in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_a_full_disk_is_said_and_leaves_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Lines, "write", full)
    monkeypatch.setattr(Parts, "write", full)
    with pytest.raises(UnusableFile, match="can't be written: no space left on device"):
        done(tmp_path, name)
    assert [each.name for each in tmp_path.iterdir()] == ["in.csv"]
