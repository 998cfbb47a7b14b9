"""Whole frames: the same decisions as row by row, in a frame of the same kind, with the same rows."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pandas
import polars
import pyarrow
import pytest

import tierpolicy
from tests.runtime.frames.kinds import DAY, decided, expected, rows_of, same

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
request { channel : one of phone, chat }
service {
    priority : low < normal < high
    desk     : one of north, south default north
    wait     : duration less is better
    perks    : set of gift, lounge
    credit   : money at least 0 at most 500 more is better
    discount : percent more is better or none
    callback : flag
    direct   : flag or none
    points   : integer adds up
    slots    : integer more is better or none
    factor   : number at least 0 more is better
    rate     : number more is better or none
    level    : basic < plus or none
    note     : text default "-"
    next     : date default 2027-01-01
    hidden   : integer at least 0 more is better internal
}
baseline everyone: priority at least normal, wait at most 10 minutes
if spend >= 100 then priority = high, wait = 90 seconds, credit = spend * 10%, discount = 5%, level = plus
if vip then callback = yes, perks = {gift, lounge}, note = id, direct = no, slots = 3, rate = 0.5
if orders > 0 then points = orders, factor = 0.5
if since < 2020-01-01 or waited > 1 hour or tags has a or share > 50% then hidden = 1, next = 2026-12-01
if channel = phone then desk = south
"""
)
RECORDS: list[dict[str, Any]] = [
    {
        "id": "x",
        "spend": Decimal("120.50"),
        "orders": 3,
        "vip": True,
        "since": date(2019, 1, 1),
        "waited": timedelta(minutes=90),
        "tags": ["a"],
        "share": 0.75,
    },
    dict.fromkeys(("id", "spend", "orders", "vip", "since", "waited", "tags", "share")),
    {
        "id": "y",
        "spend": Decimal("-3.00"),
        "orders": -1,
        "vip": False,
        "since": date(2021, 1, 1),
        "waited": timedelta(seconds=5),
        "tags": ["b", "c"],
        "share": 2.0,
    },
]
TABLE = pyarrow.Table.from_pylist(RECORDS)
KINDS: dict[str, Any] = {
    "table": lambda table: table,
    "batch": lambda table: table.combine_chunks().to_batches()[0],
    "reader": lambda table: table.to_reader(max_chunksize=2),
    "Polars": polars.from_arrow,
    "lazy": lambda table: polars.from_arrow(table).lazy(),
    "pandas": lambda table: table.to_pandas(),
    "pandas of Arrow": lambda table: table.to_pandas(types_mapper=pandas.ArrowDtype),
    "DuckDB": duckdb.from_arrow,
}


@pytest.mark.parametrize("amounts", [False, True], ids=["codes", "amounts"])
@pytest.mark.parametrize("notes", [False, True], ids=["", "notes"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_kind_comes_back_with_what_evaluate_gives(kind: str, notes: bool, amounts: bool) -> None:
    frame = KINDS[kind](TABLE)
    answers = decided(POLICY, frame, notes=notes, amounts=amounts)
    assert type(answers) is type(frame)
    same(rows_of(answers), expected(POLICY, RECORDS, notes=notes))


@pytest.mark.parametrize("notes", [False, True], ids=["", "notes"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_policy_decides_for_frames(kind: str, notes: bool) -> None:
    for request in (None, {"channel": "phone"}):
        answers = POLICY.evaluate_all(KINDS[kind](TABLE), request=request, as_of=DAY, notes=notes)
        same(rows_of(answers), expected(POLICY, RECORDS, request, notes))


def test_the_day_is_today_where_none_is_given() -> None:
    policy = tierpolicy.loads("service { next : date default 2000-01-01 }\nrule now: next = today")
    before = date.today()
    answers = policy.evaluate_all(polars.DataFrame({"x": [1]}))
    assert before <= answers["next"][0] <= date.today()
    assert policy.evaluate_all(polars.DataFrame({"x": [1]}), as_of=DAY)["next"][0] == DAY
    with pytest.raises(TypeError, match="as_of is a date"):
        policy.evaluate_all(polars.DataFrame({"x": [1]}), as_of="2026-11-21")  # type: ignore[arg-type]


def test_many_rows_are_shared_out_and_come_back_in_order() -> None:
    spends = [row % 211 for row in range(300_000)]
    for frame in (polars.DataFrame({"spend": spends}), pandas.DataFrame({"spend": spends})):
        answers = POLICY.evaluate_all(frame, as_of=DAY)
        assert [each == "high" for each in answers["priority"]] == [spend >= 100 for spend in spends]


def test_without_the_extra_it_says_what_is_missing() -> None:
    code = """
import sys
sys.modules["pyarrow"] = None
import tierpolicy
try:
    tierpolicy.loads("service { a : flag }").evaluate_all([])
except ImportError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "deciding for whole frames needs NumPy and pyarrow: install them with `pip install 'tierpolicy[data]'`\n"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_columns_have_the_same_types_whatever_the_rows_hold(kind: str) -> None:
    if kind == "batch":
        frame, empty = TABLE.to_batches()[0], TABLE.slice(0, 0).combine_chunks()
        empty = pyarrow.RecordBatch.from_pylist([], schema=TABLE.schema)
    else:
        frame, empty = KINDS[kind](TABLE), KINDS[kind](TABLE.slice(0, 0))
    full, none = decided(POLICY, frame), decided(POLICY, empty)
    assert types_of(none) == types_of(full)
    assert rows_of(none) == []


def types_of(frame: Any) -> Any:
    if isinstance(frame, polars.LazyFrame):
        return frame.collect_schema()
    if isinstance(frame, pandas.DataFrame):
        return frame.dtypes.to_dict()
    return frame.types if isinstance(frame, duckdb.DuckDBPyRelation) else frame.schema


def test_types_of_polars() -> None:
    assert decided(POLICY, polars.from_arrow(TABLE)).schema == {
        "priority": polars.Enum(["low", "normal", "high"]),
        "desk": polars.Enum(["north", "south"]),
        "wait": polars.Duration("ms"),
        "perks": polars.List(polars.String),
        "credit": polars.Decimal(18, 2),
        "discount": polars.Decimal(24, 4),
        "callback": polars.Boolean,
        "direct": polars.Boolean,
        "points": polars.Int64,
        "slots": polars.Int64,
        "factor": polars.Float64,
        "rate": polars.Float64,
        "level": polars.Enum(["basic", "plus"]),
        "note": polars.String,
        "next": polars.Date,
    }


def test_types_of_arrow() -> None:
    types = {field.name: str(field.type) for field in decided(POLICY, TABLE).schema}
    assert types == {
        "priority": "dictionary<values=string, indices=uint8, ordered=1>",
        "desk": "dictionary<values=string, indices=uint8, ordered=0>",
        "wait": "duration[s]",
        "perks": "list<item: string>",
        "credit": "decimal128(18, 2)",
        "discount": "decimal128(24, 4)",
        "callback": "bool",
        "direct": "bool",
        "points": "int64",
        "slots": "int64",
        "factor": "double",
        "rate": "double",
        "level": "dictionary<values=string, indices=uint8, ordered=1>",
        "note": "string",
        "next": "date32[day]",
    }


def test_types_of_pandas() -> None:
    answers = decided(POLICY, TABLE.to_pandas())
    types = {name: str(type_) for name, type_ in answers.dtypes.items()}
    assert types == {
        "priority": "category",
        "desk": "category",
        "wait": "timedelta64[s]",
        "perks": "list<item: string>[pyarrow]",
        "credit": "decimal128(18, 2)[pyarrow]",
        "discount": "decimal128(24, 4)[pyarrow]",
        "callback": "bool",
        "direct": "boolean",
        "points": "int64",
        "slots": "Int64",
        "factor": "float64",
        "rate": "float64",
        "level": "category",
        "note": str(pandas.Series(["text"]).dtype),
        "next": "datetime64[s]",
    }
    assert answers["priority"].cat.ordered
    assert not answers["desk"].cat.ordered
    assert (answers["priority"] >= "normal").all()


@pytest.mark.parametrize("index", [[5, 5, 7], pandas.Index(list("abc"), name="who"), pandas.RangeIndex(3)], ids=repr)
def test_pandas_rows_keep_their_index(index: Any) -> None:
    frame = pandas.DataFrame(RECORDS, index=index)
    answers = decided(POLICY, frame)
    pandas.testing.assert_index_equal(answers.index, frame.index)
    same(rows_of(answers), expected(POLICY, RECORDS))


def test_a_lazy_frame_does_nothing_until_it_is_collected() -> None:
    seen: list[int] = []

    def watched(batch: polars.DataFrame) -> polars.DataFrame:
        seen.append(batch.height)
        return batch

    lazy = polars.from_arrow(TABLE).lazy().map_batches(watched)
    answers = decided(POLICY, lazy)
    assert seen == []
    same(rows_of(answers), expected(POLICY, RECORDS))
    assert seen == [3]


@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_a_lazy_frame_goes_on_lazily(engine: Any) -> None:
    lazy = polars.LazyFrame({"spend": list(range(300)), "priority": ["low"] * 300, "id": "x"})
    answers = decided(POLICY, lazy)
    best = answers.filter(polars.col("priority") == "high").select("wait", "priority")
    assert best.collect(engine=engine).height == 200
    both = polars.concat([lazy, answers.select("wait", "points")], how="horizontal").collect(engine=engine)
    assert both.filter(polars.col("wait") == timedelta(seconds=90))["spend"].to_list() == list(range(100, 300))
    assert answers.slice(99, 2).collect(engine=engine)["priority"].to_list() == ["normal", "high"]


def test_a_stream_is_decided_as_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tierpolicy.runtime.columns.arrow_frames.ROWS_IN_A_PIECE", 10)
    monkeypatch.setattr("tierpolicy.runtime.columns.arrow_frames.FEWEST_IN_A_PIECE", 1)
    taken: list[int] = []

    def batches() -> Any:
        for number in range(100):
            taken.append(number)
            yield pyarrow.record_batch({"spend": pyarrow.array([number] * 4)})

    stream = pyarrow.RecordBatchReader.from_batches(pyarrow.schema([("spend", pyarrow.int64())]), batches())
    answers = decided(POLICY, stream)
    assert taken == []
    first = answers.read_next_batch()
    assert 0 < len(taken) < 50
    rest = answers.read_all().num_rows
    assert first.num_rows + rest == 400


def test_a_relation_comes_back_on_the_same_connection() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE customers AS SELECT i AS spend, i AS row FROM range(300) t(i)")
    connection.execute("CREATE TABLE answers AS SELECT 'not these' AS priority")
    answers = decided(POLICY, connection.table("customers").order("row"))
    counted = answers.aggregate("priority, count(*)").order("priority")
    assert counted.union(connection.sql("SELECT 'rows', count(*) FROM customers")).fetchall() == [
        ("high", 200),
        ("normal", 100),
        ("rows", 300),
    ]
    assert connection.sql("SELECT * FROM answers").fetchall() == [("not these",)]
    assert connection.sql("SELECT count(*) FROM customers").fetchall() == [(300,)]


@pytest.mark.parametrize("setting", ["python_enable_replacements", "enable_external_access"])
def test_a_relation_of_a_closed_connection_is_decided_too(setting: str) -> None:
    connection = duckdb.connect(config={setting: "false"})
    answers = decided(POLICY, connection.sql("SELECT 120 AS spend"))
    assert answers.project("priority").fetchall() == [("high",)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_for_all_rows(kind: str) -> None:
    request = {"channel": "phone"}
    answers = decided(POLICY, KINDS[kind](TABLE), request)
    wanted = expected(POLICY, RECORDS, request)
    assert {row["desk"] for row in wanted} == {"south"}
    same(rows_of(answers), wanted)


def test_a_request_in_columns_and_one_for_all_rows_that_goes_before_it() -> None:
    records = [{"channel": "phone"}, {"channel": "chat"}, {"channel": None}, {"channel": "fax"}]
    frame = polars.DataFrame(records)
    for request in (None, {}, {"channel": "phone"}, {"channel": ""}, {"channel": "letter"}, 7):
        for notes in (False, True):
            answers = decided(POLICY, frame, request, notes)
            same(rows_of(answers), expected(POLICY, records, request, notes))
    assert decided(POLICY, frame)["desk"].to_list() == ["south", "north", "north", "north"]


@pytest.mark.parametrize("kind", KINDS)
def test_columns_that_nobody_asks_for_and_none_at_all(kind: str) -> None:
    for records in ([{"colour": "red"}, {"colour": "blue"}], [{"spend": 3, "colour": "red"}]):
        frame = KINDS[kind](pyarrow.Table.from_pylist(records))
        same(rows_of(decided(POLICY, frame)), expected(POLICY, records))


def test_frames_without_columns() -> None:
    assert decided(POLICY, polars.DataFrame()).height == 0
    assert decided(POLICY, polars.LazyFrame()).collect().height == 0
    assert decided(POLICY, pyarrow.table({})).num_rows == 0
    frame = pandas.DataFrame(index=["a", "b"])
    same(rows_of(decided(POLICY, frame, notes=True)), expected(POLICY, [{}, {}], notes=True))


def test_two_columns_of_one_name_count_as_missing() -> None:
    twice = pyarrow.table([[120, 130], [1, 2], [3, 4], [1, 1]], names=["spend", "spend", "orders", "colour"])
    frames = [twice, twice.to_batches()[0], twice.to_reader(), twice.to_pandas()]
    for frame in frames:
        answers = rows_of(decided(POLICY, frame, notes=True))
        for row, plain in zip(answers, expected(POLICY, [{"orders": 3}, {"orders": 4}], notes=True), strict=True):
            assert row.pop("problems") == ["two columns are called `spend`, so it counts as missing"]
            assert plain.pop("problems") == []
            same([row], [plain])


def test_columns_by_another_name_and_in_structures() -> None:
    policy = tierpolicy.loads(
        """
customer {
    tier_now : a < b < c column "account.tier"
    spend    : money column "Spend 2026"
    since    : date column "account.opened.on"
}
service {
    level : low < high
    old   : flag
}
if tier_now >= b and spend > 0 then level = high
if since < 2020-01-01 then old = yes
"""
    )
    account = {"tier": "b", "opened": {"on": date(2019, 1, 1)}}
    records: list[dict[str, Any]] = [
        {"account": account, "Spend 2026": 1.5},
        {"account": {"tier": None, "opened": None}, "Spend 2026": 1.5},
        {"account": None, "Spend 2026": None},
        {"account": {"tier": "z", "opened": {"on": None}}, "Spend 2026": -1.5},
    ]
    flat = [{"account.tier": "b", "Spend 2026": 1.0}, {"account.tier": "q", "Spend 2026": 1.0}]
    crossed = [
        dict(record, **{"account.tier": tier}) for record, tier in zip(records, ["a", "c", None, ""], strict=True)
    ]
    single = [{"account": "b", "Spend 2026": 1.0}, {"account": None, "Spend 2026": 1.0}]
    lacking = [{"account": {"name": "x"}, "Spend 2026": 1.0}]
    for rows in (records, flat, crossed, single, lacking):
        for made in (*KINDS.values(), lambda table: pandas.DataFrame(table.to_pylist(), dtype=object)):
            answers = decided(policy, made(pyarrow.Table.from_pylist(rows)), notes=True)
            same(rows_of(answers), expected(policy, rows, notes=True))


def test_the_version_of_the_day_decides() -> None:
    head = 'policy "P"\n version "1"\n effective from 2026-01-01 until 2026-06-30\n'
    first = head + "customer { n : integer }\nservice { a : x < y }\n"
    second = first.replace('"1"', '"2"').replace("2026-01-01 until 2026-06-30", "2026-07-01").replace("{ a", "{ b")
    files = {"one.tier": first + "if n > 1 then a = y\n", "two.tier": second + "if n > 1 then b = y\n"}
    versions = [tierpolicy.loads(text).versions[0] for text in files.values()]
    policy = tierpolicy.Policy(tuple(versions))
    frame = polars.DataFrame({"n": [1, 2, None]})
    records = frame.to_dicts()
    for day in (date(2026, 3, 1), date(2026, 9, 1), date(2020, 1, 1)):
        answers = decided(policy, frame, notes=True, as_of=day)
        same(rows_of(answers), expected(policy, records, notes=True, as_of=day))
    assert "no version" in decided(policy, frame, notes=True, as_of=date(2020, 1, 1))["problems"][0][0]


def test_what_is_no_frame() -> None:
    for frame in ([], {}, None, RECORDS, pandas.Series([1]), polars.Series([1])):
        with pytest.raises(TypeError, match="evaluate_all takes a pandas or Polars frame"):
            decided(POLICY, frame)


def test_an_attribute_called_like_a_note() -> None:
    policy = tierpolicy.loads("service { problems : integer at least 0 more is better }")
    assert rows_of(decided(policy, polars.DataFrame({"x": [1]}))) == [{"problems": 0}]
    with pytest.raises(ValueError, match="an attribute `problems`"):
        decided(policy, polars.DataFrame({"x": [1]}), notes=True)


def test_frames_are_left_as_they_are() -> None:
    frame = pandas.DataFrame(RECORDS)
    before = pickle.dumps(frame)
    decided(POLICY, frame, notes=True)
    assert pickle.dumps(frame) == before
