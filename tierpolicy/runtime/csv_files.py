"""CSV in and out, row by row, for files as they are: byte order marks, ragged rows, open quotes, mixed line ends.

One physical line is read at a time; a row takes more lines only where a quoted cell holds line ends. A quote that never
closes would swallow the rest of the file, and with it customers: such a line is a row by itself, with a problem.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

from tierpolicy.model.values import Value
from tierpolicy.runtime.decimal_commas import Commas, Decimal, commas_in
from tierpolicy.runtime.rows import OutputColumn, Reader, Row, UnusableFile, Writer
from tierpolicy.runtime.values import cell_text
from tierpolicy.semantics.outcome import Problem

LONGEST_LINE = 16 * 1024 * 1024
MOST_LINES_IN_A_ROW = 200
REPLACED = "\ufffd"
TAB = "\t"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UTF_8_MARK = b"\xef\xbb\xbf"
LINE_END = re.compile(rb"\r\n|\r|\n")

Header = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What the beginning of a CSV file tells: its columns, how it is to be read, and the first line after the head.
    `begins` is the byte after the head, where the file is UTF-8."""

    header: Header
    delimiter: str
    encoding: str
    line: int
    begins: int
    notes: tuple[str, ...]


def head_of(path: Path) -> Head:
    """The head of a CSV file."""
    with path.open("rb") as raw:
        beginning = raw.read(4)
    encoding = "utf-16" if beginning.startswith(UTF_16) else "utf-8-sig"
    with path.open(encoding=encoding, errors="replace") as file:
        lines = Lines(file)
        header, delimiter = _read_head(path, lines)
    begins = _bytes_of(path, lines.number - 1)
    return Head(header, delimiter, encoding, lines.number, begins, _notes(beginning, delimiter))


def _bytes_of(path: Path, lines: int) -> int:
    """How many bytes some lines take, whatever ends them."""
    size = 0
    with path.open("rb") as file:
        while lines > 0 and (line := file.readline(LONGEST_LINE)):
            ends = LINE_END.findall(line)
            if len(ends) > lines:
                return size + [found.end() for found in LINE_END.finditer(line)][lines - 1]
            size, lines = size + len(line), lines - len(ends)
    return size


def _notes(beginning: bytes, delimiter: str) -> tuple[str, ...]:
    """What is not as in most files."""
    said = []
    if beginning.startswith(UTF_16):
        said.append("as UTF-16 text")
    elif beginning.startswith(UTF_8_MARK):
        said.append("as UTF-8 text with a byte order mark")
    if delimiter != ",":
        said.append(f"with columns parted by {'tabs' if delimiter == TAB else f'`{delimiter}`'}")
    return (f"the file is read {' '.join(said)}",) if said else ()


@contextmanager
def read_csv(path: Path, numbers: Collection[str] | None = None, decimal: Decimal | None = None) -> Iterator[Reader]:
    """A CSV file with a head line, row by row. `numbers` are the columns that may have numbers (None: any), for which
    `decimal` says what commas mean, where a person knows."""
    csv.field_size_limit(LONGEST_LINE)
    if not path.is_file():  # it can be read but once
        with _read(path, None) as reader:
            yield reader
        return
    head = head_of(path)
    commas = commas_of(path, head, numbers, decimal)
    with _read(path, head) as reader:
        yield replace(reader, rows=commas.converted(reader.rows), notes=(*head.notes, *commas.notes))


def commas_of(path: Path, head: Head, numbers: Collection[str] | None, decimal: Decimal | None) -> Commas:
    """What commas in numbers mean, by the first rows of a file."""
    with _read(path, head) as reader:
        return commas_in(reader.rows, head.header, head.delimiter, numbers, decimal)


@contextmanager
def _read(path: Path, head: Head | None) -> Iterator[Reader]:
    with path.open(encoding=head.encoding if head else "utf-8-sig", errors="replace") as file:
        lines = Lines(file)
        if head is None:
            head = _head_of_stream(path, lines)
        else:
            for _ in range(head.line - 1):
                lines.next()
        raw, before = file.buffer, lines.joined
        yield Reader(
            rows=rows_of(lines, head.header, head.delimiter),
            columns=head.header,
            from_text=True,
            size=path.stat().st_size,
            at=lambda: raw.raw.tell() if hasattr(raw, "raw") and raw.raw.seekable() else 0,
            notes=head.notes,
            met=lambda: said_of_lines(lines.joined - before),
        )


def _read_head(path: Path, lines: Lines) -> tuple[Header, str]:
    """The names of the columns, and what parts them: what the head holds most of, comma, semicolon or tab."""
    head = lines.next()
    while head.strip() == "" and head != "":
        head = lines.next()
    if head == "":
        raise UnusableFile(f"`{path}` is empty; its first line should name the columns")
    delimiter = _delimiter(head)
    whole = _whole_row(head, lines, (), delimiter) or head
    return tuple(name.strip() for name in _cells(whole, delimiter)), delimiter


def _head_of_stream(path: Path, lines: Lines) -> Head:
    header, delimiter = _read_head(path, lines)
    return Head(header, delimiter, "utf-8-sig", lines.number, 0, ())


def said_of_lines(joined: int) -> tuple[str, ...]:
    """What a person should know of rows that took several lines."""
    if not joined:
        return ()
    return (f"{joined:,} row{'' if joined == 1 else 's'} in quotes over several lines",)


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


def rows_of(lines: Lines, header: Header, delimiter: str, number: int = 0) -> Iterator[Row]:
    """The rows of some lines; `number` is that of the row before."""
    while True:
        begins = lines.number
        if (line := lines.next()) == "":
            return
        if line.strip("\r\n") == "" and len(header) > 1:
            continue
        number += 1
        whole = _whole_row(line, lines, header, delimiter)
        if whole is None:
            cells, problems = _cells(line, delimiter), [_problem("a quote that is never closed", "quotes in pairs")]
        else:
            cells, problems = _cells(whole, delimiter), []
        if REPLACED in line:
            problems.append(_problem("bytes that are not UTF-8", "UTF-8 text"))
        if len(line) >= LONGEST_LINE:
            problems.append(_problem("a line of more than 16 MiB", "shorter lines"))
        yield _row(number, header, cells, problems, begins)


def _whole_row(line: str, lines: Lines, header: Header, delimiter: str) -> str | None:
    """The line with those that an open quote continues it on.

    None where no line closes the quote, or where closing it makes no row of the head's width: then the quote was a
    slip, and joining would have swallowed other customers.
    """
    shapes = _shapes(delimiter)
    if '"' not in line or shapes.lenient.fullmatch(line.rstrip("\n")):
        return line
    if not shapes.opens.fullmatch(line):
        return None
    taken: list[str] = []
    length = len(line)
    while len(taken) < MOST_LINES_IN_A_ROW and length < LONGEST_LINE:
        following = lines.next()
        if following == "":
            break
        taken.append(following)
        length += len(following)
        ending = _ending(following, delimiter)
        if ending is _Ending.CLOSED:
            whole = "".join((line, *taken))
            if not header or len(_cells(whole, delimiter)) == len(header):
                lines.joined += 1
                return whole
        if ending is not _Ending.OPEN:
            break
    lines.put_back(taken)
    return None


class _Ending(Enum):
    """How a line that begins inside a quoted cell ends: inside one, with the row closed, or as no row can."""

    OPEN = "open"
    CLOSED = "closed"
    BROKEN = "broken"


@lru_cache(maxsize=MOST_LINES_IN_A_ROW)  # lines that are put back are looked at again, for each row that they might end
def _ending(line: str, delimiter: str) -> _Ending:
    shapes = _shapes(delimiter)
    if '"' not in line or shapes.stays_open.fullmatch(line):
        return _Ending.OPEN
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
        stays_open=re.compile(rf'{inside}(?:"{d}(?:{strict}{d})*+"{inside})?+'),
        closes=re.compile(rf'{inside}"(?:{d}{strict})*+'),
    )


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        return []


def _row(number: int, header: Header, cells: list[str], problems: list[Problem], line: int) -> Row:
    while len(cells) > len(header) and cells[-1] == "":
        cells.pop()
    if len(cells) != len(header):
        found = f"{len(cells)} cell{'' if len(cells) == 1 else 's'}"
        problems.append(_problem(found, f"{len(header)}, one for each column"))
    record: dict[str, object] = {}
    apart: set[str] = set()
    for name, cell in zip(header, cells, strict=False):
        if name in record and record[name] != cell:
            apart.add(name)
        record.setdefault(name, cell)
    for name in sorted(apart):
        del record[name]
        message = f"two columns are called `{name}` and differ in this row, so it counts as missing"
        problems.append(Problem(name, "two values", "one column of that name", message))
    return Row(number, record, tuple(problems), line)


def _problem(given: str, expected: str) -> Problem:
    return Problem("row", given, expected, f"the row has {given}: expected {expected}")


def _delimiter(head: str) -> str:
    outside_quotes = re.sub(r'"[^"]*"', "", head)
    return max(",;\t", key=outside_quotes.count)


@contextmanager
def write_csv(path: Path, columns: tuple[OutputColumn, ...], delimiter: str) -> Iterator[Writer]:
    """A CSV file in UTF-8 with a head line; lines end in `\\n`."""
    with path.open("x", encoding="utf-8", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow([column.name for column in columns])

        def write(cells: tuple[Value | object, ...]) -> None:
            writer.writerow([_cell(cell, column) for cell, column in zip(cells, columns, strict=True)])

        yield write


def _cell(cell: Value | object, column: OutputColumn) -> str:
    if column.type is None:
        return "" if cell is None else str(cell)
    return cell_text(cell, column.type)  # type: ignore[arg-type]
