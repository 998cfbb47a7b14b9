"""`tierpolicy apply`: a customer base to decisions for all of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import typer

from tierpolicy.report.tally import tally_report
from tierpolicy.report.words import count_text, plural
from tierpolicy.runtime.apply import Applied, Work, applied, work_for
from tierpolicy.runtime.apply import Progress as Report
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.surfaces.cli import apply_options as options
from tierpolicy.surfaces.cli.apply_on_spark import on_spark
from tierpolicy.surfaces.cli.inputs import AsOf, PolicyName, PolicyPath, Settings, day, loaded
from tierpolicy.surfaces.cli.settled import remark_on_age, settled
from tierpolicy.surfaces.cli.speaking import FINDINGS, console, remark, say, show, stop
from tierpolicy.surfaces.cli.waiting import stopped_in_order


def apply_command(
    context: typer.Context,
    policy: PolicyPath,
    customers: options.Customers,
    output: options.Target,
    as_of: AsOf = None,
    settings: Settings = None,
    name: PolicyName = None,
    table: options.Table = None,
    into: options.Into = None,
    format: options.Form = None,
    carry: options.Carry = None,
    decimal: options.Decimal = None,
    reasons: options.Reasons = False,
    rejects: options.Rejects = None,
    resume: options.Resume = False,
    spark: options.Spark = None,
    strict: options.Strict = False,
) -> None:
    """Decide every customer of a base. No row is dropped; a broken one is decided with what can be read of it."""
    must_be_sound = settled(context, "apply", [policy])("strict", strict)
    on = day_of(day(as_of))
    held = loaded(policy, settings, name)
    remark_on_age(held.version_on(on), policy, on)
    if spark is not None:
        alone = {"--table": table, "--into": into, "--carry": carry, "--reasons": reasons, "--rejects": rejects}
        alone["--decimal"] = decimal
        with _usable(), stopped_in_order():
            on_spark(held, customers, output, format, on, spark, {**alone, "--resume": resume}, strict=must_be_sound)
        return
    with _usable(), _progress() as report:
        work = work_for(
            held,
            customers,
            output,
            on,
            report,
            form=format or "",
            table=table,
            into=into,
            resume=resume,
            rejects=rejects,
            reasons=reasons,
            carry=carry or (),
            decimal=decimal,
        )
        result = _done(work)
    for note in result.notes:
        remark(f"note: {note}")
    show(tally_report(result.tally, held.version_on(on)))
    say(_written(result, work))
    if must_be_sound and (result.tally.with_problems or result.tally.rejected):
        raise typer.Exit(FINDINGS)


def _written(result: Applied, work: Work) -> str:
    """Where the rows went; with rejects, as the sum that it is."""
    decided = f"{plural(result.tally.customers, 'decision')} in {work.wanted.name}"
    if work.rejects is None:
        return decided
    apart = f"{count_text(result.tally.rejected)} set apart in {work.rejects}"
    return f"{plural(result.rows, 'row')} read: {decided}, {apart}"


def apply_with_progress(policy: Policy, customers: Path, output: Path, on: date) -> Applied:
    """`apply` with a progress bar where stderr is a terminal; a file that can't be used ends the command."""
    with _usable(), _progress() as report:
        return _done(work_for(policy, str(customers), str(output), on, report))


def _done(work: Work) -> Applied:
    """Does the work, and says what a person should know of the run, whatever its end."""
    try:
        with stopped_in_order():
            return applied(work)
    finally:
        for note in work.left:
            remark(f"note: {note}")


@contextmanager
def _usable() -> Iterator[None]:
    try:
        yield
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
