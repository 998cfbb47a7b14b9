"""`tierpolicy apply`: a file of customers to a file of decisions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from tierpolicy.report.tally import tally_report
from tierpolicy.report.words import plural
from tierpolicy.runtime.apply import Applied, apply
from tierpolicy.runtime.apply import Progress as Report
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.surfaces.cli.inputs import AsOf, PolicyName, PolicyPath, Settings, day, loaded
from tierpolicy.surfaces.cli.settled import settled
from tierpolicy.surfaces.cli.speaking import FINDINGS, console, remark, say, show, stop

FileKind = Literal["csv", "jsonl", "parquet"]


def apply_command(
    context: typer.Context,
    policy: PolicyPath,
    customers: Annotated[
        Path, typer.Argument(metavar="CUSTOMERS", help="A .csv, .jsonl or .parquet file.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where the decisions go.")],
    as_of: AsOf = None,
    settings: Settings = None,
    name: PolicyName = None,
    format: Annotated[
        FileKind | None, typer.Option("--format", help="The form of the output, where its name doesn't say it.")
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict/--no-strict", help="Exit with 1 where a customer had problems; the result is written anyway."
        ),
    ] = False,
) -> None:
    """Decide every customer of a file. No row is dropped; a broken one is decided with what can be read of it."""
    must_be_sound = settled(context, "apply", [policy])("strict", strict)
    on = day_of(day(as_of))
    held = loaded(policy, settings, name)
    applied = apply_with_progress(held, customers, output, on, f".{format}" if format else "")
    for note in applied.notes:
        remark(f"note: {note}")
    show(tally_report(applied.tally, held.version_on(on)))
    say(f"{plural(applied.tally.customers, 'decision')} in {output}")
    if must_be_sound and applied.tally.with_problems:
        raise typer.Exit(FINDINGS)


def apply_with_progress(policy: Policy, customers: Path, output: Path, on: date, ending: str = "") -> Applied:
    """`apply` with a progress bar where stderr is a terminal; a file that can't be used ends the command."""
    try:
        with _progress() as report:
            return apply(policy, customers, output, on, report, ending)
    except UnusableFile as error:
        stop(str(error))


@contextmanager
def _progress() -> Iterator[Report]:
    if not sys.stderr.isatty():
        yield lambda done, size: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("deciding"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeRemainingColumn())
    with Progress(*columns, console=console(sys.stderr), transient=True) as progress:
        task = progress.add_task("deciding", total=None)
        yield lambda done, size: progress.update(task, completed=done, total=size or None)
