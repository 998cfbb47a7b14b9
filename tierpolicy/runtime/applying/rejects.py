"""Rows that can't be read, set apart: a CSV file with the line, the row, its keys and what is wrong with it."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class Rejects:
    """The file, made in a workplace and put in its place at the end."""

    def __init__(self, target: Path | None, keys: Sequence[str], folder: Path, kept: Any) -> None:
        self._target, self._path = target, folder / "rejects"
        self.count: int = kept["count"] if kept else 0
        if target is None:
            return
        self._file = self._path.open("r+" if kept else "w", encoding="utf-8", errors="backslashreplace", newline="")
        if kept:
            self._file.truncate(kept["bytes"])
            self._file.seek(0, os.SEEK_END)
        self._writer = csv.writer(self._file, lineterminator="\n")
        if not kept:
            self._writer.writerow(["line", "row", *keys, "reason"])

    def add(self, line: int | None, row: int, keys: Sequence[object], reason: str) -> None:
        """Sets a row apart."""
        cells = ("" if cell is None else cell for cell in (line, row, *keys, reason))
        self._writer.writerow(tuple(cells))
        self.count += 1

    def kept(self) -> dict[str, int] | None:
        """Makes sure that all that was written lasts, and says what is needed to go on."""
        if self._target is None:
            return None
        self._file.flush()
        os.fsync(self._file.fileno())
        return {"count": self.count, "bytes": self._path.stat().st_size}

    def finish(self) -> None:
        """Puts the file in its place."""
        if self._target is not None:
            self.kept()
            self._file.close()
            self._path.replace(self._target)

    def close(self) -> None:
        """Lets go of the file."""
        if self._target is not None:
            self._file.close()
