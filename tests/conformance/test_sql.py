"""Policies in SQL decide as the plain evaluator does: on DuckDB, on a PostgreSQL server, on Spark.

Statements that call a plugin's function are refused; nearly nothing else is, and each refusal names a statement of the
policy and where it stands.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conformance.backends import Backend
from tests.conformance.judging import disagreements, smallest
from tests.conformance.sources import (
    DAY,
    EXAMPLES,
    case_files,
    cases_of,
    example_cases,
    example_policy,
    text_of,
    written,
)
from tests.conformance.sql_engines import OnPostgres, OnSpark, on_duckdb
from tests.conformance.sql_rows import Asking, in_sql
from tests.strategies.policies import elaborated
from tierpolicy import Policy
from tierpolicy.compile.refusing import NotInSql, Refusal
from tierpolicy.compile.sql import DIALECTS, sql_of
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.semantics.index import statements

MORE = int(os.environ.get("CONFORMANCE", "0"))
ROOT = Path(__file__).parents[2]
CUSTOMERS = 23_570


def agree(asking: Asking, dialect: str, policy: Policy, cases: list[Any], days: int = 1) -> None:
    backend = Backend(f"sql on {dialect}", partial(in_sql, asking, dialect, most_days=days))
    found = next(disagreements(policy, cases, [backend]), None)
    assert found is None, str(smallest(found))


@pytest.mark.parametrize("start", range(0, 16 + MORE, 8))
def test_on_written_policies(start: int) -> None:
    for seed in range(start, start + 8):
        policy = written(seed)
        agree(on_duckdb, "duckdb", policy, cases_of(policy, random.Random(seed), 30))


def test_as_large_policies_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Conditions written out where they are asked for, long rows of parts in halves, deep ones in columns."""
    monkeypatch.setattr("tierpolicy.compile.sql.statements.MOST_NAMED", 0)
    monkeypatch.setattr("tierpolicy.compile.sql.statements.MOST_REPEATED", 0)
    monkeypatch.setattr("tierpolicy.compile.sql.term.IN_A_ROW", 2)
    monkeypatch.setattr("tierpolicy.compile.sql.lowering.DEEPEST", 3)
    for seed in (*range(6), 10, 11, 19):
        policy = written(seed)
        agree(on_duckdb, "duckdb", policy, cases_of(policy, random.Random(seed), 30))


@pytest.mark.parametrize("name", EXAMPLES)
def test_on_example_policies(name: str) -> None:
    agree(on_duckdb, "duckdb", example_policy(name), example_cases(name, random.Random(1), 40), 3)


def test_on_the_case_files() -> None:
    for place, (policy, cases) in enumerate(case_files().values()):
        if place % 6 == 0 or MORE:
            agree(on_duckdb, "duckdb", policy, [*cases, *cases_of(policy, random.Random(2), 8)])


def test_all_customers_of_a_file() -> None:
    """The table as DuckDB reads it from the file: amounts are floats there."""
    policy, path = example_policy("cdnow"), ROOT / "policies" / "cdnow" / "customers.csv"
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE customers AS FROM read_csv('{path}', types = {{'customer_id': 'VARCHAR'}})")
    frame = connection.sql("FROM customers").to_arrow_table()
    held = set(frame.column_names)
    lacking = [name for name in policy.version_on(DAY).fields if name not in held]
    statement = policy.sql("duckdb", as_of=DAY, without=lacking)
    found = connection.execute(statement).fetchall()
    decided = policy.evaluate_all(frame, as_of=DAY).to_pylist()
    assert len(found) == len(decided) == CUSTOMERS
    names = [column[0] for column in connection.execute(statement).description or ()]
    for row, key, right in zip(found, frame["customer_id"].to_pylist(), decided, strict=True):
        got = dict(zip(names, row, strict=True))
        assert got.pop("customer_id") == key
        for name, value in right.items():
            value = value.total_seconds() if hasattr(value, "total_seconds") else value
            value = sorted(value) if isinstance(value, list) else value
            assert got[name] == value, (key, name)


# ---------------------------------------------------------------- servers


def test_on_postgres(postgres: str) -> None:
    asking = OnPostgres(postgres)
    for seed in (0, 1, 2, 3, 4, 5, 8, 10, 11, 13, 16, 18, 46, 50):
        policy = written(seed)
        agree(asking, "postgres", policy, cases_of(policy, random.Random(seed), 30))
    for name in ("cdnow", "ottp"):
        agree(asking, "postgres", example_policy(name), example_cases(name, random.Random(1), 40))


def test_on_spark(spark: Any) -> None:
    asking = OnSpark(spark)
    for seed in (1, 2, 3, 8, 10, 16):
        policy = written(seed)
        agree(asking, "spark", policy, cases_of(policy, random.Random(seed), 60))
    agree(asking, "spark", example_policy("cdnow"), example_cases("cdnow", random.Random(1), 60))


# ---------------------------------------------------------------- refusals


def test_little_is_refused_and_each_refusal_names_a_statement() -> None:
    refused: list[tuple[TypedPolicy, Refusal]] = []
    asked = 0
    for seed in (seed for seed in range(40) if seed % 8 < 6):  # the others are large
        policy = elaborated(text_of(seed))
        asked += 1
        try:
            sql_of(policy, "duckdb", "rows", DAY)
        except NotInSql as stopped:
            refused += [(policy, each) for each in stopped.refusals]
    without_plugins = {policy.digest for policy, each in refused if "plugin" not in each.reason}
    assert len(without_plugins) <= asked * 0.05
    assert refused, "none calls a plugin's function: the policies are no longer what they were"
    for policy, each in refused:
        names = {held.origin.name for held in statements(policy)} | {
            *policy.attributes,
            *policy.fields,
            *policy.defines,
        }
        assert each.statement in names
        assert each.line > 0
        assert each.reason


def test_the_oracle_is_asked_of_what_isnt_refused() -> None:
    """A backend that refused everything would agree with everything."""
    asked: list[str] = []

    def counting(right: Callable[..., Any], statement: str, given: Any) -> Any:
        asked.append(statement)
        return right(statement, given)

    for seed in (0, 1, 2, 3):
        policy = written(seed)
        cases = cases_of(policy, random.Random(seed), 8)
        agree(partial(counting, on_duckdb), "duckdb", policy, cases)
    assert len(asked) == 4
    assert set(DIALECTS) >= {"duckdb", "postgres", "spark"}
