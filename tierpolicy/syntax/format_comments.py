"""From the comments of the original to the breaks of the piece stream where they stand again.

A comment stands between two pieces whose place in the original is known. Of the breaks between them it takes the
outermost (the first of these), so that the next formatting finds it at the same break. Where there is none, it
moves on to the next place that has one. Nothing is lost, and the order stays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence

from tierpolicy.source import Source
from tierpolicy.syntax.ast import Comment
from tierpolicy.syntax.format_layout import CLOSE, OPEN, Break, Piece, Placed, Text

TAIL_INDENT = 4


def placed(pieces: Sequence[Piece], comments: Sequence[Comment], source: Source) -> dict[int, list[Placed]]:
    """The comments by the index of the break that they stand on. The last piece is a break."""
    depths = _break_depths(pieces)
    breaks = list(depths)
    offsets, indexes = _known_places(pieces)
    found: dict[int, list[Comment]] = {}
    for comment in sorted(comments, key=lambda c: c.span.start):
        after = indexes[bisect_right(offsets, comment.span.start) - 1]
        first = breaks[bisect_right(breaks, after)]
        # The gap around `first`: from the last known place before it to the next one behind it.
        upto = bisect_left(indexes, first)
        last = bisect_left(breaks, indexes[upto]) if upto < len(indexes) else len(breaks)
        gap = breaks[bisect_left(breaks, first) : last]
        found.setdefault(min(gap, key=depths.__getitem__), []).append(comment)
    return {i: _standing(pieces[i], those, source) for i, those in found.items()}


def kept_blanks(pieces: Sequence[Piece], commented: Collection[int], source: Source) -> dict[int, bool]:
    """The breaks with an empty line between them (or their comments) and the words after them, as in the original."""
    found = {}
    last = -1
    for i, piece in enumerate(pieces):
        if isinstance(piece, Break):
            wanted = piece.keeps_blank and not piece.closes and (not piece.opens or i in commented)
            last = i if wanted else -1
        elif isinstance(piece, Text) and last >= 0:
            found[last] = piece.at >= 0 and blank_above(source, piece.at)
            last = -1
    return found


def blank_above(source: Source, offset: int) -> bool:
    """Whether an empty line stands above the line of `offset`."""
    line = source.position(offset).line
    return line > 1 and not source.line(line - 1).strip()


def _break_depths(pieces: Sequence[Piece]) -> dict[int, int]:
    """Each break's index, in order, with how many groups are open there."""
    found, depth = {}, 0
    for i, piece in enumerate(pieces):
        if piece is OPEN:
            depth += 1
        elif piece is CLOSE:
            depth -= 1
        elif isinstance(piece, Break):
            found[i] = depth
    return found


def _known_places(pieces: Sequence[Piece]) -> tuple[list[int], list[int]]:
    """Offsets in the original, ever higher, and the piece of each. What was moved before others is left out."""
    offsets, indexes = [-1], [-1]
    for i, piece in enumerate(pieces):
        if isinstance(piece, Text) and piece.at > offsets[-1]:
            offsets.append(piece.at)
            indexes.append(i)
    return offsets, indexes


def _standing(piece: Piece, comments: Sequence[Comment], source: Source) -> list[Placed]:
    """How comments stand at one break: at the end of the line, below it, and between statements also indented as
    the tail of the statement above."""
    assert isinstance(piece, Break)
    found: list[Placed] = []
    below = tail = False
    for number, comment in enumerate(comments):
        own_line = comment.own_line or below or number > 0
        below = below or own_line
        indent = piece.indent if piece.comments_at is None else piece.comments_at
        if own_line and piece.between:
            tail = (tail or not any(c.own_line for c in found)) and source.position(comment.span.start).column > 1
            indent = TAIL_INDENT if tail else 0
        wanted = piece.keeps_blank and own_line and (not piece.opens or number > 0)
        blank = wanted and comment.own_line and blank_above(source, comment.span.start)
        found.append(Placed(comment.text, own_line, indent, blank))
    return found
