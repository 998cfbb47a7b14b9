"""Policy text and places in it: files, spans, offset ↔ line and column.

A span is two offsets into one named text. Line and column are computed only when a person is shown
the place, so that nodes stay small.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field

from tierpolicy.frozen import frozen


@frozen
class Span:
    """A stretch of one text: offsets in code points, `end` exclusive."""

    path: str
    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The stretch from the start of this span to the end of `other`, in the same text."""
        return Span(self.path, self.start, max(self.end, other.end))


@frozen
class Position:
    """A place as people count: the first line is 1, the first column is 1 (code points)."""

    line: int
    column: int


@frozen
class Source:
    """One text with the path that messages show for it. Line ends are `\\n` (see `source_from_text`)."""

    path: str
    text: str
    line_starts: tuple[int, ...] = field(repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        object.__setattr__(self, "line_starts", tuple(starts))

    def position(self, offset: int) -> Position:
        """The line and column of an offset; an offset beyond the text is its end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line (counted from 1), without its line end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] - 1 if number < len(self.line_starts) else len(self.text)
        return self.text[start:end]

    def slice(self, span: Span) -> str:
        """What the author wrote at `span`."""
        return self.text[span.start : span.end]


def source_from_text(path: str, text: str) -> Source:
    """A source with a leading byte order mark dropped and CRLF and CR brought to `\\n`."""
    return Source(path, text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
