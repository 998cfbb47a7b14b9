"""Two records of a goal: equal in as many fields as may be, and where they must differ, by the smallest step."""

from __future__ import annotations

from dataclasses import replace

from tierpolicy.analysis.witness.attempt import Attempt
from tierpolicy.analysis.witness.candidates import halfway, plainer, some_values, steps
from tierpolicy.model.types import SetOf, is_ordered
from tierpolicy.model.values import MISSING, Known, less


def alike(attempt: Attempt) -> None:
    """All fields in which two records differ to what one of them has: all at once, else each half by itself."""
    for at in range(1, len(attempt.cases)):
        waiting = [[name for name in attempt.names if attempt.differs(name)]]
        while waiting:
            some = waiting.pop()
            if any(_all_like(attempt, some, number) for number in (0, at)):
                continue
            if len(some) > 1:
                waiting += [some[len(some) // 2 :], some[: len(some) // 2]]


def _all_like(attempt: Attempt, names: list[str], number: int) -> bool:
    source = {name: attempt.cases[number].values[name] for name in names}
    return attempt.keeps(tuple(replace(case, values={**case.values, **source}) for case in attempt.cases))


def small_steps(attempt: Attempt) -> None:
    """In each field in which two records differ: both known, and as near to one another as may be."""
    for name in [name for name in attempt.names if attempt.differs(name) and attempt.has_one_type(name)]:
        for record in range(len(attempt.cases)):
            _become_known(attempt, name, record)
        if len(attempt.cases) == 2 and all(case.values[name] is not MISSING for case in attempt.cases):
            _narrow(attempt, name)


def _become_known(attempt: Attempt, name: str, record: int) -> None:
    if attempt.cases[record].values[name] is MISSING:
        for option in some_values(attempt.type_of(name), attempt.constants_of(name)):
            if attempt.keeps(attempt.with_each(name, {record: option})):
                return


def _narrow(attempt: Attempt, name: str) -> None:
    type_ = attempt.type_of(name)
    if isinstance(type_, SetOf):
        _by_one_element(attempt, name)
    elif not is_ordered(type_):
        _plainer_apart(attempt, name)
    elif not _by_a_named_step(attempt, name):
        # Far from everything that the policy names: nearer first, each by itself.
        _plainer_apart(attempt, name)
        if not _by_a_named_step(attempt, name):
            _by_halves(attempt, name)


def _plainer_apart(attempt: Attempt, name: str) -> None:
    for record in (0, 1):
        _plainer_in_one(attempt, name, record)


def _plainer_in_one(attempt: Attempt, name: str, record: int) -> None:
    value, other = attempt.cases[record].values[name], attempt.cases[1 - record].values[name]
    if value is MISSING:
        return
    for option in plainer(value, attempt.type_of(name), attempt.constants_of(name)):
        if option != other and attempt.keeps(attempt.with_each(name, {record: option})):
            return


def _rising(attempt: Attempt, name: str) -> tuple[int, Known, Known]:
    """The number of the record with the lower value, and both values."""
    one, other = (case.values[name] for case in attempt.cases)
    assert one is not MISSING
    assert other is not MISSING
    return (0, one, other) if less(one, other, attempt.type_of(name)) else (1, other, one)


def _by_a_named_step(attempt: Attempt, name: str) -> bool:
    """A step at one of the constants that the policy compares the field with."""
    first, low, high = _rising(attempt, name)
    found = steps(low, high, attempt.type_of(name), attempt.constants_of(name))
    return any(attempt.keeps(attempt.with_each(name, {first: one, 1 - first: other})) for one, other in found)


def _by_halves(attempt: Attempt, name: str) -> None:
    """What is lost between two values is lost in one half between them or in the other."""
    while attempt.replays > 0:
        first, low, high = _rising(attempt, name)
        middle = halfway(low, high, attempt.type_of(name))
        if middle is None:
            return
        lower, upper = {first: low, 1 - first: middle}, {first: middle, 1 - first: high}
        if not any(attempt.keeps(attempt.with_each(name, half)) for half in (upper, lower)):
            return


def _by_one_element(attempt: Attempt, name: str) -> None:
    """Two sets that differ in one element."""
    one, other = (case.values[name] for case in attempt.cases)
    assert isinstance(one, frozenset)
    assert isinstance(other, frozenset)
    smaller = 0 if one <= other else 1
    for label in sorted(one ^ other):
        for base in (frozenset[str](), one & other):
            if attempt.keeps(attempt.with_each(name, {smaller: base, 1 - smaller: base | {label}})):
                return
