"""The kernel of bit vectors: for every row a mask of boxes from each group of axes, joined by and.

Bit n stands for box n (`masks`). A section is read a few words at a time; rows of which a box was found in them are
done. Which bit is the lowest one set is read off a float: a power of two has it in its exponent. The method is that of
T. V. Lakshman and D. Stiliadis, "High-speed policy-based packet forwarding using efficient multi-dimensional range
matching", SIGCOMM 1998.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tierpolicy.compile.columns.data import Array
from tierpolicy.compile.columns.finding import Found, places_of
from tierpolicy.compile.columns.kernel import First, Kernel, Look, Sum, Tables, Words
from tierpolicy.compile.columns.masks import Group, as_words, groups_of
from tierpolicy.compile.columns.values import WORD

BLOCK: Final = 1 << 13
TILE: Final = 8
"""Words read together: a line of the cache."""

LOWEST_OF_BYTE: Final = np.array([max((byte & -byte).bit_length() - 1, 0) for byte in range(256)], dtype=np.intp)


@dataclass(frozen=True, slots=True)
class _Tile:
    """Some words of a section, from bit `first` of it on: those that stand for boxes, and every group's masks."""

    first: int
    valid: Words
    masks: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    section: First | Sum
    tiles: tuple[_Tile, ...]


def bits_kernel(tables: Tables) -> Kernel:
    """The kernel of a stage."""
    groups = groups_of(tables)
    parts = [_Part(section, _tiles(section, start, groups)) for section, start in _starts(tables)]

    def kernel(looks: Sequence[Look | None], fixed: Sequence[int], rows: int) -> list[Array]:
        places = [
            np.zeros(rows, np.intp) + place if look is None else places_of(look)
            for look, place in zip(looks, fixed, strict=True)
        ]
        whole = [_together(group, places) for group in groups]
        found = [_result(part.section, rows) for part in parts]
        scratch = np.empty((2, min(rows, BLOCK) * TILE), dtype=np.uint64)
        for start in range(0, rows, BLOCK):
            stop = min(start + BLOCK, rows)
            here = _Here([each[start:stop] for each in whole], stop - start, scratch)
            for part, result in zip(parts, found, strict=True):
                if isinstance(part.section, First):
                    _first(part.section, part.tiles, here, result[start:stop])
                else:
                    _sum(part.section, part.tiles, here, result[start:stop])
        return found

    return kernel


def _starts(tables: Tables) -> Iterator[tuple[First | Sum, int]]:
    """The sections, each with the number of its first word."""
    at = 0
    for section in tables.sections:
        yield section, at
        at += -(-len(section.boxes) // WORD)


def _tiles(section: First | Sum, start: int, groups: Sequence[Group]) -> tuple[_Tile, ...]:
    stop = start - (-len(section.boxes) // WORD)
    width = TILE if isinstance(section, First) else 1
    ends = [(at, min(at + width, stop)) for at in range(start, stop, width)]
    valid = (1 << len(section.boxes)) - 1
    return tuple(
        _Tile(
            (first - start) * WORD,
            _padded(as_words(valid >> (first - start) * WORD, last - first)[None, :]),
            tuple(_padded(group.masks[:, first:last]) for group in groups),
        )
        for first, last in ends
    )


@dataclass(frozen=True, slots=True)
class _Here:
    """The rows at hand: their places in each group's masks, and room for words of each."""

    places: Sequence[Found]
    rows: int
    scratch: Words

    def held(self, tile: _Tile, waiting: Found | None) -> Words:
        """The bits of the boxes that hold each row that is waiting (None: all), shape (rows, words of the tile)."""
        rows, width = self.rows if waiting is None else len(waiting), tile.valid.shape[1]
        found: Words = self.scratch[0, : rows * width].reshape(rows, width)
        more = self.scratch[1, : rows * width].reshape(rows, width)
        found[:] = tile.valid
        for masks, places in zip(tile.masks, self.places, strict=True):
            np.take(masks, places if waiting is None else places[waiting], axis=0, out=more, mode="clip")
            found &= more
        return found


def _padded(masks: Words) -> Words:
    """Contiguous masks of one word or of `TILE` words, what is missing filled up with words that no box is in."""
    width = masks.shape[1]
    filled = np.zeros((len(masks), 1 if width == 1 else TILE), dtype=np.uint64)
    filled[:, :width] = masks
    return filled


def _together(group: Group, places: Sequence[Found]) -> Found:
    found: Found = places[group.tracks[0]] * group.strides[0]
    for track, stride in zip(group.tracks[1:], group.strides[1:], strict=True):
        found = found + (places[track] if stride == 1 else places[track] * stride)
    return found


def _result(section: First | Sum, rows: int) -> Array:
    if isinstance(section, Sum):
        return np.zeros(rows, dtype=np.int64)
    return np.full(rows, section.nothing, dtype=section.codes.dtype)


def _first(section: First, tiles: Sequence[_Tile], here: _Here, result: Array) -> None:
    waiting: Found | None = None
    for tile in tiles:
        word, bits = _first_word(here.held(tile, waiting))
        lowest = bits & (~bits + np.uint64(1))
        at = (lowest.astype(np.float64).view(np.int64) >> 52) - 1023 + tile.first
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


def _first_word(held: Words) -> tuple[Found | None, Words]:
    """The first word that isn't 0 (the first of all where every one is), and which that is."""
    if held.shape[1] == 1:
        return None, held[:, 0]
    filled = np.packbits((held != 0).reshape(-1), bitorder="little")  # a byte for a row of eight words
    word = np.take(LOWEST_OF_BYTE, filled)
    return word, np.take(held.reshape(-1), np.arange(0, held.size, TILE) + word)


def _sum(section: Sum, tiles: Sequence[_Tile], here: _Here, result: Array) -> None:
    for tile in tiles:
        bits = here.held(tile, None)[:, 0]
        weights = section.weights[tile.first : tile.first + WORD]
        at = 0
        for weight, same in groupby(weights):
            count = len(list(same))
            result += popcount(bits & np.uint64(((1 << count) - 1) << at)) * np.int64(weight)
            at += count


OF_SIXTEEN: Final = np.array([bin(bits).count("1") for bits in range(1 << 16)], dtype=np.uint8)


def counted_by_sixteen(bits: Words) -> NDArray[np.int64]:
    """How many bits are set, by a table."""
    quarters = np.ascontiguousarray(bits).view(np.uint16).reshape(-1, 4)
    found: NDArray[np.int64] = np.take(OF_SIXTEEN, quarters).sum(axis=1, dtype=np.int64)
    return found


def popcount(bits: Words) -> NDArray[np.int64]:
    """How many bits are set."""
    if not hasattr(np, "bitwise_count"):  # numpy before 2.0
        return counted_by_sixteen(bits)
    found: NDArray[np.int64] = np.bitwise_count(bits).astype(np.int64)
    return found
