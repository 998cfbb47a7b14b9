"""A PostgreSQL table as a customer base: each value means what the same value means in a record."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import tierpolicy
from tests.servers.postgres import Server, run
from tierpolicy.runtime.bases import decided, opened
from tierpolicy.runtime.bases.postgres_connection import masked
from tierpolicy.runtime.rows import UnusableFile

POLICY = """
policy "Types"
    currency EUR
customer {
    id     : text key
    spend  : money
    exact  : number
    orders : integer
    since  : date
    waited : duration
    tags   : set of a, b
    city   : text column "profile.city"
    loyal  : flag
}
service {
    s : money default 0
    e : number default 0
    o : integer default 0
    d : date default 2000-01-01
    w : duration default 0 days
    c : text default "-"
    t : flag
    l : flag
}
if spend >= 0 or spend < 0 then s = spend
if exact >= 0 or exact < 0 then e = exact
if orders >= 0 or orders < 0 then o = orders
if since > 0001-01-02 then d = since
if waited >= 0 days or waited < 0 days then w = waited
if city starts with "" then c = city
if tags has a then t = yes
if loyal then l = yes
"""


def policy_in(folder: Path) -> tierpolicy.Policy:
    (folder / "types.tier").write_text(POLICY, encoding="utf-8")
    return tierpolicy.load(folder / "types.tier")


def answered(folder: Path, url: str, column: str, literals: list[str], **asked: Any) -> list[dict[str, Any]]:
    """What is decided where a table has one column of these literals; `said` are the messages of problems."""
    run(url, f"DROP TABLE IF EXISTS t; CREATE TABLE t AS SELECT * FROM (VALUES {', '.join(literals)}) AS v ({column})")
    return all_of(policy_in(folder), url, "t")


def all_of(policy: tierpolicy.Policy, url: str, table: str) -> list[dict[str, Any]]:
    with opened(url, table=table) as base:
        found = []
        for part in decided(policy, base, date(2026, 11, 22), notes=True):
            said = [[problem.message for problem in part.problems.get(at, ())] for at in range(part.rows)]
            found += [{**row, "said": each} for row, each in zip(part.answers.to_pylist(), said, strict=True)]
    return found


NOTHING = Decimal("0.00")


@pytest.mark.parametrize(
    ("type_", "literals", "expected"),
    [
        ("numeric", ["12.5", "0.10", "1e12", "NULL"], ["12.50", "0.10", "1000000000000.00", NOTHING]),
        ("numeric(10,2)", ["12.5", "-0.1", "'NaN'"], ["12.50", "-0.10", NOTHING]),
        ("bigint", ["5", "-7", "NULL"], [5, -7, NOTHING]),
        ("double precision", ["12.5", "0.1", "'NaN'"], ["12.50", "0.10", NOTHING]),
        ("money", ["12.5", "NULL"], ["12.50", NOTHING]),
    ],
)
def test_amounts(postgres: str, tmp_path: Path, type_: str, literals: list[str], expected: list[Any]) -> None:
    found = answered(tmp_path, postgres, "spend", [f"({each}::{type_})" for each in literals])
    assert [row["s"] for row in found] == [Decimal(each) for each in expected]
    assert not any(each.startswith("`spend`") for row in found for each in row["said"])


def test_numbers_without_a_place_in_arrow(postgres: str, tmp_path: Path) -> None:
    literals = ["('Infinity'::numeric)", f"(1{'0' * 50}::numeric)", "(0.5)", f"(0.{'3' * 45})", "('NaN'::numeric)"]
    found = answered(tmp_path, postgres, "exact", literals)
    assert [row["e"] for row in found] == [0, 1e50, 0.5, float(f"0.{'3' * 45}"), 0]
    assert "`exact`" in found[0]["said"][0]
    assert [row["said"] for row in found[1:]] == [[]] * 4


def test_days_beyond_the_calendar_are_missing_and_said(postgres: str, tmp_path: Path) -> None:
    literals = ["DATE '2024-02-29'", "DATE 'infinity'", "DATE '20000-01-01'", "DATE '0044-03-15 BC'", "NULL"]
    found = answered(tmp_path, postgres, "since", [f"({each})" for each in literals])
    assert [row["d"] for row in found] == [date(2024, 2, 29), *[date(2000, 1, 1)] * 4]
    assert ["infinity" in str(row["said"]) for row in found] == [False, True, False, False, False]
    assert [len(row["said"]) for row in found] == [0, 1, 1, 1, 0]


def test_moments(postgres: str, tmp_path: Path) -> None:
    literals = ["(TIMESTAMP '2024-02-29')", "(TIMESTAMP '-infinity')", "(NULL)"]
    found = answered(tmp_path, postgres, "since", literals)
    assert [row["d"] for row in found] == [date(2024, 2, 29), date(2000, 1, 1), date(2000, 1, 1)]
    assert [len(row["said"]) for row in found] == [0, 1, 0]


def test_intervals(postgres: str, tmp_path: Path) -> None:
    found = answered(tmp_path, postgres, "waited", ["(INTERVAL '2 days 3 hours')", "(INTERVAL '1 month')", "(NULL)"])
    assert [row["w"] for row in found] == [timedelta(days=2, hours=3), timedelta(), timedelta()]
    assert ["1 mon" in str(row["said"]) for row in found] == [False, True, False]


def test_lists_json_and_types_of_ones_own(postgres: str, tmp_path: Path) -> None:
    run(
        postgres,
        "CREATE TYPE tag AS ENUM ('a', 'b', 'x');\nCREATE DOMAIN place AS jsonb;\n"
        "CREATE TABLE t (id uuid, tags tag[], profile place, loyal boolean, orders smallint);\n"
        "INSERT INTO t VALUES (gen_random_uuid(), '{a,b}', '{\"city\": \"Ulm\"}', true, 3),"
        " (gen_random_uuid(), '{x}', '{\"city\": 7}', false, 4), (NULL, '{}', '[1]', NULL, NULL),"
        " (NULL, '{{a},{b}}', NULL, NULL, NULL)",
    )
    found = all_of(policy_in(tmp_path), postgres, "t")
    assert [(row["t"], row["c"], row["l"], row["o"]) for row in found] == [
        (True, "Ulm", True, 3),
        (False, "-", False, 4),
        (False, "-", False, 0),
        (False, "-", False, 0),
    ]
    assert found[0]["said"] == []
    assert all(row["said"] for row in found[1:])


def test_a_query_a_view_and_a_name_that_needs_quotes(postgres: str, tmp_path: Path) -> None:
    odd = 'Robert"); DROP TABLE x; -- 😀'
    quoted = '"' + odd.replace('"', '""') + '"'
    run(postgres, f'CREATE TABLE {quoted} ("orders" int, "a\'b" int);\nINSERT INTO {quoted} VALUES (3, 1), (4, 2)')
    run(postgres, f"CREATE SCHEMA crm;\nCREATE VIEW crm.v AS SELECT orders + 1 AS orders FROM {quoted}")
    policy = policy_in(tmp_path)
    try:
        assert [row["o"] for row in all_of(policy, postgres, odd)] == [3, 4]
        assert [row["o"] for row in all_of(policy, postgres, "crm.v")] == [4, 5]
        assert [row["o"] for row in all_of(policy, postgres, f"SELECT orders * 2 AS orders FROM {quoted}")] == [6, 8]
        with pytest.raises(UnusableFile, match="can't be used"):
            all_of(policy, postgres, f"WITH gone AS (DELETE FROM {quoted} RETURNING 1) SELECT * FROM gone")
        with pytest.raises(UnusableFile, match="can't be used"):
            all_of(policy, postgres, f"SELECT 1; DROP TABLE {quoted}")
        assert len(all_of(policy, postgres, odd)) == 2
    finally:
        run(postgres, "DROP SCHEMA crm CASCADE")


def test_no_rows_no_columns_and_many_rows(postgres: str, tmp_path: Path) -> None:
    policy = policy_in(tmp_path)
    run(postgres, "CREATE TABLE none (orders int); CREATE TABLE bare (); INSERT INTO bare DEFAULT VALUES")
    run(postgres, "CREATE TABLE many AS SELECT n AS orders FROM generate_series(1, 300000) AS n")
    assert all_of(policy, postgres, "none") == []
    assert len(all_of(policy, postgres, "bare")) == 1
    with opened(postgres, table="many", wanted=["orders"]) as base:
        assert [batch.first for batch in base.batches()] == [1, 131073, 262145]
        assert sum(batch.rows.num_rows for batch in base.batches(200_000)) == 100_000
        assert base.columns == ("orders",)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (None, "say which one with `--table NAME`: it has `customers`"),
        ("custmers", "has no table `custmers`; did you mean `customers`"),
        ("a.b.c", "has no table `a.b.c`"),
        ("", "has no table ``"),
    ],
)
def test_tables_that_are_not_there(postgres: str, table: str | None, words: str) -> None:
    run(postgres, "CREATE TABLE customers (id int)")
    with pytest.raises(UnusableFile, match=words), opened(postgres, table=table):
        pass


# ---------------------------------------------------------------- passwords


def test_a_password_opens_and_is_never_said(postgres_server: Server) -> None:
    with pytest.raises(UnusableFile) as failed, opened(postgres_server.guarded_url, table="nix"):
        pass
    assert "has no table `nix`" in str(failed.value)
    assert "sesame" not in str(failed.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://guarded:hunter2@127.0.0.1:{port}/test",
        "postgresql://guarded@127.0.0.1:{port}/test?password=hunter2",
        "postgresql://who:hunter2@127.0.0.1:{port}/nowhere",
        "postgresql://who:hunter2@127.0.0.1:1/test",
        "postgresql://who:hunter2@127.0.0.1:hunter2/test",
        "postgresql://who:hunter2 hunter2@127.0.0.1/test",
        "postgresql://who:hunter2@[::1/test",
        "postgresql://who:hunter2@127.0.0.1/test?nonsense=hunter2&password=hunter2",
    ],
)
def test_what_cannot_be_opened_is_said_without_the_password(postgres_server: Server, url: str) -> None:
    with pytest.raises(UnusableFile) as failed, opened(url.format(port=postgres_server.port), table="t"):
        pass
    said = str(failed.value)
    assert "hunter2" not in said
    assert "\n" not in said
    assert "libpq" not in said


def test_addresses_for_people() -> None:
    assert masked("postgresql://me:secret@h:5/db?password=x&sslmode=require") == "postgresql://me@h:5/db"
    assert masked("postgresql:///db") == "postgresql:///db"
    assert masked("postgresql://a:b@c@h/db") == "postgresql://a@h/db"


def test_rights_that_are_missing_are_said(postgres: str, postgres_server: Server) -> None:
    run(postgres, "CREATE TABLE secret (id int); REVOKE ALL ON secret FROM PUBLIC")
    refused = pytest.raises(UnusableFile, match="permission denied for table secret")
    with refused, opened(postgres_server.guarded_url, table="secret") as base:
        list(base.batches())
