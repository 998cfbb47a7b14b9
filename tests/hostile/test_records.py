"""Records that hurt others: each is decided, with a problem where something was wrong, and nothing raises."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

import tierpolicy

DAY = date(2026, 11, 21)
POLICY = tierpolicy.loads(
    """
customer {
    customer_id : text key
    spend  : money at least 0
    orders : integer
    score  : number
    share  : percent
    wait   : duration
    since  : date
    vip    : flag
    stage  : aware < trial < loyal
    plan   : one of basic, pro from ("P", "Pro")
    tags   : set of vip, press
    secret : text sensitive
    deep   : integer column "account.depth.value"
}
service {
    priority : low < normal < high
    seen     : set of customer_id, spend, orders, score, share, wait, since, vip, stage, plan, tags, secret, deep
}
baseline everyone: priority at least normal
rule all: if spend is known or orders is known then priority = high
if customer_id is known then seen = {customer_id}
if spend is known then seen = {spend}
if orders is known then seen = {orders}
if score is known then seen = {score}
if share is known then seen = {share}
if wait is known then seen = {wait}
if since is known then seen = {since}
if vip is known then seen = {vip}
if stage is known then seen = {stage}
if plan is known then seen = {plan}
if tags has vip then seen = {tags}
if secret is known then seen = {secret}
if deep is known then seen = {deep}
"""
)
FIELDS = ["customer_id", "spend", "orders", "score", "share", "wait", "since", "vip", "stage", "plan", "secret", "deep"]


class Angry:
    """An object of which nothing can be asked."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError("no")

    def __str__(self) -> str:
        raise RuntimeError("no")

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    def __hash__(self) -> int:
        raise RuntimeError("no")

    def __len__(self) -> int:
        raise RuntimeError("no")

    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError("no")


class AngryMapping(Mapping[str, Any]):
    def __getitem__(self, key: str) -> Any:
        raise RuntimeError("no")

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("no")

    def __len__(self) -> int:
        raise RuntimeError("no")


class Text(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    def __hash__(self) -> int:
        raise RuntimeError("no")


nested: Any = []
for _ in range(5_000):
    nested = [nested]

JUNK: list[Any] = [
    object(),
    Angry(),
    b"bytes",
    bytearray(b"x"),
    "x" * 1_000_000,
    "\ud800",
    "\x00",
    [],
    [None],
    {},
    {"a": {"b": nested}},
    nested,
    (),
    set(),
    10**5_000,
    -(10**5_000),
    2**63,
    -(2**63) - 1,
    2**53 + 1,
    1e308,
    float("inf"),
    float("-inf"),
    -0.0,
    Decimal("1e999999"),
    Decimal("1e-999999"),
    Decimal("Infinity"),
    Decimal("sNaN"),
    Decimal("1e100000000"),
    "1e999999",
    "1e100000000",
    "0000-00-00",
    "9999-12-31x",
    "2026-13-01",
    date.max,
    datetime.max,
    timedelta.max,
    timedelta(microseconds=1),
    timedelta(days=-1),
    "P1Y",
    "PT",
    "-PT5M",
    "PT1e9H",
    "9" * 5_000,
    "１２",
    "NaN",
    "None",
    type,
    len,
    ...,
    NotImplemented,
    lambda: 1,
    Exception("x"),
    Text("x"),
    (n for n in range(3)),
    True,
    1,
    0,
    "1",
    0.1 + 0.2,
    2.5,
    range(10**9),
    complex(1, 2),
    memoryview(b"x"),
    float,
]


def decide(record: Any, **kwargs: Any) -> tierpolicy.Decision:
    decision = POLICY.evaluate(record, as_of=DAY, **kwargs)
    assert set(decision) == {"priority", "seen"}
    assert decision["priority"] in ("normal", "high")
    json.loads(decision.to_json())
    assert decision.explain().text()
    for problem in decision.problems:
        assert len(problem.given) < 200
        assert problem.message
    return decision


@pytest.mark.parametrize("number", range(len(JUNK)))
def test_junk_in_every_field(number: int) -> None:
    junk = JUNK[number]
    record: dict[str, Any] = dict.fromkeys([*FIELDS, "tags"], junk)
    record["account"] = {"depth": {"value": junk}}
    decide(record)
    decide({"account": junk})
    decide({"account": {"depth": junk}})
    decide({}, request=record)


@pytest.mark.parametrize("number", range(len(JUNK)))
def test_junk_instead_of_a_record(number: int) -> None:
    junk = JUNK[number]
    decide(junk)
    decide({}, request=junk)


def test_angry_records() -> None:
    decide(AngryMapping())
    decide({"spend": AngryMapping(), "tags": AngryMapping(), "account": AngryMapping()})
    decide(None)


def test_keys_that_are_not_text() -> None:
    decide({1: 2, None: 3, (1, 2): 4, b"spend": 5, "spend": 6})


def test_ten_thousand_unknown_keys() -> None:
    decision = decide({**{f"k{n}": n for n in range(10_000)}, "spend": 1})
    assert decision.problems == ()


@pytest.mark.parametrize(
    ("field", "value", "known"),
    [
        ("orders", True, False),
        ("orders", 1.0, True),
        ("orders", 1.5, False),
        ("orders", Decimal("2.0"), True),
        ("orders", "1", False),
        ("orders", 2**63 - 1, True),
        ("orders", 2**63, False),
        ("orders", float("nan"), False),
        ("orders", 1e300, False),
        ("vip", 1, False),
        ("vip", "yes", False),
        ("vip", False, True),
        ("score", float("inf"), False),
        ("score", 10**400, False),
        ("score", Decimal("0.1"), True),
        ("score", True, False),
        ("spend", "12.345", True),
        ("spend", "12,345", False),
        ("spend", " 12 ", True),
        ("spend", "1_000", False),
        ("spend", True, False),
        ("spend", 2**53 / 100 * 2, False),
        ("spend", -0.0, True),
        ("spend", -1, False),
        ("spend", "", False),
        ("spend", Decimal("NaN"), False),
        ("share", 0.1, True),
        ("share", "0.1", False),
        ("share", 10, True),
        ("wait", timedelta(minutes=3), True),
        ("wait", "PT3M", True),
        ("wait", "3 minutes", False),
        ("wait", 90, True),
        ("wait", -90, True),
        ("since", "2024-02-30", False),
        ("since", "2024-02-29", True),
        ("since", datetime(2024, 2, 29, 12), False),
        ("since", "20240229", False),
        ("stage", "Loyal", False),
        ("plan", "P", True),
        ("plan", "p", False),
        ("tags", "vip; press", True),
        ("tags", ["vip", 3], True),
        ("customer_id", 7, False),
        ("customer_id", "", False),
        ("customer_id", "\ud800", False),
    ],
)
def test_what_counts_as_known(field: str, value: Any, known: bool) -> None:
    seen = decide({field: value})["seen"]
    assert (field in seen) is known


def test_missing_is_no_problem_and_wrong_is() -> None:
    assert decide({"orders": None, "score": float("nan"), "spend": "", "plan": None}).problems == ()
    assert [p.subject for p in decide({"orders": "many", "tags": ["vip", "queen"]}).problems] == ["orders", "tags"]


def test_a_sensitive_value_is_never_shown() -> None:
    decision = decide({"secret": 123454321})
    assert decision.problems
    assert "123454321" not in decision.to_json()
    assert "hunter2" not in decide({"secret": "hunter2"}).explain().text()


def test_halves_of_a_cent() -> None:
    policy = tierpolicy.loads(
        "customer {\n    m : money\n}\nservice {\n    out : money no direction default -1\n}\nrule out: out = m\n"
    )
    cases = {
        0.125: "0.12",
        0.375: "0.38",
        1.005: "1.00",
        0.285: "0.28",
        2.675: "2.67",
        0.1 + 0.2: "0.30",
        "0.125": "0.12",
        "1.005": "1.00",
        "1.015": "1.02",
        "0.285": "0.28",
        Decimal("2.675"): "2.68",
        -0.0: "0.00",
        "-0.004": "0.00",
        90071992547409: "90071992547409.00",
    }
    got = {raw: json.loads(policy.evaluate({"m": raw}, as_of=DAY).to_json())["decision"]["out"] for raw in cases}
    # a float x is rint(x * 100) in binary64: 1.005 * 100 is 100.49999999999999, 0.285 * 100 is 28.499999999999996
    assert got == {**cases, 0.285: "0.28", 2.675: "2.68" if round(2.675 * 100) == 268 else "2.67"}


def test_strict_callers_get_an_error() -> None:
    with pytest.raises(tierpolicy.RecordError):
        POLICY.evaluate({"orders": "many"}, as_of=DAY, strict=True)
    POLICY.evaluate({"orders": 3}, as_of=DAY, strict=True)
