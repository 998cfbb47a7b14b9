"""What `merge` leaves in the model, and that no decision reads it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest

from tierpolicy.check.elaborate import elaborate
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Policy
from tierpolicy.model.vocabulary import Merge
from tierpolicy.semantics.decide import decide
from tierpolicy.syntax.gather import gather_text

TEXT = """
customer {
    id        : text key
    email     : text merge latest by last_seen
    spend     : money merge sum
    visits    : integer merge max
    since     : date merge min
    vip       : flag merge first
    tags      : set of vip, press merge union
    last_seen : date
}
service { priority : low < high }
if spend > 100 and visits > 3 then priority = high
"""


def policy_of(text: str) -> Policy:
    found = elaborate(gather_text(text)).policy
    assert found is not None
    return found


def test_each_way_is_in_the_model() -> None:
    found = {name: field.merge for name, field in policy_of(TEXT).fields.items()}
    assert found == {
        "id": None,
        "email": Merge("latest", "last_seen"),
        "spend": Merge("sum"),
        "visits": Merge("max"),
        "since": Merge("min"),
        "vip": Merge("first"),
        "tags": Merge("union"),
        "last_seen": None,
    }


def test_no_decision_reads_how_records_are_merged() -> None:
    policy = policy_of(TEXT)
    plain = {name: replace(field, merge=None) for name, field in policy.fields.items()}
    without, record = replace(policy, fields=MappingProxyType(plain)), {"spend": 101, "visits": 4}
    day = date(2026, 11, 21)
    assert decide(policy, record, {}, day) == decide(without, record, {}, day)
    assert decide(policy, record, {}, day).values["priority"] == "high"


@pytest.mark.parametrize(
    ("declared", "message", "help"),
    [
        ("phone : text merge union", "`merge union` does not fit text", "only sets are united"),
        ("phone : text merge lates by last_seen", "`merge lates` is no way to merge", "did you mean `latest`?"),
        ("phone : text merge latest", "nothing says which `phone` is the latest", "`merge latest by last_seen`"),
        ("phone : text merge latest by last_sen", "the customer has no `last_sen`", "did you mean `last_seen`?"),
        ("phone : text merge latest by visits", "`visits` is an integer", "told by a date of the customer"),
        ("phone : text merge first by last_seen", "`merge first` goes by nothing", "write `merge first`"),
        ("share : percent merge sum", "`merge sum` does not fit a percent", "integers, numbers, money and durations"),
        ("number : text key merge first", "`merge first` contradicts `key`", "keep one of the two"),
    ],
)
def test_what_does_not_fit_is_told_with_what_does(declared: str, message: str, help: str) -> None:
    (found,) = elaborate(
        gather_text(TEXT.replace("    last_seen : date", f"    {declared}\n    last_seen : date"))
    ).diagnostics
    assert found.message == message
    assert help in (found.help or "")


@pytest.mark.parametrize("way", ["sum", "max", "min", "union", "first", "latest by last_seen"])
@pytest.mark.parametrize(
    "type_",
    [
        "integer",
        "number",
        "money",
        "percent",
        "duration",
        "date",
        "text",
        "flag",
        "a < b",
        "one of a, b",
        "set of a, b",
    ],
)
def test_a_way_that_does_not_fit_names_ways_that_do(type_: str, way: str) -> None:
    def found(said: str) -> tuple[Diagnostic, ...]:
        text = TEXT.replace("    last_seen : date", f"    other : {type_} merge {said}\n    last_seen : date")
        return tuple(elaborate(gather_text(text)).diagnostics)

    for refused in found(way):
        ways = re.findall("`merge ([^`]+)`", (refused.help or "").partition("; ")[2])
        assert ways
        assert not [each for each in ways if found(each.replace("…", "last_seen"))]
        assert ("union" in ways) == type_.startswith("set")
