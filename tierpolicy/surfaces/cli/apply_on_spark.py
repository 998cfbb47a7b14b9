"""`tierpolicy apply … --spark MASTER`: the same decisions, made by the workers of Spark."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import typer

from tierpolicy.report.tally import tally_report
from tierpolicy.report.words import plural
from tierpolicy.runtime.engine import Policy
from tierpolicy.surfaces.cli.speaking import FINDINGS, remark, say, show, stop


def on_spark(
    policy: Policy,
    customers: str,
    output: str,
    form: str | None,
    on: date,
    master: str,
    others: Mapping[str, object],
    *,
    strict: bool,
) -> None:
    """Decides for all rows of the files on Spark, and says what was decided. `others` are the options that only runs on
    one machine have."""
    given = next((name for name, value in others.items() if value), None)
    if given is not None:
        stop(f"`{given}` works without `--spark` only: Spark reads and writes files")
    from tierpolicy.runtime.spark.applying import apply_on_spark

    left: list[str] = []
    try:
        result = apply_on_spark(policy, customers, output, form, on, master, left)
    finally:
        for note in left:
            remark(f"note: {note}")
    for note in result.notes:
        remark(f"note: {note}")
    show(tally_report(result.tally, policy.version_on(on)))
    say(f"{plural(result.tally.customers, 'decision')} in {output}")
    if strict and result.tally.with_problems:
        raise typer.Exit(FINDINGS)
