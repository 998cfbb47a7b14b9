"""What the recorder counts is what the explanations say: counted again here, record by record, the slow way."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest

from tests.strategies.policies import Writer, elaborated
from tests.strategies.records import RecordWriter, literals
from tierpolicy.model.expressions import AttributeRef, DefineRef, Expr, FieldRef, Today
from tierpolicy.model.policy import Policy, Rule
from tierpolicy.model.reads import walk_through
from tierpolicy.model.types import FLAG
from tierpolicy.model.values import MISSING, Value
from tierpolicy.model.words import expression_text
from tierpolicy.semantics.counting import Given
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.explain import Weighed, explain_reading
from tierpolicy.semantics.index import statements
from tierpolicy.semantics.outcome import Explanation, Trace
from tierpolicy.semantics.read import Reading, read
from tierpolicy.semantics.trace import traced
from tierpolicy.source import Span
from tierpolicy.testing.coverage import Coverage, Recorder, recording
from tierpolicy.testing.coverage.data import BYS, Counts
from tierpolicy.testing.coverage.looking import looked_at
from tierpolicy.testing.suite import By

SEEDS = range(30)
DAYS = (date(2025, 12, 31), date(2026, 7, 1), date(2027, 1, 1))

Asked = tuple[Reading, date, By]
Counted = Counter[tuple[str, str, str, By]]
"""How often, by what is counted, of what, what it was, and for whom."""


@cache
def asked_of(seed: int) -> tuple[Policy, tuple[Asked, ...]]:
    """A generated policy and customers for it, of every kind."""
    policy = elaborated(Writer(random.Random(seed)).policy())
    chance, near = random.Random(seed), literals(policy)
    raws = [RecordWriter(policy, near, chance).record() for _ in range(9)]
    return policy, tuple((read(policy, *raw), DAYS[at % 3], BYS[at // 3 % 3]) for at, raw in enumerate(raws))


def counted_slowly(policy: Policy, asked: tuple[Asked, ...]) -> Counted:
    """Everything that coverage counts, from explanations and the traces of conditions."""
    found: Counted = Counter()
    for reading, as_of, by in asked:
        explanation = explain_reading(policy, reading, as_of)
        found.update((*each, by) for each in _statements(policy, explanation, as_of))
        situation = deliberate(policy, reading, as_of).situation
        for name, define in policy.defines.items():
            truths = dict(_leaves(traced(define.expression, situation), policy))
            found.update((*_said("comparison", f"{name}: {text}", truth), by) for text, truth in truths.items())
    return found


def _statements(policy: Policy, explanation: Explanation, as_of: date) -> Iterator[tuple[str, str, str]]:
    stopped = _unreached(policy, explanation)
    made = {
        clause.statement
        for why in explanation.whys.values()
        if why.origin != "conflict"
        for clause in (*why.decided, *why.lowered, *why.raised)
    }
    for name, why_not in explanation.statements.items():
        statement = next(each for each in statements(policy) if each.origin.name == name)
        is_otherwise = isinstance(statement, Rule) and statement.otherwise
        gives_nothing = isinstance(statement, Rule) and not statement.grants
        if name in made or (gives_nothing and why_not.applied is True):
            yield "statement", name, "decided"
        if not statement.in_force.covers(as_of):
            yield "statement", name, "out of force"
        elif (name in stopped and not is_otherwise) or (is_otherwise and why_not.applied is False):
            yield "statement", name, "unreached"
        else:
            yield _said("statement", name, why_not.applied)
            truths = dict(_leaves(why_not.trace, policy))
            yield from (_said("comparison", f"{name}: {text}", truth) for text, truth in truths.items())
    for name, why in explanation.whys.items():
        if why.origin in ("worst", "default", "conflict"):
            yield "attribute", name, "fell back"


def _unreached(policy: Policy, explanation: Explanation) -> set[str]:
    found = set()
    for table in policy.tables:
        names = [policy.rules[row].origin.name for row in table.rows] if table.first_match else []
        own = [explanation.statements[name].trace.truth is True for name in names]
        found |= {name for at, name in enumerate(names) if any(own[:at])}
    return found


def _leaves(trace: Trace, policy: Policy) -> Iterator[tuple[str, Value]]:
    if trace.text in policy.defines:  # what is inside is the define's
        return
    if not trace.parts:
        yield trace.text, trace.truth
    for part in trace.parts:
        yield from _leaves(part, policy)


def _said(what: str, name: str, truth: Value) -> tuple[str, str, str]:
    return what, name, "unknown" if truth is MISSING else "true" if truth else "false"


def counted_by_recorder(policy: Policy, asked: tuple[Asked, ...]) -> Counted:
    """The same from coverage."""
    recorder = Recorder()
    for reading, as_of, by in asked:
        recorder(policy, reading, as_of, by)
    groups = looked_at(policy).groups
    as_traced = {c.span: expression_text(c.condition) for group in groups for c in group.comparisons if c.as_written}
    return Counter({each: times for each, times in _from(recorder.coverage(), as_traced) if times})


def _from(coverage: Coverage, as_traced: dict[Span, str]) -> Iterator[tuple[tuple[str, str, str, By], int]]:
    for file in coverage.files:
        for s in file.statements:
            named = {"true": s.fired, "false": s.missed, "unknown": s.unknown, "decided": s.decided}
            for what, counts in {**named, "out of force": s.out_of_force, "unreached": s.unreached}.items():
                yield from _by("statement", s.name, what, counts)
        for c in file.comparisons:
            text = as_traced.get(Span(file.path, c.place.start, c.place.end), c.text)
            for what, counts in {"true": c.true, "false": c.false, "unknown": c.unknown}.items():
                yield from _by("comparison", f"{c.inside}: {text}", what, counts)
        for f in file.fallbacks:
            yield from _by("attribute", f.attribute, "fell back", f.taken)


def _by(what: str, name: str, outcome: str, counts: Counts) -> Iterator[tuple[tuple[str, str, str, By], int]]:
    yield from (((what, name, outcome, by), getattr(counts, by)) for by in BYS)


def differences(seed: int) -> list[str]:
    """Where the recorder counts differently, and which comparisons it leaves out."""
    policy, asked = asked_of(seed)
    slowly, recorded = counted_slowly(policy, asked), counted_by_recorder(policy, asked)
    shown = {key[1] for key in recorded if key[0] == "comparison"}
    left_out = {key[1] for key in slowly if key[0] == "comparison"} - shown
    wanted = {key: times for key, times in slowly.items() if key[1] not in left_out}
    found = [f"{key}: {recorded[key]} times" for key in recorded if recorded[key] != wanted.get(key)]
    found += [f"{key}: not {times} times" for key, times in wanted.items() if key not in recorded]
    return found + [f"{name} is left out" for name in left_out if not _is_no_comparison(name, policy)]


def _is_no_comparison(name: str, policy: Policy) -> bool:
    """What a trace ends with and coverage leaves out: what is the same for every customer, what stands for `keep` and
    `then` of a tier, values, defines that no condition reads, and the heads of a matrix after their first mention."""
    inside, _, text = name.partition(": ")
    reads = {d.name: list(walk_through(d.expression, policy.defines)) for d in policy.defines.values()}
    defines = [
        each for each, read in reads.items() if any(isinstance(n, FieldRef | AttributeRef | Today) for n in read)
    ]
    same = {"today", *policy.fields, *policy.attributes, *defines}.isdisjoint(re.findall(r"\w+", text))
    sugar = inside.startswith("tier ") and text.startswith(("tier >= ", "current_tier >= "))
    value = inside in policy.defines and policy.defines[inside].type != FLAG
    read = {
        node.name
        for each in _conditions(policy)
        for node in walk_through(each, policy.defines)
        if isinstance(node, DefineRef)
    }
    return same or sugar or value or (inside in policy.defines and inside not in read) or inside.startswith("matrix_")


def _conditions(policy: Policy) -> Iterator[Expr]:
    yield from (each.condition for each in statements(policy))


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_are_those_of_the_explanations(seed: int) -> None:
    assert differences(seed) == []


# ---------------------------------------------------------------- planted mistakes


def _never_lowered(found: Weighed) -> Iterator[Given]:
    return iter((*found.decided, *found.raised))


def _conflicts_decide(found: Weighed) -> Iterator[Given]:
    return iter((*found.decided, *found.lowered, *found.raised))


def _losers_too(found: Weighed) -> Iterator[Given]:
    return iter((*found.decided, *found.lowered, *found.raised, *found.lost))


def _unknown_is_false(expr: Expr, situation: Situation) -> Value:
    truth = value_of(expr, situation)
    return False if truth is MISSING else truth


PLANTED: dict[str, tuple[str, object]] = {
    "limits that lowered are forgotten": ("made_by", _never_lowered),
    "a conflict counts as decided": ("made_by", _conflicts_decide),
    "what lost counts as decided": ("made_by", _losers_too),
    "unknown is counted as false": ("value_of", _unknown_is_false),
    "`otherwise` stops rows": ("_is_true", lambda row, deliberation: deliberation.truths[row.origin.name] is True),
    "no row stops those below": ("_is_true", lambda row, deliberation: False),
}


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_recorder_that_counts_wrongly_is_caught(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, instead = PLANTED[mistake]
    monkeypatch.setattr(recording, name, instead)
    assert any(differences(seed) for seed in SEEDS)


def test_counts_are_the_same_however_early_comparisons_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_VALUES", 1)
    assert [differences(seed) for seed in range(6)] == [[]] * 6
