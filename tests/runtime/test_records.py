"""A record may be whatever an application has; only declared names are looked up, and nothing raises."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections import defaultdict, namedtuple
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import Any

import polars
import pydantic
import pytest

import tierpolicy
from tierpolicy.semantics.decide import decide

DAY = date(2026, 11, 21)
POLICY = tierpolicy.loads(
    """
customer {
    name  : text
    spend : money column "annual_spend"
    plan  : one of basic, pro column "account.plan"
    tags  : set of vip, press
}
request {
    urgent : flag
}
service {
    seen : set of name, spend, plan, vip, urgent
}
if name = "Ada" then seen = {name}
if spend >= 100 then seen = {spend}
if plan = pro then seen = {plan}
if tags has vip then seen = {vip}
if urgent then seen = {urgent}
"""
)
EVERYTHING = frozenset({"name", "spend", "plan", "vip"})


class Plan(Enum):
    PRO = "pro"


@dataclasses.dataclass
class Account:
    plan: Any


@dataclasses.dataclass
class Customer:
    name: str
    annual_spend: int
    account: Account
    tags: list[str]


class Model(pydantic.BaseModel):
    name: str
    annual_spend: int
    account: dict[str, str]
    tags: set[str]


class Slots:
    __slots__ = ("account", "annual_spend", "name", "tags")


class Readonly(Mapping[str, object]):
    def __init__(self, **values: object) -> None:
        self.values_ = values
        self.asked: list[object] = []

    def __getitem__(self, key: str) -> object:
        self.asked.append(key)
        return self.values_[key]

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("a record is never walked through")

    def __len__(self) -> int:
        raise AssertionError("a record is never counted")


def slots() -> Slots:
    found = Slots()
    found.name, found.annual_spend, found.account, found.tags = "Ada", 100, Account("pro"), ("vip",)
    return found


VALUES: dict[str, Any] = {"name": "Ada", "annual_spend": 100, "tags": ["vip"]}


@pytest.mark.parametrize(
    "record",
    [
        VALUES | {"account": {"plan": "pro"}},
        VALUES | {"account": Account("pro")},
        VALUES | {"account": Account(Plan.PRO)},
        VALUES | {"account.plan": "pro"},
        defaultdict(list, VALUES | {"account": {"plan": "pro"}}),
        Readonly(**VALUES, account=Readonly(plan="pro")),
        Customer("Ada", 100, Account("pro"), ["vip"]),
        Model(name="Ada", annual_spend=100, account={"plan": "pro"}, tags={"vip"}),
        SimpleNamespace(**VALUES, account=SimpleNamespace(plan="pro")),
        slots(),
        namedtuple("Row", ["name", "annual_spend", "account", "tags"])("Ada", 100, Account("pro"), ["vip"]),
        POLICY.Customer(name="Ada", spend=100, plan="pro", tags=["vip"]),
    ],
    ids=lambda record: type(record).__name__,
)
def test_every_kind_of_record(record: Any) -> None:
    decision = POLICY.evaluate(record, as_of=DAY)
    assert decision["seen"] == EVERYTHING
    assert decision.problems == ()


def test_a_database_row() -> None:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    row = connection.execute("select 'Ada' as name, 100 as annual_spend").fetchone()
    decision = POLICY.evaluate(row, as_of=DAY)
    assert decision["seen"] == {"name", "spend"}
    assert decision.problems == ()
    connection.close()


def test_looking_adds_nothing_to_a_record() -> None:
    record: defaultdict[str, object] = defaultdict(lambda: "pro")
    assert POLICY.evaluate(record, as_of=DAY)["seen"] == frozenset()
    assert record == {}


def test_only_declared_names_are_looked_up() -> None:
    record = Readonly(name="Ada", secret="x")
    POLICY.evaluate(record, as_of=DAY)
    assert set(record.asked) == {"name", "annual_spend", "account.plan", "account", "tags", "urgent"}


def test_what_a_record_becomes_later_changes_nothing() -> None:
    tags = ["vip"]
    record = {"name": "Ada", "tags": tags}
    decision = POLICY.evaluate(record, as_of=DAY)
    record["name"] = "Ben"
    tags.clear()
    assert decision.explain().outcome.values["seen"] == decision["seen"] == {"name", "vip"}


@pytest.mark.parametrize("record", [None, 3, "Ada", b"Ada", [("name", "Ada")], ("Ada",), {"Ada"}, Customer, True])
def test_what_is_no_record_is_decided_as_an_empty_one(record: Any) -> None:
    decision = POLICY.evaluate(record, as_of=DAY)
    assert decision["seen"] == frozenset()
    assert [problem.subject for problem in decision.problems] == ["record"]
    assert "read as empty" in decision.problems[0].message


def test_what_is_no_request_is_a_problem_and_no_request_is_none() -> None:
    assert [p.subject for p in POLICY.evaluate({}, request=[1], as_of=DAY).problems] == ["request"]
    assert POLICY.evaluate({}, request=None, as_of=DAY).problems == ()
    assert POLICY.evaluate({}, request=SimpleNamespace(urgent=True), as_of=DAY)["seen"] == {"urgent"}


def test_an_attribute_that_raises_is_missing_and_a_problem() -> None:
    class Failing:
        name = "Ada"

        @property
        def annual_spend(self) -> int:
            raise ConnectionError("password=hunter2")

    decision = POLICY.evaluate(Failing(), as_of=DAY)
    assert decision["seen"] == {"name"}
    assert [problem.subject for problem in decision.problems] == ["spend"]
    assert "hunter2" not in decision.to_json()


def test_a_method_is_no_value() -> None:
    class Customer:
        def name(self) -> str:
            return "Ada"

    decision = POLICY.evaluate(Customer(), as_of=DAY)
    assert decision["seen"] == frozenset()
    assert [problem.subject for problem in decision.problems] == ["name"]


PATHS = tierpolicy.loads(
    """
customer {
    account : integer
    depth   : integer column "account.depth"
}
service {
    sum : integer adds up
}
rule a: sum = account
rule d: sum = depth * 10
"""
)


@pytest.mark.parametrize(
    ("record", "total", "wrong"),
    [
        ({"account": {"depth": 2}}, 20, ["account"]),
        ({"account": 5}, 5, ["depth"]),  # a number has no depth
        ({"account": None}, 0, []),
        ({"account": float("nan")}, 0, []),
        ({"account": {}}, 0, ["account"]),
        ({"account": 5, "account.depth": 2}, 25, []),  # two columns of a file
        ({"account.depth": None, "account": {"depth": 2}}, 20, ["account"]),
        ({"account": {"depth": {"more": 2}}}, 0, ["account", "depth"]),
        ({"account": SimpleNamespace(depth=2)}, 20, ["account"]),
    ],
)
def test_a_path_leads_through_groups_of_values_only(record: Any, total: int, wrong: list[str]) -> None:
    decision = PATHS.evaluate(record, as_of=DAY)
    assert decision["sum"] == total
    assert [problem.subject for problem in decision.problems] == wrong
    if not isinstance(record["account"], SimpleNamespace):  # what the evaluator alone makes of it
        alone = decide(PATHS.versions[0], record, {}, DAY)
        assert (alone.values["sum"], [problem.subject for problem in alone.problems]) == (total, wrong)


def test_a_frame_is_no_customer() -> None:

    policy = tierpolicy.loads("if lifetime_value > 100 then priority = top")
    decision = policy.evaluate(polars.DataFrame({"lifetime_value": [2_000.0]}))
    assert [problem.subject for problem in decision.problems] == ["record"]
    assert "`evaluate_all`" in decision.problems[0].message


@pytest.mark.parametrize("single", [date(2020, 1, 1), Decimal(5), timedelta(1), 5, "2020"])
def test_a_single_value_on_the_way_has_no_fields(single: object) -> None:
    fields = 'customer { y : integer column "account.year" }'
    policy = tierpolicy.loads(f"{fields}\nservice {{ p : low < high }}\nrule r: if y > 3 then p = high\n")
    decision = policy.evaluate({"account": single})
    assert decision["p"] == "low"
    plain = decide(policy.versions[0], {"account": single}, {}, date(2026, 1, 1))
    assert decision.problems == plain.problems != ()
