"""The demonstration: the whole road, in words and files, in a folder that it names."""

from __future__ import annotations

import csv
import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer

from tests.cli.conftest import Run
from tests.processes import tierpolicy
from tierpolicy.surfaces.cli import demo

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder in which `tierpolicy demo` was run, and what it said."""
    folder = tmp_path_factory.mktemp("demo")
    done = tierpolicy("demo", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout.decode()


def test_every_step_says_what_is_asked_and_which_command_answers(shown: tuple[Path, str]) -> None:
    _, said = shown
    commands = re.findall(r"^   \$ tierpolicy (\w+) ", said, re.M)
    assert commands == ["value", "calibrate", "apply", "eval", "simulate"]
    assert len(re.findall(r"^\d\. .+[.?]$", said, re.M)) == 5


def test_the_figures_are_there(shown: tuple[Path, str]) -> None:
    _, said = shown
    assert "the best tenth of them holds" in said
    assert re.search(r"^lifetime_value in top 10% +35\.19 +35\.19 +2,357", said, re.M)
    assert re.search(r"^all +23,570 +100\.0%", said, re.M)
    assert "tier: silver" in said
    assert "Serving them costs" in said


def test_the_files_are_in_the_folder_that_is_named(shown: tuple[Path, str]) -> None:
    folder, said = shown
    assert "tierpolicy-demo/simulation.html" in said
    page = (folder / "tierpolicy-demo" / "simulation.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert [path.name for path in folder.iterdir()] == ["tierpolicy-demo"]
    with (folder / "tierpolicy-demo" / "decisions.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 23_570


def test_the_values_are_those_of_the_policy_s_customers(shown: tuple[Path, str]) -> None:
    folder, _ = shown

    def values(path: Path) -> list[tuple[str, str]]:
        with path.open(encoding="utf-8", newline="") as file:
            return [(row["customer_id"], row["lifetime_value"]) for row in csv.DictReader(file)]

    assert values(folder / "tierpolicy-demo" / "valued.csv") == values(ROOT / "policies" / "cdnow" / "customers.csv")


def test_a_command_of_it_runs_again(shown: tuple[Path, str]) -> None:
    folder, said = shown
    command = next(line for line in said.split("\n") if "$ tierpolicy eval" in line)
    done = tierpolicy(*shlex.split(command.partition("tierpolicy ")[2]), cwd=folder / "tierpolicy-demo")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().strip() in said


def test_a_folder_with_other_files_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("mine")
    done = run("demo", "--into", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "has other files in it" in done.stderr
    assert (tmp_path / "customers.csv").read_text() == "mine"


def test_what_was_changed_in_its_folder_is_not_written_over(run: Run, tmp_path: Path) -> None:
    for name in demo.CARRIED:
        shutil.copyfile(ROOT / "policies" / "cdnow" / name, tmp_path / name)
    before = {name: (tmp_path / name).read_text(encoding="utf-8") for name in demo.CARRIED}
    edits = {"service.tier": "# mine\n", "service.calibration.toml": '[[threshold]]\nfield = "orders"\n'}
    for name, more in edits.items():
        (tmp_path / name).write_text(before[name] + more, encoding="utf-8")
        done = run("demo", "--into", str(tmp_path))
        assert (done.returncode, done.stdout) == (2, "")
        assert f"`{tmp_path / name}` differs from what the demonstration would write there" in done.stderr
        assert "--into FOLDER" in done.stderr
        assert (tmp_path / name).read_text(encoding="utf-8") == before[name] + more
        (tmp_path / name).write_text(before[name], encoding="utf-8")


def test_it_lays_out_the_folder_of_a_run_before(shown: tuple[Path, str]) -> None:
    folder = shown[0] / "tierpolicy-demo"
    own = ROOT / "policies" / "cdnow"
    assert (folder / "service.calibration.toml").read_bytes() != (own / "service.calibration.toml").read_bytes()
    demo._lay_out(own, folder)


def test_a_file_is_no_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = run("demo", "--into", str(tmp_path / "file"))
    assert done.returncode == 2
    assert "--into FOLDER" in done.stderr


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "find_spec", lambda name: None)
    with pytest.raises(typer.Exit):
        demo.demo_command()
    assert "pip install 'tierpolicy[data]'" in capsys.readouterr().err
