"""`tierpolicy sql`: a statement on stdout, or what stands in the way on stderr and nothing on stdout."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.cli.conftest import Run

DAY = ("--as-of", "2026-11-21")
BESIDE = ("--without", "severity")


def test_a_statement_decides_for_every_row(run: Run, folder: Path) -> None:
    done = run("sql", "shop.tier", "--dialect", "duckdb", *DAY, *BESIDE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("-- Garden tools version 3, by tierpolicy\n-- digest: ")
    assert "/* rule good_year: Who bought a lot */" in done.stdout
    connection = duckdb.connect()
    connection.execute("CREATE TABLE customers (customer_id VARCHAR, spend DECIMAL(10, 2), disputes INT, code VARCHAR)")
    connection.execute("INSERT INTO customers VALUES ('a', 1500, 0, NULL), ('b', 20, NULL, ''), ('c', 2000, 7, 'B')")
    rows = connection.execute(done.stdout).fetchall()
    assert [(key, priority, wait, perks, str(credit)) for key, priority, wait, perks, credit in rows] == [
        ("a", "high", 3600, ["delivery"], "15.00"),
        ("b", "normal", 3600, [], "0.00"),
        ("c", "normal", 3600, ["delivery"], "0.00"),
    ]


def test_a_view_of_a_table_in_a_file(run: Run, folder: Path) -> None:
    done = run(
        "sql", "shop.tier", "--dialect", "duckdb", *DAY, *BESIDE, "--table", "crm.customers", "--materialize", "view",
        "crm.service", "--internal", "-o", "service.sql", "--set", "threshold=10",
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "wrote service.sql\n")
    text = (folder / "service.sql").read_text()
    assert "\nCREATE OR REPLACE VIEW crm.service AS\nWITH given AS (" in text
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA crm")
    connection.execute(
        "CREATE TABLE crm.customers AS SELECT 'a' AS customer_id, 20.5 AS spend, 0 AS disputes, '' AS code"
    )
    connection.execute(text)
    assert connection.execute("SELECT priority, score FROM crm.service").fetchall() == [("high", 2)]


def test_a_day_for_each_row(run: Run, folder: Path) -> None:
    (folder / "shop.tier").write_text(
        "customer { since : date }\nservice { early : flag\n    late : flag }\n"
        "rule a until 2026-06-30: early = yes\nrule b: if since <= today - 30 days then late = yes\n"
    )
    done = run("sql", "shop.tier", "--dialect", "duckdb", "--as-of", "column:decided_on")
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE customers AS SELECT DATE '2026-05-31' AS since, "
        "unnest([DATE '2026-06-29', DATE '2026-06-30', DATE '2026-07-01', NULL]) AS decided_on"
    )
    assert connection.execute(done.stdout).fetchall() == [(True, False), (True, True), (False, True), (False, False)]


def test_what_cant_be_said_is_named_and_nothing_is_written(run: Run, folder: Path) -> None:
    (folder / "shop.tier").write_text(
        "customer { score : number\n    step : number }\nservice { a : flag }\n"
        "rule stepped: if round(score, step) > 5 then a = yes\n"
    )
    done = run("sql", "shop.tier", "--dialect", "postgres", "-o", "out.sql")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "shop.tier:4: `stepped` rounds a number without bounds to a step, which could stop the database\n"
        "error: the policy can't be said whole in SQL for postgres: 1 reason, see above\n"
    )
    assert not (folder / "out.sql").exists()
    assert run("sql", "shop.tier", "--dialect", "duckdb").returncode == 0


def test_mistakes_of_use(run: Run, folder: Path) -> None:
    for given, said in [
        (["--table", "a; DROP TABLE b"], "`a; DROP TABLE b` is not the name of a table in DuckDB"),
        (["--without", "nobody"], "`nobody` is no field of the policy, so the table needn't hold it"),
        (["--as-of", "soon"], "`soon` is not a date for `--as-of`; write it as year-month-day, such as 2026-11-21"),
        (["--as-of", "column:"], "`--as-of column:` should name a column, such as `--as-of column:decided_on`"),
        (["--materialize", "index", "x"], "`--materialize index` should be `--materialize view NAME` or"),
        (["--materialize", "view", "a b"], "`a b` is not the name of a table in DuckDB"),
        (["-o", "shop.tier"], "`shop.tier` is read by this command, or is a policy: write the report to another file"),
    ]:
        done = run("sql", "shop.tier", "--dialect", "duckdb", *given)
        assert (done.returncode, done.stdout) == (2, ""), given
        assert said in done.stderr
    assert "duckdb" in run("sql", "shop.tier", "--dialect", "oracle").stderr
    assert "has no arrays" in run("sql", "shop.tier", "--dialect", "mysql", "--sets", "array").stderr
    done = run("sql", "shop.tier", "--dialect", "tsql", "--materialize", "table", "x")
    assert "make a view" in done.stderr


def test_a_day_outside_of_all_versions_is_said(run: Run, folder: Path) -> None:
    (folder / "shop.tier").write_text(
        'policy "Old" effective from 2020-01-01 until 2020-12-31\nservice { a : flag }\nrule r: a = yes\n'
    )
    done = run("sql", "shop.tier", "--dialect", "duckdb", *DAY)
    assert done.returncode == 0
    assert done.stderr == "note: no version of `Old` is in effect on 2026-11-21; the nearest one is written\n"
