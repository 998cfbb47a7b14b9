"""The standard vocabulary: what a policy that declares nothing speaks of (language.md §9)."""

from __future__ import annotations

from pathlib import Path

from tests.check.reading import checked, policy
from tierpolicy.model.types import Scale
from tierpolicy.source import Source
from tierpolicy.syntax.format import format_module

TEXT = (Path(__file__).parents[2] / "tierpolicy" / "model" / "standard.tier").read_text(encoding="utf-8")
STANDARD = policy("use standard\n")

CUSTOMER = (
    "customer_id segment region customer_since lifetime_value annual_spend orders frequency share_of_wallet referrals "
    "feedback_given stage churn_risk hurdle open_complaints accessibility_need language"
).split()


def test_it_names_what_the_language_promises() -> None:
    assert list(STANDARD.fields) == [*CUSTOMER, "channel", "severity"]
    assert list(STANDARD.attributes) == (
        "priority agent_pool max_wait specialist callback channels rewards level".split()
    )
    assert STANDARD.fields["stage"].type == Scale(("aware", "trial", "purchase", "multiple_purchase", "loyalty"))
    assert [field.name for field in STANDARD.fields.values() if field.of_request] == ["channel", "severity"]


def test_every_part_says_what_it_means() -> None:
    declared = [*STANDARD.fields.values(), *STANDARD.attributes.values()]
    assert [each.name for each in declared if not each.description] == []


def test_it_is_in_canonical_form_and_without_findings() -> None:
    assert format_module(Source("standard.tier", TEXT)) == TEXT
    assert checked("use standard\n").diagnostics == ()


def test_its_baseline_and_what_is_normally_done() -> None:
    assert [baseline.origin.name for baseline in STANDARD.baselines] == ["standard_baseline"]
    assert [rule.origin.name for rule in STANDARD.rules] == ["standard_service"]


def test_own_declarations_replace_it_and_used_ones_add_to_it() -> None:
    assert list(policy("customer { x : flag }\nservice { a : flag }\n").fields) == ["x"]
    assert "x" in policy("use standard\ncustomer { x : flag }\n").fields
