"""How many each: a line for every label with its number, and a bar below it, so that long names have room; with what
it was before as a second, quieter bar.

`parted` gives every line one bar of the same length, cut into its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tierpolicy.report.pictures.drawing import Element, Words, element, picture
from tierpolicy.report.pictures.lettering import SIZE, Amount, drawn, label, number_text, text_width
from tierpolicy.report.pictures.palette import KINDS

WIDTH = 400.0
EDGE = 12.0
MOST = 30
"""So many lines are drawn; what follows is said to be left out."""

THINNEST = 2.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A label with its amount; `before`: what it was; `note`: what stands behind the number."""

    label: str
    amount: Amount
    before: Amount | None = None
    note: str = ""
    kind: str = "first"


@dataclass(frozen=True, slots=True)
class Parted:
    """A label with the amounts of its parts, in the order of their names; `note` stands at the right."""

    label: str
    amounts: tuple[Amount, ...]
    note: str = ""


def bars(
    words: Words,
    lines: Sequence[Bar],
    *,
    number: Callable[[Amount], str] = number_text,
    now: str = "now",
    before: str = "before",
    alone: bool = True,
) -> str:
    """An SVG. With any `before`, a legend says which bar is which in the words `now` and `before`."""
    shown, compared = lines[:MOST], any(each.before is not None for each in lines[:MOST])
    most = max((drawn(each) for line in shown for each in (line.amount, line.before or 0)), default=0.0)
    inside: list[Element] = []
    y = EDGE
    if compared:
        keys, high = _keys(((now, "bar first"), (before, "bar same")), y)
        inside += keys
        y += high
    for line in shown:
        inside += _line(line, y, most, number)
        y += 41 if line.before is None else 49
    if len(lines) > MOST:
        inside.append(label(f"and {len(lines) - MOST} more", EDGE, y + 14, WIDTH - 2 * EDGE, class_="quiet"))
        y += 24
    return picture(words, WIDTH, max(y + EDGE / 2, 40), inside or [_nothing()], alone=alone)


def _line(line: Bar, y: float, most: float, number: Callable[[Amount], str]) -> Iterator[Element]:
    told = number(line.amount) + (f" ({line.note})" if line.note else "")
    if line.before is not None:
        told = f"{number(line.before)} → {told}"
    yield from _heading(line.label, told, y)
    yield _bar(line.amount, most, y + 20, 12, line.kind)
    if line.before is not None:
        yield _bar(line.before, most, y + 33, 6, "same")


def _bar(amount: Amount, most: float, y: float, height: float, kind: str) -> Element:
    wide = (WIDTH - 2 * EDGE) * (drawn(amount) / most if most else 0.0)
    wide = max(wide, THINNEST) if drawn(amount) else 0.0
    return element("rect", class_=f"bar {kind}", x=EDGE, y=y, width=wide, height=height)


def _heading(name: str, told: str, y: float) -> Iterator[Element]:
    room = WIDTH - 2 * EDGE
    wide = min(text_width(told, SIZE * 1.1), room * 0.7)
    yield label(name, EDGE, y + 14, room - wide - 12)
    yield label(told, WIDTH - EDGE, y + 14, room * 0.7, class_="number strong", anchor="end", size=SIZE * 1.1)


def _nothing() -> Element:
    return label("nothing to show", EDGE, 24, WIDTH, class_="quiet")


def _keys(keys: Sequence[tuple[str, str]], y: float) -> tuple[list[Element], float]:
    """What the colours stand for, in as many lines as it takes; and how high that is."""
    found: list[Element] = []
    x, first, room = EDGE, y, WIDTH - 2 * EDGE
    for name, class_ in keys:
        wide = min(34 + text_width(name), room)
        if x > EDGE and x + wide > WIDTH - EDGE:
            x, y = EDGE, y + 22
        found.append(element("rect", class_=class_, x=x, y=y, width=14, height=14))
        found.append(label(name, x + 20, y + 11.5, room - 20))
        x += wide
    return found, y - first + 28


def parted(
    words: Words, parts: Sequence[str], lines: Sequence[Parted], *, kinds: Sequence[str] = (), alone: bool = True
) -> str:
    """An SVG. `parts`: their names, as many as each line has amounts; `kinds` gives them colours of the palette."""
    kinds = kinds or KINDS[: len(parts)]
    assert len(kinds) >= len(parts), "a colour for each part"
    met = [any(drawn(line.amounts[at]) for line in lines) for at in range(len(parts))]
    inside, y = _keys(
        [(part, f"bar {kind}") for part, kind, there in zip(parts, kinds, met, strict=False) if there], EDGE
    )
    y += EDGE
    for line in lines[:MOST]:
        inside += _heading(line.label, line.note, y)
        inside += _cut(line, parts, kinds, y + 20)
        y += 41
    if len(lines) > MOST:
        inside.append(label(f"and {len(lines) - MOST} more", EDGE, y + 14, WIDTH - 2 * EDGE, class_="quiet"))
        y += 24
    return picture(words, WIDTH, y + EDGE / 2, inside if lines else [_nothing()], alone=alone)


def _cut(line: Parted, parts: Sequence[str], kinds: Sequence[str], y: float) -> Iterator[Element]:
    """The parts one after another; what is there at all is seen."""
    amounts = [drawn(each) for each in line.amounts]
    total, room = sum(amounts), WIDTH - 2 * EDGE
    if not total:
        yield element("rect", class_="bar none", x=EDGE, y=y, width=room, height=12)
        return
    wide = [max(room * each / total, THINNEST) if each else 0.0 for each in amounts]
    wide[wide.index(max(wide))] -= sum(wide) - room
    x = EDGE
    for name, amount, width, kind in zip(parts, line.amounts, wide, kinds, strict=False):
        if width:
            told = element("title", f"{line.label}: {name} {number_text(amount)}")
            yield element("rect", told, class_=f"bar {kind}", x=x, y=y, width=width, height=12)
        x += width
