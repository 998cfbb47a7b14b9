"""What missing data leaves undecided where it matters; assumptions, and whether anybody meets them."""

from __future__ import annotations

import pytest

from tests.analysis.asking import Asked
from tierpolicy.analysis.questions import assumptions, undecided

DECLARED = """
customer {
    orders : integer at least 0
    spend  : money
    sure   : integer required
    usual  : integer default 3
    tags   : set of press, vip
}
request {
    urgent : flag
}
service {
    call : flag
    note : text default ""
}
define many = orders > 3
rule all: if spend > 5 then call = yes
"""


def undecided_of(text: str) -> dict[str, str]:
    return Asked(undecided.QUESTION, DECLARED + text).verdicts


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ("orders > 3", "refuted T506"),
        ("many", "refuted T506"),
        ("not orders > 3 or spend is missing", "refuted T506"),
        ("orders > 3 and spend > 5", "refuted T506"),
        ("orders > 3 or orders is missing", None),
        ("orders > 3 and orders is known", None),
        ("first_known(orders, 0) > 3", None),
        ("tags has vip", None),
        ("urgent", None),
        ("sure > 3", None),
        ("usual > 3", None),
        ("usual > 3 and urgent", None),
        ("orders > 3 or orders <= 3 or sure is missing", "refuted T506"),
        ("orders > 3 and sure > 3 and sure < 2", "proved"),
    ],
)
def test_a_limit_says_what_missing_data_means(condition: str, verdict: str | None) -> None:
    expected = {} if verdict is None else {"l": verdict}
    assert undecided_of(f"limit l: if {condition} then call = no\n") == expected
    assert undecided_of(f"rule r: if {condition} then call = yes\n") == {}


def test_a_limit_that_would_change_nothing_is_not_noted() -> None:
    assert undecided_of("limit l: if orders > 3 and spend <= 5 then call = no\n") == {"l": "proved"}
    assert undecided_of("baseline b: if spend > 5 then call = yes\n") == {"b": "refuted T506"}
    assert undecided_of("rule more: call = yes\nbaseline b: if spend > 5 then call = yes\n") == {"b": "proved"}


def test_what_is_said_of_a_limit() -> None:
    found = Asked(undecided.QUESTION, DECLARED + "limit l: if orders > 3 then call = no\n").only
    assert found.message == "the limit `l` may not hold where `orders` is missing"
    assert found.help == "if it should hold then too, add `or orders is missing`; if not, `and orders is known` says so"
    assert found.witness is not None
    assert "orders" not in found.witness["customers"][0]["record"]


@pytest.mark.parametrize(
    ("stated", "verdict"),
    [
        ("property p: always orders > 3 implies call", "refuted T506"),
        ('property p: always orders > 3 implies note = ""', "proved"),
        ("property p: always orders > 3 and orders is known implies call", None),
        ("property p: never orders > 3 and call", "refuted T506"),
        ("property p: never spend > 5 and not call", "refuted T506"),
        ("property p: never spend < 0 and call", "proved"),
        ("property p where spend > 5: always call", "refuted T506"),
        ("property p where spend > 5: service never depends on orders", "refuted T506"),
        ("property p: service never depends on orders", None),
    ],
)
def test_a_property_says_what_missing_data_means(stated: str, verdict: str | None) -> None:
    assert undecided_of(stated + "\n") == ({} if verdict is None else {"p": verdict})


# ---------------------------------------------------------------- assumptions


@pytest.mark.parametrize(
    ("assumed", "verdict"),
    [
        ("", None),
        ("assume orders > 3", "proved"),
        ("assume orders > 3\nassume spend > 5", "proved"),
        ("assume orders > 3\nassume orders < 2", "refuted T327"),
        ("assume orders < 0", "refuted T327"),
        ("assume usual > 3 and usual < 2", "refuted T327"),
        ("assume orders is missing\nassume orders is known", "refuted T327"),
        ("assume tags has press\nassume not (tags has press and tags has vip)", "proved"),
    ],
)
def test_whether_anybody_meets_the_assumptions(assumed: str, verdict: str | None) -> None:
    found = Asked(assumptions.QUESTION, DECLARED + assumed + "\n").verdicts
    assert list(found.values()) == ([] if verdict is None else [verdict])


def test_only_those_that_contradict_one_another_are_told() -> None:
    text = "assume spend > 1\nassume orders > 3\nassume usual > 1\nassume orders < 2\n"
    found = Asked(assumptions.QUESTION, DECLARED + text).only
    assert found.message == "no customer meets the assumption `orders < 2` together with another one"
    assert [related.message for related in found.related] == ["`orders > 3` is assumed here"]
