"""The table that decisions are made for: its name as people write it, read by sqlglot and by nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from tierpolicy.compile.refusing import UnusableTable
from tierpolicy.compile.sql.dialects import Dialect

TEMPLATE = re.compile(r"\{\{[^{}\n]*\}\}")
MARKS = ("{{", "{%", "{#", "}}", "%}", "#}")
"""What dbt reads as its own wherever it stands."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table to read. `template` is true for dbt's `{{ ref('customers') }}`, which is passed on as it stands."""

    sql: exp.Expression
    template: bool = False


def table_of(name: str, dialect: Dialect) -> Table:
    """The table that a name stands for; UnusableTable where it is none."""
    if TEMPLATE.fullmatch(name.strip()):
        return Table(exp.Var(this=name.strip()), template=True)
    try:
        found = sqlglot.parse_one(f"SELECT * FROM {name}", dialect=dialect.name)
    except (SqlglotError, RecursionError, ValueError):
        raise UnusableTable(f"`{name}` is not the name of a table in {dialect.title}") from None
    source: Any = found.args.get("from_") or found.args.get("from")
    held = {key for key, value in found.args.items() if value}
    plain = isinstance(source and source.this, exp.Table) and held <= {"expressions", "from_", "from", "kind"}
    if not plain or not _is_name(source.this):
        raise UnusableTable(f"`{name}` is not the name of a table in {dialect.title}")
    return Table(source.this.copy())


def _is_name(table: exp.Table) -> bool:
    """A name and nothing beside it: no alias, no sample, no join, no comment."""
    parts = {key for key, value in table.args.items() if value}
    return parts <= {"this", "db", "catalog"} and not any(node.comments for node in table.walk())


def created(name: str, dialect: Dialect) -> str:
    """A name for a view or table to be made, as the dialect writes it; UnusableTable where it is none."""
    found = table_of(name, dialect)
    if found.template or not isinstance(found.sql.this, exp.Identifier):
        raise UnusableTable(f"`{name}` is no name for a new view or table in {dialect.title}")
    return found.sql.sql(dialect=dialect.name)
