"""A stretch that begins with no word that begins statements → a finding, and the statement it was meant to be."""

from __future__ import annotations

import re

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Diagnostic, Fix
from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.source import Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.blocks import block
from tierpolicy.syntax.elsewhere import BEGINNING
from tierpolicy.syntax.from_tree_statements import statement
from tierpolicy.syntax.layout import Stretch
from tierpolicy.syntax.marks import Marked
from tierpolicy.syntax.reader import read_text
from tierpolicy.syntax.reading import Reading, shortened
from tierpolicy.syntax.vocabulary import BLOCKS, CONTINUING, STATEMENTS

_BEGINNING = re.compile(r"[^\W\d]\w*|//|/\*|--|\S+")
_CLAUSE = re.compile(r"\w+\s*(?:=|at\s+(?:least|most)\b)", re.IGNORECASE)
_HELP = "a statement begins with one of " + ", ".join(
    f"`{word}`" for word in STATEMENTS if word not in ("organisation", "when")
)


def unknown_statement(text: Marked, piece: Stretch) -> tuple[ast.Statement | None, list[Diagnostic]]:
    """The finding; with a misspelt keyword, what was meant, too."""
    found = _BEGINNING.match(text.clean, piece.start, piece.end)
    assert found is not None
    written = found.group()
    span = Span(text.source.path, found.start(), found.end())
    if text.blocking and any(found.start() <= at < found.end() for at in text.blocking[:200]):
        return None, []
    if written[0] in "|}":
        return None, []  # layout has said that nothing stands above it
    if written.lower() in CONTINUING:
        help = "it continues a statement, and none stands above: write the statement first"
        return None, [Diagnostic(syntax.LAYOUT, f"`{written}` begins no statement", span, help)]
    if written.lower() in BEGINNING:
        message = f"there is no `{written}` here"
        return None, [Diagnostic(syntax.FROM_ELSEWHERE, message, span, BEGINNING[written.lower()])]
    clause = _CLAUSE.match(text.clean, piece.start, piece.end)
    meant = nearest(written, STATEMENTS) if clause is None else None
    message = f"`{shortened(written)}` begins no statement"
    if meant is None:
        return None, [Diagnostic(syntax.UNKNOWN_STATEMENT, message, span, _help(text, piece))]
    fix = Fix(span, meant, f"write `{meant}`")
    finding = Diagnostic(syntax.UNKNOWN_STATEMENT, message, span, f"did you mean `{meant}`?", fix=fix)
    return _as_meant(text, piece, len(written), meant, finding)


def _help(text: Marked, piece: Stretch) -> str:
    if _CLAUSE.match(text.clean, piece.start, piece.end):
        return f"what continues a statement is indented; to give something to everyone, write `rule name: …`; {_HELP}"
    return f"what continues a statement is indented; {_HELP}"


def _as_meant(
    text: Marked, piece: Stretch, length: int, meant: str, finding: Diagnostic
) -> tuple[ast.Statement | None, list[Diagnostic]]:
    if meant in BLOCKS:
        if "{" not in text.bones[piece.start : piece.end]:
            return None, [finding]
        read_block, findings = block(text, piece, meant)
        return read_block, [finding, *findings]
    start = STATEMENTS[meant]
    if start in ("table_head", "matrix_head", "cases_head"):
        return None, [finding]
    rest = text.clean[piece.start + length : piece.end]
    places = [piece.start] * len(meant) + list(range(piece.start + length, piece.end + 1))
    reading = Reading(text.source.path, piece.start, places=places)
    found = read_text(meant + rest, start, statement, reading)
    return found.node, [finding, *found.findings] if found.node is not None else [finding]
