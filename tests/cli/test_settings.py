"""`[tool.tierpolicy]` in pyproject.toml: where it is found, what it may say, and what wins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from tierpolicy.surfaces.cli.app import app
from tierpolicy.surfaces.settings import KEYS, LARGEST_FILE, Settings, UnusableSettings, settings_near

POLICY = """\
policy "P"
customer { spend : money at least 0 }
service { priority : low < high }
if spend >= 10 then priority = high
property kept: always priority >= low
example "e": given spend = 20 expect priority = high
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "service.tier").write_text(POLICY)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*args: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, args)
    return done.exit_code, done.stdout, done.stderr


def settings(text: str, where: str = "pyproject.toml") -> Settings:
    Path(where).write_text(text)
    return settings_near(Path("policies/service.tier"))


# ---------------------------------------------------------------- the file


def test_what_a_file_sets(folder: Path) -> None:
    found = settings(
        '[tool.tierpolicy]\npaths = ["policies"]\n[tool.tierpolicy.test]\ncustomers = 7\nfail-under = 90\n'
        'coverage = true\njunit = "out/j.xml"\nas-of = 2026-11-21\ntimeout = 2.5\n'
    )
    assert found.of("test") == {
        "paths": (Path("policies"),),
        "customers": 7,
        "fail-under": 90,
        "coverage": True,
        "junit": Path("out/j.xml"),
        "as-of": "2026-11-21",
        "timeout": 2.5,
    }
    assert found.of("check") == {"paths": (Path("policies"),)}
    assert found.of("apply") == {}


def test_paths_of_a_command_win_over_those_of_all(folder: Path) -> None:
    found = settings('[tool.tierpolicy]\npaths = ["a"]\ntest.paths = ["b", "c"]\n')
    assert found.of("test")["paths"] == (Path("b"), Path("c"))
    assert found.of("fmt")["paths"] == (Path("a"),)


def test_the_nearest_file_with_a_table_of_ours_counts(folder: Path) -> None:
    settings("[tool.tierpolicy.test]\ncustomers = 1\n")
    assert settings("[project]\nname = 'x'\n", "policies/pyproject.toml").of("test") == {"customers": 1}
    assert settings("[tool.tierpolicy.test]\ncustomers = 2\n", "policies/pyproject.toml").of("test") == {"customers": 2}
    assert settings("[tool.tierpolicy]\n", "policies/pyproject.toml").of("test") == {}


def test_nothing_is_looked_for_above_a_repository(folder: Path) -> None:
    settings("[tool.tierpolicy.test]\ncustomers = 1\n")
    (folder / "policies" / ".git").write_text("gitdir: elsewhere\n")
    assert settings_near(folder / "policies" / "service.tier") == Settings()


def test_paths_are_those_of_the_file_wherever_the_command_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings('[tool.tierpolicy]\npaths = ["policies", "../other"]\n')
    monkeypatch.chdir(folder / "policies")
    assert settings_near(Path()).of("test")["paths"] == (Path(), folder.parent / "other")


WRONG_VALUES = [
    ("test", "customers = true", "a whole number from 0 to 1_000_000"),
    ("test", "customers = -1", "a whole number from 0 to 1_000_000"),
    ("test", "seed = 1.5", "a whole number from 0"),
    ("check", "timeout = 0", "a number above 0, at most 86_400"),
    ("check", "timeout = nan", "a number above 0, at most 86_400"),
    ("test", "fail-under = 100.5", "a number from 0 to 100"),
    ("test", "coverage = 1", "`true` or `false`"),
    ("test", "junit = ''", 'a path such as `"reports/tests.xml"`'),
    ("test", 'on = "a\\u0000b"', 'a path such as `"reports/tests.xml"`'),
    ("test", "paths = []", 'a list of paths such as `["policies"]`'),
    ("test", "as-of = 2026-11-21T10:00:00", "a day such as 2026-11-21"),
    ("", "paths = 'policies'", 'a list of paths such as `["policies"]`'),
]


@pytest.mark.parametrize(("command", "line", "wanted"), WRONG_VALUES)
def test_a_value_of_another_kind_is_refused(folder: Path, command: str, line: str, wanted: str) -> None:
    table = f"[tool.tierpolicy{f'.{command}' if command else ''}]"
    with pytest.raises(UnusableSettings) as raised:
        settings(f"{table}\n{line}\n")
    assert str(raised.value) == f"`{line.split(' ')[0]}` under `{table}` in `pyproject.toml` should be {wanted}"


@pytest.mark.parametrize(
    ("text", "table", "name", "help"),
    [
        ("test]\ncustmers = 3", "tool.tierpolicy.test", "custmers", "did you mean `customers`?"),
        ("test]\nfail_under = 3", "tool.tierpolicy.test", "fail_under", "did you mean `fail-under`?"),
        ("fmt]\nwidth = 3", "tool.tierpolicy.fmt", "width", "it may have: paths"),
        ("chekc]\nquick = true", "tool.tierpolicy", "chekc", "did you mean `check`?"),
    ],
)
def test_a_setting_that_is_not_there_is_refused(folder: Path, text: str, table: str, name: str, help: str) -> None:
    with pytest.raises(UnusableSettings) as raised:
        settings(f"[tool.tierpolicy.{text}\n")
    assert str(raised.value) == f"`[{table}]` in `pyproject.toml` has no setting `{name}`"
    assert raised.value.help == help


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.tierpolicy]\ntest = 3", "`test` in `pyproject.toml` should be a table: write `[tool.tierpolicy.test]`"),
        (
            "[tool]\ntierpolicy = 3",
            "`tool.tierpolicy` in `pyproject.toml` should be a table: write `[tool.tierpolicy]`",
        ),
        ("tool = 3", "`tool` in `pyproject.toml` should be a table: write `[tool.tierpolicy]`"),
        ("[tool.tierpolicy", "`pyproject.toml` is not TOML"),
        ("a = 1\nb c\n", "`pyproject.toml` is not TOML: see line 2, column 3"),
        ("a = " + "[" * 20_000, "`pyproject.toml` is not TOML"),
        ("a = " + "9" * 20_000, "`pyproject.toml` is not TOML"),
        ("#" * (LARGEST_FILE + 1), "`pyproject.toml` holds more than 1 MiB, so no settings are read from it"),
    ],
    ids=range(8),
)
def test_a_file_that_cant_be_used_is_one_sentence(folder: Path, text: str, said: str) -> None:
    with pytest.raises(UnusableSettings) as raised:
        settings(text)
    assert str(raised.value) == said


def test_bytes_that_are_no_text(folder: Path) -> None:
    (folder / "pyproject.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UnusableSettings, match="is not UTF-8 text"):
        settings_near(folder)


def test_a_byte_order_mark_and_other_line_ends_are_read(folder: Path) -> None:
    (folder / "pyproject.toml").write_bytes(b"\xef\xbb\xbf[tool.tierpolicy.test]\r\ncustomers = 3\r\n")
    assert settings_near(folder).of("test") == {"customers": 3}


# ---------------------------------------------------------------- in commands


def test_every_setting_is_an_option_of_its_command() -> None:
    group: Any = typer.main.get_command(app)
    for command, keys in KEYS.items():
        if command not in group.commands:
            continue
        options = {name for each in group.commands[command].params for name in each.opts}
        assert [key for key in keys if key != "paths" and f"--{key}" not in options] == []
        assert ("paths" in keys) == ("paths" in {each.name for each in group.commands[command].params})


def test_a_command_works_on_the_paths_that_are_set(folder: Path) -> None:
    (folder / "draft.tier").write_text("rule ::\n")
    Path("pyproject.toml").write_text(
        '[tool.tierpolicy]\npaths = ["policies"]\ntest.quick = true\ncheck.quick = true\n'
    )
    assert invoke("test")[:2] == (
        0,
        "policies/service.tier  2 passed, 1 skipped\n\n2 passed, 1 skipped (proofs are left out)\n",
    )
    assert invoke("check")[1].startswith("no findings in 1 file\n")
    assert invoke("fmt", "--check")[2].startswith("1 file, ")
    assert invoke("check", "draft.tier")[0] == 1


def test_the_command_line_wins(folder: Path) -> None:
    Path("pyproject.toml").write_text("[tool.tierpolicy.test]\nquick = true\nfail-under = 100\ncustomers = 3\n")
    code, out, _ = invoke("test", "policies", "--format", "json")
    assert code == 1
    assert json.loads(out)["suites"][0]["items"][0]["outcome"] == "skipped"
    code, out, _ = invoke("test", "policies", "--no-quick", "--fail-under", "10", "--format", "json")
    assert code == 0
    assert json.loads(out)["suites"][0]["items"][0]["outcome"] == "passed"


def test_settings_of_check_and_apply(folder: Path) -> None:
    Path("pyproject.toml").write_text("[tool.tierpolicy.check]\nquick = true\n[tool.tierpolicy.apply]\nstrict = true\n")
    assert invoke("check", "policies")[1] == "no findings in 1 file\n"
    assert "proved" in invoke("check", "policies", "--no-quick")[1]
    Path("c.csv").write_text("spend\n3\nmany\n")
    assert invoke("apply", "policies", "c.csv", "-o", "d.csv")[0] == 1
    assert invoke("apply", "policies", "c.csv", "-o", "d.csv", "--no-strict")[0] == 0


def test_a_path_of_the_settings_that_is_gone_names_its_file(folder: Path) -> None:
    Path("pyproject.toml").write_text('[tool.tierpolicy]\npaths = ["gone"]\n')
    code, out, err = invoke("test")
    assert (code, out) == (2, "")
    assert err.startswith("error: there is no file or folder `gone`\n  `paths` in `")


@pytest.mark.parametrize("command", ["check", "test", "fmt"])
def test_unusable_settings_end_each_command(folder: Path, command: str) -> None:
    Path("pyproject.toml").write_text("[tool.tierpolicy.test]\ncustmers = 3\n")
    code, out, err = invoke(command, "policies")
    assert (code, out) == (2, "")
    assert err.endswith("has no setting `custmers`\n  did you mean `customers`?\n")
