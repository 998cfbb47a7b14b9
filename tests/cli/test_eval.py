"""`tierpolicy eval`: one customer's service, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

DAY = ("--as-of", "2026-11-21")


def test_the_decision_in_words(run: Run, folder: Path) -> None:
    done = run("eval", "shop.tier", "--customer", '{"spend": 1500, "disputes": "many"}', *DAY)
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.startswith(
        "Garden tools 3, as of 2026-11-21\n"
        "\n"
        "  priority  high\n"
        "  wait      1 hour\n"
        "  perks     {delivery}\n"
        "  credit    15 EUR\n"
        "\n"
        "internal, not part of the service\n"
        "  score  2\n"
        "\n"
        "not known, and it could matter\n"
        "  - urgent could change `wait`: `severity` is missing\n"
        "\n"
        "problems\n"
        '  - `disputes` is "many", which counts as missing: expected a whole number'
    )


def test_json_is_one_document_and_nothing_else(run: Run, folder: Path) -> None:
    done = run("eval", "shop.tier", "--customer", '{"spend": 1500}', *DAY, "--format", "json")
    document = json.loads(done.stdout)
    assert done.stderr == ""
    assert document["decision"] == {"priority": "high", "wait": "PT1H", "perks": ["delivery"], "credit": "15.00"}
    assert document["internal"] == {"score": 2}
    assert document["as_of"] == "2026-11-21"
    assert set(document["policy"]) == {"name", "version", "digest"}
    assert "why" not in document
    why = json.loads(run("eval", "shop.tier", "--customer", "{}", *DAY, "--why", "--format", "json").stdout)["why"]
    assert why["priority"]["raised"][0]["statement"] == "everyone"


def test_why_in_words(run: Run, folder: Path) -> None:
    said = run("eval", "shop.tier", "--customer", '{"spend": 1500}', *DAY, "--why").stdout
    assert 'rule good_year "Who bought a lot" (shop.tier, line 30) gives high\n    You bought much this year' in said


def test_the_customer_from_a_file_or_stdin_and_the_request(run: Run, folder: Path) -> None:
    (folder / "c.json").write_text('\ufeff{"spend": 1500}', encoding="utf-8")
    wanted = run("eval", "shop.tier", "--customer", '{"spend": 1500}', *DAY).stdout
    assert run("eval", "shop.tier", "--customer", "@c.json", *DAY).stdout == wanted
    assert run("eval", "shop.tier", "--customer", "-", *DAY, stdin='{"spend": 1500}').stdout == wanted
    urgent = run("eval", "shop.tier", "--customer", "{}", "--request", '{"severity": "urgent"}', *DAY).stdout
    assert "wait      5 minutes" in urgent


def test_parameters(run: Run, folder: Path) -> None:
    done = run("eval", "shop.tier", "--customer", '{"spend": 50}', *DAY, "--set", "threshold=10")
    assert "priority  high" in done.stdout
    done = run("eval", "shop.tier", "--customer", "{}", *DAY, "--set", "treshold=10")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean `threshold`?" in done.stderr
    done = run("eval", "shop.tier", "--customer", "{}", *DAY, "--set", "threshold=lots")
    assert done.returncode == 2
    assert "can't be set to `lots`" in done.stderr
    done = run("eval", "shop.tier", "--customer", "{}", *DAY, "--set", "threshold")
    assert (done.returncode, done.stderr) == (2, "error: `--set threshold` should be written `--set name=value`\n")


@pytest.mark.parametrize(
    ("customer", "said"),
    [
        ("[" * 50_000, "error: `--customer` holds no readable JSON: it is nested too deeply\n"),
        ("", "error: `--customer` holds no readable JSON: line 1, column 1: expecting value\n"),
        ("[1]", 'error: `--customer` should be a JSON object such as `{"orders": 3}`\n'),
        ("@nowhere.json", "error: there is no file `nowhere.json`\n"),
        ("@.", "error: `.` is a folder; `--customer` takes a file of JSON\n"),
        (
            "c.json",
            "error: `--customer` holds no readable JSON: line 1, column 1: expecting value\n"
            "  for a file, write `--customer @c.json`\n",
        ),
    ],
    ids=["deep", "empty", "list", "no file", "folder", "name"],
)
def test_what_is_no_customer_is_said_in_a_line(customer: str, said: str, run: Run, folder: Path) -> None:
    done = run("eval", "shop.tier", "--customer", customer, *DAY)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_keys_given_twice_are_a_problem(run: Run, folder: Path) -> None:
    customer = '{"spend": 1, "spend": 5000, "disputes": NaN}'
    done = run("eval", "shop.tier", "--customer", customer, *DAY, "--format", "json")
    document = json.loads(done.stdout)
    assert document["decision"]["priority"] == "normal"
    assert [problem["message"] for problem in document["problems"]] == [
        "`spend` stands twice in `--customer`, so it counts as missing"
    ]


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "20261121", "2026-11-21T00:00", "", "２０２６-11-21"])
def test_a_day_is_a_date(day: str, run: Run, folder: Path) -> None:
    done = run("eval", "shop.tier", "--customer", "{}", "--as-of", day)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"error: `{day}` is not a date for `--as-of`; write it as year-month-day, such as 2026-11-21\n"
    )


def test_a_policy_with_errors_shows_its_findings(run: Run, folder: Path) -> None:
    (folder / "bad.tier").write_text("if orders > 3 then priority = hihg\n")
    done = run("eval", "bad.tier", "--customer", "{}", *DAY, "--format", "json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[T104]" in done.stderr
    assert run("eval", "nowhere.tier", "--customer", "{}", *DAY).returncode in (1, 2)


def test_one_of_several_policies_is_chosen_by_name(run: Run, folder: Path) -> None:
    (folder / "other.tier").write_text('policy "Other"\nif orders > 3 then priority = top\n')
    done = run("eval", ".", "--customer", "{}", *DAY)
    assert (done.returncode, done.stdout) == (2, "")
    assert "its policies: `Garden tools`, `Other`" in done.stderr
    assert run("eval", ".", "--name", "Other", "--customer", "{}", *DAY).stdout.startswith("Other, as of")


def test_what_a_record_says_does_not_reach_the_terminal_as_it_is(run: Run, folder: Path) -> None:
    customer = json.dumps({"spend": "\x1b[2J\u202e\ud800", "disputes": "[red]x[/red]"})
    done = run("eval", "shop.tier", "--customer", customer, *DAY)
    assert done.returncode == 0
    assert "\u202e" not in done.stdout
    assert "[red]x[/red]" in done.stdout
    assert "hunter2" not in run("eval", "shop.tier", "--customer", '{"code": ["hunter2"]}', *DAY, "--why").stdout
