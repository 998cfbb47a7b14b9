"""Tables of a stage drawn by chance, columns that their looks read, and what the answer is, box by box and row by row.

Tracks are of every kind that a look can be, with few and many places, cuts at the values themselves, infinite and very
uneven cuts; arrays are parts of others that can't be written to; rows fill blocks or leave a rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from tierpolicy.compile.columns.kernel import First, Kernel, Look, Section, Sum, Tables, Track

ROWS = (1, 63, 64, 65, 511, 512, 513, 1500, 2048)


@dataclass(frozen=True)
class Drawn:
    """`fixed` as in `kernel.Kernel`."""

    tables: Tables
    looks: tuple[Look | None, ...]
    fixed: tuple[int, ...]
    rows: int

    def answers(self, kernel: Kernel) -> list[Any]:
        return list(kernel(self.looks, self.fixed, self.rows))


def drawn(chance: Random, rows: int | None = None) -> Drawn:
    """Some tables, and columns for them."""
    rows = chance.choice(ROWS) if rows is None else rows
    numbers = np.random.default_rng(chance.randrange(2**32))
    kinds = [chance.choice(list(LOOKS)) for _ in range(chance.randint(1, 6))]
    tracks, looks, fixed = [], [], []
    for at, kind in enumerate(kinds):
        missing = _part(numbers.random(rows) < 0.2, chance) if chance.random() < 0.5 else None
        count, look = LOOKS[kind](chance, numbers, rows, missing)
        tracks.append(Track(at, count, np.zeros(0, np.intp), None))
        looks.append(look)
        fixed.append(chance.randrange(count) if look is None else -1)
    boxes = [_box(tracks, chance) for _ in range(chance.randint(1, 30))]
    sections = tuple(_section(boxes, chance) for _ in range(chance.randint(1, 4)))
    tables = Tables(tuple(tracks), sections)
    return Drawn(tables, tuple(looks), tuple(fixed), rows)


def plainly(given: Drawn) -> list[list[int]]:
    """The answer of every section for every row, as `kernel` words it."""
    places = places_of(given)
    return [
        [_answer(section, [track[row] for track in places]) for row in range(given.rows)]
        for section in given.tables.sections
    ]


def places_of(given: Drawn) -> list[list[int]]:
    """Track by track the place of every row."""
    return [_places(look, place, given.rows) for look, place in zip(given.looks, given.fixed, strict=True)]


def _answer(section: Section, places: list[int]) -> int:
    holding = [at for at, box in enumerate(section.boxes) if _holds(box, places)]
    if isinstance(section, Sum):
        return sum(section.weights[at] for at in holding)
    return int(section.codes[holding[0]]) if holding else section.nothing


def _holds(box: Mapping[int, int], places: list[int]) -> bool:
    return all(allowed >> places[track] & 1 for track, allowed in box.items())


def _places(look: Look | None, fixed: int, rows: int) -> list[int]:
    if look is None:
        return [fixed] * rows
    values = look.values.tolist()
    if look.cuts is not None:
        cuts = look.cuts.tolist()
        places = [sum(cut <= value for cut in cuts) for value in values]
    elif look.table is not None:
        places = [int(look.table[value]) for value in values]
    else:
        assert look.bit is not None
        places = [value >> look.bit & 1 for value in values]
    missing = [False] * rows if look.missing is None else look.missing.tolist()
    return [look.missing_place if gone else place for place, gone in zip(places, missing, strict=True)]


# ---------------------------------------------------------------- looks


def _floats(chance: Random, numbers: Any, rows: int, missing: Any, most: int = 6) -> tuple[int, Look]:
    cuts = np.unique(np.round(numbers.normal(0, 10, chance.randint(most // 2, most)), chance.choice([0, 2, 9])))
    if len(cuts) > 3 and chance.random() < 0.3:
        cuts[0], cuts[-1] = -1e300, chance.choice([np.inf, 1e300, 1e9])
    values = _near(cuts, numbers.normal(0, 12, rows), numbers)
    values = np.where(numbers.random(rows) < 0.3, np.nextafter(values, -np.inf), values)
    if missing is not None:
        values = np.where(missing, np.nan, values)
    return _with_cuts(values, cuts, chance, missing)


def _wholes(chance: Random, numbers: Any, rows: int, missing: Any, most: int = 6) -> tuple[int, Look]:
    dtype = chance.choice([np.int8, np.int16, np.int32, np.int64])
    ends = np.iinfo(dtype)
    wide = chance.random() < 0.3 or dtype == np.int8
    low, high = (ends.min, ends.max) if wide else (-3000, 3000)
    count = chance.randint(most // 2, most)
    cuts = np.unique(numbers.integers(low, high, count, dtype=np.int64, endpoint=True)).astype(dtype)
    values = _near(cuts, numbers.integers(low, high, rows, dtype=np.int64, endpoint=True).astype(dtype), numbers)
    return _with_cuts(values, cuts, chance, missing)


def _near(cuts: Any, values: Any, numbers: Any) -> Any:
    """The values, half of them cuts."""
    if not len(cuts):
        return values
    return np.where(numbers.random(len(values)) < 0.5, numbers.choice(cuts, len(values)), values)


def _with_cuts(values: Any, cuts: Any, chance: Random, missing: Any) -> tuple[int, Look]:
    count = len(cuts) + 1 + chance.randint(0, 2)
    return count, Look(_part(values, chance), cuts=cuts, missing=missing, missing_place=chance.randrange(count))


def _labels(chance: Random, numbers: Any, rows: int, missing: Any, most: int = 10) -> tuple[int, Look]:
    labels = chance.randint(max(1, most // 4), most)
    count = chance.randint(1, min(labels, 100) + 1)
    table = numbers.integers(0, count, labels).astype(np.uint32)
    dtype = chance.choice([np.uint8, np.uint16, np.uint32] if labels <= 256 else [np.uint16, np.uint32])
    values = _part(numbers.integers(0, labels, rows).astype(dtype), chance)
    return count, Look(values, table=table, missing=missing, missing_place=chance.randrange(count))


def _bits(chance: Random, numbers: Any, rows: int, missing: Any) -> tuple[int, Look]:
    count = 2 if missing is None else 3
    values = _part(numbers.integers(0, 2**64 - 1, rows, dtype=np.uint64, endpoint=True), chance)
    return count, Look(values, bit=chance.choice([0, 5, 63]), missing=missing, missing_place=count - 1)


def _day(chance: Random, numbers: Any, rows: int, missing: Any) -> tuple[int, None]:
    return chance.randint(1, 4), None


LOOKS: Mapping[str, Any] = {
    "floats": _floats,
    "wholes": _wholes,
    "labels": _labels,
    "bits": _bits,
    "day": _day,
    "many floats": lambda *given: _floats(*given, most=300),
    "many wholes": lambda *given: _wholes(*given, most=300),
    "many labels": lambda *given: _labels(*given, most=400),
}


def _part(array: Any, chance: Random) -> Any:
    """The same array, perhaps as a part of a larger one that can't be written to."""
    if chance.random() < 0.5 and len(array):
        array = np.concatenate([array[:1], array, array[:1]])[1 : 1 + len(array)]
        array.flags.writeable = False
    return array


# ---------------------------------------------------------------- boxes and sections


def _box(tracks: list[Track], chance: Random) -> dict[int, int]:
    asked = chance.sample(tracks, chance.randint(0, min(4, len(tracks))))
    return {track.axis: _allowed(track.count, chance) for track in asked}


def _allowed(count: int, chance: Random) -> int:
    everything = (1 << count) - 1
    cut = (1 << chance.randrange(count)) - 1
    return chance.choice([everything & ~cut, cut, chance.getrandbits(count), everything])


def _section(boxes: list[dict[int, int]], chance: Random) -> Section:
    here = tuple(chance.choice(boxes) for _ in range(chance.randint(0, 12)))
    if chance.random() < 0.3:
        weights = tuple(chance.choice([0, 1, 3, 500, 12_345, 2**40 + 7]) for _ in here)
        return Sum(here, weights)
    dtype, most = chance.choice([(np.uint8, 255), (np.uint16, 65_535), (np.uint32, 10**6)])
    codes = [chance.choice([0, 1, 2, 3, chance.randint(0, most)]) for _ in here]
    return First(np.array(codes, dtype), chance.choice([0, 0, chance.randint(0, most)]), here)
