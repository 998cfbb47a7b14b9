"""`tierpolicy mutate`: which mistakes in a policy its examples, cases and properties would notice."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.diagnostics.render import render
from tierpolicy.diagnostics.suggest import did_you_mean
from tierpolicy.model.policy import Policy
from tierpolicy.pipeline import policy_files
from tierpolicy.report.mutation import mutation_data, mutation_report, overall, percent_text
from tierpolicy.surfaces.cli.inputs import Format, PolicyPaths, percent, search_time
from tierpolicy.surfaces.cli.settled import settled
from tierpolicy.surfaces.cli.speaking import FINDINGS, colored, columns, remark, say, show, stop
from tierpolicy.surfaces.cli.waiting import progress_shown
from tierpolicy.syntax.gather import Gathered
from tierpolicy.testing.collecting import policies_in, suite_of
from tierpolicy.testing.mutation.changes import changes_of
from tierpolicy.testing.mutation.measuring import DEFAULT_TIMEOUT, HowMuch, Measured, measured
from tierpolicy.testing.suite import Suite

MOST_JOBS = 8
NO_POLICY = "a policy is a file whose name ends in `.tier`; `tierpolicy init DIR` writes one to begin with"

ROW = re.compile(r" row \d+$")

Read = tuple[Gathered, Policy]


def mutate_command(
    context: typer.Context,
    paths: PolicyPaths = None,
    statement: Annotated[
        list[str] | None,
        typer.Option("--statement", metavar="NAME", help="Change this statement only; may be repeated."),
    ] = None,
    most: Annotated[
        int | None,
        typer.Option("--most", metavar="N", min=1, help="Try at most so many changes of each policy."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", metavar="N", min=1, help="How many processes work (default: one a core).")
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="How long one search for a customer may take.")
    ] = DEFAULT_TIMEOUT,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="What customers are drawn from.")] = 0,
    fail_under: Annotated[
        float | None,
        typer.Option("--fail-under", metavar="PERCENT", help="Exit with 1 where less of the changes is noticed."),
    ] = None,
    format: Format = "text",
) -> None:
    """Change policies the way authors err, and show which changes no example, case or property notices.

    Each comes with an example that would notice it. Exits with 1 where a policy has errors, or less is noticed than
    `--fail-under` asks.
    """
    own = settled(context, "mutate", paths)
    wanted = percent(own("fail-under", fail_under))
    how = HowMuch(
        most=own("most", most),
        jobs=own("jobs", jobs) or _cores(),
        timeout=search_time(own("timeout", timeout)),
        seed=own("seed", seed),
    )
    read = _policies(own.paths(paths) or [Path()])
    how = replace(how, only=_known_statements(read, statement or []))
    with progress_shown() as progress:
        found = [measured(gathered, policy, how, progress) for gathered, policy in read]
    _show(found, format)
    score = overall(found)
    if wanted is not None and score is not None and score < wanted:
        remark(f"{percent_text(score)} of the changes are noticed, less than {wanted:g}%")
        raise typer.Exit(FINDINGS)


def _cores() -> int:
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_JOBS, there)


def _policies(paths: list[Path]) -> list[Read]:
    """The policies at the paths, each once. Errors in one end the command, but for those in what it claims: such an
    example, case or property is left out, and named."""
    for path in paths:
        if not policy_files(path):
            stop(f"there is no policy file in `{path}`", NO_POLICY)
    gathered = {os.path.abspath(each.path): each for path in paths for each in policies_in(path)}
    suites = [suite_of(each) for each in gathered.values()]
    errors = [error for each in suites if each.policy is None for error in _errors(each)]
    if errors:
        sources = {source.path: source for each in suites for source in each.sources}
        say(render(errors, sources.values(), color=colored(sys.stdout), width=columns(sys.stdout)))
        remark("mend these errors first: they leave no policy to change")
        raise typer.Exit(FINDINGS)
    for each in suites:
        for error in _errors(each):
            remark(f"left out: {_place(error, each)}: {error.message}")
    return [(each.gathered, each.policy) for each in suites if each.policy is not None]


def _errors(suite: Suite) -> list[Diagnostic]:
    return [each.subject for each in suite.items if each.kind == "error" and isinstance(each.subject, Diagnostic)]


def _place(error: Diagnostic, suite: Suite) -> str:
    if error.span is None:
        return suite.path
    source = next(each for each in suite.sources if error.span is not None and each.path == error.span.path)
    return f"{source.path}:{source.position(error.span.start).line}"


def _known_statements(read: list[Read], names: list[str]) -> tuple[str, ...]:
    """The statements as mutation calls them; a tier also goes by its label, rows by the name of their table."""
    if not names:
        return ()
    known = list(dict.fromkeys(each.name for gathered, policy in read for each in changes_of(gathered, policy)))
    found = []
    for name in names:
        meant = next((each for each in (name, f"tier {name}", ROW.sub("", name)) if each in known), None)
        if meant is None:
            stop(f"no statement that can be changed is called `{name}`", did_you_mean(name, known))
        found.append(meant)
    return tuple(found)


def _show(found: list[Measured], format: str) -> None:
    if format == "json":
        say(json.dumps(mutation_data(found), indent=2, allow_nan=False))
        return
    for at, each in enumerate(found):
        if at:
            say("")
        show(mutation_report(each, columns(sys.stdout)))
    if len(found) > 1:
        say("")
        say(f"all policies: {percent_text(overall(found))} of the changes are noticed")
