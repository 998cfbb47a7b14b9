"""Mistakes that stand in claims alone (examples, cases, properties, assumptions): without these statements the policy
decides all the same, so the rest of it is tested. Of a table of cases the rows with a mistake are taken out.

A statement starts in the first column, so a mistake in text that doesn't parse is in the statement around it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import PurePosixPath

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.source import Source, Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.gather import Gathered

FIRST_COLUMN = re.compile(r"^[^\s|}#]", re.MULTILINE)
WORD = re.compile(r"[A-Za-z]+")
CLAIMS = frozenset({"example", "cases", "property", "assume", "allow"})


def without_mistaken_claims(gathered: Gathered, errors: tuple[Diagnostic, ...]) -> Gathered | None:
    """The policy less the claims that the errors are in; None where one of them is elsewhere."""
    files = _case_files(gathered)
    texts = {source.path: Opened(source) for source in gathered.sources}
    spans = [error.span for error in errors if error.span is not None]
    if len(spans) < len(errors) or not all(_is_in_claim(span, texts, files) for span in spans):
        return None
    places = Mistaken(spans)
    modules = tuple(replace(module, statements=tuple(_kept(module.statements, places))) for module in gathered.modules)
    told = set(errors)
    return replace(gathered, modules=modules, diagnostics=tuple(d for d in gathered.diagnostics if d not in told))


def _is_in_claim(place: Span, texts: Mapping[str, Opened], case_files: frozenset[str]) -> bool:
    """True where a place is in something that decides nothing."""
    return place.path in case_files or (place.path in texts and texts[place.path].word_at(place.start) in CLAIMS)


class Opened:
    """A text, and where its statements begin."""

    def __init__(self, source: Source) -> None:
        self.text = source.text

    @cached_property
    def starts(self) -> list[int]:
        return [match.start() for match in FIRST_COLUMN.finditer(self.text)]

    def word_at(self, offset: int) -> str:
        """The word that opens the statement around an offset, in small letters; '' above the first."""
        at = bisect_right(self.starts, offset)
        word = WORD.match(self.text, self.starts[at - 1]) if at else None
        return word[0].lower() if word is not None else ""


class Mistaken:
    """The places of mistakes, by file and in order, so that many of them are looked up quickly."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.starts: dict[str, list[int]] = defaultdict(list)
        for span in sorted(spans, key=lambda span: span.start):
            self.starts[span.path].append(span.start)

    def within(self, span: Span) -> bool:
        """True where one of them begins inside the span."""
        starts = self.starts.get(span.path, [])
        at = bisect_left(starts, span.start)
        return at < len(starts) and starts[at] < max(span.end, span.start + 1)


def _case_files(gathered: Gathered) -> frozenset[str]:
    """The CSV files that hold cases alone."""
    found = {gathered.aside} if gathered.aside else set()
    for module in gathered.modules:
        for statement in module.statements:
            if isinstance(statement, ast.Cases) and statement.file is not None:
                found.add(str(PurePosixPath(module.path).parent / statement.file.value))
    return frozenset(found)


# ---------------------------------------------------------------- what is left


def _kept(statements: Iterable[ast.Statement], mistaken: Mistaken) -> Iterator[ast.Statement]:
    """The statements less those with a mistake, and less the `allow`s that stand above these."""
    waiting: list[ast.Statement] = []
    for statement in statements:
        left = _left_of(statement, mistaken)
        if isinstance(left, ast.Allow):
            waiting.append(left)
        elif not isinstance(statement, ast.Allow):
            if left is not None:
                yield from waiting
                yield left
            waiting = []
    yield from waiting


def _left_of(statement: ast.Statement, mistaken: Mistaken) -> ast.Statement | None:
    match statement:
        case ast.Cases():
            return _rows_left(statement, mistaken)
        case ast.Example() | ast.Property() | ast.Assume() | ast.Allow():
            return None if mistaken.within(statement.span) else statement
        case _:
            return statement


def _rows_left(cases: ast.Cases, mistaken: Mistaken) -> ast.Cases | None:
    """The cases less the rows with a mistake; None where it is in what all rows share. A row that doesn't parse is not
    among them as it is."""
    shared = [cases.name.span, *(column.span for column in cases.columns)]
    if cases.file is not None:
        shared.append(cases.file.span)
    if any(mistaken.within(span) for span in shared) or mistaken.within(Span(cases.span.path, cases.span.start, 0)):
        return None
    return replace(cases, rows=tuple(row for row in cases.rows if not mistaken.within(row.span)))
