"""`tierpolicy simulate` and `diff --on`: a customer base counted, for people, for programs, as a page, for a build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tierpolicy.surfaces.cli.app import app

OLD = """\
policy "Shop"
    currency EUR

customer {
    id    : text key
    code  : text key sensitive
    name  : text sensitive
    spend : money at least 0 earnable
    trade : flag
}

service {
    desk     : newer < senior
    greeting : text default "Hello"
}

baseline everyone: desk at least newer
rule big: if spend >= 100 then desk = senior, greeting = name
limit trade: if trade then desk at most newer
cost "senior desk": if desk = senior then 5
property few: at most 50% of customers have desk = senior
"""
CUSTOMERS = """\
id,code,name,spend,trade
a,secret1,Ann,150,no
b,secret2,Bob,120,no
c,secret3,Cyd,20,no
"'; drop table",secret4,\N{GRINNING FACE},oops,yes
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("old.tier").write_text(OLD, encoding="utf-8")
    Path("new.tier").write_text(OLD.replace(">= 100", ">= 130").replace("then 5", "then 6"), encoding="utf-8")
    Path("c.csv").write_text(CUSTOMERS, encoding="utf-8")
    return tmp_path


def said(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, words)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def document(*words: str) -> dict[str, Any]:
    code, out, _ = said(*words, "--format", "json")
    assert code == 0
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


def test_what_a_policy_comes_to(folder: Path) -> None:
    code, out, err = said("simulate", "old.tier", "--on", "c.csv", "--as-of", "2026-11-22")
    assert (code, err) == (0, "")
    assert out.startswith(
        "Shop, on c.csv as of 2026-11-22\nOf 4 customers, 2 (50.0%) are senior and 2 (50.0%) newer.\n"
    )
    assert "Serving them costs 10.00 EUR." in out
    assert "  senior                              2  50.0%\n" in out
    assert "what their own records say" in out
    assert "✓ `few` holds on c.csv: 2 of 4 customers (50%)" in out
    assert "1 customer had problems: spend 1" in out
    assert "missing data leaves a statement open for 1 customer" in out


def test_people_are_counted_not_shown(folder: Path) -> None:
    page = Path("page.html")
    code, out, _ = said("simulate", "old.tier", "--on", "c.csv", "--html", str(page), "--format", "json")
    assert code == 0
    for private in ("secret", "Ann", "drop table"):
        assert private not in out
        assert private not in page.read_text(encoding="utf-8")


def test_the_figures_as_one_document(folder: Path) -> None:
    found = document("simulate", "old.tier", "--on", "c.csv", "--by", "trade", "--load-by", "spend")
    assert found["customers"] == 4
    assert found["service"]["desk"]["values"][0] == {
        "value": "senior",
        "customers": 2,
        "load": "270.00",
        "load_unknown": 0,
    }
    assert found["service"]["greeting"] == {
        "raised": 0,
        "lowered": 0,
        "values": [{"value": "Hello", "customers": 2, "load": "20.00", "load_unknown": 1}],
        "others": 2,
    }
    assert found["costs"]["groups"] == [
        {"value": True, "customers": 1, "total": "0.00", "unknown": 0},
        {"value": False, "customers": 3, "total": "10.00", "unknown": 0},
    ]
    assert [each["verdict"] for each in found["properties"]] == ["holds"]
    assert found["problems"] == {"spend": 1}


def test_who_moves(folder: Path) -> None:
    code, out, err = said("diff", "old.tier", "new.tier", "--on", "c.csv", "--as-of", "2026-11-22", "--examples", "5")
    assert (code, err) == (0, "")
    assert "1 of 4 customers is worse off, by rule big." in out
    assert "old: rule big (old.tier, line 18) gave more to 1" in out
    assert "id b, code (hidden)" in out
    assert "secret" not in out
    assert said("diff", "old.tier", "new.tier", "--on", "c.csv", "--no-worse")[0] == 1
    assert said("diff", "new.tier", "new.tier", "--on", "c.csv", "--no-worse")[0] == 0


def test_moves_as_one_document_and_as_a_page(folder: Path) -> None:
    found = document("diff", "old.tier", "new.tier", "--on", "c.csv", "--html", "moves.html")
    assert {kind: found[kind] for kind in ("better", "worse", "mixed", "different", "same")} == {
        "better": 0,
        "worse": 1,
        "mixed": 0,
        "different": 0,
        "same": 3,
    }
    assert found["service"]["desk"]["matrix"][1] == {"old": "senior", "new": "newer", "customers": 1}
    assert [(each["policy"], each["statement"]) for each in found["service"]["desk"]["because"]] == [("old", "big")]
    assert (found["costs"]["old"]["total"], found["costs"]["new"]["total"]) == ("10.00", "6.00")
    assert found["examples"] == []
    assert "<html" in Path("moves.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("simulate", "old.tier", "--on", "none.csv"), "error: there is no file `none.csv`"),
        (
            ("simulate", "old.tier", "--on", "c.csv", "--by", "spend"),
            "error: `spend` is not a scale, a choice or a flag",
        ),
        (("simulate", "old.tier", "--on", "c.csv", "--table", "t"), "error: `c.csv` holds no tables"),
        (("simulate", "old.tier", "--on", "c.csv", "--html", "c.csv"), "error: `c.csv` is read by this command"),
        (("simulate", "old.tier", "--on", "c.csv", "--as-of", "soon"), "error: `soon` is not a date"),
        (
            ("diff", "old.tier", "new.tier", "--by", "desk"),
            "error: `--table`, `--by`, `--examples` and `--html` are about",
        ),
        (
            ("diff", "old.tier", "new.tier", "--on", "c.csv", "--by", "nobody"),
            "error: the policy has no field or attribute",
        ),
    ],
)
def test_mistakes_are_one_sentence(words: tuple[str, ...], message: str, folder: Path) -> None:
    code, out, err = said(*words)
    assert (code, out) == (2, "")
    assert err.startswith(message)


def test_no_customers_at_all(folder: Path) -> None:
    Path("c.csv").write_text("id,spend\n", encoding="utf-8")
    code, out, _ = said("simulate", "old.tier", "--on", "c.csv", "--html", "page.html")
    assert code == 0
    assert "There are no customers in this data." in out
    assert said("diff", "old.tier", "new.tier", "--on", "c.csv", "--no-worse", "--html", "moves.html")[0] == 0


def test_a_day_on_which_the_policy_is_not_in_effect(folder: Path) -> None:
    Path("old.tier").write_text(
        OLD.replace("currency EUR", "currency EUR\n    effective from 2026-01-01 until 2026-01-31")
    )
    code, out, err = said("simulate", "old.tier", "--on", "c.csv", "--as-of", "2026-11-22")
    assert code == 0
    assert "as of 2026-01-31" in out
    assert "decided as of 2026-01-31, the nearest on which it is" in err


def test_statements_stand_where_explanations_say_that_they_do(folder: Path) -> None:
    text = OLD.replace("if trade then desk", "if trade\n    then desk")
    (folder / "old.tier").write_text(text)
    (folder / "new.tier").write_text(text.replace("limit trade: if trade\n", "limit trade: if spend >= 10\n"))
    line = text.splitlines().index("    then desk at most newer") + 1
    customer = '{"id": "a", "name": "Ann", "spend": 150, "trade": true}'
    (folder / "a.json").write_text(customer)
    assert f"limit trade (new.tier, line {line})" in said("eval", "new.tier", "--customer", "@a.json", "--why")[1]
    assert f"limit trade (new.tier, line {line})" in said("diff", "old.tier", "new.tier", "--on", "c.csv")[1]
    found = json.loads(said("simulate", "new.tier", "--on", "c.csv", "--format", "json")[1])
    assert [each["line"] for each in found["statements"] if each["statement"] == "trade"] == [line]


def test_fields_that_decide_and_have_no_column_are_told_at_the_head(folder: Path) -> None:
    (folder / "c.csv").write_text("id\na\nb\n")
    head = "The data has no column for {}name{}, {}spend{} and {}trade{}, on which this rests too."
    assert head.replace("{}", "") in said("simulate", "old.tier", "--on", "c.csv", "--html", "p.html")[1]
    page = (folder / "p.html").read_text(encoding="utf-8")
    assert head.format(*(3 * ("<code>", "</code>"))) in page
    (folder / "c.csv").write_text("name,spend,trade\na,1,yes\n")
    assert "no column" not in said("simulate", "old.tier", "--on", "c.csv")[1]


def test_shares_of_those_who_can_get_more_are_of_all_customers_everywhere() -> None:
    text = said("simulate", "old.tier", "--on", "c.csv", "--html", "p.html")[1]
    (row,) = (line.split() for line in text.splitlines() if line.startswith("raised by at most 100"))
    page = Path("p.html").read_text(encoding="utf-8").partition("with up to 100 EUR more")[2]
    assert row[-1] in page[:400]
    assert "of those who can" not in page


def test_a_key_that_a_customer_lacks_is_not_named(folder: Path) -> None:
    (folder / "c.csv").write_text("id,code,name,spend,trade\na,,Ann,120,no\n,,Bob,120,no\n")
    done = said("diff", "old.tier", "new.tier", "--on", "c.csv", "--examples", "2")[1]
    assert "\n  id a\n" in done
    assert "\n  row 2\n" in done
    assert "(hidden)" not in done
