"""Bit programs compiled by numba: one function for every policy, compiled once and kept on disk.

Registers hold 512 rows, 8 words of 64 each, so that thousands of them stay in a core's cache and one step is a few
instructions. Functions here know numbers and addresses only; what they mean is told in `kernels_program` and
`numba_kernel`. They run without the interpreter's lock, and write to nothing but `registers`, `places` and `out`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import numba
import numpy as np

from tierpolicy.compile.columns.numba_masks import (
    as_bytes_of_2,
    as_bytes_of_4,
    as_bytes_of_8,
    at_least_f8,
    at_least_i1,
    at_least_i2,
    at_least_i4,
    at_least_i8,
    equal_u1,
    equal_u2,
    equal_u4,
    joined,
    put,
    shares_u8,
    value_at,
)

F = TypeVar("F", bound=Callable[..., Any])
MASKS = "7c0de755cc8a6d04"
"""The digest of the module `numba_masks`, as numba looks for changes in this file alone before it uses what it kept."""

WORDS = 8
ROWS = 64
BLOCK = ROWS * WORDS
LINE = 8 * WORDS
"""Bytes of a register."""
NONE_, EVERY, BIT = np.uint64(0), ~np.uint64(0), np.uint64(1)

FIXED, CUTS, PLACED_CUTS, TABLE, PLACED_TABLE, ONE_BIT = range(6)
"""How a track's values become registers: all rows at one place, each cut or each number compared with every value, each
value's place looked up, one bit asked."""
HOW, SIZE, ADDRESS, FIRST, COUNT, START, LENGTH, MISSING, MISSING_PLACE, BUCKETS, HALVINGS, BUCKET_COUNT = range(12)
"""The columns of `tracks`."""


def compiled(function: F) -> F:
    """The function, to be compiled when it is first called; kept on disk where numba finds a place to write to."""
    jit: Any = numba.njit(nogil=True, error_model="numpy")
    held: Any = jit(function)
    with suppress(RuntimeError):
        held.enable_caching()
    made: F = held
    return made


@compiled
def _at_least(track: Any, row: int, memory: int, floats: Any, wholes: Any) -> None:
    """Cut by cut the rows whose value is at least that."""
    size, to = track[SIZE], memory + (track[FIRST] + 1) * LINE
    address = track[ADDRESS] + row * (8 if size == 0 else size)
    for at in range(track[START], track[START] + track[LENGTH]):
        if size == 0:
            for word in range(WORDS):
                put(to + word * 8, at_least_f8(address + word * (ROWS * 8), floats[at]))
        elif size == 8:
            for word in range(WORDS):
                put(to + word * 8, at_least_i8(address + word * (ROWS * 8), wholes[at]))
        elif size == 4:
            for word in range(WORDS):
                put(to + word * 8, at_least_i4(address + word * (ROWS * 4), wholes[at]))
        elif size == 2:
            for word in range(WORDS):
                put(to + word * 8, at_least_i2(address + word * (ROWS * 2), wholes[at]))
        else:
            for word in range(WORDS):
                put(to + word * 8, at_least_i1(address + word * ROWS, wholes[at]))
        to += LINE
    for place in range((track[COUNT] - 1 - track[LENGTH]) * WORDS):  # those of what is missing
        put(to + place * 8, NONE_)


@compiled
def _among(track: Any, row: int, memory: int, tables: Any) -> None:
    """Place by place from the highest one on, the rows whose number has that place or one above it.

    At START of `tables` are the numbers by place, the highest place first, before them where each place's end.
    """
    size, count, start = track[SIZE], track[COUNT], track[START]
    address = track[ADDRESS] + row * size
    to = memory + (track[FIRST] + count - 1) * LINE
    at = start + count - 1
    for place in range(count - 1):
        for word in range(WORDS):
            put(to + word * 8, NONE_ if place == 0 else value_at(to + LINE + word * 8, NONE_))
        end = start + tables[start + place]
        while at < end:
            number = tables[at]
            at += 1
            for word in range(WORDS):
                held = value_at(to + word * 8, NONE_)
                if size == 1:
                    put(to + word * 8, held | equal_u1(address + word * ROWS, number))
                elif size == 2:
                    put(to + word * 8, held | equal_u2(address + word * (ROWS * 2), number))
                else:
                    put(to + word * 8, held | equal_u4(address + word * (ROWS * 4), number))
        to -= LINE


@compiled
def _marked(track: Any, row: int, registers: Any, word: int) -> None:
    missing = equal_u1(track[MISSING] + row, 1)
    if missing:
        for place in range(1, track[COUNT]):
            held = registers[track[FIRST] + place, word]
            registers[track[FIRST] + place, word] = held | missing if place <= track[MISSING_PLACE] else held & ~missing


@compiled
def _place_among(value: Any, cuts: Any, start: int, low: float, per_bucket: float, buckets: Any, tables: Any) -> Any:
    """How many cuts are at or below the value: those of lower buckets, and those of its own that are found to be.

    `buckets` are where their table starts, how many there are, and how often the cuts of one are halved.
    """
    at = (np.float64(value) - low) * per_bucket
    at = at if at > 0.0 else np.float64(0.0)  # what isn't a number is in the first bucket
    bucket = buckets[0] + np.int64(min(at, np.float64(buckets[1] - 1)))
    below: Any = tables[bucket]
    end: Any = tables[bucket + 1]
    for halving in range(buckets[2] - 1, -1, -1):
        further = below + (1 << halving)
        below = further if further <= end and value >= cuts[start + min(further, end) - 1] else below
    return below


@compiled
def _find_places(track: Any, scales: Any, row: int, floats: Any, wholes: Any, tables: Any, places: Any) -> None:
    size, start, low, per_bucket = track[SIZE], track[START], scales[0], scales[1]
    buckets = track[BUCKETS], track[BUCKET_COUNT], track[HALVINGS]
    address = track[ADDRESS] + row * (8 if size == 0 else size)
    if track[HOW] == PLACED_TABLE:
        for at in range(BLOCK):
            if size == 1:
                number = np.int64(value_at(address + at, np.uint8(0)))
            elif size == 2:
                number = np.int64(value_at(address + at * 2, np.uint16(0)))
            else:
                number = np.int64(value_at(address + at * 4, np.uint32(0)))
            places[at] = tables[start + number]
    elif size == 0:
        for at in range(BLOCK):
            float_ = value_at(address + at * 8, np.float64(0))
            places[at] = _place_among(float_, floats, start, low, per_bucket, buckets, tables)
    elif size == 8:
        for at in range(BLOCK):
            whole = value_at(address + at * 8, np.int64(0))
            places[at] = _place_among(whole, wholes, start, low, per_bucket, buckets, tables)
    else:
        for at in range(BLOCK):
            if size == 4:
                narrow = np.int64(value_at(address + at * 4, np.int32(0)))
            elif size == 2:
                narrow = np.int64(value_at(address + at * 2, np.int16(0)))
            else:
                narrow = np.int64(value_at(address + at, np.int8(0)))
            places[at] = _place_among(narrow, wholes, start, low, per_bucket, buckets, tables)
    if track[MISSING]:
        for at in range(BLOCK):
            if value_at(track[MISSING] + row + at, np.uint8(0)):
                places[at] = track[MISSING_PLACE]


@compiled
def _spread(track: Any, places: Any, registers: Any) -> None:
    """Each row's bit to its place, then to all places below: neighbouring rows go to different words."""
    first = track[FIRST]
    for place in range(1, track[COUNT]):
        for word in range(WORDS):
            registers[first + place, word] = NONE_
    for row in range(ROWS):
        for word in range(WORDS):
            registers[first + places[word * ROWS + row], word] |= BIT << np.uint64(row)
    for place in range(track[COUNT] - 2, 0, -1):
        for word in range(WORDS):
            registers[first + place, word] |= registers[first + place + 1, word]


@compiled
def _enter(
    tracks: Any, scales: Any, row: int, floats: Any, wholes: Any, tables: Any, registers: Any, memory: int, places: Any
) -> None:
    for number in range(tracks.shape[0]):
        track = tracks[number]
        how = track[HOW]
        if how == CUTS:
            _at_least(track, row, memory, floats, wholes)
        elif how == TABLE:
            _among(track, row, memory, tables)
        elif how == ONE_BIT:
            for word in range(WORDS):
                registers[track[FIRST] + 1, word] = shares_u8(track[ADDRESS] + (row + word * ROWS) * 8, track[START])
                for place in range(2, track[COUNT]):
                    registers[track[FIRST] + place, word] = NONE_
        elif how != FIXED:
            _find_places(track, scales[number], row, floats, wholes, tables, places)
            _spread(track, places, registers)
        if track[MISSING] and how in (CUTS, TABLE, ONE_BIT):
            for word in range(WORDS):
                _marked(track, row + word * ROWS, registers, word)


@compiled
def _two(digits: Any, first: int, memory: int) -> Any:
    return value_at(memory + LINE * digits[first], NONE_), value_at(memory + LINE * digits[first + 1], NONE_)


@compiled
def _leave(digits: Any, memory: int, out: int) -> None:
    """A byte of every row: the number whose digits the registers hold."""
    few = digits[4] == 0 and digits[5] == 0 and digits[6] == 0 and digits[7] == 0
    fewer = few and digits[2] == 0 and digits[3] == 0
    for word in range(WORDS):
        to = out + word * ROWS
        low = _two(digits, 0, memory + word * 8)
        if fewer:
            as_bytes_of_2(to, low)
            continue
        half = low + _two(digits, 2, memory + word * 8)
        if few:
            as_bytes_of_4(to, half)
        else:
            as_bytes_of_8(to, half + _two(digits, 4, memory + word * 8) + _two(digits, 6, memory + word * 8))


@compiled
def answer(
    blocks: int,
    tracks: Any,
    scales: Any,
    floats: Any,
    wholes: Any,
    tables: Any,
    steps: Any,
    digits: Any,
    registers: Any,
    memory: int,
    places: Any,
    out: int,
    stride: int,
) -> None:
    """Byte b of row r to the address out + b * stride + r, for `blocks` of 512 rows.

    `steps` are rows (to, one, other, turn_one, turn_other, turn): see `numba_masks.joined`. `digits` are for every byte
    the registers of its eight digits. `memory` is the address of `registers`, of which those that hold no row and every
    row, and those of fixed tracks, are filled already.
    """
    for block in range(blocks):
        row = block * BLOCK
        _enter(tracks, scales, row, floats, wholes, tables, registers, memory, places)
        for at in range(steps.shape[0]):
            to, one, other = np.int64(steps[at, 0]), np.int64(steps[at, 1]), np.int64(steps[at, 2])
            turns = np.int64(steps[at, 3]), np.int64(steps[at, 4]), np.int64(steps[at, 5])
            joined(memory + to * LINE, memory + one * LINE, memory + other * LINE, turns[0], turns[1], turns[2])
        for byte in range(digits.shape[0]):
            _leave(digits[byte], memory, out + byte * stride + row)
