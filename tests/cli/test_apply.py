"""`tierpolicy apply`: a file in, a file out, and a table of what was decided."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

CUSTOMERS = "customer_id,spend,disputes\na,1500,0\nb,20,\nc,2000,7\nd,about 500,0\n"
DAY = ("--as-of", "2026-11-21")


def test_the_table_at_the_end(run: Run, folder: Path) -> None:
    (folder / "in.csv").write_text(CUSTOMERS)
    done = run("apply", "shop.tier", "in.csv", "-o", "out.csv", *DAY)
    assert (done.returncode, done.stderr) == (0, "note: no column for `code`: missing for every customer\n")
    assert done.stdout == (
        "priority   customers    share   raised by the baseline\n"
        "top                0     0.0%                        0\n"
        "high               1    25.0%                        0\n"
        "normal             3    75.0%                        3\n"
        "low                0     0.0%                        0\n"
        "all                4   100.0%                        3\n"
        "\n"
        "raised by the baseline: `priority` 3\n"
        "1 customer had problems: `spend` 1\n"
        "4 decisions in out.csv\n"
    )
    assert (
        (folder / "out.csv")
        .read_text()
        .startswith(
            "customer_id,priority,wait,perks,credit,problems,problem_text\n"
            "a,high,PT1H,delivery,15.00,0,\n"
            "b,normal,PT1H,,0.00,0,\n"
            "c,normal,PT1H,delivery,20.00,0,\n"
            'd,normal,PT1H,,0.00,1,"`spend` is ""about 500"", which counts as missing: expected an amount'
        )
    )


def test_the_form_may_be_said(run: Run, folder: Path) -> None:
    (folder / "in.csv").write_text(CUSTOMERS)
    assert run("apply", "shop.tier", "in.csv", "-o", "out.data", *DAY).returncode == 2
    done = run("apply", "shop.tier", "in.csv", "-o", "out.data", *DAY, "--format", "jsonl", "--set", "threshold=1")
    assert done.returncode == 0
    assert (folder / "out.data").read_text().startswith('{"customer_id": "a", "priority": "high"')


def test_what_cant_be_used_is_said_in_a_line(run: Run, folder: Path) -> None:
    (folder / "in.csv").write_text(CUSTOMERS)
    for source, target, said in [
        ("nowhere.csv", "out.csv", "there is no file `nowhere.csv`"),
        (".", "out.csv", "`.` is a folder without a Parquet file; name a file of customers"),
        ("in.csv", "in.csv", "`in.csv` is read by this command; write the result to another file"),
        ("in.csv", "shop.tier", "`shop.tier` should end in `.csv`, `.jsonl` or `.parquet`, to say what kind"),
        ("in.csv", "no/out.csv", "there is no folder `no` to write `out.csv` into"),
    ]:
        done = run("apply", "shop.tier", source, "-o", target, *DAY)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"error: {said}")
    assert run("apply", "shop.tier", "in.csv").returncode == 2
    assert (folder / "in.csv").read_text() == CUSTOMERS


def test_rejects_reasons_and_what_comes_along(run: Run, folder: Path) -> None:
    (folder / "in.csv").write_text("customer_id,spend,disputes,code,city\na,1500,0,,Bern\nb,about 500,,,Chur\n")
    done = run(
        "apply", "shop.tier", "in.csv", "-o", "out.csv", "--rejects", "bad.csv", "--reasons", "--carry", "city", *DAY
    )
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "2 rows read: 1 decision in out.csv, 1 set apart in bad.csv"
    assert (folder / "out.csv").read_text().splitlines() == [
        "customer_id,city,priority,wait,perks,credit,reasons,problems,problem_text",
        "a,Bern,high,PT1H,delivery,15.00,"
        "priority: rule good_year; wait: baseline everyone; perks: rule good_year; credit: rule good_year,0,",
    ]
    assert (folder / "bad.csv").read_text().startswith("line,row,customer_id,reason\n3,2,b,")
    assert (
        run("apply", "shop.tier", "in.csv", "-o", "out.csv", "--rejects", "bad.csv", "--strict", *DAY).returncode == 1
    )


def test_every_form_of_customers_and_decisions(run: Run, folder: Path) -> None:
    (folder / "in.csv").write_text(CUSTOMERS)
    assert run("apply", "shop.tier", "in.csv", "-o", "parts/", *DAY).stdout.endswith("4 decisions in parts/\n")
    assert run("apply", "shop.tier", "in.csv", "-o", "out.parquet", "--carry", "spend", *DAY).returncode == 0
    done = run("apply", "shop.tier", "out.parquet", "-o", "crm.duckdb", "--into", "decisions", *DAY)
    assert done.stdout.endswith("4 decisions in crm.duckdb: decisions\n")
    done = run("apply", "shop.tier", "crm.duckdb", "--table", "decisions", "-o", "back.csv", *DAY)
    assert done.stdout.endswith("4 decisions in back.csv\n")
    done = run("apply", "shop.tier", "crm.duckdb", "-o", "back.csv", *DAY)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("error: `crm.duckdb` holds tables; say which one with `--table NAME`: it has `decisions`\n")
    assert not [each.name for each in folder.iterdir() if each.name.startswith(".")]
