"""How amounts are spread: columns over bands of equal width, with upright lines at amounts that mean something (the
next tier's threshold)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tierpolicy.report.pictures.drawing import Element, Words, element, picture
from tierpolicy.report.pictures.lettering import Amount, drawn, label, number_text, text_width, ticks

WIDTH, HEIGHT = 720.0, 300.0
TOP, BOTTOM, LEFT, RIGHT = 44.0, 54.0, 84.0, 20.0


def histogram(
    words: Words,
    edges: Sequence[Amount],
    counts: Sequence[int],
    *,
    marks: Sequence[tuple[Amount, str]] = (),
    across: str = "",
    number: Callable[[Amount], str] = number_text,
    alone: bool = True,
) -> str:
    """An SVG. `edges`: rising, one more than `counts`; `marks`: amounts within the edges, with what they are."""
    assert len(edges) == len(counts) + 1, "one edge more than bands"
    least, most = drawn(edges[0], least=-1e300), drawn(edges[-1], least=-1e300)

    def x(amount: Amount) -> float:
        part = (drawn(amount, least=-1e300) - least) / (most - least) if most > least else 0.0
        return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, part))

    scale = ticks(drawn(max(counts, default=0)), 4)
    inside = [*_scale(scale), *_columns(edges, counts, scale[-1], x, number)]
    inside += _edges(edges, x, number)
    inside += _marks(marks, x)
    if across:
        middle = (LEFT + WIDTH - RIGHT) / 2
        inside.append(label(across, middle, HEIGHT - 10, WIDTH - 2 * LEFT, class_="quiet", anchor="middle"))
    return picture(words, WIDTH, HEIGHT, inside, alone=alone)


def _y(count: float, most: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * count / most


def _scale(scale: Sequence[float]) -> Iterator[Element]:
    for each in scale:
        if each == int(each):
            y = _y(each, scale[-1])
            yield element("line", class_="rule" if each else "axis", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y)
            class_ = "quiet small number"
            yield label(number_text(int(each)), LEFT - 6, y + 4, LEFT - 8, class_=class_, anchor="end", size=12)


def _columns(
    edges: Sequence[Amount],
    counts: Sequence[int],
    most: float,
    x: Callable[[Amount], float],
    number: Callable[[Amount], str],
) -> Iterator[Element]:
    for at, count in enumerate(counts):
        left, right, y = x(edges[at]), x(edges[at + 1]), _y(drawn(count), most)
        told = element("title", f"{number(edges[at])} to {number(edges[at + 1])}: {number_text(count)}")
        if count:
            y = min(y, HEIGHT - BOTTOM - 1)
            wide = max(right - left - 1, 0.5)
            yield element(
                "rect", told, class_="column first", x=left + 0.5, y=y, width=wide, height=HEIGHT - BOTTOM - y
            )


def _edges(edges: Sequence[Amount], x: Callable[[Amount], float], number: Callable[[Amount], str]) -> Iterator[Element]:
    """As many as fit, the first always."""
    free = 0.0
    for edge in edges:
        shown, middle = number(edge), x(edge)
        half = text_width(shown, 12) / 2
        at = min(max(middle, half + 2), WIDTH - half - 2)
        if at - half >= free:
            yield element("line", class_="axis", x1=middle, x2=middle, y1=HEIGHT - BOTTOM, y2=HEIGHT - BOTTOM + 4)
            yield label(shown, at, HEIGHT - BOTTOM + 17, 2 * half + 2, class_="small number", anchor="middle", size=12)
            free = at + half + 10


def _marks(marks: Sequence[tuple[Amount, str]], x: Callable[[Amount], float]) -> Iterator[Element]:
    for at, (amount, said) in enumerate(marks):
        place, line = x(amount), 16 + 15 * (at % 2)
        yield element("line", class_="line worse", x1=place, x2=place, y1=line + 4, y2=HEIGHT - BOTTOM)
        at_left = place > WIDTH / 2
        room = place - 12 if at_left else WIDTH - place - 12
        yield label(said, place - 6 if at_left else place + 6, line + 3, room, anchor="end" if at_left else "start")
