"""JSON Lines in and out: one object a line. A line that isn't one is a customer of whom nothing is known."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from tierpolicy.model.values import Value
from tierpolicy.runtime.rows import OutputColumn, Reader, Row, UnusableFile, Writer
from tierpolicy.runtime.strict_json import UnreadableJson, load_json
from tierpolicy.runtime.values import json_value
from tierpolicy.semantics.outcome import Problem

LONGEST_LINE = 16 * 1024 * 1024
UTF_8_MARK = b"\xef\xbb\xbf"


@contextmanager
def read_jsonl(path: Path) -> Iterator[Reader]:
    """A file of JSON objects, one a line; blank lines are no rows."""
    with path.open("rb") as file:
        read = 0

        def rows() -> Iterator[Row]:
            nonlocal read
            number = at = 0
            while line := _line(file):
                read += len(line)
                at += 1
                if line.strip():
                    number += 1
                    if number == 1 and line.removeprefix(UTF_8_MARK).lstrip().startswith(b"["):
                        raise UnusableFile(f"`{path}` is a JSON array; JSON Lines have one object on each line")
                    yield replace(_row(number, line, at), line=at)

        yield Reader(rows=rows(), columns=None, from_text=False, size=path.stat().st_size, at=lambda: read)


def _line(file: BinaryIO) -> bytes:
    """The next line, b'' at the end; one longer than the limit loses its end, and so is no JSON."""
    line = file.readline(LONGEST_LINE)
    if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
        while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass
    return line


def _row(number: int, line: bytes, at: int) -> Row:
    try:
        loaded = load_json(line.rstrip(b"\r\n").decode("utf-8-sig"), numbers_only=False, line=at)
    except UnicodeDecodeError:
        return _unreadable(number, "bytes that are not UTF-8")
    except UnreadableJson as error:
        return _unreadable(number, f"a line that is not JSON ({error})")
    if not isinstance(loaded.value, Mapping):
        return _unreadable(number, "a line that is not a JSON object")
    return Row(number, loaded.value, tuple(_repeated(key) for key in loaded.repeated))


def _unreadable(number: int, given: str) -> Row:
    message = f"the row is {given}, so nothing is known of this customer"
    return Row(number, {}, (Problem("row", given, "one JSON object on each line", message),))


def _repeated(key: str) -> Problem:
    message = f"`{key}` stands twice in the row, so it counts as missing"
    return Problem(key, "two values", "each name once", message)


@contextmanager
def write_jsonl(path: Path, columns: tuple[OutputColumn, ...]) -> Iterator[Writer]:
    """One object a line, in UTF-8."""
    with path.open("x", encoding="utf-8", errors="backslashreplace", newline="\n") as file:

        def write(cells: tuple[Value | object, ...]) -> None:
            row = {column.name: _plain(cell, column) for cell, column in zip(cells, columns, strict=True)}
            file.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")

        yield write


def _plain(cell: Value | object, column: OutputColumn) -> object:
    if column.type is not None:
        return json_value(cell, column.type)  # type: ignore[arg-type]
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else None
    return cell if cell is None or isinstance(cell, str | bool | int) else str(cell)
