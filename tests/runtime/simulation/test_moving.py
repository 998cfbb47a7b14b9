"""Who moves between two policies, against each row decided by both and compared value by value."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.simulation.plain import rows_of, written
from tests.strategies.policies import elaborated, policy_texts
from tests.strategies.records import records
from tierpolicy.analysis.comparison.ways import not_compared
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import Known, NotOffered, equal
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.pipeline import loads
from tierpolicy.runtime.simulation.moving import moves
from tierpolicy.runtime.simulation.results import Moves
from tierpolicy.semantics.lattice import at_least_as_good

DAY = date(2026, 11, 21)
Case = tuple[Policy, Policy, list[Mapping[str, Any]], random.Random]


def unseen(done: int, size: int) -> None:
    pass


def changed(policy: Policy, chance: random.Random) -> Policy:
    """The policy with some of its statements left out, but for rows of tables and unconditional baselines."""
    rows = {row for table in policy.tables for row in table.rows}
    return replace(
        policy,
        rules=tuple(
            replace(rule, grants=rule.grants if at in rows or chance.random() < 0.7 else ())
            for at, rule in enumerate(policy.rules)
        ),
        limits=tuple(each for each in policy.limits if chance.random() < 0.5),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    typed = elaborated(draw(policy_texts()))
    drawn = draw(st.lists(records(typed), max_size=8))
    chance = draw(st.randoms(use_true_random=False))
    other = changed(typed, chance)
    pair = (typed, other) if chance.random() < 0.5 else (other, typed)
    return *pair, [{**request, **record} for record, request in drawn], chance


@settings(max_examples=15)
@given(cases())
def test_moves_count_what_each_row_is_decided_by_both(case: Case) -> None:
    old, new, rows, chance = case
    with tempfile.TemporaryDirectory() as folder:
        base = written(Path(folder) / "base.jsonl", rows)
        found = moves(old, new, str(base), DAY, unseen)
        same(found, base)
        chance.shuffle(rows)
        written(base, rows)
        assert moves(old, new, str(base), DAY, unseen, rows_in_a_block=chance.choice([1, 2, 3])) == found


def same(found: Moves, base: Path) -> None:
    old, new = found.old, found.new
    counts: Counter[Any] = Counter()
    for before, after in zip(rows_of(old, base, found.as_of), rows_of(new, base, found.as_of), strict=True):
        ways = set()
        for change in found.changes:
            name = change.attribute
            one, other = before.value(name), after.value(name)
            way = way_of(old.attributes[name], one, other)
            ways.add(way)
            counts[name, way] += 1
            counts[name, _plain(one), _plain(other)] += 1
            if way == "worse":
                counts.update((name, "new", each.statement.origin.name) for each in set_of(after.weighed[name].lowered))
        better, worse = "better" in ways, "worse" in ways
        kinds = "mixed" if better and worse else "worse" if worse else "better" if better else ""
        counts[kinds or ("different" if "different" in ways else "same")] += 1
    for kind in ("better", "worse", "mixed", "different", "same"):
        assert getattr(found, kind) == counts[kind], kind
    for change in found.changes:
        name = change.attribute
        assert not_compared(change.old, change.new) == change.not_compared == ""
        for kind in ("better", "worse", "same", "different"):
            assert getattr(change, kind) == counts[name, kind], (name, kind)
        for move in change.matrix:
            assert move.customers == counts[name, _plain(move.old), _plain(move.new)]
        limits = {blame.statement.name: blame.statement.customers for blame in change.blames if blame.side == "new"}
        assert limits == {what[2]: n for what, n in counts.items() if what[:2] == (name, "new")}
        assert change.untraced == 0


def set_of(given: Any) -> list[Any]:
    """Each statement once, whatever it says."""
    return list({each.statement.origin.name: each for each in given}.values())


def _plain(value: Known) -> Any:
    return "none" if isinstance(value, NotOffered) else value


def way_of(attribute: Attribute, old: Known, new: Known) -> str:
    if equal(old, new):
        return "same"
    if attribute.direction is Direction.NONE:
        return "different"
    if isinstance(attribute.type, SetOf):
        if isinstance(new, NotOffered) or (isinstance(old, frozenset) and isinstance(new, frozenset) and old - new):
            return "worse"
        return "better"
    return "better" if at_least_as_good(attribute, new, old) else "worse"


# ---------------------------------------------------------------- by hand

HEAD = """\
policy "Shop" currency EUR
customer {
    id     : text key
    code   : text key sensitive
    spend  : money at least 0
    trade  : flag
}
service {
    priority : low < normal < high
    perks    : set of gift, lounge
    credit   : money at least 0 more is better
    greeting : text default "Hello"
}
baseline everyone: priority at least low
"""
OLD = HEAD + (
    "rule big: if spend >= 100 then priority = high, perks = {gift, lounge}, credit = 10\n"
    "rule some: priority = normal\n"
    'cost "gifts": if perks has gift then 3\n'
)
NEW = HEAD + (
    'rule big: if spend >= 200 then priority = high, perks = {gift}, credit = 10, greeting = "Hi"\n'
    "rule some: priority = normal, credit = 1\n"
    "limit trade: if trade then priority at most low\n"
    'cost "gifts": if perks has gift then 3.50\n'
)
ROWS = [
    {"id": "a", "code": "x1", "spend": 50},
    {"id": "b", "code": "x2", "spend": 150},
    {"id": "c", "code": "x3", "spend": 250, "trade": True},
    {"id": "d", "code": "x4"},
]


@pytest.fixture
def base(tmp_path: Path) -> str:
    return str(written(tmp_path / "base.jsonl", ROWS))


def moved(old: str, new: str, base: str, **asked: Any) -> Moves:
    return moves(loads(old).versions[0], loads(new).versions[0], base, DAY, unseen, **asked)


def test_four_customers(base: str) -> None:
    found = moved(OLD, NEW, base)
    assert (found.better, found.worse, found.mixed, found.different, found.same) == (2, 2, 0, 0, 0)
    assert not found.nobody_worse
    changes = {change.attribute: change for change in found.changes}
    priority = changes["priority"]
    assert [(m.old, m.new, m.customers) for m in priority.matrix] == [
        ("high", "normal", 1),
        ("high", "low", 1),
        ("normal", "normal", 2),
    ]
    blamed = [(b.side, b.statement.name, b.statement.customers) for b in priority.blames]
    assert blamed == [("new", "trade", 1), ("old", "big", 1)]  # c: the limit alone, the rule still gives high
    perks = changes["perks"]
    assert [(each.value, each.customers) for each in perks.lost] == [("gift", 1), ("lounge", 2)]
    credit = changes["credit"]
    assert (credit.totals, credit.gain, credit.loss) == ((2000, 1300), 200, 900)
    assert changes["greeting"].different == 1
    assert found.costs is not None
    assert [costs.total for costs in found.costs] == [600, 350]


def test_examples_are_the_first_and_sensitive_keys_are_masked(base: str) -> None:
    found = moved(OLD, NEW, base, examples=1)
    (example,) = found.examples
    assert (example.row, dict(example.keys)) == (2, {"id": "b", "code": "(hidden)"})
    assert [(each.attribute, each.old, each.new, each.statements) for each in example.differences] == [
        ("priority", "high", "normal", ("big",)),
        ("perks", frozenset({"gift", "lounge"}), frozenset(), ("big",)),
        ("credit", 1000, 100, ("big",)),
    ]
    assert len(moved(OLD, NEW, base, examples=9).examples) == 2
    assert moved(OLD, NEW, base).examples == ()


def test_labels_that_differ_are_compared_by_name(base: str) -> None:
    new = OLD.replace("low < normal < high", "low < normal < prompt < high").replace(
        "priority = high", "priority = prompt"
    )
    found = {change.attribute: change for change in moved(OLD, new, base).changes}["priority"]
    assert (found.better, found.worse, found.same) == (0, 2, 2)
    other = OLD.replace("low < normal < high", "low < swift < high").replace("normal", "swift")
    found = {change.attribute: change for change in moved(OLD, other, base).changes}["priority"]
    assert (found.different, found.same) == (2, 2)


def test_what_cannot_be_compared_and_what_is_no_longer_offered(base: str) -> None:
    new = OLD.replace("credit   : money at least 0 more is better", "credit   : money at least 0 less is better")
    new = new.replace('    greeting : text default "Hello"\n', "    hours : integer default 1\n")
    new = new.replace("baseline everyone: ", "baseline everyone: credit at most 10, ")
    found = moved(OLD, new, base)
    change = {change.attribute: change for change in found.changes}["credit"]
    assert change.not_compared == "it was more is better and is less is better"
    assert (found.no_longer, found.newly) == (("greeting",), ("hours",))
    assert not found.nobody_worse


def test_nobody_is_worse_off_by_the_same_policy(base: str) -> None:
    found = moved(OLD, OLD, base)
    assert (found.same, found.nobody_worse) == (4, True)
