"""Whether a changed policy decides otherwise for anybody: a customer for whom it does, or that there is none, proved.

Customers at hand are tried first. Who remains undecided is asked of the proofs: the same comparison of two policies as
`diff` makes, of the attributes that the change touches, as one question.
"""

from __future__ import annotations

from dataclasses import dataclass

from tierpolicy.analysis.answer import Found, GaveUp, NoneSuch
from tierpolicy.analysis.comparison.side_by_side import NEW, OLD, Pair, side_by_side
from tierpolicy.analysis.goal import Any, Case, Differs, Goal
from tierpolicy.analysis.replay import decided
from tierpolicy.analysis.witness.simpler import simplified
from tierpolicy.analysis.world import allows
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import equal
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
    case = customer.case
    asked = customer.decided if difference.reads_decisions else {}
    if not difference.may_matter(case.values, case.as_of, asked):
        return False
    return bool(difference.decided_again(customer.deliberation))


def differing(new: Policy, customer: Customer) -> tuple[str, ...]:
    """The attributes that another policy decides otherwise for a customer."""
    after = decided(new, customer.case).situation.decided
    return tuple(name for name, value in customer.decided.items() if not equal(value, after[name]))


def goal_of(difference: Difference) -> tuple[Goal, Pair]:
    """Customers for whom an attribute that the change touches comes out otherwise."""
    pair = side_by_side(difference.old, difference.new)
    names = [name for name in difference.old.order if name in difference.touched]
    formula = Any(tuple(Differs(name, NEW, OLD) for name in names))
    return pair.goal(formula, frozenset(difference.old.fields)), pair


def plainest(difference: Difference, customer: Customer) -> Customer:
    """A customer as plain as they get, for whom the change still matters."""
    goal, _ = goal_of(difference)
    cases: tuple[Case, ...] = simplified(goal, (customer.case,))
    return Customer(difference.old, cases[0])
