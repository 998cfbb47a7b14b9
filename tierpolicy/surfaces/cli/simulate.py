"""`tierpolicy simulate`: what a policy comes to on a whole customer base."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.surfaces.cli.inputs import AsOf, Format, PolicyName, PolicyPath, Settings, day, loaded
from tierpolicy.surfaces.cli.settled import remark_on_age
from tierpolicy.surfaces.cli.speaking import ready_for, remark, say, show, stop, written
from tierpolicy.surfaces.cli.waiting import progress_shown

Base = Annotated[
    str,
    typer.Option(
        "--on",
        metavar="CUSTOMERS",
        help="The customers: a file (.csv, .jsonl, .parquet), a folder of Parquet, a DuckDB file, postgresql://…",
        show_default=False,
    ),
]
TableName = Annotated[str | None, typer.Option("--table", metavar="NAME", help="The table, in a database.")]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", help="Split the cost by an attribute or field (default: the tier)."),
]
LoadBy = Annotated[
    str | None,
    typer.Option(
        "--load-by", metavar="FIELD", help="Add up a field for whatever customers get (default: contacts_per_year)."
    ),
]
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Also write one page of HTML with pictures.")]


def simulate_command(
    policy: PolicyPath,
    on: Base,
    table: TableName = None,
    by: By = None,
    load_by: LoadBy = None,
    value: Annotated[
        str | None,
        typer.Option(
            "--value", metavar="FIELD", help="The field to lay against what customers get (default: their value)."
        ),
    ] = None,
    html: Html = None,
    as_of: AsOf = None,
    settings: Settings = None,
    name: PolicyName = None,
    format: Format = "text",
) -> None:
    """Count what a policy comes to on a customer base: who gets what, by which statements, at what cost."""
    needs_columns(on)
    from tierpolicy.report.simulation_data import simulation_data
    from tierpolicy.report.simulation_page import simulation_page
    from tierpolicy.report.simulation_terminal import simulation_report
    from tierpolicy.runtime.simulation.asking import Asked
    from tierpolicy.runtime.simulation.simulating import simulate

    if html is not None:
        ready_for([html], [policy, Path(on)])
    on_day = day_of(day(as_of))
    held = loaded(policy, settings, name)
    asked = Asked(load_by or "", by or "", value or "")
    with reading(on) as progress:
        found = simulate(held.version_on(on_day), on, on_day, progress, asked, table)
    remark_on(found.notes, (found.policy,), policy, as_of, found.as_of)
    if format == "json":
        say(json.dumps(simulation_data(found), indent=2, allow_nan=False))
    else:
        show(simulation_report(found))
    if html is not None:
        written(html, simulation_page(found))


def remark_on(
    notes: Iterable[str], policies: Iterable[TypedPolicy], path: Path, as_of: str | None, decided: date
) -> None:
    """What a person should know of the figures: of the base, of the day, of thresholds measured long ago."""
    for note in notes:
        remark(f"note: {note}")
    if day_of(day(as_of)) != decided:
        remark(f"note: the policy isn't in effect on that day; decided as of {decided}, the nearest on which it is")
    for each in policies:
        remark_on_age(each, path, decided)


def needs_columns(base: str) -> None:
    """Ends the command with one sentence where what decides in columns isn't installed."""
    if any(find_spec(name) is None for name in ("numpy", "pyarrow", "duckdb")):
        stop(f"deciding for all of `{base}` needs more: install it with `pip install 'tierpolicy[data]'`")


@contextmanager
def reading(base: str) -> Iterator[Callable[[int, int], None]]:
    """Progress over a base; what can't be read, or asked of the policy, ends the command with one sentence."""
    from tierpolicy.runtime.simulation.asking import NotAsked

    try:
        with progress_shown() as told:
            yield lambda done, size: told("deciding", done, size)
    except (UnusableFile, NotAsked) as error:
        stop(str(error))
