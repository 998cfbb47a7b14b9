"""`tierpolicy test`: what authors wrote to be tested, and what is proved, policy by policy; no pytest needed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from os.path import abspath
from pathlib import Path
from typing import assert_never

import typer

from tierpolicy.analysis.session import DEFAULT_TIMEOUT
from tierpolicy.diagnostics.render import Style, render
from tierpolicy.diagnostics.render.step_summary import as_text
from tierpolicy.pipeline import policy_files
from tierpolicy.report.junit import junit_xml
from tierpolicy.report.testing import closing_sentence, findings_of, policy_lines, texts_of
from tierpolicy.report.testing_data import tested_data
from tierpolicy.report.testing_page import policies_table
from tierpolicy.report.words import plural
from tierpolicy.runtime.population import Customers as Population
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.surfaces.cli.covering import Covering, data_of, show_coverage, what_lacks, write_coverage
from tierpolicy.surfaces.cli.inputs import FindingsFormat, PolicyPaths, customers_of, percent, search_time
from tierpolicy.surfaces.cli.on_github import show_on_github
from tierpolicy.surfaces.cli.settled import settled
from tierpolicy.surfaces.cli.speaking import (
    FINDINGS,
    colored,
    columns,
    ready_for,
    remark,
    remark_on_customers,
    say,
    say_fitted,
    stop,
    written,
)
from tierpolicy.surfaces.cli.testing_options import (
    AsOf,
    Cobertura,
    Coverage,
    Customers,
    FailFast,
    FailUnder,
    Html,
    Junit,
    On,
    Only,
    Quick,
    Seed,
    Timeout,
    Verbose,
)
from tierpolicy.surfaces.cli.waiting import progress_shown
from tierpolicy.testing.collecting import cases_aside
from tierpolicy.testing.coverage import Coverage as Seen
from tierpolicy.testing.coverage import Recorder, rate_of
from tierpolicy.testing.suite import How, Suite, is_measured, unseen
from tierpolicy.testing.tested import SuiteResult, named_by, run_all, suites_at

USUAL_CUSTOMERS = How().customers
NO_POLICY = "a policy is a file whose name ends in `.tier`; `tierpolicy init DIR` writes one to begin with"


def run_command(
    context: typer.Context,
    paths: PolicyPaths = None,
    only: Only = "",
    fail_fast: FailFast = False,
    verbose: Verbose = False,
    on: On = None,
    as_of: AsOf = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    quick: Quick = False,
    customers: Customers = USUAL_CUSTOMERS,
    seed: Seed = 0,
    coverage: Coverage = False,
    fail_under: FailUnder = None,
    html: Html = None,
    cobertura: Cobertura = None,
    junit: Junit = None,
    format: FindingsFormat = "text",
) -> None:
    """Run the examples and cases of policies, prove and try their properties.

    Exits with 1 where something fails, or less is covered than `--fail-under` asks.
    """
    own = settled(context, "test", paths)
    how = How(
        customers=own("customers", customers),
        seed=own("seed", seed),
        prove=not own("quick", quick),
        timeout=search_time(own("timeout", timeout)),
        on=customers_of(own("on", on), own("as-of", as_of)),
    )
    covering = Covering(
        table=own("coverage", coverage),
        least=percent(own("fail-under", fail_under)),
        page=own("html", html),
        cobertura=own("cobertura", cobertura),
    )
    to = own("junit", junit)
    suites = _suites(own.paths(paths), only)
    read = [Path(source.path) for suite in suites for source in suite.sources]
    ready_for([*covering.reports, *([to] if to is not None else [])], read if how.on is None else [*read, how.on.path])
    recorder = covering.recorder
    done = _run(suites, how, only, fail_fast, recorder)
    seen = recorder.coverage() if recorder is not None else None
    lacks = _lacking(covering, seen, done)
    _show(done, format, verbose, covering, seen, lacks)
    if how.on is not None:
        _remark_on_customers(how.on, done)
    if to is not None:
        written(to, junit_xml(done))
    if seen is not None:
        write_coverage(covering, seen)
    if lacks:
        (say_fitted if format == "text" else remark)(lacks)
    if lacks or any(each.counts["failed"] for each in done):
        raise typer.Exit(FINDINGS)


def _suites(paths: list[Path], only: str) -> tuple[Suite, ...]:
    """What is at the paths; where there is nothing to run at all, the command ends."""
    for path in paths:
        if not policy_files(path):
            stop(f"there is no policy file in `{path}`", NO_POLICY)
    suites = suites_at(paths)
    _say_what_is_aside(suites)
    chosen = named_by(only)
    if not any(chosen(suite, item) for suite in suites for item in suite.items):
        stop(f"nothing here has `{only}` in its id", "`tierpolicy test -v` shows the ids: path, kind and name")
    return suites


def _say_what_is_aside(suites: tuple[Suite, ...]) -> None:
    """Names files of cases that belong to no policy: they are not tested."""
    read = {abspath(source.path) for suite in suites for source in suite.sources}
    for folder in dict.fromkeys(Path(suite.path).parent for suite in suites):
        for sentence in cases_aside(folder, read):
            remark(f"note: {_as_shown(sentence)}")


def _as_shown(file: Path | str) -> str:
    """The path as messages show it, where it isn't UTF-8."""
    return str(file).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _run(
    suites: tuple[Suite, ...], how: How, only: str, first_failure: bool, recorder: Recorder | None
) -> tuple[SuiteResult, ...]:
    if recorder is not None:
        for suite in suites:
            recorder.watch(suite)
    seen, chosen = recorder or unseen, named_by(only)
    try:
        with progress_shown() as progress:
            return run_all(suites, how, seen, chosen=chosen, first_failure=first_failure, progress=progress)
    except UnusableFile as error:
        stop(str(error))


def _lacking(covering: Covering, seen: Seen | None, done: Sequence[SuiteResult]) -> str:
    """What lacks of the coverage that was asked for; nothing can be said of that where items weren't run."""
    if seen is None or covering.least is None:
        return ""
    not_run = sum(each.left_out + each.not_run for each in done)
    if not_run:
        remark(f"note: whether enough is covered isn't judged: {plural(not_run, 'item')} not run")
        return ""
    return what_lacks(covering, seen)


def _show(
    done: Sequence[SuiteResult], format: Style, verbose: bool, covering: Covering, seen: Seen | None, lacks: str
) -> None:
    findings, texts = findings_of(done), texts_of(done)
    match format:
        case "text":
            _speak(done, verbose, covering, seen)
        case "json":
            say(render(findings, texts, "json", more={**tested_data(done), **data_of(seen)}))
        case "github":
            page = [policies_table(done), *([f"coverage: {rate_of(seen)}"] if seen is not None else []), as_text(lacks)]
            show_on_github(findings, texts, closing_sentence(done), table="\n\n".join(page), error=lacks)
        case "sarif":
            say(render(findings, texts, "sarif"))
        case _:
            assert_never(format)


def _remark_on_customers(customers: Population, done: Sequence[SuiteResult]) -> None:
    notes = (note for each in done for result in each.results for note in result.on_customers)
    remark_on_customers(customers, notes, any(is_measured(item) for each in done for item in each.suite.items))


def _speak(done: Sequence[SuiteResult], verbose: bool, covering: Covering, seen: Seen | None) -> None:
    width, color = columns(sys.stdout), colored(sys.stdout)
    say("\n".join(policy_lines(done, width, every=verbose, color=color)))
    findings = findings_of(done)
    if findings:
        say(f"\n{render(findings, texts_of(done), color=color, width=width, total=False)}")
    if seen is not None:
        show_coverage(covering, seen)
    say("")
    say_fitted(closing_sentence(done))
