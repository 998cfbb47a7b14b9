"""Bit programs carried out by plain numpy: a register is an array of words, 64 rows a word, the first row lowest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierpolicy.compile.columns.data import Array, Bools
from tierpolicy.compile.columns.kernel import Kernel, Look, Tables, Words
from tierpolicy.compile.columns.kernels_program import ALL, AND, AND_NOT, NONE, OR, Program, Result, program_of

WORD = 64
MOST_ROWS = 1 << 17
LEAST_ROWS = 1 << 14
MOST_BITS = 1 << 29
"""What all registers together may hold, but for `LEAST_ROWS`: 64 MiB."""
JOIN = {AND: np.bitwise_and, OR: np.bitwise_or}
FEW_CUTS = 40
"""So many comparisons of raw values take no longer than finding the values' places."""


def sliced_kernel(tables: Tables) -> Kernel:
    """The kernel of a stage's bit program, in numpy."""
    return SlicedKernel(program_of(tables))


@dataclass(frozen=True, slots=True)
class SlicedKernel:
    program: Program

    def __call__(self, looks: Sequence[Look | None], fixed: Sequence[int], rows: int) -> Sequence[Array]:
        """See `kernel.Kernel`; some rows after the other, so that the registers stay small."""
        at_once = max(LEAST_ROWS, min(MOST_ROWS, MOST_BITS // self.program.registers // WORD * WORD))
        if rows <= at_once:
            return _answered(self.program, looks, fixed, 0, rows)
        parts = [
            _answered(self.program, looks, fixed, start, min(rows, start + at_once))
            for start in range(0, rows, at_once)
        ]
        return [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]


def _answered(
    program: Program, looks: Sequence[Look | None], fixed: Sequence[int], start: int, stop: int
) -> list[Array]:
    rows = stop - start
    words = -(-rows // WORD)
    none, every = np.zeros(words, np.uint64), np.full(words, ~np.uint64(0))
    registers: list[Words] = [none] * program.registers
    registers[ALL] = every
    for first, count, look, place in zip(program.inputs, program.counts, looks, fixed, strict=True):
        for at in range(count):
            registers[first + at] = every if at <= place else none
        if look is not None:
            registers[first + 1 : first + count] = _at_least(look, count, start, stop, words)
    _carry_out(program, registers, words)
    return [_array(result, registers, rows) for result in program.results]


def _at_least(look: Look, count: int, start: int, stop: int, words: int) -> list[Words]:
    """Of each place but the first, the rows there or above."""
    values = look.values[start:stop]
    missing = None if look.missing is None else look.missing[start:stop]
    if look.cuts is not None and len(look.cuts) <= FEW_CUTS:
        truths = [_marked(values >= cut, missing, at <= look.missing_place) for at, cut in enumerate(look.cuts, 1)]
        truths += [_marked(None, missing, at <= look.missing_place) for at in range(len(look.cuts) + 1, count)]
        return [_none(words) if truth is None else _packed(truth, words) for truth in truths]
    places = _places(look, values)
    if missing is not None:
        places = np.where(missing, places.dtype.type(look.missing_place), places)
    return [_packed(places >= place, words) for place in range(1, count)]


def _marked(truth: Bools | None, missing: Bools | None, mark: bool) -> Bools | None:
    if missing is None:
        return truth
    if truth is None:
        return missing if mark else None
    return truth | missing if mark else truth & ~missing


def _places(look: Look, values: NDArray[Any]) -> NDArray[np.unsignedinteger]:
    if look.cuts is not None:
        places = np.searchsorted(look.cuts, values, "right")
        return places.astype(np.min_scalar_type(max(len(look.cuts), look.missing_place)))
    if look.table is not None:
        return look.table.take(values)
    assert look.bit is not None
    found: NDArray[np.uint8] = ((values >> np.uint64(look.bit)) & np.uint64(1)).astype(np.uint8)
    return found


def _none(words: int) -> Words:
    return np.zeros(words, np.uint64)


def _packed(truth: Bools, words: int) -> Words:
    held = np.zeros(words * 8, np.uint8)
    bits = np.packbits(truth, bitorder="little")
    held[: len(bits)] = bits
    return held.view("<u8")


def _carry_out(program: Program, registers: list[Words], words: int) -> None:
    """The steps; what they write to has words of its own."""
    written = np.unique(program.steps[:, 1]).tolist()
    for register, held in zip(written, np.empty((len(written), words), np.uint64), strict=True):
        registers[register] = held
    scratch = np.empty(words, np.uint64)
    for operation, to, one, other in program.steps.tolist():
        if operation == AND_NOT:
            np.bitwise_and(registers[one], np.invert(registers[other], scratch), registers[to])
        else:
            JOIN[operation](registers[one], registers[other], registers[to])


def _array(result: Result, registers: list[Words], rows: int) -> Array:
    """The numbers whose binary digits the registers hold."""
    found = np.zeros(rows, result.dtype)
    for digit, register in enumerate(result.digits):
        if register != NONE:
            bits = np.unpackbits(registers[register].view(np.uint8), count=rows, bitorder="little")
            found |= bits.astype(result.dtype, copy=False) << result.dtype.type(digit)
    return found
