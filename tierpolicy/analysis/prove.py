"""From a typed policy to the answers of every question of language.md §7, one question after the other.

Each question stands in a module of its own; `QUESTIONS` is the list of them, in the order in which they are asked. They
share one `Session`, so that what one has proved the next need not prove again.
"""

from __future__ import annotations

from tierpolicy.analysis.answer import Answer, Question
from tierpolicy.analysis.proofs import Progress, Proofs, unseen
from tierpolicy.analysis.questions import (
    always,
    arithmetic,
    assumptions,
    conflicts,
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
from tierpolicy.model.policy import Policy

QUESTIONS: tuple[Question, ...] = (
    assumptions.QUESTION,
    conflicts.QUESTION,
    never_true.QUESTION,
    never_changes.QUESTION,
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
    session = Session(policy, timeout)
    subjects = [question.subjects(session) for question in asked]
    total, before = sum(subjects), 0
    found: list[tuple[Question, Answer]] = []
    for question, many in zip(asked, subjects, strict=True):
        progress(question.name, before, total)
        for done, answer in enumerate(question.answers(session), start=1):
            found.append((question, answer))
            progress(question.name, before + min(done, many), total)
        before += many
    return Proofs(policy, tuple(found))
