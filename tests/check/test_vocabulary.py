"""Fields, attributes, parameters and defines, as declared and as they come out."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.check.reading import checked, codes, errors, help_of, policy
from tierpolicy.model.types import Scale
from tierpolicy.model.values import MISSING, NotOffered
from tierpolicy.model.vocabulary import Direction

SERVICE = "service { priority : low < high }\n"


def test_a_field_carries_everything_said_of_it() -> None:
    field = policy(
        'customer { wait : duration at least 1 hour at most 1 week default 2 hours required column "account.wait" '
        'in hours earnable need protected sensitive "how long" }\n' + SERVICE
    ).fields["wait"]
    assert (field.low, field.high, field.default, field.seconds_per_unit) == (3600, 604_800, 7200, 3600)
    assert field.path == ("account", "wait")
    assert field.required
    assert field.earnable
    assert field.need
    assert field.protected
    assert field.sensitive
    assert field.description == "how long"


def test_defaults_of_sets_and_of_the_request() -> None:
    fields = policy(
        "customer {\n a : set of x, y\n b : set of x, y required\n c : set of x, y default {x}\n d : text }\n"
        "request { e : text }\n" + SERVICE
    ).fields
    assert [fields[name].default for name in "abcd"] == [frozenset(), MISSING, frozenset({"x"}), MISSING]
    assert fields["d"].path == ("d",)
    assert fields["e"].of_request
    assert fields["e"].need


def test_blocks_join_in_the_order_of_the_text() -> None:
    found = policy("customer { a : flag }\nservice { x : flag }\ncustomer { b : flag }\nservice { y : flag }\n")
    assert (list(found.fields), list(found.attributes)) == (["a", "b"], ["x", "y"])


def test_spellings_lead_to_their_label() -> None:
    text = 'customer { s : one of small from ("SMB", "small"), large from ("B2B") }\n' + SERVICE
    assert policy(text).fields["s"].spellings == {"SMB": "small", "B2B": "large"}


@pytest.mark.parametrize("spelling", ["large", "B2B"])
def test_a_spelling_means_one_label(spelling: str) -> None:
    assert "T157" in codes(f'customer {{ s : one of small from ("{spelling}"), large from ("B2B") }}\n' + SERVICE)


@pytest.mark.parametrize(
    ("type_", "direction", "worst"),
    [
        ("low < high", Direction.MORE, "low"),
        ("low < high or none", Direction.MORE, NotOffered.BELOW),
        ("low < high no direction default low", Direction.NONE, MISSING),
        ("flag", Direction.MORE, False),
        ("flag no is better", Direction.LESS, True),
        ("set of a, b", Direction.MORE, frozenset()),
        ("integer adds up", Direction.MORE, 0),
        ("integer adds up at least -5", Direction.MORE, 0),
        ("money more is better at least 5", Direction.MORE, 500),
        ("duration less is better at most 1 hour", Direction.LESS, 3600),
        ("percent less is better or none", Direction.LESS, NotOffered.ABOVE),
        ("date less is better at most 2026-12-31", Direction.LESS, date(2026, 12, 31)),
        ('text default "x"', Direction.NONE, MISSING),
        ("number default 3", Direction.NONE, MISSING),
        ("one of a, b or none default none", Direction.NONE, MISSING),
    ],
)
def test_direction_and_worst_value(type_: str, direction: Direction, worst: object) -> None:
    attribute = policy(f"customer {{ x : flag }}\nservice {{ a : {type_} }}\n").attributes["a"]
    assert (attribute.direction, attribute.worst) == (direction, worst)


def test_the_best_of_the_constant_baselines_for_everyone_is_the_worst_value() -> None:
    text = (
        "customer { x : flag }\nservice { wait : duration less is better at least 1 minute }\n"
        "define ten = 10 minutes\n"
        "baseline a: wait at most ten\nbaseline b: wait at most 20 minutes\n"
        "baseline c: if x then wait at most 2 minutes\n"
        "baseline d from 2026-01-01: wait at most 3 minutes\n"
    )
    assert policy(text).attributes["wait"].worst == 600
    assert policy(text + "baseline e: wait at most 1 second\n").attributes["wait"].worst == 60
    more = "customer { x : flag }\nservice { fee : money more is better at most 9 }\n"
    assert policy(more + "baseline a: fee at least 5\nbaseline b: fee at least 3\n").attributes["fee"].worst == 500
    assert policy(more + "baseline a: fee at least 10\n").attributes["fee"].worst == 900


@pytest.mark.parametrize(
    "baseline",
    [
        "baseline a: if x then wait at most 1 minute",
        "baseline a from 2026-01-01: wait at most 1 minute",
        "baseline a: wait at most since - since",
        "",
    ],
)
def test_other_baselines_say_no_worst_value(baseline: str) -> None:
    text = "customer { x : flag\n since : date }\nservice { wait : duration less is better }\n" + baseline + "\n"
    assert "T201" in codes(text)


def test_names_of_all_kinds_are_one_name_space() -> None:
    for second in ("request { a : flag }", "service { a : flag }", "parameter a : flag = yes", "define a = x"):
        text = "customer { a : flag\n x : flag }\n" + SERVICE + second + "\n"
        assert [code for code in codes(text) if code < "T2"] == ["T150"], second


def test_a_clash_with_the_standard_vocabulary_is_shown_in_the_authors_file() -> None:
    found = checked("use standard\ncustomer { orders : integer }\nif orders > 3 then priority = top\n")
    (finding,) = [d for d in found.diagnostics if d.code.code == "T150"]
    assert finding.span is not None
    assert finding.span.path == "policy.tier"
    assert "standard vocabulary" in (finding.help or "")


def test_a_policy_without_a_service_decides_nothing() -> None:
    assert "T168" in codes("customer { a : flag }\n")


# ---------------------------------------------------------------- defines


def test_defines_come_in_any_order() -> None:
    found = policy("define a = b and c\ndefine b = orders > 3\ndefine c = not b\nif a then priority = top\n")
    assert list(found.defines) == ["a", "b", "c"]


def test_every_circle_of_defines_is_shown_once() -> None:
    text = "define a = b\ndefine b = c\ndefine c = a\ndefine d = d\ndefine e = a and d\nif e then priority = top\n"
    assert errors(text) == [
        "T163: `a` is defined by itself: `a` → `b` → `c` → `a`",
        "T163: `d` is defined by itself",
    ]


def test_defines_nest_a_hundred_deep() -> None:
    lines = ["define d0 = orders > 1", *(f"define d{n} = not d{n - 1}" for n in range(1, 200))]
    few = "\n".join([*lines[:45], "if d44 then priority = top\n"])
    assert errors(few) == []
    assert [error[:4] for error in errors("\n".join([*lines, "if d199 then priority = top\n"]))] == ["T902"]


# ---------------------------------------------------------------- parameters

PARAMETERS = """
customer { x : flag }
service { priority : low < high }
parameter f : flag = no
parameter i : integer at least 0 at most 10 = 3
parameter n : number = 0.5
parameter p : percent = 10%
parameter m : money = 8
parameter d : duration = 10 minutes
parameter t : date = 2026-01-01
parameter s : text = "a"
parameter l : low < high = low
parameter o : set of a, b = {a}
"""


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("f", True, True),
        ("f", "yes", True),
        ("i", 4, 4),
        ("i", 4.0, 4),
        ("i", "4", 4),
        ("n", 1, 1.0),
        ("n", "0.25", 0.25),
        ("p", 0.15, 1500),
        ("p", "15%", 1500),
        ("m", 9.5, 950),
        ("m", Decimal("9.50"), 950),
        ("m", "1_000", 100_000),
        ("d", timedelta(minutes=1), 60),
        ("d", 60, 60),
        ("d", "PT1H30M", 5400),
        ("d", "90 seconds", 90),
        ("t", date(2026, 2, 3), date(2026, 2, 3)),
        ("t", "2026-02-03", date(2026, 2, 3)),
        ("s", "8 or more", "8 or more"),
        ("l", "high", "high"),
        ("o", ["b", "a"], frozenset({"a", "b"})),
        ("o", "a; b", frozenset({"a", "b"})),
        ("o", "{b}", frozenset({"b"})),
        ("o", "", frozenset()),
    ],
)
def test_a_parameter_can_be_set(name: str, given: object, value: object) -> None:
    parameter = policy(PARAMETERS, **{name: given}).parameters[name]
    assert parameter.value == value
    assert type(parameter.value) is type(value)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        *[("f", wrong) for wrong in (1, "maybe", None)],
        *[("i", wrong) for wrong in (True, 3.5, 11, -1, "x", "3 minutes", float("nan"), Decimal("1e999999"))],
        pytest.param("i", 10**5000, id="i-5001-digits"),
        *[("n", wrong) for wrong in (float("inf"), "orders", "1e5")],
        *[("p", wrong) for wrong in (0.00001, "high")],
        *[("m", wrong) for wrong in (0.001, 1e300, "8 minutes", [], object())],
        *[("d", wrong) for wrong in (0.5, "P1Y", "10")],
        *[("t", wrong) for wrong in ("2026-02-30", 20260203)],
        *[("l", wrong) for wrong in ("top", 1)],
        *[("o", wrong) for wrong in (["c"], [1], "a;c")],
        ("nothing", 1),
        ("s", 3),
        ("s", "x" * 100_000),
    ],
)
def test_a_wrong_value_is_a_finding(name: str, given: object) -> None:
    assert [error[:4] for error in errors(PARAMETERS, **{name: given})] == ["T164"]


def test_an_unknown_parameter_is_told_the_nearest() -> None:
    text = "parameter minimum : money = 8\nif annual_spend > minimum then priority = top\n"
    assert help_of(text, "T164", minimun=9) == "did you mean `minimum`?"


# ---------------------------------------------------------------- tiers bring fields along


def test_the_current_tier_is_the_first_where_nothing_is_known() -> None:
    fields = policy('tiers member < gold from ("GOLD")\ntier gold if orders > 3\n').fields
    assert fields["current_tier"].type == Scale(("member", "gold"))
    assert fields["current_tier"].default == "member"
    assert fields["current_tier"].spellings == {"GOLD": "gold"}
    assert not fields["current_tier"].declared
    assert not fields["current_tier_since"].declared


def test_an_author_may_declare_the_current_tier() -> None:
    fields = policy(
        'customer { current_tier : member < gold column "Status"\n x : flag }\n' + SERVICE + "tiers member < gold\n"
    ).fields
    assert fields["current_tier"].path == ("Status",)
    assert fields["current_tier"].default == "member"
    assert fields["current_tier"].declared
