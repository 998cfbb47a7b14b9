"""From a typed policy to the answers of every question of language.md §7, one question after the other.

Each question stands in a module of its own; `QUESTIONS` is the list of them, in the order in which they are asked. They
share one `Session`, so that what one has proved the next need not prove again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tierpolicy.analysis.answer import Answer, Question, Verdict
from tierpolicy.analysis.session import DEFAULT_TIMEOUT, Session
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Policy

QUESTIONS: tuple[Question, ...] = ()

Progress = Callable[[str, int, int], None]
"""Takes what is being looked for, how many subjects are done and how many there are, all questions together."""


def _unseen(name: str, done: int, total: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Proofs:
    """Every answer about one policy, each with its question."""

    policy: Policy
    answers: tuple[tuple[Question, Answer], ...]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What the answers report: refutations with their witnesses, and what could not be settled."""
        return tuple(answer.diagnostic for _, answer in self.answers if answer.diagnostic is not None)

    @property
    def counts(self) -> Mapping[str, Counter[Verdict]]:
        """How many answers of each verdict, by the name of the question; questions without subjects left out."""
        found: dict[str, Counter[Verdict]] = {}
        for question, answer in self.answers:
            found.setdefault(question.name, Counter())[answer.verdict] += 1
        return found


def proved(
    policy: Policy,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    progress: Progress | None = None,
    questions: tuple[Question, ...] | None = None,
) -> Proofs:
    """The answers to all questions about a policy; `timeout` is the seconds that one search may take."""
    watch = progress or _unseen
    asked = QUESTIONS if questions is None else questions
    session = Session(policy, timeout)
    subjects = [question.subjects(session) for question in asked]
    total, before = sum(subjects), 0
    found: list[tuple[Question, Answer]] = []
    for question, many in zip(asked, subjects, strict=True):
        watch(question.name, before, total)
        for done, answer in enumerate(question.answers(session), start=1):
            found.append((question, answer))
            watch(question.name, before + min(done, many), total)
        before += many
    return Proofs(policy, tuple(found))
