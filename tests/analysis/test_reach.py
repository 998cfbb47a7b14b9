"""Ranges hold what they must: whatever the evaluator decides for a value within them, on policies of every kind."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.reaching import FIELDS, TODAY
from tests.strategies.policies import PolicyText, elaborated, policy_texts
from tests.strategies.records import RecordWriter, literals
from tierpolicy.analysis.reach import calculations, comparisons, decisions, expressions
from tierpolicy.analysis.reach.decisions import Said, decide_within
from tierpolicy.analysis.reach.expressions import Ground, View, possible
from tierpolicy.analysis.reach.facts import Fact, cuts_of, fact_of
from tierpolicy.analysis.reach.possible import Between, Possible, Sets, Words, exactly, only_value
from tierpolicy.analysis.reach.raising import parts_of, prepared, values_at
from tierpolicy.analysis.reach.search import Box, Place
from tierpolicy.cells.line import coordinate
from tierpolicy.model.expressions import CompareOp
from tierpolicy.model.policy import Policy
from tierpolicy.model.reads import deciding
from tierpolicy.model.types import Type
from tierpolicy.model.values import MISSING, Known, NotOffered, Value, equal
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.semantics.counting import Deliberation
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.evaluate import value_of
from tierpolicy.semantics.read import Reading, read


def is_among(value: Value, found: Possible, type_: Type) -> bool:
    """Whether a value is one of those that there may be."""
    if value is MISSING:
        return found.missing
    if isinstance(value, NotOffered):
        return found.none is not None
    match found.shape:
        case Between(low, high):
            return low <= coordinate(value, type_) <= high
        case Sets(surely, perhaps):
            return isinstance(value, frozenset) and surely <= value <= perhaps
        case Words(options):
            return options is None or value in options
        case None:
            return False


def some_box(facts: tuple[Fact, ...], cuts: dict[str, list[int]], chance: random.Random) -> tuple[Box, Place]:
    """A part of what facts can be raised to, and a place in it; near what the policy compares them with."""
    box: list[tuple[int, int]] = []
    for fact in facts:
        for low, high in fact.ranges:
            near = [low, high, low + 1, (low + high) // 2, *cuts.get(fact.field.name, ())]
            near += [at + step for at in near for step in (-1, 1, 7, 100)]
            ends = sorted(chance.choice([at for at in near if low <= at <= high]) for _ in range(2))
            box.append((ends[0], ends[1] if chance.random() < 0.9 else ends[0]))
    return tuple(box), tuple(chance.choice([low, high, chance.randint(low, high)]) for low, high in box)


def unlike(text: PolicyText | str, chance: random.Random) -> list[str]:
    """What a range leaves out though the evaluator decides it, as words; for one policy and some records."""
    policy = elaborated(text)
    known = prepared(policy)
    wrong: list[str] = []
    for _ in range(4):
        record, request = RecordWriter(policy, literals(policy), chance).record()
        reading = read(policy, record, request)
        base = deliberate(policy, reading, TODAY, known.index)
        conditions = tuple(deciding(policy))
        fields = chance.sample(list(policy.fields.values()), min(len(policy.fields), chance.randint(1, 2)))
        facts = tuple(f for each in fields if (f := fact_of(each, reading.values[each.name], conditions)) is not None)
        if facts:
            cuts = cuts_of([fact.field for fact in facts if not fact.is_set], conditions, base.situation)
            wrong += _unlike_in(policy, reading, base, facts, *some_box(facts, dict(cuts), chance))
    return wrong


def _unlike_in(
    policy: Policy, reading: Reading, base: Deliberation, facts: tuple[Fact, ...], box: Box, place: Place
) -> list[str]:
    known = prepared(policy)
    raised = frozenset(fact.field.name for fact in facts)
    after = deliberate(policy, Reading({**reading.values, **values_at(facts, place)}, ()), TODAY, known.index)
    wrong = []
    for part in (box, tuple((at, at) for at in place)):
        ground = Ground(base, known.index.expressions, raised, known.index.moved_by(raised))
        view = View(ground, {fact.field.name: fact.within(ends) for fact, ends in parts_of(facts, part)})
        decide_within(view, frozenset(policy.attributes))
        for name, found in view.decided.items():
            value, type_ = after.situation.decided[name], policy.attributes[name].type
            if not is_among(value, found, type_):
                wrong.append(f"{name} is {value}, which isn't in {found}, for {values_at(facts, place)} in {part}")
            single = only_value(found, type_)
            if part is not box and (single is None or single is MISSING or not equal(single, value)):
                wrong.append(f"{name} is {value} at {place}, said to be {found}")
        for define in policy.defines.values():
            value = value_of(define.expression, after.situation)
            if not is_among(value, possible(define.expression, view), define.type):
                wrong.append(f"{define.name} is {value}")
    return wrong


@settings(max_examples=50, deadline=None)
@given(policy_texts(), st.randoms(use_true_random=False))
def test_a_range_holds_what_is_decided_within_it(text: PolicyText, chance: random.Random) -> None:
    assert unlike(text, chance) == []


# ---------------------------------------------------------------- mistakes that must be seen


def only_the_first_corner(values: Iterable[Value], type_: Type, *, missing: bool) -> Possible:
    return exactly(next(iter(values)), type_)


def never_unknown(op: CompareOp, left: Possible, right: Possible) -> Possible:
    found = compared(op, left, right)
    return Possible(found.shape or Between(0, 0))


def every_limit_counts(attribute: Attribute, worst: Known, best: Known, caps: Iterable[Said]) -> tuple[Known, Known]:
    return limited(attribute, worst, best, [replace(cap, surely=True) for cap in caps])


def all_that_may_be_given_is(attribute: Attribute, grants: list[Said]) -> tuple[Known, Known]:
    return granted(attribute, [replace(grant, surely=True) for grant in grants])


compared, limited, granted = comparisons.compared, decisions._limited, decisions._granted
PLANTED = [
    (calculations, "_hull", only_the_first_corner),
    (expressions, "compared", never_unknown),
    (decisions, "_limited", every_limit_counts),
    (decisions, "_granted", all_that_may_be_given_is),
]


@pytest.mark.parametrize(("module", "name", "mistaken"), PLANTED, ids=lambda each: getattr(each, "__name__", each))
def test_a_planted_mistake_is_seen(
    module: ModuleType, name: str, mistaken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, mistaken)
    assert seen()


def test_without_a_mistake_nothing_is_seen() -> None:
    assert not seen()


def seen() -> bool:
    """Whether a few policies in which much depends on few facts show something wrong."""
    return any(unlike(FIELDS + text, random.Random(seed)) for text in TELLING for seed in range(25))


TELLING = (
    "rule r: level = top\nlimit l: if a >= 6 then level at most mid\n",
    "rule r: if b < 9 then wait = 30 - a\nrule s: if k > a then wait = 2\n",
    "rule r: if a * b > 20 then points = a\nrule s: if s = hot then points = b * 2\n",
    'rule r: if not (k > a) then word = "w"\nrule s: if k is missing or b > 3 then level = mid\n',
)
