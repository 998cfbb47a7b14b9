"""The least place by the solver, for policies that calculate in ways that ranges don't see through.

Each answer of the engine is a record that was replayed, or a proof that there is none; so halving the range ends at the
least place, proved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

from tierpolicy.analysis.answer import Found, GaveUp, NoneSuch
from tierpolicy.analysis.goal import TRUE_ONLY, All, Goal, Side, Truth
from tierpolicy.analysis.reach.facts import Fact
from tierpolicy.analysis.reach.search import Box, Place
from tierpolicy.cells.line import place_of, value_at
from tierpolicy.model.expressions import Compare, CompareOp, Constant, Expr, FieldRef
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Flag

if TYPE_CHECKING:
    from tierpolicy.analysis.reach.raising import Fallback, Raising
    from tierpolicy.analysis.session import Session

SIDE = "raised"
SECONDS = 20
"""For all that is asked of the engine about one record."""


class TooHard(Exception):
    """Neither a place nor a proof; the text says why, as `GaveUp.reason` does."""


def least_by_solver(session: Session) -> Fallback:
    """The way to the least place by asking the session's engine."""
    variants: dict[int, tuple[Raising, Policy]] = {}
    ends = monotonic() + SECONDS

    def least(search: Raising, facts: tuple[Fact, ...], boxes: list[Box], first: int) -> Place | None:
        if any(fact.is_set for fact in facts):
            raise TooHard("a set can be raised in too many ways")
        _, policy = variants.setdefault(id(search), (search, _without_broken(search)))
        ask = _Asking(search, policy, session, facts, ends)
        found = [place for box in boxes if (place := _least_in(ask, box, first)) is not None]
        return min(found, key=lambda place: (place[first], *place), default=None)

    return least


def _without_broken(search: Raising) -> Policy:
    """The policy for any day, assuming only what the record keeps."""
    kept = tuple(each for each in search.policy.assumptions if any(each.condition is one for one in search.kept))
    return replace(search.policy, assumptions=kept, effective_from=None, effective_until=None)


@dataclass(frozen=True, slots=True)
class _Asking:
    """What every question to the engine is about, and when it is too late to ask another."""

    search: Raising
    policy: Policy
    session: Session
    facts: tuple[Fact, ...]
    ends: float


def _least_in(ask: _Asking, box: Box, first: int) -> Place | None:
    """The least place in one box: halved along one axis after the other."""
    at = _some_place(ask, box)
    if at is None:
        return None
    for axis in (first, *(each for each in range(len(box)) if each != first)):
        low, high = box[axis][0], at[axis]
        while low < high:
            middle = (low + high) // 2
            part = (*box[:axis], (low, middle), *box[axis + 1 :])
            lower = _some_place(ask, part)
            if lower is None:
                low = middle + 1
            else:
                at, high = lower, lower[axis]
        box = (*box[:axis], (high, high), *box[axis + 1 :])
    return at


def _some_place(ask: _Asking, box: Box) -> Place | None:
    """Any place in a box at which the target is reached; None where there is none."""
    if monotonic() > ask.ends:
        raise TooHard(f"it took longer than {SECONDS} seconds")
    search, facts = ask.search, ask.facts
    raised = {fact.field.name for fact in facts}
    within = [condition for fact, ends in zip(facts, box, strict=True) for condition in _within(fact, ends)]
    goal = Goal(
        sides=(Side(SIDE, ask.policy),),
        formula=All(tuple(Truth(SIDE, condition, TRUE_ONLY) for condition in (search.target, *within))),
        fixed={name: value for name, value in search.reading.values.items() if name not in raised},
        as_of=search.as_of,
    )
    match ask.session.settle(goal):
        case Found(cases):
            values = cases[0].values
            return tuple(place_of(values[fact.field.name], fact.field.type) for fact in facts)  # type: ignore[arg-type]
        case NoneSuch():
            return None
        case GaveUp(reason):
            raise TooHard(reason)


def _within(fact: Fact, ends: tuple[int, int]) -> tuple[Expr, ...]:
    """Conditions that hold the fact between two places."""
    type_ = fact.field.type
    named = FieldRef(fact.field.name, type_)
    if isinstance(type_, Flag):
        return (named,)
    bounds: tuple[tuple[CompareOp, int], ...] = ((">=", ends[0]), ("<=", ends[1]))
    return tuple(Compare(op, named, Constant(value_at(end, type_), type_)) for op, end in bounds)
