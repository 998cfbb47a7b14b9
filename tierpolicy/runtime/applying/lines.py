"""CSV and JSON lines from columns: each column becomes text at once, and the texts of a row are joined."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any, assert_never

import numpy as np

from tierpolicy.runtime.applying.output import Answered, Cells, Copied, Counted, Layout, Output, Said
from tierpolicy.runtime.applying.targets import Wanted
from tierpolicy.runtime.applying.texts import (
    answer_texts,
    csv_cell,
    csv_copied,
    csv_spelling,
    json_copied,
    json_spelling,
    json_text,
    said_texts,
)


class Lines:
    """A text file with a line for each row."""

    def __init__(self, wanted: Wanted, layout: Layout, folder: Path, kept: Any) -> None:
        self._wanted, self._layout = wanted, layout
        self._json = wanted.form == "jsonl"
        self._delimiter = "\t" if wanted.form == "tsv" else ","
        self._path = folder / "part"
        self._rows = kept["rows"] if kept else 0
        self._file = self._path.open("r+b" if kept else "wb")
        if kept:
            self._file.truncate(kept["bytes"])
            self._file.seek(0, os.SEEK_END)
        elif not self._json:
            head = self._delimiter.join(csv_cell(each.name, self._delimiter) for each in layout.columns)
            self._file.write(f"{head}\n".encode())

    def spelled(self, output: Output) -> tuple[int, memoryview]:
        """How many lines, and all of them."""
        import pyarrow
        import pyarrow.compute

        texts = [self._text(each).cast(pyarrow.large_string()) for each in output.cells]
        if output.kept is not None:
            kept = pyarrow.array(output.kept)
            texts = [text.filter(kept) for text in texts]
        between = self._between()
        if not len(texts[0]):
            return 0, memoryview(b"")
        scalars = [pyarrow.scalar(each, pyarrow.large_string()) for each in (*between, "")]
        pieces = [piece for pair in zip(scalars, texts, strict=False) for piece in pair]
        lines = pyarrow.compute.binary_join_element_wise(*pieces, *scalars[-2:])
        return len(lines), _bytes_of(lines)

    def _between(self) -> list[str]:
        """What stands before the cell of each column, and after the last."""
        if not self._json:
            return ["", *[self._delimiter] * (len(self._layout.columns) - 1), "\n"]
        names = [json_text(each.name) for each in self._layout.columns]
        return [f"{'{' if at == 0 else ', '}{name}: " for at, name in enumerate(names)] + ["}\n"]

    def _text(self, cells: Cells) -> Any:
        import pyarrow

        match cells:
            case Copied(values):
                return json_copied(values) if self._json else csv_copied(values, self._delimiter)
            case Answered(attribute, answer):
                spell = json_spelling(attribute) if self._json else csv_spelling(attribute, self._delimiter)
                return answer_texts(attribute, answer, spell, not self._json)
            case Counted(numbers):
                return pyarrow.array(numbers).cast(pyarrow.string())
            case Said(said, rows):
                spell_text = json_text if self._json else partial(csv_cell, delimiter=self._delimiter)
                return said_texts(said, rows, spell_text, "null" if self._json else "")
            case _:
                assert_never(cells)

    def write(self, spelled: tuple[int, memoryview]) -> None:
        rows, lines = spelled
        self._file.write(lines)
        self._rows += rows

    def kept(self) -> dict[str, Any]:
        self._file.flush()
        os.fsync(self._file.fileno())
        return {"rows": self._rows, "bytes": self._file.tell()}

    def rows(self) -> int:
        return self._rows

    def finish(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._path.replace(self._wanted.path)

    def close(self) -> None:
        self._file.close()


def _bytes_of(lines: Any) -> memoryview:
    """The texts one after the other, as they lie in memory."""
    _, offsets, held = lines.buffers()
    places = np.frombuffer(offsets, np.int64, len(lines) + 1, lines.offset * 8)
    return memoryview(held)[int(places[0]) : int(places[-1])]
