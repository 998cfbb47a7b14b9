"""Properties as subjects of questions: which of them a question answers, and whether a proved one is about anybody.

A property that holds because nobody meets its conditions promises nothing; mostly its condition says something else
than its author meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tierpolicy.analysis.answer import Answer, NoneSuch
from tierpolicy.analysis.goal import TRUE_ONLY, Formula, Goal, Side, Truth
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import brief
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.expressions import And, Expr
from tierpolicy.model.policy import Always, Claim, Property

CUSTOMER = "the customer"
ONE = "one customer"
OTHER = "another"


def about(session: Session, *claims: type[Claim]) -> Iterator[Property]:
    """The properties that make such a claim, of those that are asked about."""
    asked = (each for each in session.policy.properties if session.only is None or each.origin.name in session.only)
    return (stated for stated in asked if isinstance(stated.claim, claims))


def how_many(*claims: type[Claim]) -> Callable[[Session], int]:
    """How many properties make such a claim."""
    return lambda session: sum(1 for _ in about(session, *claims))


def where_true(stated: Property, *sides: str) -> tuple[Formula, ...]:
    """The property's `where` is true on each side."""
    return tuple(Truth(side, stated.where, TRUE_ONLY) for side in sides) if stated.where is not None else ()


def pair(session: Session) -> tuple[Side, Side]:
    """Two customers, decided by the same policy."""
    return Side(ONE, session.policy, 0), Side(OTHER, session.policy, 1)


# ---------------------------------------------------------------- properties about nobody


def unless_about_nobody(session: Session, stated: Property, answered: Answer) -> Answer:
    """The answer; for a proved property whose conditions nobody meets, with a warning that says so."""
    conditions = _conditions(stated)
    if answered.verdict != "proved" or answered.diagnostic is not None or not conditions:
        return answered
    if isinstance(met_by(session, conditions), NoneSuch) and somebody_is_assumed(session):
        return replace(answered, diagnostic=_about_nobody(stated, conditions))
    return answered


def met_by(session: Session, conditions: tuple[Expr, ...]) -> object:
    """What the engine says of a record for which the conditions are true."""
    met = conditions[0] if len(conditions) == 1 else And(conditions)
    goal = Goal((Side(CUSTOMER, session.policy),), Truth(CUSTOMER, met, TRUE_ONLY))
    return session.remembered(("met by", met), lambda: session.settle(goal))


def somebody_is_assumed(session: Session) -> bool:
    """False where nobody meets the assumptions: that is said once, not of every property."""
    assumed = tuple(each.condition for each in session.policy.assumptions)
    return not assumed or not isinstance(met_by(session, assumed), NoneSuch)


def _conditions(stated: Property) -> tuple[Expr, ...]:
    """The conditions that a customer must meet before the property says anything of them."""
    claim = stated.claim
    implying = (claim.condition,) if isinstance(claim, Always) and claim.implied is not None else ()
    return (stated.where, *implying) if stated.where is not None else implying


def _about_nobody(stated: Property, conditions: tuple[Expr, ...]) -> Diagnostic:
    said = " and ".join(brief(condition) for condition in conditions)
    return Diagnostic(
        codes.ABOUT_NOBODY,
        f"`{stated.origin.name}` is about nobody: `{said}` is true of no customer",
        conditions[-1].span or stated.origin.span,
        help="it holds, but promises nothing: say of whom it should hold, or remove it",
    )
