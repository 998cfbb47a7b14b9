"""From findings to the Markdown page that GitHub shows for a step: a table a file, every finding a row.

What policies say is text on that page and nothing else: every sign that Markdown or HTML could take for its own is
written as a character reference. GitHub refuses a page that is too long, so a long one ends early and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.diagnostics.render.github import lines_of
from tierpolicy.diagnostics.render.ordered import Texts, counts_text

LARGEST = 1024 * 1024
"""Bytes of a step's summary."""

LONGEST_CELL = 2_000
_KEPT_FOR_THE_END = 200
_CODE = re.compile(r"`([^`]*)`")
_SIGNS = re.compile(r"[^\w\s.,;()=%/\"'?+-]")


def step_summary(findings: list[Diagnostic], texts: Texts, ahead: str, room: int = LARGEST) -> str:
    """The page in at most `room` bytes of UTF-8; `ahead` is Markdown that it begins with. '' without room for that."""
    said: list[str] = []
    taken = _KEPT_FOR_THE_END
    shown = 0
    for piece, holds in _pieces(findings, texts, ahead):
        taken += len(piece.encode("utf-8"))
        if taken > room:
            break
        said.append(piece)
        shown += holds
    if said and shown < len(findings):
        said.append(f"\n… and {counts_text(findings[shown:])} that the size of a summary leaves no room for\n")
    return "".join(said)


def _pieces(findings: list[Diagnostic], texts: Texts, ahead: str) -> Iterator[tuple[str, int]]:
    """The page in pieces that stand or are left out as a whole, each with how many findings it holds."""
    yield f"{ahead}\n", 0
    for path, of_file in groupby(findings, lambda each: each.span.path if each.span is not None else ""):
        first = True
        for finding in of_file:
            row = _row(finding, texts)
            head = f"\n#### {as_text(path) or 'no file'}\n\n| line | | finding |\n| ---: | --- | --- |\n"
            yield (head + row if first else row), 1
            first = False


def _row(finding: Diagnostic, texts: Texts) -> str:
    place = texts.place(finding.span) if finding.span is not None else None
    said = "<br>".join(as_text(part) for line in lines_of(finding, texts) for part in line.split("\n"))
    return f"| {place.line if place else ''} | {finding.severity.value} {finding.code.code} | {said} |\n"


def as_text(text: str) -> str:
    """One line of text as Markdown that shows just these characters; what stands in backticks shows as code."""
    cut = text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"
    shown = printable(cut)
    parts = _CODE.split(shown) if shown.count("`") % 2 == 0 else [shown]  # a name that holds one ends no code
    return "".join(f"<code>{_escaped(part)}</code>" if at % 2 else _escaped(part) for at, part in enumerate(parts))


def _escaped(text: str) -> str:
    """Letters, digits and harmless signs as they are, `_` too only within words; the rest as references."""
    kept = _SIGNS.sub(lambda found: f"&#{ord(found[0])};", text)
    return kept.replace("_", "&#95;")
