"""Customer bases of every form: the same customers get the same decisions, and what can't be read is said."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pyarrow.parquet
import pytest

import tierpolicy
from tierpolicy.runtime.bases import decided, evening, opened, parquet_files
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.runtime.strict_json import load_json

DAY = date(2026, 11, 22)
POLICY = tierpolicy.loads(
    """
customer {
    id     : text key
    spend  : money at least 0 at most 1_000_000
    orders : integer at least 0 default 0
    rate   : percent required
    score  : number
    vip    : flag
    since  : date
    waited : duration
    level  : a < b < c
    tags   : set of x, y
    note   : text sensitive
}
service {
    priority : low < normal < high
    credit   : money at least 0 at most 50 more is better
    discount : percent more is better or none
    perks    : set of gift, lounge
    callback : one of phone, mail default phone
}
assume orders < 900
baseline everyone: priority at least normal
baseline known: if level >= b then credit at least 5
rule big: if spend >= 100 then priority = high, credit = spend * 10%
rule small: if orders > 3 or rate > 50% then discount = rate, perks = {gift}
rule called: if vip then callback = mail
rule other: if score > 1 or tags has x then callback = phone
limit late: if waited > 1 hour or since < 2020-01-01 then priority at most low
"""
)
ODD: dict[str, list[object]] = {
    "id": ["k1", "k2", "é", ""],
    "spend": ["12.50", "100", "1e3", "99999999", "-1", "many", "", " 7 ", "0.005", "1,5", "nan"],
    "orders": ["0", "4", "1000", "2.0", "2.5", "-3", "", "x", "007"],
    "rate": ["0.6", "0.1", "", "x", "0.12345", "60%"],
    "score": ["1.5", "-0.0", "1e400", "", "NaN", "x", "123456789012345.123"],
    "vip": ["yes", "no", "1", "maybe", ""],
    "since": ["2019-12-31", "2021-02-30", "", "2021-01-01", "0000-00-00"],
    "waited": ["PT2H", "10", "", "forever"],
    "level": ["a", "b", "c", "d", ""],
    "tags": ["x", "x;y", "x;z", ""],
    "note": ["plain", "", "a\u0301", "e" + "\u0301" * 40],
}
TYPED: dict[str, list[object]] = {
    "id": ["k1", "k2", "é", None, 5],
    "spend": [12.5, 100, -1, "12.50", "many", None, float("nan"), 2**80, True],
    "orders": [0, 4, 1000, 2.0, 2.5, -3, None, "x", [1]],
    "rate": [0.6, 0.1, None, "x", 0.12345, {"a": 1}],
    "score": [1.5, -0.0, None, 10**400, "x", 3],
    "vip": [True, False, None, "yes", 1],
    "since": ["2019-12-31", "2021-02-30", None, 5],
    "waited": ["PT2H", 10, None, "forever", 1.5],
    "level": ["a", "b", "c", "d", None, 1],
    "tags": [["x"], ["x", "y"], ["x", "z"], "x;y", None, [1], []],
    "note": ["plain", None, "a\u0301", 3],
}


def drawn(values: dict[str, list[object]], rows: int, seed: int) -> list[dict[str, object]]:
    chance = random.Random(seed)
    return [{name: chance.choice(some) for name, some in values.items()} for _ in range(rows)]


def as_rows(record: dict[str, object], from_text: bool) -> tuple[object, ...]:
    decision, _ = POLICY.evaluate_row(record, None, DAY, from_text=from_text)
    return (*decision.values(), tuple(problem.message for problem in decision.problems))


def as_columns(path: Path, table: str | None = None) -> list[tuple[object, ...]]:
    found = []
    with opened(str(path), table=table) as base:
        for each in decided(POLICY, base, DAY, notes=True):
            for row, values in enumerate(each.answers.to_pylist()):
                plain = (frozenset(value) if isinstance(value, list) else value for value in values.values())
                problems = each.problems.get(row, ())
                found.append((*plain, tuple(problem.message for problem in problems)))
    return found


def write_csv(records: list[dict[str, object]], path: Path) -> None:
    import csv

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(ODD), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


@pytest.mark.parametrize("seed", range(3))
def test_columns_of_text_decide_as_rows_do(seed: int, tmp_path: Path) -> None:
    records = drawn(ODD, 500, seed)
    write_csv(records, tmp_path / "in.csv")
    found = as_columns(tmp_path / "in.csv")
    for row, (record, values) in enumerate(zip(records, found, strict=True)):
        assert values == as_rows(record, True), (row, record)


def test_columns_of_plain_text_decide_as_rows_do(tmp_path: Path) -> None:
    plain = {**ODD, "spend": ["12.50", "100", "", "-1"], "orders": ["0", "4", ""], "rate": ["0.6", "0.1234"]}
    records = drawn({**plain, "score": ["1.5", "-0.0", "", "0.1"]}, 300, 5)
    write_csv(records, tmp_path / "in.csv")
    for record, values in zip(records, as_columns(tmp_path / "in.csv"), strict=True):
        assert values == as_rows(record, True), record


@pytest.mark.parametrize("seed", range(3))
def test_lines_of_json_decide_as_rows_do(seed: int, tmp_path: Path) -> None:
    records = drawn(TYPED, 300, seed)
    if seed == 0:  # a kind in each column
        records = [{**record, "spend": row, "orders": float(row), "vip": True} for row, record in enumerate(records)]
    text = "".join(json.dumps(record) + "\n" for record in records)
    (tmp_path / "in.jsonl").write_text(text)
    read = [load_json(line, numbers_only=False).value for line in text.splitlines()]
    for record, values in zip(read, as_columns(tmp_path / "in.jsonl"), strict=True):
        assert values == as_rows(record, False), record


def typed_table() -> pyarrow.Table:
    return pyarrow.table(
        {
            "id": ["a", "b", None, "d"],
            "spend": pyarrow.array([Decimal("123.45"), None, Decimal("-1.00"), Decimal(7)], pyarrow.decimal128(10, 2)),
            "orders": pyarrow.array([3, None, -1, 950], pyarrow.int16()),
            "rate": [0.6, None, 0.2, float("nan")],
            "score": [1.5, None, -0.0, 2.0],
            "vip": [True, None, False, True],
            "since": pyarrow.array(
                [datetime(2019, 12, 31), datetime(2019, 12, 31, 4), None, None], pyarrow.timestamp("us")
            ),
            "waited": pyarrow.array([timedelta(hours=2), None, None, timedelta(0)], pyarrow.duration("us")),
            "level": ["a", "b", None, "z"],
            "tags": [["x"], ["y", "z"], None, []],
            "note": ["x", None, "y", "z"],
            "unread": [1, 2, 3, 4],
        }
    )


def test_typed_columns_decide_as_rows_do(tmp_path: Path) -> None:
    table = typed_table()
    pyarrow.parquet.write_table(table, tmp_path / "in.parquet")
    records = table.to_pylist()
    for record in records:
        since = record["since"]
        record["since"] = since.date() if since is not None and since.hour == 0 else since
    assert as_columns(tmp_path / "in.parquet") == [as_rows(record, False) for record in records]


def into_parquet(table: pyarrow.Table, folder: Path) -> tuple[Path, str | None]:
    pyarrow.parquet.write_table(table, folder / "in.parquet", row_group_size=7)
    return folder / "in.parquet", None


def into_folder(table: pyarrow.Table, folder: Path) -> tuple[Path, str | None]:
    (folder / "in" / "more").mkdir(parents=True)
    pyarrow.parquet.write_table(table[:5], folder / "in" / "a.parquet")
    pyarrow.parquet.write_table(table[5:], folder / "in" / "more" / "b.parquet")
    (folder / "in" / "_temporary").mkdir()
    (folder / "in" / "_temporary" / "half.parquet").write_bytes(b"PAR1")
    return folder / "in", None


def into_duckdb(table: pyarrow.Table, folder: Path) -> tuple[Path, str | None]:
    with duckdb.connect(str(folder / "crm.duckdb")) as connection:
        connection.register("given", table)
        connection.execute('CREATE TABLE "our customers" AS SELECT * FROM given')
    return folder / "crm.duckdb", "our customers"


FORMS: list[Callable[[pyarrow.Table, Path], tuple[Path, str | None]]] = [into_parquet, into_folder, into_duckdb]


@pytest.mark.parametrize("into", FORMS)
def test_every_form_has_the_same_rows_wherever_reading_begins(into: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(evening, "ROWS_IN_A_BATCH", 10)
    monkeypatch.setattr(parquet_files, "ROWS_IN_A_BATCH", 8)
    numbers = list(range(53))
    path, table = into(pyarrow.table({"id": [str(n) for n in numbers], "orders": numbers, "x": numbers}), tmp_path)
    with opened(str(path), table=table, wanted={"id", "orders"}) as base:
        assert (base.columns, base.size, base.rows, base.from_text) == (("id", "orders", "x"), 53, 53, False)
        for skipped in (0, 10, 40, 50):
            batches = list(base.batches(skipped))
            assert [batch.first for batch in batches] == list(range(skipped + 1, 54, 10))
            assert [batch.rows.num_rows for batch in batches[:-1]] == [10] * (len(batches) - 1)
            found = [n for batch in batches for n in batch.rows.column("orders").to_pylist()]
            assert found == numbers[skipped:]
            assert batches[0].rows.schema.names == ["id", "orders"]
        assert base.at() == 53


def test_no_rows_and_no_columns(tmp_path: Path) -> None:
    (tmp_path / "none.csv").write_text("id\n")
    (tmp_path / "other.csv").write_text("x\n1\n2\n")
    assert as_columns(tmp_path / "none.csv") == []
    assert len(as_columns(tmp_path / "other.csv")) == 2
    path, _ = into_parquet(pyarrow.table({"x": [1, 2, 3]}), tmp_path)
    assert len(as_columns(path)) == 3


def test_what_cant_be_read_is_said_in_a_sentence(tmp_path: Path) -> None:
    into_duckdb(pyarrow.table({"id": [1]}), tmp_path)
    (tmp_path / "bad.duckdb").write_bytes(b"not a database at all")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and so on")
    (tmp_path / "empty").mkdir()
    (tmp_path / "mixed").mkdir()
    pyarrow.parquet.write_table(pyarrow.table({"id": [1]}), tmp_path / "mixed" / "a.parquet")
    pyarrow.parquet.write_table(pyarrow.table({"ID": [1]}), tmp_path / "mixed" / "b.parquet")
    for name, table, said in [
        ("crm.duckdb", None, "holds tables; say which one with `--table NAME`: it has `our customers`"),
        ("crm.duckdb", "our customer", "has no table `our customer`; did you mean `our customers`?"),
        ("crm.duckdb", "x'; DROP TABLE y", "has no table"),
        ("bad.duckdb", "x", "can't be read as a DuckDB file"),
        ("bad.parquet", None, "can't be read as a Parquet file"),
        ("bad.parquet", "x", "holds no tables, so leave out the table `x`"),
        ("empty", None, "is a folder without a Parquet file"),
        ("mixed", None, "has no column `id`, which"),
        ("nowhere.duckdb", "x", "there is no file"),
    ]:
        with (
            pytest.raises(UnusableFile, match=said.replace("?", r"\?")),
            opened(str(tmp_path / name), table=table) as base,
        ):
            list(base.batches())
