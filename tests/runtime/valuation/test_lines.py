"""Purchases as they come: what is set apart, what counts as missing, what is said of it. No line is lost."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from tests.runtime.valuation.purchases import AS_OF, SEVERAL, THREE_YEARS, Result, valued
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.runtime.valuation import summary
from tierpolicy.runtime.valuation.lines import Columns
from tierpolicy.runtime.valuation.terms import Terms, Unworkable
from tierpolicy.runtime.valuation.valuing import Request, value_customers


def nothing_lost(found: Result, lines: int) -> None:
    counts = found.valued.counts
    assert counts.read == lines == counts.counted + counts.later + counts.apart


def test_lines_without_a_customer_are_set_apart_with_their_number(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    lines = [SEVERAL[0], ",2025-01-01,5", *SEVERAL[1:], "   ,2025-01-01,5"]
    found = valued(tmp_path, lines, rejects=rejects)
    nothing_lost(found, 9)
    assert rejects.read_text(encoding="utf-8") == "row,reason\n2,no customer is named\n9,no customer is named\n"
    assert found.values == valued(tmp_path).values
    assert any("2 lines can't be counted" in note for note in found.valued.notes)


def test_what_no_cell_of_its_kind_says_counts_as_missing(tmp_path: Path) -> None:
    lines = [*SEVERAL, "eve,2025-13-45,10", "eve,2025-05-05,ten", "eve,yesterday,NaN", "eve,2025-06-05,1e400"]
    found = valued(tmp_path, lines)
    nothing_lost(found, 11)
    assert found.of["eve"]["orders"] == "4"
    assert found.of["eve"]["spent"] == "10.00"
    assert found.predictors("eve") == "recency, frequency, monetary"
    assert '2 cells of `date` can\'t be read, such as "2025-13-45", and count as missing' in found.valued.notes
    assert (found.valued.unread, found.valued.is_whole) == (4, False)
    assert any(note.startswith("2 cells of `amount`") for note in found.valued.notes)


def test_purchases_after_the_day_are_not_counted(tmp_path: Path) -> None:
    found = valued(tmp_path, [*SEVERAL, "ann,2026-01-02,999", "zoe,9999-12-31,999"])
    nothing_lost(found, 9)
    assert found.values == valued(tmp_path).values
    assert "2 lines are later than 2026-01-01, the as-of day, not counted" in found.valued.notes


def test_a_purchase_on_the_day_is_counted(tmp_path: Path) -> None:
    assert valued(tmp_path, [*SEVERAL, f"bob,{AS_OF},5"]).of["bob"]["orders"] == "2"


def test_a_return_is_no_purchase_and_takes_from_what_was_spent(tmp_path: Path) -> None:
    found = valued(tmp_path, [*SEVERAL, "bob,2024-03-20,-40.00"])
    assert found.of["bob"]["orders"] == "1"
    assert found.of["bob"]["spent"] == "60.00"
    assert found.of["bob"]["last_purchase"] == "2024-03-05"
    assert found.values["bob"] < valued(tmp_path).values["bob"]


def test_whoever_brought_back_more_than_they_bought_is_worth_nothing_and_not_less(tmp_path: Path) -> None:
    found = valued(tmp_path, [*SEVERAL, "eve,2025-03-01,10", "eve,2025-03-09,-900", "fay,2025-03-09,-900"])
    assert found.values["eve"] == found.values["fay"] == 0.0
    assert found.predictors("fay") == "frequency, monetary"


def test_lines_of_one_day_are_one_purchase(tmp_path: Path) -> None:
    apart = valued(tmp_path, ["bob,2025-03-05,60.00", *SEVERAL])
    together = valued(tmp_path, ["bob,2025-03-05,20.00", "bob,2025-03-05,20.00", "bob,2025-03-05,20.00", *SEVERAL])
    assert together.rows == apart.rows
    assert any("2 lines have the same customer, day and amount" in note for note in together.valued.notes)


def test_names_that_would_hurt_a_database(tmp_path: Path) -> None:
    names = ["'; DROP TABLE lines; --", 'a"b', "💿", "null", "-1", "x" * 5_000]
    quoted = ['"' + name.replace('"', '""') + '",2025-01-01,5' for name in names]
    assert {row["customer_id"] for row in valued(tmp_path, quoted).rows} == set(names)


def test_columns_with_names_that_would_hurt_a_database(tmp_path: Path) -> None:
    head = '"select ""x""; --",💶,batch'
    columns = Columns(customer='select "x"; --', date="batch", amount="💶")
    found = valued(tmp_path, ["ann,5.00,2025-01-01", "ann,6.00,2025-02-01"], head=head, columns=columns)
    assert [(row['select "x"; --'], row["orders"], row["spent"]) for row in found.rows] == [("ann", "2", "11.00")]


def test_whole_numbers_name_customers_too(tmp_path: Path) -> None:
    table = pyarrow.table(
        {
            "customer_id": pyarrow.array([7, 7, None, 11], pyarrow.int32()),
            "date": pyarrow.array([date(2025, 1, 1), date(2025, 5, 1), date(2025, 5, 1), None]),
            "amount": [10.0, 20.0, 5.0, float("nan")],
        }
    )
    pyarrow.parquet.write_table(table, tmp_path / "purchases.parquet")
    request = Request(str(tmp_path / "purchases.parquet"), tmp_path / "values.parquet", AS_OF, THREE_YEARS)
    found = value_customers(request, lambda done, size: None)
    assert found.counts.apart == 1
    written = pyarrow.parquet.read_table(tmp_path / "values.parquet")
    assert written.column("customer_id").to_pylist() == [11, 7]
    assert str(written.schema.field("lifetime_value").type) == "decimal128(18, 2)"
    assert written.column("predictors").to_pylist() == ["frequency", "recency, frequency, monetary"]


def test_the_same_from_every_kind_of_file(tmp_path: Path) -> None:
    import duckdb

    expected = valued(tmp_path).rows
    csv = tmp_path / "purchases.csv"
    rows = [line.split(",") for line in SEVERAL]
    (tmp_path / "p.jsonl").write_text(
        "".join(f'{{"customer_id": "{who}", "date": "{day}", "amount": {amount}}}\n' for who, day, amount in rows)
    )
    with duckdb.connect(str(tmp_path / "p.duckdb")) as connection:
        connection.execute("CREATE TABLE bought (customer_id VARCHAR, date DATE, amount DECIMAL(9,2))")
        connection.executemany("INSERT INTO bought VALUES (?, ?, ?)", rows)
        connection.execute(f"COPY bought TO '{tmp_path / 'p.parquet'}'")
    for source, table in ((csv, None), ("p.jsonl", None), ("p.duckdb", "bought"), ("p.parquet", None)):
        request = Request(str(tmp_path / source), tmp_path / "again.csv", AS_OF, THREE_YEARS, table=table)
        value_customers(request, lambda done, size: None)
        assert (tmp_path / "again.csv").read_text() == (tmp_path / "values.csv").read_text(), source
    assert expected


def test_more_lines_than_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tierpolicy.runtime.bases import gathering

    whole = valued(tmp_path).rows
    monkeypatch.setattr(gathering, "ROWS_GATHERED", 2)
    assert valued(tmp_path).rows == whole


def test_a_lost_line_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the database takes one line less than it is handed."""
    insert = summary._insert
    monkeypatch.setattr(summary, "_insert", lambda connection, table: insert(connection, table.slice(1)))
    with pytest.raises(AssertionError, match="lines were lost"):
        valued(tmp_path)


@pytest.mark.parametrize(
    ("head", "lines", "said"),
    [
        ("customer_id,date,amount", [], "no purchases until 2026-01-01"),
        ("customer_id,date,amount", ["ann,2027-01-01,5"], "no purchases until 2026-01-01"),
        ("who,date,amount", ["ann,2025-01-01,5"], "say `--customer COLUMN`; its columns are `who`, `date`, `amount`"),
        ("customer_id,customer_id,amount", ["ann,ann,5"], "--customer COLUMN"),
    ],
)
def test_what_can_not_be_valued(tmp_path: Path, head: str, lines: list[str], said: str) -> None:
    with pytest.raises(Unworkable) as error:
        valued(tmp_path, lines, head=head)
    assert said in str(error.value)
    assert not (tmp_path / "values.csv").exists()


def test_a_column_that_is_said_but_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unworkable, match=r"`purchases.csv` has no column `when`; its columns are `customer_id`"):
        valued(tmp_path, columns=Columns(date="when"))


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "none.csv").write_text("")
    with pytest.raises(UnusableFile, match="is empty"):
        value_customers(Request(str(tmp_path / "none.csv"), tmp_path / "v.csv", AS_OF, THREE_YEARS), lambda a, b: None)


def test_the_output_is_never_the_input(tmp_path: Path) -> None:
    valued(tmp_path)
    source = tmp_path / "purchases.csv"
    with pytest.raises(UnusableFile, match="is read by this command"):
        value_customers(Request(str(source), source, AS_OF, THREE_YEARS), lambda a, b: None)
    assert source.read_text().count("\n") == len(SEVERAL) + 1


def test_nothing_is_left_of_a_run_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tierpolicy.runtime.valuation import results

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(results, "_write_csv", full)
    with pytest.raises(UnusableFile, match="no space left on device"):
        valued(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["purchases.csv"]


# ---------------------------------------------------------------- beside customers


def test_customers_get_their_values(tmp_path: Path) -> None:
    valued(tmp_path)
    customers = tmp_path / "customers.csv"
    customers.write_text("name,customer_id\nAnn,ann\nNew,new\nBob,bob\nAnn again,ann\n")
    request = Request(str(tmp_path / "purchases.csv"), tmp_path / "both.csv", AS_OF, THREE_YEARS, add_to=str(customers))
    found = value_customers(request, lambda done, size: None)
    ann, bob = (valued(tmp_path).of[who]["lifetime_value"] for who in ("ann", "bob"))
    assert (tmp_path / "both.csv").read_text().splitlines() == [
        "name,customer_id,lifetime_value,predictors",
        f'Ann,ann,{ann},"recency, frequency, monetary"',
        "New,new,,",
        f'Bob,bob,{bob},"recency, frequency, monetary"',
        f'Ann again,ann,{ann},"recency, frequency, monetary"',
    ]
    assert found.rows == 4
    assert any("1 of 4 customers of `customers.csv` have no value" in note for note in found.notes)


def test_values_of_before_give_way(tmp_path: Path) -> None:
    values = valued(tmp_path).of
    (tmp_path / "customers.csv").write_text("lifetime_value,customer_id\n1.00,ann\n2.00,new\n")
    request = Request(
        str(tmp_path / "purchases.csv"),
        tmp_path / "both.csv",
        AS_OF,
        THREE_YEARS,
        add_to=str(tmp_path / "customers.csv"),
    )
    found = value_customers(request, lambda done, size: None)
    assert (tmp_path / "both.csv").read_text().splitlines() == [
        "customer_id,lifetime_value,predictors",
        f'ann,{values["ann"]["lifetime_value"]},"recency, frequency, monetary"',
        "new,,",
    ]
    assert "`lifetime_value` of `customers.csv` is written anew" in found.notes


def test_customers_that_name_nobody(tmp_path: Path) -> None:
    valued(tmp_path)
    (tmp_path / "customers.csv").write_text("id,name\n1,2\n")
    request = Request(
        str(tmp_path / "purchases.csv"),
        tmp_path / "both.csv",
        AS_OF,
        THREE_YEARS,
        add_to=str(tmp_path / "customers.csv"),
    )
    with pytest.raises(Unworkable, match="no column `customer_id`"):
        value_customers(request, lambda done, size: None)


def test_text_stays_text(tmp_path: Path) -> None:
    valued(tmp_path)
    (tmp_path / "customers.csv").write_text("customer_id\nann\n")
    request = Request(
        str(tmp_path / "purchases.csv"),
        tmp_path / "both.parquet",
        AS_OF,
        Terms(margin=0.3, retention=0.5),
        add_to=str(tmp_path / "customers.csv"),
    )
    with pytest.raises(UnusableFile, match=r"write them to a `.csv` file"):
        value_customers(request, lambda done, size: None)


def test_a_run_that_is_ended_leaves_nothing(tmp_path: Path) -> None:
    """A process that the system ends (SIGTERM) while it writes."""
    valued(tmp_path)
    (tmp_path / "values.csv").unlink()
    program = """
import os, signal, sys
from tierpolicy.runtime.valuation import results
def slow(tables, path, delimiter):
    path.write_text("half")
    os.kill(os.getpid(), signal.SIGTERM)
    signal.pause()
results._write_csv = slow
from tierpolicy.surfaces.cli import main
sys.argv[1:] = ["value", "purchases.csv", "-o", "values.csv", "--margin", "30%", "--rejects", "apart.csv"]
main()
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, timeout=60)
    assert ended.returncode == 128 + signal.SIGTERM
    assert "half" not in "".join(path.read_text() for path in tmp_path.iterdir())
    assert sorted(path.name for path in tmp_path.iterdir()) in (["purchases.csv"], ["apart.csv", "purchases.csv"])
