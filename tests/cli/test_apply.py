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
