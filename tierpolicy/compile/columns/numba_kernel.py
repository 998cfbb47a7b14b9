"""The kernel of a stage that numba compiled: what a bit program reads, laid out in arrays and addresses.

Nothing of a policy is compiled, so a new policy waits for nothing: `numba_program` is one function for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tierpolicy.compile.columns import numba_program as code
from tierpolicy.compile.columns.data import Array
from tierpolicy.compile.columns.kernel import Look, Tables, Words
from tierpolicy.compile.columns.kernels_program import ALL, AND, AND_NOT, NONE, OR, Program, program_of
from tierpolicy.compile.columns.numba_laying import Known, Laying, Numbers, filled, joined, plain

TURNS = {AND: (0, 0, 0), OR: (-1, -1, -1), AND_NOT: (0, -1, 0)}


def bits_kernel(tables: Tables) -> BitsKernel:
    """The kernel of a stage, compiled."""
    program = program_of(tables)
    return BitsKernel(program, steps_of(program), digits_of(program))


def warm() -> None:
    """Loads compiled code, or compiles it, by a program of nothing for no rows."""
    nothing = bits_kernel(Tables((), ()))
    nothing._answer((), 0, nothing._registers(()), np.zeros((1, 0), np.uint8), 0)


@dataclass(frozen=True, slots=True)
class BitsKernel:
    program: Program
    steps: NDArray[np.int32]
    digits: Numbers
    known: Known = field(default_factory=Known)

    def __call__(self, looks: Sequence[Look | None], fixed: Sequence[int], rows: int) -> Sequence[Array]:
        """See `kernel.Kernel`."""
        whole = rows // code.BLOCK
        stride = -(-rows // code.BLOCK) * code.BLOCK
        out = np.empty((len(self.digits), stride), np.uint8)
        registers = self._registers(fixed)
        if whole:
            self._answer([look and plain(look) for look in looks], whole, registers, out, 0)
        if rows % code.BLOCK:
            rest = [look and filled(plain(look), whole * code.BLOCK, rows) for look in looks]
            self._answer(rest, 1, registers, out, whole * code.BLOCK)
        return self._arrays(out, rows)

    def _registers(self, fixed: Sequence[int]) -> Words:
        program = self.program
        registers = np.zeros((program.registers, code.WORDS), np.uint64)
        registers[ALL] = ~np.uint64(0)
        for first, count, place in zip(program.inputs, program.counts, fixed, strict=True):
            registers[first : first + min(place + 1, count)] = ~np.uint64(0)
        return registers

    def _answer(
        self, looks: Sequence[Look | None], blocks: int, registers: Words, out: NDArray[np.uint8], row: int
    ) -> None:
        laying = Laying(self.known)
        for first, count, look in zip(self.program.inputs, self.program.counts, looks, strict=True):
            laying.add(look, first, count)
        places = np.empty(code.BLOCK, np.int64)
        tracks = np.array(laying.tracks, np.int64).reshape(-1, 12)
        scales = np.array(laying.scales, np.float64).reshape(-1, 2)
        code.answer(
            blocks,
            tracks,
            scales,
            joined(laying.floats, np.float64),
            joined(laying.wholes, np.int64),
            joined(laying.tables, np.int64),
            self.steps,
            self.digits,
            registers,
            registers.ctypes.data,
            places,
            out.ctypes.data + row,
            out.shape[1],
        )

    def _arrays(self, out: NDArray[np.uint8], rows: int) -> list[Array]:
        arrays: list[Array] = []
        byte = 0
        for result in self.program.results:
            count = _bytes(result.digits)
            array = out[byte, :rows].astype(result.dtype, copy=False)
            for further in range(1, count):
                array = array | (out[byte + further, :rows].astype(result.dtype) << result.dtype.type(8 * further))
            arrays.append(array)
            byte += count
        return arrays


def _bytes(digits: Sequence[int]) -> int:
    return max(1, -(-len(digits) // 8))


def steps_of(program: Program) -> NDArray[np.int32]:
    """The steps as one operation with turns."""
    found = [(to, one, other, *TURNS[operation]) for operation, to, one, other in program.steps.tolist()]
    return np.array(found, np.int32).reshape(-1, 6)


def digits_of(program: Program) -> Numbers:
    rows = []
    for result in program.results:
        padded = [*result.digits, *[NONE] * (8 * _bytes(result.digits) - len(result.digits))]
        rows += [padded[at : at + 8] for at in range(0, len(padded), 8)]
    return np.array(rows, np.int64).reshape(-1, 8)
