"""`tierpolicy calibrate`: a policy's `in top 10%` and its like, measured on a customer base, to the file beside it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tierpolicy.check.versions import version_for, version_order
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.errors import PolicyError
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.surfaces.cli.inputs import PolicyName, PolicyPath, day
from tierpolicy.surfaces.cli.speaking import FINDINGS, remark, say, show, stop, stop_for_policy
from tierpolicy.surfaces.cli.waiting import progress_shown, stopped_in_order

TOLERANCE = 25.0


def calibrate_command(
    policy: PolicyPath,
    customers: Annotated[
        str,
        typer.Argument(
            metavar="CUSTOMERS",
            help="A .csv, .jsonl, .parquet or .duckdb file, a folder of Parquet, or postgresql://…",
            show_default=False,
        ),
    ],
    table: Annotated[
        str | None, typer.Option("--table", metavar="NAME", help="Which table, in a DuckDB file or a database.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The day that the customers are of (default: today).")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 where the thresholds no longer fit.")
    ] = False,
    tolerance: Annotated[
        float,
        typer.Option("--tolerance", metavar="PERCENT", help="With --check: how many more or fewer customers may be."),
    ] = TOLERANCE,
    name: PolicyName = None,
) -> None:
    """Measure the thresholds of `in top` and `in bottom` on customers, and write them beside the policy."""
    if not 0 <= tolerance <= 100:
        stop("`--tolerance` should be a percentage from 0 to 100")
    on = day_of(day(as_of))
    typed = version_to_calibrate(policy, name, on)
    if not typed.thresholds:
        remark("note: this policy asks for no share of its customers, such as `in top 10%`: nothing to calibrate")
        return
    try:
        with stopped_in_order():
            _calibrate(typed, customers, table, on, tolerance / 100 if check else None)
    except UnusableFile as error:
        stop(str(error))
    except ImportError:
        stop("reading customers needs more: install it with `pip install 'tierpolicy[data]'`")


def version_to_calibrate(path: Path, name: str | None, on: date) -> TypedPolicy:
    """The version of a policy that is in effect on a day, its thresholds measured or not; where it has errors the
    command ends with its findings."""
    from tierpolicy.runtime.loading import NotOnePolicy, load_to_calibrate

    try:
        return version_for(version_order(load_to_calibrate(path, name=name)), on)[0]
    except PolicyError as error:
        stop_for_policy(error)
    except NotOnePolicy as error:
        stop(str(error), error.help)


def _calibrate(typed: TypedPolicy, customers: str, table: str | None, on: date, tolerance: float | None) -> None:
    from tierpolicy.report.calibration import calibration_notes, calibration_report, off_text
    from tierpolicy.runtime.calibrating import calibrated
    from tierpolicy.runtime.calibration_files import calibration_path, calibration_text, order_in, write_calibration

    with progress_shown() as progress:
        found = calibrated(typed, customers, on, lambda done, size: progress("reading", done, size), table=table)
    for note in calibration_notes(found):
        remark(f"note: {note}")
    path = calibration_path(typed)
    show(calibration_report(found))
    if tolerance is None:
        write_calibration(path, calibration_text(found, order_in(path)))
        say(f"{len(found.thresholds)} {'threshold' if len(found.thresholds) == 1 else 'thresholds'} in {path}")
        return
    off = [each for each in found.thresholds if each.is_off(tolerance)]
    for each in off:
        remark(f"warning: {off_text(each)}")
    if off:
        remark("  run `tierpolicy calibrate` without `--check`, and read what changes with `tierpolicy diff`")
        raise typer.Exit(FINDINGS)
    say(f"{path} fits these customers")
