"""The generated functions, one middle of them or the other, asked about raw records.

`as_large` compiles small policies as large ones are: in blocks, by tables, searched instead of written out. `trusted`
asks the functions that check nothing about records that need no checking, made from the typed readings.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from unittest.mock import patch

from tests.conformance.answers import Answer, Case, Truth, decision_answer, exact
from tests.conformance.batches import raw_float
from tests.strategies.boundaries import units_per_whole
from tierpolicy import Policy
from tierpolicy.compile import normal
from tierpolicy.compile.python import bits_chain, bits_ladders, bits_sets, bits_sums, coding, spots
from tierpolicy.model.types import Choice, Scale, SetOf
from tierpolicy.model.values import MISSING, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.deciding import deciding


def of_middle(middle: str, policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]) -> list[Answer]:
    """The decisions of the functions with one middle."""
    functions = {version.digest: deciding(version, middle).function for version in policy.versions}
    return [
        decision_answer(functions[truth.typed.digest](case.record, case.request, case.as_of), policy, case)
        for case, truth in zip(cases, truths, strict=True)
    ]


@contextmanager
def limits_of_large_policies() -> Iterator[None]:
    """While it lasts, policies of any size take the roads of large ones."""
    with (
        patch.object(normal, "MOST_BOXES", 2),
        patch.multiple(bits_chain, MEMORY=1, TOGETHER_FROM=3, IN_ONE_EXPRESSION=2),
        patch.multiple(bits_ladders, MOST_IN_A_TREE=1),
        patch.multiple(bits_sets, MOST_WRITTEN=0),
        patch.multiple(bits_sums, BRANCHES=2),
        patch.multiple(spots, MOST_COMPARED=0),
        patch.multiple(coding, MOST_KEPT=1),
    ):
        yield


def as_large(middle: str, policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]) -> list[Answer]:
    """The same, compiled as a large policy is."""
    with limits_of_large_policies():
        return of_middle(middle, policy, cases, truths)


# ---------------------------------------------------------------- records that need no checking


def trusted(middle: str, policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]) -> list[Answer | None]:
    """What the functions that check nothing give for the values that the oracle read."""
    functions = {version.digest: deciding(version, middle).trusting for version in policy.versions}
    found: list[Answer | None] = []
    for place, (case, truth) in enumerate(zip(cases, truths, strict=True)):
        chance = random.Random(place)
        made = well_typed(truth, chance)
        if made is None:
            found.append(None)
            continue
        answer = functions[truth.typed.digest](*made, case.as_of)
        found.append(_answer(answer, truth))
    return found


def _answer(answer: Any, truth: Truth) -> Answer:
    service = [name for name, attribute in truth.typed.attributes.items() if not attribute.internal]
    wrong = "" if list(answer) == service and type(answer) is dict else f"it holds {list(answer)}"
    right = dict(truth.answer.python or ())
    python = tuple((name, exact(answer[name]) if name in answer else right[name]) for name in truth.typed.attributes)
    return Answer(truth.answer.values, python, said=wrong)


def well_typed(truth: Truth, chance: random.Random) -> tuple[dict[str, Any], dict[str, Any] | None] | None:
    """A record and a request that hold what was read, in the ordinary types; None where an amount has no exact one."""
    record: dict[str, Any] = {}
    request: dict[str, Any] = {}
    for name, field in truth.typed.fields.items():
        value = truth.reading.values[name]
        raw = None if value == field.default and chance.random() < 0.5 else _ordinary(value, field, chance)
        if raw is _NO_EXACT_ONE:
            return None
        _put(request if field.of_request and chance.random() < 0.8 else record, field.path or (name,), raw)
    return record, request if request or chance.random() < 0.5 else None


_NO_EXACT_ONE = object()


def _ordinary(value: Value, field: Field, chance: random.Random) -> Any:
    if value is MISSING:
        return None
    per_whole = units_per_whole(field)
    if per_whole is not None:
        assert isinstance(value, int)
        if abs(value) >= 2**53 - 1:
            return _NO_EXACT_ONE
        if value % per_whole == 0 and chance.random() < 0.3:
            return value // per_whole
        found = raw_float(value, per_whole, chance)
        return _NO_EXACT_ONE if found is None else found
    if isinstance(field.type, Scale | Choice):
        return chance.choice([value, *(s for s, label in field.spellings.items() if label == value)])
    if isinstance(field.type, SetOf):
        assert isinstance(value, frozenset)
        return chance.choice([list, set, tuple, frozenset])(sorted(value))
    assert isinstance(value, bool | int | float | str | date)
    return value


def _put(record: dict[str, Any], path: Sequence[str], raw: Any) -> None:
    for key in path[:-1]:
        record = record.setdefault(key, {})
    record[path[-1]] = raw
