"""`tierpolicy sql`: a policy as one statement for a warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from tierpolicy.check.versions import version_for
from tierpolicy.compile.refusing import NotInSql
from tierpolicy.report.words import plural
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.sql import statement_of
from tierpolicy.surfaces.cli.inputs import PolicyName, PolicyPath, Settings, day, loaded
from tierpolicy.surfaces.cli.speaking import FINDINGS, ready_for, remark, stop, written

DialectName = Literal["duckdb", "postgres", "spark", "databricks", "bigquery", "snowflake", "redshift", "mysql", "tsql"]
COLUMN = "column:"


def sql_command(
    policy: PolicyPath,
    dialect: Annotated[DialectName, typer.Option("--dialect", help="Which database the statement is for.")],
    table: Annotated[
        str,
        typer.Option("--table", metavar="TABLE", help="The customers, a row each; for dbt `{{ ref('customers') }}`."),
    ] = "customers",
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE|column:COL", help="The day to decide for (default: today), or a column with it."
        ),
    ] = None,
    settings: Settings = None,
    name: PolicyName = None,
    sets: Annotated[
        Literal["array", "text"] | None,
        typer.Option("--sets", help="How the table holds sets (default: arrays, where the database has them)."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="FIELD", help="A field that the table has no column for; may be repeated."),
    ] = None,
    internal: Annotated[bool, typer.Option("--internal", help="Show the internal attributes too.")] = False,
    materialize: Annotated[
        tuple[str, str] | None,
        typer.Option("--materialize", metavar="view|table NAME", help="Make a view or a table of the decisions."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where the statement goes.")
    ] = None,
) -> None:
    """Write a policy as one SQL statement that decides for every row of a table."""
    held = loaded(policy, settings, name)
    column = _column_of(as_of)
    on = None if column else day(as_of)
    if output is not None:
        ready_for([output], [Path(source.path) for version in held.versions for source in version.sources])
    try:
        found = statement_of(
            held,
            dialect,
            table,
            on,
            as_of_column=column,
            sets=sets,
            without=without or (),
            internal=internal,
            materialize=_materialized(materialize),
        )
    except NotInSql as refused:
        _say_refusals(refused)
    except (ValueError, ImportError) as error:
        stop(str(error))
    if not column and version_for(held.versions, day_of(on))[1]:
        remark(f"note: no version of `{held.name}` is in effect on {day_of(on)}; the nearest one is written")
    if output is not None:
        written(output, found.text)
    else:
        typer.echo(found.text, nl=False)


def _column_of(as_of: str | None) -> str:
    """The column that holds the day of each row; none where the day is given."""
    if as_of is None or not as_of.startswith(COLUMN):
        return ""
    column = as_of.removeprefix(COLUMN)
    if not column:
        stop("`--as-of column:` should name a column, such as `--as-of column:decided_on`")
    return column


def _materialized(asked: tuple[str, str] | None) -> tuple[Literal["view", "table"], str] | None:
    if asked is None:
        return None
    kind, name = asked
    if kind == "view":
        return "view", name
    if kind == "table":
        return "table", name
    stop(f"`--materialize {kind}` should be `--materialize view NAME` or `--materialize table NAME`")


def _say_refusals(refused: NotInSql) -> None:
    """Every statement that stands in the way; nothing is written."""
    for each in refused.refusals:
        remark(str(each))
    count = plural(len(refused.refusals), "reason")
    stop(f"the policy can't be said whole in SQL for {refused.dialect}: {count}, see above", code=FINDINGS)
