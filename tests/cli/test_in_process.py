"""Commands called in a process that goes on say what they say in one of their own: to the byte, with the same end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.processes import tierpolicy
from tierpolicy.surfaces.cli.app import app

POLICY = """\
policy "shop"
    currency EUR
customer {
    customer_id : text key
    email       : text key
    spend       : money at least 0 earnable merge sum
    orders      : integer at least 0 default 0
    since       : date
    worth       : money at least 0
}
service {
    priority : low < normal < high
    discount : percent at least 0% at most 10% more is better
    wait     : duration less is better
    greeting : text default "Hello"
}
baseline everyone: priority at least normal, wait at most 2 days
rule big "Who buys a lot": if spend >= 100 then priority = high, wait = 1 hour because "You buy a lot"
rule steps: discount = min(10%, orders * 0.5%)
rule old: if since < 2020-01-01 then greeting = "Welcome back"
limit few: if orders < 1 then discount at most 1%, priority at most low
cost "desk": if priority = high then 2.50
property pays: more spend never lowers service
example "one": given spend = 120, orders = 3 expect priority = high, discount = 1.5%
"""
CUSTOMERS = """\
customer_id,email,spend,orders,since,worth
1,a@x.org,120.50,3,2019-05-01,20
2,b@x.org,5,0,,3
3,,x,2,2024-01-01,1
"""
PURCHASES = "customer_id,date,amount\n1,2026-01-05,10.50\n1,2026-03-05,20\n2,2026-02-01,5\n"
CHANNELS = """\
[[channel]]
name = "shop"
file = "customers.csv"
id = "customer_id"

[[channel]]
name = "letters"
file = "more.csv"
"""
DAY = ("--as-of", "2026-11-21")
COMMANDS = (
    ("check", "shop.tier"),
    ("check", "shop.tier", "--format", "json"),
    ("check", "shop.tier", "--on", "customers.csv"),
    ("fmt", "--check", "shop.tier"),
    ("fmt", "--diff", "shop.tier"),
    ("eval", "shop.tier", "--customer", '{"spend": 120, "orders": 3}', "--why", *DAY),
    ("eval", "shop.tier", "--customer", '{"spend": "x"}', "--format", "json", *DAY),
    ("diff", "shop.tier", "harder.tier"),
    ("diff", "shop.tier", "harder.tier", "--format", "json"),
    ("diff", "shop.tier", "harder.tier", "--on", "customers.csv", "--examples", "2", *DAY),
    ("diff", "shop.tier", "harder.tier", "--on", "customers.csv", "--format", "json", *DAY),
    ("simulate", "shop.tier", "--on", "customers.csv", *DAY),
    ("apply", "shop.tier", "customers.csv", "-o", "decided.csv", "--reasons", *DAY),
    ("apply", "shop.tier", "customers.csv", "-o", "decided.parquet", "--rejects", "rejects.csv", *DAY),
    ("sql", "shop.tier", "--dialect", "duckdb", *DAY),
    ("sql", "shop.tier", "--dialect", "postgres", "--materialize", "view", "v", "-o", "shop.sql", *DAY),
    ("value", "purchases.csv", "-o", "valued.csv", "--margin", "30%", "--retention", "70%", *DAY),
    ("consolidate", "shop.tier", "channels.toml", "-o", "one.csv", "--conflicts", "conflicts.csv", *DAY),
    ("calibrate", "top.tier", "customers.csv", *DAY),
    ("calibrate", "top.tier", "customers.csv", "--check", *DAY),
    ("explain", "T305"),
    ("test", "shop.tier", "--coverage"),
)  # fmt: skip


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders with the same files: one for each of the two ways."""
    found = tmp_path / "here", tmp_path / "there"
    for folder in found:
        folder.mkdir()
        (folder / "shop.tier").write_text(POLICY)
        (folder / "harder.tier").write_text(POLICY.replace("spend >= 100", "spend >= 200").replace("0.5%", "1%"))
        (folder / "top.tier").write_text(POLICY.replace("if spend >= 100", "if worth in top 50%"))
        (folder / "customers.csv").write_text(CUSTOMERS)
        (folder / "more.csv").write_text("email,spend\na@x.org,10\nc@x.org,7\n")
        (folder / "purchases.csv").write_text(PURCHASES)
        (folder / "channels.toml").write_text(CHANNELS)
    return found


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_says_the_same(
    words: tuple[str, ...], folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = folders
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    own = tierpolicy(*words, cwd=there, env=environment)
    monkeypatch.chdir(here)
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": "80", "NO_COLOR": "1"})
    assert (done.exit_code, done.stdout) == (own.returncode, own.stdout.decode())
    assert own.returncode in (0, 1), own.stderr.decode()
    written = {path.name: path for path in there.iterdir() if path.is_file() and path.suffix != ".parquet"}
    assert {name: (here / name).read_bytes() for name in written} == {n: p.read_bytes() for n, p in written.items()}
