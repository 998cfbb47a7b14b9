"""A policy as one SQL statement for a warehouse: whole, or a refusal that names what can't be said.

`sql_of(policy, dialect, table, as_of)` gives it; every part of it is built as sqlglot's syntax tree, never as text.
"""

from tierpolicy.compile.refusing import NotInSql, Refusal, UnusableTable
from tierpolicy.compile.sql.dialects import DIALECTS, Dialect, SetForm
from tierpolicy.compile.sql.statement import Day, Sql, Step, sql_of

__all__ = ["DIALECTS", "Day", "Dialect", "NotInSql", "Refusal", "SetForm", "Sql", "Step", "UnusableTable", "sql_of"]
