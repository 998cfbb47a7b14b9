"""The kernel of bit vectors: a row of packed masks for each group of axes, joined by and (`kernel`).

A section is read a few words at a time; rows of which a box was found in them are done. Which bit is the lowest one set
is read off a float: a power of two has it in its exponent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tierpolicy.compile.columns.data import Array
from tierpolicy.compile.columns.kernel import First, Kernel, Look, Sum, Tables, Words
from tierpolicy.compile.columns.looks import places_of

BLOCK: Final = 1 << 12
TILE: Final = 8
"""Words read together: a line of the cache."""

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Tile:
    """Some words of every group's masks, contiguous."""

    start: int
    stop: int
    masks: tuple[Words, ...]


def bits_kernel(tables: Tables) -> Kernel:
    """The kernel of a stage."""
    tiles = [_tiles(section, tables) for section in tables.sections]

    def kernel(looks: Sequence[Look | None], base: Words, fixed: Sequence[int], rows: int) -> list[Array]:
        places = [None if look is None else places_of(look) for look in looks]
        groups = [at for at, group in enumerate(tables.groups) if looks[group.tracks[0]] is not None]
        whole = [_together(tables.groups[at].tracks, tables.groups[at].strides, places) for at in groups]
        found = [_result(section, rows) for section in tables.sections]
        for start in range(0, rows, BLOCK):
            stop = min(start + BLOCK, rows)
            here = [each[start:stop] for each in whole]
            for section, parts, result in zip(tables.sections, tiles, found, strict=True):
                if isinstance(section, First):
                    _first(section, parts, groups, here, base, result[start:stop])
                else:
                    _sum(section, parts, groups, here, base, result[start:stop])
        return found

    return kernel


def _tiles(section: First | Sum, tables: Tables) -> list[_Tile]:
    if isinstance(section, Sum):
        ends = [(word, word + 1) for word in sorted(set(section.word.tolist()))]
    else:
        ends = [(at, min(at + TILE, section.stop)) for at in range(section.start, section.stop, TILE)]
    return [
        _Tile(start, stop, tuple(np.ascontiguousarray(group.masks[:, start:stop]) for group in tables.groups))
        for start, stop in ends
    ]


def _together(tracks: Sequence[int], strides: Sequence[int], places: Sequence[Places | None]) -> Places:
    found: Places | None = None
    for track, stride in zip(tracks, strides, strict=True):
        at = places[track]
        assert at is not None
        at = at if stride == 1 else at * stride
        found = at if found is None else found + at
    assert found is not None
    return found


def _result(section: First | Sum, rows: int) -> Array:
    if isinstance(section, Sum):
        return np.zeros(rows, dtype=np.int64)
    return np.full(rows, section.nothing, dtype=section.codes.dtype)


def _held(tile: _Tile, groups: Sequence[int], places: Sequence[Places], base: Words, rows: int) -> Words:
    """The bits of the boxes that hold each row, shape (rows, words of the tile)."""
    here = base[tile.start : tile.stop]
    if not groups:
        return np.tile(here, (rows, 1))
    found: Words = np.take(tile.masks[groups[0]], places[0], axis=0)
    for at, place in zip(groups[1:], places[1:], strict=True):
        found &= np.take(tile.masks[at], place, axis=0)
    found &= here
    return found


def _first(
    section: First,
    tiles: Sequence[_Tile],
    groups: Sequence[int],
    places: Sequence[Places],
    base: Words,
    result: Array,
) -> None:
    waiting: Places | None = None
    for tile in tiles:
        here = list(places) if waiting is None else [place[waiting] for place in places]
        rows = len(result) if waiting is None else len(waiting)
        held = _held(tile, groups, here, base, rows)
        word, bits = _first_word(held)
        hit = bits != 0
        lowest = bits & (~bits + np.uint64(1))
        at = (lowest.astype(np.float64).view(np.int64) >> 52) - 1023 + 64 * (tile.start - section.start)
        if word is not None:
            at += 64 * word
        if waiting is None:
            done = np.flatnonzero(hit)
            result[done] = section.codes[at[done]]
        else:
            result[waiting[hit]] = section.codes[at[hit]]
        waiting = np.flatnonzero(~hit) if waiting is None else waiting[~hit]
        if not len(waiting):
            return


def _first_word(held: Words) -> tuple[Places | None, Words]:
    """The first word that isn't 0 (the last one where all are), and which that is."""
    bits = held[:, 0]
    if held.shape[1] == 1:
        return None, bits
    bits = bits.copy()
    word = np.zeros(len(bits), dtype=np.intp)
    for at in range(1, held.shape[1]):
        nothing = bits == 0
        np.copyto(bits, held[:, at], where=nothing)
        word += nothing
    return word, bits


def _sum(
    section: Sum, tiles: Sequence[_Tile], groups: Sequence[int], places: Sequence[Places], base: Words, result: Array
) -> None:
    for tile in tiles:
        bits = _held(tile, groups, places, base, len(result))[:, 0]
        for at in np.flatnonzero(section.word == tile.start):
            result += popcount(bits & section.mask[at]) * section.weight[at]


if hasattr(np, "bitwise_count"):

    def popcount(bits: Words) -> NDArray[np.int64]:
        """How many bits are set."""
        found: NDArray[np.int64] = np.bitwise_count(bits).astype(np.int64)
        return found

else:
    OF_SIXTEEN: Final = np.array([bin(bits).count("1") for bits in range(1 << 16)], dtype=np.uint8)

    def popcount(bits: Words) -> NDArray[np.int64]:
        """How many bits are set, sixteen at a time (numpy before 2.0)."""
        quarters = np.ascontiguousarray(bits).view(np.uint16).reshape(-1, 4)
        found: NDArray[np.int64] = OF_SIXTEEN[quarters].sum(axis=1, dtype=np.int64)
        return found
