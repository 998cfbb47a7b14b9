"""The suite catches broken backends: each mistake here is planted, and its own policies and records must show it.

| backend | planted | what comes of it |
|---|---|---|
| normal form | days are forgotten | a statement stands before and after its dates |
| normal form | unknown is true | missing data gives service |
| normal form | an alternative is lost | only the first of several boxes counts |
| normal form | a cut lies one too high | exactly the threshold is below it |
| normal form | values aren't drawn | what is given lies outside its attribute's bounds |
| normal form | rows have no order | every true row of a `first match` table counts |
| normal form | nothing is open | what missing data leaves undecided isn't told |
| normal form | boxes overlap | a sum counts one rule twice |
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import pytest

from tests.conformance.answers import Case, Truth, plain
from tests.conformance.backends import BACKENDS, Backend
from tests.conformance.judging import judged
from tests.conformance.sources import cases_of, written
from tierpolicy import Policy
from tierpolicy.cells import axes, regions
from tierpolicy.cells.axes import Axes
from tierpolicy.cells.regions import Wanted
from tierpolicy.compile import normal

MOST = 160
CASES = 24
Plant = Callable[[pytest.MonkeyPatch], None]


@cache
def question(seed: int) -> tuple[Policy, tuple[Case, ...], tuple[Truth, ...]]:
    """A policy with its cases and what the plain evaluator says of them, the same for every mistake."""
    policy = written(seed)
    cases = tuple(cases_of(policy, random.Random(seed), CASES))
    return policy, cases, tuple(plain(policy, case) for case in cases)


@cache
def backend_named(name: str) -> Backend:
    return next(backend for backend in BACKENDS if backend.name == name)


@dataclass(frozen=True)
class Mistake:
    backend: str
    name: str
    plant: Plant


def replaced(where: object, name: str, wrong: Callable[..., Any]) -> Plant:
    """Puts `wrong` in place of a function, which it gets as its first argument."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        right = getattr(where, name)
        if isinstance(where, type):
            patch.setattr(where, name, lambda self, *args, **more: wrong(partial(right, self), *args, **more))
        else:
            patch.setattr(where, name, partial(wrong, right))

    return plant


def higher_cuts(right: Callable[..., Any], cuts: Any, low: Any, high: Any, type_: Any) -> Any:
    return right([cut + 1 for cut in cuts], low, high, type_)


def unknown_is_true(right: Callable[..., Any], condition: Any, wanted: Wanted, *more: Any) -> Any:
    return right(condition, Wanted.NOT_FALSE if wanted is Wanted.TRUE else wanted, *more)


def only_the_first(right: Callable[..., Any], boxes: Any) -> Any:
    return right(list(boxes)[:1])


def no_order(right: Callable[..., Any], rows: Any, force: Any) -> None:
    return None


def what_is_true(right: Any, stage: int, condition: int) -> Any:
    return right.args[0].stages[stage].conditions[condition].region


MISTAKES = (
    Mistake("normal form", "days are forgotten", replaced(Axes, "days", lambda right, force: None)),
    Mistake("normal form", "unknown is true", replaced(regions.Regions, "where", unknown_is_true)),
    Mistake("normal form", "an alternative is lost", replaced(regions, "_either", only_the_first)),
    Mistake("normal form", "a cut lies one too high", replaced(axes, "line", higher_cuts)),
    Mistake("normal form", "values aren't drawn", replaced(normal, "drawn", lambda right, attribute, value: value)),
    Mistake("normal form", "rows have no order", replaced(normal._Speaking, "select", no_order)),
    Mistake(
        "normal form",
        "nothing is open",
        replaced(normal.Normal, "possible", what_is_true),
    ),
    Mistake("normal form", "boxes overlap", replaced(normal, "apart", lambda right, region, axes: region)),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.backend}: {mistake.name}")
def test_is_caught(mistake: Mistake, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = backend_named(mistake.backend)
    policies = [question(seed) for seed in range(8)]
    assert not any(list(judged(backend, *each)) for each in policies), "it is wrong without the mistake"
    mistake.plant(monkeypatch)
    asked = next((seed for seed in range(MOST) if next(judged(backend, *question(seed)), None)), None)
    assert asked is not None, f"{MOST} policies don't show it"


def test_every_backend_has_its_mistakes() -> None:
    counted = {backend.name: sum(m.backend == backend.name for m in MISTAKES) for backend in BACKENDS}
    assert {name for name, count in counted.items() if 0 < count < 6} == set()


def test_each_mistake_is_in_the_table() -> None:
    assert __doc__ is not None
    rows = {tuple(cell.strip() for cell in line.split("|")[1:3]) for line in __doc__.splitlines() if line[:1] == "|"}
    assert {(mistake.backend, mistake.name) for mistake in MISTAKES} == rows - {("backend", "planted"), ("---", "---")}
