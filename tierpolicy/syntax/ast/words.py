"""Words, texts and the places where they stand."""

from __future__ import annotations

from dataclasses import field

from tierpolicy.frozen import frozen
from tierpolicy.source import Span

NOWHERE = Span("", 0, 0)


def span_field() -> Span:
    """A span that takes no part in equality."""
    return field(compare=False, default=NOWHERE, repr=False)


@frozen
class Word:
    """A name or a bare label where one is declared or pointed at; `quoted` by backticks (a name) or quotes (a label).

    `text` is without the quotes.
    """

    text: str
    quoted: bool = field(default=False, compare=False)
    span: Span = span_field()


@frozen
class String:
    """A quoted text, escapes resolved, NFC."""

    value: str
    span: Span = span_field()
