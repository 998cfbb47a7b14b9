"""A finding about policy text, as data: code, severity, spans, one sentence, help.

A user's mistake is a value of this type. Stages return them; `render` turns them into words.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from tierpolicy.frozen import frozen
from tierpolicy.source import Span


class Severity(Enum):
    """How bad a finding is; an error keeps the policy from being loaded."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@frozen
class Code:
    """One entry of the catalogue: a code that never changes meaning.

    `title` is a short phrase for lists (SARIF rule name, index of pages). The page is docs/errors/CODE.md.
    """

    code: str
    severity: Severity
    title: str


@frozen
class Related:
    """Another place that the finding speaks of, with what it says there."""

    span: Span
    message: str


@frozen
class Fix:
    """A safe replacement of the text at `span`."""

    span: Span
    replacement: str
    description: str


@frozen
class Diagnostic:
    """A finding. `message` is one sentence with what the user wrote in backticks; `help` says what to do next."""

    code: Code
    message: str
    span: Span | None
    help: str | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    witness: Mapping[str, Any] | None = None

    @property
    def severity(self) -> Severity:
        return self.code.severity


def has_errors(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> bool:
    """True where one of the findings is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)
