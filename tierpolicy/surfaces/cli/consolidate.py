"""`tierpolicy consolidate`: records of customers from several channels to one record for each customer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tierpolicy.model.policy import Policy
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.identity.keys import LIKELY, MOST_LINKED
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.surfaces.cli.calibrate import version_to_calibrate
from tierpolicy.surfaces.cli.inputs import PolicyName, PolicyPath, day
from tierpolicy.surfaces.cli.speaking import FINDINGS, remark, say, show, stop
from tierpolicy.surfaces.cli.waiting import progress_shown, stopped_in_order

if TYPE_CHECKING:
    from tierpolicy.runtime.identity.consolidating import Asked

FileKind = Literal["csv", "jsonl", "parquet"]


def consolidate_command(
    policy: PolicyPath,
    channels: Annotated[
        Path,
        typer.Argument(metavar="CHANNELS", help="A .toml file that names the files of customers.", show_default=False),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where the customers go.")],
    conflicts: Annotated[
        Path | None,
        typer.Option("--conflicts", metavar="FILE", help="Where to write what records of one customer disagree on."),
    ] = None,
    ids: Annotated[
        Path | None,
        typer.Option("--ids", metavar="FILE", help="Where to write which customer each record of a channel became."),
    ] = None,
    most_linked: Annotated[
        int,
        typer.Option("--most-linked", metavar="N", help="A key's value in more records than this links none of them."),
    ] = MOST_LINKED,
    clusters: Annotated[
        str | None,
        typer.Option("--clusters", metavar="FILE", help="Clusters of records that Splink found: they link too."),
    ] = None,
    splink: Annotated[
        Path | None,
        typer.Option("--splink", metavar="FILE", help="A model that Splink saved: link what it finds alike too."),
    ] = None,
    threshold: Annotated[
        float,
        typer.Option("--threshold", metavar="P", help="How likely a match has to be that Splink links."),
    ] = LIKELY,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Whose version of the policy says what links (default: today)."),
    ] = None,
    name: PolicyName = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where values couldn't be read; the result is written anyway.")
    ] = False,
    format: Annotated[
        FileKind | None, typer.Option("--format", help="The form of the output, where its name doesn't say it.")
    ] = None,
) -> None:
    """Make one record of all records of one customer, from several channels. No row is dropped."""
    if most_linked < 1:
        stop("`--most-linked` should be a whole number, at least 1")
    if not 0 < threshold <= 1:
        stop("`--threshold` should be a probability above 0, and at most 1")
    typed = version_to_calibrate(policy, name, day_of(day(as_of)))
    try:
        from tierpolicy.runtime.identity.consolidating import Asked
    except ImportError:
        stop("consolidating customers needs more: install it with `pip install 'tierpolicy[data]'`")
    asked = Asked(output, f".{format}" if format else "", conflicts, most_linked, clusters, splink, threshold, ids)
    _consolidate(typed, channels, asked, strict=strict)


def _consolidate(typed: Policy, channels: Path, asked: Asked, *, strict: bool) -> None:
    from tierpolicy.report.consolidation import consolidation_findings, consolidation_notes, consolidation_report
    from tierpolicy.runtime.identity.channels import read_channels
    from tierpolicy.runtime.identity.consolidating import consolidated

    try:
        with stopped_in_order(), progress_shown() as progress:
            found = consolidated(typed, read_channels(channels), asked, progress)
    except UnusableFile as error:
        stop(str(error))
    hidden = frozenset(each for each, field in typed.fields.items() if field.sensitive)
    for note in consolidation_notes(found, hidden):
        remark(f"note: {note}")
    findings = consolidation_findings(found, hidden)
    for finding in findings:
        remark(f"warning: {finding}")
    show(consolidation_report(found, str(asked.conflicts) if asked.conflicts else None))
    say(f"{found.customers:,} {'customer' if found.customers == 1 else 'customers'} in {asked.target}")
    if findings or (strict and not found.is_whole):
        raise typer.Exit(FINDINGS)
