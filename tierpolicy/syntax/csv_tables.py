"""A CSV file → rows of written cells, with their places in the file.

Read by hand, since the standard reader gives no places. A field may stand in quotes (`"a, b"`), a quote in it is
doubled. The separator is what stands in the first line outside quotes: `,`, else `;`, else a tab. What spreadsheets
leave behind is passed over: a line `sep=;` on top, rows of nothing but separators, columns without head or cells.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tierpolicy.diagnostics.codes import syntax
from tierpolicy.diagnostics.diagnostic import Diagnostic, Fix
from tierpolicy.source import Source, Span
from tierpolicy.syntax.cells import WrittenCell, WrittenRow
from tierpolicy.syntax.characters import HIDDEN

_FIELD = {
    separator: re.compile(
        rf'[ {tab}]*(?:"(?P<quoted>(?:[^"]|"")*)(?P<closed>")?[ {tab}]*)?(?P<plain>[^{separator}\n]*)'
    )
    for separator, tab in ((",", r"\t"), (";", r"\t"), ("\t", ""))
}
_SAID = re.compile(r'\s*"?sep=([,;\t])"?[ \t]*(?:\n|$)', re.IGNORECASE)


def written_rows(source: Source) -> tuple[list[WrittenRow], list[Diagnostic]]:
    """The rows of a CSV file, blank lines left out; the first is the head."""
    findings = _hidden(source)
    text = HIDDEN.sub(lambda found: " " * len(found.group()), source.text)
    said = _SAID.match(text)
    separator = said[1] if said else _separator(text)
    rows: list[WrittenRow] = []
    at = said.end() if said else 0
    while at < len(text):
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        if text.find('"', at, end) < 0:
            row, at = _plain_row(source.path, text, at, end, separator), end + 1
        else:
            row, at = _row(source.path, text, at, separator, findings)
        if any(cell.text for cell in row.cells):
            rows.append(row)
    return _without_empty_columns(rows), findings


def _separator(text: str) -> str:
    first = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    return next((each for each in ",;\t" if each in first), ",")


def _without_empty_columns(rows: list[WrittenRow]) -> list[WrittenRow]:
    """The rows without the last columns, where those have no head and no row has anything in them."""
    if not rows or rows[0].cells[-1].text:
        return rows
    columns = max((at for row in rows for at, cell in enumerate(row.cells, 1) if cell.text), default=0)
    heads = len(rows[0].cells)
    return [replace(row, cells=row.cells[:columns]) if len(row.cells) == heads else row for row in rows]


def _plain_row(path: str, text: str, start: int, end: int, separator: str) -> WrittenRow:
    """The row of a line without quotes: what most lines are."""
    cells = []
    at = start
    for field in text[start:end].split(separator):
        written = field.strip()
        blanks = len(field) - len(field.lstrip() if written else field.lstrip(" \t"))
        cells.append(WrittenCell(written, at + blanks))
        at += len(field) + 1
    return WrittenRow(tuple(cells), Span(path, start, end))


def _row(path: str, text: str, at: int, separator: str, findings: list[Diagnostic]) -> tuple[WrittenRow, int]:
    start = at
    cells: list[WrittenCell] = []
    while True:
        field = _FIELD[separator].match(text, at)
        assert field is not None
        cells.append(_cell(path, text, field, findings))
        at = field.end()
        if at >= len(text) or text[at] == "\n":
            return WrittenRow(tuple(cells), Span(path, start, at)), at + 1
        at += 1


def _cell(path: str, text: str, field: re.Match[str], findings: list[Diagnostic]) -> WrittenCell:
    if field["quoted"] is None:
        plain = field["plain"]
        blanks = len(plain) - len(plain.lstrip())
        return WrittenCell(plain.strip(), field.start("plain") + (blanks if plain.strip() else 0))
    if not field["closed"]:
        end = text.find("\n", field.start("quoted"))
        span = Span(path, field.start("quoted") - 1, end if end >= 0 else len(text))
        help = "close it before the next separator; a quote inside is written twice"
        findings.append(Diagnostic(syntax.UNCLOSED_QUOTE, "this cell has no closing quote", span, help))
        return WrittenCell("", field.start())
    if field["plain"]:
        return _partly_quoted(text, field)
    if '""' not in field["quoted"]:
        inner = field["quoted"]
        blanks = len(inner) - len(inner.lstrip())
        return WrittenCell(
            " ".join(inner.split("\n")).strip(), field.start("quoted") + (blanks if inner.strip() else 0)
        )
    return _with_doubled(field)


def _partly_quoted(text: str, field: re.Match[str]) -> WrittenCell:
    """`"2 days" or more`: the quotes belong to the cell, not to the CSV."""
    written = text[field.start() : field.end()]
    blanks = len(written) - len(written.lstrip())
    return WrittenCell(" ".join(written.split("\n")).strip(), field.start() + blanks)


def _with_doubled(field: re.Match[str]) -> WrittenCell:
    inner, base = field["quoted"], field.start("quoted")
    letters: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(inner):
        letters.append(" " if inner[at] == "\n" else inner[at])
        places.append(base + at)
        at += 2 if inner[at] == '"' else 1
    places.append(base + len(inner))
    text = "".join(letters)
    blanks = len(text) - len(text.lstrip())
    stripped = text.strip()
    kept = places[blanks : blanks + len(stripped)]
    return WrittenCell(
        stripped, places[blanks] if blanks < len(places) else base, (*kept, places[blanks + len(stripped)])
    )


def _hidden(source: Source) -> list[Diagnostic]:
    findings: list[Diagnostic] = []
    for found in HIDDEN.finditer(source.text):
        span = Span(source.path, found.start(), found.end())
        message = f"here stands a character that nobody sees (U+{ord(found.group()[0]):04X})"
        findings.append(Diagnostic(syntax.HIDDEN_CHARACTER, message, span, "delete it", fix=Fix(span, "", "delete it")))
        if len(findings) >= 200:
            break
    return findings
