"""Mistakes that stand in claims alone (examples, cases, properties, assumptions): without these statements the policy
decides all the same, so the rest of it is tested. Of a table of cases the rows with a mistake are taken out.

A statement starts in the first column, so a mistake in text that doesn't parse is in the statement around it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
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
    texts = {source.path: source for source in gathered.sources}
    places = [error.span for error in errors if error.span is not None and _is_in_claim(error.span, texts, files)]
    if len(places) < len(errors):
        return None
    modules = tuple(replace(module, statements=tuple(_kept(module.statements, places))) for module in gathered.modules)
    told = set(errors)
    return replace(gathered, modules=modules, diagnostics=tuple(d for d in gathered.diagnostics if d not in told))


def _is_in_claim(place: Span, texts: dict[str, Source], case_files: frozenset[str]) -> bool:
    """True where a place is in something that decides nothing."""
    return place.path in case_files or (place.path in texts and first_word(texts[place.path], place.start) in CLAIMS)


def first_word(source: Source, offset: int) -> str:
    """The word that opens the statement around an offset, in small letters; '' above the first."""
    starts = [match.start() for match in FIRST_COLUMN.finditer(source.text)]
    at = bisect_right(starts, offset)
    word = WORD.match(source.text, starts[at - 1]) if at else None
    return word[0].lower() if word is not None else ""


def _case_files(gathered: Gathered) -> frozenset[str]:
    """The CSV files that hold cases alone."""
    found = {gathered.aside} if gathered.aside else set()
    for module in gathered.modules:
        for statement in module.statements:
            if isinstance(statement, ast.Cases) and statement.file is not None:
                found.add(str(PurePosixPath(module.path).parent / statement.file.value))
    return frozenset(found)


# ---------------------------------------------------------------- what is left


def _kept(statements: Iterable[ast.Statement], places: list[Span]) -> Iterator[ast.Statement]:
    """The statements less those with a mistake, and less the `allow`s that stand above these."""
    waiting: list[ast.Statement] = []
    for statement in statements:
        left = _left_of(statement, places)
        if isinstance(left, ast.Allow):
            waiting.append(left)
        elif not isinstance(statement, ast.Allow):
            if left is not None:
                yield from waiting
                yield left
            waiting = []
    yield from waiting


def _left_of(statement: ast.Statement, places: list[Span]) -> ast.Statement | None:
    match statement:
        case ast.Cases():
            return _rows_left(statement, places)
        case ast.Example() | ast.Property() | ast.Assume() | ast.Allow():
            return None if any(_holds(statement.span, place) for place in places) else statement
        case _:
            return statement


def _rows_left(cases: ast.Cases, places: list[Span]) -> ast.Cases | None:
    """The cases less the rows with a mistake; None where it is in what all rows share. A row that doesn't parse is not
    among them as it is."""
    shared = [cases.name.span, *(column.span for column in cases.columns)]
    if cases.file is not None:
        shared.append(cases.file.span)
    if any(place == cases.span or _holds(span, place) for span in shared for place in places):
        return None
    return replace(cases, rows=tuple(row for row in cases.rows if not any(_holds(row.span, p) for p in places)))


def _holds(span: Span, place: Span) -> bool:
    return span.path == place.path and span.start <= place.start < max(span.end, span.start + 1)
