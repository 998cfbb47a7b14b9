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
from tierpolicy.compile.columns.finding import places_of
from tierpolicy.compile.columns.kernel import First, Kernel, Look, Sum, Tables, Words

BLOCK: Final = 1 << 13
TILE: Final = 8
"""Words read together: a line of the cache."""

LOWEST_OF_BYTE: Final = np.array([max((byte & -byte).bit_length() - 1, 0) for byte in range(256)], dtype=np.intp)

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
        scratch = np.empty((2, min(rows, BLOCK) * TILE), dtype=np.uint64)
        for start in range(0, rows, BLOCK):
            stop = min(start + BLOCK, rows)
            here = _Here(groups, [each[start:stop] for each in whole], base, stop - start, scratch)
            for section, parts, result in zip(tables.sections, tiles, found, strict=True):
                if isinstance(section, First):
                    _first(section, parts, here, result[start:stop])
                else:
                    _sum(section, parts, here, result[start:stop])
        return found

    return kernel


@dataclass(frozen=True, slots=True)
class _Here:
    """The rows at hand: their places in each group's masks, and room for words of each."""

    groups: Sequence[int]
    places: Sequence[Places]
    base: Words
    rows: int
    scratch: Words

    def held(self, tile: _Tile, waiting: Places | None) -> Words:
        """The bits of the boxes that hold each row that is waiting (None: all), shape (rows, words of the tile)."""
        base = _padded(self.base[None, tile.start : tile.stop])
        rows = self.rows if waiting is None else len(waiting)
        if not self.groups:
            everywhere: Words = np.repeat(base, rows, axis=0)
            return everywhere
        found, more = (room[: rows * base.shape[1]].reshape(rows, -1) for room in self.scratch)
        for at, (group, places) in enumerate(zip(self.groups, self.places, strict=True)):
            there = places if waiting is None else places[waiting]
            np.take(tile.masks[group], there, axis=0, out=more if at else found, mode="clip")
            if at:
                found &= more
        found &= base
        return found


def _tiles(section: First | Sum, tables: Tables) -> list[_Tile]:
    if isinstance(section, Sum):
        ends = [(word, word + 1) for word in sorted(set(section.word.tolist()))]
    else:
        ends = [(at, min(at + TILE, section.stop)) for at in range(section.start, section.stop, TILE)]
    return [
        _Tile(start, stop, tuple(_padded(group.masks[:, start:stop]) for group in tables.groups))
        for start, stop in ends
    ]


def _padded(masks: Words) -> Words:
    """Contiguous masks of one word or of `TILE` words, what is missing filled up with words that no box is in."""
    width = masks.shape[1]
    filled = np.zeros((len(masks), 1 if width == 1 else TILE), dtype=np.uint64)
    filled[:, :width] = masks
    return filled


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


def _first(section: First, tiles: Sequence[_Tile], here: _Here, result: Array) -> None:
    waiting: Places | None = None
    for tile in tiles:
        word, bits = _first_word(here.held(tile, waiting))
        lowest = bits & (~bits + np.uint64(1))
        at = (lowest.astype(np.float64).view(np.int64) >> 52) - 1023 + 64 * (tile.start - section.start)
        if word is not None:
            at += 64 * word
        hit = bits != 0
        if waiting is None and hit.all():
            np.take(section.codes, at, out=result, mode="clip")
            return
        done = np.flatnonzero(hit)
        result[done if waiting is None else waiting[done]] = section.codes[at[done]]
        waiting = np.flatnonzero(~hit) if waiting is None else waiting[~hit]
        if not len(waiting):
            return


def _first_word(held: Words) -> tuple[Places | None, Words]:
    """The first word that isn't 0 (the first of all where every one is), and which that is."""
    if held.shape[1] == 1:
        return None, held[:, 0]
    filled = np.packbits((held != 0).reshape(-1), bitorder="little")  # a byte for a row of eight words
    word = np.take(LOWEST_OF_BYTE, filled)
    return word, np.take(held.reshape(-1), np.arange(0, held.size, TILE) + word)


def _sum(section: Sum, tiles: Sequence[_Tile], here: _Here, result: Array) -> None:
    for tile in tiles:
        bits = here.held(tile, None)[:, 0]
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
