"""`tierpolicy value` as a person meets it: what it says, what it refuses, in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

PURCHASES = """\
customer_id,date,amount
ann,2025-01-14,30.00
ann,2025-05-02,24.50
bob,2025-02-03,19.90
"""
ASSUMED = ("--margin", "30%", "--retention", "70%", "--as-of", "2026-01-01")


@pytest.fixture(autouse=True)
def purchases(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(PURCHASES)


def test_results_on_stdout_remarks_on_stderr(run: Run, tmp_path: Path) -> None:
    done = run("value", "p.csv", "-o", "v.csv", *ASSUMED)
    assert done.returncode == 0
    assert done.stderr == "note: read customer from `customer_id`, date from `date`, amount from `amount`\n"
    assert done.stdout.split("\n")[0] == "2 rows in v.csv"
    assert "assumed: a margin of 30.0%, 70.0% retained a year, a discount of 10.0% a year" in done.stdout
    assert (tmp_path / "v.csv").read_text().startswith("customer_id,lifetime_value,predictors,")


def test_a_percentage_may_be_a_fraction(run: Run, tmp_path: Path) -> None:
    run("value", "p.csv", "-o", "v.csv", *ASSUMED)
    run("value", "p.csv", "-o", "w.csv", "--margin", "0.3", "--retention", "0.7", "--as-of", "2026-01-01")
    assert (tmp_path / "v.csv").read_text() == (tmp_path / "w.csv").read_text()


def test_json_lines_are_plain_json(run: Run, tmp_path: Path) -> None:
    import json

    assert run("value", "p.csv", "-o", "v.jsonl", *ASSUMED).returncode == 0
    first = json.loads((tmp_path / "v.jsonl").read_text().split("\n")[0])
    assert (first["customer_id"], first["orders"], first["last_purchase"]) == ("ann", 2, "2025-05-02")
    assert isinstance(first["lifetime_value"], float)


def test_old_purchases_are_remarked_on(run: Run) -> None:
    said = run("value", "p.csv", "-o", "v.csv", *ASSUMED[:4], "--as-of", "2030-01-01").stderr
    assert "note: the last purchase, of 2025-05-02, is 4.7 years before the as-of day 2030-01-01" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "value is profit, not revenue: say what part of an amount is profit with `--margin`"),
        (["--margin", "300%"], "`--margin 300%` should be a percentage such as `--margin 30%`, from 0% to 100%"),
        (["--margin", "lots"], "`--margin lots` should be a percentage"),
        (["--margin", "NaN"], "`--margin NaN` should be a percentage"),
        (["--margin", "30%", "--retention", "-1"], "`--retention -1` should be a percentage"),
        (["--margin", "30%", "--discount", "1e9"], "`--discount 1e9` should be a percentage"),
        (["--margin", "30%", "--horizon", "soon"], "or `--horizon unlimited`"),
        (["--margin", "30%", "--horizon", "0 years"], "`--horizon 0 years` should be a number of weeks"),
        (["--margin", "30%", "--horizon", "900 years"], "at most 100 years"),
        (["--margin", "30%", "--horizon", "5 weeks"], "no whole number of months"),
        (["--margin", "30%", "--average", "-5"], "`--average -5` should be an amount"),
        (["--margin", "30%", "--observed", "a while"], "`--observed a while` should be a number of weeks"),
        (
            ["--margin", "30%", "--customer", "who"],
            "`p.csv` has no column `who`; its columns are `customer_id`, `date`",
        ),
        (["--margin", "30%", "--table", "t"], "holds no tables"),
        (["--margin", "30%", "--as-of", "tomorrow"], "`tomorrow` is not a date for `--as-of`"),
        (["--margin", "30%", "--as-of", "2024-01-01"], "there are no purchases until 2024-01-01"),
        (["--margin", "30%", "--rejects", "p.csv"], "`p.csv` is read by this command"),
        (["--margin", "30%", "--add-to", "nobody.csv"], "there is no file `nobody.csv`"),
    ],
)
def test_what_is_refused(run: Run, tmp_path: Path, options: list[str], said: str) -> None:
    done = run("value", "p.csv", "-o", "v.csv", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.csv"]


def test_purchases_of_nobody_in_the_base_are_said_and_not_in_the_total(run: Run, tmp_path: Path) -> None:
    (tmp_path / "base.csv").write_text("customer_id\nann\n")
    done = run("value", "p.csv", "--add-to", "base.csv", "-o", "v.csv", *ASSUMED)
    value = (tmp_path / "v.csv").read_text().split("\n")[1].split(",")[1]
    assert f"worth on that day: {value} from 1 customer, {value} on average" in done.stdout
    assert "worked out from recency, frequency, monetary: 1 customer\n" in done.stdout
    assert 'note: 1 purchase of 1 customer, for 19.90, is of nobody in `base.csv`, such as "bob"; their' in done.stderr
    (tmp_path / "base.csv").write_text("customer_id\nann\nbob\n")
    assert "of nobody" not in run("value", "p.csv", "--add-to", "base.csv", "-o", "v.csv", *ASSUMED).stderr


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ('2025-01-14,"49,92"', 'no cell of `amount` can be read: the first of 2 is "49,92"; an amount is written as'),
        (
            "03.01.2026,5",
            'no cell of `date` can be read: the first of 2 is "03.01.2026"; a day is written as 2026-01-03',
        ),
    ],
)
def test_a_column_of_which_nothing_can_be_read_is_quoted(run: Run, tmp_path: Path, cells: str, said: str) -> None:
    (tmp_path / "p.csv").write_text(f"customer_id,date,amount\nann,{cells}\nbob,{cells}\n")
    done = run("value", "p.csv", "-o", "v.csv", *ASSUMED)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "--observed" not in done.stderr
    assert "--amount" not in done.stderr


def test_an_id_of_several_customers_stays_as_it_stands(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ids.csv").write_text("channel,id,customer_id\na,bob,ann\nb,bob,cid\nb,7,ann\n")
    done = run("value", "p.csv", "--ids", "ids.csv", "-o", "v.csv", *ASSUMED)
    assert "note: 1 line has an id of several customers in `ids.csv`, left as it stands" in done.stderr
    assert "2 rows in v.csv" in done.stdout
    (tmp_path / "ids.csv").write_text("customer_id,id\n1,2\n")
    refused = run("value", "p.csv", "--ids", "ids.csv", "-o", "v.csv", *ASSUMED)
    assert refused.returncode == 2
    assert "`ids.csv` should have the columns `channel`, `id` and that of" in refused.stderr


def test_cells_that_cant_be_read_end_with_one_where_they_must_not_be(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(PURCHASES + "bob,2025-02-04,lots\n")
    assert run("value", "p.csv", "-o", "v.csv", *ASSUMED).returncode == 0
    done = run("value", "p.csv", "-o", "v.csv", *ASSUMED, "--strict")
    assert (done.returncode, done.stdout.split("\n")[0]) == (1, "2 rows in v.csv")
    assert '1 cell of `amount` can\'t be read, such as "lots", and counts as missing' in done.stderr
    (tmp_path / "p.csv").write_text(PURCHASES)
    assert run("value", "p.csv", "-o", "v.csv", *ASSUMED, "--strict").returncode == 0


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("p.csv", "is read by this command"),
        ("v.xlsx", "should end in `.csv`, `.jsonl` or `.parquet`"),
        ("nowhere/v.csv", "there is no folder `nowhere`"),
        (".", "should end in"),
    ],
)
def test_where_values_can_not_go(run: Run, tmp_path: Path, target: str, said: str) -> None:
    done = run("value", "p.csv", "-o", target, *ASSUMED)
    assert done.returncode == 2
    assert said in done.stderr
    assert (tmp_path / "p.csv").read_text() == PURCHASES


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"customer_id,date,amount\n", "there are no purchases"),
        (b"\n\n\n", "is empty"),
        (b"customer_id\n\x00\n", "--average"),
    ],
)
def test_files_that_hold_no_purchases(run: Run, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "odd.csv").write_bytes(content)
    done = run("value", "odd.csv", "-o", "v.csv", *ASSUMED, "--observed", "1 year")
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "v.csv").exists()
