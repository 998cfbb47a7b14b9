"""One question asked of a policy's text, and what a test wants to know of its answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tests.check.reading import policy
from tierpolicy.analysis.answer import Answer, Question
from tierpolicy.analysis.session import Session
from tierpolicy.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True)
class Asked:
    """A question about the policy of a text."""

    question: Question
    text: str

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """By subject."""
        session = Session(policy(self.text))
        found = list(self.question.answers(session))
        assert len(found) == self.question.subjects(session)
        return {answer.subject: answer for answer in found}

    @property
    def verdicts(self) -> dict[str, str]:
        """By subject "proved", "refuted" or "unknown"; with the code where something is reported."""
        return {
            name: answer.verdict + (f" {answer.diagnostic.code.code}" if answer.diagnostic is not None else "")
            for name, answer in self.answers.items()
        }

    @property
    def only(self) -> Diagnostic:
        """The one finding that there is."""
        (found,) = (answer.diagnostic for answer in self.answers.values() if answer.diagnostic is not None)
        return found
