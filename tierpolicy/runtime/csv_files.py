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
from pathlib import Path

from tierpolicy.model.values import Value
from tierpolicy.runtime.csv_quotes import LONGEST_LINE, Lines, cells_of, whole_row
from tierpolicy.runtime.decimal_commas import Commas, Decimal, commas_in
from tierpolicy.runtime.rows import OutputColumn, Reader, Row, UnusableFile, Writer
from tierpolicy.runtime.values import cell_text
from tierpolicy.semantics.outcome import Problem

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
def read_csv(
    path: Path,
    numbers: Collection[str] | None = None,
    decimal: Decimal | None = None,
    wanted: Collection[str] | None = None,
) -> Iterator[Reader]:
    """A CSV file with a head line, row by row. `numbers` are the columns that may have numbers (None: any), for which
    `decimal` says what commas mean, where a person knows. Of columns that aren't `wanted` (None: all are) nothing is
    a problem."""
    csv.field_size_limit(LONGEST_LINE)
    if not path.is_file():  # it can be read but once
        with _read(path, None, wanted) as reader:
            yield reader
        return
    head = head_of(path)
    commas = commas_of(path, head, numbers, decimal)
    with _read(path, head, wanted) as reader:
        yield replace(reader, rows=commas.converted(reader.rows), notes=(*head.notes, *commas.notes))


def commas_of(path: Path, head: Head, numbers: Collection[str] | None, decimal: Decimal | None) -> Commas:
    """What commas in numbers mean, by the first rows of a file."""
    with _read(path, head) as reader:
        return commas_in(reader.rows, head.header, head.delimiter, numbers, decimal)


@contextmanager
def _read(path: Path, head: Head | None, wanted: Collection[str] | None = None) -> Iterator[Reader]:
    with path.open(encoding=head.encoding if head else "utf-8-sig", errors="replace") as file:
        lines = Lines(file)
        if head is None:
            head = _head_of_stream(path, lines)
        else:
            for _ in range(head.line - 1):
                lines.next()
        raw, before = file.buffer, lines.joined
        yield Reader(
            rows=rows_of(lines, head.header, head.delimiter, wanted=wanted),
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
    whole = whole_row(head, lines, (), delimiter) or head
    return tuple(name.strip() for name in cells_of(whole, delimiter)), delimiter


def _head_of_stream(path: Path, lines: Lines) -> Head:
    header, delimiter = _read_head(path, lines)
    return Head(header, delimiter, "utf-8-sig", lines.number, 0, ())


def said_of_lines(joined: int) -> tuple[str, ...]:
    """What a person should know of rows that took several lines."""
    if not joined:
        return ()
    return (f"{joined:,} row{'' if joined == 1 else 's'} in quotes over several lines",)


def rows_of(
    lines: Lines, header: Header, delimiter: str, number: int = 0, wanted: Collection[str] | None = None
) -> Iterator[Row]:
    """The rows of some lines; `number` is that of the row before."""
    while True:
        begins = lines.number
        if (line := lines.next()) == "":
            return
        if line.strip("\r\n") == "" and len(header) > 1:
            continue
        number += 1
        whole = whole_row(line, lines, header, delimiter)
        if whole is None:
            cells, problems = cells_of(line, delimiter), [_problem("a quote that is never closed", "quotes in pairs")]
        else:
            cells, problems = cells_of(whole, delimiter), []
        if REPLACED in line:
            problems.append(_problem("bytes that are not UTF-8", "UTF-8 text"))
        if len(line) >= LONGEST_LINE:
            problems.append(_problem("a line of more than 16 MiB", "shorter lines"))
        yield _row(number, header, cells, problems, begins, wanted)


def _row(
    number: int,
    header: Header,
    cells: list[str],
    problems: list[Problem],
    line: int,
    wanted: Collection[str] | None,
) -> Row:
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
        if name and (wanted is None or name in wanted):  # spreadsheets leave columns behind that have no name
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
