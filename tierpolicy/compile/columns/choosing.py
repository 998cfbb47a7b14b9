"""Which kernel answers a stage: comparisons where boxes are few, bit vectors where they are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tierpolicy.compile.columns.data import Array
from tierpolicy.compile.columns.kernel import Kernel, Look, Tables, Words
from tierpolicy.compile.columns.numpy_bits import bits_kernel
from tierpolicy.compile.columns.numpy_boxes import boxes_kernel

MOST_COMPARED: Final = 200
"""Boxes, of all sections together."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A kernel with the name of its form."""

    form: str
    kernel: Kernel

    def __call__(self, looks: Sequence[Look | None], base: Words, fixed: Sequence[int], rows: int) -> Sequence[Array]:
        return self.kernel(looks, base, fixed, rows)


def chosen_kernel(tables: Tables, form: str = "") -> Chosen:
    """The kernel of a stage; `form` asks for one by name."""
    boxes = sum(len(section.boxes) for section in tables.sections)
    if form == "boxes" or (not form and boxes <= MOST_COMPARED):
        return Chosen("boxes", boxes_kernel(tables))
    return Chosen("bits", bits_kernel(tables))
