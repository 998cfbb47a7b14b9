"""`tierpolicy mutate` as people run it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from tierpolicy.surfaces.cli.app import app
from tierpolicy.surfaces.cli.mutate import mutate_command

POLICY = """\
policy "Shop" version "1"
customer {
    spend : money at least 0
    vip   : flag
}
service {
    priority : low < normal < high
}
rule good: if spend >= 50 and vip then priority = high
rule beaten: if spend >= 60 and vip then priority = normal

example "far": given spend = 500, vip = yes expect priority = high
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["mutate", *map(str, arguments)], env={"COLUMNS": "80"})


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "shop.tier"
    file.write_text(POLICY, encoding="utf-8")
    return file


def test_what_survives_stands_with_its_lines_and_an_example(policy: Path) -> None:
    done = run(policy, "--jobs", 1)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"{policy}: Shop 1\n")
    assert "    9 - rule good: if spend >= 50 and vip then priority = high\n" in done.stdout
    assert "      + rule good: if spend > 50 and vip then priority = high\n" in done.stdout
    assert (
        'example "spend = 50, vip = yes":\n    given spend = 50, vip = yes\n    expect priority = high\n' in done.stdout
    )
    assert "`priority` is high, and would be low\n" in done.stdout
    assert done.stdout.rstrip().split("\n")[-1].endswith("proved to matter to nobody)")
    assert not done.stderr


def test_the_examples_it_prints_raise_the_score_to_all(policy: Path) -> None:
    first = json.loads(run(policy, "--format", "json").stdout)
    (found,) = first["policies"]
    assert 0 < first["score"] < 100
    assert found["noticed"] + found["survived"] + found["equivalent"] + found["unreadable"] == found["possible"]
    assert {each["example"] for each in found["survivors"]} == {each["name"] for each in found["examples"]}
    policy.write_text(POLICY + "\n".join(each["text"] for each in found["examples"]) + "\n", encoding="utf-8")
    assert json.loads(run(policy, "--format", "json").stdout)["score"] == 100
    done = run(policy, "--fail-under", 100)
    assert done.exit_code == 0
    assert "100.0%" in done.stdout


def test_less_than_asked_is_1(policy: Path) -> None:
    done = run(policy, "--fail-under", 99)
    assert done.exit_code == 1
    assert "of the changes are noticed, less than 99%" in done.stderr


def test_settings(policy: Path) -> None:
    settings = policy.parent / "pyproject.toml"
    settings.write_text("[tool.tierpolicy.mutate]\nfail-under = 99\nmost = 5\njobs = 1\n", encoding="utf-8")
    done = run(policy)
    assert done.exit_code == 1
    assert "5 of " in done.stdout
    assert "`--most` tries more" in done.stdout


def test_one_statement(policy: Path) -> None:
    done = run(policy, "--statement", "beaten")
    assert "nothing here can be changed so that somebody's decision differs" not in done.stdout
    assert "rule good" not in done.stdout
    done = run(policy, "--statement", "beeten")
    assert done.exit_code == 2
    assert "no statement that can be changed is called `beeten`" in done.stderr
    assert "did you mean `beaten`?" in done.stderr


def test_mistakes_come_first(policy: Path, tmp_path: Path) -> None:
    policy.write_text(POLICY.replace("priority = high\n", "priority = hgih\n", 1), encoding="utf-8")
    done = run(policy)
    assert done.exit_code == 1
    assert "hgih" in done.stdout
    assert "mend these errors first" in done.stderr
    assert run(tmp_path / "none.tier").exit_code == 2
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty").exit_code == 2
    assert run(policy, "--timeout", 0).exit_code == 2
    assert run(policy, "--fail-under", 101).exit_code == 2


def test_examples_that_fail_are_named_first(policy: Path) -> None:
    policy.write_text(POLICY.replace("expect priority = high", "expect priority = low"), encoding="utf-8")
    done = run(policy)
    assert done.exit_code == 0
    assert "left out: example::far: it fails already\n" in done.stdout


def test_nothing_to_change(policy: Path) -> None:
    policy.write_text("service {\n    desk : one of a, b default a\n}\n", encoding="utf-8")
    done = run(policy, "--fail-under", 100)
    assert done.exit_code == 0
    assert "nothing here can be changed so that somebody's decision differs" in done.stdout


# ---------------------------------------------------------------- on a terminal


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


LONG = POLICY.replace("spend >= 50 and vip", "spend >= 50 and vip and spend < 1_000_000_000 and spend > 20 and vip")


def on_a_terminal(policy: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stdout", shown := Terminal())
    mutate_command(typer.Context(typer.main.get_command(app)), [policy], jobs=1)
    return shown.getvalue().split("\n")


def test_examples_are_not_broken_by_a_narrow_terminal(policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy.write_text(LONG, encoding="utf-8")
    wide = [line for line in run(policy, "--jobs", 1).stdout.split("\n") if line.startswith(("example", "    given"))]
    narrow = [line for line in on_a_terminal(policy, monkeypatch, 24) if line.startswith(("example", "    given"))]
    assert max(map(len, wide)) > 24
    assert narrow == wide


def test_changes_of_a_long_line_look_different(policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy.write_text(LONG, encoding="utf-8")
    lines = on_a_terminal(policy, monkeypatch, 60)
    (before,) = {line for line in lines if line.startswith("    9 - ")}
    assert before.endswith("then priority = high"), "what is changed is shown whole"
    changed = [line for line in lines if line.startswith("      + ")]
    assert len(changed) > 6
    assert len(set(changed)) == len(changed)
    assert max(map(len, changed)) <= 60


# ---------------------------------------------------------------- names, and what is left out


def test_what_matters_to_nobody_is_listed_in_json(policy: Path) -> None:
    policy.write_text(
        POLICY.replace("priority = high\n\n", "priority = high\n") + "baseline b: priority at least normal\n"
    )
    found = json.loads(run(policy, "--format", "json").stdout)["policies"][0]
    assert found["without_effect"], "what the baseline promises makes a rule needless"
    assert len(found["without_effect"]) == found["equivalent"]


def test_a_tier_by_its_label_and_a_row_by_its_table(policy: Path) -> None:
    tier = "tiers member < prime\ntier prime if spend >= 70 then priority = normal\n"
    table = "table t:\n    | if spend | then priority |\n    | >= 90    | normal |\n"
    policy.write_text(POLICY + tier + table, encoding="utf-8")
    assert "tier prime  " in run(policy, "--statement", "prime").stdout
    rows = json.loads(run(policy, "--statement", "t row 1", "--format", "json").stdout)
    assert [each["name"] for each in rows["policies"][0]["statements"]] == ["t"]


def test_a_mistake_in_an_example_leaves_the_example_out(policy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tierpolicy.testing.mutation.measuring.WORTH_A_PROCESS", 10)
    policy.write_text(POLICY + 'example "typo": given spend = 5 expect priority = hgih\n', encoding="utf-8")
    done = run(policy, "--jobs", 2, "--most", 20)
    assert done.exit_code == 0, done.output
    assert f"left out: {policy}:13: " in done.stderr
    assert "hgih" in done.stderr
