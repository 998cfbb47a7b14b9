"""`tierpolicy check`: every finding about policies, in one run, proofs included."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tierpolicy.analysis.session import DEFAULT_TIMEOUT
from tierpolicy.diagnostics.diagnostic import Severity
from tierpolicy.diagnostics.render import Style, render
from tierpolicy.diagnostics.render.ordered import counts_text
from tierpolicy.pipeline import Report, check_paths
from tierpolicy.report.proofs import answers_data, proved_line
from tierpolicy.report.words import plural
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.surfaces.cli.inputs import FindingsFormat, PolicyPaths, customers_of, search_time
from tierpolicy.surfaces.cli.on_github import show_on_github
from tierpolicy.surfaces.cli.settled import max_age, settled
from tierpolicy.surfaces.cli.speaking import FINDINGS, colored, columns, remark_on_customers, say, say_fitted, stop
from tierpolicy.surfaces.cli.waiting import progress_shown


def check_command(
    context: typer.Context,
    paths: PolicyPaths = None,
    on: Annotated[
        Path | None,
        typer.Option("--on", metavar="FILE", help="Customers to measure on: a .csv, .jsonl or .parquet file."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The day to measure for (default: today).")
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="How long the search for one answer may take.")
    ] = DEFAULT_TIMEOUT,
    quick: Annotated[
        bool, typer.Option("--quick/--no-quick", help="Prove nothing: read the policies and run examples.")
    ] = False,
    format: FindingsFormat = "text",
) -> None:
    """Find mistakes in policies, run their examples and prove what holds for every customer.

    Exits with 1 where there are errors or warnings.
    """
    own = settled(context, "check", paths)
    found = own.paths(paths)
    seconds = search_time(own("timeout", timeout))
    customers = customers_of(own("on", on), own("as-of", as_of))
    prove = not own("quick", quick)
    try:
        with progress_shown() as progress:
            report = check_paths(
                found, prove=prove, timeout=seconds, on=customers, progress=progress, max_age=max_age(found[0])
            )
    except UnusableFile as error:
        stop(str(error))
    _show(report, format)
    if customers is not None:
        measured = report.populations
        notes = (note for each in measured for note in each.notes)
        remark_on_customers(customers, notes, any(each.measures for each in measured))
    if any(finding.severity is not Severity.NOTE for finding in report.diagnostics):
        raise typer.Exit(FINDINGS)


def _show(report: Report, format: Style) -> None:
    painted = format == "text" and colored(sys.stdout)
    more = {"answers": answers_data(report.proofs)} if format == "json" else {}
    findings = report.diagnostics
    if format == "text" and not findings:
        say(f"no findings in {plural(len(report.files), 'file')}")
    elif format == "github":
        counts = counts_text(findings) or "no findings"
        show_on_github(findings, report.sources, f"{counts} in {plural(len(report.files), 'file')}")
    else:
        text = render(findings, report.sources, format, color=painted, width=columns(sys.stdout), more=more)
        if text:
            say(text)
    line = proved_line(report.proofs, report.unproved) if format == "text" else ""
    if line:
        say_fitted(line)
