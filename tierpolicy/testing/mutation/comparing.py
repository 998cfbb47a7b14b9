"""Whether a changed policy decides otherwise for anybody: a customer for whom it does, or that there is none, proved.

Customers at hand are tried first. Who remains undecided is asked of the proofs: the same comparison of two policies as
`diff` makes, of the attributes that the change touches, as one question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tierpolicy.analysis.answer import Found, GaveUp, NoneSuch
from tierpolicy.analysis.comparison.side_by_side import NEW, OLD, Pair, side_by_side
from tierpolicy.analysis.goal import Any, Case, Differs, Goal, Side
from tierpolicy.analysis.witness.simpler import simplified_while
from tierpolicy.analysis.world import allows
from tierpolicy.model.values import Known
from tierpolicy.semantics.evaluate import Situation
from tierpolicy.testing.mutation.crowd import Crowd, Customer
from tierpolicy.testing.mutation.differing import Difference
from tierpolicy.testing.mutation.proving import Proving


@dataclass(frozen=True, slots=True)
class Same:
    """Nobody's decision differs, proved."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Somebody's decision differs."""

    customer: Customer


@dataclass(frozen=True, slots=True)
class NotSettled:
    """Neither; `reason` ends the sentence "this could not be settled: …"."""

    reason: str


Compared = Same | Apart | NotSettled


def compared(difference: Difference, crowd: Crowd, proofs: Proving) -> Compared:
    """Whether anybody notices the change."""
    if difference.nothing:
        return Same()
    for customer in crowd.all():
        if is_apart(difference, customer) and allows(difference.old, customer.case):
            return Apart(customer)
    match proofs.of(difference.old).settle(goal_of(difference)[0]):
        case NoneSuch():
            return Same()
        case GaveUp(reason):
            return NotSettled(reason)
        case Found(cases):
            return Apart(Customer(difference.old, cases[0]))


def is_apart(difference: Difference, customer: Customer) -> bool:
    """True where the two policies decide otherwise for a customer."""
    return bool(differing(difference, customer))


def differing(difference: Difference, customer: Customer) -> Mapping[str, Known]:
    """What is decided otherwise for a customer after the change, and how."""
    case = customer.case
    asked = customer.decided if difference.reads_decisions else {}
    if not difference.may_matter(case.values, case.as_of, asked):
        return {}
    return difference.decided_again(customer.deciding(difference.asks))


def after(difference: Difference, customer: Customer) -> Situation:
    """All that is known of a customer when the changed policy has decided."""
    decided = {**customer.decided, **differing(difference, customer)}
    return Situation(difference.new, customer.case.values, customer.case.as_of, decided)


def goal_of(difference: Difference) -> tuple[Goal, Pair]:
    """Customers for whom an attribute that the change touches comes out otherwise."""
    pair = side_by_side(difference.old, difference.new)
    names = [name for name in difference.old.order if name in difference.touched]
    formula = Any(tuple(Differs(name, NEW, OLD) for name in names))
    return pair.goal(formula, frozenset(difference.old.fields)), pair


def plainest(difference: Difference, customer: Customer) -> Customer:
    """A customer as plain as they get, for whom the change still matters."""
    last = customer

    def still_apart(cases: tuple[Case, ...]) -> bool:
        nonlocal last
        found = Customer(difference.old, cases[0], last)
        if not allows(difference.old, found.case) or not is_apart(difference, found):
            return False
        last = found
        return True

    simplified_while(still_apart, _about(difference), (customer.case,))
    return last


def _about(difference: Difference) -> Goal:
    """What a change is about: the attributes that it touches, and what they are decided by."""
    touched = (Differs(name, OLD, OLD) for name in difference.touched)
    return Goal((Side(OLD, difference.old),), Any(tuple(touched)))
