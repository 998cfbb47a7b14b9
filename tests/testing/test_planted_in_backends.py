"""Trials find mistakes in what decides: each planted in the compiled policy or in the plain evaluator is said as such.

The mistakes are those that the conformance suite plants in the normal form and in both kinds of generated code, and
those that the laws plant in the plain evaluator, but for the few that change no value. Whatever a property is
about, its trial says that the evaluators disagree.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.test_planted import BITS, FLAT, NORMAL, replaced
from tests.properties.test_planted import BUGS
from tests.strategies.policies import Writer, elaborated
from tests.strategies.small import small_policy
from tierpolicy.compile.python import choosing, places
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.model.expressions import TRUE
from tierpolicy.model.policy import Always, Origin, Property
from tierpolicy.runtime.engine import Policy
from tierpolicy.source import Span
from tierpolicy.testing.suite import How
from tierpolicy.testing.trials import tried

Plant = Callable[[pytest.MonkeyPatch], None]

EVERYTHING = (Path(__file__).parent / "everything.tier").read_text(encoding="utf-8")
TEXTS = (
    EVERYTHING,
    *(small_policy(seed) for seed in (0, 10)),
    *(Writer(random.Random(seed)).policy().text for seed in (1, 10, 29)),
)
"""The first shows most; the others are such as take one of the roads that only some policies are decided by."""
SHOWN_LATE = {
    "bits: a bit too low": 1,
    "flat: dates begin a day late": 2,
    "bits: the last addend is lost": 3,
    "bits: conflicts aren't seen": 4,
    "normal form: boxes overlap": 5,
}
"""The first text that shows a mistake, where that is not the first of all: the search begins there, to save time."""
NO_VALUE = {
    # what is told beside the values
    "nothing is open",
    "nothing is noted",
    "unknown counts as false",
    "nothing downstream",
    "rows tried one way",
    # records that hold what no typed value is written as
    "whole floats stay floats",
    "a raw cut is one float too high",
}
ORIGIN = Origin("anything", "", Span("policy.tier", 0, 1))


def a_day_late(right: Callable[..., Any], draft: Any, variable: str, starts: Any, *more: Any, **named: Any) -> Any:
    later = tuple(each + 1 for each in starts) if variable == places.ORDINAL else starts
    return right(draft, variable, later, *more, **named)


PLANTED: dict[str, tuple[str, Plant]] = {
    **{f"normal form: {name}": ("bits", plant) for name, plant in NORMAL.items() if name not in NO_VALUE},
    **{f"flat: {name}": ("flat", plant) for name, plant in FLAT.items() if name not in NO_VALUE},
    "flat: dates begin a day late": ("flat", replaced(places, "OnLine", a_day_late)),
    **{f"bits: {name}": ("bits", plant) for name, plant in BITS.items() if name not in NO_VALUE},
    **{f"plain: {bug.name}": ("flat", bug.plant) for bug in BUGS if bug.name not in NO_VALUE},
}


def disagreements(middle: str, patch: pytest.MonkeyPatch, first: int = 0, seeds: int = 3) -> Iterator[str]:
    """What trials say of evaluators that disagree, of policies that are read and compiled now."""
    patch.setattr(choosing, "MIDDLES", {middle: choosing.MIDDLES[middle]})
    for seed, text in product(range(seeds), (*TEXTS[first:], *TEXTS[:first])):
        policy = elaborated(text)
        stated = Property(ORIGIN, Always(TRUE, None))
        finding = tried(Policy((replace(policy, properties=(stated,)),)), stated, How(seed=seed)).finding
        if finding is not None:
            assert finding.code is codes.EVALUATORS_DISAGREE
            yield finding.message


@pytest.mark.parametrize("name", PLANTED)
def test_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    middle, plant = PLANTED[name]
    plant(monkeypatch)
    assert next(disagreements(middle, monkeypatch, SHOWN_LATE.get(name, 0)), None), "no trial shows it"


@pytest.mark.parametrize("middle", choosing.MIDDLES)
def test_nothing_is_found_without(middle: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(disagreements(middle, monkeypatch, seeds=1)) == []
