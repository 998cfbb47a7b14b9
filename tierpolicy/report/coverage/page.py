"""From coverage to one HTML page: every policy's text, coloured by what examples and cases show of it.

The page asks for nothing from elsewhere and runs no script: what opens are `details`. Policy text, names and paths
reach the template as values only, which it escapes. A long file is shown where it lacks something, and so much of it
that the page stays readable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.report.coverage.blocks import Block, Look, blocks_of
from tierpolicy.report.coverage.terminal import lines_text, worst_first
from tierpolicy.report.words import count_text, plural
from tierpolicy.testing.coverage.data import Counts, Coverage, FileSeen, StatementSeen, by_properties
from tierpolicy.testing.coverage.rate import Rate, comparison_rate, gaps_of, lacking, rate_of, statement_rate

LONG = 400
"""A file of more lines is shown where it lacks something."""

AROUND = 2
"""So many lines stand before and after what is shown of a long file."""

MOST_LINES = 600
"""So many lines of one file are shown at most."""

MOST_ON_PAGE = 20_000
"""So many lines are shown in all; files after that are only named."""

MOST_COMPARISONS = 60
"""So many comparisons are listed of one block."""

LEGEND: tuple[tuple[Look, str, str], ...] = (
    ("covered", "✓", "decided something; each comparison was seen true and false"),
    ("partly", "◐", "decided something, but a comparison was seen only one way, or not all that stands there decided"),
    ("lost", "≠", "was true and never decided: something else was better"),
    ("unknown", "?", "never true; unknown at times, because a value was missing"),
    ("never", "✗", "never true, or not in force on any day that was tried"),
    ("exempt", "·", "not counted"),
)
MARKS: dict[Look, tuple[str, str]] = {look: (mark, words) for look, mark, words in LEGEND} | {"plain": ("", "")}


def coverage_page(coverage: Coverage, title: str = "Coverage") -> str:
    """A whole HTML document. Files with the most to gain come first."""
    files = worst_first(coverage.files)
    return _template().render(
        title=printable(title),
        rate=rate_of(coverage),
        statements=statement_rate(files),
        comparisons=comparison_rate(files),
        by_properties=rate_of(coverage, by_properties),
        customers=sum((each.customers for each in coverage.policies), Counts()),
        policies=[
            (printable(f"{p.name} {p.version}".strip()), printable(p.path), p.customers) for p in coverage.policies
        ],
        legend=LEGEND,
        files=list(_files_on_page(files)),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("tierpolicy.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"count": count_text, "printable": printable}
    environment.globals |= {"marks": MARKS, "lacking": lacking, "rows": _rows, "most_comparisons": MOST_COMPARISONS}
    return environment.get_template("coverage.html")


@dataclass(frozen=True, slots=True)
class Shown:
    """Blocks of a file, or (`skipped`) a sentence about those left out."""

    block: Block | None = None
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class FileOnPage:
    """A file as the template needs it. `open` says whether its text is unfolded at first."""

    anchor: str
    path: str
    rate: Rate
    statements: Rate
    comparisons: Rate
    gaps: str
    fallbacks: tuple[tuple[str, str, Counts], ...]
    shown: tuple[Shown, ...]
    open: bool


def _files_on_page(files: Iterable[FileSeen]) -> Iterator[FileOnPage]:
    room = MOST_ON_PAGE
    for number, file in enumerate(files, 1):
        shown = tuple(_shown(file, min(room, MOST_LINES)))
        room -= sum(len(each.block.lines) for each in shown if each.block)
        rate = rate_of(file)
        yield FileOnPage(
            f"file-{number}",
            printable(file.path),
            rate,
            statement_rate([file]),
            comparison_rate([file]),
            lines_text(gap.line for gap in gaps_of(file)),
            tuple((each.attribute, each.value, each.taken) for each in file.fallbacks if each.taken.all),
            shown,
            open=rate.covered < rate.points and number <= 10 and file.text.count("\n") <= LONG,
        )


# ---------------------------------------------------------------- of long files, a part


def _shown(file: FileSeen, most: int) -> Iterator[Shown]:
    """The blocks to show, with what is left out between and after them."""
    blocks = blocks_of(file)
    kept = blocks if blocks and blocks[-1].last <= LONG else list(_with_gaps(blocks))
    lines, at = 0, 1
    for block in kept:
        if lines + len(block.lines) > most:
            yield Shown(skipped="what follows is left out here: the page would grow too long")
            return
        if block.first > at:
            yield Shown(skipped=f"{plural(block.first - at, 'line')} left out, where nothing is missing")
        yield Shown(block)
        lines, at = lines + len(block.lines), block.last + 1
    last = blocks[-1].last if blocks else 0
    if last >= at:
        yield Shown(skipped=f"{plural(last - at + 1, 'line')} left out, where nothing is missing")


def _with_gaps(blocks: list[Block]) -> Iterator[Block]:
    """Blocks that lack something, with a few lines around them."""
    lacks = [at for at, block in enumerate(blocks) if block.look not in ("plain", "covered", "exempt")]
    wanted = {near for at in lacks for near in (at - 1, at, at + 1) if 0 <= near < len(blocks)}
    for at in sorted(wanted):
        block = blocks[at]
        if block.look == "plain" and len(block.lines) > 2 * AROUND:
            if at - 1 in wanted and at > 0:
                yield Block(block.first, block.lines[:AROUND])
            if at + 1 in wanted:
                yield Block(block.last - AROUND + 1, block.lines[-AROUND:])
        else:
            yield block


# ---------------------------------------------------------------- numbers


def _rows(statement: StatementSeen) -> list[tuple[str, Counts]]:
    """What a statement's table of counts says, without rows of noughts but the first two."""
    always = [("decided something", statement.decided), ("was true", statement.fired)]
    others = [
        ("was false", statement.missed),
        ("was unknown", statement.unknown),
        ("not reached: a row above was true", statement.unreached),
        ("not in force on the day", statement.out_of_force),
    ]
    return always + [row for row in others if row[1].all]
