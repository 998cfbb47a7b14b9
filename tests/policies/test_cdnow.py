"""The CDNOW customers: the reduction is repeatable, the README's numbers are the data's, everybody is decided."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow
import pytest

import tierpolicy
from tierpolicy.surfaces.cli.apply import apply_with_progress

FOLDER = Path(__file__).parents[2] / "policies" / "cdnow"
AS_OF = date(1998, 7, 1)


def script(folder: Path, *options: str, name: str = "customers.py") -> str:
    run = subprocess.run(
        [sys.executable, folder / name, *options], capture_output=True, text=True, check=True, timeout=120
    )
    return run.stdout


def readme() -> str:
    return (FOLDER / "README.md").read_text(encoding="utf-8")


def customers() -> list[dict[str, str]]:
    with (FOLDER / "customers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def frame() -> pyarrow.Table:
    return pyarrow.Table.from_pylist([typed(person) for person in customers()])


@cache
def decisions() -> list[dict[str, Any]]:
    """Everybody's decision, in the order of customers.csv."""
    return tierpolicy.load(FOLDER / "service.tier").evaluate_all(frame(), as_of=AS_OF).to_pylist()


def typed(person: dict[str, str]) -> dict[str, object]:
    return person | {"orders": int(person["orders"]), "cds": int(person["cds"])}


def test_script_writes_the_same_customers_again(tmp_path: Path) -> None:
    for name in ("customers.py", "purchases.csv"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    script(tmp_path)
    assert (tmp_path / "customers.csv").read_bytes() == (FOLDER / "customers.csv").read_bytes()


def test_no_purchase_is_lost() -> None:
    with (FOLDER / "purchases.csv").open(encoding="utf-8", newline="") as file:
        purchases = list(csv.DictReader(file))
    people = customers()
    assert len(people) == len({line["customer_id"] for line in purchases}) == 23_570
    assert sum(int(person["orders"]) for person in people) == len(purchases) == 69_659
    spent = sum(Decimal(line["amount_usd"]) for line in purchases)
    assert sum(Decimal(person["total_spend"]) for person in people) == spent


@pytest.mark.parametrize("option", ["--quantiles", "--shares", "--returns"])
def test_readme_shows_what_the_script_prints(option: str) -> None:
    assert script(FOLDER, option).rstrip() in readme()


def test_readme_counts_the_tiers() -> None:
    counted = Counter(str(decision["tier"]) for decision in decisions())
    told = {
        tier: int(count.replace(",", ""))
        for tier, count in re.findall(r"^\| ([a-z]{4,8}) +\| +([\d,]+) \|", readme(), re.M)
    }
    assert told == dict(counted)


def test_everybody_is_decided_without_a_problem() -> None:
    """Only what a customer writes about is open: no purchase tells it."""
    assert len(decisions()) == 23_570
    policy = tierpolicy.load(FOLDER / "service.tier")
    some = policy.evaluate_all(frame().take(list(range(0, 23_570, 50))), as_of=AS_OF, notes=True)
    assert {problem for problems in some["problems"].to_pylist() for problem in problems} == set()
    assert {name for names in some["undetermined"].to_pylist() for name in names} == {"payments"}


def test_everybody_s_record_is_read_whole(tmp_path: Path) -> None:
    apply_with_progress(tierpolicy.load(FOLDER / "service.tier"), FOLDER / "customers.csv", tmp_path / "d.csv", AS_OF)
    with (tmp_path / "d.csv").open(encoding="utf-8", newline="") as file:
        assert {row["problems"] for row in csv.DictReader(file)} == {"0"}


def test_nobody_is_below_the_baseline() -> None:
    for decision in decisions():
        assert decision["priority"] != "low"
        assert decision["reply_within"].days <= 2
        assert "email" in decision["support"]


def test_measured_properties_hold() -> None:
    """The two properties about the customer base as a whole, counted by hand."""
    managers = [decision for decision in decisions() if "account_manager" in decision["support"]]
    assert len(managers) <= 0.02 * len(decisions())
    assert sum(decision["voucher"] for decision in decisions()) <= 20_000


# ---------------------------------------------------------------- what customers are worth


def tenths() -> list[dict[str, str]]:
    with (FOLDER / "holdout.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_the_plain_model_expects_is_worked_out_again(tmp_path: Path) -> None:
    """The figures and the picture, byte by byte; those of BG/NBD are held by `make test-clv`."""
    for name in ("holdout.py", "holdout.csv", "purchases.csv"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    emptied = re.sub(r"^(\d+,\d+),\d+,\d+,", r"\1,0,0,", (tmp_path / "holdout.csv").read_text(), flags=re.M)
    (tmp_path / "holdout.csv").write_text(emptied)
    said = script(tmp_path, name="holdout.py")
    for name in ("holdout.csv", "holdout.svg"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
    assert [share in readme() for share in re.findall(r"[\d.]+%", said)] == [True] * 3


def test_readme_shows_what_came_beside_what_was_expected() -> None:
    rows = tenths()
    columns = ("came", "plain", "bg_nbd")
    shown = [
        tuple(int(cell.replace(",", "")) for cell in re.findall(r"[\d,]+", line)[1:4])
        for line in re.findall(r"^\| \d+ \| [\d,]+ \| [\d,]+ \| [\d,]+ \|$", readme(), re.M)
    ]
    assert shown == [tuple(int(row[column]) for column in columns) for row in rows]
    came, plain, other = (sum(int(row[column]) for row in rows) for column in columns)
    assert f"| all | {came:,} | {plain:,} | {other:,} |" in readme()
    assert f"expected {1 - plain / came:.0%} less than came, BG/NBD {1 - other / came:.0%} less" in readme()
    assert [int(row["came"]) for row in rows] == sorted((int(row["came"]) for row in rows), reverse=True)


def test_what_came_is_in_the_purchases() -> None:
    with (FOLDER / "purchases.csv").open(encoding="utf-8", newline="") as file:
        later = sum(Decimal(line["amount_usd"]) for line in csv.DictReader(file) if line["date"] > "1997-09-30")
    assert abs(sum(int(row["came"]) for row in tenths()) - later) <= 5
    assert sum(int(row["customers"]) for row in tenths()) == 23_570


def test_the_best_tenth_is_a_tenth() -> None:
    policy = tierpolicy.load(FOLDER / "service.tier").version_on(AS_OF)
    [threshold] = policy.thresholds
    within = [person for person in customers() if Decimal(person["lifetime_value"]) >= Decimal("35.19")]
    assert (threshold.value, len(within)) == (3_519, 2_357)
