"""From findings to text for people: the sentence, the place, the source line with a caret line, help, a summary.

error[T104]: `golden` is not a label of `tier`
 --> service.tier:3:6
  |
3 | tier golden if annual_spend >= 10_000
  |      ^^^^^^
  |
  = help: did you mean `gold`?
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tierpolicy.diagnostics.diagnostic import Diagnostic, Severity
from tierpolicy.diagnostics.render.cells import printable
from tierpolicy.diagnostics.render.excerpt import Label, Row, excerpt
from tierpolicy.diagnostics.render.json_document import json_ready
from tierpolicy.diagnostics.render.ordered import Texts, counted

_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
_GUTTER, _STRONG, _HELP = "1;34", "1", "1;32"
Painter = Callable[[str, str], str]
MAIN, RELATED = "^", "-"


def text_report(findings: list[Diagnostic], texts: Texts, *, color: bool = False) -> str:
    """All findings, a blank line between two, and the summary as the last line."""
    painter = _painted if color else _plain
    blocks = ["\n".join(_block(finding, texts, painter)) for finding in findings]
    return "\n\n".join([*blocks, summary(findings)])


def summary(findings: list[Diagnostic]) -> str:
    """How many there are: ``2 errors, 1 warning``."""
    said = [f"{n} {severity.value}{'' if n == 1 else 's'}" for severity, n in counted(findings).items() if n]
    return ", ".join(said) or "no findings"


def _plain(text: str, style: str) -> str:
    return text


def _painted(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if text else text


def _block(finding: Diagnostic, texts: Texts, paint: Painter) -> Iterator[str]:
    severity = finding.severity
    head = paint(f"{severity.value}[{finding.code.code}]", _COLORS[severity])
    yield head + paint(f": {printable(finding.message)}", _STRONG)
    groups = _excerpts(finding, texts)
    numbers = [row.number for _, rows in groups for row in rows if row.number is not None]
    gutter = len(str(max(numbers, default=1)))
    arrow = "-->"
    bar = f"{' ' * gutter} {paint('|', _GUTTER)}"
    for where, rows in groups:
        yield f"{' ' * gutter}{paint(arrow, _GUTTER)} {printable(where)}"
        if rows:
            yield bar
            yield from _drawn(rows, gutter, paint, _COLORS[severity])
        arrow = ":::"
    remarks = list(_remarks(finding))
    if remarks and numbers:
        yield bar
    for word, said in remarks:
        first, *rest = said.split("\n")
        yield f"{' ' * (gutter + 1)}{paint('=', _GUTTER)} {paint(word + ':', _HELP)} {printable(first)}"
        yield from (f"{' ' * (gutter + 4 + len(word))} {printable(line)}" for line in rest)


def _excerpts(finding: Diagnostic, texts: Texts) -> list[tuple[str, list[Row]]]:
    """Each file that the finding speaks of: its place and its lines; the file of the main span first."""
    labels = [] if finding.span is None else [Label(finding.span, MAIN)]
    labels += [Label(related.span, RELATED, related.message) for related in finding.related]
    by_path: dict[str, list[Label]] = {}
    for label in labels:
        by_path.setdefault(label.span.path, []).append(label)
    found: list[tuple[str, list[Row]]] = []
    for path, inside in by_path.items():
        source, place = texts.by_path.get(path), texts.place(inside[0].span)
        if source is None or place is None:
            found.append((path, []))
        else:
            found.append((f"{path}:{place.line}:{place.column}", excerpt(source, inside)))
    return found


def _drawn(rows: list[Row], gutter: int, paint: Painter, color: str) -> Iterator[str]:
    bar = paint("|", _GUTTER)
    for row in rows:
        if row.number is not None:
            yield f"{paint(str(row.number).rjust(gutter), _GUTTER)} {bar} {row.text}".rstrip()
        elif not row.mark:
            yield paint(row.text, _GUTTER)
        else:
            yield f"{' ' * gutter} {bar} {paint(row.text, color if row.mark == MAIN else _GUTTER)}"


def _remarks(finding: Diagnostic) -> Iterator[tuple[str, str]]:
    """What is said below the source lines, each with the word that introduces it."""
    if finding.witness:
        for name, values in _witnesses(finding.witness).items():
            yield name, ", ".join(f"{key} = {_shown(value)}" for key, value in values.items()) or "(empty record)"
    if finding.help:
        yield "help", finding.help
    if finding.fix:
        yield "fix", finding.fix.description


def _witnesses(witness: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The records of a witness by name: a pair has two, a single record is `customer`."""
    if witness and all(isinstance(value, Mapping) for value in witness.values()):
        return dict(witness)
    return {"customer": witness}


def _shown(value: Any) -> str:
    ready = json_ready(value)
    return ready if isinstance(ready, str) else json.dumps(ready, ensure_ascii=False)
