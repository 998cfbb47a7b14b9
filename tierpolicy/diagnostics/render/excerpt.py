"""From labelled spans of one text to lines of source with what is meant underlined.

        3 | tier golden if annual_spend >= 10_000
          |      ^^^^^^ not a label of `tier`

A span of several lines is shown by its first and its last line. A long line is cut to a window around its span, so an
excerpt stays small whatever the file is.
"""

from __future__ import annotations

from collections.abc import Iterator

from tierpolicy.diagnostics.render.cells import Cell, cells, printable
from tierpolicy.frozen import frozen
from tierpolicy.source import Source, Span

WIDEST = 100
NARROWEST = 20
BEFORE_SPAN = 30
CUT = "…"


@frozen
class Label:
    """A span to underline with `mark`, and the words to stand beside the underline."""

    span: Span
    mark: str
    message: str = ""


@frozen
class Row:
    """One printed line: `number` is the source line's, None for an underline (`mark`) and for `...`, lines left out."""

    number: int | None
    text: str
    mark: str = ""


@frozen
class _Stretch:
    """The part of a label that lies in one line: columns from 0, `end` exclusive."""

    line: int
    start: int
    end: int
    mark: str
    message: str


def excerpt(source: Source, labels: list[Label], room: int | None = None) -> list[Row]:
    """The lines that the labels stand in, in the order of the text, each line once, with the underlines below it.

    `room` is how many columns a row may take, on a terminal.
    """
    widest = WIDEST if room is None else min(WIDEST, max(NARROWEST, room - 2 * len(CUT)))
    by_line: dict[int, list[_Stretch]] = {}
    for label in labels:
        for stretch in _stretches(source, label):
            by_line.setdefault(stretch.line, []).append(stretch)
    rows: list[Row] = []
    before: int | None = None
    for line in sorted(by_line):
        if before is not None and line > before + 1:
            rows.append(Row(None, "..."))
        rows.extend(_rows_of_line(source.line(line), by_line[line], widest))
        before = line
    return rows


def _stretches(source: Source, label: Label) -> Iterator[_Stretch]:
    start = source.position(label.span.start)
    end = source.position(max(label.span.start, _end_without_blank(source, label.span)))
    if start.line == end.line:
        yield _Stretch(start.line, start.column - 1, end.column - 1, label.mark, label.message)
        return
    yield _Stretch(start.line, start.column - 1, len(source.line(start.line)), label.mark, "")
    last = source.line(end.line)
    yield _Stretch(end.line, len(last) - len(last.lstrip()), end.column - 1, label.mark, label.message)


def _end_without_blank(source: Source, span: Span) -> int:
    """The end of a span without trailing blanks: a span that ends with its line doesn't reach into the next one."""
    end = min(span.end, len(source.text))
    while end > span.start and source.text[end - 1].isspace():
        end -= 1
    return end if end > span.start else span.start


def _rows_of_line(line: str, stretches: list[_Stretch], widest: int) -> Iterator[Row]:
    """A line and its underlines; where two don't fit one window, the line is shown again around the second."""
    shown: _Window | None = None
    for stretch in stretches:
        if shown is None or not shown.holds(stretch.start):
            shown = _window(line, stretch, widest)
            yield Row(stretch.line, shown.text())
        text = shown.underline(stretch)
        yield Row(None, f"{text} {printable(stretch.message)}" if stretch.message else text, stretch.mark)


@frozen
class _Window:
    """The visible part of a line: cells from column `start` on; `cut_before` and `cut_after` where more was there."""

    start: int
    cells: list[Cell]
    cut_before: bool
    cut_after: bool

    def holds(self, column: int) -> bool:
        after = column < self.start + len(self.cells) or not self.cut_after
        return self.start <= column and after

    def text(self) -> str:
        body = "".join(cell.shown for cell in self.cells)
        return f"{CUT if self.cut_before else ''}{body}{CUT if self.cut_after else ''}".rstrip()

    def underline(self, stretch: _Stretch) -> str:
        lead = len(CUT) if self.cut_before else 0
        first, last = stretch.start - self.start, stretch.end - self.start
        before = sum(cell.width for cell in self.cells[:first])
        under = sum(cell.width for cell in self.cells[first : max(first, last)])
        return " " * (lead + before) + stretch.mark * max(1, under)


def _window(line: str, stretch: _Stretch, widest: int) -> _Window:
    """Only characters near the stretch are looked at: a line may be 16 MiB long."""
    near = cells(line[: widest + 1]) if len(line) <= widest else []
    if near and sum(cell.width for cell in near) <= widest:
        return _Window(0, near, cut_before=False, cut_after=False)
    start = max(0, min(stretch.start - min(BEFORE_SPAN, widest // 3), len(line) - widest))
    if stretch.end <= widest and _width(line[: stretch.end]) <= widest:
        start = 0
    start = max(start, _first_that_shows(line, start, stretch.start, widest))
    visible: list[Cell] = []
    width = 0
    for cell in cells(line[start : start + widest]):
        if width + cell.width > widest:
            break
        visible.append(cell)
        width += cell.width
    return _Window(start, visible, start > 0, start + len(visible) < len(line))


def _first_that_shows(line: str, start: int, column: int, widest: int) -> int:
    """The first column from `start` on that leaves room for `column` in the window (escapes are wide)."""
    before = cells(line[start:column])
    width = sum(cell.width for cell in before)
    for at, cell in enumerate(before):
        if width <= widest // 2:
            return start + at
        width -= cell.width
    return column


def _width(text: str) -> int:
    return sum(cell.width for cell in cells(text))
