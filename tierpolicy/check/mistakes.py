"""Names whose declaration did not parse: they are reported there, so that their readers stay silent.

A statement starts in the first column and what continues it is indented, so a mistake is the statement around it. All
words before a colon in its lines, and the first word after the keyword, may have been meant as names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from tierpolicy.diagnostics.diagnostic import Diagnostic, Severity
from tierpolicy.source import Source
from tierpolicy.syntax import ast

DECLARED = re.compile(r"`?([A-Za-z_][A-Za-z0-9_]*)`?\s*:")
NAMED = re.compile(
    r"(?i)(?:define|parameter|rule|limit|baseline|table|matrix|property|tier)\s+`?([A-Za-z_][A-Za-z0-9_]*)"
)
TIERS = re.compile(r"(?i)tiers\b")
FIRST_COLUMN = re.compile(r"^[^\s|}#]", re.MULTILINE)
LONGEST_READ = 100_000
"""How much of a broken statement is searched for names."""


def broken_names(
    modules: Iterable[ast.Module], sources: Mapping[str, Source], diagnostics: Iterable[Diagnostic]
) -> set[str]:
    """The names that statements with mistakes of text or syntax may have declared, and that no other declares."""
    by_path: dict[str, list[int]] = {}
    for diagnostic in diagnostics:
        if diagnostic.severity is Severity.ERROR and diagnostic.span is not None:
            by_path.setdefault(diagnostic.span.path, []).append(diagnostic.span.start)
    found: set[str] = set()
    for path, offsets in by_path.items():
        if path in sources:
            for stretch in _statements_at(sources[path].text, offsets):
                found.update(_names_in(stretch))
    return found - _declared_names(modules) if found else found


def _statements_at(text: str, offsets: list[int]) -> Iterator[str]:
    """The statements around the offsets, each once."""
    starts = [match.start() for match in FIRST_COLUMN.finditer(text)]
    for at in sorted({bisect_right(starts, offset) for offset in offsets}):
        begin = starts[at - 1] if at > 0 else 0
        end = starts[at] if at < len(starts) else len(text)
        yield text[begin : min(end, begin + LONGEST_READ)]


def _names_in(statement: str) -> Iterator[str]:
    named = NAMED.match(statement)
    if named is not None:
        yield named[1]
    if TIERS.match(statement):
        yield "tier"
    for declared in DECLARED.finditer(statement):
        yield declared[1]


def _declared_names(modules: Iterable[ast.Module]) -> set[str]:
    found: set[str] = set()
    for module in modules:
        for statement in module.statements:
            match statement:
                case ast.Block(declarations=declarations):
                    found.update(declaration.name.text for declaration in declarations)
                case ast.Parameter(name=name) | ast.Define(name=name):
                    found.add(name.text)
                case ast.Tiers():
                    found.add("tier")
                case _:
                    pass
    return found
