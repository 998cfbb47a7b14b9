"""Properties: proved, refuted by a customer or a pair who were decided, or about nobody."""

from __future__ import annotations

import pytest

from tests.analysis.asking import Asked
from tests.check.reading import policy
from tierpolicy.analysis.answer import GaveUp
from tierpolicy.analysis.questions import always, equal_treatment, influence, monotone
from tierpolicy.analysis.session import Session

SHOP = """
customer {
    orders : integer at least 0 at most 100
    spend  : money at least 0
    stage  : cold < warm < hot
    age    : integer at least 0 at most 130
    vip    : flag default no
    tags   : set of press, family
}
request {
    channel : one of phone, email
}
service {
    priority : low < normal < high
    wait     : duration less is better or none
    desk     : one of north, south default north
    perks    : set of lounge, gift
    score    : integer adds up internal
}
tiers member < gold
tier gold if orders >= 10
"""


def always_of(text: str) -> Asked:
    return Asked(always.QUESTION, SHOP + text)


# ---------------------------------------------------------------- always, never


@pytest.mark.parametrize(
    ("rules", "claim", "verdict"),
    [
        ("if orders > 3 then priority = high", "always orders > 3 implies priority = high", "proved"),
        ("if orders > 3 then priority = high", "always orders > 2 implies priority = high", "refuted T410"),
        ("if orders > 3 then priority = high", "always orders > 2 implies orders > 3 or priority = low", "proved"),
        ("if tier = gold then priority = high", "always tier = gold implies priority = high", "proved"),
        ("baseline b: priority at least normal", "always priority >= normal", "proved"),
        ("baseline b: if stage = cold then priority at least normal", "always priority >= normal", "refuted T410"),
        ("if orders > 3 then priority = high", "always orders > 3", "refuted T410"),
        ("if orders > 3 then priority = high", "always orders > 3 or orders <= 3 or orders is missing", "proved"),
        ("if orders > 3 then priority = high", "never priority = high and orders < 4", "proved"),
        ("if orders > 3 then priority = high", "never priority = high", "refuted T410"),
        ("if tags has press then perks = {gift}", "always tags has press implies perks has gift", "proved"),
        ("if tags has press then perks = {gift}", "always tags has press implies perks has lounge", "refuted T410"),
        ("if channel = phone then desk = south", "always channel = phone implies desk = south", "proved"),
        ("if vip then wait = 5 minutes", "always vip implies wait <= 5 minutes", "proved"),
        ("if vip then wait = 5 minutes", "never wait = none", "refuted T410"),
        ("if today > 2026-06-30 then priority = high", "always priority = low", "refuted T410"),
    ],
)
def test_what_always_holds(rules: str, claim: str, verdict: str) -> None:
    assert always_of(f"{rules}\nproperty p: {claim}\n").verdicts == {"p": verdict}


def test_what_is_unknown_is_not_true() -> None:
    found = always_of("if orders > 3 then priority = high\nproperty p: always orders <= 3 or priority = high\n")
    assert found.verdicts == {"p": "refuted T410"}
    assert "is unknown for a customer" in found.only.message
    assert found.only.help is not None
    assert "`orders` may be missing" in found.only.help


def test_the_finding_shows_the_customer_and_the_statements() -> None:
    found = always_of(
        "rule many: if orders > 3 then priority = high\n"
        "limit cold: if stage = cold then priority at most normal\n"
        "property p: always orders > 3 implies priority = high\n"
    ).only
    assert found.message == "`p` does not hold: `priority = high` is false for a customer with `orders > 3`"
    assert found.help == "`priority` is decided as normal; change the rules, or the property"
    assert [related.message for related in found.related] == [
        "`many` says high for `priority`",
        "`cold` says normal for `priority`",
    ]
    assert found.witness is not None
    (customer,) = found.witness["customers"]
    assert customer["decision"]["priority"] == "normal"
    assert customer["record"]["stage"] == "cold"


def test_a_property_holds_where_it_says() -> None:
    rules = "if orders > 3 then priority = high\nlimit l: if stage = cold then priority at most normal\n"
    claim = "always orders > 3 implies priority = high\n"
    assert always_of(f"{rules}property p where stage > cold: {claim}").verdicts == {"p": "proved"}
    assert always_of(f"{rules}property p where stage < hot: {claim}").verdicts == {"p": "refuted T410"}


@pytest.mark.parametrize(
    "claim",
    [
        "property p: always orders > 200 implies priority = high",
        "property p where orders > 200: always priority = high",
        "property p where stage = cold: always stage = hot implies priority = high",
        "property p where priority = high: never orders > 3",
    ],
)
def test_a_property_about_nobody_is_warned_of(claim: str) -> None:
    found = always_of(claim + "\n")
    assert found.verdicts == {"p": "proved T416"}
    assert found.only.message.startswith("`p` is about nobody: ")


def test_assumptions_that_nobody_meets_are_not_told_of_with_every_property() -> None:
    text = "assume orders > 5\nassume orders < 5\nproperty p where orders is known: always priority = high\n"
    assert always_of(text).verdicts == {"p": "proved"}


def test_a_property_that_stays_open_says_why() -> None:
    session = Session(policy(SHOP + "property p: never priority = high\nif orders > 3 then priority = high\n"))
    session.engine = lambda goal, seconds: GaveUp("a plugin's function")
    (answer,) = always.QUESTION.answers(session)
    assert (answer.verdict, answer.reason) == ("unknown", "a plugin's function")
    assert answer.diagnostic is not None
    assert answer.diagnostic.code.code == "T401"
    assert answer.diagnostic.message == "`p` could not be proved: a plugin's function"


# ---------------------------------------------------------------- more never lowers


def monotone_of(text: str) -> Asked:
    return Asked(monotone.QUESTION, SHOP + text)


SOON = "if vip then wait = 1 minute\n"
OTHER_PERKS = "if orders < 3 then perks = {gift}\nif orders >= 3 then perks = {lounge}"
LESS_SCORE = "if orders < 3 then score = 5\nif orders >= 3 then score = 4"


@pytest.mark.parametrize(
    ("rules", "claim", "verdict"),
    [
        ("if orders > 3 then priority = high", "more orders never lowers service", "proved"),
        ("if orders < 3 then priority = high", "more orders never lowers service", "refuted T411"),
        ("if orders < 3 then priority = high", "less orders never lowers priority", "proved"),
        ("if orders = 3 then priority = high", "more orders never lowers wait", "proved"),
        ("if orders in (3, 4) or orders > 4 then priority = high", "more orders never lowers priority", "proved"),
        ("if tier = gold then priority = high", "more orders never lowers priority", "proved"),
        ("if tier = member then priority = high", "more orders never lowers priority", "refuted T411"),
        ("limit l: if tier = gold then wait at least 1 hour", "more orders never lowers wait", "proved"),
        (SOON + "limit l: if tier = gold then wait = none", "more orders never lowers wait", "refuted T411"),
        ("if tags = {press} then priority = high", "more tags never lowers priority", "refuted T411"),
        ("if tags has press then priority = high", "more tags never lowers priority", "proved"),
        ("if not vip then priority = high", "more vip never lowers priority", "refuted T411"),
        ("if orders is missing then priority = high", "more orders never lowers priority", "proved"),
        (OTHER_PERKS, "more orders never lowers perks", "refuted T411"),
        ("if orders < 3 then score = 5\nif orders >= 3 then score = 5", "more orders never lowers score", "proved"),
        (LESS_SCORE, "more orders never lowers score", "refuted T411"),
    ],
)
def test_more_never_lowers(rules: str, claim: str, verdict: str) -> None:
    assert monotone_of(f"{rules}\nproperty p: {claim}\n").verdicts == {"p": verdict}


FIRST = """
table t first match:
    | if orders | then priority |
    | >= 50     | {0}           |
    | >= 10     | {1}           |
property p: more orders never lowers priority
"""


def test_rows_that_stop_one_another() -> None:
    assert monotone_of(FIRST.format("high", "normal")).verdicts == {"p": "proved"}
    assert monotone_of(FIRST.format("normal", "high")).verdicts == {"p": "refuted T411"}


def test_the_finding_says_from_where_to_where() -> None:
    found = monotone_of(
        "rule some: if orders between 10 and 20 then priority = high, wait = 1 minute\n"
        "property p: more orders never lowers service\n"
    ).only
    assert found.message == (
        "`p` does not hold: `priority` gets worse, from high to low, where `orders` rises from 20 to 21"
    )
    assert found.help is not None
    assert "so it is with `wait`" in found.help
    assert [related.message for related in found.related] == ["`some` says high for one customer"]
    assert found.witness is not None
    assert [customer["record"]["orders"] for customer in found.witness["customers"]] == [20, 21]


# ---------------------------------------------------------------- never depends on, protected


def influence_of(text: str) -> Asked:
    return Asked(influence.QUESTION, text)


@pytest.mark.parametrize(
    ("rules", "claim", "verdict"),
    [
        ("if orders > 3 then priority = high", "service never depends on age", "proved"),
        ("if age > 3 then priority = high", "service never depends on age", "refuted T412"),
        ("if age > 3 then score = 1", "service never depends on age", "proved"),
        (
            "if age > 3 then score = 1\nif score > 0 then priority = high",
            "service never depends on age",
            "refuted T412",
        ),
        ("define old = age > 3\nif old then desk = south", "desk never depends on age", "refuted T412"),
        ("if age > 3 or age <= 3 then desk = south", "desk never depends on age", "refuted T412"),
        ("if age > 3 or age <= 3 or age is missing then desk = south", "desk never depends on age", "proved"),
        ("if age > 3 then priority = high\nrule all: priority = high", "service never depends on age", "proved"),
        ("if channel = phone then priority = high", "service never depends on channel", "refuted T412"),
        ("if age > 3 then priority = high", "desk, wait never depends on age", "proved"),
    ],
)
def test_what_nothing_depends_on(rules: str, claim: str, verdict: str) -> None:
    assert influence_of(f"{SHOP}{rules}\nproperty p: {claim}\n").verdicts == {"p": verdict}


def test_the_pair_differs_in_the_field_alone() -> None:
    found = influence_of(SHOP + "rule old: if age > 60 then desk = south\nproperty p: service never depends on age\n")
    assert found.only.message == ("`p` does not hold: `desk` is north where `age` is 60 and south where it is 61")
    assert found.only.witness is not None
    one, other = (customer["record"] for customer in found.only.witness["customers"])
    assert {name for name in one | other if one.get(name) != other.get(name)} == {"age"}


def test_a_row_above_decides_with_the_row_below() -> None:
    table = """
table t first match:
    | if age | if stage | then desk |
    | > 60   | any      | -         |
    | any    | hot      | south     |
property p: desk never depends on age
"""
    assert influence_of(SHOP + table).verdicts == {"p": "refuted T412"}


def test_who_overrides_matters() -> None:
    rules = "rule a: if stage = hot then desk = south\nrule b overrides a: if age > 60 then desk = north\n"
    assert influence_of(f"{SHOP}{rules}property p: desk never depends on age\n").verdicts == {"p": "refuted T412"}


def test_a_protected_field_that_matters() -> None:
    text = SHOP.replace("at most 130", "at most 130 protected")
    found = influence_of(text + "if age > 60 then desk = south\n")
    assert found.verdicts == {"age": "refuted T413"}
    assert found.only.message.startswith("`age` is protected, yet `desk` is ")
    assert influence_of(text + "if age > 60 then score = 1\n").verdicts == {"age": "proved"}


# ---------------------------------------------------------------- equal treatment


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("customers with equal orders, stage get equal priority", "proved"),
        ("customers with equal orders get equal priority", "refuted T414"),
        ("customers with equal tier, stage get equal priority", "proved"),
        ("customers with equal tier get equal priority", "refuted T414"),
        ("customers with equal priority get equal priority", "proved"),
        ("customers with equal orders, stage get equal priority, desk", "refuted T414"),
        ("customers with equal orders, stage, channel get equal priority, desk", "proved"),
    ],
)
def test_equal_treatment(claim: str, verdict: str) -> None:
    rules = "if tier = gold and stage = hot then priority = high\nif channel = phone then desk = south\n"
    assert Asked(equal_treatment.QUESTION, f"{SHOP}{rules}property p: {claim}\n").verdicts == {"p": verdict}


def test_two_missing_facts_are_equal() -> None:
    rules = "if orders is missing then priority = high\n"
    claim = "property p: customers with equal orders get equal priority\n"
    assert Asked(equal_treatment.QUESTION, SHOP + rules + claim).verdicts == {"p": "proved"}


def test_the_finding_says_in_what_the_two_differ() -> None:
    rules = "if orders > 3 and stage = hot then priority = high\n"
    claim = "property p: customers with equal orders get equal priority\n"
    found = Asked(equal_treatment.QUESTION, SHOP + rules + claim).only
    assert "of two customers with equal `orders`, one gets" in found.message
    assert found.help is not None
    assert found.help.startswith("they differ in `stage`")
