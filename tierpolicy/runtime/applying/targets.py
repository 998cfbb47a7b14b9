"""Where decisions go: a file, a folder of Parquet, a table in a database. Each is made in a workplace first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tierpolicy.runtime.applying.output import Layout, Output

ROWS_IN_A_PART = 1 << 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the result should be. `form` is `csv`, `tsv`, `jsonl`, `parquet`, `folder`, `duckdb` or `postgres`."""

    path: Path
    form: str
    table: str | None = None
    url: str | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        if self.table is not None:
            from tierpolicy.runtime.bases.postgres_connection import database_of

            return f"{database_of(self.url)}: {self.table}" if self.url else f"{self.path.name}: {self.table}"
        return f"{self.path}/" if self.form == "folder" else f"{self.path}"


class Target(Protocol):
    """Takes what is written of each batch, in order."""

    def spelled(self, output: Output) -> Any:
        """The output as this target writes it; called by several threads."""

    def write(self, spelled: Any) -> None:
        """Writes it."""

    def kept(self) -> dict[str, Any] | None:
        """Makes sure that all that was written lasts, and says what is needed to go on; None in between of parts."""

    def rows(self) -> int:
        """How many rows were written, by what is on the disk where that says so."""

    def finish(self) -> None:
        """Puts the result in its place."""

    def close(self) -> None:
        """Lets go of what is open, whatever happened."""


def target_for(wanted: Wanted, layout: Layout, types: dict[str, Any], folder: Path, kept: Any, resume: bool) -> Target:
    """The target that makes what is wanted, in a folder; `kept` is what it said of an earlier run."""
    match wanted.form:
        case "csv" | "tsv" | "jsonl":
            from tierpolicy.runtime.applying.lines import Lines

            return Lines(wanted, layout, folder, kept)
        case _:
            from tierpolicy.runtime.applying.parts import Parts

            size = ROWS_IN_A_PART if resume or wanted.form != "parquet" else None
            return Parts(wanted, layout, types, folder, kept, size)
