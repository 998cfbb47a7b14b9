"""`tierpolicy check`: every finding about policies, in one run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tierpolicy.diagnostics.diagnostic import Severity
from tierpolicy.diagnostics.render import Style, render
from tierpolicy.pipeline import check_paths
from tierpolicy.report.words import plural
from tierpolicy.surfaces.cli.speaking import FINDINGS, colored, columns, say, stop


def check_command(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Policy files, or folders with policies.", show_default=False),
    ],
    format: Annotated[Style, typer.Option("--format", help="How the findings are shown.")] = "text",
) -> None:
    """Find mistakes in policies and run their examples. Exits with 1 where there are errors or warnings."""
    for path in paths:
        if not path.exists():
            stop(f"there is no file or folder `{path}`")
    report = check_paths(paths)
    if format == "text" and not report.diagnostics:
        say(f"no findings in {plural(len(report.files), 'file')}")
        return
    painted = format == "text" and colored(sys.stdout)
    text = render(report.diagnostics, report.sources, format, color=painted, width=columns(sys.stdout))
    if text:
        say(text)
    if any(finding.severity is not Severity.NOTE for finding in report.diagnostics):
        raise typer.Exit(FINDINGS)
