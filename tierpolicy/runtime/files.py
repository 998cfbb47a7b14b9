"""Customers in files: which reader and writer a file's name asks for.

A reader yields every row, however broken, with what was wrong with it; nothing is dropped. All of them hold a bounded
number of rows in memory.
"""

from __future__ import annotations

import stat
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal

from tierpolicy.runtime.csv_files import read_csv, write_csv
from tierpolicy.runtime.jsonl_files import read_jsonl, write_jsonl
from tierpolicy.runtime.rows import OutputColumn, Reader, UnusableFile, Writer

CSV_ENDINGS = (".csv", ".tsv", ".txt")
JSONL_ENDINGS = (".jsonl", ".ndjson")
PARQUET_ENDINGS = (".parquet", ".pq")
ENDINGS = (*CSV_ENDINGS, *JSONL_ENDINGS, *PARQUET_ENDINGS)

FOREIGN_BEGINNINGS: Mapping[bytes, str] = {
    b"\xff\xfe": "UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8",
    b"\x1f\x8b": "compressed; unpack it first",
    b"PK\x03\x04": "a spreadsheet or an archive; save it as CSV",
    b"PAR1": "a Parquet file; give it a name that ends in `.parquet`",
}


def open_reader(
    path: Path,
    wanted: frozenset[str],
    numbers: Collection[str] | None = None,
    decimal: Literal["comma", "point"] | None = None,
) -> AbstractContextManager[Reader]:
    """The reader that the file's name asks for; `wanted` are the top-level names that a policy can read. The others are
    for CSV: which columns may have numbers (None: any), and what commas in them mean, where that is known."""
    check_readable(path)
    ending = path.suffix.lower()
    if ending in CSV_ENDINGS:
        return read_csv(path, numbers, decimal, wanted)
    if ending in JSONL_ENDINGS:
        return read_jsonl(path)
    if ending in PARQUET_ENDINGS:
        from tierpolicy.runtime.frames import read_parquet

        return read_parquet(path, wanted)
    raise UnusableFile(_unknown_ending(path))


def open_writer(path: Path, ending: str, columns: tuple[OutputColumn, ...]) -> AbstractContextManager[Writer]:
    """A writer of new file `path` in the form that `ending` names."""
    if ending in CSV_ENDINGS:
        return write_csv(path, columns, "\t" if ending == ".tsv" else ",")
    if ending in JSONL_ENDINGS:
        return write_jsonl(path, columns)
    from tierpolicy.runtime.frames import write_parquet

    return write_parquet(path, columns)


def check_writable(path: Path, never: tuple[Path, ...], ending: str = "") -> None:
    """Refuses an output that has no known ending, is a folder, has none to stand in, or is one of `never`."""
    if (ending or path.suffix.lower()) not in ENDINGS:
        raise UnusableFile(_unknown_ending(path))
    try:
        _check_place(path, never)
    except (OSError, ValueError) as error:  # a name too long, a folder that may not be looked into
        raise UnusableFile(f"`{path}` can't be written: {reason(error)}") from None


def _check_place(path: Path, never: tuple[Path, ...]) -> None:
    if path.is_dir():
        raise UnusableFile(f"`{path}` is a folder; name a file in it")
    if not path.parent.is_dir():
        raise UnusableFile(f"there is no folder `{path.parent}` to write `{path.name}` into")
    if path.exists() and not path.is_file():
        raise UnusableFile(f"`{path}` is not a regular file")
    for other in never:
        if path.exists() and other.exists() and path.samefile(other):
            raise UnusableFile(f"`{path}` is read by this command; write the result to another file")


def check_readable(path: Path) -> None:
    """Refuses an input that isn't there, is none of the known kinds, or can't be opened."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UnusableFile(f"`{path}` is a folder; name a file of customers")
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise UnusableFile(f"`{path}` is not a regular file")
        if path.suffix.lower() not in ENDINGS:
            raise UnusableFile(_unknown_ending(path))
        if stat.S_ISREG(mode):
            with path.open("rb") as file:
                beginning = file.read(4)
            for mark, what in FOREIGN_BEGINNINGS.items():
                readable = PARQUET_ENDINGS if "UTF-16" not in what else (*PARQUET_ENDINGS, *CSV_ENDINGS)
                if beginning.startswith(mark) and path.suffix.lower() not in readable:
                    raise UnusableFile(f"`{path}` is {what}")
    except FileNotFoundError:
        raise UnusableFile(f"there is no file `{path}`") from None
    except (OSError, ValueError) as error:
        raise UnusableFile(f"`{path}` can't be read: {reason(error)}") from None


def is_folder(path: Path) -> bool:
    """True for a folder; a name that can't be looked at is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def reason(error: OSError | ValueError) -> str:
    """Why the system refuses, in its words."""
    return (getattr(error, "strerror", None) or str(error) or "it is not a usable name").lower()


def _unknown_ending(path: Path) -> str:
    return f"`{path.name}` should end in `.csv`, `.jsonl` or `.parquet`, to say what kind of file it is"
