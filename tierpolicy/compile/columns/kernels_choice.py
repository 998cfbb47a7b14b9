"""The kernel of a stage that compiled code answers once that is there, and numpy until then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

from tierpolicy.compile.columns.data import Array
from tierpolicy.compile.columns.kernel import Kernel, Look, Tables
from tierpolicy.compile.columns.numba_loading import COMPILED, Compiled


@dataclass(slots=True)
class ProgramKernel:
    """`plain` answers until there is compiled code, `fast` from then on."""

    tables: Tables
    plain: Kernel
    compiled: Compiled = field(default_factory=lambda: COMPILED)
    fast: Kernel | None = field(default=None)

    def __call__(self, looks: Sequence[Look | None], fixed: Sequence[int], rows: int) -> Sequence[Array]:
        """See `kernel.Kernel`."""
        if self.fast is None:
            make = self.compiled.kernel_maker()
            if make is None:
                return self._plainly(looks, fixed, rows)
            self.fast = make(self.tables)
        return self.fast(looks, fixed, rows)

    def _plainly(self, looks: Sequence[Look | None], fixed: Sequence[int], rows: int) -> Sequence[Array]:
        begun = perf_counter()
        found = self.plain(looks, fixed, rows)
        self.compiled.spent += perf_counter() - begun
        return found
