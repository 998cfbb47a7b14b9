"""From a typed policy to the answers of every question of language.md §7, one question after the other.

Each question stands in a module of its own; `QUESTIONS` is the list of them, in the order in which they are asked. They
share one `Session`, so that what one has proved the next need not prove again. A property can be asked about by itself.
"""

from __future__ import annotations

from typing import assert_never

from tierpolicy.analysis.answer import Answer, Question
from tierpolicy.analysis.proofs import Progress, Proofs, unseen
from tierpolicy.analysis.questions import (
    always,
    arithmetic,
    assumptions,
    conflicts,
    costs,
    equal_treatment,
    influence,
    monotone,
    never_changes,
    never_true,
    otherwise,
    rising,
    sums,
    table_gaps,
    undecided,
    uniform,
)
from tierpolicy.analysis.session import DEFAULT_TIMEOUT, Session
from tierpolicy.model.policy import (
    Always,
    EqualTreatment,
    Never,
    NeverDependsOn,
    NeverLowers,
    Policy,
    Property,
    Share,
    Total,
)

QUESTIONS: tuple[Question, ...] = (
    assumptions.QUESTION,
    conflicts.QUESTION,
    never_true.QUESTION,
    never_changes.QUESTION,
    costs.QUESTION,
    table_gaps.QUESTION,
    rising.QUESTION,
    arithmetic.QUESTION,
    sums.QUESTION,
    always.QUESTION,
    monotone.QUESTION,
    influence.QUESTION,
    equal_treatment.QUESTION,
    uniform.QUESTION,
    undecided.QUESTION,
    otherwise.QUESTION,
)


def proved(
    policy: Policy,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    progress: Progress = unseen,
    questions: tuple[Question, ...] | None = None,
) -> Proofs:
    """The answers to all questions about a policy; `timeout` is the seconds that one search may take."""
    asked = QUESTIONS if questions is None else questions
    return answers_in(Session(policy, timeout), asked, progress)


def answers_in(session: Session, asked: tuple[Question, ...] = QUESTIONS, progress: Progress = unseen) -> Proofs:
    """The answers to questions about the policy of a session."""
    subjects = [question.subjects(session) for question in asked]
    total, before = sum(subjects), 0
    found: list[tuple[Question, Answer]] = []
    for question, many in zip(asked, subjects, strict=True):
        progress(question.name, before, total)
        for done, answer in enumerate(question.answers(session), start=1):
            found.append((question, answer))
            progress(question.name, before + min(done, many), total)
        before += many
    return Proofs(session.policy, tuple(found))


def answer_about(session: Session, stated: Property) -> Answer | None:
    """The answer about one property of the session's policy; None for a claim that is measured, not proved."""
    question = _question_about(stated)
    if question is None:
        return None
    before, session.only = session.only, frozenset({stated.origin.name})
    try:
        return next(question.answers(session))
    finally:
        session.only = before


def _question_about(stated: Property) -> Question | None:
    match stated.claim:
        case Always() | Never():
            return always.QUESTION
        case NeverLowers():
            return monotone.QUESTION
        case NeverDependsOn():
            return influence.QUESTION
        case EqualTreatment():
            return equal_treatment.QUESTION
        case Share() | Total():
            return None
        case _:
            assert_never(stated.claim)
