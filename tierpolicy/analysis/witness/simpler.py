"""From records that a solver found to the plainest ones that still show the same thing.

Each change is tried by replaying the goal and kept where it still holds: fields to what an ordinary record has, both
records of a pair alike, then rounder values, then the smallest step between the two. What comes out is never worse
than what went in, and the work is bounded by counting replays, so the same input gives the same records.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from tierpolicy.analysis.goal import Case, Goal
from tierpolicy.analysis.replay import holds
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.witness.attempt import Asked, Attempt, attempt_at
from tierpolicy.analysis.witness.candidates import plainer, some_values
from tierpolicy.analysis.witness.pairs import alike, small_steps
from tierpolicy.cells.ranges import ORDINARY_DAY
from tierpolicy.cells.reads import depends_on_day
from tierpolicy.model.values import MISSING

ROUNDS = 3


def simplified(goal: Goal, cases: Sequence[Case], session: Session | None = None) -> tuple[Case, ...]:
    """The plainest records found for which the goal still holds. A session remembers which are plain."""
    before = tuple(cases)
    if session is not None and session.memory.get(_plain(before)) is before:
        return before
    attempt = attempt_at(goal, before)
    _simplify(attempt)
    after = attempt.cases if attempt.cases == before or holds(goal, attempt.cases) else before
    if session is not None:
        session.memory[_plain(after)] = after
    return after


def simplified_while(asked: Asked, goal: Goal, cases: Sequence[Case]) -> tuple[Case, ...]:
    """The plainest records found that `asked` is true of, which knows a shorter way than to replay the goal; the goal
    says what matters, and which values are plain."""
    attempt = attempt_at(goal, tuple(cases), asked)
    _simplify(attempt)
    return attempt.cases


def _plain(cases: tuple[Case, ...]) -> tuple[str, int]:
    """What a session remembers plain records by."""
    return ("plain cases", id(cases))


def _simplify(attempt: Attempt) -> None:
    read = {name for cone in attempt.cones.values() for name in cone.fields}
    _to_usual(attempt, [name for name in attempt.names if name not in read])
    _to_plain_day(attempt)
    alike(attempt)
    for _ in range(ROUNDS):
        before = attempt.cases
        _to_usual(attempt, _unusual(attempt))
        _to_plain_values(attempt)
        if attempt.cases == before:
            break
    small_steps(attempt)


def _unusual(attempt: Attempt) -> list[str]:
    """The fields in which the records are equal, and not ordinary."""
    return [name for name in attempt.names if not attempt.differs(name) and not attempt.is_usual(name)]


def _to_usual(attempt: Attempt, names: list[str]) -> None:
    """As many of the fields as may be to what is usual: all at once, else each half by itself."""
    waiting = [names]
    while waiting:
        some = waiting.pop()
        cases = tuple(
            replace(case, values={**case.values, **{name: usual[name] for name in some}})
            for case, usual in zip(attempt.cases, attempt.usual, strict=True)
        )
        if not attempt.keeps(cases) and len(some) > 1:
            waiting += [some[len(some) // 2 :], some[: len(some) // 2]]


def _to_plain_day(attempt: Attempt) -> None:
    """The first day of the policy, or one that it names, instead of any day."""
    for day in _plain_days(attempt):
        if attempt.keeps(tuple(replace(case, as_of=day) for case in attempt.cases)):
            return


def _plain_days(attempt: Attempt) -> Iterator[date]:
    starts = [policy.effective_from for policy in attempt.policies if policy.effective_from is not None]
    yield from sorted(starts, reverse=True)
    if any(depends_on_day(policy) for policy in attempt.policies):
        for constants in attempt.constants:
            yield from constants.days
    yield ORDINARY_DAY


def _to_plain_values(attempt: Attempt) -> None:
    """In each field the plainest value that will do, the same in all records."""
    for name in _unusual(attempt):
        value, type_, constants = attempt.cases[0].values[name], attempt.type_of(name), attempt.constants_of(name)
        options = some_values(type_, constants) if value is MISSING else plainer(value, type_, constants)
        for option in options:
            if attempt.keeps(attempt.with_everywhere(name, option)):
                break
