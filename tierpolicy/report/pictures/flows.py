"""Who goes from where to where: values before on the left, values after on the right, a ribbon for those who go from
one to the other, as thick as they are many.

Who stays is pale, who moves is coloured and drawn above, and even one customer among millions is a line that is seen;
a value's block is as high as the ribbons that it holds. Names stand beside their blocks, moved apart where blocks are
too small, with a thin line to where they belong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tierpolicy.report.pictures.drawing import Element, Words, element, picture
from tierpolicy.report.pictures.lettering import SIZE, label, number_text, spread, text_width

Way = Literal["same", "other", "better", "worse"]
"""What a move means to those who make it; `other`: another value that is neither better nor worse."""

TOP, BOTTOM = 40.0, 16.0
BETWEEN = 230.0
"""For the ribbons, with the blocks."""

NARROWEST, BROADEST = 110.0, 200.0
"""For the names on each side, as far as they need it."""

BLOCK = 12.0
LINE = 19.0
"""From one name to the next."""

GAP = 10.0
THINNEST = 1.5
MOST = 14
"""So many values are shown on a side; the rarest others together."""

DRAWN_LAST: tuple[Way, ...] = ("same", "other", "better", "worse")
SAID: dict[Way, str] = {"same": "as before", "other": "another value", "better": "better off", "worse": "worse off"}


@dataclass(frozen=True, slots=True)
class Flow:
    """`count` customers who had `old` and get `new`."""

    old: str
    new: str
    count: int
    way: Way


@dataclass(frozen=True, slots=True)
class _Sheet:
    """How broad the sides are."""

    side: float

    @property
    def width(self) -> float:
        return 2 * self.side + BETWEEN


@dataclass(frozen=True, slots=True)
class _Ribbon:
    flow: Flow
    thick: float
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class _Block:
    name: str
    count: int
    y: float
    height: float


def flows(
    words: Words,
    order: Sequence[str],
    moves: Sequence[Flow],
    *,
    before: str = "before",
    after: str = "after",
    alone: bool = True,
) -> str:
    """An SVG. `order`: the values from top to bottom; `before` and `after` are the headings of the sides."""
    order, moves = _few(order, moves)
    if not moves:
        return picture(words, BETWEEN * 2, 60, [label("nobody to show", 16, 34, BETWEEN, class_="quiet")], alone=alone)
    left = [name for name in order if any(move.old == name for move in moves)]
    right = [name for name in order if any(move.new == name for move in moves)]
    room = max(220.0, LINE * max(len(left), len(right), 1))
    total = max(1, sum(move.count for move in moves))
    thick = {(move.old, move.new, move.way): max(THINNEST, room * (move.count / total)) for move in moves}
    blocks_left = list(_blocks(left, [(move.old, move, thick[_key(move)]) for move in moves]))
    blocks_right = list(_blocks(right, [(move.new, move, thick[_key(move)]) for move in moves]))
    bottom = max((each.y + each.height for each in (*blocks_left, *blocks_right)), default=TOP + room)
    bottom = max(bottom, TOP + LINE * max(len(left), len(right)))
    ribbons = list(_ribbons(order, moves, thick, blocks_left, blocks_right))
    sheet = _sheet(blocks_left, blocks_right)
    side, width = sheet.side, sheet.width
    inside = [
        label(before, side - 8, 22, side - 16, class_="strong", anchor="end", size=SIZE * 1.1),
        label(after, width - side + 8, 22, side - 16, class_="strong", size=SIZE * 1.1),
        *(part for way in DRAWN_LAST for part in _drawn([each for each in ribbons if each.flow.way == way], sheet)),
        *_named(blocks_left, bottom, sheet, at_left=True),
        *_named(blocks_right, bottom, sheet, at_left=False),
    ]
    keys, lowest = _legend(moves, bottom + 30, width)
    return picture(words, width, lowest + BOTTOM, [*inside, *keys], alone=alone)


def _sheet(left: Sequence[_Block], right: Sequence[_Block]) -> _Sheet:
    wanted = [text_width(f"{each.name} {number_text(each.count)}", SIZE * 1.1) + 26 for each in (*left, *right)]
    return _Sheet(min(max(NARROWEST, *wanted), BROADEST))


def _key(move: Flow) -> tuple[str, str, Way]:
    return move.old, move.new, move.way


def _few(order: Sequence[str], moves: Sequence[Flow]) -> tuple[list[str], list[Flow]]:
    """The same moves with empty ones left out, one for each pair and way; of very many values the rarest together."""
    known = list(dict.fromkeys([*order, *(name for move in moves for name in (move.old, move.new))]))
    weight = dict.fromkeys(known, 0)
    for move in moves:
        weight[move.old] += move.count
        weight[move.new] += move.count
    known = [name for name in known if weight[name]]
    kept = set(sorted(known, key=lambda name: -weight[name])[: MOST if len(known) <= MOST else MOST - 1])
    others = f"{len(known) - len(kept)} others"
    names = [name for name in known if name in kept] + ([others] if len(kept) < len(known) else [])
    together: dict[tuple[str, str, Way], int] = {}
    for move in moves:
        if move.count > 0:
            key = (move.old if move.old in kept else others, move.new if move.new in kept else others, move.way)
            together[key] = together.get(key, 0) + move.count
    return names, [Flow(old, new, count, way) for (old, new, way), count in together.items()]


def _blocks(names: Sequence[str], parts: Sequence[tuple[str, Flow, float]]) -> Iterator[_Block]:
    y = TOP
    for name in names:
        own = [(move, height) for owner, move, height in parts if owner == name]
        height = sum(height for _, height in own)
        yield _Block(name, sum(move.count for move, _ in own), y, height)
        y += height + GAP


def _ribbons(
    order: Sequence[str],
    moves: Sequence[Flow],
    thick: dict[tuple[str, str, Way], float],
    left: Sequence[_Block],
    right: Sequence[_Block],
) -> Iterator[_Ribbon]:
    """Each with where it leaves its block and where it arrives: in the order of the other side, so that few cross."""
    place = {name: at for at, name in enumerate(order)}
    leaves, arrives = {each.name: each.y for each in left}, {each.name: each.y for each in right}
    starts: dict[tuple[str, str, Way], float] = {}
    for move in sorted(moves, key=lambda move: (place[move.old], place[move.new], move.way)):
        starts[_key(move)] = leaves[move.old]
        leaves[move.old] += thick[_key(move)]
    for move in sorted(moves, key=lambda move: (place[move.new], place[move.old], move.way)):
        yield _Ribbon(move, thick[_key(move)], starts[_key(move)], arrives[move.new])
        arrives[move.new] += thick[_key(move)]


def _drawn(ribbons: Sequence[_Ribbon], sheet: _Sheet) -> Iterator[Element]:
    """The broad ones first."""
    x, other = sheet.side + BLOCK, sheet.width - sheet.side - BLOCK
    half = (x + other) / 2
    for each in sorted(ribbons, key=lambda each: -each.thick):
        top, there = f"{each.left:.1f}", f"{each.right:.1f}"
        foot, foot_there = f"{each.left + each.thick:.1f}", f"{each.right + each.thick:.1f}"
        path = (
            f"M{x:.1f},{top} C{half:.1f},{top} {half:.1f},{there} {other:.1f},{there} "
            f"L{other:.1f},{foot_there} C{half:.1f},{foot_there} {half:.1f},{foot} {x:.1f},{foot} Z"
        )
        move = each.flow
        told = f"{move.old} → {move.new}: {number_text(move.count)} {SAID[move.way]}"
        thin = " thin" if each.thick < 5 else ""
        yield element("path", element("title", told), class_=f"ribbon {move.way}{thin}", d=path)


def _named(blocks: Sequence[_Block], bottom: float, sheet: _Sheet, *, at_left: bool) -> Iterator[Element]:
    edge = sheet.side if at_left else sheet.width - sheet.side
    x, text, anchor = (edge, edge - 14, "end") if at_left else (edge - BLOCK, edge + 14, "start")
    middles = [each.y + each.height / 2 for each in blocks]
    for block, middle, y in zip(blocks, middles, spread(middles, LINE, TOP + LINE / 2, bottom), strict=True):
        yield element("rect", class_="block", x=x, y=block.y, width=BLOCK, height=max(block.height, 1))
        if abs(y - middle) > 4:
            near = text + 3 if at_left else text - 3
            yield element("line", class_="axis", x1=edge, y1=middle, x2=near, y2=y)
        count = number_text(block.count)
        yield _name_and_count(block.name, count, (text, y + 4.5, anchor), sheet.side)


def _name_and_count(name: str, count: str, place: tuple[float, float, str], side: float) -> Element:
    """The name shortened, the number never."""
    x, y, anchor = place
    room = side - 22 - text_width(f" {count}", SIZE * 1.1)
    named = label(name, x, y, room, anchor=anchor)
    number = element("tspan", f" {count}", class_="strong number")
    return Element(named.name, named.attributes, (*named.inside, number))


def _legend(moves: Sequence[Flow], y: float, width: float) -> tuple[list[Element], float]:
    """How many go which way, in as many lines as it takes; and where the last of them is."""
    found: list[Element] = []
    x = 16.0
    for way in DRAWN_LAST:
        count = sum(move.count for move in moves if move.way == way)
        if not count:
            continue
        said = f"{number_text(count)} {SAID[way]}"
        if x > 16 and x + 20 + text_width(said) > width:
            x, y = 16.0, y + 22
        found.append(element("rect", class_=f"ribbon {way}", x=x, y=y - 11, width=14, height=14))
        found.append(label(said, x + 20, y, 240))
        x += 34 + text_width(said)
    return found, y
