"""Explanations in words: what gave a value, what lost, what lowered and raised it, and why a rule did not apply."""

from __future__ import annotations

import json
from datetime import date

import pytest

import tierpolicy

DAY = date(2026, 11, 21)
POLICY = tierpolicy.loads(
    """
policy "Garden"
    currency EUR
customer {
    spend  : money
    owed   : flag
    orders : integer
}
service {
    priority : low < normal < high
    wait     : duration less is better
    perks    : set of gift, lounge
    points   : integer adds up
    credit   : money at least 0 more is better
    word     : text default "hello"
}
baseline everyone "What all get": priority at least normal, wait at most 1 hour, perks includes {gift}
rule big "Who spends": if spend > 100 then priority = high, perks = {lounge}, points = 2, credit = 5, word = "hi"
    because "You spend much" source "Board, May 2026"
rule often: if orders > 3 then wait = 30 minutes, points = 3, priority = normal
rule kind overrides big: if orders > 100 then word = "dear"
limit owing "While something is owed": if owed then priority at most low, wait at least 2 hours, perks without {lounge}
"""
)


def text(name: str | None = None, **record: object) -> str:
    return POLICY.evaluate(record, as_of=DAY).explain().text(name)


def test_what_gave_a_value_and_what_lost() -> None:
    assert text("priority", spend=500, orders=4, owed=False) == (
        "priority: high\n"
        '  rule big "Who spends" (policy.tier, line 18) gives high\n'
        "    You spend much\n"
        "    source: Board, May 2026\n"
        "  rule often (policy.tier, line 20) gives normal; another gives better"
    )


def test_what_lowered_and_what_raised() -> None:
    assert text("priority", spend=500, owed=True).endswith(
        "would give high\n    You spend much\n    source: Board, May 2026\n"
        '  limit owing "While something is owed" (policy.tier, line 22) allows at most low\n'
        '  baseline everyone "What all get" (policy.tier, line 17) promises at least normal'
    )
    said = text("wait", orders=4, owed=True)
    assert "allows at least 2 hours" in said
    assert "promises at most 1 hour" in said
    said = text("perks", spend=500, owed=True)
    assert "takes some of it away" in said
    assert "promises {gift}" in said


def test_sums_money_defaults_and_overrides() -> None:
    assert "gives 5 EUR" not in text("points", spend=500, orders=4)
    assert text("points", spend=500, orders=4).count("adds ") == 2
    assert text("credit", spend=500).startswith("credit: 5 EUR\n")
    assert "no rule gives anything here: this is the default" in text("word")
    assert "no rule gives anything here" in text("credit")
    assert 'would give "hi", but is overridden' in text("word", spend=500, orders=101)


def test_why_a_rule_did_not_apply() -> None:
    assert text("big", spend=50) == 'big "Who spends" does not apply\n  spend > 100: false (spend is 50)'
    assert text("big", spend=500).startswith('big "Who spends" applies\n')
    assert "may apply: what it asks isn't known" in text("big")
    with pytest.raises(KeyError, match="did you mean `often`"):
        text("oftn")


def test_all_of_it_as_words_and_as_data() -> None:
    explained = POLICY.evaluate({"spend": 500}, as_of=DAY).explain()
    assert [line.split(":")[0] for line in explained.text().split("\n\n")] == list(POLICY.versions[0].attributes)
    document = json.loads(explained.to_json())
    assert set(document) == {"attributes", "statements"}
    assert document["statements"]["owing"]["applied"] is None
    assert document["statements"]["big"]["condition"] == {
        "text": "spend > 100",
        "truth": True,
        "seen": {"spend": "500"},
        "parts": [],
    }
    assert explained.why("credit").origin == "grant"
    assert explained.why_not("owing").title == "While something is owed"


def test_a_name_that_is_nothing_here_gets_near_names_or_all_of_them() -> None:
    with pytest.raises(KeyError, match="did you mean `priority`"):
        text("prioritty")
    with pytest.raises(KeyError, match=r"there is no `nosuch` here; its names are `priority`, `wait`.*`big`, `often`"):
        text("nosuch")
    explained = POLICY.evaluate({}, as_of=DAY).explain()
    with pytest.raises(KeyError, match=r"its names are `priority`, .*`word`'?$"):
        explained.why("nosuch")
