"""Which kernel answers a stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tierpolicy.compile.columns.data import Array
from tierpolicy.compile.columns.kernel import Kernel, Look, Tables
from tierpolicy.compile.columns.kernels_choice import program_kernel
from tierpolicy.compile.columns.kernels_numpy import sliced_kernel
from tierpolicy.compile.columns.numpy_bits import bits_kernel
from tierpolicy.compile.columns.numpy_boxes import boxes_kernel

MOST_COMPARED: Final = 200
"""Boxes, of all sections together."""


def _compiled(tables: Tables) -> Kernel:
    from tierpolicy.compile.columns.numba_kernel import bits_kernel as compiled_kernel

    return compiled_kernel(tables)


FORMS: Final[Mapping[str, Callable[[Tables], Kernel]]] = {
    "boxes": boxes_kernel,
    "bits": bits_kernel,
    "program": sliced_kernel,
    "numba": _compiled,
    "program, then numba": program_kernel,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A kernel with the name of its form."""

    form: str
    kernel: Kernel

    def __call__(self, looks: Sequence[Look | None], fixed: Sequence[int], rows: int) -> Sequence[Array]:
        return self.kernel(looks, fixed, rows)


def chosen_kernel(tables: Tables, form: str = "") -> Chosen:
    """The kernel of a stage; `form` asks for one by name."""
    boxes = sum(len(section.boxes) for section in tables.sections)
    form = form or ("boxes" if boxes <= MOST_COMPARED else "program, then numba")
    return Chosen(form, FORMS[form](tables))
