"""Thresholds of shares: the quantile by nearest rank, what a file says of it, and that a policy reads it back."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from datetime import date
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierpolicy.model.policy import Policy
from tierpolicy.model.values import MISSING
from tierpolicy.report.calibration import calibration_notes
from tierpolicy.runtime.calibrating import Calibration, calibrated
from tierpolicy.runtime.calibration_files import calibration_path, calibration_text, order_in, write_calibration
from tierpolicy.runtime.loading import load, load_to_calibrate
from tierpolicy.runtime.rows import UnusableFile

DAY = date(2026, 11, 22)
SERVICE = "service { priority : low < high }\nbaseline everyone: priority at least low\n"
TYPES: dict[str, tuple[str, Callable[[int], str]]] = {
    "integer": ("integer", str),
    "money": ("money", lambda n: f"{n / 100:.2f}"),
    "percent": ("percent", lambda n: f"{n / 10_000:.4f}"),
    "number": ("number", lambda n: repr(n / 7)),
    "duration": ("duration in minutes", str),
    "date": ("date", lambda n: date.fromordinal(730_000 + n).isoformat()),
}


def policy_in(folder: Path, fields: str, *conditions: str) -> Path:
    rules = "\n".join(f"rule r{at}: if {condition} then priority = high" for at, condition in enumerate(conditions))
    path = folder / "shares.tier"
    path.write_text(f'policy "Shares"\ncustomer {{\n{fields}\n}}\n{SERVICE}{rules}\n')
    return path


def to_calibrate(path: Path) -> Policy:
    return load_to_calibrate(path)[0]


def measured(path: Path, base: Path, day: date = DAY) -> Calibration:
    return calibrated(to_calibrate(path), str(base), day, lambda *_: None)


def write(path: Path, found: Calibration) -> Path:
    file = calibration_path(to_calibrate(path))
    write_calibration(file, calibration_text(found, order_in(file)))
    return file


def csv_of(path: Path, name: str, cells: list[str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[name, "n"], *([cell, at] for at, cell in enumerate(cells))])
    return path


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("side", ["top", "bottom"])
@settings(max_examples=8)
@given(values=st.lists(st.integers(0, 60), min_size=1, max_size=40), hundredths=st.integers(1, 9_999))
def test_the_threshold_is_the_value_of_its_number(kind: str, side: str, values: list[int], hundredths: int) -> None:
    """The policy, calibrated, serves exactly who is within: those at the threshold and beyond."""
    type_, cell = TYPES[kind]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = policy_in(folder, f"    x : {type_}", f"x in {side} {hundredths / 100}%")
        base = csv_of(folder / "base.csv", "x", [cell(each) for each in values])
        (found,) = measured(path, base).thresholds
        ordered = sorted(values, reverse=side == "top")
        bound = ordered[max(1, ceil(hundredths * len(values) / 10_000)) - 1]
        within = sum(each >= bound if side == "top" else each <= bound for each in values)
        assert (found.within, found.new.known, found.new.customers) == (within, len(values), len(values))
        write(path, measured(path, base))
        policy = load(path)
        (threshold,) = policy.versions[0].thresholds
        assert (threshold.value, threshold.as_of, threshold.digest) == (found.new.value, DAY, found.new.digest)
        served = [_served(policy, kind, cell(each)) for each in values]
        assert served == [each >= bound if side == "top" else each <= bound for each in values]


def _served(policy: object, kind: str, cell: str) -> bool:
    from tierpolicy.runtime.engine import Policy as Held

    assert isinstance(policy, Held)
    decision, _ = policy.evaluate_row({"x": cell}, None, DAY, from_text=True)
    return decision["priority"] == "high"


def test_what_cant_be_read_is_missing_and_told(tmp_path: Path) -> None:
    path = policy_in(tmp_path, "    x : money at least 0", "x in top 50%")
    base = csv_of(tmp_path / "base.csv", "x", ["much", "-1", "", "10", "20", "30", "40"])
    found = measured(path, base)
    (each,) = found.thresholds
    assert (each.new.value, each.within, each.new.known, found.customers) == (3_000, 2, 4, 7)
    assert calibration_notes(found) == [
        "2 values of `x` can't be read and count as missing",
        "shares of `x` are of the 4 of 7 customers who have one",
    ]


def test_a_default_is_a_value(tmp_path: Path) -> None:
    path = policy_in(tmp_path, "    x : integer default 3", "x in top 50%")
    base = csv_of(tmp_path / "base.csv", "x", ["", "", "1", "5"])
    (each,) = measured(path, base).thresholds
    assert (each.new.value, each.within, each.new.known) == (3, 3, 4)


def test_ties_take_more_than_was_asked_for_and_are_told(tmp_path: Path) -> None:
    path = policy_in(tmp_path, "    x : integer", "x in top 10%")
    base = csv_of(tmp_path / "base.csv", "x", ["1"] * 9 + ["0"])
    found = measured(path, base)
    assert found.thresholds[0].within == 9
    assert calibration_notes(found) == ["`x in top 10%` takes 9 customers instead of 1: 8 more have the same value, 1"]


def test_a_number_of_many_digits_is_drawn_to_what_a_policy_can_say(tmp_path: Path) -> None:
    path = policy_in(tmp_path, "    x : number", "x in top 50%", "x in bottom 50%")
    base = csv_of(tmp_path / "base.csv", "x", [repr(1 / 3), repr(2 / 3)])
    top, bottom = measured(path, base).thresholds
    assert (top.new.value, bottom.new.value) == (0.66666666666666, 0.33333333333334)
    assert (top.within, bottom.within) == (1, 1)
    write(path, measured(path, base))
    assert [each.value for each in load(path).versions[0].thresholds] == [top.new.value, bottom.new.value]


@pytest.mark.parametrize("cell", ["1e20", "-1e17"])
def test_a_number_that_no_policy_can_say(tmp_path: Path, cell: str) -> None:
    path = policy_in(tmp_path, "    x : number", "x in top 50%")
    with pytest.raises(UnusableFile, match=r"the top 50% of `x` begins at .*, which has too many digits for a policy"):
        measured(path, csv_of(tmp_path / "base.csv", "x", [cell]))


@pytest.mark.parametrize(
    ("name", "cells", "said"),
    [
        ("y", ["1"], "`base.csv` has no column `x`, so the shares of `x` can't be measured"),
        ("x", [], "nobody in `base.csv` has a `x` that can be read, so its top 5% can't be measured"),
        ("x", ["?"], "nobody in `base.csv` has a `x` that can be read"),
    ],
)
def test_a_base_that_nothing_can_be_measured_on(tmp_path: Path, name: str, cells: list[str], said: str) -> None:
    path = policy_in(tmp_path, "    x : integer", "x in top 5%")
    with pytest.raises(UnusableFile, match=said):
        measured(path, csv_of(tmp_path / "base.csv", name, cells))


def test_the_digest_is_of_the_values_not_of_their_order_or_form(tmp_path: Path) -> None:
    path = policy_in(tmp_path, "    x : money", "x in top 50%")
    rows = ["1.00", "3", "2.50"]
    one = measured(path, csv_of(tmp_path / "one.csv", "x", rows)).thresholds[0].new
    other = measured(path, csv_of(tmp_path / "other.csv", "x", ["2.5", "", "3.00", "1"])).thresholds[0].new
    (tmp_path / "base.jsonl").write_text('{"x": 3}\n{"x": 1.0}\n{"x": "2.50"}\n')
    third = measured(path, tmp_path / "base.jsonl").thresholds[0].new
    assert one.digest == other.digest == third.digest
    changed = measured(path, csv_of(tmp_path / "one.csv", "x", ["1.01", *rows[1:]])).thresholds[0].new
    assert changed.digest != one.digest


def test_the_file_keeps_its_order(tmp_path: Path) -> None:
    fields = "    x : integer\n    y : integer"
    base = tmp_path / "base.csv"
    base.write_text("x,y\n1,2\n3,4\n")
    path = policy_in(tmp_path, fields, "x in top 50%", "y in bottom 50%")
    file = write(path, measured(path, base))
    first = file.read_text()
    path = policy_in(tmp_path, fields, "x in top 25%", "y in bottom 50%", "x in top 50%")
    text = write(path, measured(path, base)).read_text()
    assert text.startswith(first)
    assert text.count("[[threshold]]") == 3
    path = policy_in(tmp_path, fields, "y in bottom 50%")
    assert "x" not in [line[9:10] for line in write(path, measured(path, base)).read_text().splitlines()[3:]]


def test_the_file_as_it_is_written(tmp_path: Path) -> None:
    path = policy_in(tmp_path, "    x : money", "x in top 12.5%")
    path.write_text(path.read_text().replace('"Shares"', '"Sha\\"res\\\\"'))
    (tmp_path / 'b"🙂\\.csv').write_text("x\n10\n20.5\n")
    file = write(path, measured(path, tmp_path / 'b"🙂\\.csv'))
    assert file.name == "shares.calibration.toml"
    digest = measured(path, tmp_path / 'b"🙂\\.csv').thresholds[0].new.digest
    assert file.read_text() == (
        "# Thresholds of `in top` and `in bottom`, measured on a customer base by `tierpolicy calibrate`. "
        "Review it like the policy.\n"
        'policy = "Sha\\"res\\\\"\n'
        "\n"
        "[[threshold]]\n"
        'field = "x"\n'
        'share = "top 12.5%"\n'
        'value = "20.50"\n'
        "date = 2026-11-22\n"
        "customers = 2\n"
        "known = 2\n"
        'data = "b\\"🙂\\\\.csv"\n'
        f'digest = "{digest}"\n'
    )
    assert load(path).versions[0].thresholds[0].value == 2_050


def test_what_was_calibrated_is_off_where_it_takes_others(tmp_path: Path) -> None:
    path = policy_in(tmp_path, "    x : integer", "x in top 50%")
    base = csv_of(tmp_path / "base.csv", "x", [str(each) for each in range(100)])
    assert to_calibrate(path).thresholds[0].value is MISSING
    assert measured(path, base).thresholds[0].is_off(1.0)
    write(path, measured(path, base))
    assert not measured(path, base).thresholds[0].is_off(0)
    later = csv_of(tmp_path / "later.csv", "x", [str(each) for each in range(10, 110)])
    (each,) = measured(path, later).thresholds
    assert (each.within, each.within_old) == (50, 60)
    assert (each.is_off(0.19), each.is_off(0.2)) == (True, False)


def test_a_file_that_is_broken_is_written_anew(tmp_path: Path) -> None:
    path = policy_in(tmp_path, "    x : integer", "x in top 50%")
    (tmp_path / "shares.calibration.toml").write_bytes(b"\xff\x00 [[[")
    base = csv_of(tmp_path / "base.csv", "x", ["1"])
    write(path, measured(path, base))
    assert load(path).versions[0].thresholds[0].value == 1
