"""What can't be said in SQL: a reason while an expression is lowered, a refusal once its statement is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tierpolicy.model.policy import Policy
from tierpolicy.source import Span


class Unsupported(Exception):
    """Raised while lowering. The reason is the end of a sentence that begins with the statement."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Refusal:
    """A statement (or field) that can't be said in a dialect, where it stands, and why."""

    statement: str
    path: str
    line: int
    reason: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: " if self.path else ""
        return f"{place}`{self.statement}` {self.reason}"


class NotInSql(Exception):
    """The policy can't be said whole in the dialect; `refusals` name every statement that stands in the way."""

    def __init__(self, dialect: str, refusals: tuple[Refusal, ...]) -> None:
        super().__init__("\n".join(str(each) for each in refusals))
        self.dialect = dialect
        self.refusals = refusals


class UnusableTable(ValueError):
    """What was given as a table is none."""


@dataclass(slots=True)
class Refusals:
    """The refusals gathered while a policy is lowered, each statement once for each reason."""

    policy: Policy
    found: dict[tuple[str, str], Refusal] = field(default_factory=dict)

    @contextmanager
    def of(self, name: str, span: Span | None) -> Iterator[None]:
        """What is unsupported inside is a refusal of that statement."""
        try:
            yield
        except Unsupported as stopped:
            self.add(name, span, stopped.reason)

    def add(self, name: str, span: Span | None, reason: str) -> None:
        path, line = place_of(self.policy, span)
        self.found.setdefault((name, reason), Refusal(name, path, line, reason))


def place_of(policy: Policy, span: Span | None) -> tuple[str, int]:
    """The file and line of a span; nothing where there is none."""
    source = next((source for source in policy.sources if span is not None and source.path == span.path), None)
    if span is None or source is None:
        return "", 0
    return span.path, source.position(span.start).line
