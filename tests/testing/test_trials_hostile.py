"""Trials of policies that are hard to draw for: nothing raises, and what is broken is found all the same."""

from __future__ import annotations

import random

import pytest

import tierpolicy
from tests.strategies.policies import Writer, elaborated
from tierpolicy.runtime.engine import Policy
from tierpolicy.testing.suite import How
from tierpolicy.testing.trials import Trial, tried

LABELS = r"""
customer {
    s : one of "it's", "a \"b\"", "x;y", "none", "yes", "{{ }}", "select --", "ß"
    t : set of "a;b", "c\n", "any"
    n : text
}
service {
    d : "2 business days" < "1 business day"
    g : text default "Good \"day\""
}
if s = "a \"b\"" then d = "1 business day"
if t has "a;b" then g = "x\ny"
if n starts with "\"" then d = "1 business day"
"""
LAST_DAYS = """
policy "Last" version "1" effective from 9999-12-01 until 9999-12-31
customer {
    d : date at least 9999-12-30
    e : date
}
service {
    g    : flag
    when : date default 9999-12-31
}
if d >= today - 1 day and e + 1 month > today then g = yes
rule n: when = e + 30 days
"""
SUMS = """
customer {
    o : integer
}
service {
    points : integer adds up
    fee    : money less is better or none
}
if o > 0 then points = o * o
if o < 5 then points = 0 - o
if o > 3 then fee = 5
limit none_above: if o > 10 then fee = none
"""
NOTHING_TO_KNOW = """
customer {
}
service {
    g : flag
}
"""
NARROW = """
assume lifetime_value = 12345.67 and orders = 77
if orders = 77 and lifetime_value = 12345.67 then priority = top
"""
ROWS = "\n".join(f"    | {code} | {code % 97} |" for code in range(120))
TABLE = f"""
customer {{
    code : integer at least 0
}}
service {{
    rate : integer more is better at least 0
}}
table rates "By code" first match:
    | if code | then rate |
{ROWS}
    | otherwise | 5 |
"""
FACTS = "\n".join(f"    f{at} : integer at least 0" for at in range(60))
MANY_FACTS = f"""
customer {{
{FACTS}
}}
service {{
    rate : integer more is better at least 0
}}
if {" and ".join(f"f{at} > {at}" for at in range(60))} then rate = 5
"""

BROKEN = (
    (LABELS, 'never d = "1 business day"'),
    (LABELS, r'always g = "Good \"day\""'),
    (LABELS, "service never depends on s"),
    (LAST_DAYS, "always g = no"),
    (LAST_DAYS, "service never depends on e"),
    (SUMS, "more o never lowers points"),
    (SUMS, "more o never lowers fee"),
    (NARROW, "never priority = top"),
    (TABLE, "never rate = 96"),
    (TABLE, "more code never lowers rate"),
    (MANY_FACTS, "never rate = 5"),
    (MANY_FACTS, "service never depends on f7"),
    (MANY_FACTS, "customers with equal f1, f2 get equal rate"),
)
KEPT = (
    (LABELS, "customers with equal s, n get equal d"),
    (LAST_DAYS, "always today <= 9999-12-31"),
    (SUMS, "always points >= 0"),
    (NOTHING_TO_KNOW, "always g = no"),
    (TABLE, "always rate <= 96"),
    (MANY_FACTS, "more f8 never lowers service"),
    ("", "always priority >= normal"),
)


def trial(text: str, claim: str) -> Trial:
    policy = tierpolicy.loads(f"{text}\nproperty claim: {claim}\n")
    return tried(policy, policy.versions[0].properties[0], How())


@pytest.mark.parametrize(("text", "claim"), BROKEN, ids=[claim for _, claim in BROKEN])
def test_broken(text: str, claim: str) -> None:
    finding = trial(text, claim).finding
    assert finding is not None
    assert finding.message.startswith("`claim` does not hold")


@pytest.mark.parametrize(("text", "claim"), KEPT, ids=[claim for _, claim in KEPT])
def test_kept(text: str, claim: str) -> None:
    found = trial(text, claim)
    assert found.finding is None
    assert found.customers


@pytest.mark.parametrize("claim", ["always priority = top", "service never depends on segment"])
def test_about_nobody(claim: str) -> None:
    for assumed in ("1 = 2", "lifetime_value > 5 and lifetime_value < 3 and lifetime_value is known"):
        found = trial(f"assume {assumed}", claim)
        assert found == Trial(None, 0, "no customer was found who meets its conditions")


@pytest.mark.parametrize("seed", [216, 227])
def test_drawn_at_the_end_of_the_calendar(seed: int) -> None:
    policy = elaborated(Writer(random.Random(seed)).policy().text)
    for stated in policy.properties:
        tried(Policy((policy,)), stated, How(customers=20))
