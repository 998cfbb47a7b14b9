"""Which kernel answers a stage.

A handful of boxes is compared, column by column. More are answered by compiled code once that is there
(`numba_loading`); until then, and where there is no compiler, by comparing or by bit vectors, whichever took less time
for the first rows of a batch. Every kernel gives the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Final

from tierpolicy.compile.columns.data import Array
from tierpolicy.compile.columns.kernel import Kernel, Look, Tables
from tierpolicy.compile.columns.kernels_choice import ProgramKernel
from tierpolicy.compile.columns.numpy_bits import bits_kernel
from tierpolicy.compile.columns.numpy_boxes import boxes_kernel

HANDFUL: Final = 12
"""Boxes that are compared faster than by compiled code."""

SURELY_COMPARED: Final = 60
SURELY_BITS: Final = 2_000
TRIED: Final = 1 << 13
"""Rows for which both ways are tried."""


def _compiled(tables: Tables) -> Kernel:
    from tierpolicy.compile.columns.numba_kernel import bits_kernel as compiled_kernel

    return compiled_kernel(tables)


FORMS: Final[Mapping[str, Callable[[Tables], Kernel]]] = {
    "boxes": boxes_kernel,
    "bits": bits_kernel,
    "numba": _compiled,
}
"""Kernels by name, for whoever wants one of them and no other."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A kernel; `named` is its form where that is settled from the beginning."""

    kernel: Kernel
    named: str = ""

    @property
    def form(self) -> str:
        """What answers: `boxes` or `bits` (numpy), or `numba` (compiled)."""
        if self.named:
            return self.named
        at: object = self.kernel
        if isinstance(at, ProgramKernel):
            if at.fast is not None:
                return "numba"
            at = at.plain
        assert isinstance(at, Tried)
        return at.form

    def __call__(self, looks: Sequence[Look | None], fixed: Sequence[int], rows: int) -> Sequence[Array]:
        return self.kernel(looks, fixed, rows)


@dataclass(slots=True)
class Tried:
    """Boxes or bits. `form` is the one for the time being, `settled` says that the other was tried too."""

    tables: Tables
    form: str
    settled: bool
    made: dict[str, Kernel] = field(default_factory=dict)

    def __call__(self, looks: Sequence[Look | None], fixed: Sequence[int], rows: int) -> Sequence[Array]:
        """See `kernel.Kernel`."""
        if not self.settled and rows >= TRIED:
            first = [look and _first_rows(look) for look in looks]
            took = {form: self._time(form, first, fixed) for form in ("boxes", "bits")}
            self.form = min(took, key=took.__getitem__)
            self.settled = True
        return self._kernel(self.form)(looks, fixed, rows)

    def _time(self, form: str, looks: Sequence[Look | None], fixed: Sequence[int]) -> float:
        kernel = self._kernel(form)
        kernel([look and replace(look, values=look.values[:1], missing=None) for look in looks], fixed, 1)
        begun = perf_counter()
        kernel(looks, fixed, TRIED)
        return perf_counter() - begun

    def _kernel(self, form: str) -> Kernel:
        if form not in self.made:
            self.made[form] = FORMS[form](self.tables)
        return self.made[form]


def _first_rows(look: Look) -> Look:
    return replace(look, values=look.values[:TRIED], missing=None if look.missing is None else look.missing[:TRIED])


def chosen_kernel(tables: Tables, form: str = "") -> Chosen:
    """The kernel of a stage; `form` asks for one by name."""
    if form:
        return Chosen(FORMS[form](tables), form)
    count = len({frozenset(box.items()) for section in tables.sections for box in section.boxes})
    if count <= HANDFUL:
        return Chosen(boxes_kernel(tables), "boxes")
    settled = not SURELY_COMPARED < count < SURELY_BITS
    plain = Tried(tables, "boxes" if count < SURELY_BITS // 4 else "bits", settled)
    return Chosen(ProgramKernel(tables, plain))
