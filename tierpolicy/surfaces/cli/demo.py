"""`tierpolicy demo`: the whole road on 23,570 real customers, from what they bought to what serving them comes to.

Every step is a command that the person can run again: its line is shown, then it is run, in a folder with copies of all
that it needs.
"""

from __future__ import annotations

import csv
import filecmp
import io
import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from tierpolicy.surfaces.cli.speaking import say, say_fitted, stop

BESIDE = Path(__file__).parents[1] / "cdnow"
CHECKOUT = Path(__file__).parents[3] / "policies" / "cdnow"
CALIBRATION = "service.calibration.toml"
NOTED = re.compile(r"(?:data|digest) = ")
CARRIED = ("service.tier", CALIBRATION, "purchases.csv", "customers.csv")
FOLDER = Path("tierpolicy-demo")
PAGE = "simulation.html"
AS_OF = ("--as-of", "1998-07-01")
EXPLAINED = "00056"
NUMBERS = ("orders", "cds")


@dataclass(frozen=True, slots=True)
class Step:
    """A question in words, and the command that answers it; of a long answer only what stands before the first
    empty line is shown."""

    question: str
    command: tuple[str, ...]
    is_long: bool = False


VALUE = ("value", "purchases.csv", "--add-to", "customers.csv", "-o", "valued.csv", "--margin", "30%", *AS_OF)
STEPS = (
    Step("What is each customer worth? From 69,659 purchases: how recently, how often, for how much.", VALUE),
    Step(
        "Who is in the best tenth by value? Measured once, kept beside the policy for people to review.",
        ("calibrate", "service.tier", "valued.csv", *AS_OF),
    ),
    Step("Which service does everybody get?", ("apply", "service.tier", "valued.csv", "-o", "decisions.csv", *AS_OF)),
    Step(
        f"Why does customer {EXPLAINED} get what they get, with 4 orders for 129.19 dollars, the last in December?",
        ("eval", "service.tier", "--customer", f"@{EXPLAINED}.json", "--why", *AS_OF),
    ),
    Step(
        "What does the policy come to? A page with pictures; the command alone shows the figures here.",
        ("simulate", "service.tier", "--on", "valued.csv", "--html", PAGE, *AS_OF),
        is_long=True,
    ),
)


def demo_command(
    into: Annotated[Path, typer.Option("--into", metavar="FOLDER", help="Where the files and the page go.")] = FOLDER,
) -> None:
    """Go the whole road on 23,570 real customers: purchases, value, decisions, a page of what it comes to."""
    source = next((each for each in (BESIDE, CHECKOUT) if (each / "service.tier").is_file()), None)
    if source is None:
        stop("the demonstration's policy is not part of this installation", code=1)
    if any(find_spec(name) is None for name in ("numpy", "pyarrow", "duckdb")):
        stop("the demonstration decides in columns: install what it needs with `pip install 'tierpolicy[data]'`")
    _lay_out(source, into)
    say_fitted(f"From purchases to service, for the customers of a CD shop on the net. All files are in {into}/")
    with _inside(into):
        for number, step in enumerate(STEPS, 1):
            say("")
            say_fitted(f"{number}. {step.question}")
            say(f"   $ tierpolicy {shlex.join(step.command)}\n")
            _run(step)
            if number == 1:
                _write_customer()
    say("")
    say_fitted(f"The page is {into / PAGE}: open it in a browser. Each command runs again in {into}/")


def _lay_out(source: Path, folder: Path) -> None:
    """The folder, with copies of the policy and its data. One with files of somebody else's is left alone, and so is
    what somebody changed since."""
    changed: list[str] = []
    try:
        if folder.is_dir() and any(folder.iterdir()) and not _is_ours(source, folder):
            stop(f"`{folder}` has other files in it, which the demonstration might overwrite; name a new folder")
        folder.mkdir(parents=True, exist_ok=True)
        changed = [name for name in CARRIED if (folder / name).is_file() and not _is_same(source, folder, name)]
        for name in CARRIED if not changed else ():
            shutil.copyfile(source / name, folder / name)
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        stop(f"`{folder}` can't be the folder of the demonstration: {why}", "name another with `--into FOLDER`")
    if changed:
        names = " and ".join(f"`{folder / name}`" for name in changed)
        stop(
            f"{names} {'differs' if len(changed) == 1 else 'differ'} from what the demonstration would write there",
            "name another folder with `--into FOLDER`, or run single commands of the demonstration in this one",
        )


def _is_ours(source: Path, folder: Path) -> bool:
    """Of a demonstration before: its purchases are in it, unchanged."""
    return (folder / "purchases.csv").is_file() and _is_same(source, folder, "purchases.csv")


def _is_same(source: Path, folder: Path, name: str) -> bool:
    """True where the folder's file says what the demonstration's does. `calibrate` itself notes of which data."""
    if name == CALIBRATION:
        one, other = ((each / name).read_text("utf-8", "replace").splitlines() for each in (source, folder))
        return [line for line in one if not NOTED.match(line)] == [line for line in other if not NOTED.match(line)]
    return filecmp.cmp(source / name, folder / name, shallow=False)


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _run(step: Step) -> None:
    """Runs the very command, in this process."""
    if not step.is_long:
        _command(step.command)
        return
    with redirect_stdout(io.StringIO()) as held:
        _command(step.command)
    beginning, _, _ = held.getvalue().partition("\n\n")
    say(beginning)


def _command(arguments: Sequence[str]) -> None:
    from tierpolicy.surfaces.cli.app import app

    code = app(list(arguments), prog_name="tierpolicy", standalone_mode=False)
    if isinstance(code, int) and code:
        raise typer.Exit(code)


def _write_customer() -> None:
    """One customer as a record by itself, for `eval`."""
    with Path("valued.csv").open(encoding="utf-8", newline="") as file:
        person = next(row for row in csv.DictReader(file) if row["customer_id"] == EXPLAINED)
    record = {name: int(cell) if name in NUMBERS else cell for name, cell in person.items()}
    Path(f"{EXPLAINED}.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
