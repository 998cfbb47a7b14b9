"""The text of a file made ready for layout: comments found and blanked, wrong quotes and hidden characters reported.

`clean` and `bones` have the length of the text, so that every offset holds. In `clean`, comments and hidden characters
are blanks and wrong quotes are plain ones; in `bones`, what stands in quotes is blotted out too, so that a bracket, a
`|` or a colon in it is really one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Diagnostic, Fix
from tierpolicy.frozen import frozen
from tierpolicy.source import Source, Span
from tierpolicy.syntax import ast
from tierpolicy.syntax.characters import HIDDEN, KNOWN_SIGNS, PLAIN_SIGNS, ascii_name

MOST_FINDINGS = 200

_MARK = re.compile(
    r"""(?P<text>"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*\\?(?P<end>")?)"""
    r"""|(?P<tick>`[^`\n]*`?)"""
    r"""|(?P<comment>\#[^\n]*)"""
    r"""|(?P<curly>[“”„‟«»][^“”„‟«»"\n]*[“”„‟«»"]?)"""
    r"""|(?P<grouped>(?<![\w.])[0-9][0-9_]*(?:['’][0-9]{3})+(?![0-9_]))"""
    r"""|(?P<single>['‘’‚][^'‘’‚"\n]*['‘’]?)""",
    re.VERBOSE,
)
# blanks that are no plain ones · words with a letter beyond ASCII · other signs
_FOREIGN = re.compile(r"[^\S\x00-\x7f]+|(?<!\w)\w*[^\W\x00-\x7f](?:\w|[\u0300-\u036f])*|[^\w\s\x00-\x7f]+")
_THOUSANDS = re.compile(r"(?<![\w.])[0-9][0-9_]*(?:,[0-9]{3})+(?![0-9_])(?:\.[0-9]+)?")
_SLASHED_DATE = re.compile(
    r"(?<![\w.])(?:[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{4}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2})(?![\w.])"
)


@frozen
class Marked:
    """A text with its marks found. `blocking`: where findings begin after which a grammar error is an echo."""

    source: Source
    clean: str
    bones: str
    comments: tuple[ast.Comment, ...]
    findings: tuple[Diagnostic, ...]
    blocking: tuple[int, ...]


def marked(source: Source) -> Marked:
    """The text with comments, quotes and hidden characters dealt with."""
    findings: list[Diagnostic] = []
    text = _without_hidden(source, findings)
    clean: list[str] = []
    bones: list[str] = []
    comments: list[ast.Comment] = []
    at = 0
    for mark in _MARK.finditer(text):
        between = _plain(text[at : mark.start()], at, source, findings)
        clean.append(between)
        bones.append(between)
        shown = _mark(mark, source, findings if len(findings) < 5 * MOST_FINDINGS else [])
        if mark["comment"] is not None:
            comments.append(_comment(source, mark))
        clean.append(shown)
        bones.append(_blotted(shown))
        at = mark.end()
    rest = _plain(text[at:], at, source, findings)
    findings.sort(key=lambda found: found.span.start if found.span else 0)
    blocking = tuple(found.span.start for found in findings if found.span is not None)
    return Marked(source, "".join([*clean, rest]), "".join([*bones, rest]), tuple(comments), tuple(findings), blocking)


def _comment(source: Source, mark: re.Match[str]) -> ast.Comment:
    line = source.text.rfind("\n", 0, mark.start()) + 1
    own_line = not source.text[line : mark.start()].strip()
    text = source.text[mark.start() : mark.end()].rstrip()
    return ast.Comment(text, own_line, Span(source.path, mark.start(), mark.start() + len(text)))


def _blotted(shown: str) -> str:
    return shown if len(shown) < 3 or shown.isspace() else f"{shown[0]}{'x' * (len(shown) - 2)}{shown[-1]}"


def _mark(mark: re.Match[str], source: Source, findings: list[Diagnostic]) -> str:
    """What a mark is in `clean`; a wrong one is reported."""
    written = mark.group()
    span = Span(source.path, mark.start(), mark.end())
    if mark["comment"] is not None:
        return " " * len(written)
    if mark["text"] is not None:
        if mark["end"] is None:
            findings.append(_unclosed(written, span, '"'))
        return written
    if mark["tick"] is not None:
        if len(written) < 2 or written[-1] != "`":
            findings.append(_unclosed(written, span, "`"))
        else:
            _plain(written[1:-1], mark.start() + 1, source, findings, in_backticks=True)
        return written
    if mark["grouped"] is not None:
        findings.append(_thousands(written, span))
        return _ungrouped(written)
    if written.startswith("'t") and source.text.endswith("n", 0, mark.start()):
        help = "write `is not`, or `not` before a condition"
        place = Span(span.path, span.start, span.start + 2)
        findings.append(Diagnostic(syntax.FROM_ELSEWHERE, "there is no `n't` here", place, help))
        return " " + written[1:]
    return _wrong_quotes(written, span, findings)


def _unclosed(written: str, span: Span, quote: str) -> Diagnostic:
    kind = "text" if quote == '"' else "name in backticks"
    return Diagnostic(
        syntax.UNCLOSED_QUOTE,
        f"this {kind} has no closing `{quote}`" if quote == '"' else f"this {kind} is not closed",
        span,
        "close it on the line where it begins"
        + ("; a new line inside a text is written `\\n`" if quote == '"' else ""),
    )


def _wrong_quotes(written: str, span: Span, findings: list[Diagnostic]) -> str:
    closed = len(written) > 1 and written[-1] in "“”„‟«»'‘’\""
    plain = f'"{written[1:-1]}"' if closed else " " + written[1:]
    findings.append(
        Diagnostic(
            syntax.WRONG_QUOTES,
            f"a text stands in plain double quotes, not in `{written[0]}`",
            span,
            f"write {plain}" if closed and len(plain) < 60 else 'write "…", on one line',
            fix=Fix(span, plain, "use plain double quotes") if closed and "\\" not in plain else None,
        )
    )
    return plain


def _without_hidden(source: Source, findings: list[Diagnostic]) -> str:
    text = source.text
    for found in _first(HIDDEN.finditer(text)):
        character = found.group()[0]
        findings.append(
            Diagnostic(
                syntax.HIDDEN_CHARACTER,
                f"here stands a character that nobody sees (U+{ord(character):04X})",
                Span(source.path, found.start(), found.end()),
                "delete it: hidden characters can make a policy read otherwise than it works",
                fix=Fix(Span(source.path, found.start(), found.end()), "", "delete it"),
            )
        )
    return HIDDEN.sub(lambda found: " " * len(found.group()), text).replace("\r", " ")


def _plain(text: str, at: int, source: Source, findings: list[Diagnostic], in_backticks: bool = False) -> str:
    """Text outside quotes: letters and signs must be plain ones, numbers and dates written our way."""
    if not text.isascii():
        for found in _first(_FOREIGN.finditer(text)):
            finding = _not_ascii(found.group(), Span(source.path, at + found.start(), at + found.end()), in_backticks)
            if finding is not None:
                findings.append(finding)
        text = "".join(_plain_character(character) for character in text)
    if not in_backticks:
        for found in _first(_THOUSANDS.finditer(text)):
            findings.append(_thousands(found.group(), Span(source.path, at + found.start(), at + found.end())))
        shown = _THOUSANDS.sub(lambda found: found.group().replace(",", "_"), text)
        for found in _first(_SLASHED_DATE.finditer(text)):
            span = Span(source.path, at + found.start(), at + found.end())
            help = "a date is written year-month-day, such as 2026-11-30"
            findings.append(Diagnostic(syntax.WRONG_DATE, f"`{found.group()}` is no date here", span, help))
        text = shown
    return text


def _plain_character(character: str) -> str:
    if character.isspace() and character != "\n":
        return " "
    return PLAIN_SIGNS.get(character, character)


def _not_ascii(written: str, span: Span, in_backticks: bool) -> Diagnostic | None:
    if all(character in KNOWN_SIGNS for character in written) and not in_backticks:
        return None
    what = f"`{written[:40]}` is not plain"
    replacement: str | None
    if written.isspace():
        what, help, replacement = "a space that is no plain space stands here", "write a plain space", " "
    elif all(character in PLAIN_SIGNS for character in written):
        replacement = "".join(PLAIN_SIGNS[character] for character in written)
        help = f"write `{replacement}`"
    else:
        replacement = ascii_name(written)
        help = "a name has the letters a to z, digits and `_`; other letters may stand in quoted texts and labels"
        help = help if replacement is None else f"write `{replacement}`; {help}"
    fix = None if replacement is None else Fix(span, replacement, f"write `{replacement}`")
    return Diagnostic(syntax.NOT_ASCII, what, span, help, fix=fix)


def _thousands(written: str, span: Span) -> Diagnostic:
    plain = _ungrouped(written)
    several = "; if you mean several numbers, put a space after each comma" if "," in written else ""
    return Diagnostic(
        syntax.THOUSANDS_COMMA if "," in written else syntax.NUMBER_FORM,
        f"`{written}` has {'a comma' if ',' in written else 'an apostrophe'} inside",
        span,
        f"write `{plain}`{several}",
        fix=Fix(span, plain, "group digits with `_`"),
    )


def _ungrouped(written: str) -> str:
    return re.sub("[,'’]", "_", written)


def _first(found: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    """The first findings of a kind: the millionth helps nobody."""
    for count, each in enumerate(found):
        if count >= MOST_FINDINGS:
            return
        yield each
