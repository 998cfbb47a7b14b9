"""Names, labels, texts, dates and numbers: from the leaves of a tree to the smallest nodes, with their limits.

The limits (language.md §8): names of 64 characters, texts of 10,000, numbers of 15 digits without an exponent.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from tierpolicy.diagnostics.codes import size, syntax
from tierpolicy.diagnostics.diagnostic import Fix
from tierpolicy.syntax import ast
from tierpolicy.syntax.characters import INVISIBLE, look_alike_in
from tierpolicy.syntax.reading import Reading, branches, shortened
from tierpolicy.syntax.tree import Branch, Token

LONGEST_NAME = 64
LONGEST_TEXT = 10_000
MOST_DIGITS = 15

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,8})\}|(.))", re.DOTALL)
_SIMPLE_ESCAPES = {'"': '"', "\\": "\\", "n": "\n"}


def word(tree: Branch, reading: Reading) -> ast.Word:
    """The word of a `name` tree, or of a `label` tree: bare, in backticks or in quotes."""
    if tree.data == "label":
        inner = branches(tree)[0]
        if inner.data == "string":
            label = label_text(inner, reading)
            return ast.Word(label.value, True, label.span)
        return word(inner, reading)
    text, quoted = name_text(tree, reading)
    return ast.Word(text, quoted, reading.span(tree))


def name_text(tree: Branch, reading: Reading) -> tuple[str, bool]:
    """A name without its backticks, and whether it had them."""
    token = _leaf(tree)
    quoted = token.startswith("`")
    text = str(token)[1:-1] if quoted else str(token)
    if quoted and text.isascii() and not _IDENTIFIER.fullmatch(text):
        reading.report(
            syntax.NOT_ASCII,
            f"{token} is no name" if text else "the backticks hold no name",
            reading.span(tree),
            'a name has letters, digits and `_`, and begins with a letter; other labels stand in quotes: "…"',
        )
    if len(text) > LONGEST_NAME:
        reading.report(
            size.NAME_TOO_LONG,
            f"the name `{shortened(text)}` has {len(text)} characters",
            reading.span(tree),
            f"a name has at most {LONGEST_NAME}",
        )
    return text, quoted


def text_node(tree: Branch, reading: Reading) -> ast.String:
    """The text of a `string` tree: escapes resolved, NFC."""
    token = _leaf(tree)
    return string(str(token), token.start, reading)


def label_text(tree: Branch, reading: Reading) -> ast.String:
    """A quoted text that may be a label: look-alike letters are warned of."""
    text = text_node(tree, reading)
    mixed = look_alike_in(text.value)
    if mixed is not None:
        letter, latin = mixed
        reading.report(
            syntax.LOOK_ALIKE,
            f'"{shortened(text.value)}" holds the letter `{letter}` ({unicodedata.name(letter, "unnamed").lower()}), '
            f"which looks like `{latin}`",
            text.span,
            f"write a plain `{latin}` if you mean that: the two are different labels",
        )
    elif any(mark in text.value for mark in INVISIBLE):
        reading.report(
            syntax.LOOK_ALIKE,
            f'"{shortened(text.value)}" holds a character that nobody sees',
            text.span,
            "write the text anew: with and without it are different labels",
        )
    return text


def string(written: str, at: int, reading: Reading) -> ast.String:
    """The text of a quoted stretch that stands at offset `at` of what is being read."""
    span = reading.stretch(at, at + len(written))
    inner = written[1:-1]
    if len(inner) > LONGEST_TEXT:
        reading.report(
            size.TEXT_TOO_LONG,
            f"this text has {len(inner):_} characters",
            span,
            f"a text has at most {LONGEST_TEXT:_}; put the long version elsewhere and name it here",
        )
    if "\\" in inner:
        inner = _unescaped(inner, at + 1, reading)
    return ast.String(inner if inner.isascii() else unicodedata.normalize("NFC", inner), span)


def _unescaped(inner: str, at: int, reading: Reading) -> str:
    def resolved(found: re.Match[str]) -> str:
        code, simple = found.groups()
        if simple in _SIMPLE_ESCAPES:
            return _SIMPLE_ESCAPES[simple]
        if code is not None:
            number = int(code, 16)
            if 0 < number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF:
                return chr(number)
            message = f"`{found.group()}` is no character"
        else:
            message = f"`{found.group()}` means nothing in a text"
        reading.report(
            syntax.WRONG_ESCAPE,
            message,
            reading.stretch(at + found.start(), at + found.end()),
            'known are `\\"`, `\\\\` for a backslash, `\\n` for a new line and `\\u{20AC}` for a character by number',
        )
        return ""

    return _ESCAPE.sub(resolved, inner)


def date_node(tree: Branch, reading: Reading) -> ast.DateLiteral:
    """The day of a `date` tree."""
    token = _leaf(tree)
    span = reading.span(token)
    year, month, day = (int(part) for part in token.split("-"))
    written = f"{year:04d}-{month:02d}-{day:02d}"
    try:
        value = date(year, month, day)
    except ValueError:
        reading.report(
            syntax.WRONG_DATE,
            f"there is no day `{token}`",
            span,
            "a date is written year-month-day, such as 2026-11-30",
        )
        return ast.DateLiteral(date(2000, 1, 1), span)
    if written != token:
        reading.report(
            syntax.WRONG_DATE,
            f"the date `{token}` lacks a zero",
            span,
            f"write `{written}`; for a subtraction, put spaces around the `-`",
            Fix(span, written, "write month and day with two digits"),
        )
    return ast.DateLiteral(value, span)


def number(token: Token, reading: Reading) -> ast.Number:
    """A number, as written."""
    span = reading.span(token)
    text = str(token)
    if len(text) <= MOST_DIGITS and "e" not in text and "E" not in text:
        return ast.Number(text, span)
    mantissa, _, exponent = text.lower().partition("e")
    if exponent:
        reading.report(
            size.NUMBER_TOO_LONG,
            f"`{shortened(text)}` has an exponent",
            span,
            "write the number out, with `_` between groups of digits where it is long: 100_000",
        )
        return ast.Number("0", span)
    digits = sum(character.isdigit() for character in mantissa)
    if digits > MOST_DIGITS:
        reading.report(
            size.NUMBER_TOO_LONG,
            f"the number `{shortened(text)}` has {digits} digits",
            span,
            f"a number has at most {MOST_DIGITS}",
        )
        return ast.Number("0", span)
    return ast.Number(text, span)


def _leaf(tree: Branch) -> Token:
    token = tree.children[0]
    assert isinstance(token, Token)
    return token
