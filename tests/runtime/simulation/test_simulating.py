"""A simulation counts what deciding row by row by the plain evaluator gives, in whatever blocks and whatever order."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.simulation.plain import Figures, both_ways, figures, written
from tests.strategies.policies import PolicyText, elaborated, policy_texts
from tests.strategies.records import records
from tierpolicy.model.expressions import Constant
from tierpolicy.model.policy import Policy, Property, Share, Total
from tierpolicy.model.types import MONEY, TEXT
from tierpolicy.model.values import NotOffered
from tierpolicy.pipeline import loads
from tierpolicy.runtime.population import Customers
from tierpolicy.runtime.simulation.asking import Asked, NotAsked
from tierpolicy.runtime.simulation.results import Amounts, Elements, Labels, Simulation
from tierpolicy.runtime.simulation.simulating import simulate

DAY = date(2026, 11, 21)
Case = tuple[Policy, list[Mapping[str, Any]], random.Random]


def unseen(done: int, size: int) -> None:
    pass


@st.composite
def cases(draw: st.DrawFn) -> Case:
    text: PolicyText = draw(policy_texts())
    typed = elaborated(text)
    drawn = draw(st.lists(records(typed), max_size=8))
    return typed, [{**request, **record} for record, request in drawn], draw(st.randoms(use_true_random=False))


@settings(max_examples=25)
@given(cases())
def test_a_simulation_counts_what_each_row_is_decided(case: Case) -> None:
    policy, rows, chance = case
    with tempfile.TemporaryDirectory() as folder:
        base = written(Path(folder) / "base.jsonl", rows)
        found = simulate(policy, str(base), DAY, unseen)
        same(found, figures(policy, base, found.as_of))

        chance.shuffle(rows)
        written(base, rows)
        again = simulate(policy, str(base), DAY, unseen, rows_in_a_block=chance.choice([1, 2, 3]))
        assert again == found


@settings(max_examples=25)
@given(cases())
def test_claims_come_to_the_same_row_by_row_and_in_columns(case: Case) -> None:
    policy, rows, chance = case
    claims: list[Share | Total] = [Share("at most", 5_000, each.condition) for each in policy.rules]
    claims += [Total("at most", each.value, Constant(10_000, MONEY)) for each in policy.costs]
    origins = [each.origin for each in (*policy.rules, *policy.costs)]
    wheres = [None, *(each.condition for each in policy.limits)]
    claimed = replace(
        policy,
        properties=tuple(
            Property(origin, claim, chance.choice(wheres)) for origin, claim in zip(origins, claims, strict=True)
        ),
    )
    with tempfile.TemporaryDirectory() as folder:
        both_ways(claimed, Customers(written(Path(folder) / "base.jsonl", rows), DAY))


def same(found: Simulation, plain: Figures) -> None:
    counts = plain.counts
    assert found.customers == counts["customers"]
    assert found.with_problems == counts["with problems"]
    assert dict(found.problems) == {what[1]: n for what, n in counts.items() if what[0] == "problem"}
    assert found.open == counts["open"]
    for part in found.parts:
        name = part.attribute.name
        assert (part.raised, part.lowered) == (counts["raised", name], counts["lowered", name])
        by_value = {what[2]: n for what, n in counts.items() if what[0] == "value" and what[1] == name}
        match part.values:
            case Labels(values, others):
                told = {"none" if isinstance(v.value, NotOffered) else v.value: v.customers for v in values}
                assert told == {value: by_value.pop(value, 0) for value in told}
                assert others == sum(by_value.values())
                assert not others or part.attribute.type == TEXT
            case Elements(values, nothing):
                for each in values:
                    assert each.customers == sum(n for held, n in by_value.items() if each.value in held)
                assert nothing == by_value.get(frozenset(), 0) + by_value.get("none", 0)
            case Amounts() as amounts:
                assert amounts.none == by_value.pop("none", 0)
                assert amounts.known == sum(by_value.values())
                assert sum(band.customers for band in amounts.bands) == amounts.known
                if amounts.total is not None:
                    assert amounts.total == plain.totals.get(name, Fraction(0))
                if by_value:
                    least, greatest = amounts.quantiles[0].value, amounts.quantiles[-1].value
                    assert (least, greatest) == (min(by_value), max(by_value))
    for statement in found.statements:
        assert (statement.customers, statement.unknown) == (
            counts["true", statement.name],
            counts["unknown", statement.name],
        ), statement.name
        if statement.moved is not None:
            assert statement.moved == counts["moved", statement.name], statement.name
    if found.costs is not None:
        assert {each.statement.name: each.total for each in found.costs.statements} == dict(plain.costs)
        assert found.costs.unknown == counts["cost unknown"]


# ---------------------------------------------------------------- by hand

SHOP = """\
policy "Shop" currency EUR
customer {
    id       : text key
    spend    : money at least 0 earnable
    contacts_per_year : integer at least 0
    segment  : one of retail, trade
    waits    : number
    secret   : money sensitive
}
service {
    agent_pool : newer < senior
    discount   : percent at most 10% more is better
}
baseline everyone: discount at least 1%
tiers member < silver < gold
tier silver if spend >= 100
tier gold if spend > 250 then agent_pool = senior
rule a: if spend >= 50 then discount = 12%
limit trade: if segment = trade then discount at most 2%
cost "desk": if agent_pool = senior then 6.50 * contacts_per_year
cost "goods": spend * discount
property few: at most 50% of customers have tier = gold
"""
ROWS = [
    {"id": "a", "spend": 300, "contacts_per_year": 2, "segment": "trade"},
    {"id": "b", "spend": 99.99, "contacts_per_year": 4, "segment": "retail"},
    {"id": "c", "spend": 250, "contacts_per_year": 1},
    {"id": "d", "spend": 400, "segment": "retail"},
    {"id": "e", "segment": "retail", "contacts_per_year": 7},
]


@pytest.fixture
def base(tmp_path: Path) -> str:
    return str(written(tmp_path / "base.jsonl", ROWS))


def shop(base: str, **asked: str) -> Simulation:
    return simulate(loads(SHOP).versions[0], base, DAY, unseen, Asked(**asked))


def test_five_customers(base: str) -> None:
    found = shop(base)
    parts = {part.attribute.name: part for part in found.parts}
    pools = parts["agent_pool"].values
    assert isinstance(pools, Labels)
    counted = [
        (each.value, each.customers, each.load and each.load.total, each.load and each.load.unknown)
        for each in pools.counts
    ]
    assert counted == [("senior", 2, 2, 1), ("newer", 3, 12, 0)]
    assert (found.counted, found.pool, found.load_by) == ("tier", "agent_pool", "contacts_per_year")
    assert (parts["discount"].raised, parts["discount"].lowered) == (
        0,
        1,
    )  # a is trade; e's is the worst value, not raised
    assert dict(found.problems) == {"discount": 4}
    assert found.open == 2  # c without a segment, e without a spend
    assert [claim.verdict for claim in found.claims] == ["holds"]


LOW = "limit low: if spend >= 300 then rating at most 0.5\n"


@pytest.mark.parametrize(("limit", "moved"), [("", (1, 0)), (LOW, (2, 2))])
def test_rules_may_give_worse_than_the_baseline_promises(limit: str, moved: tuple[int, int], base: str) -> None:
    """a gives 2, d gives 1: below the 1.5 that is promised, which nothing else says is the worst."""
    text = (
        "customer {\n    spend : money\n}\nservice {\n    rating : number more is better\n}\n"
        "baseline everyone: rating at least 1.5\n"
        f"if spend = 300 then rating = 2\nif spend = 400 then rating = 1\n{limit}"
    )
    (part,) = simulate(loads(text).versions[0], base, DAY, unseen).parts
    assert (part.raised, part.lowered) == moved


def test_what_it_costs(base: str) -> None:
    found = shop(base).costs
    assert found is not None
    assert [(each.statement.name, each.total, each.statement.unknown) for each in found.statements] == [
        ("desk", 1300, 1),
        ("goods", 600 + 1000 + 2500 + 4000, 1),
    ]
    assert found.unknown == 2
    assert [(group.value, group.customers, group.total, group.unknown) for group in found.groups] == [
        ("gold", 2, 1300 + 600 + 4000, 1),
        ("silver", 1, 2500, 0),
        ("member", 2, 1000, 1),
    ]


def test_how_far_a_better_tier_is(base: str) -> None:
    (found,) = shop(base).distances
    assert [(reach.up_to, reach.customers) for reach in found.reaches] == [(1, 2)]
    assert (found.best, found.never, found.unknown) == (2, 0, 1)
    assert [(each.value, each.customers) for each in found.by_level] == [("gold", 0), ("silver", 1), ("member", 1)]


def test_what_a_field_is_worth_against_what_they_get(base: str) -> None:
    found = shop(base, value="spend").crossing
    assert found is not None
    assert (found.levels, found.unknown) == (("gold", "silver", "member"), (0, 0, 1))
    assert [sum(column) for column in zip(*found.counts, strict=True)] == [2, 1, 1]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"by": "spend"}, "`spend` is not a scale, a choice or a flag"),
        ({"by": "segmnt"}, "the policy has no field or attribute `segmnt`; did you mean `segment`?"),
        ({"load_by": "segment"}, "`segment` is not a field with amounts"),
        ({"value": "secret"}, "`secret` is sensitive, and its tenths would show values of single customers"),
        ({"value": "nothing"}, "the policy has no field `nothing`; name a field with amounts"),
    ],
)
def test_what_cannot_be_asked(asked: dict[str, str], words: str, base: str) -> None:
    with pytest.raises(NotAsked) as caught:
        shop(base, **asked)
    assert str(caught.value) == words


def test_nobody(tmp_path: Path) -> None:
    found = shop(str(written(tmp_path / "base.jsonl", [])))
    assert (found.customers, found.crossing) == (0, None)
    assert [claim.verdict for claim in found.claims] == ["not measured"]


def test_rows_that_are_all_broken(tmp_path: Path) -> None:
    (tmp_path / "base.jsonl").write_text("{\n[1]\n\x00\n", encoding="utf-8")
    found = shop(str(tmp_path / "base.jsonl"))
    assert (found.customers, found.broken, found.with_problems) == (3, 3, 3)
