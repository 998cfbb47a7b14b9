"""The laws of language.md §2, each a plain function of a policy and a record that fails where the law doesn't hold."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from tests.properties.restated import bounded, rank, restated, restated_undetermined
from tests.strategies.records import Raw
from tierpolicy.model.builtins.record import is_value_of
from tierpolicy.model.policy import Policy, Rule, Table
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import MISSING, Known, NotOffered, equal
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.decide import decide, deliberate
from tierpolicy.semantics.evaluate import value_of
from tierpolicy.semantics.explain import explain
from tierpolicy.semantics.index import index_of
from tierpolicy.semantics.read import read
from tierpolicy.semantics.words import explanation_lines, why_not_lines

Law = Callable[[Policy, Raw, random.Random], None]
TODAY = date(2026, 11, 21)


def values(policy: Policy, raw: Raw) -> Mapping[str, Known]:
    return decide(policy, *raw, TODAY).values


# ---------------------------------------------------------------- order and repetition


def order_does_not_matter(policy: Policy, raw: Raw, chance: random.Random) -> None:
    before, after = decide(policy, *raw, TODAY), decide(shuffled(policy, chance), *raw, TODAY)
    assert before.values == after.values
    assert {(u.statement, u.attributes, u.fields) for u in before.undetermined} == {
        (u.statement, u.attributes, u.fields) for u in after.undetermined
    }


def shuffled(policy: Policy, chance: random.Random) -> Policy:
    """The same statements in another order; only the rows of one table stay in theirs."""
    order = list(range(len(policy.rules)))
    chance.shuffle(order)
    rules = [policy.rules[index] for index in order]
    at = {old: new for new, old in enumerate(order)}
    tables = [replace(table, rows=tuple(at[row] for row in table.rows)) for table in policy.tables]
    for table in policy.tables:  # rows keep their order because `rows` does
        assert [policy.rules[row] for row in table.rows] == [rules[at[row]] for row in table.rows]
    limits, baselines = list(policy.limits), list(policy.baselines)
    for statements in (tables, limits, baselines):
        chance.shuffle(statements)  # type: ignore[arg-type]
    return replace(policy, rules=tuple(rules), tables=tuple(tables), limits=tuple(limits), baselines=tuple(baselines))


def repetition_does_not_matter(policy: Policy, raw: Raw, chance: random.Random) -> None:
    """Once more everything, but what adds up: each statement, and each first-match table as a whole."""
    assert values(policy, raw) == values(doubled(policy), raw)


def doubled(policy: Policy) -> Policy:
    sums = {name for name, attribute in policy.attributes.items() if attribute.adds_up}

    def again(rule: Rule) -> Rule:
        grants = tuple(grant for grant in rule.grants if grant.attribute not in sums)
        return replace(rule, origin=replace(rule.origin, name=rule.origin.name + " again"), grants=grants)

    count = len(policy.rules)
    tables = [replace(table, rows=tuple(row + count for row in table.rows)) for table in policy.tables]
    limits = [replace(s, origin=replace(s.origin, name=s.origin.name + " again")) for s in policy.limits]
    baselines = [replace(s, origin=replace(s.origin, name=s.origin.name + " again")) for s in policy.baselines]
    return replace(
        policy,
        rules=(*policy.rules, *map(again, policy.rules)),
        tables=(*policy.tables, *tables),
        limits=(*policy.limits, *limits),
        baselines=(*policy.baselines, *baselines),
    )


# ---------------------------------------------------------------- up and down


def nothing_below_the_baseline(policy: Policy, raw: Raw, chance: random.Random) -> None:
    deliberation = deliberate(policy, read(policy, *raw), TODAY)
    situation = deliberation.situation
    for baseline in policy.baselines:
        if baseline.in_force.covers(TODAY) and value_of(baseline.condition, situation) is True:
            for floor in baseline.floors:
                promised = value_of(floor.value, situation)
                attribute = policy.attributes[floor.attribute]
                if promised is not MISSING:
                    held = situation.decided[floor.attribute]
                    assert no_worse(attribute, held, _bounded(attribute, promised)), (floor, held)


def a_rule_added_never_lowers(policy: Policy, raw: Raw, chance: random.Random) -> None:
    for smaller in less_one_rule(policy):
        _compare(smaller, policy, raw)


def a_limit_added_never_raises(policy: Policy, raw: Raw, chance: random.Random) -> None:
    for at in range(len(policy.limits)):
        limits = (*policy.limits[:at], *policy.limits[at + 1 :])
        _compare(policy, replace(policy, limits=limits), raw)


def a_baseline_added_never_lowers(policy: Policy, raw: Raw, chance: random.Random) -> None:
    for at in range(len(policy.baselines)):
        baselines = (*policy.baselines[:at], *policy.baselines[at + 1 :])
        _compare(replace(policy, baselines=baselines), policy, raw)


def _compare(lower: Policy, upper: Policy, raw: Raw) -> None:
    """Every attribute with a direction is no worse in `upper`, where all decided attributes that it reads are equal."""
    low, high = values(lower, raw), values(upper, raw)
    reads = index_of(upper).reads
    for name, attribute in upper.attributes.items():
        held_fixed = all(equal(low[other], high[other]) for other in reads[name].attributes)
        if attribute.direction is not Direction.NONE and held_fixed:
            assert no_worse(attribute, high[name], low[name]), (name, low[name], high[name])


def no_worse(attribute: Attribute, one: Known, other: Known) -> bool:
    if isinstance(attribute.type, SetOf):
        assert isinstance(one, frozenset)
        assert isinstance(other, frozenset)
        return other <= one
    return rank(attribute, one) >= rank(attribute, other)


def _bounded(attribute: Attribute, value: Known) -> Known:
    return value if isinstance(attribute.type, SetOf) else bounded(attribute, value)


def less_one_rule(policy: Policy) -> Iterator[Policy]:
    """The policy without one rule, or row of a collecting table, or first-match table as a whole."""
    rows = {row for table in policy.tables if table.first_match for row in table.rows}
    for index in range(len(policy.rules)):
        if index not in rows:
            yield less_rules(policy, {index})
    for table in policy.tables:
        if table.first_match:
            yield less_rules(policy, set(table.rows))


def less_rules(policy: Policy, gone: set[int]) -> Policy:
    kept = [index for index in range(len(policy.rules)) if index not in gone]
    at = {old: new for new, old in enumerate(kept)}
    tables: list[Table] = []
    for table in policy.tables:
        rows = tuple(at[row] for row in table.rows if row in at)
        if rows:
            tables.append(replace(table, rows=rows))
    return replace(policy, rules=tuple(policy.rules[index] for index in kept), tables=tuple(tables))


# ---------------------------------------------------------------- total, deterministic, as restated


def total(policy: Policy, raw: Raw, chance: random.Random) -> None:
    """Every attribute has a value of its type, whatever the record; and so has its explanation."""
    outcome = decide(policy, *raw, TODAY)
    assert list(outcome.values) == list(policy.attributes)
    for name, attribute in policy.attributes.items():
        value = outcome.values[name]
        assert is_value_of(value, attribute.type) or (attribute.or_none and isinstance(value, NotOffered)), name
    explanation = explain(policy, *raw, TODAY)
    assert explanation.outcome == outcome
    assert {name: why.value for name, why in explanation.whys.items()} == outcome.values
    assert explanation_lines(explanation, policy)
    for name in explanation.statements:
        assert why_not_lines(explanation, name)
    assert all(len(problem.given) <= 60 or problem.subject in policy.attributes for problem in outcome.problems)


def the_same_again(policy: Policy, raw: Raw, chance: random.Random) -> None:
    assert decide(policy, *raw, TODAY) == decide(policy, *raw, TODAY)


def as_restated(policy: Policy, raw: Raw, chance: random.Random) -> None:
    fields = read(policy, *raw).values
    expected = restated(policy, fields, TODAY)
    got = values(policy, raw)
    assert all(equal(got[name], expected[name]) for name in policy.attributes), (got, expected)


def undetermined_as_restated(policy: Policy, raw: Raw, chance: random.Random) -> None:
    outcome = decide(policy, *raw, TODAY)
    fields = read(policy, *raw).values
    expected = restated_undetermined(policy, fields, TODAY)
    assert {u.statement: set(u.attributes) for u in outcome.undetermined} == expected
    for found in outcome.undetermined:
        assert all(fields[name] is MISSING for name in found.fields), found


def undetermined_settled_by_its_fields(policy: Policy, raw: Raw, chance: random.Random) -> None:
    """Where no field that a statement names is missing, nothing is undetermined but for arithmetic without a result."""
    fields = read(policy, *raw).values
    if all(value is not MISSING for value in fields.values()):
        assert all(not found.fields for found in decide(policy, *raw, TODAY).undetermined)


LAWS: tuple[Law, ...] = (
    order_does_not_matter,
    repetition_does_not_matter,
    nothing_below_the_baseline,
    a_rule_added_never_lowers,
    a_limit_added_never_raises,
    a_baseline_added_never_lowers,
    total,
    the_same_again,
    as_restated,
    undetermined_as_restated,
    undetermined_settled_by_its_fields,
)
