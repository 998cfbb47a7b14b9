"""Every dialect: what sqlglot wrote it reads again, one policy is written in each as it stands in `statements/`, and
no text of a policy ever ends the place that it stands in.

After a change that is meant: `ACCEPT=1 python -m pytest tests/compile/sql/test_dialects.py`, and read the difference.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from tests.conformance.sources import EXAMPLES, example_policy
from tests.strategies.policies import elaborated
from tierpolicy.compile.refusing import NotInSql, UnusableTable
from tierpolicy.compile.sql import DIALECTS, sql_of

HERE = Path(__file__).parent
DAY = date(2026, 11, 21)
SHOP = (HERE / "shop.tier").read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_policy_in_every_dialect(dialect: str) -> None:
    path = HERE / "statements" / f"{dialect}.sql"
    found = sql_of(elaborated(SHOP), dialect, "shop.customers", DAY).text
    if os.environ.get("ACCEPT"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_reads_again(dialect: str, name: str) -> None:
    found = sql_of(example_policy(name).version_on(DAY), dialect, "customers", DAY)
    (again,) = sqlglot.parse(found.text, dialect=dialect)
    assert isinstance(again, exp.Select)
    assert len(again.expressions) == len(found.columns)
    assert not list(again.find_all(exp.Command))
    names = {table.name for table in again.find_all(exp.Table)} - {cte.alias for cte in again.find_all(exp.CTE)}
    assert names == {"customers"}


# ---------------------------------------------------------------- texts that would like to be something else

HOSTILE = [
    "it's", "'; DROP TABLE customers; --", "back\\\\slash", "back\\\\' OR 1=1 --", 'quo\\"ted', "*/ DROP TABLE x /*",
    "`tick`", "]bracket[", "two\\nlines", "{{ config() }}", "${x}", "$$", "\\u{1F600}", "%s", ":name", "?",
]  # fmt: skip


def hostile_policy() -> str:
    """Hostile labels, texts, column names and titles."""
    labels = ", ".join(f'"{text}"' for text in HOSTILE)
    rules = "\n".join(
        f'rule r{place} "{text}": if greeting = "{text}" or kind = "{text}" then said = "{text}"'
        for place, text in enumerate(HOSTILE)
    )
    return f"""policy "*/ '; DROP TABLE a; -- {{{{ x }}}}\\nSELECT 1"
customer {{
    greeting : text column "a\\"b`c]d'e\\\\f;--"
    kind : one of {labels} column "kind of */"
    held : set of {labels}
}}
service {{
    said : text default "none said"
    some : set of {labels}
}}
{rules}
rule holding: some = held
"""


@pytest.mark.parametrize("form", ["array", "text"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_hostile_texts_stay_where_they_are(dialect: str, form: str) -> None:
    policy = elaborated(hostile_policy())
    if form == "array" and not DIALECTS[dialect].arrays:
        with pytest.raises(ValueError, match="has no arrays"):
            sql_of(policy, dialect, "customers", DAY, sets="array")
        return
    texts = set(policy.fields["kind"].type.labels)  # type: ignore[union-attr]
    found = sql_of(policy, dialect, "customers", DAY, sets=form)  # type: ignore[arg-type]
    statements = sqlglot.parse(found.text, dialect=dialect)
    assert len(statements) == 1
    (again,) = statements
    assert again is not None
    assert not list(again.find_all(exp.Drop, exp.Command))
    literals = {node.this for node in again.find_all(exp.Literal) if node.is_string}
    assert texts <= literals | ({"back\\' OR 1=1 --"} & texts)
    tables = {table.name for table in again.find_all(exp.Table)} - {cte.alias for cte in again.find_all(exp.CTE)}
    assert tables == {"customers"}
    head, _ = found.text.split("WITH ", 1)
    assert all(line.startswith("-- ") for line in head.splitlines())
    assert "{{" not in head


def test_hostile_texts_are_found_as_they_are_on_duckdb() -> None:
    policy = elaborated(hostile_policy())
    texts = policy.fields["kind"].type.labels  # type: ignore[union-attr]
    connection = duckdb.connect()
    at = policy.fields["greeting"].path[0].replace('"', '""')
    connection.execute(f'CREATE TABLE customers ("{at}" VARCHAR, "kind of */" VARCHAR, held VARCHAR[])')
    for text in texts:
        connection.execute("INSERT INTO customers VALUES (?, ?, ?)", [text, text, [text]])
    rows = connection.execute(sql_of(policy, "duckdb", "customers", DAY).text).fetchall()
    assert rows == [(text, [text]) for text in texts]


@pytest.mark.parametrize(
    "table",
    [
        "customers; DROP TABLE x", "customers -- all", "customers JOIN x", "(SELECT 1)", "", "a b c", "customers, x",
        "customers WHERE true", "customers UNION SELECT 1", "{{ ref('a') }} {{ ref('b') }}", "{% x %}",
        "customers AS x", "customers /* */ x", "customers\n; x", "customers TABLESAMPLE 1 PERCENT", "((a))",
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "bigquery", "tsql"])
def test_a_table_is_a_name(table: str, dialect: str) -> None:
    policy = elaborated("service { a : flag }")
    with pytest.raises(UnusableTable, match="is not the name of a table"):
        sql_of(policy, dialect, table, DAY)


@pytest.mark.parametrize("table", ["customers", "shop.customers", '"my ""table"', "a.b.c", "read_csv('customers.csv')"])
def test_tables_that_are_names(table: str) -> None:
    sqlglot.parse_one(sql_of(elaborated("service { a : flag }"), "duckdb", table, DAY).text, dialect="duckdb")


def test_snowflake_spells_plain_names_as_it_keeps_them() -> None:
    """`create table customers (orders int)` makes a column `ORDERS` there."""
    text = 'customer { orders : integer\n    spend : integer column "Total Spend" }\nservice { top : flag }\n'
    found = sql_of(elaborated(text + "rule r: if orders > 1 and spend > 2 then top = yes"), "snowflake", "c", DAY)
    assert found.columns == ("TOP",)
    assert '"ORDERS" = FLOOR("ORDERS")' in found.text
    assert '"Total Spend" = FLOOR("Total Spend")' in found.text


# ---------------------------------------------------------------- dbt


def test_dbt_reads_its_own_alone() -> None:
    found = sql_of(elaborated(SHOP), "duckdb", "{{ ref('customers') }}", DAY).text
    assert found.count("{{") == found.count("}}") == 1
    assert "  FROM {{ ref('customers') }}\n" in found


def test_texts_that_dbt_would_read_are_refused() -> None:
    with pytest.raises(NotInSql) as refused:
        sql_of(elaborated(hostile_policy()), "duckdb", "{{ ref('customers') }}", DAY)
    assert "dbt would read" in str(refused.value)


# ---------------------------------------------------------------- what can't be said


def test_names_that_differ_in_capitals_alone() -> None:
    text = "service {\n    Wait : flag\n    wait : flag\n}"
    with pytest.raises(NotInSql) as refused:
        sql_of(elaborated(text), "duckdb", "customers", DAY)
    (each,) = refused.value.refusals
    assert (each.statement, each.line) == ("wait", 3)
    assert "capitals" in each.reason


def test_what_sqlglot_cant_write_is_a_refusal_with_its_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    from tierpolicy.compile.sql import comparing

    lacking = exp.ApproxDistinct(this=exp.column("a"), accuracy=exp.Literal.number("0.5"))
    real = comparing.text_tested
    monkeypatch.setattr(
        "tierpolicy.compile.sql.lowering.text_tested",
        lambda *of: comparing.condition(lacking.copy(), real(*of), maybe=False),
    )
    text = 'customer { a : text }\nservice { b : flag }\nrule mine: if a contains "x" then b = yes'
    with pytest.raises(NotInSql) as refused:
        sql_of(elaborated(text), "duckdb", "customers", DAY)
    (each,) = refused.value.refusals
    assert (each.statement, each.line) == ("rule mine", 3)
    assert "can't be written in DuckDB" in each.reason


def chain_of_defines() -> str:
    """As long as the language lets it be."""
    chain = "\n".join(f"define d{n} = d{n - 1} + a" for n in range(1, 49))
    return (
        f"customer {{ a : number }}\nservice {{ b : flag }}\ndefine d0 = a\n{chain}\nrule far: if d48 > 48 then b = yes"
    )


def test_long_chains_of_defines_are_steps() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE customers AS SELECT unnest([0.5, 1.0, NULL]) AS a")
    found = sql_of(elaborated(chain_of_defines()), "duckdb", "customers", DAY)
    assert connection.execute(found.text).fetchall() == [(False,), (True,), (False,)]


def test_too_many_steps_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tierpolicy.compile.sql.term.MOST_STEPS", 20)
    with pytest.raises(NotInSql) as refused:
        sql_of(elaborated(chain_of_defines()), "duckdb", "customers", DAY)
    (each,) = refused.value.refusals
    assert (each.statement, each.line) == ("far", 52)
    assert each.reason == "would take more than 20 queries inside one another"


def test_deep_expressions_are_cut_into_columns() -> None:
    inner = "a"
    for _ in range(45):
        inner = f"({inner} + 1)"
    text = f"customer {{ a : number at most 5 }}\nservice {{ b : flag }}\nrule deep: if {inner} > 46 then b = yes"
    limit = sys.getrecursionlimit()
    found = sql_of(elaborated(text), "duckdb", "customers", DAY)
    assert sys.getrecursionlimit() == limit
    connection = duckdb.connect()
    connection.execute("CREATE TABLE customers AS SELECT unnest([1.0, 2.0, NULL]) AS a")
    assert connection.execute(found.text).fetchall() == [(False,), (True,), (False,)]
