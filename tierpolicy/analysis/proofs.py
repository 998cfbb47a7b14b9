"""What the questions say of one policy, gathered; and who watches while they are asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tierpolicy.analysis.answer import Answer, Question, Verdict
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Policy

Progress = Callable[[str, int, int], None]
"""Takes what is being done, how much of it is done and how much there is to do."""


def unseen(what: str, done: int, total: int) -> None:
    """The progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """Every answer about one policy, each with its question, in the order in which they were asked."""

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
