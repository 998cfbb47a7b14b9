"""The least raises of what a customer can earn that reach a target (language.md §6, ADR 0010).

    record, target ──▶ each earnable fact alone ──▶ each two together, below what one alone takes ──▶ at most ten steps

"Least" is proved: `reach` shows that no smaller raise gets there. A step raises facts only, within their declared
bounds, and breaks no `assume` that the record keeps. Where a policy isn't monotone, a still greater raise may lose the
target again; a step says what is reached at exactly its values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from tierpolicy.analysis.reach.facts import Fact
from tierpolicy.analysis.reach.pairs import pareto_least
from tierpolicy.analysis.reach.raising import Prepared, Raising, prepared, raising, values_at
from tierpolicy.analysis.reach.search import Box, OutOfBudget, Place, less_above
from tierpolicy.analysis.reach.solved import TooHard, least_by_solver
from tierpolicy.analysis.session import Session
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Date, Flag, Number, Scale, SetOf
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.semantics.read import Reading

MOST_STEPS = 10
MOST_PAIRS = 300
"""Pairs of facts that are looked at together."""

TAKES_TOO_LONG = "too many values make a difference"


@dataclass(frozen=True, slots=True)
class Raise:
    """One fact, from its value (MISSING where it isn't known) to a greater one. `more` is the difference where the type
    has one: of a set, the elements added; None for labels, flags and what was missing."""

    field: str
    before: Value
    after: Known
    more: Known | None


@dataclass(frozen=True, slots=True)
class Step:
    """Raises that together reach the target: one, or two."""

    raises: tuple[Raise, ...]


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Facts of which it stayed open whether (or how far) raising them together gets there."""

    fields: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class NextSteps:
    """What reaches the target. `fields` are the facts that were looked at: those that the customer can raise and the
    target depends on. With no `steps` and nothing `unknown`, it is proved that no raise of one or two of them gets
    there; `more_together` says that three or more might. `others` says that there are further steps."""

    reached: bool
    steps: tuple[Step, ...] = ()
    unknown: tuple[Unsettled, ...] = ()
    fields: tuple[str, ...] = ()
    more_together: bool = False
    others: bool = False


def next_steps(
    policy: Policy,
    reading: Reading,
    as_of: date,
    target: Expr,
    *,
    known: Prepared | None = None,
    session: Session | None = None,
) -> NextSteps:
    """The least raises of earnable fields with which the target is true of the record on the day."""
    known = known or prepared(policy)
    search = raising(known, reading, as_of, target, fallback=least_by_solver(session or Session(policy)))
    if search.reached:
        return NextSteps(True)
    unknown: list[Unsettled] = []
    alone = {fact.field.name: _alone(search, fact, unknown) for fact in search.facts}
    steps = [Step((_raise(fact, place),)) for fact in search.facts for place in alone[fact.field.name]]
    together, others = _together(search, alone, MOST_STEPS - len(steps), unknown)
    return NextSteps(
        False,
        tuple((*steps, *together)[:MOST_STEPS]),
        tuple(unknown),
        tuple(fact.field.name for fact in search.facts),
        _more_together(search) if not steps and not together and not unknown else False,
        others or len(steps) > MOST_STEPS,
    )


def _alone(search: Raising, fact: Fact, unknown: list[Unsettled]) -> list[Place]:
    """The least places of one fact: one, or for a set each least addition."""
    boxes = list(fact.raised())
    found: list[Place] = []
    try:
        while len(found) <= MOST_STEPS and (place := search.least((fact,), boxes)) is not None:
            found.append(place)
            boxes = [part for box in boxes for part in less_above(box, place)] if fact.is_set else []
    except (OutOfBudget, TooHard) as reason:
        unknown.append(Unsettled((fact.field.name,), _reason(reason)))
    return found


def _together(
    search: Raising, alone: dict[str, list[Place]], room: int, unknown: list[Unsettled]
) -> tuple[list[Step], bool]:
    """The Pareto-least raises of two facts, and whether there are others."""
    pairs = [pair for pair in combinations(search.facts, 2) if _worth_it(search, pair, alone)]
    if len(pairs) > MOST_PAIRS:
        names = tuple(fact.field.name for fact in search.facts)
        unknown.append(Unsettled(names, f"only {MOST_PAIRS} pairs of facts are looked at"))
        pairs = pairs[:MOST_PAIRS]
    steps: list[Step] = []
    others = False
    for left, pair in zip(range(len(pairs), 0, -1), pairs, strict=True):
        free = room - len(steps)
        try:
            if free < 1:
                others = others or search.least(pair, _region(pair, alone)) is not None
                continue
            places, rest = pareto_least(search, pair, list(_region(pair, alone)), max(1, free // left))
        except (OutOfBudget, TooHard) as reason:
            unknown.append(Unsettled(tuple(fact.field.name for fact in pair), _reason(reason)))
            continue
        others = others or rest
        steps += [Step(_raises(pair, place)) for place in places]
    return steps, others


def _worth_it(search: Raising, pair: tuple[Fact, Fact], alone: dict[str, list[Place]]) -> bool:
    return any(search.perhaps(pair, box) for box in _region(pair, alone))


def _region(pair: tuple[Fact, Fact], alone: dict[str, list[Place]]) -> Iterator[Box]:
    """Where both facts are raised, neither as far as it takes alone."""
    one, other = pair
    boxes = [(*left, *right) for left in one.raised() for right in other.raised()]
    ends: list[Place] = []
    for place in alone[one.field.name]:
        ends.append((*place, *(low for low, _ in other.ranges)))
    for place in alone[other.field.name]:
        ends.append((*(low for low, _ in one.ranges), *place))
    for end in ends:
        boxes = [part for box in boxes for part in less_above(box, end)]
    yield from boxes


def _more_together(search: Raising) -> bool:
    """Whether raising three or more facts might get there."""
    facts = search.facts
    return len(facts) > 2 and search.perhaps(facts, tuple(part for fact in facts for part in fact.ranges))


def _raises(facts: tuple[Fact, ...], place: Place) -> tuple[Raise, ...]:
    values = values_at(facts, place)
    return tuple(raise_of(fact, values[fact.field.name]) for fact in facts)


def _raise(fact: Fact, place: Place) -> Raise:
    return raise_of(fact, fact.value(place))


def raise_of(fact: Fact, after: Known) -> Raise:
    """The raise of a fact to a value."""
    return Raise(fact.field.name, fact.before, after, _more(fact, after))


def _more(fact: Fact, after: Known) -> Known | None:
    before = fact.before
    match fact.field.type:
        case SetOf() if isinstance(after, frozenset):
            return after - before if isinstance(before, frozenset) else after
        case Scale() | Flag():
            return None
        case _ if before is MISSING:
            return None
        case Date() if isinstance(before, date) and isinstance(after, date):
            return (after - before).days * 86_400
        case Number() if isinstance(before, float) and isinstance(after, float):
            return after - before
        case _:
            assert isinstance(before, int)
            assert isinstance(after, int)
            return after - before


def _reason(problem: Exception) -> str:
    return str(problem) if isinstance(problem, TooHard) else TAKES_TOO_LONG
