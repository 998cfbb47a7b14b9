"""Service that is the same for all with equal needs; conditions on what is decided that take from who rises."""

from __future__ import annotations

import pytest

from tests.analysis.asking import Asked
from tierpolicy.analysis.questions import rising, uniform

PUBLIC = """
organization {0}
customer {{
    spend    : money at least 0
    stage    : cold < warm < hot
    disabled : flag need
}}
request {{
    severity : low < high
}}
service {{
    priority : low < high
    desk     : one of north, south default north
    score    : integer adds up internal
}}
"""


@pytest.mark.parametrize("organization", ["government", "charity", "monopoly"])
@pytest.mark.parametrize(
    ("rules", "priority"),
    [
        ("if spend > 100 then priority = high", "refuted T415"),
        ("if disabled then priority = high", "proved"),
        ("if severity = high then priority = high", "proved"),
        ("if severity = high and stage = hot then priority = high", "refuted T415"),
        ("if spend > 100 then score = 5", "proved"),
        ("if spend > 100 then score = 5\nif score > 4 then priority = high", "refuted T415"),
        ("rule all: priority = high\nif spend > 100 then priority = high", "proved"),
        ("if spend is missing then priority = high", "refuted T415"),
    ],
)
def test_uniform_service(organization: str, rules: str, priority: str) -> None:
    found = Asked(uniform.QUESTION, PUBLIC.format(organization) + rules + "\n")
    assert found.verdicts == {"priority": priority, "desk": "proved"}


def test_a_business_may_tell_customers_apart() -> None:
    text = PUBLIC.format("business") + "if spend > 100 then priority = high\n"
    assert Asked(uniform.QUESTION, text).verdicts == {}


def test_the_fields_that_make_the_difference_are_named() -> None:
    text = PUBLIC.format("charity") + "rule rich: if spend > 100 and disabled then priority = high\n"
    found = Asked(uniform.QUESTION, text).only
    assert found.message == (
        "service is not uniform: `priority` is low for one and high for another, who differ in `spend` (100 and 100.01)"
    )
    assert found.help is not None
    assert found.help.startswith("a charity serves all alike: take `spend` out of what decides `priority`")
    assert [related.message for related in found.related] == ["`rich` says high for another"]


# ---------------------------------------------------------------- rising

TIERS = """
customer {
    spend : money at least 0
    stage : cold < warm < hot
}
service {
    priority : low < normal < high
    wait     : duration less is better or none
    gift     : flag
    perks    : set of lounge, callback
    desk     : one of north, south default north
    points   : integer adds up internal
    trouble  : flag no is better internal
}
tiers member < gold < platinum
tier gold     if spend >= 100
tier platinum if spend >= 1_000
"""


POINTS = "if spend > 5 then points = 5\nif spend > 9 then points = 5\n"


@pytest.mark.parametrize(
    ("rules", "verdicts"),
    [
        ("if tier >= gold then priority = high", {}),
        ("if tier = platinum then priority = high", {}),
        ("if tier = gold then priority = high", {"priority": "refuted T323"}),
        ("if tier in (gold, platinum) then priority = high", {}),
        ("if tier in (member, gold) then priority = high", {"priority": "refuted T323"}),
        ("if tier < platinum then gift = yes", {"gift": "refuted T323"}),
        ("if tier != gold then perks = {lounge}", {"perks": "refuted T323"}),
        ("if tier = gold then desk = south", {}),
        ("if tier = gold then priority = normal\nif tier = platinum then priority = high", {"priority": "proved"}),
        ("if tier = gold then priority = high\nrule all: priority = high", {"priority": "proved"}),
        ("limit l: if tier = platinum then priority at most normal", {"priority": "proved"}),
        (
            "rule all: priority = high\nlimit l: if tier >= gold and stage = cold then priority at most normal",
            {"priority": "refuted T323"},
        ),
        ("define middle = tier = gold\nif middle then wait = 5 minutes", {"wait": "refuted T323"}),
        (POINTS + "if points >= 5 then gift = yes", {}),
        (POINTS + "if points <= 5 then gift = yes", {"gift": "refuted T323"}),
        ("if stage = hot then trouble = no\nif not trouble then gift = yes", {}),
        ("if stage = hot then trouble = no\nif trouble then gift = yes", {"gift": "refuted T323"}),
        ("if tier = gold and spend >= 5_000 then gift = yes", {"gift": "proved"}),
        ("assume spend < 1_000\nif tier = gold then gift = yes", {"gift": "proved"}),
    ],
)
def test_who_rises_loses_nothing(rules: str, verdicts: dict[str, str]) -> None:
    assert Asked(rising.QUESTION, f"{TIERS}{rules}\n").verdicts == verdicts


@pytest.mark.parametrize("value", ["wait = 1 minute * points", "wait = 1 minute * (points - 3)"])
def test_what_a_value_is_calculated_from_is_no_condition(value: str) -> None:
    assert Asked(rising.QUESTION, f"{TIERS}{POINTS}rule r: {value}\n").verdicts == {}


def test_only_what_takes_away_is_blamed() -> None:
    """`plus` is what those who rise get instead."""
    text = "rule most: if tier = gold then priority = high\nrule plus: if tier = platinum then priority = normal\n"
    found = Asked(rising.QUESTION, TIERS + text).only
    assert found.message.startswith("`most` takes from who rises in `tier`: from gold to platinum")
    assert found.related == ()


def test_what_everyone_has_is_not_proposed() -> None:
    found = Asked(rising.QUESTION, TIERS + "if tier = member then priority = high\n").only
    assert str(found.help).startswith("ask for facts about the customer instead of `tier`")


def test_what_moves_through_another_attribute_blames_no_condition() -> None:
    """`cheap` is left behind by who rises, but costs nobody anything: what the points come to does."""
    text = """
customer { a : integer at least 0 at most 100 }
service {
    level : low < mid < high
    points : integer adds up
    fee : money less is better
}
define vip = level >= high
baseline everyone: fee at most 100
rule middle: if a > 10 then level = mid
rule top: if a > 20 then level = high
rule cheap: if not vip then fee = 10
rule by_points: fee = points * 3.00
table collected:
    | if level | then points |
    | mid      | 3           |
    | high     | 2           |
"""
    found = Asked(rising.QUESTION, text)
    assert found.verdicts == {"points": "refuted T323", "fee": "proved"}
    assert found.only.message.startswith("`collected row 1` takes from who rises in `level`: from mid to high")
    dear = text.replace("points * 3.00", "points * 30.00")
    assert Asked(rising.QUESTION, dear).verdicts == {"points": "refuted T323", "fee": "refuted T323"}


def test_the_finding_proposes_what_stays_true() -> None:
    found = Asked(rising.QUESTION, TIERS + "rule gold: if tier = gold then priority = high\n").only
    assert found.message == (
        "`gold` takes from who rises in `tier`: from gold to platinum, `priority` gets worse, from high to low"
    )
    assert found.help is not None
    assert found.help.startswith("write `tier >= gold`, which stays true; ")
    assert found.witness is not None
    one, other = (customer["decision"]["tier"] for customer in found.witness["customers"])
    assert (one, other) == ("gold", "platinum")


def test_the_comparison_is_pointed_at_through_a_define() -> None:
    text = TIERS + "define middle = spend > 5 and tier = gold\nif middle then gift = yes\n"
    found = Asked(rising.QUESTION, text).only
    assert found.span is not None
    assert text[found.span.start : found.span.end] == "tier = gold"


def test_one_condition_is_told_of_once() -> None:
    found = Asked(rising.QUESTION, TIERS + "if tier = gold then priority = high, gift = yes\n")
    assert sorted(found.verdicts.values()) == ["refuted", "refuted T323"]


def test_a_limit_on_who_rises_should_ask_for_facts() -> None:
    text = TIERS + "rule all: gift = yes\nlimit l: if tier = platinum then gift = no\n"
    found = Asked(rising.QUESTION, text).only
    assert found.help is not None
    assert found.help.startswith("ask for facts about the customer instead of `tier`")
