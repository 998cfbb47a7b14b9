"""`tierpolicy test`: what is run, how it is told, what it is compared with, an exit code for builds."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.diagnostics.test_sarif_schema import wrong
from tierpolicy.surfaces.cli.app import app

POLICY = """\
policy "Shop" version "3"

customer { spend : money at least 0 }
service { priority : low < normal < high }

baseline everyone: priority at least normal
rule valued: if spend >= 1_000 then priority = high

property kept: always priority >= normal
property few: at most 25% of customers have priority = high

example "Acme":
    given spend = 2_000
    expect priority = high
"""
FAILING = '\nexample "Bolt":\n    given spend = 10\n    expect priority = high\n'
BROKEN = '\nexample "Coil":\n    given spnd = 10\n    expect priority = high\n'
BARE = "if lifetime_value > 3 then priority = top\n"
ANOTHER = "write the report to another file\n"
CUSTOMERS = "spend\n10\n20\n30\n5000\n"


class Done:
    """What a command said, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def last(self) -> str:
        return self.out.splitlines()[-1]

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.out)  # type: ignore[no-any-return]


Command = Callable[..., Done]


@pytest.fixture
def test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs `tierpolicy test` in a folder of its own with a sound policy; tries few customers."""
    (tmp_path / "shop.tier").write_text(POLICY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)

    def command(*args: str) -> Done:
        more = () if "--customers" in args else ("--customers", "5")
        done = CliRunner().invoke(app, ["test", *args, *more])
        assert done.exit_code != 3
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    return command


# ---------------------------------------------------------------- text


def test_a_sound_policy(test: Command) -> None:
    done = test("shop.tier")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "shop.tier  3 passed, 1 skipped\n\n3 passed, 1 skipped (measured on customers only with `--on`)\n"
    )


def test_what_fails_is_named_shown_and_counted(test: Command) -> None:
    Path("shop.tier").write_text(POLICY + FAILING + BROKEN)
    done = test("shop.tier")
    assert done.code == 1
    lines = done.out.split("\n")
    assert lines[:3] == [
        "shop.tier  3 passed, 2 failed, 1 skipped",
        "  failed    error::T101 line 21",
        "  failed    example::Bolt (line 16)",
    ]
    assert "error[T460]: the example `Bolt` expects `priority = high`, which does not hold" in lines
    assert "   = help: did you mean `spend`?" in lines
    assert done.last == "3 passed, 2 failed, 1 skipped (measured on customers only with `--on`)"
    assert not any("errors" in line for line in lines)


def test_verbose_lists_every_item_with_its_note(test: Command) -> None:
    done = test("shop.tier", "-v")
    assert "  passed    check::proofs (line 1)" in done.out
    assert "  passed    example::Acme (line 12)" in done.out
    assert "  passed    property::kept (line 9): proved" in done.out
    assert "  skipped   property::few (line 10): " in done.out


def test_several_policies_each_once(test: Command, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "service.tier").write_text(POLICY + (FAILING if name == "b" else ""))
    done = test("a", "b/service.tier", "b", "--quick")
    assert done.out.startswith("a/service.tier  2 passed, 2 skipped\nb/service.tier  2 passed, 1 failed, 2 skipped\n")
    assert done.last == (
        "4 passed, 1 failed, 4 skipped (proofs are left out; measured on customers only with `--on`) in 2 policies"
    )


def test_a_file_that_cant_be_read_as_a_policy_fails_alone(test: Command) -> None:
    Path("worse.tier").write_text("rule :: if\n")
    done = test("shop.tier", "worse.tier", "--quick")
    assert done.code == 1
    assert "worse.tier  1 failed" in done.out
    assert "shop.tier   2 passed, 2 skipped" in done.out


def test_a_policy_without_anything_to_test_says_so(test: Command) -> None:
    Path("bare.tier").write_text(BARE)
    done = test("bare.tier")
    assert (done.code, done.out) == (
        0,
        "bare.tier  1 passed; no example, case or property stands in it\n\n1 passed\n",
    )


def test_a_file_without_a_head_beside_policies_is_tested_unless_they_use_it(test: Command) -> None:
    Path("aside.tier").write_text(BARE + FAILING.replace("spend", "lifetime_value"))
    done = test(".", "--quick")
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("aside.tier  1 failed, 1 skipped\n")
    Path("aside.tier").write_text(BARE.replace("lifetime_value", "spend").replace("top", "high"))
    Path("shop.tier").write_text(POLICY + 'use "aside.tier"\n')
    assert "aside" not in test(".", "--quick").out


def test_a_misnamed_file_of_cases_is_named(test: Command) -> None:
    Path("Shop.cases.csv").write_text("case,spend,expect priority\na,10,normal\n")
    said = (
        "note: no policy has its cases in `Shop.cases.csv`, so they are not tested; cases beside `shop.tier` stand in "
    )
    assert test("shop.tier", "--quick").err == test(".", "--quick").err == f"{said}`shop.cases.csv`\n"
    Path("Shop.cases.csv").rename("shop.cases.csv")
    assert test("--quick").err == ""
    Path("shop.cases.csv").rename("zz.cases.csv")
    Path("shop.tier").write_text(POLICY + '\ncases more from "zz.cases.csv"\n')
    assert test("--quick").err == ""


def test_cases_in_a_file_of_their_own_are_found_there(test: Command) -> None:
    Path("shop.cases.csv").write_text("case,spend,expect priority\na,10,high\n")
    assert "  failed    case::a (shop.cases.csv:2)\n" in test("shop.tier", "--quick").out


def test_without_a_path_this_folder_is_tested(test: Command) -> None:
    assert test().out.startswith("shop.tier  3 passed")


@pytest.mark.parametrize(
    ("words", "run"),
    [
        ("Acme", ["example::Acme"]),
        ("SHOP property", ["property::kept", "property::few"]),
        ("property few", ["property::few"]),
        ("shop.tier::check", ["check::proofs"]),
    ],
)
def test_k_chooses_items_with_every_word(test: Command, words: str, run: list[str]) -> None:
    done = test("shop.tier", "-k", words, "--format", "json")
    (suite,) = done.document["suites"]
    assert [item["id"] for item in suite["items"]] == run
    assert done.document["totals"]["left_out"] == 4 - len(run)
    assert f"{4 - len(run)} left out by `-k`" in test("shop.tier", "-k", words).last


def test_k_that_chooses_nothing(test: Command) -> None:
    done = test("shop.tier", "-k", "Acme nobody")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: nothing here has `Acme nobody` in its id\n")


def test_x_ends_at_the_first_failure(test: Command) -> None:
    Path("a.tier").write_text(POLICY + FAILING)
    done = test("a.tier", "shop.tier", "-x", "--quick")
    assert done.code == 1
    assert (
        done.last
        == "1 passed, 1 failed, 1 skipped (proofs are left out), 6 not run after the first failure in 2 policies"
    )
    assert "shop.tier  4 not run" in done.out


def test_what_is_accepted_is_no_failure(test: Command) -> None:
    Path("shop.tier").write_text(f'{POLICY}\nallow T460 because "known"\n{FAILING.strip()}\n')
    done = test("shop.tier", "-v", "-k", "example")
    assert done.code == 0
    assert "  accepted  example::Bolt (line 17): known" in done.out
    assert "error" not in done.out


# ---------------------------------------------------------------- how far it goes


def test_quick_proves_nothing(test: Command) -> None:
    done = test("shop.tier", "--quick", "-v")
    assert "  skipped   check::proofs (line 1): proofs are left out" in done.out
    assert ": proved" not in done.out


def test_claims_about_customers_are_measured_on_a_file(test: Command) -> None:
    Path("c.csv").write_text(CUSTOMERS)
    done = test("shop.tier", "--on", "c.csv", "--as-of", "2026-11-21")
    assert (done.code, done.last) == (0, "4 passed")
    Path("c.csv").write_text(CUSTOMERS + "7000\n")
    done = test("shop.tier", "--on", "c.csv", "-k", "few")
    assert done.code == 1
    assert "error[T440]: `few` does not hold on c.csv: 2 of 5 customers" in done.out


def test_what_is_to_be_known_of_the_customers_is_said_once(test: Command) -> None:
    Path("c.csv").write_text(CUSTOMERS.replace("spend", "spnd"))
    Path("two").mkdir()
    for name in ("a", "b"):
        Path(f"two/{name}.tier").write_text(POLICY)
    done = test("two", "--on", "c.csv", "--quick")
    assert done.err == test("two", "--on", "c.csv", "--quick", "-k", "few").err
    assert done.err.count("note: ") == done.err.count("`spnd`") == 1
    assert "did you mean" in done.err or "`spend`" in done.err
    assert "`few` needs" not in done.last
    assert "with `--on`" not in done.last
    Path("shop.tier").write_text(POLICY.replace("property few: at most 25% of customers have priority = high", ""))
    assert "no property here is measured on customers, so `c.csv`" in test("shop.tier", "--on", "c.csv", "--quick").err


def test_properties_are_tried_where_nothing_is_proved_and_nothing_is_installed(
    test: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    done = test("shop.tier", "-v", "--quick", "-k", "kept", "--customers", "30")
    assert (done.code, done.err) == (0, "")
    assert re.search(r"  passed    property::kept \(line 9\): \d+ customers tried\n", done.out)
    assert "neither proved nor tried" in test("shop.tier", "--quick", "-k", "kept", "--customers", "0").out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("nowhere.tier",), "error: there is no file or folder `nowhere.tier`\n"),
        (("empty",), "error: there is no policy file in `empty`\n  a policy is a file whose name ends in `.tier`;"),
        (("shop.tier", "--timeout", "0"), "error: `--timeout` should be a number of seconds above 0"),
        (("shop.tier", "--customers", "-1"), "Usage:"),
        (("shop.tier", "--fail-under", "101"), "error: `--fail-under` should be a number from 0 to 100"),
        (("shop.tier", "--fail-under", "nan"), "error: `--fail-under` should be a number from 0 to 100"),
        (("shop.tier", "--format", "xml"), "Usage:"),
        (("shop.tier", "--as-of", "2026-01-01"), "error: `--as-of` is the day to measure for: it goes with `--on`"),
        (("shop.tier", "--on", "nowhere.csv"), "error: there is no file `nowhere.csv`"),
        (("shop.tier", "--junit", "shop.tier/x.xml", "--quick"), "error: `shop.tier/x.xml` can't be written: "),
        (("shop.tier", "--html", "empty", "--quick"), "error: `empty` can't be written: is a directory"),
    ],
)
def test_what_cant_be_asked_is_said_in_a_line(test: Command, options: tuple[str, ...], said: str) -> None:
    Path("empty").mkdir()
    done = test(*options)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(said)


# ---------------------------------------------------------------- other forms


def test_json_is_one_document(test: Command) -> None:
    Path("shop.tier").write_text(POLICY + FAILING)
    done = test("shop.tier", "--format", "json", "--coverage")
    document = done.document
    assert (done.code, done.err) == (1, "")
    assert document["summary"] == {"errors": 1, "warnings": 0, "notes": 0}
    assert document["totals"] == {
        "passed": 3, "failed": 1, "accepted": 0, "skipped": 1, "not_run": 0, "left_out": 0
    }  # fmt: skip
    (suite,) = document["suites"]
    assert (suite["path"], suite["policy"], suite["version"]) == ("shop.tier", "Shop", "3")
    bolt = next(item for item in suite["items"] if item["name"] == "Bolt")
    assert bolt.pop("seconds") >= 0
    assert bolt == {
        "id": "example::Bolt",
        "kind": "example",
        "name": "Bolt",
        "outcome": "failed",
        "note": "",
        "path": "shop.tier",
        "line": 16,
        "codes": ["T460"],
    }
    assert [each["code"] for each in document["findings"]] == ["T460"]
    assert document["coverage"]["files"]


def test_sarif_is_valid_and_holds_what_failed(test: Command) -> None:
    Path("shop.tier").write_text(POLICY + FAILING + BROKEN)
    log = test("shop.tier", "--format", "sarif").document
    assert wrong(log) == []
    assert [each["ruleId"] for each in log["runs"][0]["results"]] == ["T460", "T101"]
    Path("shop.tier").write_text(POLICY)
    log = test("shop.tier", "--format", "sarif").document
    assert (wrong(log), log["runs"][0]["results"]) == ([], [])


def test_annotations_and_the_page_of_the_step(test: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    many = "".join(FAILING.replace("Bolt", f"B{n}") for n in range(14))
    Path("shop.tier").write_text(POLICY + many)
    done = test("shop.tier", "--format", "github", "--quick")
    lines = done.out.splitlines()
    assert done.code == 1
    assert [line.split(" ")[0] for line in lines] == ["::error"] * 10 + ["::notice"]
    assert lines[0].startswith("::error file=shop.tier,line=18,")
    assert "not shown here: 4 errors; they would stand in a summary" in lines[-1]
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "page.md")
    Path("page.md").write_text("before\n")
    assert "the summary of this step lists all of them" in test("shop.tier", "--format", "github", "--quick").out
    page = Path("page.md").read_text()
    assert page.startswith("before\n### 2 passed, 14 failed, ")
    assert "\n| shop.tier | 2 | 14 |  | 2 |\n" in page
    assert page.count("| error T460 |") == 14


def test_a_page_that_cant_be_written_is_a_note(test: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "no/such/folder/page.md")
    done = test("shop.tier", "--format", "github")
    assert (done.code, done.out) == (0, "")
    assert done.err == "note: the summary of this step can't be written: no such file or directory\n"


def test_what_a_policy_says_is_never_a_command_of_the_workflow(test: Command) -> None:
    name = "::error::planted%0A::add-mask::x"
    Path("shop.tier").write_text(POLICY + FAILING.replace("Bolt", name))
    done = test("shop.tier", "--format", "github")
    (line,) = done.out.splitlines()
    assert line.startswith("::error file=shop.tier,")
    assert "%250A" in line


# ---------------------------------------------------------------- coverage


def test_coverage_is_shown_where_it_is_asked_for(test: Command) -> None:
    assert "never false" not in test("shop.tier").out
    done = test("shop.tier", "--coverage")
    assert done.code == 0
    assert "was never false" in done.out
    assert done.last.startswith("3 passed, 1 skipped")


def test_too_little_coverage_fails(test: Command) -> None:
    done = test("shop.tier", "--fail-under", "95")
    assert done.code == 1
    assert done.last.startswith("coverage is ")
    assert "asked for is at least 95%" in done.last
    assert test("shop.tier", "--fail-under", "20").code == 0
    done = test("shop.tier", "--fail-under", "95", "--format", "sarif")
    assert (done.code, done.err.startswith("coverage is ")) == (1, True)


@pytest.mark.parametrize("option", ["--junit", "--html", "--cobertura"])
def test_a_report_that_cant_be_written_is_found_before_the_work(
    test: Command, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("out").write_text("")
    monkeypatch.setattr("tierpolicy.surfaces.cli.test.run_all", lambda *args, **more: pytest.fail("this is work"))
    done = test("shop.tier", option, "out/x")
    assert (done.code, done.out, done.err) == (2, "", "error: `out/x` can't be written: `out` is a file\n")
    done = test("shop.tier", option, "shop.tier")
    assert (done.code, done.err) == (2, "error: `shop.tier` is read by this command, or is a policy: " + ANOTHER)
    Path("shop.cases.csv").write_text("case,spend,expect priority\na,10,normal\n")
    Path("c.csv").write_text(CUSTOMERS)
    Path("link.xml").symlink_to("shop.cases.csv")
    for taken in ("shop.cases.csv", "link.xml", "c.csv"):
        done = test("shop.tier", "--on", "c.csv", option, taken)
        assert (done.code, done.err) == (2, f"error: `{taken}` is read by this command, or is a policy: " + ANOTHER)
    assert Path("c.csv").read_text() == CUSTOMERS


def test_what_came_out_is_said_where_a_report_fails_after_all(test: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tierpolicy.surfaces.cli.test.ready_for", lambda reports, read: None)
    Path("out").write_text("")
    done = test("shop.tier", "--junit", "out/x", "--quick")
    assert (done.code, done.err) == (2, "error: `out/x` can't be written: not a directory\n")
    assert "2 passed" in done.last


def test_each_report_has_a_file_of_its_own(test: Command) -> None:
    done = test("shop.tier", "--html", "out", "--junit", "./out")
    assert (done.code, done.err) == (2, "error: two reports can't be written to `out`: name a file for each\n")
    assert test("shop.tier", "--cobertura", "-").err == "error: `-` is no file: name one to write the report to\n"
    assert [each.name for each in Path().iterdir()] == ["shop.tier"]


def test_coverage_of_a_part_is_not_judged(test: Command) -> None:
    done = test("shop.tier", "--fail-under", "95", "-k", "Acme")
    assert (done.code, done.err) == (0, "note: whether enough is covered isn't judged: 3 items not run\n")


def test_too_little_coverage_is_an_error_on_github(test: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "page.md")
    done = test("shop.tier", "--fail-under", "95", "--format", "github", "--quick")
    assert done.code == 1
    assert re.match(r"::error title=tierpolicy::coverage is [\d.]+%25, asked for is at least 95%25", done.out)
    assert re.search(r"\n\ncoverage: [\d.]+%\n\ncoverage is ", Path("page.md").read_text())


def test_reports_are_written_in_new_folders(test: Command) -> None:
    done = test("shop.tier", "--html", "out/page.html", "--cobertura", "out/c.xml", "--junit", "out/tests/j.xml")
    assert done.code == 0
    assert "never false" not in done.out
    assert Path("out/page.html").read_text().startswith("<!DOCTYPE html>")
    assert "<coverage" in Path("out/c.xml").read_text()
    assert "<testsuites" in Path("out/tests/j.xml").read_text()
    assert done.err.splitlines() == ["wrote out/tests/j.xml", "wrote out/page.html", "wrote out/c.xml"]
