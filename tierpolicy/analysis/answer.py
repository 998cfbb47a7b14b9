"""What comes out of a question: proved, refuted with a witness that was run, or unknown with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tierpolicy.analysis.goal import Case
from tierpolicy.diagnostics.diagnostic import Diagnostic

if TYPE_CHECKING:
    from tierpolicy.analysis.session import Session


# ---------------------------------------------------------------- what an engine says of a goal


@dataclass(frozen=True, slots=True)
class Found:
    """Records for which the goal holds, by the plain evaluator."""

    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class NoneSuch:
    """There are no such records: proved."""


@dataclass(frozen=True, slots=True)
class GaveUp:
    """Neither. `reason` ends the sentence "this could not be settled: …" in an author's words: "it multiplies two
    facts", "rounding of numbers", "a plugin's function", "it took longer than 10 seconds"."""

    reason: str


Settled = Found | NoneSuch | GaveUp


# ---------------------------------------------------------------- what a question says of the policy

Verdict = Literal["proved", "refuted", "unknown"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One question about one subject: a statement, an attribute, a field, a property, by its name in the policy.

    "proved" is the good news (no conflict, the property holds), "refuted" comes with a diagnostic that carries the
    witness, "unknown" with a note that gives `reason`.
    """

    subject: str
    verdict: Verdict
    reason: str = ""
    diagnostic: Diagnostic | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the table in language.md §7. `name` is said while it runs ("looking for rules that contradict one
    another"). `subjects` says how many answers will come, for the progress bar. `proved` is what a summary says where
    all of its answers are good news ("no two rules contradict one another"); '' where each is told by itself."""

    name: str
    subjects: Callable[[Session], int]
    answers: Callable[[Session], Iterator[Answer]]
    proved: str = ""
