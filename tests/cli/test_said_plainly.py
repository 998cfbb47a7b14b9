"""What commands say beside the result: keys that nobody reads, how much was checked, files that aren't there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

DAY = ("--as-of", "2026-11-21")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--customer", '{"spnd": 30}'], "note: `spnd` in `--customer` is not read; did you mean `spend`?\n"),
        (["--customer", '{"Spend": 30}'], "note: `Spend` in `--customer` is not read; did you mean `spend`?\n"),
        (["--customer", '{"spnd": 30, "spend": 5}'], ""),
        (["--customer", '{"colour": "red", "spend": 5}'], ""),
        (["--customer", '{"severity": "urgent"}'], ""),
        (
            ["--customer", "{}", "--request", '{"severty": "low"}'],
            "note: `severty` in `--request` is not read; did you mean `severity`?\n",
        ),
        (
            ["--customer", "{}", "--request", '{"spend": 5}'],
            "note: `spend` in `--request` is not read: it is a field of the customer\n",
        ),
    ],
)
def test_a_key_that_is_almost_a_field_gets_a_note(options: list[str], said: str, run: Run, folder: Path) -> None:
    done = run("eval", "shop.tier", *options, *DAY)
    assert (done.returncode, done.stderr) == (0, said)
    as_json = run("eval", "shop.tier", *options, *DAY, "--format", "json")
    assert as_json.stderr == said
    assert "note" not in json.loads(as_json.stdout)


def test_a_field_that_is_read_from_a_column_says_which(run: Run, folder: Path) -> None:
    (folder / "c.tier").write_text(
        'customer {\n    spend : money column "Spend 2026"\n    depth : integer column "account.depth"\n}\n'
        "service {\n    priority : low < high\n}\nrule a: if spend > 5 and depth > 1 then priority = high\n"
    )
    done = run("eval", "c.tier", "--customer", '{"spend": 30, "account": {"depth": 2}}', *DAY)
    assert done.stderr == "note: `spend` in `--customer` is not read: the policy reads that field from `Spend 2026`\n"
    assert run("eval", "c.tier", "--customer", '{"Spend 2026": 30, "account.depth": 2}', *DAY).stderr == ""


def test_apply_strict_fails_where_customers_had_problems_and_writes_all_the_same(run: Run, folder: Path) -> None:
    (folder / "bad.csv").write_text("customer_id,spend,disputes,code\na,1500,0,\nb,lots,0,\n")
    (folder / "good.csv").write_text("customer_id,spend,disputes,code\na,1500,0,\n")
    assert run("apply", "shop.tier", "bad.csv", "-o", "out.csv", *DAY).returncode == 0
    lax = (folder / "out.csv").read_text()
    done = run("apply", "shop.tier", "bad.csv", "-o", "strict.csv", *DAY, "--strict")
    assert done.returncode == 1
    assert "1 customer had problems" in done.stdout
    assert (folder / "strict.csv").read_text() == lax
    assert run("apply", "shop.tier", "good.csv", "-o", "out.csv", *DAY, "--strict").returncode == 0


def test_a_check_without_findings_says_what_it_read(run: Run, folder: Path) -> None:
    assert run("check", "shop.tier", "--quick").stdout == "no findings in 1 file\n"
    (folder / "more").mkdir()
    (folder / "more" / "p.tier").write_text('policy "P"\nuse "rules.tier"\n')
    (folder / "more" / "rules.tier").write_text("rule a: priority = top\n")
    assert run("check", "shop.tier", "more", "--quick").stdout == "no findings in 3 files\n"
    assert json.loads(run("check", "shop.tier", "--format", "json").stdout)["findings"] == []


def test_rows_that_are_wrong_are_said_in_whole_sentences(run: Run, folder: Path) -> None:
    (folder / "in.csv").write_text('customer_id,spend,disputes,code\na,1500\nb\n"c,1,0,x\nd,1,0,x,y,z\n')
    run("apply", "shop.tier", "in.csv", "-o", "out.jsonl", *DAY)
    rows = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert [row["problem_text"].split("; ")[0] for row in rows] == [
        "the row has 2 cells: expected 4, one for each column",
        "the row has 1 cell: expected 4, one for each column",
        "the row has a quote that is never closed: expected quotes in pairs",
        "the row has 6 cells: expected 4, one for each column",
    ]
