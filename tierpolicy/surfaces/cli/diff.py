"""`tierpolicy diff`: who is better and who is worse off under another policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from tierpolicy.analysis.questions.two_policies import compared
from tierpolicy.analysis.session import DEFAULT_TIMEOUT
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.report.difference import difference_data, difference_report
from tierpolicy.runtime.engine import Policy
from tierpolicy.surfaces.cli.inputs import Format, PolicyName, Settings, day, loaded
from tierpolicy.surfaces.cli.speaking import FINDINGS, say, show, stop
from tierpolicy.surfaces.cli.waiting import progress_shown

LONGEST_SEARCH = 86_400


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
    settings: Settings = None,
    name: PolicyName = None,
    format: Format = "text",
) -> None:
    """Compare two policies: for each part of the service, who is better and who is worse off."""
    if not 0 < timeout <= LONGEST_SEARCH:
        stop("`--timeout` should be a number of seconds above 0, and at most a day")
    for path in (old, new):
        if not path.exists():
            stop(f"there is no file or folder `{path}`")
    policies = [loaded(path, None, name) for path in (old, new)]
    if settings:
        policies = _set(policies, (old, new), settings, name)
    before, after = (_version(policy, as_of) for policy in policies)
    with progress_shown() as progress:
        found = compared(before, after, timeout=timeout, progress=progress)
    if format == "json":
        say(json.dumps(difference_data(found), indent=2, allow_nan=False, default=str))
    else:
        show(difference_report(found))
    if no_worse and not found.nobody_worse:
        raise typer.Exit(FINDINGS)


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
