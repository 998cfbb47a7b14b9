"""What `--coverage` and its like ask for, and what is then shown and written of what was seen.

Nothing is looked at where nobody asked for it. What draws tables and pages is loaded only then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tierpolicy.surfaces.cli.speaking import say, show, written
from tierpolicy.testing.coverage import Coverage, Recorder, fail_under


@dataclass(frozen=True, slots=True)
class Covering:
    """What is asked: a `table`, the least percent that will do, an HTML page, a Cobertura document."""

    table: bool = False
    least: float | None = None
    page: Path | None = None
    cobertura: Path | None = None

    @property
    def reports(self) -> tuple[Path, ...]:
        """The files to write."""
        return tuple(each for each in (self.page, self.cobertura) if each is not None)

    @property
    def recorder(self) -> Recorder | None:
        """What looks on while items run; None where nothing is asked."""
        return Recorder() if self.table or self.least is not None or self.reports else None


def show_coverage(asked: Covering, coverage: Coverage) -> None:
    """The table, where it is asked for."""
    if asked.table:
        from tierpolicy.report.coverage import coverage_table

        say("")
        show(coverage_table(coverage))


def write_coverage(asked: Covering, coverage: Coverage) -> None:
    """The page and the document, where they are asked for."""
    if not asked.reports:
        return
    from tierpolicy.report.coverage import cobertura_xml, coverage_page

    if asked.page is not None:
        written(asked.page, coverage_page(coverage))
    if asked.cobertura is not None:
        written(asked.cobertura, cobertura_xml(coverage, Path.cwd(), datetime.now(UTC)))


def data_of(coverage: Coverage | None) -> dict[str, Any]:
    """What the JSON document says of it."""
    if coverage is None:
        return {}
    from tierpolicy.report.coverage import coverage_data

    return {"coverage": coverage_data(coverage)}


def what_lacks(asked: Covering, coverage: Coverage) -> str:
    """A sentence where less is covered than was asked, else ''."""
    short = fail_under(coverage, asked.least) if asked.least is not None else None
    return short.sentence if short is not None else ""
