"""The statements that can matter for a record say the same of it as all: problems, and what is undetermined."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date

import pytest

from tests.bench.rules import random_rules
from tests.conformance.answers import Case, plain
from tests.conformance.sources import EXAMPLES, cases_of, example_cases, example_policy, plugin_installed, written
from tierpolicy import Policy, loads
from tierpolicy.cells.reads import indexed
from tierpolicy.compile import mattering as module
from tierpolicy.compile import possible
from tierpolicy.compile.mattering import Mattering, mattering
from tierpolicy.compile.normal import normal_form
from tierpolicy.semantics.decide import deliberate, outcome_of
from tierpolicy.semantics.outcome import Outcome
from tierpolicy.semantics.read import Reading

POLICIES = 24
CASES = 24


def told(policy: Policy, cases: list[Case]) -> Iterator[tuple[Outcome, Outcome, int, int]]:
    """For each case what all statements say and what those that can matter do, and how many these are of how many."""
    by_digest: dict[str, Mattering] = {}
    for case in cases:
        truth = plain(policy, case)
        typed = truth.typed
        if typed.digest not in by_digest:
            by_digest[typed.digest] = mattering(normal_form(typed))
        reading = Reading(truth.reading.values, ())
        whole = outcome_of(deliberate(typed, reading, case.as_of, indexed(typed)), reading)
        fewer, index = by_digest[typed.digest].policy_for(reading.values, case.as_of, whole.values)
        part = outcome_of(deliberate(fewer, reading, case.as_of, index), reading)
        counts = [len(each.rules) + len(each.limits) + len(each.baselines) for each in (fewer, typed)]
        yield whole, part, counts[0], counts[1]


def all_the_same(seeds: range) -> bool:
    with plugin_installed():
        for seed in seeds:
            policy = written(seed)
            for whole, part, _, _ in told(policy, cases_of(policy, random.Random(seed), CASES)):
                if (whole.undetermined, whole.problems) != (part.undetermined, part.problems):
                    return False
    return True


def test_the_few_say_what_all_say() -> None:
    with plugin_installed():
        for seed in range(POLICIES):
            policy = written(seed)
            for whole, part, _, _ in told(policy, cases_of(policy, random.Random(seed), CASES)):
                assert part == whole, str(policy.versions[-1].sources[0].text)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_few_say_what_all_say_of_examples(name: str) -> None:
    for whole, part, _, _ in told(example_policy(name), example_cases(name, random.Random(1), 24)):
        assert part == whole


def test_long_stretches_of_cells_find_more_but_never_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(possible, "STRETCHES", 2)
    assert all_the_same(range(POLICIES))


def test_few_of_many_statements_can_matter() -> None:
    rules = random_rules(1_000)
    policy = loads(rules.text)
    cases = [Case(json.loads(text), None, date(2026, 5, 1)) for text in rules.records(12, missing=0.2)]
    found = list(told(policy, cases))
    assert all(part == whole for whole, part, _, _ in found)
    assert sum(few for _, _, few, _ in found) < sum(every for *_, every in found) / 10


TABLE = """
policy "Rows that read what is decided" version "1" effective from 2026-01-01
customer {
    orders : integer
    visits : integer
}
service {
    level : low < high
    desk  : north < south
}
rule many_orders: if orders > 5 then level = high
table desks first match:
    | if level | if visits | then desk |
    | low      | any       | south     |
    | any      | > 3       | south     |
"""


def test_rows_below_one_that_reads_what_is_decided_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the orders known, the first row might be false, and the second would say the same."""
    policy, case = loads(TABLE), Case({"visits": 4}, None, date(2026, 5, 1))
    ((whole, part, _, _),) = told(policy, [case])
    assert [each.attributes for each in whole.undetermined] == [("level",)]
    assert part == whole
    monkeypatch.setattr(module, "_reads_attributes", lambda statement, policy: False)
    ((whole, part, _, _),) = told(policy, [case])
    assert part != whole, "the test sees nothing"


ALTERNATIVES = """
policy "True in one box, unknown in others" version "1" effective from 2026-01-01
customer {
    orders : integer
    visits : integer
}
service {
    level : low < high
}
rule both_ways: if (orders > 5 or visits > 5) and not (visits > 5) then level = high
"""


def test_more_than_comparisons_joined_by_and_may_be_unknown_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule is true in one box: more than five orders, at most five visits. Where visits are missing it is unknown
    however few the orders."""
    policy, case = loads(ALTERNATIVES), Case({"orders": 1}, None, date(2026, 5, 1))
    ((whole, part, _, _),) = told(policy, [case])
    assert [each.statement for each in whole.undetermined] == ["both_ways"]
    assert part == whole
    monkeypatch.setattr(possible, "_is_conjunction", lambda expr: True)
    ((whole, part, _, _),) = told(policy, [case])
    assert part != whole, "the test sees nothing"


# ---------------------------------------------------------------- mistakes that the tests must see


PLANTED = {
    "one true one less": (module._Asking, "true_one", lambda self, boxes: None),
    "the worse for the better": (module, "goodness", lambda attribute, value: (1, 0)),
}


@pytest.mark.parametrize("mistake", PLANTED)
def test_planted_mistakes_are_seen(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, wrong = PLANTED[mistake]
    monkeypatch.setattr(where, name, wrong)
    assert not all_the_same(range(40))
