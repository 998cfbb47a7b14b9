"""From coverage to one number, and to what is missing from it.

Points are given for what examples and cases show: one for each statement, which must have decided something, and two
for each comparison, which must have been seen true and seen false. What is exempt gives none. Customers drawn for
properties are left out: nobody wrote down what they should get.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tierpolicy.testing.coverage.data import (
    ComparisonSeen,
    Counted,
    Coverage,
    FileSeen,
    StatementSeen,
    Status,
    by_tests,
)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many points of so many."""

    covered: int = 0
    points: int = 0

    @property
    def percent(self) -> float:
        """From 0 to 100; 100 where there is nothing to cover."""
        return 100 * self.covered / self.points if self.points else 100.0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.covered + other.covered, self.points + other.points)

    def __str__(self) -> str:
        """`84.2%`, never rounded up, so that 100% lacks nothing; `–` where there is nothing to cover."""
        if not self.points:
            return "–"
        tenths = 1000 * self.covered // self.points
        return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that examples and cases don't show: where it is, how much it would add, and a few words on it."""

    path: str
    line: int
    points: int
    what: str
    of: Literal["statement", "comparison"]


def rate_of(seen: Coverage | FileSeen, count: Counted = by_tests) -> Rate:
    """The rate of a file, or of all files together."""
    files = seen.files if isinstance(seen, Coverage) else (seen,)
    return statement_rate(files, count) + comparison_rate(files, count)


def statement_rate(files: Iterable[FileSeen], count: Counted = by_tests) -> Rate:
    """One point each: those that decided something."""
    counted = [each for file in files for each in file.statements if not each.exempt]
    return Rate(sum(bool(count(each.decided)) for each in counted), len(counted))


def comparison_rate(files: Iterable[FileSeen], count: Counted = by_tests) -> Rate:
    """Two points each: those seen true, and those seen false."""
    counted = [each for file in files for each in file.comparisons if not each.exempt]
    return Rate(sum(2 - lacking(each, count) for each in counted), 2 * len(counted))


def gaps_of(file: FileSeen) -> Iterator[Gap]:
    """What is missing in a file, in the order of the text: statements, and comparisons never seen one way."""
    statements = [
        (each.place.start, Gap(file.path, each.place.line, 1, statement_gap(each), "statement"))
        for each in file.statements
        if not each.exempt and each.status() != "decided"
    ]
    comparisons = [
        (each.place.start, Gap(file.path, each.place.line, lacking(each), comparison_gap(each), "comparison"))
        for each in file.comparisons
        if not each.exempt and lacking(each)
    ]
    yield from (gap for _, gap in sorted([*statements, *comparisons], key=lambda found: found[0]))


def lacking(comparison: ComparisonSeen, count: Counted = by_tests) -> int:
    """The points that a comparison lacks, 0 to 2."""
    return 2 - bool(count(comparison.true)) - bool(count(comparison.false))


# ---------------------------------------------------------------- in words


def statement_gap(statement: StatementSeen) -> str:
    """`rule `recover` never decided`, with the reason where one is known."""
    return f"{named(statement)} {_STATUS_WORDS[statement.status()]}{_reason(statement)}"


_STATUS_WORDS: dict[Status, str] = {
    "decided": "decided",
    "lost": "was true and never decided anything",
    "unknown": "was never true, unknown at times",
    "out of force": "was never in force",
    "never fired": "was never true",
}


def _reason(statement: StatementSeen) -> str:
    if statement.taken_by and statement.status() != "lost":
        return f": `{statement.taken_by}` above took its customers"
    return ""


def named(statement: StatementSeen) -> str:
    """A statement in words, ``rule `recover` ``; names that say what they are stand alone."""
    if statement.kind in ("row", "tier") or " line " in f" {statement.name}":
        return f"`{statement.name}`"
    return f"{statement.kind} `{statement.name}`"


def comparison_gap(comparison: ComparisonSeen) -> str:
    """`annual_spend >= 10_000` was never false."""
    text = f"`{comparison.text}`"
    match bool(comparison.true.tested), bool(comparison.false.tested):
        case True, False:
            return f"{text} was never false"
        case False, True:
            return f"{text} was never true"
        case _:
            at_times = ", only unknown" if comparison.unknown.tested else ""
            return f"{text} was never true and never false{at_times}"


# ---------------------------------------------------------------- asked for


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why coverage isn't enough, in one sentence."""

    rate: Rate
    asked: float
    sentence: str


MOST_NAMED = 3


def fail_under(coverage: Coverage, percent: float) -> Shortfall | None:
    """What is lacking where less than `percent` (0 to 100) of the points are covered; None where it is enough."""
    rate = rate_of(coverage)
    if not rate.points or Decimal(rate.covered) * 100 >= Decimal(str(percent)) * rate.points:
        return None
    every = (gap for file in coverage.files for gap in gaps_of(file))
    gaps = sorted(every, key=lambda gap: (gap.of == "comparison", -gap.points))  # what never decided says most
    named_gaps = [f"{gap.what} ({gap.path}, line {gap.line})" for gap in gaps[:MOST_NAMED]]
    more = f"; and {len(gaps) - MOST_NAMED:,} more" if len(gaps) > MOST_NAMED else ""
    asked = f"{Decimal(str(percent)).normalize():f}%"
    sentence = f"coverage is {rate}, asked for is at least {asked}: {'; '.join(named_gaps)}{more}"
    return Shortfall(rate, percent, sentence)
