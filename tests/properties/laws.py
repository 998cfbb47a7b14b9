"""The laws of language.md §2, each a function of a policy and a record that fails where the law doesn't hold.

Those that stand in the package (`tierpolicy.testing.laws_of_meaning`) are held there; what depends on the restated
oracle stands here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date

from tests.properties.restated import restated, restated_undetermined
from tests.strategies.records import Raw
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import MISSING, Known, equal
from tierpolicy.semantics.decide import decide
from tierpolicy.semantics.explain import explain
from tierpolicy.semantics.read import read
from tierpolicy.semantics.words import explanation_lines, why_not_lines
from tierpolicy.testing import laws_of_meaning as meaning
from tierpolicy.testing.laws_of_meaning import Breach

Law = Callable[[Policy, Raw, random.Random], None]
TODAY = date(2026, 11, 21)


def values(policy: Policy, raw: Raw) -> Mapping[str, Known]:
    return decide(policy, *raw, TODAY).values


def holds(breach: Breach | None) -> None:
    assert breach is None, breach


# ---------------------------------------------------------------- laws of the package


def order_does_not_matter(policy: Policy, raw: Raw, chance: random.Random) -> None:
    holds(meaning.order_does_not_matter(policy, read(policy, *raw), TODAY, chance))


def repetition_does_not_matter(policy: Policy, raw: Raw, chance: random.Random) -> None:
    holds(meaning.repetition_does_not_matter(policy, read(policy, *raw), TODAY))


def nothing_below_the_baseline(policy: Policy, raw: Raw, chance: random.Random) -> None:
    holds(meaning.nothing_below_the_baseline(policy, read(policy, *raw), TODAY))


def a_rule_added_never_lowers(policy: Policy, raw: Raw, chance: random.Random) -> None:
    _one_less(meaning.RULES_IMPROVE, policy, raw)


def a_limit_added_never_raises(policy: Policy, raw: Raw, chance: random.Random) -> None:
    _one_less(meaning.LIMITS_LOWER, policy, raw)


def a_baseline_added_never_lowers(policy: Policy, raw: Raw, chance: random.Random) -> None:
    _one_less(meaning.BASELINES_IMPROVE, policy, raw)


def _one_less(law: str, policy: Policy, raw: Raw) -> None:
    reading = read(policy, *raw)
    for less in meaning.one_less(policy):
        if less.law == law:
            holds(meaning.one_less_is_lawful(policy, less, reading, TODAY))


def total(policy: Policy, raw: Raw, chance: random.Random) -> None:
    """Every attribute has a value of its type, whatever the record; and so has its explanation."""
    holds(meaning.total(policy, read(policy, *raw), TODAY))
    outcome = decide(policy, *raw, TODAY)
    assert list(outcome.values) == list(policy.attributes)
    explanation = explain(policy, *raw, TODAY)
    assert explanation.outcome == outcome
    assert {name: why.value for name, why in explanation.whys.items()} == outcome.values
    assert explanation_lines(explanation, policy)
    for name in explanation.statements:
        assert why_not_lines(explanation, name)
    assert all(len(problem.given) <= 60 or problem.subject in policy.attributes for problem in outcome.problems)


def the_same_again(policy: Policy, raw: Raw, chance: random.Random) -> None:
    holds(meaning.the_same_again(policy, read(policy, *raw), TODAY))


# ---------------------------------------------------------------- as restated


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
