"""What every reader of trees needs: spans in the whole file, and a list for the mistakes met on the way.

A statement is parsed by itself; its tree counts offsets from its own start. `Reading` knows where that start is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tierpolicy.diagnostics.diagnostic import Code, Diagnostic, Fix, Related
from tierpolicy.source import Span
from tierpolicy.syntax.tree import Branch, Token


@dataclass(slots=True)
class Reading:
    """One stretch of text being read: `places`: the offset in the file of each offset in it, where not `start` more."""

    path: str
    start: int
    findings: list[Diagnostic] = field(default_factory=list)
    places: Sequence[int] | None = None

    def stretch(self, start: int, end: int) -> Span:
        """The span in the file of offsets in the stretch."""
        if self.places is None:
            return Span(self.path, self.start + start, self.start + end)
        first = self.places[min(start, len(self.places) - 1)]
        return Span(self.path, first, max(first, self.places[min(end, len(self.places) - 1)]))

    def span(self, node: Branch | Token) -> Span:
        """The span of a tree or token: from its first leaf to its last; an empty tree is at the start."""
        start, end = (node.start, node.end) if node.start >= 0 <= node.end else (0, 0)
        if self.places is None:
            return Span(self.path, self.start + start, self.start + end)
        return self.stretch(start, end)

    def report(
        self,
        code: Code,
        message: str,
        span: Span,
        help: str | None = None,
        fix: Fix | None = None,
        related: tuple[Related, ...] = (),
    ) -> None:
        """Notes a mistake."""
        self.findings.append(Diagnostic(code, message, span, help, related, fix))


def branches(tree: Branch) -> list[Branch]:
    """The children that are trees."""
    return [child for child in tree.children if type(child) is Branch]


def tokens(tree: Branch) -> list[Token]:
    """The children that are tokens."""
    return [child for child in tree.children if isinstance(child, Token)]


def branch(tree: Branch, kind: str) -> Branch | None:
    """The first child tree of a kind."""
    return next((child for child in branches(tree) if child.data == kind), None)


def shortened(text: str, most: int = 40) -> str:
    """What the author wrote, short enough for a sentence."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
