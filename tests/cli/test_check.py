"""`tierpolicy check`: every finding in one run, what was proved and measured, four formats, an exit code for builds."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.conftest import Run
from tierpolicy.surfaces.cli.app import app

MISTAKES = """\
if ordres > 3 then priority = hihg
limit l: if orders > 9 then priority at least low

example "e": given orders = 4 expect priority = top
"""
GOOD = "if orders > 3 then priority = top\n"


def test_a_clean_policy(run: Run, folder: Path) -> None:
    done = run("check", "shop.tier")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("no findings in 1 file\nproved for every customer: ")


def test_all_mistakes_in_one_run(run: Run, folder: Path) -> None:
    (folder / "bad.tier").write_text(MISTAKES)
    done = run("check", "bad.tier")
    assert done.returncode == 1
    assert done.stdout.count("error[") == 3
    assert done.stdout.endswith("\n3 errors\nnothing was proved: mend the errors first\n")


def test_what_could_not_be_asked_is_said(run: Run, folder: Path) -> None:
    (folder / "bad.tier").write_text(MISTAKES)
    assert run("check", "bad.tier", "--quick").stdout.endswith("\n3 errors\n")
    last = run("check", "bad.tier", "shop.tier").stdout.splitlines()[-1]
    assert last.startswith("proved for every customer: ")
    assert last.endswith("; nothing was proved of 1 policy: mend the errors first")


def test_json_is_one_document(run: Run, folder: Path) -> None:
    (folder / "bad.tier").write_text(MISTAKES)
    done = run("check", "bad.tier", "shop.tier", "--format", "json")
    assert (done.returncode, done.stderr) == (1, "")
    document = json.loads(done.stdout)
    assert document["summary"] == {"errors": 3, "warnings": 0, "notes": 0}
    first = document["findings"][0]
    places = {"path": "bad.tier", "line": 1, "column": 4, "end_line": 1, "end_column": 10}
    assert {key: first[key] for key in places} == places
    assert first["severity"] == "error"
    assert first["help"] == "did you mean `orders`?"


def test_a_failing_example_is_an_error(run: Run, folder: Path) -> None:
    (folder / "p.tier").write_text(GOOD + 'example "e": given orders = 3 expect priority = top\n')
    done = run("check", "p.tier", "--format", "json")
    assert done.returncode == 1
    assert [each["code"] for each in json.loads(done.stdout)["findings"]] == ["T460"]


PROMISES = """\
property kept: always priority >= normal
property broken: never priority = top
"""
SHARE = "property few: at most 25% of customers have priority = top\n"
CUSTOMERS = "customer_id,orders\n1,9\n2,\n3,7\n4,0\n"


def test_a_property_is_proved_or_shown_to_fail(run: Run, folder: Path) -> None:
    (folder / "p.tier").write_text(GOOD + PROMISES)
    done = run("check", "p.tier")
    assert done.returncode == 1
    assert "error[T410]: `broken` does not hold" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("proved for every customer: 1 property, ")


def test_the_answers_are_in_the_document(run: Run, folder: Path) -> None:
    (folder / "p.tier").write_text(GOOD + PROMISES)
    (answers,) = json.loads(run("check", "p.tier", "--format", "json").stdout)["answers"]
    assert (answers["policy"], answers["path"]) == ("p", "p.tier")
    told = {each["subject"]: each for question in answers["questions"] for each in question["answers"]}
    assert told == {
        "kept": {"subject": "kept", "verdict": "proved"},
        "broken": {"subject": "broken", "verdict": "refuted", "code": "T410"},
    }
    counted = [(question["proved"], question["refuted"], question["unknown"]) for question in answers["questions"]]
    assert (1, 1, 0) in counted


def test_quick_proves_nothing(run: Run, folder: Path) -> None:
    (folder / "p.tier").write_text(GOOD + PROMISES)
    assert run("check", "p.tier", "--quick").stdout == "no findings in 1 file\n"
    assert json.loads(run("check", "p.tier", "--quick", "--format", "json").stdout)["answers"] == []


def test_a_note_of_what_is_not_settled_is_no_failure(run: Run, folder: Path) -> None:
    """Whether dividing by three and multiplying again gives the same: every number says yes, and no bound proves it."""
    text = "customer { weight : number at least 1 at most 1_000 }\nservice { parcel : small < large }\n"
    (folder / "p.tier").write_text(text + "define third = weight / 3\nif third * 3 > weight then parcel = large\n")
    done = run("check", "p.tier")
    assert (done.returncode, "note[T330]" in done.stdout) == (0, True)
    assert "not settled: " in done.stdout.splitlines()[-1]


def test_shares_are_measured_on_a_file(run: Run, folder: Path) -> None:
    (folder / "p.tier").write_text(GOOD + SHARE)
    (folder / "c.csv").write_text(CUSTOMERS)
    done = run("check", "p.tier", "--on", "c.csv", "--as-of", "2026-11-21", "--format", "json")
    assert done.returncode == 1
    assert [(each["code"], each["message"]) for each in json.loads(done.stdout)["findings"]] == [
        (
            "T440",
            "`few` does not hold on c.csv: 2 of 4 customers (50%) have `priority = top`, at most 25% is allowed",
        )
    ]
    assert "note: no column for " in done.stderr
    kept = SHARE.replace("25%", "50%")
    (folder / "p.tier").write_text(GOOD + 'allow T402 because "measured monthly"\n' + kept)
    done = run("check", "p.tier", "--on", "c.csv", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)["findings"]) == (0, [])


def test_a_file_that_nothing_is_measured_on_is_said(run: Run, folder: Path) -> None:
    (folder / "c.csv").write_text(CUSTOMERS)
    done = run("check", "shop.tier", "--on", "c.csv", "--quick")
    assert done.returncode == 0
    assert done.stderr == "note: no property here is measured on customers, so `c.csv` shows nothing of them\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--timeout", "0"), "error: `--timeout` should be a number of seconds above 0, and at most a day\n"),
        (("--timeout", "-1"), "error: `--timeout` should be"),
        (("--timeout", "nan"), "error: `--timeout` should be"),
        (("--timeout", "inf"), "error: `--timeout` should be"),
        (("--timeout", "soon"), "Usage:"),
        (("--on", "nowhere.csv"), "error: there is no file `nowhere.csv`\n"),
        (("--on", "."), "error: `.` is a folder; name a file of customers\n"),
        (("--on", "shop.tier"), "error: `shop.tier` should end in `.csv`, `.jsonl` or `.parquet`"),
        (("--on", "c.csv", "--as-of", "yesterday"), "error: `yesterday` is not a date"),
        (("--as-of", "2026-01-01"), "error: `--as-of` is the day to measure for: it goes with `--on`\n"),
    ],
)
def test_what_cant_be_asked_is_said_in_a_line(
    options: tuple[str, ...], said: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "shop.tier").write_text(GOOD + SHARE)
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(app, ["check", "shop.tier", *options])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(said)


def test_ctrl_c_ends_a_search(folder: Path) -> None:
    """Squares that are twice a square: there are none, and the solver would look for them for a day."""
    (folder / "hard.tier").write_text(
        "customer { a : integer at least 1 at most 1_000_000\n    b : integer at least 1 at most 1_000_000 }\n"
        "service { p : low < high }\nif a > 5 then p = high\nproperty hard: never a * a = 2 * b * b\n"
    )
    ask = "from tierpolicy.surfaces import cli\nfrom tierpolicy.analysis.smt import solve\nprint('ready', flush=True)\n"
    command = [sys.executable, "-c", f"{ask}cli.main()", "check", "hard.tier", "--timeout", "86400"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        time.sleep(3)  # it searches now
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=60)
    assert (running.returncode, said) == (130, "")


def test_several_paths_and_folders_each_finding_once(run: Run, folder: Path) -> None:
    (folder / "one").mkdir()
    (folder / "one" / "a.tier").write_text('policy "A"\nuse "shared.tier"\n' + GOOD)
    (folder / "one" / "b.tier").write_text('policy "B"\nuse "shared.tier"\n' + GOOD)
    (folder / "one" / "shared.tier").write_text("if ordres > 4 then callback = yes\n")
    done = run("check", "one", "shop.tier", "one/a.tier", "--format", "json")
    assert [each["code"] for each in json.loads(done.stdout)["findings"]] == ["T101"]


def test_gaps_and_overlaps_of_versions(run: Run, folder: Path) -> None:
    (folder / "v").mkdir()
    for number, dates in enumerate(["from 2025-01-01 until 2025-06-30", "from 2026-01-01", "from 2027-01-01"]):
        text = f'policy "V"\n    version "{number}"\n    effective {dates}\n' + GOOD
        (folder / "v" / f"{number}.tier").write_text(text)
    done = run("check", "v", "--format", "json")
    assert done.returncode == 1
    messages = [each["message"] for each in json.loads(done.stdout)["findings"]]
    assert any("from 2025-07-01 until 2025-12-31" in message for message in messages)
    assert any("two versions of `V`" in message for message in messages)


def test_github_and_sarif(run: Run, folder: Path) -> None:
    (folder / "bad.tier").write_text(MISTAKES)
    assert run("check", "bad.tier", "--format", "github").stdout.startswith("::error file=bad.tier,line=1")
    assert json.loads(run("check", "bad.tier", "--format", "sarif").stdout)["version"] == "2.1.0"
    assert run("check", "shop.tier", "--format", "github").stdout == ""


def test_usage(run: Run, folder: Path) -> None:
    done = run("check", "nowhere.tier")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "error: there is no file or folder `nowhere.tier`\n")
    done = run("check", "shop.tier", "--format", "xml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage:" in done.stderr
    assert run("check").returncode == 0  # this folder


def test_of_a_folder_of_folders_each_is_checked(run: Run, folder: Path) -> None:
    policies = folder / "policies"
    for name, text in {"a": GOOD, "b/deep": MISTAKES, ".hidden": MISTAKES}.items():
        (policies / name).mkdir(parents=True)
        (policies / name / "service.tier").write_text(text)
    done = run("check", "policies", "--format", "json")
    findings = json.loads(done.stdout)["findings"]
    assert (done.returncode, len(findings)) == (1, 3)
    assert {each["path"] for each in findings} == {"policies/b/deep/service.tier"}


def test_policies_of_one_name_in_two_folders_are_no_versions_of_one_another(run: Run, folder: Path) -> None:
    head = 'policy "Same" effective from 2026-01-01\n'
    for name in ("north", "south"):
        (folder / "shops" / name).mkdir(parents=True)
        (folder / "shops" / name / "service.tier").write_text(head + GOOD)
    assert run("check", "shops", "--quick").stdout == "no findings in 2 files\n"


def test_folders_inside_a_folder_of_policies_are_checked_but_for_what_is_used_or_installed(
    run: Run, folder: Path
) -> None:
    (folder / "own" / "parts").mkdir(parents=True)
    (folder / "own" / "service.tier").write_text(GOOD)
    (folder / "own" / "parts" / "draft.tier").write_text(MISTAKES)
    (folder / "own" / "parts" / "words.tier").write_text("customer { orders : integer }\nservice { p : low < top }\n")
    (folder / "own" / "user.tier").write_text('use "parts/words.tier"\nif orders > 3 then p = top\n')
    for site in ("own/venv", "own/node_modules"):
        (folder / site / "lib").mkdir(parents=True)
        (folder / site / "lib" / "other.tier").write_text(MISTAKES)
    (folder / "own" / "venv" / "pyvenv.cfg").write_text("")
    done = run("check", "own", "--quick", "--format", "json")
    assert {each["path"] for each in json.loads(done.stdout)["findings"]} == {"own/parts/draft.tier"}
    (folder / "own" / "parts" / "draft.tier").unlink()
    assert run("check", "own", "--quick").stdout == "no findings in 3 files\n"
    assert run("fmt", "own", "--check").stderr.startswith("3 files, ")
