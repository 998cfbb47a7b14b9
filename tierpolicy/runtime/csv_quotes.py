"""The lines of a CSV file to those that are a row: more than one where a quoted cell holds line ends."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Protocol

LONGEST_LINE = 16 * 1024 * 1024
MOST_LINES_UNASKED = 200
"""A row may take more of them than that, where they don't look like rows themselves."""


class Readable(Protocol):
    """What lines come from."""

    def readline(self, limit: int, /) -> str: ...


class Lines:
    """The lines of a file, with those that were looked at too early put back. `number` is that of the next line;
    `joined` counts the rows that took several."""

    def __init__(self, file: Readable, number: int = 1) -> None:
        self._file = file
        self._back: list[str] = []
        self.number = number
        self.joined = 0

    @property
    def back(self) -> int:
        """How many lines are put back."""
        return len(self._back)

    def next(self) -> str:
        """The next line, '' at the end. One longer than the limit loses its end, not its place."""
        if self._back:
            self.number += 1
            return self._back.pop()
        line = self._file.readline(LONGEST_LINE)
        self.number += line != ""
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            while (rest := self._file.readline(LONGEST_LINE)) != "" and not rest.endswith("\n"):
                pass
        return line

    def put_back(self, lines: list[str]) -> None:
        self._back.extend(reversed(lines))
        self.number -= len(lines)


def whole_row(line: str, lines: Lines, header: Sequence[str], delimiter: str) -> str | None:
    """The line with those that an open quote continues it on.

    None where no line closes the quote, or where closing it makes no row of the head's width: then the quote was a
    slip, and joining would have swallowed other customers. Lines that may open a quote themselves each begin a cell
    here, and no row has more than the head: so no line is looked at more often than there are columns.
    """
    shapes = _shapes(delimiter)
    if '"' not in line or shapes.lenient.fullmatch(line.rstrip("\n")):
        return line
    if not shapes.opens.fullmatch(line):
        return None
    taken: list[str] = []
    length, cells = len(line), 1
    while cells <= len(header) or (not header and len(taken) < MOST_LINES_UNASKED):
        following = lines.next()
        if following == "":
            break
        taken.append(following)
        length += len(following)
        ending = _ending(following, delimiter)
        cells += ending is _Ending.IN_ANOTHER
        if length > LONGEST_LINE or ending is _Ending.BROKEN:
            break
        if ending is _Ending.CLOSED:
            whole = "".join((line, *taken))
            fits = not header or len(cells_of(whole, delimiter)) == len(header)
            if fits and not _are_rows(taken, header, delimiter):
                lines.joined += 1
                return whole
            break
    lines.put_back(taken)
    return None


def _are_rows(lines: list[str], header: Sequence[str], delimiter: str) -> bool:
    """True for very many lines that look like rows: a quote that ends somewhere far behind them ends no cell."""
    alike = sum(line.count(delimiter) == len(header) - 1 for line in lines)
    return len(lines) > MOST_LINES_UNASKED and alike * 2 > len(lines)


class _Ending(Enum):
    """How a line that begins inside a quoted cell ends: inside it, inside another one, with the row closed, or as no
    row can."""

    OPEN = "open"
    IN_ANOTHER = "in another"
    CLOSED = "closed"
    BROKEN = "broken"


def _ending(line: str, delimiter: str) -> _Ending:
    if '"' not in line:
        return _Ending.OPEN
    shapes = _shapes(delimiter)
    if found := shapes.stays_open.fullmatch(line):
        return _Ending.OPEN if found["next"] is None else _Ending.IN_ANOTHER
    return _Ending.CLOSED if shapes.closes.fullmatch(line.rstrip("\n")) else _Ending.BROKEN


@dataclass(frozen=True, slots=True)
class _Shapes:
    """`lenient` is a row on one line, where anything may follow a closing quote, as spreadsheets have it. The others
    are strict: a line that `opens` a quoted cell and doesn't close it, and lines that begin inside one."""

    lenient: re.Pattern[str]
    opens: re.Pattern[str]
    stays_open: re.Pattern[str]
    closes: re.Pattern[str]


@cache
def _shapes(delimiter: str) -> _Shapes:
    d = re.escape(delimiter)
    inside, bare = r'[^"]*+(?:""[^"]*+)*+', rf'(?!")[^{d}\n]*+'
    lenient, strict = rf'(?:"{inside}"[^{d}]*+|{bare})', rf'(?:"{inside}"|{bare})'
    return _Shapes(
        lenient=re.compile(rf"{lenient}(?:{d}{lenient})*+"),
        opens=re.compile(rf'(?:{strict}{d})*+"{inside}'),
        stays_open=re.compile(rf'{inside}(?P<next>"{d}(?:{strict}{d})*+"{inside})?+'),
        closes=re.compile(rf'{inside}"(?:{d}{strict})*+'),
    )


def cells_of(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        return []
