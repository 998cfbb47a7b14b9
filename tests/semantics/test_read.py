"""Raw records to typed values: the table of language.md §4, and what counts as missing (§3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

import pytest

from tests.strategies.policies import elaborated
from tests.strategies.records import Failing, FailingMapping
from tierpolicy.model.values import MISSING
from tierpolicy.semantics.read import Reading, read, typed_reading

POLICY = elaborated(
    """
customer {
    flag     : flag
    whole    : integer
    aged     : integer at least 0 at most 130
    number   : number
    percent  : percent
    money    : money
    spend    : money at least 0
    wait     : duration
    hours    : duration in hours
    day      : date
    text     : text
    stage    : aware < trial < loyal
    plan     : one of basic, pro from ("P", "Pro plan")
    tags     : set of vip, press, "café" from ("coffee")
    must     : set of a, b required
    needed   : integer required
    orders   : integer default 3
    secret   : integer sensitive
    deep     : integer column "account.depth.value"
    renamed  : integer column "Number of calls"
}
request {
    severity : low < high
}
service {
    level : low < high
}
tiers member < silver
tier silver if aged > 30 keep while aged > 20
if whole > 1 then level = high
"""
)
NAN = float("nan")


def reading(record: Any, request: Any = None, **how: bool) -> Reading:
    return read(POLICY, record, {} if request is None else request, **how)


def one(name: str, raw: Any) -> Any:
    """What one field's raw value reads as; the word `wrong` where it is a problem."""
    found = reading({name: raw})
    return "wrong" if any(problem.subject == name for problem in found.problems) else found.values[name]


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("flag", True, True),
        ("flag", 1, "wrong"),
        ("flag", "yes", "wrong"),
        ("whole", 5, 5),
        ("whole", 5.0, 5),
        ("whole", Decimal("5.00"), 5),
        ("whole", 5.5, "wrong"),
        ("whole", True, "wrong"),
        ("whole", "5", "wrong"),
        ("whole", 2**63 - 1, 2**63 - 1),
        ("whole", 2**63, "wrong"),
        ("whole", -(2**63), -(2**63)),
        ("whole", 1e30, "wrong"),
        ("whole", float("inf"), "wrong"),
        ("whole", Decimal("1e999999"), "wrong"),
        ("whole", Decimal("0e999999"), 0),
        ("whole", Decimal("1e-999999"), "wrong"),
        ("whole", 2**9_000, "wrong"),
        ("number", 3, 3.0),
        ("number", Decimal("0.1"), 0.1),
        ("number", float("-inf"), "wrong"),
        ("number", 10**400, "wrong"),
        ("number", Decimal("1e400"), "wrong"),
        ("number", True, "wrong"),
        ("number", "1", "wrong"),
        ("percent", 0.1, 1_000),
        ("percent", Decimal("0.00005"), 0),
        ("percent", Decimal("0.00015"), 2),
        ("percent", 10, 100_000),
        ("percent", "10%", "wrong"),
        ("percent", 0.00005, 0),
        ("percent", True, "wrong"),
        ("money", 12, 1_200),
        ("money", "12.345", 1_234),
        ("money", "12.355", 1_236),
        ("money", Decimal("0.125"), 12),
        ("money", 0.125, 12),
        ("money", 0.375, 38),
        ("money", 1.005, 100),
        ("money", 0.285, 28),
        ("money", " 12 ", 1_200),
        ("money", "12,50", "wrong"),
        ("money", "1_000", "wrong"),
        ("money", "$5", "wrong"),
        ("money", "1e3", 100_000),
        ("money", "1e999999", "wrong"),
        ("money", "9" * 5_000, "wrong"),
        ("money", True, "wrong"),
        ("money", 1e300, "wrong"),
        ("money", Decimal(2**53).scaleb(-2), 2**53),
        ("money", Decimal(2**53 + 1).scaleb(-2), "wrong"),
        ("money", 2**9_000, "wrong"),
        ("money", "１２", "wrong"),
        ("money", -0.0, 0),
        ("spend", "-0.004", 0),
        ("spend", -1, "wrong"),
        ("wait", timedelta(minutes=3), 180),
        ("wait", "PT3M", 180),
        ("wait", "P1DT2H", 93_600),
        ("wait", "P2W", 1_209_600),
        ("wait", "-PT5M", -300),
        ("wait", "PT1.5S", 2),
        ("wait", "P1Y", "wrong"),
        ("wait", "P1M", "wrong"),
        ("wait", "PT", "wrong"),
        ("wait", "P", "wrong"),
        ("wait", "P1DT", "wrong"),
        ("wait", 90, 90),
        ("wait", "90", "wrong"),
        ("wait", 0.5, 0),
        ("wait", 1.5, 2),
        ("wait", timedelta(milliseconds=2_500), 2),
        ("wait", timedelta.max, 86_400 * 10**9),
        ("wait", 1e300, "wrong"),
        ("hours", 1.5, 5_400),
        ("hours", Decimal("0.5"), 1_800),
        ("hours", "PT36H", 129_600),
        ("hours", timedelta(hours=2), 7_200),
        ("day", date(2024, 2, 29), date(2024, 2, 29)),
        ("day", "2024-02-29", date(2024, 2, 29)),
        ("day", "2023-02-29", "wrong"),
        ("day", "20240229", "wrong"),
        ("day", "2024-W09-4", "wrong"),
        ("day", datetime(2024, 2, 29, tzinfo=UTC), "wrong"),
        ("day", "0000-00-00", "wrong"),
        ("day", 20240229, "wrong"),
        ("day", "2024-02-29T00:00:00", "wrong"),
        ("text", "e\u0301", "é"),
        ("text", "\ud800", "wrong"),
        ("text", "e" + "\u0301" * 100, "wrong"),
        ("text", 7, "wrong"),
        ("text", " ", " "),
        ("text", b"x", "wrong"),
        ("text", "\x00", "\x00"),
        ("stage", "trial", "trial"),
        ("stage", "Trial", "wrong"),
        ("stage", ["trial"], "wrong"),
        ("plan", "pro", "pro"),
        ("plan", "P", "pro"),
        ("plan", "Pro plan", "pro"),
        ("plan", "p", "wrong"),
        ("tags", ["vip"], {"vip"}),
        ("tags", {"vip", "press"}, {"vip", "press"}),
        ("tags", "vip; press;", {"vip", "press"}),
        ("tags", ("cafe\u0301",), {"café"}),
        ("tags", [], set()),
        ("tags", ";", set()),
        ("tags", ["vip", None, ""], {"vip"}),
        ("tags", {"vip": 1}, "wrong"),
        ("tags", 4, "wrong"),
        ("tags", "coffee", {"café"}),
        ("must", [], set()),
        ("aged", 0, 0),
        ("aged", 130, 130),
        ("aged", 131, "wrong"),
        ("aged", -1, "wrong"),
    ],
)
def test_conversions(name: str, raw: Any, value: Any) -> None:
    got = one(name, raw)
    if name == "wait" and raw == timedelta.max:
        assert got == 86_400 * 10**9  # 999999999 days, 23:59:59.999999 rounds up to a whole day
    else:
        assert got == value
        assert type(got) is (frozenset if isinstance(value, set) else type(value))


def test_conversions_do_not_depend_on_the_caller_decimal_context() -> None:
    with localcontext() as context:
        context.prec = 2
        assert one("money", Decimal("12345.675")) == 1_234_568
        assert one("money", "12345.675") == 1_234_568
        assert one("hours", Decimal("100.25")) == 360_900
        assert one("wait", timedelta(days=10_000, seconds=1)) == 864_000_001


@pytest.mark.parametrize("nothing", [None, NAN, "", Decimal("NaN"), Decimal("sNaN")], ids=repr)
def test_what_counts_as_missing_is_no_problem(nothing: Any) -> None:
    for name, field in POLICY.fields.items():
        found = reading({name: nothing, "needed": 1, "must": []} | {name: nothing})
        assert not [p for p in found.problems if p.subject == name and not field.required]


def test_defaults() -> None:
    found = reading({})
    assert found.values["orders"] == 3
    assert found.values["tags"] == frozenset()
    assert found.values["must"] is MISSING
    assert found.values["current_tier"] == "member"
    assert found.values["current_tier_since"] is MISSING
    assert [problem.subject for problem in found.problems] == ["must", "needed"]
    assert reading({"orders": "x"}).values["orders"] == 3


def test_a_tier_of_another_time_is_the_first_tier() -> None:
    found = reading({"current_tier": "emperor", "must": [], "needed": 1})
    assert found.values["current_tier"] == "member"
    assert [problem.subject for problem in found.problems] == ["current_tier"]


def test_paths() -> None:
    assert reading({"account": {"depth": {"value": 7}}}).values["deep"] == 7
    assert reading({"Number of calls": 4}).values["renamed"] == 4
    assert reading({"renamed": 4}).values["renamed"] is MISSING
    for inner in ({}, {"depth": None}, {"depth": {}}, None, ""):
        found = reading({"account": inner})
        assert found.values["deep"] is MISSING
        assert "deep" not in [p.subject for p in found.problems]
    for wrong in (5, [7], {"depth": 7}, Failing(), FailingMapping()):
        found = reading({"account": wrong})
        assert found.values["deep"] is MISSING
        assert "deep" in [p.subject for p in found.problems]


def test_request_fields_are_looked_up_in_the_record_where_the_request_lacks_them() -> None:
    assert reading({"severity": "high"}, {"severity": "low"}).values["severity"] == "low"
    assert reading({"severity": "high"}).values["severity"] == "high"
    assert reading({"severity": "high"}, {"severity": None}).values["severity"] == "high"
    wrong = reading({"severity": "high"}, {"severity": "lowest"})
    assert wrong.values["severity"] is MISSING
    assert "severity" in [p.subject for p in wrong.problems]
    assert reading({}, {"whole": 4}).values["whole"] is MISSING


def test_unknown_labels_of_a_set_are_dropped_and_listed() -> None:
    found = reading({"tags": {"vip", "king", "queen", 3}, "must": [], "needed": 1})
    assert found.values["tags"] == {"vip"}
    [problem] = found.problems
    assert problem.given == '"king", "queen", 3'
    assert problem.expected == 'any of vip, press, "café"'


def test_problems_are_short_and_say_what_is_expected() -> None:
    [problem] = reading({"aged": 131, "must": [], "needed": 1}).problems
    assert (problem.subject, problem.given) == ("aged", "131")
    assert problem.expected == "a whole number, at least 0 and at most 130"
    for raw in (
        "x" * 1_000_000,
        10**5_000,
        Decimal("1." + "1" * 5_000),
        "\u202e\n" * 100,
        list(range(10**5)),
        object(),
    ):
        [problem] = reading({"whole": raw, "must": [], "needed": 1}).problems
        assert len(problem.given) <= 60
        assert problem.given.isprintable()


def test_sensitive_values_are_not_shown() -> None:
    [problem] = reading({"secret": "hunter2", "must": [], "needed": 1}).problems
    assert problem.given == "(hidden)"
    assert "hunter2" not in problem.message


def test_no_record_at_all() -> None:
    for record in (None, 5, "x", [], Failing(), FailingMapping(), object()):
        found = reading(record, record)
        assert found.values["whole"] is MISSING
        assert found.values["orders"] == 3


class Text(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    __hash__ = None  # type: ignore[assignment]


def test_strangers() -> None:
    assert one("stage", Text("trial")) == "trial"
    assert one("whole", Failing()) == "wrong"
    assert one("tags", [Failing(), "vip"]) == "wrong"
    keys: Mapping[Any, Any] = {1: 2, None: 3, b"whole": 4, "whole": 5, "unknown": Failing()}
    assert reading(keys).values["whole"] == 5


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("flag", "yes", True),
        ("flag", "FALSE", False),
        ("flag", "1", True),
        ("flag", "ja", "wrong"),
        ("whole", "5", 5),
        ("whole", "5.0", 5),
        ("whole", " 5 ", 5),
        ("whole", "5.5", "wrong"),
        ("whole", "5 000", "wrong"),
        ("whole", "NaN", MISSING),
        ("number", "1e-5", 1e-5),
        ("number", "inf", "wrong"),
        ("number", "0x10", "wrong"),
        ("percent", "0.10", 1_000),
        ("percent", "10%", "wrong"),
        ("money", "12.345", 1_234),
        ("money", "12,5", "wrong"),
        ("wait", "90", 90),
        ("wait", "PT90S", 90),
        ("hours", "1.5", 5_400),
        ("day", " 2024-02-29", date(2024, 2, 29)),
        ("stage", "trial ", "trial"),
        ("tags", "vip;press", {"vip", "press"}),
        ("text", " x ", " x "),
        ("text", "  ", MISSING),
        ("whole", "", MISSING),
        ("whole", " ", MISSING),
        ("whole", "9" * 5_000, "wrong"),
        ("number", "１", "wrong"),
    ],
)
def test_cells_of_text(name: str, cell: str, value: Any) -> None:
    found = reading({name: cell}, from_text=True)
    wrong = any(problem.subject == name for problem in found.problems)
    assert ("wrong" if wrong else found.values[name]) == value


def test_typed_values_take_the_place_of_a_record() -> None:
    found = typed_reading(POLICY, {"money": 100, "tags": MISSING})
    assert found.problems == ()
    assert found.values["money"] == 100
    assert found.values["tags"] == frozenset()
    assert found.values["orders"] == 3
