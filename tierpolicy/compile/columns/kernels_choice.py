"""The kernel of a stage's bit program, carried out by whatever is the faster and there: compiled code, or numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

from tierpolicy.compile.columns.data import Array
from tierpolicy.compile.columns.kernel import Kernel, Look, Tables
from tierpolicy.compile.columns.kernels_numpy import SlicedKernel
from tierpolicy.compile.columns.kernels_program import Program, program_of
from tierpolicy.compile.columns.numba_loading import COMPILED, Compiled


def program_kernel(tables: Tables, compiled: Compiled = COMPILED, plain: Kernel | None = None) -> ProgramKernel:
    """The kernel of a stage: numpy's (or `plain`), until compiled code is there."""
    program = program_of(tables)
    return ProgramKernel(program, plain or SlicedKernel(program), compiled)


@dataclass(slots=True)
class ProgramKernel:
    """`fast` is made of the program once compiled code is there."""

    program: Program
    plain: Kernel
    compiled: Compiled
    fast: Kernel | None = field(default=None)

    @property
    def carried_out_by(self) -> str:
        """What would answer now."""
        return "numpy" if self.compiled.make is None else "numba"

    def __call__(self, looks: Sequence[Look | None], fixed: Sequence[int], rows: int) -> Sequence[Array]:
        """See `kernel.Kernel`."""
        if self.fast is None:
            make = self.compiled.kernel_maker()
            if make is None:
                return self._plainly(looks, fixed, rows)
            self.fast = make(self.program)
        return self.fast(looks, fixed, rows)

    def _plainly(self, looks: Sequence[Look | None], fixed: Sequence[int], rows: int) -> Sequence[Array]:
        begun = perf_counter()
        found = self.plain(looks, fixed, rows)
        self.compiled.spent += perf_counter() - begun
        return found
