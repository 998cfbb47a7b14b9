"""What statements that did not parse may have said: it was reported there, so what builds on it stays silent.

A statement starts in the first column and what continues it is indented, so a mistake is the statement around it. All
words before a colon in its lines, and the first word after the keyword, may have been meant as names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from tierpolicy.diagnostics.codes import floors, names, rules
from tierpolicy.diagnostics.diagnostic import Code, Diagnostic, Severity
from tierpolicy.frozen import frozen
from tierpolicy.source import Source
from tierpolicy.syntax import ast

DECLARED = re.compile(r"(?<![A-Za-z0-9_])`?([A-Za-z_][A-Za-z0-9_]*+)`?\s*+:")
APART = re.compile(r"^[ \t]+([A-Za-z_]\w*(?:[ \t]+\w+){1,6})[ \t]*:", re.MULTILINE)
NAMED = re.compile(r"(?i)(?:define|parameter|rule|limit|baseline|table|matrix|property)\s+`?([A-Za-z_][A-Za-z0-9_]*)")
BASELINE = re.compile(r"(?i)baseline\b")
CASES = re.compile(r"(?i)cases\b")
USE = re.compile(r"(?i)use\b")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
TIER = re.compile(r"(?i)tier\s+[`\"]?(\w+)")
TIERS = re.compile(r"(?i)tiers\b")
FIRST_COLUMN = re.compile(r"^[^\s|}#]", re.MULTILINE)
LONGEST_READ = 100_000
"""How much of a broken statement is searched for names."""


@frozen
class Broken:
    """What may have been meant: names that nothing else declares, attributes with a baseline, all that a file says."""

    names: set[str]
    promised: frozenset[str]
    file_lost: bool


OF_A_LOST_FILE: frozenset[Code] = frozenset(
    {names.UNKNOWN_NAME, names.UNKNOWN_LABEL, names.UNKNOWN_ATTRIBUTE}
    | {floors.BASELINE_NEEDED, rules.UNKNOWN_OVERRIDDEN, rules.UNKNOWN_TIER}
)
"""Findings that say nothing where a used file could not be read."""


def broken_in(
    modules: Iterable[ast.Module], sources: Mapping[str, Source], diagnostics: Iterable[Diagnostic]
) -> Broken:
    """What statements with mistakes of text or syntax may have declared."""
    by_path: dict[str, list[int]] = {}
    for diagnostic in diagnostics:
        if diagnostic.severity is Severity.ERROR and diagnostic.span is not None:
            by_path.setdefault(diagnostic.span.path, []).append(diagnostic.span.start)
    declared: set[str] = set()
    promised: set[str] = set()
    file_lost = False
    for path, offsets in by_path.items():
        for stretch in _statements_at(sources[path].text, offsets) if _is_policy_text(path, sources) else ():
            declared.update(_names_in(stretch))
            if BASELINE.match(stretch):
                promised.update(WORD.findall(stretch))
            file_lost = file_lost or USE.match(stretch) is not None
    return Broken(declared - _declared_names(modules), frozenset(promised), file_lost)


def _is_policy_text(path: str, sources: Mapping[str, Source]) -> bool:
    return path in sources and not path.endswith(".csv")


def _statements_at(text: str, offsets: list[int]) -> Iterator[str]:
    """The statements around the offsets, each once."""
    starts = [match.start() for match in FIRST_COLUMN.finditer(text)]
    for at in sorted({bisect_right(starts, offset) for offset in offsets}):
        begin = starts[at - 1] if at > 0 else 0
        end = starts[at] if at < len(starts) else len(text)
        yield text[begin : min(end, begin + LONGEST_READ)]


def _names_in(statement: str) -> Iterator[str]:
    if CASES.match(statement):
        return  # declares nothing
    named = NAMED.match(statement)
    if named is not None:
        yield named[1]
    # what can be overridden is `tier gold`; `gold` itself is a label, declared in `tiers`
    tier = TIER.match(statement)
    if tier is not None:
        yield f"tier {tier[1]}"
    if TIERS.match(statement):
        yield from ("tier", "current_tier", "current_tier_since")
    for words in APART.finditer(statement):
        yield "_".join(words[1].split())
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
