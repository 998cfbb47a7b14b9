"""A policy that applications hold, as a statement for a warehouse: its version of the day, in `compile.sql`'s words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Literal

from tierpolicy.runtime.days import day_of

if TYPE_CHECKING:
    from tierpolicy.compile.sql import Sql
    from tierpolicy.runtime.engine import Policy

NEEDS_SQLGLOT = "writing SQL needs sqlglot: install it with `pip install 'tierpolicy[data]'`"
Materialize = tuple[Literal["view", "table"], str]


def statement_of(
    policy: Policy,
    dialect: str,
    table: str,
    as_of: date | None,
    *,
    as_of_column: str = "",
    sets: Literal["array", "text"] | None = None,
    without: Iterable[str] = (),
    internal: bool = False,
    materialize: Materialize | None = None,
) -> Sql:
    """The statement. NotInSql where the dialect can't say the policy whole; ValueError for a dialect, table or field
    that isn't known, and for a column of days where the policy has several versions; ImportError without sqlglot."""
    try:
        from tierpolicy.compile.sql import DIALECTS, Day, sql_of
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] == "sqlglot":
            raise ImportError(NEEDS_SQLGLOT) from None
        raise
    if dialect not in DIALECTS:
        raise ValueError(f"`{dialect}` is no dialect that policies are written in; there are {', '.join(DIALECTS)}")
    if as_of_column and len(policy.versions) > 1:
        raise ValueError("the policy has several versions, so the day has to be one date, not a column")
    day = Day(column=as_of_column) if as_of_column else Day(day_of(as_of))
    typed = policy.version_on(day.date or date.max)  # of one version, whatever the day
    lacking = frozenset(without)
    for name in sorted(lacking - set(typed.fields)):
        raise ValueError(f"`{name}` is no field of the policy, so the table needn't hold it")
    return sql_of(typed, dialect, table, day, sets=sets, without=lacking, internal=internal, materialize=materialize)
