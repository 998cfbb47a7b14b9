"""The text of a file cut into what is parsed by itself: statements, and inside blocks the declarations.

A statement begins in the first column; what continues it is indented or begins with `|` or `}` (language.md §4,
Layout). So a mistake never reaches the next statement, nor the next declaration or table row.
"""

from __future__ import annotations

import re
from itertools import pairwise

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.frozen import frozen
from tierpolicy.source import Span
from tierpolicy.syntax.marks import MOST_FINDINGS, Marked
from tierpolicy.syntax.vocabulary import CONTINUING, STATEMENTS

_FIRST_COLUMN = re.compile(r"^[^\s|}]", re.MULTILINE)
_WORD = re.compile(r"[^\W\d]\w*")
_OPEN_END = re.compile(
    r"(?:[:,{(=<>+*/-]|\b(?:then|and|or|if|not|at|least|most|given|expect|because))\s*\Z", re.IGNORECASE
)


@frozen
class Stretch:
    """A part of the text, without blanks around it."""

    start: int
    end: int


def statements(text: Marked) -> tuple[list[Stretch], list[Diagnostic]]:
    """The statements of a file, and what stands in the wrong column."""
    starts, findings = _starts(text)
    found: list[Stretch] = []
    for start, following in pairwise([*starts, len(text.clean)]):
        end = start + len(text.clean[start:following].rstrip())
        if found and _continues(text, found[-1], start, end):
            if len(findings) < MOST_FINDINGS:
                findings.append(_indent_this(text, start, end))
            found[-1] = Stretch(found[-1].start, end)
        else:
            found.append(Stretch(start, end))
    return found, findings


def first_word(text: str, start: int, end: int) -> str:
    """The word that begins at `start`, in lower case; '' where none does."""
    found = _WORD.match(text, start, end)
    return found.group().lower() if found else ""


def _starts(text: Marked) -> tuple[list[int], list[Diagnostic]]:
    starts = [found.start() for found in _FIRST_COLUMN.finditer(text.clean)]
    first = next(re.finditer(r"\S", text.clean), None)
    if first is None or (starts and starts[0] == first.start()):
        return starts, []
    line = text.clean.rfind("\n", 0, first.start()) + 1
    depth = first.start() - line
    starts = [found.end() - 1 for found in re.finditer(rf"^[ \t]{{0,{depth}}}[^\s|}}]", text.clean, re.MULTILINE)]
    end = _line_end(text.clean, first.start())
    finding = Diagnostic(
        syntax.LAYOUT,
        "a statement begins in the first column" if depth else f"nothing stands above that `{first.group()}` continues",
        Span(text.source.path, first.start(), end),
        "move it to the left edge; only what continues a statement is indented" if depth else "begin with a statement",
    )
    if first.start() not in starts:
        starts.insert(0, first.start())
    return starts, [finding]


def _continues(text: Marked, before: Stretch, start: int, end: int) -> bool:
    """True where what stands in the first column belongs to the statement above."""
    word = first_word(text.clean, start, end)
    if word in STATEMENTS or text.clean.startswith(("//", "/*", "--"), start, end):
        return False
    if not word or word in CONTINUING:
        return True
    return _OPEN_END.search(text.bones, max(before.start, before.end - 12), before.end) is not None


def _indent_this(text: Marked, start: int, end: int) -> Diagnostic:
    word = first_word(text.clean, start, end) or text.clean[start]
    return Diagnostic(
        syntax.LAYOUT,
        f"`{word}` in the first column begins no statement",
        Span(text.source.path, start, _line_end(text.clean, start)),
        "indent this line: it continues the statement above",
    )


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return at + len(text[at : end if end >= 0 else len(text)].rstrip())


# ---------------------------------------------------------------- blocks

_DECLARED = re.compile(r"(?:(?<!\w)[^\W\d]\w*+|`[^`\n]*`)(?=[ \t]*+:)")
_CONTINUED_LINE = re.compile(
    r"[<,\")({:}]|(?:at|default|required|key|column|in|earnable|need|protected|sensitive|less|more|no|yes|or|adds|internal"
    r"|from|one|set)\b",
    re.IGNORECASE,
)
_OPEN_LINE = re.compile(r"(?:[<,(:{]|\b(?:of|or|at|least|most|default|column|from|is))\s*\Z", re.IGNORECASE)


def declarations(bones: str, start: int, end: int) -> list[Stretch]:
    """The declarations in the body of a block, between its braces.

    One begins at a name with a colon, and on a line as far left as the first that can't continue the one above.
    """
    starts = {found.start() for found in _DECLARED.finditer(bones, start, end)}
    lines = [found.start() for found in re.finditer(r"\S[^\n]*", bones[start:end])]
    lines = [start + at for at in lines]
    if lines:
        edge = _column(bones, lines[0])
        starts.add(lines[0])
        for at in lines[1:]:
            if _column(bones, at) <= edge and not _CONTINUED_LINE.match(bones, at) and not _open(bones, start, at):
                starts.add(at)
    ordered = sorted(starts)
    return [_trimmed(bones, a, b) for a, b in pairwise([*ordered, end])]


def _open(bones: str, start: int, at: int) -> bool:
    return _OPEN_LINE.search(bones, max(start, at - 200), at) is not None


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at)


def _trimmed(text: str, start: int, end: int) -> Stretch:
    return Stretch(start, start + len(text[start:end].rstrip()))
