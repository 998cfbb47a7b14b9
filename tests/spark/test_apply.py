"""`tierpolicy apply … --spark MASTER` decides and writes what `apply` does, and fails in one sentence."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.spark.frames import DAY, customers, policy_of
from tierpolicy.runtime.spark.counting import Counts, nothing_counted
from tierpolicy.runtime.spark.lines import head_of
from tierpolicy.runtime.spark.session import sentence
from tierpolicy.surfaces.cli.app import app

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("spend", pa.decimal128(18, 2)),
        ("orders", pa.int64()),
        ("score", pa.float64()),
        ("share", pa.float64()),
        ("loyal", pa.bool_()),
        ("since", pa.date32()),
        ("region", pa.string()),
        ("heat", pa.string()),
        ("tags", pa.list_(pa.string())),
        ("address", pa.struct([("city", pa.string())])),
    ]
)


def applied(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["apply", *map(str, arguments), "--as-of", DAY.isoformat()])


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """What the files in a folder hold, by key."""
    found: list[dict[str, Any]] = []
    for path in sorted([folder] if folder.is_file() else folder.glob("part-*")):
        match path.suffix:
            case ".csv":
                with path.open(newline="", encoding="utf-8") as file:
                    found += csv.DictReader(file)
            case _:
                table = pq.read_table(path)
                if "wait" in table.column_names and pa.types.is_int64(table.schema.field("wait").type):
                    wait = table.column("wait").cast(pa.duration("us"))  # Spark's intervals are microseconds elsewhere
                    table = table.set_column(table.column_names.index("wait"), "wait", wait)
                found += table.to_pylist()
    return sorted(found, key=lambda row: row["id"])


def test_parquet_in_parts(spark: Any, tmp_path: Path) -> None:
    policy_of(tmp_path)
    (tmp_path / "in").mkdir()
    every = customers(600, known=0.7)
    for part in range(3):
        rows = [{name: row[name] for name in SCHEMA.names} for row in every[part::3]]
        pq.write_table(pa.Table.from_pylist(rows, SCHEMA), tmp_path / "in" / f"part-{part}.parquet")
    plain, out = tmp_path / "plain.parquet", tmp_path / "out.parquet"
    one = applied(tmp_path / "every.tier", tmp_path / "in", "-o", plain)
    many = applied(tmp_path / "every.tier", tmp_path / "in", "-o", out, "--spark", "local[2]")
    assert (one.exit_code, many.exit_code) == (0, 0), many.output
    assert many.stdout.replace("out.", "plain.") == one.stdout
    assert rows_of(out) == rows_of(plain)
    assert len(rows_of(out)) == 600
    assert not list(tmp_path.glob(".*"))


def test_csv_with_rows_that_are_not_whole(spark: Any, tmp_path: Path) -> None:
    policy_of(tmp_path)
    text = 'id;spend;region;note\n1;1200.00;north;"a\nb"\n2;5\n3;7;south;x;spare\n4;"1,5";west;\n5;;;\n'
    (tmp_path / "in.csv").write_text(f"\ufeff{text}", encoding="utf-8")
    done = applied(tmp_path / "every.tier", tmp_path / "in.csv", "-o", tmp_path / "out.csv", "--spark", "local[2]")
    assert done.exit_code == 0, done.output
    found = rows_of(tmp_path / "out.csv")
    assert [row["id"] for row in found] == ["1", "2", "3", "4", "5"]
    assert [row["priority"] for row in found] == ["high", "normal", "normal", "normal", "normal"]
    assert ["cells" in row["problem_text"] for row in found] == [False, True, True, False, False]
    assert "`spend`" in found[3]["problem_text"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["in.csv", "-o", "out", "--spark", "locl"], "`locl` is no master of Spark: a master is `local[*]`"),
        (["in.csv", "-o", "postgresql://h/d", "--spark", "local[2]"], "leave out `--spark` to work with a database"),
        (["nix.parquet", "-o", "out", "--spark", "local[2]"], "there is no file `nix.parquet`"),
        (["in.csv", "-o", "there", "--spark", "local[2]"], "`there` exists already"),
        (["in.csv", "-o", "no/out", "--spark", "local[2]"], "there is no folder `no`"),
        (["in.jsonl", "-o", "out", "--spark", "local[2]"], "turn JSON lines into Parquet first"),
        (["bad.parquet", "-o", "out", "--spark", "local[2]"], "a file is no Parquet file, or damaged"),
        (["nokey.csv", "-o", "out", "--spark", "local[2]"], "`id` is no column of `nokey.csv`"),
        (["in.csv", "-o", "out", "--spark", "local[2]", "--resume"], "`--resume` works without `--spark` only"),
    ],
)
def test_what_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str) -> None:
    monkeypatch.chdir(tmp_path)
    policy_of(tmp_path)
    (tmp_path / "in.csv").write_text("id,spend\n1,2\n")
    (tmp_path / "nokey.csv").write_text("spend\n1\n")
    (tmp_path / "bad.parquet").write_text("hello")
    (tmp_path / "there").mkdir()
    done = applied("every.tier", *arguments)
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())
    assert "java" not in done.stderr.lower()
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".*"))


TRACE = """An error occurred while calling o45.parquet.
: org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times
\tat org.apache.spark.scheduler.DAGScheduler.abortStage(DAGScheduler.scala:2)
Caused by: {cause}
\tat java.base/java.lang.Thread.run(Thread.java:840)
\t... 1 more
"""


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("java.lang.IllegalStateException: the moon is full", "the moon is full"),
        ("java.net.UnknownHostException: nowhere.example", "there is no machine called `nowhere.example`"),
        ("java.io.IOException: No space left on device", "the disk is full"),
        ("ModuleNotFoundError: No module named 'tierpolicy'", "the workers' Python has no `tierpolicy`"),
        ("ModuleNotFoundError: No module named 'pyarrow'", "the workers' Python lacks `pyarrow`"),
        ("java.lang.OutOfMemoryError: Java heap space", "Spark ran out of memory"),
    ],
)
def test_one_sentence_of_a_trace(cause: str, words: str) -> None:
    said = sentence(TRACE.format(cause=cause), "yarn")
    assert said.startswith("Spark on `yarn` failed: ")
    assert words in said
    assert "\n" not in said
    assert "scala" not in said


def test_tallies_add_up() -> None:
    one = {"read": 2, "written": 2, "tally": {"customers": 2, "by_value": [["gold", 1], [{"none": "BELOW"}, 1]]}}
    other = {"read": 3, "written": 3, "tally": {"customers": 3, "by_value": [["gold", 2], [True, 1]]}}
    counts = Counts()
    assert counts.addInPlace(nothing_counted(), one) == one
    assert counts.addInPlace(one, other) == {
        "read": 5,
        "written": 5,
        "tally": {"customers": 5, "by_value": [["gold", 3], [{"none": "BELOW"}, 1], [True, 1]]},
    }


def test_head_lines() -> None:
    assert head_of('\ufeffid;"a;b"; c ') == (";", ["id", "a;b", "c"])
    assert head_of("id") == (",", ["id"])
