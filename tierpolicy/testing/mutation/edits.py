"""A change of a policy as an edit of its text: a stretch, what comes instead, and how that is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tierpolicy.source import Source, Span

Kind = Literal[
    "threshold",
    "comparison",
    "and, or",
    "not",
    "label",
    "calculation",
    "condition",
    "clause",
    "statement",
    "value",
    "limit or rule",
    "baseline",
    "keep while",
    "cell",
    "row",
    "overrides",
    "date",
]
"""What authors get wrong. `condition`: a part of it is missing. `baseline`: it promises less."""

LONGEST_SAID = 40


@dataclass(frozen=True, slots=True)
class Edit:
    """`span` of a text (line ends as in `Source`) gives way to `replacement`. It takes as many lines as before, so that
    all that stands below keeps its line, by which statements without a head are known."""

    span: Span
    replacement: str

    def applied(self, text: str) -> str:
        """The text with the change."""
        return text[: self.span.start] + self.replacement + text[self.span.end :]


@dataclass(frozen=True, slots=True)
class Change:
    """One mistake that the author might have made. `says` is a short phrase: "`>` for `>=`"."""

    kind: Kind
    edit: Edit
    says: str


@dataclass(frozen=True, slots=True)
class Page:
    """A text as changes look at it. `bones` has its length; comments and what stands in quotes are blotted out of it: a
    word or sign found there is one of the language."""

    source: Source
    bones: str

    def text(self, span: Span) -> str:
        return self.source.slice(span)

    def found(self, pattern: str, start: int, end: int) -> Span | None:
        """The first place between two offsets where such a word or sign of the language stands."""
        met = re.compile(pattern, re.IGNORECASE).search(self.bones, start, end)
        return Span(self.source.path, *met.span()) if met else None

    def last(self, pattern: str, start: int, end: int) -> Span | None:
        """The last such place."""
        met = list(re.compile(pattern, re.IGNORECASE).finditer(self.bones, start, end))
        return Span(self.source.path, *met[-1].span()) if met else None

    def instead(self, kind: Kind, span: Span, new: str) -> Change:
        """The change that writes something else."""
        return Change(kind, Edit(span, new), f"`{said(new)}` for `{said(self.text(span))}`")

    def without(self, kind: Kind, start: int, end: int, what: str) -> Change:
        """The change that leaves a stretch out; `what` is it in words."""
        span = Span(self.source.path, start, end)
        return Change(kind, Edit(span, only_lines(self.text(span))), f"without {what}")

    def quoted(self, span: Span) -> str:
        """What the author wrote there, short enough for a sentence."""
        return f"`{said(self.text(span))}`"


def said(text: str) -> str:
    """A stretch of policy text in a sentence."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SAID else text[: LONGEST_SAID - 1].rstrip() + "…"


def only_lines(text: str) -> str:
    """The line ends of a text that is left out; what follows it on its last line stays as far indented as it was."""
    lines = text.split("\n")
    if len(lines) == 1:
        return ""
    last = lines[-1]
    return "\n" * (len(lines) - 1) + last[: len(last) - len(last.lstrip())]


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line of the text before and after; `before` and `after` are None where there is no such line."""

    number: int
    before: str | None
    after: str | None


def changed_lines(source: Source, edit: Edit) -> Iterator[ChangedLine]:
    """The lines in which two texts differ. A line that is blank afterwards was left out."""
    first = source.position(edit.span.start).line
    last = source.position(edit.span.end).line
    start = source.line_starts[first - 1]
    end = source.line_starts[last] if last < len(source.line_starts) else len(source.text)
    before = source.text[start:end]
    shift = Span(source.path, edit.span.start - start, edit.span.end - start)
    after = Edit(shift, edit.replacement).applied(before)
    for number, (old, new) in enumerate(zip(before.split("\n"), after.split("\n"), strict=True), first):
        if old != new:
            yield ChangedLine(number, old, new if new.strip() else None)
