"""The command line on hostile input: a clear message and an exit code, never a traceback, never a lost record."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import pytest

from tests.processes import tierpolicy

POLICY = "if orders > 3 then priority = top\n"


def run(*args: str, stdin: str | bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = tierpolicy(*args, cwd=cwd, stdin=data)
    out = subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in out.stderr + out.stdout
    assert out.returncode in (0, 1, 2), out.stderr
    return out


@pytest.fixture
def policy(tmp_path: Path) -> str:
    (tmp_path / "p.tier").write_text(POLICY)
    return str(tmp_path / "p.tier")


@pytest.mark.parametrize(
    "customer",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "{",
        "",
        "[]",
        "3",
        '"x"',
        "nul",
        "@/nonexistent.json",
        "@.",
        '{"orders": 1e999, "orders": }',
    ],
    ids=["brackets", "braces", "open", "empty", "list", "number", "text", "word", "no file", "folder", "broken"],
)
def test_broken_customers(policy: str, customer: str, tmp_path: Path) -> None:
    if customer.startswith("@"):
        done = run("eval", policy, "--customer", customer)
    else:
        (tmp_path / "c.json").write_text(customer)
        done = run("eval", policy, "--customer", f"@{tmp_path / 'c.json'}")
    assert done.returncode == 2
    assert done.stderr.strip()
    assert done.stdout == ""


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", "1" * 5_000, "[[]]", '"\\ud800"', "true", '{"a": 1}'])
def test_odd_values_are_decided(policy: str, value: str) -> None:
    done = run(
        "eval", policy, "--customer", "-", "--as-of", "2026-11-21", "--format", "json", stdin=f'{{"orders": {value}}}'
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["decision"]["priority"] == "normal"


def test_of_duplicate_keys_the_author_hears(policy: str) -> None:
    done = run("eval", policy, "--customer", '{"orders": 1, "orders": 9}', "--as-of", "2026-11-21", "--format", "json")
    assert "orders" in done.stderr or "orders" in json.dumps(json.loads(done.stdout)["problems"])


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "0000-00-00", "20261121", ""])
def test_bad_dates(policy: str, day: str) -> None:
    done = run("eval", policy, "--customer", "{}", "--as-of", day)
    assert done.returncode == 2
    assert "Usage" in done.stderr or "date" in done.stderr


def test_missing_and_strange_policies(tmp_path: Path) -> None:
    (tmp_path / "binary.tier").write_bytes(bytes(range(256)))
    (tmp_path / "empty.tier").write_text("")
    (tmp_path / "folder.tier").mkdir()
    for name in ("nowhere.tier", "binary.tier", "folder.tier"):
        done = run("check", str(tmp_path / name))
        assert done.returncode in (1, 2), name
        assert (done.stdout + done.stderr).strip()
    assert run("check", str(tmp_path / "empty.tier")).returncode == 0


CSV = (
    "\ufefforders,priority_was,orders,customer_id\r\n"
    "9,x,1,a\n"
    "1,2,3,4,5,6\r"
    "9\n"
    '"9\n9",x,1,b\n'
    '"1,5",x,,c\n'
    ",,,\n"
    "9,x,,\u0000d\n"
    "nine,x,,e\n"
)


def test_a_ragged_csv_loses_no_record(policy: str, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(CSV, newline="")
    done = run("apply", policy, str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv"), "--as-of", "2026-11-21")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((tmp_path / "out.csv").open(newline="")))
    assert len(rows) == 8
    assert all(row["priority"] in ("normal", "top") for row in rows)


@pytest.mark.parametrize(("line", "lines"), [('a","x\n', 2_000), ('a","' + "x" * 100_000 + "\n", 200)])
def test_quotes_that_open_on_every_line(policy: str, tmp_path: Path, line: str, lines: int) -> None:
    (tmp_path / "in.csv").write_text("orders,region\n" + line * lines)
    done = run("apply", policy, str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv"), "--as-of", "2026-11-21")
    assert done.stdout.splitlines()[-1].startswith(f"{lines:,} decisions")


def test_jsonl_with_broken_lines_loses_no_record(policy: str, tmp_path: Path) -> None:
    lines = [
        '{"orders": 9, "customer_id": "a"}',
        "{",
        "[1]",
        "null",
        "[" * 50_000,
        '{"orders": NaN}',
        "\\",
        '{"orders": 9}',
    ]
    (tmp_path / "in.jsonl").write_bytes("\n".join(lines).encode() + b"\n\xff\xfe{}\n")
    done = run("apply", policy, str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out.jsonl"), "--as-of", "2026-11-21")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert len(rows) == 9
    assert [row["priority"] for row in rows] == ["top", *["normal"] * 6, "top", "normal"]


def test_names_as_long_as_a_disk_allows(policy: str, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("orders\n9\n")
    target = tmp_path / f"{'x' * 251}.csv"
    assert run("apply", policy, str(tmp_path / "in.csv"), "-o", str(target)).returncode == 0
    assert target.read_text().endswith("\n")
    long = tmp_path / f"{'y' * 250}.tier"
    long.write_text("if  orders > 3 then priority = top\n")
    assert run("fmt", str(long)).returncode == 0
    assert long.read_text() == POLICY
    assert run("apply", policy, str(tmp_path / "in.csv"), "-o", str(tmp_path / f"{'x' * 300}.csv")).returncode == 2


def test_the_input_is_never_overwritten(policy: str, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("orders\n9\n")
    done = run("apply", policy, str(tmp_path / "in.csv"), "-o", str(tmp_path / "in.csv"))
    assert done.returncode == 2
    assert (tmp_path / "in.csv").read_text() == "orders\n9\n"
