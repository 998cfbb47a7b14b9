"""A CSV file in blocks of lines: a block of plain rows becomes columns at once, any other row by row.

Plain are rows of the head's width in UTF-8, each on one line, with quotes, if any, around whole cells. Of these Arrow
reads exactly what the reader of rows reads; whatever is not like that goes to the reader of rows, which is the meaning.
"""

from __future__ import annotations

import re
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO

from tierpolicy.runtime.bases.base import Batch
from tierpolicy.runtime.bases.gathering import ROWS_GATHERED, batch_of
from tierpolicy.runtime.csv_files import Header, rows_of
from tierpolicy.runtime.csv_quotes import LONGEST_LINE, Lines
from tierpolicy.runtime.rows import Row

BLOCK = 1 << 22
STRANGE = (b"\x00", b"\xef\xbf\xbd", b"\r")
RAW_LINE = re.compile(rb"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")


@dataclass(slots=True)
class Source:
    """A file that is read on from some byte, line and row."""

    file: BinaryIO
    header: Header
    delimiter: str
    columns: Sequence[str]
    at: int
    line: int
    row: int = 0
    joined: int = 0


def blocks_of(source: Source) -> Iterator[Batch]:
    """The rows of the file, in batches of any size."""
    while block := _block(source):
        rows = _plain(block.replace(b"\r\n", b"\n"), source)
        if rows is None:
            yield from _row_by_row(source, source.at + len(block))
            continue
        if rows.num_rows:
            lines = range(source.line, source.line + rows.num_rows)
            yield Batch(source.row + 1, rows, lines=lines)
        source.at += len(block)
        source.line += rows.num_rows
        source.row += rows.num_rows


def _block(source: Source) -> bytes:
    """Whole lines; the last may lack its end."""
    source.file.seek(source.at)
    block = piece = source.file.read(BLOCK)
    while len(piece) == BLOCK and b"\n" not in block:
        piece = source.file.read(BLOCK)
        block += piece
    return block if len(piece) < BLOCK else block[: block.rindex(b"\n") + 1]


# ---------------------------------------------------------------- plain rows


def _plain(block: bytes, source: Source) -> Any:
    """The rows of a block as a record batch; None where it isn't plain."""
    import pyarrow
    import pyarrow.csv

    if any(mark in block for mark in STRANGE) or len(block) > LONGEST_LINE or _has_blank(block):
        return None
    if not block.endswith(b"\n"):
        block += b"\n"
    has_quotes = b'"' in block
    if has_quotes and not _quoted_rows(source.delimiter).fullmatch(block):
        return None
    try:
        block.isascii() or block.decode()
        table = pyarrow.csv.read_csv(
            pyarrow.BufferReader(block),
            pyarrow.csv.ReadOptions(
                use_threads=False, block_size=len(block) + 1, column_names=list(map(str, range(len(source.header))))
            ),
            pyarrow.csv.ParseOptions(
                delimiter=source.delimiter, quote_char='"' if has_quotes else False, ignore_empty_lines=False
            ),
            _as_text(source),
        )
    except (UnicodeDecodeError, pyarrow.ArrowInvalid, pyarrow.ArrowKeyError):
        return None
    if table.num_rows != block.count(b"\n"):
        return None
    batches = table.rename_columns(list(source.columns)).combine_chunks().to_batches()
    return batches[0] if batches else None


def _has_blank(block: bytes) -> bool:
    return block.startswith(b"\n") or b"\n\n" in block


def _as_text(source: Source) -> Any:
    import pyarrow.csv

    wanted = [str(source.header.index(name)) for name in source.columns]
    return pyarrow.csv.ConvertOptions(
        check_utf8=False,
        column_types=dict.fromkeys(wanted, pyarrow.string()),
        strings_can_be_null=False,
        include_columns=wanted,
    )


@cache
def _quoted_rows(delimiter: str) -> re.Pattern[bytes]:
    d = re.escape(delimiter).encode()
    cell = rb'(?:"[^"\n]*+(?:""[^"\n]*+)*+"|[^"' + d + rb"\n]*+)"
    return re.compile(rb"(?:" + cell + rb"(?:" + d + cell + rb")*+\n)*+")


# ---------------------------------------------------------------- row by row


class _LineFile:
    """The lines of a file from a byte on, as text with `\\n` ends; it remembers where they end."""

    def __init__(self, file: BinaryIO, at: int) -> None:
        self._file, self._next = file, at
        self._waiting: deque[bytes] = deque()
        self._ends = array("q", (at,))

    def readline(self, limit: int) -> str:
        if len(self._waiting) < 2:  # the last may go on in the next piece
            self._fill()
        if not self._waiting:
            return ""
        raw = self._waiting.popleft()
        self._ends.append(self._ends[-1] + len(raw))
        text = raw.decode("utf-8", "replace")
        ended = text.removesuffix("\n").removesuffix("\r")
        return ended + "\n" if len(ended) < len(text) else text

    def _fill(self) -> None:
        rest = b"".join(self._waiting)
        self._waiting.clear()
        while True:
            self._file.seek(self._next)
            piece = self._file.read(BLOCK)
            self._next += len(piece)
            rest += piece
            lines = RAW_LINE.findall(rest)
            if not piece or len(lines) > 1:
                self._waiting.extend(lines)
                return

    def consumed(self, back: int) -> int:
        """The byte after the lines that were read, but for the last ones that were put back."""
        return self._ends[-1 - back]


def _row_by_row(source: Source, until: int) -> Iterator[Batch]:
    """The rows that begin before a byte; the last may end behind it."""
    file = _LineFile(source.file, source.at)
    lines = Lines(file, source.line)
    some: list[Row] = []
    rows = rows_of(lines, source.header, source.delimiter, source.row, source.columns)
    while file.consumed(lines.back) < until:
        row = next(rows, None)
        if row is None:
            break
        some.append(row)
        if len(some) == ROWS_GATHERED:
            yield batch_of(some, source.columns, True)
            some = []
        source.row = row.number
    source.joined += lines.joined
    source.at, source.line = file.consumed(lines.back), lines.number
    if some:
        yield batch_of(some, source.columns, True)
