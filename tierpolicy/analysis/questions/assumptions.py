"""Assumptions that nobody meets (language.md §5, §7): then everything would be proved, of nobody.

A record doesn't break an assumption of which it lacks the facts. So the question is not whether some record breaks none
(one without any facts mostly does), but whether there is a customer of whom all are true.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tierpolicy.analysis.answer import Answer, Found, GaveUp, NoneSuch, Question, Settled
from tierpolicy.analysis.claims import CUSTOMER
from tierpolicy.analysis.goal import TRUE_ONLY, All, Goal, Side, Truth
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import brief, listed, not_settled
from tierpolicy.cells.ranges import may_be_missing
from tierpolicy.cells.reads import fields_in
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related
from tierpolicy.model.policy import Assumption

MOST_TRIED = 50
"""Assumptions that are left out one by one to see which contradict one another."""


def subjects(session: Session) -> int:
    return 1 if session.policy.assumptions else 0


def answers(session: Session) -> Iterator[Answer]:
    assumptions = session.policy.assumptions
    if not assumptions:
        return
    subject = assumptions[0].origin.name
    match _settled(session, assumptions):
        case Found():
            yield Answer(subject, "proved")
        case NoneSuch():
            yield Answer(subject, "refuted", diagnostic=_finding(session, assumptions))
        case GaveUp(reason):
            what = "whether anybody meets the assumptions"
            note = not_settled(what, reason, assumptions[0].origin.span, "show such a customer in an example")
            yield Answer(subject, "unknown", reason, note)


def _settled(session: Session, assumptions: tuple[Assumption, ...]) -> Settled:
    """Whether a customer meets all of these; the policy has no others meanwhile."""
    policy = replace(session.policy, assumptions=assumptions)
    met = tuple(Truth(CUSTOMER, each.condition, TRUE_ONLY) for each in assumptions)
    return session.settle(Goal((Side(CUSTOMER, policy),), All(met)))


def _contradicting(session: Session, assumptions: tuple[Assumption, ...]) -> tuple[Assumption, ...]:
    """Some of them that nobody meets together, none of which could be left out."""
    kept = assumptions
    for each in assumptions[:MOST_TRIED]:
        fewer = tuple(other for other in kept if other is not each)
        if fewer and isinstance(_settled(session, fewer), NoneSuch):
            kept = fewer
    return kept


def _finding(session: Session, assumptions: tuple[Assumption, ...]) -> Diagnostic:
    contradicting = _contradicting(session, assumptions)
    return _nobody(contradicting, _who_is_left(session, contradicting))


def _who_is_left(session: Session, contradicting: tuple[Assumption, ...]) -> str:
    """Whom proofs are about then: an assumption that is unknown of somebody isn't broken."""
    policy = session.policy
    read = dict.fromkeys(name for each in contradicting for name in sorted(fields_in(each.condition, policy)))
    lacked = [name for name in read if may_be_missing(policy.fields[name])]
    if not lacked or isinstance(session.settle(Goal((Side(CUSTOMER, policy),), All(()))), NoneSuch):
        return "proofs are about nobody then"
    return f"proofs are only about customers of whom {listed(lacked, 'or')} is missing then"


def _nobody(assumptions: tuple[Assumption, ...], left: str) -> Diagnostic:
    *others, last = assumptions
    text = brief(last.condition)
    if not others:
        return Diagnostic(
            codes.NOBODY_ASSUMED,
            f"no customer meets the assumption `{text}`",
            last.origin.span,
            help=f"{left}: mend the condition, or remove it",
        )
    return Diagnostic(
        codes.NOBODY_ASSUMED,
        f"no customer meets the assumption `{text}` together with {_count(len(others))}",
        last.origin.span,
        help=f"{left}: mend one of them, or remove it",
        related=tuple(Related(each.origin.span, f"`{brief(each.condition)}` is assumed here") for each in others),
    )


def _count(others: int) -> str:
    return "another one" if others == 1 else f"{others} others"


QUESTION = Question("asking whom the assumptions leave", subjects, answers, "somebody meets the assumptions")
