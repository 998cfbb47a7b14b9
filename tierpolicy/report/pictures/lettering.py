"""From labels and numbers to text that fits: widths that are estimated, since nothing is measured without a browser;
what is too long is shortened, and its full text stands in a `title`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from tierpolicy.diagnostics.render.cells import Cell, cells, printable
from tierpolicy.report.pictures.drawing import Element, element

SIZE = 13
"""Pixels, as in the style sheet."""

NARROW, USUAL, CAPITAL, WIDE = 0.42, 0.66, 0.8, 1.04
"""The width of a letter for its size: as in the broadest of common fonts, so that text rather ends early than runs into
the next."""

_WIDTHS = {
    **dict.fromkeys("iljtfrI.,:;'|!()[]/ `-", NARROW),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&+=<>~^", CAPITAL),
    **dict.fromkeys("mwMW@%…—", WIDE),
}

MOST = 1e300
"""Amounts are drawn up to here, so that sums of them stay finite."""

Amount = int | float | Decimal


def text_width(text: str, size: float = SIZE) -> float:
    """About how wide a text is, in pixels; hardly ever less than it is in common fonts."""
    return sum(map(_cell_width, cells(text))) * size


def _cell_width(cell: Cell) -> float:
    if len(cell.shown) == 1 and cell.width == 1:
        return _WIDTHS.get(cell.shown, USUAL)
    return cell.width * USUAL


def shortened(text: str, width: float, size: float = SIZE) -> str:
    """The text, cut with an ellipsis where it would be wider."""
    text = printable(text)
    if text_width(text, size) <= width:
        return text
    room, kept = width - text_width("…", size), ""
    for cell in cells(text):
        room -= _cell_width(cell) * size
        if room < 0:
            break
        kept += cell.shown
    return kept.rstrip() + "…"


def label(
    text: str, x: float, y: float, width: float, *, class_: str = "", anchor: str = "start", size: float = SIZE
) -> Element:
    """A line of text within `width`; the whole of it in its `title` where it had to be shortened."""
    shown = shortened(text, width, size)
    full = [] if shown == printable(text) else [element("title", text)]
    classes = {"class_": class_} if class_ else {}
    anchored = {} if anchor == "start" else {"text_anchor": anchor}
    return element("text", *full, shown, x=x, y=y, **classes, **anchored)


def number_text(value: Amount) -> str:
    """`23,570`; `1.25`; `3.4 billion`; `–` for what is no number."""
    if isinstance(value, int) and abs(value) < 10**9:
        return f"{value:,}"
    if not math.isfinite(size := abs(drawn(value, least=-MOST))) or (isinstance(value, float) and value != value):
        return "–"
    for least, word in ((1e12, "trillion"), (1e9, "billion")):
        if least <= size < 1e15:
            return f"{drawn(value, least=-MOST) / least:,.4g} {word}"
    if size >= 1e15:
        return f"{drawn(value, least=-MOST):.3g}"
    if size >= 100 or value == int(value):
        return f"{round(value):,}"
    return f"{value:.2f}" if size >= 0.01 else f"{float(value):.1g}"


def drawn(value: Amount, *, least: float = 0.0) -> float:
    """An amount as a length: what is negative, no number or beyond all bounds still gives one."""
    try:
        found = float(value)
    except (OverflowError, ValueError):
        return MOST if value > 0 else least
    return least if math.isnan(found) else min(max(found, least), MOST)


def ticks(most: float, count: int = 5) -> list[float]:
    """Round numbers from 0 to at least `most`, at most `count` steps: 1, 2 or 5 times a power of ten apart."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((times * power for times in (1, 2, 5) if times * power >= rough * 0.999999), 10 * power)
    return [step * number for number in range(math.ceil(most / step - 0.000001) + 1)]


def spread(wanted: Sequence[float], apart: float, least: float, most: float) -> list[float]:
    """Places near those wanted (in order), each `apart` from the next, within `least` and `most` as far as they fit."""
    found: list[float] = []
    for place in wanted:
        found.append(max(place, found[-1] + apart if found else least))
    limit = most
    for number in reversed(range(len(found))):
        found[number] = min(found[number], limit)
        limit = found[number] - apart
    return found
