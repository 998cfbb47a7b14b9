"""Bit vectors decide for one record as the plain evaluator does, also in the forms that only large policies take.

Those forms are tried on small policies, by taking down the sizes from which they are taken: blocks of boxes, axes
looked up together, searched ladders, loops instead of written tests.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Sequence
from typing import Any

import pytest

from tests.conformance.answers import Answer, Case, Truth, decision_answer
from tests.conformance.backends import Backend
from tests.conformance.judging import disagreements, smallest
from tests.conformance.sources import cases_of, plugin_installed, written
from tierpolicy import Policy
from tierpolicy.compile.python import bits_chain, bits_ladders, bits_sets, bits_stage, bits_sums
from tierpolicy.compile.python.bits_chain import bit_length
from tierpolicy.compile.python.bits_ladders import first_reached
from tierpolicy.compile.python.trees import combined
from tierpolicy.runtime.deciding import deciding


def decided(policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]) -> list[Answer]:
    """The decisions of bit vectors, however small the policy."""
    functions = {version.digest: deciding(version, "bits").function for version in policy.versions}
    return [
        decision_answer(functions[truth.typed.digest](case.record, case.request, case.as_of), policy, case)
        for case, truth in zip(cases, truths, strict=True)
    ]


BITS = Backend("bits", decided)
POLICIES = 24
CASES = 24

LARGE_FORMS = {
    "blocks": [(bits_chain, "MEMORY", 1)],
    "together": [(bits_chain, "TOGETHER_FROM", 0)],
    "blocks, together": [(bits_chain, "MEMORY", 8), (bits_chain, "TOGETHER_FROM", 0)],
    "a few statements": [(bits_chain, "IN_ONE_EXPRESSION", 1), (bits_sums, "BRANCHES", 2)],
    "searched": [(bits_ladders, "MOST_IN_A_TREE", 0), (bits_sets, "MOST_WRITTEN", 0)],
}


def found_wrong(seeds: range) -> str | None:
    """What the first policy shows of which a decision is wrong."""
    with plugin_installed():
        for seed in seeds:
            policy = written(seed)
            found = next(disagreements(policy, cases_of(policy, random.Random(seed), CASES), [BITS]), None)
            if found is not None:
                return str(smallest(found))
    return None


@pytest.mark.parametrize("form", LARGE_FORMS)
def test_large_forms_decide_as_small_ones(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in LARGE_FORMS[form]:
        monkeypatch.setattr(module, name, value)
    assert (wrong := found_wrong(range(POLICIES))) is None, wrong


# ---------------------------------------------------------------- mistakes that the tests must see


def _next_one(boxes: int, so_far: Sequence[int]) -> int:
    return min(first_reached(boxes, so_far) + 1, len(so_far))


def _best_alone(self: Any, boxes: int) -> int | None:
    return max((value for value, mask in self.said if boxes & mask), default=None)


def _half(boxes: ast.expr) -> ast.expr:
    return combined(bit_length(boxes), ast.RShift(), ast.Constant(1))


PLANTED: dict[str, tuple[object, str, object]] = {
    "rows needn't be true": (bits_stage.Confirmed, "row", lambda self, row, cells: row),
    "the next best": (bits_ladders, "first_reached", _next_one),
    "no bits": (bits_sets, "bits_in", lambda boxes, pairs: 0),
    "the largest instead of the sum": (bits_sums._Sum, "__call__", _best_alone),
    "another box for the highest": (bits_ladders, "bit_length", _half),
}


@pytest.mark.parametrize("mistake", PLANTED)
def test_planted_mistakes_are_seen(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in LARGE_FORMS["searched"]:
        monkeypatch.setattr(module, name, value)
    where, name, wrong = PLANTED[mistake]
    monkeypatch.setattr(where, name, wrong)
    assert found_wrong(range(40)) is not None
