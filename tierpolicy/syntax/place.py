"""Where reading stuck, as the explanations of mistakes look at it: the words before, here and after."""

from __future__ import annotations

import re
from collections.abc import Callable

from tierpolicy.diagnostics.diagnostic import Code
from tierpolicy.frozen import frozen
from tierpolicy.syntax.grammar import Stuck

PIECE = re.compile(
    r'"(?:[^"\\\n]|\\.)*"?|`[^`\n]*`?|[^\W\d]\w*|[0-9][\w.]*|[=!<>:]=+|=>|=<|=~|->|<>|\+=|-=|&&|\|\||\*\*|//|/\*|--|\S'
)


@frozen
class Piece:
    """A word, number, text or sign, and where it stands in the text being read."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        return self.text.lower()


@frozen
class Place:
    """Where reading stuck: the pieces before, the piece here (None at the end), the pieces after."""

    written: str
    start: str
    before: tuple[Piece, ...]
    here: Piece | None
    after: tuple[Piece, ...]
    accepts: Callable[[], frozenset[str]]

    @property
    def last(self) -> Piece | None:
        return self.before[-1] if self.before else None

    @property
    def ends(self) -> tuple[int, int]:
        """The stretch to underline: the piece here, at the end the piece before."""
        shown = self.here or self.last
        return (0, min(1, len(self.written))) if shown is None else (shown.start, shown.end)


@frozen
class Explained:
    """A finding without its place; `at` where it isn't the place where reading stuck."""

    code: Code
    message: str
    help: str
    at: Piece | None = None
    replacement: str | None = None


def place_of(written: str, stuck: Stuck, start: str) -> Place:
    """The place, with the pieces near it."""
    # the pieces near the place are enough to explain it, and the text may be very long
    far = max(written.rfind("\n", 0, max(0, stuck.at - 2_000)), stuck.at - 20_000, 0)
    pieces = [Piece(found.group(), found.start()) for found in PIECE.finditer(written, far, stuck.at + 2_000)]
    at = next((index for index, piece in enumerate(pieces) if piece.end > stuck.at), len(pieces))
    here = pieces[at] if at < len(pieces) else None
    return Place(written, start, tuple(pieces[:at]), here, tuple(pieces[at + 1 :]), stuck.accepts)
