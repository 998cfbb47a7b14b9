"""Mistakes that stand in claims alone (examples, cases, properties, assumptions): without these statements the policy
decides all the same, so the rest of it is tested.

A statement starts in the first column, so a mistake in text that doesn't parse is in the statement around it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.source import Source, Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.gather import Gathered

FIRST_COLUMN = re.compile(r"^[^\s|}#]", re.MULTILINE)
WORD = re.compile(r"[A-Za-z]+")
CLAIMS = frozenset({"example", "cases", "property", "assume", "allow"})
CLAIM_NODES = (ast.Example, ast.Property, ast.Assume, ast.Allow)


def without_mistaken_claims(gathered: Gathered, errors: tuple[Diagnostic, ...]) -> Gathered | None:
    """The policy less the claims that the errors are in; None where one of them is elsewhere."""
    places = [error.span for error in errors if error.span is not None and is_in_claim(gathered, error.span)]
    if len(places) < len(errors):
        return None
    modules = tuple(
        replace(module, statements=tuple(_kept(module.statements, [at for at in places if at.path == module.path])))
        for module in gathered.modules
    )
    told = set(errors)
    return replace(gathered, modules=modules, diagnostics=tuple(d for d in gathered.diagnostics if d not in told))


def is_in_claim(gathered: Gathered, span: Span) -> bool:
    """True where a place is in a statement that decides nothing."""
    source = next((each for each in gathered.sources if each.path == span.path), None)
    return source is not None and first_word(source, span.start) in CLAIMS


def first_word(source: Source, offset: int) -> str:
    """The word that opens the statement around an offset, in small letters; '' above the first."""
    starts = [match.start() for match in FIRST_COLUMN.finditer(source.text)]
    at = bisect_right(starts, offset)
    word = WORD.match(source.text, starts[at - 1]) if at else None
    return word[0].lower() if word is not None else ""


def _kept(statements: Iterable[ast.Statement], places: list[Span]) -> Iterator[ast.Statement]:
    """The statements less those with a mistake, and less the `allow`s that stand above these."""
    waiting: list[ast.Statement] = []
    for statement in statements:
        mistaken = isinstance(statement, CLAIM_NODES) and any(_holds(statement.span, place) for place in places)
        if isinstance(statement, ast.Allow):
            waiting += [] if mistaken else [statement]
            continue
        if not mistaken:
            yield from waiting
            yield statement
        waiting = []
    yield from waiting


def _holds(span: Span, place: Span) -> bool:
    return span.start <= place.start <= span.end
