"""Where reading stuck → one finding in the author's words.

The parser says only where. What to say is found from the text: a word from elsewhere, a missing bracket, colon or `then`, else
what the word before calls for.
"""

from __future__ import annotations

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.source import Span
from tierpolicy.syntax.grammar import Stuck
from tierpolicy.syntax.layout import Stretch
from tierpolicy.syntax.marks import Marked
from tierpolicy.syntax.reading import Reading, shortened


def mistake(written: str, stuck: Stuck, start: str, reading: Reading) -> Diagnostic:
    """The finding for a text that is no `start`."""
    here = written[stuck.at : stuck.at + 10]
    return Diagnostic(syntax.UNEXPECTED, f"`{shortened(here)}` can't stand here", reading.stretch(stuck.at, min(stuck.at+1, len(written))))


def no_statement(text: Marked, piece: Stretch) -> list[Diagnostic]:
    """The finding for what begins with no known word."""
    return [Diagnostic(syntax.UNKNOWN_STATEMENT, "no statement", Span(text.source.path, piece.start, piece.end))]
