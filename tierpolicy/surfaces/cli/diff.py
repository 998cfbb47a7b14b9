"""`tierpolicy diff`: who is better and who is worse off under another policy, of all customers or of a base."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tierpolicy.analysis.questions.two_policies import compared
from tierpolicy.analysis.session import DEFAULT_TIMEOUT
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.report.difference import difference_data, difference_report
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.engine import Policy
from tierpolicy.surfaces.cli.inputs import Format, PolicyName, Settings, day, loaded
from tierpolicy.surfaces.cli.simulate import By, Html, TableName, needs_columns, reading, remark_on
from tierpolicy.surfaces.cli.speaking import FINDINGS, ready_for, say, show, stop, written
from tierpolicy.surfaces.cli.waiting import progress_shown

if TYPE_CHECKING:
    from tierpolicy.runtime.simulation.results import Moves

LONGEST_SEARCH = 86_400
MOST_EXAMPLES = 1_000


def diff_command(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A policy file, or a folder.", show_default=False)],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="What to compare it with.", show_default=False)],
    no_worse: Annotated[
        bool, typer.Option("--no-worse", help="Exit with 1 unless it is proved that nobody is worse off.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Of several versions compare those of this day (default: latest)."
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="How long the search for one customer may take.")
    ] = DEFAULT_TIMEOUT,
    on: Annotated[
        str | None,
        typer.Option(
            "--on", metavar="CUSTOMERS", help="Count who moves in a customer base, instead of asking of all customers."
        ),
    ] = None,
    table: TableName = None,
    by: By = None,
    examples: Annotated[
        int, typer.Option("--examples", min=0, max=MOST_EXAMPLES, help="Name so many customers who are worse off.")
    ] = 0,
    html: Html = None,
    settings: Settings = None,
    name: PolicyName = None,
    format: Format = "text",
) -> None:
    """Compare two policies: for each part of the service, who is better and who is worse off."""
    if on is None and any((table, by, examples, html)):
        stop("`--table`, `--by`, `--examples` and `--html` are about a customer base: name it with `--on`")
    if not 0 < timeout <= LONGEST_SEARCH:
        stop("`--timeout` should be a number of seconds above 0, and at most a day")
    for path in (old, new):
        if not path.exists():
            stop(f"there is no file or folder `{path}`")
    policies = [loaded(path, None, name) for path in (old, new)]
    if settings:
        policies = _set(policies, (old, new), settings, name)
    before, after = (_version(policy, as_of) for policy in policies)
    if on is not None:
        if html is not None:
            ready_for([html], [old, new, Path(on)])
        counted = _moves(before, after, on, (table, by, examples), as_of, new)
        _show_moves(counted, format, html)
        if no_worse and not counted.nobody_worse:
            raise typer.Exit(FINDINGS)
        return
    with progress_shown() as progress:
        found = compared(before, after, timeout=timeout, progress=progress)
    if format == "json":
        say(json.dumps(difference_data(found), indent=2, allow_nan=False, default=str))
    else:
        show(difference_report(found))
    if no_worse and not found.nobody_worse:
        raise typer.Exit(FINDINGS)


def _moves(
    before: TypedPolicy,
    after: TypedPolicy,
    on: str,
    asked: tuple[str | None, str | None, int],
    as_of: str | None,
    path: Path,
) -> Moves:
    """Who moves where on a customer base."""
    needs_columns(on)
    from tierpolicy.runtime.simulation.asking import Asked
    from tierpolicy.runtime.simulation.moving import moves

    table, by, examples = asked
    with reading(on) as progress:
        found = moves(before, after, on, day_of(day(as_of)), progress, Asked(by=by or ""), examples, table)
    remark_on(found.notes, (before, after), path, as_of, found.as_of)
    return found


def _show_moves(found: Moves, format: str, html: Path | None) -> None:
    from tierpolicy.report.moves_data import moves_data
    from tierpolicy.report.moves_page import moves_page
    from tierpolicy.report.moves_terminal import moves_report

    if format == "json":
        say(json.dumps(moves_data(found), indent=2, allow_nan=False))
    else:
        show(moves_report(found))
    if html is not None:
        written(html, moves_page(found))


def _set(policies: list[Policy], paths: tuple[Path, Path], settings: list[str], name: str | None) -> list[Policy]:
    """The policies with their parameters set, each those that it declares; one that neither declares is a mistake."""
    known = [frozenset(each for version in policy.versions for each in version.parameters) for policy in policies]
    wanted = [(setting.partition("=")[0].strip(), setting) for setting in settings]
    strange = [setting for parameter, setting in wanted if not any(parameter in each for each in known)]
    return [
        loaded(path, [s for parameter, s in wanted if parameter in declared or s in strange], name)
        for path, declared in zip(paths, known, strict=True)
    ]


def _version(policy: Policy, as_of: str | None) -> TypedPolicy:
    chosen = day(as_of)
    return policy.versions[-1] if chosen is None else policy.version_on(chosen)
