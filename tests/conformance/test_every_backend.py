"""Every backend gives exactly what the plain evaluator gives: values and their types, problems, what is undetermined.

Each run takes the same policies. A longer one, over as many more policies as asked for:

    CONFORMANCE=3000 python -m pytest tests/conformance/test_every_backend.py
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conformance.answers import Case, plain
from tests.conformance.backends import BACKENDS
from tests.conformance.judging import disagreements, smallest
from tests.conformance.sources import (
    DAY,
    EXAMPLES,
    case_files,
    cases_of,
    example_cases,
    example_policy,
    written,
)
from tests.strategies.policies import PolicyText, elaborated, policy_texts
from tests.strategies.records import records
from tierpolicy import Policy

MORE = int(os.environ.get("CONFORMANCE", "0"))
WRITTEN = 40 + MORE
CHUNK = 8
CASES = 30
COSTLY = 8  # of so many policies one is asked of costly backends


def agree(policy: Policy, cases: Sequence[Case], *, costly: bool = True) -> None:
    asked = [backend for backend in BACKENDS if costly or not backend.costly]
    found = next(disagreements(policy, cases, asked), None)
    assert found is None, str(smallest(found))


@pytest.mark.parametrize("start", range(0, WRITTEN, CHUNK))
def test_on_written_policies(start: int) -> None:
    for seed in range(start, start + CHUNK):
        policy = written(seed)
        agree(policy, cases_of(policy, random.Random(seed), CASES), costly=(seed // 8 + seed) % COSTLY == 0)


@pytest.mark.parametrize("name", EXAMPLES)
def test_on_example_policies(name: str) -> None:
    agree(example_policy(name), example_cases(name, random.Random(1), 60))


def test_on_the_case_files() -> None:
    for policy, cases in case_files().values():
        agree(policy, [*cases, *cases_of(policy, random.Random(2), 8)], costly=False)


@given(policy_texts(), st.data())
@settings(max_examples=12 + MORE // 10, deadline=None, suppress_health_check=list(HealthCheck))
def test_on_any_policy(text: PolicyText, data: st.DataObject) -> None:
    """As Hypothesis finds and makes them small."""
    policy = Policy((elaborated(text),))
    found = data.draw(st.lists(records(policy.versions[0]), min_size=1, max_size=6))
    agree(policy, [Case(record, request, DAY) for record, request in found], costly=False)


# ---------------------------------------------------------------- the suite looks at something


def test_cases_are_of_every_sort() -> None:
    seen: Counter[str] = Counter()
    for seed in range(16):
        policy = written(seed)
        for case in cases_of(policy, random.Random(seed), CASES):
            answer = plain(policy, case).answer
            seen["problems"] += bool(answer.problems)
            seen["undetermined"] += bool(answer.undetermined)
            seen["neither"] += not answer.problems and not answer.undetermined
            seen["another form"] += type(case.record) is not dict
            seen["a request"] += bool(case.request)
            seen["a day of its own"] += case.as_of.isoformat() != "2026-11-21"
            seen["all"] += 1
    assert min(seen.values()) > 0.05 * seen["all"], seen
