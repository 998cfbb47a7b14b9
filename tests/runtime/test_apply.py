"""Files of customers: every row is decided, whatever state the file is in, and the result is whole or not there."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

import tierpolicy
from tierpolicy.runtime import apply as runtime_apply
from tierpolicy.runtime.apply import Applied, apply, most_common
from tierpolicy.runtime.rows import UnusableFile

DAY = date(2026, 11, 21)
POLICY = tierpolicy.loads(
    """
customer {
    id     : text key
    spend  : money at least 0
    orders : integer
    vip    : flag
    since  : date
    waited : duration
    tags   : set of a, b
    share  : percent
}
service {
    priority : low < normal < high
    wait     : duration less is better
    perks    : set of gift, lounge
    credit   : money at least 0 at most 500 more is better
    discount : percent more is better or none
    callback : flag
    points   : integer adds up
    factor   : number at least 0 more is better
    note     : text default "-"
    next     : date default 2027-01-01
    hidden   : integer at least 0 more is better internal
}
baseline everyone: priority at least normal, wait at most 10 minutes
if spend >= 100 then priority = high, wait = 90 seconds, credit = spend * 10%, discount = 5%
if vip then callback = yes, perks = {gift, lounge}, note = id
if orders > 0 then points = orders, factor = 0.5
if since < 2020-01-01 or waited > 1 hour or tags has a or share > 50% then hidden = 1, next = 2026-12-01
"""
)
KEYED = ["id", *(each for each in POLICY.evaluate({})), "problems", "problem_text"]


def test_counts_that_are_equal_stand_as_in_the_policy() -> None:
    counts = Counter({"row": 1, "a": 1, "wait": 1, "spend": 1, "id": 1, "factor": 2})
    shown = [("factor", 2), ("id", 1), ("spend", 1), ("wait", 1), ("a", 1), ("row", 1)]
    assert most_common(counts, POLICY.versions[0]) == shown


def silent(done: int, size: int) -> None:
    pass


@pytest.fixture(params=["rows", "columns"], autouse=True)
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each test goes both roads: row by row, where the files are text, and by columns."""
    chosen = runtime_apply._road

    def asked(work: runtime_apply.Work) -> str:
        found = chosen(work)
        texts = (".csv", ".jsonl")
        is_text = work.source.endswith(texts) and work.wanted.path.suffix in texts
        return str(request.param) if is_text else found

    monkeypatch.setattr(runtime_apply, "_road", asked)
    return str(request.param)


def applied(source: Path, name: str = "out.csv") -> tuple[Applied, Path]:
    target = source.parent / name
    return apply(POLICY, source, target, DAY, silent), target


def rows_of(text: str | bytes, folder: Path, name: str = "in.csv") -> list[dict[str, str]]:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    _, target = applied(folder / name)
    with target.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def seen(rows: list[dict[str, str]]) -> list[tuple[str, str, int]]:
    return [(row["id"], row["priority"], int(row["problems"])) for row in rows]


# ---------------------------------------------------------------- CSV


def test_a_row_in_and_a_row_out(tmp_path: Path) -> None:
    text = "id,spend,orders,vip,since,waited,tags,share,other\n7,123.45,3,yes,2019-12-31,PT2H,a;b,0.1,x\n"
    (row,) = rows_of(text, tmp_path)
    assert row == {
        "id": "7",
        "priority": "high",
        "wait": "PT1M30S",
        "perks": "gift;lounge",
        "credit": "12.34",
        "discount": "0.05",
        "callback": "yes",
        "points": "3",
        "factor": "0.5",
        "note": "7",
        "next": "2026-12-01",
        "problems": "0",
        "problem_text": "",
    }
    assert list(row) == KEYED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ufeffid,spend\na,100\n", [("a", "high", 0)]),
        ("id,spend\r\na,100\r\nb,1\r", [("a", "high", 0), ("b", "normal", 0)]),
        ("id;spend\na;100\nb;1,5\nc;100,5\n", [("a", "high", 0), ("b", "normal", 0), ("c", "high", 0)]),
        ("id;spend\na;1,500\nb;1.5\n", [("a", "normal", 1), ("b", "normal", 0)]),
        ("id\tspend\na\t100\n", [("a", "high", 0)]),
        (" id , spend \na, 100 \n", [("a", "high", 0)]),
        ("id,spend\na\n", [("a", "normal", 1)]),
        ("id,spend\na,100,,\n", [("a", "high", 0)]),
        ("id,spend\na,100,x\n", [("a", "high", 1)]),
        ("id,spend\n,\n", [("", "normal", 0)]),
        ("id,spend\n\n\na,100\n\n", [("a", "high", 0)]),
        ('id,spend\n"a","100"\n', [("a", "high", 0)]),
        ('id,spend\n"a,b","100"\n', [("a,b", "high", 0)]),
        ('id,spend\n"a""b",100\n', [('a"b', "high", 0)]),
        ('id,spend\na"b,100\n', [('a"b', "high", 0)]),
        ('id,spend\n"a\nb",100\n', [("a\nb", "high", 0)]),
        ('id,spend\n"a"b,100\n', [("ab", "high", 0)]),
        ('id,spend\na,"1,000"\n', [("a", "normal", 1)]),
        ("id,spend\na,many\n", [("a", "normal", 1)]),
        ("id,spend\na,-5\n", [("a", "normal", 1)]),
        ("id,spend,spend\na,100,100\nb,100,1\n", [("a", "high", 0), ("b", "normal", 1)]),
        ("id,spend\na\x00,100\n", [("a\x00", "high", 0)]),
        ("id,spend\n", []),
    ],
    ids=lambda value: repr(value) if isinstance(value, str) else "",
)
def test_csv_as_it_comes(text: str, expected: list[tuple[str, str, int]], tmp_path: Path) -> None:
    assert seen(rows_of(text, tmp_path)) == expected


def test_an_open_quote_swallows_no_customer(tmp_path: Path) -> None:
    text = 'id,spend\na,100\n"b,100\nc,100\n"d,100\ne,100\n"f",100\n'
    rows = rows_of(text, tmp_path)
    assert len(rows) == 6
    assert seen([rows[0], rows[2], rows[4], rows[5]]) == [(name, "high", 0) for name in "acef"]
    assert "a quote that is never closed" in rows[1]["problem_text"]
    assert "a quote that is never closed" in rows[3]["problem_text"]


def test_bytes_that_are_no_text_cost_one_row_a_problem(tmp_path: Path) -> None:
    rows = rows_of(b"id,spend\na\xff,100\nb,100\n", tmp_path)
    assert [int(row["problems"]) for row in rows] == [1, 0]
    assert [row["priority"] for row in rows] == ["high", "high"]


def test_without_a_key_rows_are_numbered(tmp_path: Path) -> None:
    rows = rows_of("spend\n100\n5\n", tmp_path)
    assert [(row["row"], row["priority"]) for row in rows] == [("1", "high"), ("2", "normal")]


def test_what_a_person_should_know_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("ID,Spend,orders,orders\n")
    notes = applied(tmp_path / "in.csv")[0].notes
    assert notes == (
        'there is no column `id`; did you mean `ID`? Then say `column "ID"` where it is declared',
        'there is no column `spend`; did you mean `Spend`? Then say `column "Spend"` where it is declared',
        "no column for `vip`, `since`, `waited`, `tags`, `share`: missing for every customer",
        "two columns are called `orders`",
    )
    (tmp_path / "in.csv").write_text("id,spend,orders,vip,since\n")
    assert applied(tmp_path / "in.csv")[0].notes == (
        "no column for `waited`, `tags`, `share`: missing for every customer",
    )


def test_a_wide_row_and_a_long_line(tmp_path: Path) -> None:
    rows = rows_of("id,spend\na," + "9" * 200_000 + "\nb,100" + ",x" * 50_000 + "\nc,100\n", tmp_path)
    assert seen(rows) == [("a", "normal", 1), ("b", "high", 1), ("c", "high", 0)]


# ---------------------------------------------------------------- JSON Lines


def test_jsonl_as_it_comes(tmp_path: Path) -> None:
    lines: list[bytes] = [
        b'\xef\xbb\xbf{"id": "a", "spend": 100}',
        b"",
        b"{",
        b"[1]",
        b"null",
        b"[" * 50_000,
        b"\xff\xfe",
        b'{"id": "b", "spend": NaN}\r',
        b'{"id": "c", "spend": 100, "spend": 1}',
        b'{"id": {"x": 1}, "spend": 1e999}',
        b'{"id": "\\ud800", "spend": 100}',
    ]
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(lines))
    _, target = applied(tmp_path / "in.jsonl", "out.jsonl")
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["priority"], row["problems"]) for row in rows] == [
        ("a", "high", 0),
        (None, "normal", 1),
        (None, "normal", 1),
        (None, "normal", 1),
        (None, "normal", 1),
        (None, "normal", 1),
        ("b", "normal", 0),
        ("c", "normal", 1),
        (None, "normal", 2),
        ("\ud800", "high", 1),
    ]
    assert list(rows[0]) == KEYED
    assert rows[0]["credit"] == "10.00"
    assert rows[0]["perks"] == []
    assert rows[1]["discount"] is None

    assert "(line 3, column 2:" in rows[1]["problem_text"]


def test_a_json_array_is_no_json_lines(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b'\xef\xbb\xbf  [\n{"id": "a", "spend": 100}\n]\n')
    with pytest.raises(UnusableFile, match="is a JSON array; JSON Lines have one object on each line"):
        applied(tmp_path / "in.jsonl", "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_a_key_of_another_type_stands_as_it_is(tmp_path: Path) -> None:
    source = parquet(tmp_path, id=[17, 18], spend=[100.0, 1.0])
    _, target = applied(source, "out.jsonl")
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["priority"], row["problems"]) for row in rows] == [(17, "high", 1), (18, "normal", 1)]


# ---------------------------------------------------------------- Parquet


def parquet(folder: Path, **columns: Any) -> Path:
    pyarrow.parquet.write_table(pyarrow.table(columns), folder / "in.parquet")
    return folder / "in.parquet"


def test_parquet_in_and_out(tmp_path: Path) -> None:
    source = parquet(
        tmp_path,
        id=["a", "b", None],
        spend=pyarrow.array([Decimal("123.45"), None, Decimal("-1.00")], pyarrow.decimal128(10, 2)),
        orders=[3, None, 1],
        vip=[True, None, False],
        since=pyarrow.array([datetime(2019, 12, 31), datetime(2019, 12, 31, 4), None], pyarrow.timestamp("ns")),
        waited=pyarrow.array([timedelta(hours=2), None, None], pyarrow.duration("s")),
        tags=[["a"], ["b"], None],
        unread=[[1], [2], [3]],
    )
    result, target = applied(source, "out.parquet")
    table = pyarrow.parquet.read_table(target)
    assert table.column_names == KEYED
    assert table.to_pylist()[0] == {
        "id": "a",
        "priority": "high",
        "wait": timedelta(seconds=90),
        "perks": ["gift", "lounge"],
        "credit": Decimal("12.34"),
        "discount": Decimal("0.0500"),
        "callback": True,
        "points": 3,
        "factor": 0.5,
        "note": "a",
        "next": date(2026, 12, 1),
        "problems": 0,
        "problem_text": None,
    }
    assert table["problems"].to_pylist() == [0, 1, 1]
    assert table["discount"].to_pylist()[1:] == [None, None]
    assert result.tally.customers == 3


def test_the_same_customers_get_the_same_from_every_form(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,spend,orders\na,100,2\nb,,\nc,5,-1\n")
    lines = [{"id": "a", "spend": 100, "orders": 2}, {"id": "b"}, {"id": "c", "spend": 5, "orders": -1}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    parquet(tmp_path, id=["a", "b", "c"], spend=[100, None, 5], orders=[2, None, -1])
    found = []
    for name in ("in.csv", "in.jsonl", "in.parquet"):
        apply(POLICY, tmp_path / name, tmp_path / "out.csv", DAY, silent)
        found.append((tmp_path / "out.csv").read_text())
    assert found[0] == found[1] == found[2]


def test_an_empty_parquet_file(tmp_path: Path) -> None:
    source = parquet(tmp_path, id=pyarrow.array([], pyarrow.string()))
    result, target = applied(source, "out.parquet")
    assert result.tally.customers == 0
    assert pyarrow.parquet.read_table(target).num_rows == 0


def test_many_rows_in_several_batches(tmp_path: Path) -> None:
    source = parquet(tmp_path, id=[str(n) for n in range(9_001)], spend=[float(n % 200) for n in range(9_001)])
    result, target = applied(source, "out.parquet")
    assert pyarrow.parquet.read_table(target)["id"].to_pylist() == [str(n) for n in range(9_001)]
    assert result.tally.by_value["high"] == sum(n % 200 >= 100 for n in range(9_001))


# ---------------------------------------------------------------- the tally


def test_the_tally_counts_customers_the_raised_and_the_troubled(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,spend\na,100\nb,1\nc,x\n")
    reports: list[tuple[int, int]] = []
    result = apply(POLICY, tmp_path / "in.csv", tmp_path / "o.csv", DAY, lambda *at: reports.append(at))
    tally = result.tally
    assert tally.attribute is not None
    assert tally.attribute.name == "priority"
    assert (tally.customers, tally.raised, tally.with_problems) == (3, 2, 1)
    assert dict(tally.by_value) == {"high": 1, "normal": 2}
    assert dict(tally.raised_by_value) == {"high": 0, "normal": 2}
    assert dict(tally.raised_attributes) == {"priority": 2}
    assert dict(tally.problems) == {"spend": 1}
    assert reports[-1] == (23, 23)


# ---------------------------------------------------------------- what is refused, and what is left behind


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("in.csv", b"", "is empty"),
        ("in.csv", b"\n\n", "is empty"),
        ("in.jsonl", "{}\n".encode("utf-16"), "UTF-16"),
        ("in.csv", b"PK\x03\x04zip", "a spreadsheet"),
        ("in.csv", b"\x1f\x8bgz", "compressed"),
        ("in.jsonl", b"PAR1", "Parquet"),
        ("in.parquet", b"PAR1 but no more", "can't be read as a Parquet file"),
        ("in.xls", b"", "should end in"),
    ],
)
def test_a_file_that_is_something_else_is_refused_in_words(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnusableFile, match=said):
        applied(tmp_path / name)
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_an_output_that_would_hurt_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id\na\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "in.csv")
    (tmp_path / "folder.csv").mkdir()
    for name, said in [
        ("in.csv", "read by this command"),
        ("link.csv", "read by this command"),
        ("folder.csv", "is a folder"),
        ("out.txt2", "should end in"),
        ("nowhere/out.csv", "no folder"),
    ]:
        with pytest.raises(UnusableFile, match=said):
            applied(tmp_path / "in.csv", name)
    assert (tmp_path / "in.csv").read_text() == "id\na\n"


def test_the_tables_of_the_policy_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text("if orders,then priority\n> 3,high\n")
    (tmp_path / "in.csv").write_text("orders\n5\n")
    (tmp_path / "p.tier").write_text('table rates from "rates.csv"\n')
    policy = tierpolicy.load(tmp_path / "p.tier")
    with pytest.raises(UnusableFile, match="read by this command"):
        apply(policy, tmp_path / "in.csv", tmp_path / "rates.csv", DAY, silent)


def test_a_failure_half_way_leaves_the_old_result_and_no_rest(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id\n" + "a\n" * 1_000)
    (tmp_path / "out.csv").write_text("old")

    def fail(done: int, size: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(POLICY, tmp_path / "in.csv", tmp_path / "out.csv", DAY, fail)
    assert (tmp_path / "out.csv").read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_names_that_collide_stay_apart(tmp_path: Path) -> None:
    policy = tierpolicy.loads(
        "customer {\n    problems : text key\n}\nservice {\n    row : a < b\n    problem_text : x < y\n}\n"
    )
    (tmp_path / "in.csv").write_text("problems\nmany\n")
    apply(policy, tmp_path / "in.csv", tmp_path / "out.csv", DAY, silent)
    head = (tmp_path / "out.csv").read_text().splitlines()[0]
    assert head == "problems,row,problem_text,problems_2,problem_text_2"
