"""From a file's text and what was seen of it to blocks of lines: what a statement or a lone comparison takes up, with
how far it is covered, and the plain lines between.

Each line is cut into pieces, so that comparisons stand out in it. Everything here is text as the author wrote it; it
becomes HTML only where a template writes it, escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.source import Source
from tierpolicy.testing.coverage.data import ComparisonSeen, FileSeen, Place, StatementSeen
from tierpolicy.testing.coverage.rate import comparison_gap, lacking

Look = Literal["plain", "covered", "partly", "lost", "unknown", "never", "exempt"]
"""How a block is shown. `partly`: decided, with a comparison seen one way only, or one statement of several."""

Sides = Literal["both", "true", "false", "neither", "exempt"]
"""Which outcomes of a comparison were seen."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line; with `sides` a comparison, of which `words` tell more."""

    text: str
    sides: Sides | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, from the first, as pieces."""

    first: int
    lines: tuple[tuple[Piece, ...], ...]
    look: Look = "plain"
    statements: tuple[StatementSeen, ...] = ()
    comparisons: tuple[ComparisonSeen, ...] = ()

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1


def blocks_of(file: FileSeen) -> list[Block]:
    """The whole file as blocks, in order."""
    source = Source(file.path, file.text)
    count = len(source.line_starts) - (1 if file.text.endswith("\n") and len(source.line_starts) > 1 else 0)
    found: list[Block] = []
    at = 1
    for first, last, statements, comparisons in _taken(file):
        found += _plain(source, at, first - 1)
        pieces = _pieces(source, first, last, comparisons)
        found.append(Block(first, pieces, _look(statements, comparisons), statements, comparisons))
        at = last + 1
    return [*found, *_plain(source, at, count)]


def _plain(source: Source, first: int, last: int) -> list[Block]:
    if last < first:
        return []
    return [Block(first, tuple((Piece(source.line(line)),) for line in range(first, last + 1)))]


Taken = tuple[int, int, tuple[StatementSeen, ...], tuple[ComparisonSeen, ...]]


def _taken(file: FileSeen) -> Iterator[Taken]:
    """The lines that statements and comparisons take up; those that share a line stand together."""
    seen: list[StatementSeen | ComparisonSeen] = [*file.statements, *file.comparisons]
    together: list[StatementSeen | ComparisonSeen] = []
    last = 0
    for each in sorted(seen, key=lambda each: (each.place.line, each.place.start)):
        if together and each.place.line > last:
            yield _sorted_out(together, last)
            together = []
        together.append(each)
        last = max(last, each.place.last_line) if len(together) > 1 else each.place.last_line
    if together:
        yield _sorted_out(together, last)


def _sorted_out(together: list[StatementSeen | ComparisonSeen], last: int) -> Taken:
    statements = tuple(each for each in together if isinstance(each, StatementSeen))
    comparisons = tuple(each for each in together if isinstance(each, ComparisonSeen))
    return together[0].place.line, last, statements, comparisons


# ---------------------------------------------------------------- how far it is covered


def _look(statements: Iterable[StatementSeen], comparisons: Iterable[ComparisonSeen]) -> Look:
    counted = [each for each in statements if not each.exempt]
    sides = [lacking(each) for each in comparisons if not each.exempt]
    if not counted and not sides:
        return "exempt"
    decided = [each for each in counted if each.status() == "decided"]
    if not counted:
        if sum(sides) < 2 * len(sides):
            return "partly" if any(sides) else "covered"
        return "unknown" if any(each.unknown.tested for each in comparisons) else "never"
    if decided:
        return "covered" if len(decided) == len(counted) and not any(sides) else "partly"
    statuses = {each.status() for each in counted}
    return "lost" if "lost" in statuses else "unknown" if "unknown" in statuses else "never"


def sides_of(comparison: ComparisonSeen) -> Sides:
    """Which outcomes examples and cases showed."""
    if comparison.exempt:
        return "exempt"
    match bool(comparison.true.tested), bool(comparison.false.tested):
        case True, True:
            return "both"
        case True, False:
            return "true"
        case False, True:
            return "false"
        case _:
            return "neither"


# ---------------------------------------------------------------- the text in pieces


def _pieces(
    source: Source, first: int, last: int, comparisons: tuple[ComparisonSeen, ...]
) -> tuple[tuple[Piece, ...], ...]:
    marked = list(_marked(comparisons))
    return tuple(tuple(_of_line(source, line, marked)) for line in range(first, last + 1))


def _marked(comparisons: tuple[ComparisonSeen, ...]) -> Iterator[tuple[Place, Sides, str]]:
    """The places of comparisons, none inside another; at one place (`between`) the one that lacks most is shown."""
    end = -1
    ordered = sorted(comparisons, key=lambda each: (each.place.start, -each.place.end, -lacking(each)))
    for comparison in ordered:
        if comparison.place.start >= end:
            end = comparison.place.end
            words = comparison.exempt or comparison_words(comparison)
            yield comparison.place, sides_of(comparison), words


def comparison_words(comparison: ComparisonSeen) -> str:
    """What examples and cases showed of a comparison, in a line."""
    seen = comparison
    counts = f"true {seen.true.tested}, false {seen.false.tested}, unknown {seen.unknown.tested}"
    return f"{comparison_gap(seen)} ({counts})" if lacking(seen) else f"`{seen.text}`: {counts}"


def _of_line(source: Source, line: int, marked: list[tuple[Place, Sides, str]]) -> Iterator[Piece]:
    start = source.line_starts[line - 1]
    at, end = start, start + len(source.line(line))
    for place, sides, words in marked:
        first, last = max(place.start, at), min(place.end, end)
        if first < last:
            if at < first:
                yield Piece(source.text[at:first])
            yield Piece(source.text[first:last], sides, printable(words))
            at = last
    if at < end or at == start:
        yield Piece(source.text[at:end])
