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

from collections.abc import Callable, Iterator

from tierpolicy.diagnostics.diagnostic import Diagnostic, Severity
from tierpolicy.diagnostics.render.cells import printable, wrapped
from tierpolicy.diagnostics.render.excerpt import Label, Row, excerpt
from tierpolicy.diagnostics.render.ordered import Texts, counts_text
from tierpolicy.diagnostics.render.witness import customers_shown, example_lines

_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
_GUTTER, _STRONG, _HELP = "1;34", "1", "1;32"
Painter = Callable[[str, str], str]
MAIN, RELATED = "^", "-"
HANGING = 4
EXAMPLE = "what is decided today; paste it, and correct what it expects"
NARROWEST = 20


def text_report(
    findings: list[Diagnostic], texts: Texts, *, color: bool = False, width: int | None = None, total: bool = True
) -> str:
    """All findings, a blank line between two, and with `total` the summary as the last line.

    With a `width`, a terminal's, sentences are broken between words and source lines are cut to it.
    """
    painter = _painted if color else _plain
    blocks = ["\n".join(_block(finding, texts, painter, width)) for finding in findings]
    return "\n\n".join([*blocks, summary(findings)] if total else blocks)


def summary(findings: list[Diagnostic]) -> str:
    """How many there are: ``2 errors, 1 warning``."""
    return counts_text(findings) or "no findings"


def _plain(text: str, style: str) -> str:
    return text


def _painted(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if text else text


def _block(finding: Diagnostic, texts: Texts, paint: Painter, width: int | None) -> Iterator[str]:
    severity = finding.severity
    head = f"{severity.value}[{finding.code.code}]"
    message, *more = _broken(f"{head}: {printable(finding.message)}", width, HANGING)
    yield paint(head, _COLORS[severity]) + paint(message.removeprefix(head), _STRONG)
    yield from (paint(line, _STRONG) for line in more)
    groups = _excerpts(finding, texts, None if width is None else width - _widest_number(finding, texts) - len(" | "))
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
        hanging = gutter + len(f" = {word}: ")
        first, *rest = [part for line in said.split("\n") for part in _broken(printable(line), width, hanging, hanging)]
        yield f"{' ' * (gutter + 1)}{paint('=', _GUTTER)} {paint(word + ':', _HELP)} {first.lstrip()}"
        yield from rest
    yield from _example(finding, gutter, paint, width)


def _broken(line: str, width: int | None, hanging: int, first: int = 0) -> list[str]:
    """A line in pieces that fit a terminal, those after the first `hanging` columns in, the first `first` columns."""
    if width is None:
        return [" " * first + line]
    pieces = wrapped(line, max(NARROWEST, width - hanging))
    return [" " * (hanging if at else first) + piece for at, piece in enumerate(pieces)]


def _widest_number(finding: Diagnostic, texts: Texts) -> int:
    """How many columns the numbers of the lines to show take, at most."""
    spans = [related.span for related in finding.related] + ([finding.span] if finding.span is not None else [])
    ends = [place.end_line for place in map(texts.place, spans) if place is not None]
    return len(str(max(ends, default=1)))


def _excerpts(finding: Diagnostic, texts: Texts, room: int | None) -> list[tuple[str, list[Row]]]:
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
            found.append((f"{path}:{place.line}:{place.column}", excerpt(source, inside, room)))
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
    for customer in customers_shown(finding.witness or {}):
        yield printable(customer.name), customer.sentence
    if finding.help:
        yield "help", finding.help
    if finding.fix:
        yield "fix", finding.fix.description


def _example(finding: Diagnostic, gutter: int, paint: Painter, width: int | None) -> Iterator[str]:
    """The example that shows the finding, to be pasted into the policy. It expects what is decided, which may be just
    what is wrong."""
    indent = " " * (gutter + HANGING)
    room = None if width is None else max(NARROWEST, width - len(indent))
    lines = example_lines(finding.witness or {}, room)
    if lines:
        first, *rest = _broken(EXAMPLE, width, gutter + len(" = example: "))
        yield f"{' ' * (gutter + 1)}{paint('=', _GUTTER)} {paint('example:', _HELP)} {first}"
        yield from rest
    for line in lines:
        yield f"{indent}{printable(line)}".rstrip()
