"""`tierpolicy check`: every finding in one run, in four formats, and an exit code for builds."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

MISTAKES = """\
if ordres > 3 then priority = hihg
limit l: if orders > 9 then priority at least low

example "e": given orders = 4 expect priority = top
"""
GOOD = "if orders > 3 then priority = top\n"


def test_a_clean_policy(run: Run, folder: Path) -> None:
    done = run("check", "shop.tier")
    assert (done.returncode, done.stdout, done.stderr) == (0, "no findings in 1 file\n", "")


def test_all_mistakes_in_one_run(run: Run, folder: Path) -> None:
    (folder / "bad.tier").write_text(MISTAKES)
    done = run("check", "bad.tier")
    assert done.returncode == 1
    assert done.stdout.count("error[") == 3
    assert done.stdout.endswith("3 errors\n")


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


def test_of_each_property_it_says_that_it_is_not_proved(run: Run, folder: Path) -> None:
    (folder / "p.tier").write_text(GOOD + "property a: always priority >= normal\nproperty b: never priority = low\n")
    done = run("check", "p.tier", "--format", "json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert [each["code"] for each in found["findings"]] == ["T401", "T401"]
    assert found["summary"]["notes"] == 2


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
    assert run("check").returncode == 2


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
    assert run("check", "shops").stdout == "no findings in 2 files\n"


def test_folders_inside_a_folder_of_policies_hold_what_these_use(run: Run, folder: Path) -> None:
    (folder / "own" / "parts").mkdir(parents=True)
    (folder / "own" / "service.tier").write_text(GOOD)
    (folder / "own" / "parts" / "draft.tier").write_text(MISTAKES)
    assert run("check", "own").stdout == "no findings in 1 file\n"
