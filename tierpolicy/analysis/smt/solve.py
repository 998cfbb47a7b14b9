"""Settles goals with Z3: encodes, asks, runs what was found, and tells more where it didn't hold.

"There is none" is a proof, since encodings only ever allow too much. A record found is run by the plain evaluator.
Where it does not hold there, what was approximated on the way is told at the values met (`refine`) and the question is
asked again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import z3

from tierpolicy.analysis.answer import Found, GaveUp, NoneSuch, Settled
from tierpolicy.analysis.goal import Goal, Side
from tierpolicy.analysis.replay import holds
from tierpolicy.analysis.smt.asking import Asking, garbage_kept
from tierpolicy.analysis.smt.goals import day_term, formula_term, range_term
from tierpolicy.analysis.smt.logic import all_of, settled
from tierpolicy.analysis.smt.models import cases_of, plain_day
from tierpolicy.analysis.smt.refine import exactly, met, numbers_in, on_day, tell, tell_gaps, wish
from tierpolicy.analysis.smt.relevant import Facts
from tierpolicy.analysis.smt.sides import Book, SideTerms, new_book
from tierpolicy.model.policy import Policy

ROUNDS = 20
"""How often a record that did not hold is followed by another try."""

BOUNDS_FIRST = 4
"""How many of these records are met with bounds alone, before what can be told exactly is told so."""

WISHED = 0.3
"""The part of the time left that a question with a wish gets."""

MOST_FACTS = 1_000_000
MOST_SIDES = 200
"""What is kept between goals, before all of it is let go."""

DID_NOT_HOLD = "the record found did not hold when it was run"
"""The reason that must never be given: an encoding that allows too much where nothing is approximated."""


@dataclass(slots=True)
class Shelf:
    """What is kept between goals: encodings, and the last solver with the facts that it was told."""

    book: Book
    facts: Facts
    asking: Asking
    sides: dict[tuple[int, int, frozenset[str] | None], tuple[SideTerms, Policy]] = field(default_factory=dict)


def _new_shelf() -> Shelf:
    book = new_book()
    return Shelf(book, Facts(book.workspace), Asking(book.workspace))


class Solver:
    """Settles goals; keeps what it encoded for the next one."""

    def __init__(self) -> None:
        self._shelf = _new_shelf()

    def settle(self, goal: Goal, timeout: float) -> Settled:
        """Records for which the goal holds (they were run), none (proved), or why that stays open."""
        shelf = self._shelf
        if len(shelf.book.workspace.facts) > MOST_FACTS or len(shelf.sides) > MOST_SIDES:
            shelf = self._shelf = _new_shelf()
        with garbage_kept():
            return _settled(shelf, goal, timeout)


def _settled(shelf: Shelf, goal: Goal, timeout: float) -> Settled:
    """The time begins when all is encoded: that is done once for a policy, whichever goal comes first."""
    workspace = shelf.book.workspace
    sides = {side.name: _side_terms(shelf, goal, side) for side in goal.sides}
    term = all_of((formula_term(goal.formula, sides, workspace), range_term(goal, sides, workspace)), workspace)
    day = day_term(goal, sides, workspace)
    if settled(term) is False or settled(day) is False:
        return NoneSuch()
    _, reached = shelf.facts.relevant((term,))
    wishes: list[z3.BoolRef] = []
    today = shelf.book.world.today
    if today.value.get_id() in reached:
        term = all_of((term, day), workspace)
        wishes = on_day(plain_day(goal), today, met(workspace.approximations, shelf.facts, reached), workspace)
    return _asked_until(shelf, goal, sides, term, wishes, timeout)


def _asked_until(
    shelf: Shelf,
    goal: Goal,
    sides: dict[str, SideTerms],
    term: z3.BoolRef,
    wishes: list[z3.BoolRef],
    timeout: float,
) -> Settled:
    """Asks, runs what was found, tells more, and asks again. Nothing is proved by what is only wished."""
    workspace, deadline = shelf.book.workspace, time.monotonic() + timeout
    exact: list[z3.BoolRef] = []
    reason = DID_NOT_HOLD
    for tried in range(ROUNDS):
        asked = (term, *wishes, *exact)
        facts, reached = shelf.facts.relevant(asked)
        answer = shelf.asking.model_of(facts, asked, _until(deadline, wishes), apart=bool(exact))
        if not isinstance(answer, z3.ModelRef):
            if wishes:
                wishes = []
                continue
            return NoneSuch() if answer == z3.unsat else GaveUp(_reason(deadline, timeout, reason))
        cases = cases_of(goal, sides, answer, reached)
        if holds(goal, cases):
            return Found(cases)
        approximations = met(workspace.approximations, shelf.facts, reached)
        gaps = tell_gaps(numbers_in(sides, approximations, reached), answer, workspace)
        if not approximations and not gaps:
            return GaveUp(DID_NOT_HOLD)
        reason = tell(approximations, answer, workspace) or "rounding of numbers"
        if tried >= BOUNDS_FIRST:
            exact = exactly(approximations, workspace)
        wishes = wish(sides, approximations, answer, shelf.facts, reached, workspace)
    return GaveUp(reason)


def _until(deadline: float, wishes: list[z3.BoolRef]) -> float:
    """Where only a wish is asked for, time is left for asking without it."""
    left = deadline - time.monotonic()
    return deadline - left * (1 - WISHED) if wishes else deadline


def _side_terms(shelf: Shelf, goal: Goal, side: Side) -> SideTerms:
    differing = goal.differing if side.record else frozenset()
    key = (id(side.policy), side.record, differing)
    if key not in shelf.sides:
        record = side.record

        def record_of(name: str) -> int:
            return record if differing is None or name in differing else 0

        shelf.sides[key] = (SideTerms(shelf.book, side.policy, record_of), side.policy)
    return shelf.sides[key][0]


def _reason(deadline: float, timeout: float, reason: str) -> str:
    if reason != DID_NOT_HOLD:
        return reason
    if time.monotonic() >= deadline - 0.01:
        return f"it took longer than {timeout:g} second{'' if timeout == 1 else 's'}"
    return "it multiplies or divides two facts"
