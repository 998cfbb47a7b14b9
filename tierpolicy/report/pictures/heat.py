"""Two things against each other (value of customers, service they get): a field for every pair, the darker the more,
each with its number. Shares are of a column, or of a row, so that those of different sizes compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from tierpolicy.report.pictures.drawing import Element, Words, element, picture
from tierpolicy.report.pictures.lettering import label, number_text, text_width
from tierpolicy.report.pictures.palette import STEPS

WIDTH, TOP, EDGE = 600.0, 12.0, 12.0
ROW = 34.0
NAMES = 176.0
MOST_ROWS, MOST_COLUMNS = 20, 24


def heat(
    words: Words,
    rows: Sequence[str],
    columns: Sequence[str],
    counts: Sequence[Sequence[int]],
    *,
    of: Literal["column", "row"] = "column",
    across: str = "",
    alone: bool = True,
) -> str:
    """An SVG. `counts`: for each row a number for every column; `of`: what a share is a share of; `across` says what
    the columns are."""
    rows, counts = _few(rows, counts, MOST_ROWS)
    columns, turned = _few(columns, [list(column) for column in zip(*counts, strict=True)], MOST_COLUMNS)
    counts = [list(row) for row in zip(*turned, strict=True)]
    wide = (WIDTH - NAMES - EDGE) / max(1, len(columns))
    inside: list[Element] = []
    for at, name in enumerate(rows):
        y = TOP + at * ROW
        inside.append(label(name, NAMES - 10, y + ROW / 2 + 4.5, NAMES - 18, anchor="end"))
        for number, column in enumerate(columns):
            total = sum(row[number] for row in counts) if of == "column" else sum(counts[at])
            inside += _field(name, column, counts[at][number], total, (NAMES + number * wide, y, wide))
    bottom = TOP + len(rows) * ROW
    for number, column in enumerate(columns):
        inside.append(label(column, NAMES + (number + 0.5) * wide, bottom + 18, wide - 3, anchor="middle"))
    if across:
        middle = NAMES + (WIDTH - NAMES - EDGE) / 2
        inside.append(label(across, middle, bottom + 38, WIDTH - NAMES, class_="quiet", anchor="middle"))
    inside += _scale(bottom + 52, of)
    return picture(words, WIDTH, bottom + 82, inside, alone=alone)


def _few(names: Sequence[str], counts: Sequence[Sequence[int]], most: int) -> tuple[list[str], list[list[int]]]:
    """The first ones as they are; of more than `most`, the last together."""
    if len(names) <= most:
        return list(names), [list(row) for row in counts]
    rest = [sum(column) for column in zip(*counts[most - 1 :], strict=True)]
    return [*names[: most - 1], f"{len(names) - most + 1} others"], [*(list(row) for row in counts[: most - 1]), rest]


def step_of(part: int, whole: int) -> int:
    """Which step of the ramp a share takes: the first is for nobody, the last for all."""
    return min(STEPS - 1, 1 + part * (STEPS - 1) // whole) if part and whole else 0


def share_shown(part: int, whole: int) -> str:
    """`12%`; `<1%` of what is there at all, nothing of nothing."""
    if not part or not whole:
        return ""
    shown = round(100 * part / whole)
    return "<1%" if shown == 0 else ">99%" if shown == 100 and part < whole else f"{shown}%"


def _field(row: str, column: str, count: int, total: int, place: tuple[float, float, float]) -> Iterator[Element]:
    x, y, wide = place
    step, shown = step_of(count, total), share_shown(count, total)
    told = element("title", f"{row}, {column}: {number_text(count)} of {number_text(total)}")
    yield element("rect", told, class_=f"step step-{step}", x=x + 1, y=y + 1, width=max(wide - 2, 1), height=ROW - 2)
    if shown and text_width(shown, 12) <= wide - 2:
        middle = x + wide / 2
        yield label(shown, middle, y + ROW / 2 + 4.5, wide, class_=f"small number on-{step}", anchor="middle", size=12)


def _scale(y: float, of: str) -> Iterator[Element]:
    yield label("0%", NAMES - 10, y + 11, 60, class_="quiet small", anchor="end", size=12)
    for step in range(STEPS):
        yield element("rect", class_=f"step step-{step}", x=NAMES + step * 28, y=y, width=26, height=14)
    yield label(f"100% of the {of}", NAMES + STEPS * 28 + 6, y + 11, 300, class_="quiet small", size=12)
