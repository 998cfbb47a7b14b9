"""Costs whose condition no customer meets: nothing is ever added up by them, which their author didn't mean."""

from __future__ import annotations

from collections.abc import Iterator

from tierpolicy.analysis.answer import Answer, GaveUp, NoneSuch, Question
from tierpolicy.analysis.claims import CUSTOMER
from tierpolicy.analysis.goal import TRUE_ONLY, Goal, Side, Truth
from tierpolicy.analysis.patience import Patience
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import brief, not_settled
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Cost, Policy


def answers(session: Session) -> Iterator[Answer]:
    patience = Patience(session)
    return (_answer(cost, session, patience) for cost in session.policy.costs)


def _answer(cost: Cost, session: Session, patience: Patience) -> Answer:
    name = cost.origin.name
    if not _meets(cost, session.policy):
        why = "no day on which it stands is one on which the policy is in effect"
        return Answer(name, "refuted", diagnostic=_never(cost, why, "mend its dates, or remove it"))
    settled = patience.settle(Goal((Side(CUSTOMER, session.policy),), Truth(CUSTOMER, cost.condition, TRUE_ONLY)))
    match settled:
        case NoneSuch():
            why = f"`{brief(cost.condition)}` is true of no customer"
            return Answer(name, "refuted", diagnostic=_never(cost, why, "mend its condition, or remove it"))
        case GaveUp(reason):
            help = "costs are counted all the same; nothing rests on this"
            subject = f'whether the cost "{name}" ever arises'
            return Answer(name, "unknown", reason, not_settled(subject, reason, cost.origin.span, help))
    return Answer(name, "proved")


def _meets(cost: Cost, policy: Policy) -> bool:
    """True where the cost stands on a day on which the policy is in effect."""
    starts = [day for day in (cost.in_force.start, policy.effective_from) if day is not None]
    ends = [day for day in (cost.in_force.end, policy.effective_until) if day is not None]
    return not starts or not ends or max(starts) <= min(ends)


def _never(cost: Cost, why: str, help: str) -> Diagnostic:
    message = f'the cost "{cost.origin.name}" never arises: {why}'
    return Diagnostic(codes.NEVER_TRUE, message, cost.origin.span, help)


QUESTION = Question(
    "looking for costs that never arise",
    lambda session: len(session.policy.costs),
    answers,
    "no cost that never arises",
)
