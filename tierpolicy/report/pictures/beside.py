"""What was measured beside what had been expected, group by group (deciles of customers): a column for what came, a
line with marks for each expectation. Marks differ in shape, and every column says its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tierpolicy.report.pictures.drawing import Element, Words, element, picture
from tierpolicy.report.pictures.lettering import Amount, drawn, label, number_text, shortened, text_width, ticks
from tierpolicy.report.pictures.palette import SERIES

WIDTH, HEIGHT = 720.0, 376.0
TOP, BOTTOM, RIGHT = 48.0, 70.0, 16.0


@dataclass(frozen=True, slots=True)
class Series:
    """A name and an amount for each group."""

    name: str
    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where amounts and groups lie in the picture."""

    left: float
    most: float
    groups: int

    @property
    def step(self) -> float:
        return (WIDTH - RIGHT - self.left) / max(1, self.groups)

    def middle(self, group: int) -> float:
        return self.left + self.step * (group + 0.5)

    def height(self, amount: Amount) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * min(1.0, drawn(amount) / self.most)


def beside(
    words: Words,
    groups: Sequence[str],
    measured: Series,
    expected: Sequence[Series] = (),
    *,
    across: str = "",
    number: Callable[[Amount], str] = number_text,
    alone: bool = True,
) -> str:
    """An SVG. `groups`: the labels from left to right; every series has an amount for each. `across` says what the
    groups are; `number` spells amounts. At most three series are expected ones."""
    assert len(expected) < len(SERIES), "more series than colours"
    marks = [drawn(amount) for series in (measured, *expected) for amount in series.amounts]
    scale = ticks(max(marks, default=0.0))
    left = 14 + max(text_width(number(_tick(each)), 12) for each in scale)
    frame = _Frame(min(left, 160.0), scale[-1], len(groups))
    inside = [
        *_scale(frame, scale, number),
        *_columns(frame, groups, measured, number),
        *(part for order, series in enumerate(expected, 1) for part in _line(frame, groups, series, order, number)),
        *_legend(measured, expected),
    ]
    if across:
        middle = (frame.left + WIDTH - RIGHT) / 2
        inside.append(label(across, middle, HEIGHT - 14, WIDTH - 40, class_="quiet", anchor="middle"))
    return picture(words, WIDTH, HEIGHT, inside, alone=alone)


def _tick(value: float) -> Amount:
    return int(value) if value < 1e15 and value == int(value) else value


def _scale(frame: _Frame, scale: Sequence[float], number: Callable[[Amount], str]) -> Iterator[Element]:
    for each in scale:
        y = frame.height(each)
        yield element("line", class_="rule" if each else "axis", x1=frame.left, x2=WIDTH - RIGHT, y1=y, y2=y)
        yield label(number(_tick(each)), frame.left - 6, y + 4, 150, class_="quiet small number", anchor="end", size=12)


def _columns(
    frame: _Frame, groups: Sequence[str], measured: Series, number: Callable[[Amount], str]
) -> Iterator[Element]:
    wide = min(frame.step * 0.7, 64.0)
    lines = HEIGHT - BOTTOM
    written = all(text_width(number(each), 12) <= frame.step + 6 for each in measured.amounts)
    every = max(1, -(-len(groups) * 14 // int(WIDTH - RIGHT - frame.left)))
    for at, (group, amount) in enumerate(zip(groups, measured.amounts, strict=True)):
        y, x = frame.height(amount), frame.middle(at)
        told = element("title", f"{group}: {measured.name} {number(amount)}")
        yield element("rect", told, class_="column first", x=x - wide / 2, y=y, width=wide, height=lines - y)
        if at % every == 0:
            yield label(group, x, lines + 18, frame.step * every - 2, anchor="middle")
        if written:
            yield label(
                number(amount), x, lines + 33, frame.step + 8, class_="quiet small number", anchor="middle", size=12
            )


def _line(
    frame: _Frame, groups: Sequence[str], series: Series, order: int, number: Callable[[Amount], str]
) -> Iterator[Element]:
    points = [(frame.middle(at), frame.height(amount)) for at, amount in enumerate(series.amounts)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield element("polyline", class_=f"line {SERIES[order]}", points=path)
    for (x, y), group, amount in zip(points, groups, series.amounts, strict=True):
        yield _mark(x, y, order, element("title", f"{group}: {series.name} {number(amount)}"))


def _mark(x: float, y: float, order: int, *told: Element) -> Element:
    """A circle, a diamond, a triangle."""
    shapes = {
        2: ((0, -6), (6, 0), (0, 6), (-6, 0)),
        3: ((0, -6), (6, 5), (-6, 5)),
    }
    class_ = f"mark {SERIES[order]}"
    if order not in shapes:
        return element("circle", *told, class_=class_, cx=x, cy=y, r=5)
    points = " ".join(f"{x + across:.1f},{y + down:.1f}" for across, down in shapes[order])
    return element("polygon", *told, class_=class_, points=points)


def _legend(measured: Series, expected: Sequence[Series]) -> Iterator[Element]:
    x, most = 16.0, (WIDTH - 32) / (1 + len(expected)) - 49
    for order, series in enumerate((measured, *expected)):
        if order == 0:
            yield element("rect", class_="column first", x=x, y=13, width=14, height=14)
        else:
            yield element("line", class_=f"line {SERIES[order]}", x1=x - 7, x2=x + 21, y1=20, y2=20)
            yield _mark(x + 7, 20, order)
        yield label(series.name, x + 27, 24.5, most)
        x += 27 + text_width(shortened(series.name, most)) + 22
