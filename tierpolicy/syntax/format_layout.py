"""From pieces of text and the places where a line may end to lines of at most 100 characters.

A piece stream is flat: `Text`, `Break`, and `OPEN` … `CLOSE` around what should stay on one line if it fits (a
group). A group that doesn't fit ends its lines at its own breaks, inner groups deciding for themselves; a `fill`
break ends the line only where what follows doesn't fit. So width costs no recursion, and every piece is looked at
a fixed number of times. A comment sits on a break (see `format_comments`) and makes that break end the line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from tierpolicy.frozen import frozen

WIDEST_LINE = 100


@frozen
class Text:
    """Words of one line; `at` is the offset in the original of what they stand for, -1 where it isn't known."""

    text: str
    at: int = -1


class Ends(Enum):
    """When a break ends the line: with its group, where the next part doesn't fit, always."""

    GROUP = "group"
    FILL = "fill"
    ALWAYS = "always"


@frozen
class Break:
    """A place where a line may end. `flat` stands there where it doesn't; `indent` is that of the next line.

    Comments of their own line stand at `comments_at`. With `keeps_blank`, one empty line stays where the author left
    some, but not just behind what `opens` or before what `closes`. `between` marks the breaks after statements.
    """

    indent: int
    ends: Ends = Ends.GROUP
    flat: str = " "
    comments_at: int | None = None
    keeps_blank: bool = False
    opens: bool = False
    closes: bool = False
    between: bool = False


class Bracket(Enum):
    OPEN = "open"
    CLOSE = "close"


OPEN, CLOSE = Bracket.OPEN, Bracket.CLOSE
Piece = Text | Break | Bracket


@frozen
class Placed:
    """A comment on its break: behind the words before it, or on a line of its own with this indent."""

    text: str
    own_line: bool
    indent: int = 0
    blank_above: bool = False


def shown_width(text: str) -> int:
    """How many columns a terminal gives to `text`."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) != 0 for c in text)


def flat_text(pieces: Iterable[Piece]) -> str:
    """The pieces on one line."""
    return "".join(_flat(piece) for piece in pieces)


def _flat(piece: Piece) -> str:
    match piece:
        case Text(text):
            return text
        case Break():
            return piece.flat
        case _:
            return ""


@frozen
class _Measured:
    """For each piece: columns before it on one endless line; the next break of the same or an outer group after it
    (after its end, for an OPEN); for an OPEN, whether a line must end inside."""

    before: Sequence[int]
    next_break: Sequence[int]
    must_end: Sequence[bool]


def _measured(pieces: Sequence[Piece], comments: Mapping[int, Sequence[Placed]]) -> _Measured:
    before = [0] * (len(pieces) + 1)
    must_end = [False] * len(pieces)
    opened: list[int] = []
    for i, piece in enumerate(pieces):
        before[i + 1] = before[i] + shown_width(_flat(piece))
        if piece is OPEN:
            opened.append(i)
        elif piece is CLOSE:
            inner = opened.pop()
            if must_end[inner] and opened:
                must_end[opened[-1]] = True
        elif opened and (i in comments or (isinstance(piece, Break) and piece.ends is Ends.ALWAYS)):
            must_end[opened[-1]] = True
    return _Measured(before, _next_breaks(pieces), must_end)


def _next_breaks(pieces: Sequence[Piece]) -> list[int]:
    found = [len(pieces)] * len(pieces)
    outer = [len(pieces)]
    for i in range(len(pieces) - 1, -1, -1):
        piece = pieces[i]
        if piece is CLOSE:
            outer.append(outer[-1])
        elif piece is OPEN:
            outer.pop()
        found[i] = outer[-1]
        if isinstance(piece, Break):
            outer[-1] = i
    return found


def lines(
    pieces: Sequence[Piece], comments: Mapping[int, Sequence[Placed]], blanks: Mapping[int, bool] | None = None
) -> str:
    """The text: `comments` by the index of their break, `blanks` the breaks with an empty line after them."""
    blanks = blanks or {}
    measured = _measured(pieces, comments)
    written: list[str] = []
    column = 0
    broken = [True]
    for i, piece in enumerate(pieces):
        match piece:
            case Text(text):
                written.append(text)
                column += measured.before[i + 1] - measured.before[i]
            case Break():
                if i in comments or (broken[-1] and _ends_line(piece, i, column, measured)):
                    _end_line(written, piece, comments.get(i, ()), blanks.get(i, False))
                    column = piece.indent
                else:
                    written.append(piece.flat)
                    column += len(piece.flat)
            case Bracket.OPEN:
                fits = column + measured.before[measured.next_break[i]] - measured.before[i] <= WIDEST_LINE
                broken.append(broken[-1] and (measured.must_end[i] or not fits))
            case Bracket.CLOSE:
                broken.pop()
    return "".join(written)


def _ends_line(piece: Break, i: int, column: int, measured: _Measured) -> bool:
    if piece.ends is not Ends.FILL:
        return True
    return column + measured.before[measured.next_break[i]] - measured.before[i] > WIDEST_LINE


def _end_line(written: list[str], piece: Break, comments: Sequence[Placed], blank: bool) -> None:
    for number, comment in enumerate(comments):
        if number == 0 and not comment.own_line and written:
            written.append("  " + comment.text)
        else:
            _new_line(written, comment.indent, comment.blank_above)
            written.append(comment.text)
    _new_line(written, piece.indent, blank)


def _new_line(written: list[str], indent: int, blank: bool) -> None:
    """Starts a line; the first line of a file needs no start."""
    if written:
        written.append("\n\n" if blank else "\n")
    if indent:
        written.append(" " * indent)
