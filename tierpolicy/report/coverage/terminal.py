"""From coverage to a table for a terminal: a row a file, the worst first, and below it what is missing, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.report.words import count_text, plural
from tierpolicy.testing.coverage.data import Coverage, FileSeen, by_properties
from tierpolicy.testing.coverage.rate import Gap, Rate, comparison_rate, gaps_of, rate_of, statement_rate

MOST_FILES = 30
MOST_GAPS = 10
MOST_LINES = 12


def coverage_table(coverage: Coverage) -> RenderableType:
    """The rate of every file that lacks something, and of all together. Of many files and gaps the worst are shown."""
    return Group(*_parts(coverage))


def worst_first(files: Iterable[FileSeen]) -> list[FileSeen]:
    """Files by their rate, and among equals by path; those with nothing to cover last."""
    rates = {file.key: rate_of(file) for file in files}
    return sorted(files, key=lambda file: (not rates[file.key].points, rates[file.key].percent, file.path))


def lines_text(lines: Iterable[int], most: int = MOST_LINES) -> str:
    """`14, 17–19, 40`; of many, the first with `…`."""
    runs: list[tuple[int, int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], line
        else:
            runs.append((line, line))
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:most]]
    return ", ".join([*shown, "…"] if len(runs) > most else shown)


def _parts(coverage: Coverage) -> Iterator[RenderableType]:
    files = worst_first(coverage.files)
    shown = [file for file in files if rate_of(file).points][:MOST_FILES]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for head in ("rate", "statements", "comparisons"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("file", overflow="fold")
    for file in shown:
        lines = lines_text(gap.line for gap in gaps_of(file))
        name = Text(printable(file.path)) + Text(f"\ngaps in lines {lines}" if lines else "", style="dim")
        table.add_row(*_rates([file], rate_of(file)), name)
    table.add_section()
    table.add_row(*_rates(coverage.files, rate_of(coverage)), "all", style="bold")
    yield table
    with_points = sum(bool(rate_of(file).points) for file in files)
    if len(shown) < with_points:
        yield Text(f"the worst {len(shown)} of {plural(with_points, 'file')}; `all` counts every one")
    yield Text("")
    yield from _gaps(shown)
    yield Text(_notes(coverage))


def _rates(files: Iterable[FileSeen], rate: Rate) -> tuple[str, str, str]:
    files = tuple(files)
    statements, comparisons = statement_rate(files), comparison_rate(files)
    return str(rate), _of(statements), _of(comparisons)


def _of(rate: Rate) -> str:
    return f"{count_text(rate.covered)}/{count_text(rate.points)}" if rate.points else "–"


def _gaps(files: list[FileSeen]) -> Iterator[RenderableType]:
    """What is missing, file by file: the first of it."""
    room, left_out = MOST_GAPS, 0
    for file in files:
        gaps = list(gaps_of(file))
        left_out += len(gaps[room:])
        if gaps[:room]:
            yield Text(printable(file.path), style="bold")
            yield _listed(gaps[:room])
        room -= len(gaps[:room])
    if left_out:
        yield Text(f"and {plural(left_out, 'more gap')}; the page of HTML and the JSON hold all of them")
    if room < MOST_GAPS:
        yield Text("")


def _listed(gaps: list[Gap]) -> Table:
    listed = Table.grid(padding=(0, 2, 0, 0))
    listed.add_column(justify="right", no_wrap=True, min_width=5)
    listed.add_column(overflow="fold")
    for gap in gaps:
        listed.add_row(str(gap.line), Text(printable(gap.what)))
    return listed


def _notes(coverage: Coverage) -> str:
    """What is shown and not counted."""
    comparisons = [each for file in coverage.files for each in file.comparisons]
    unknown = sum(bool(each.unknown.tested) for each in comparisons)
    notes = ["a comparison counts twice: seen true, seen false"]
    if comparisons:
        notes.append(f"seen unknown: {count_text(unknown)} of {count_text(len(comparisons))}")
    if any(each.customers.properties for each in coverage.policies):
        notes.append(f"customers drawn for properties, not counted, would cover {rate_of(coverage, by_properties)}")
    return "; ".join(notes)
