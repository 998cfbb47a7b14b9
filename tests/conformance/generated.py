"""The generated functions by themselves, before a runtime makes decisions of what they answer.

`of_program` asks the function of one middle about raw records. What it hands on as unusual has no answer here; the
notes that it makes must be there where there is something to tell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from unittest.mock import patch

from tests.conformance.answers import Answer, Case, Truth, exact_values
from tierpolicy import Policy
from tierpolicy.compile import normal
from tierpolicy.compile.python import bits_chain, bits_ladders, bits_sets, bits_sums, coding, program, spots
from tierpolicy.compile.python.parts import PROBLEMS, UNDETERMINED
from tierpolicy.model.policy import Policy as TypedPolicy


class Blank:
    """What a function fills in."""

    __slots__ = ("_given", "_notes", "_source", "_values", "_when")


class Filled(Blank):
    """What it makes of it."""

    __slots__ = ()


def _a_day(given: Any) -> date:
    return given


ANSWER = program.Answer(
    blank=Blank,
    finished=Filled,
    source=None,
    now=lambda: 0.0,
    today=lambda: date(2026, 11, 21),
    day_of=_a_day,
    safe=(-math.inf, math.inf),
)


def unusual(record: object, request: object, as_of: object) -> None:
    """What to do with a record that the function can't read: nothing."""


def function_of(typed: TypedPolicy, middle: program.Middle) -> Callable[..., Any]:
    return program.program(normal.normal_form(typed), middle, ANSWER).function(unusual)


@contextmanager
def limits_of_large_policies() -> Iterator[None]:
    """While it lasts, small policies are compiled as large ones are: in blocks, by tables, searched and not written."""
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


def of_large_program(
    middle: program.Middle, policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]
) -> list[Answer | None]:
    """The same, compiled as a large policy is."""
    with limits_of_large_policies():
        return of_program(middle, policy, cases, truths)


def of_program(
    middle: program.Middle, policy: Policy, cases: Sequence[Case], truths: Sequence[Truth]
) -> list[Answer | None]:
    functions = {version.digest: function_of(version, middle) for version in policy.versions}
    found: list[Answer | None] = []
    for case, truth in zip(cases, truths, strict=True):
        made = functions[truth.typed.digest](case.record, case.request, case.as_of)
        found.append(None if made is None else _answer(made, truth))
    return found


def _answer(made: Any, truth: Truth) -> Answer:
    values = dict(zip(truth.typed.attributes, made._values, strict=True))
    outside = [problem for problem in truth.answer.problems or () if problem.subject == "as_of"]
    told = len(truth.answer.problems or ()) > len(outside)
    wrong = [
        "problems aren't noted" * (told and not made._notes & PROBLEMS),
        "nothing undetermined is noted" * (bool(truth.answer.undetermined) and not made._notes & UNDETERMINED),
        "another class" * (type(made) is not Filled),
    ]
    return Answer(exact_values(values), said="; ".join(filter(None, wrong)))
