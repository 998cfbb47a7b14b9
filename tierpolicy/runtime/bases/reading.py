"""A batch of a base to the typed columns of a policy's fields: what every row means, read as one record would be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierpolicy.model.policy import Policy
from tierpolicy.runtime.bases.base import Base, Batch

if TYPE_CHECKING:
    from tierpolicy.runtime.columns.arrow_frames import ArrowPiece
    from tierpolicy.runtime.columns.pieces import Layout
    from tierpolicy.runtime.columns.typed import Typed


@dataclass(frozen=True, slots=True)
class Fields:
    """Where a base holds the fields of a policy."""

    policy: Policy
    layout: Layout
    from_text: bool

    def piece_of(self, batch: Batch) -> ArrowPiece:
        """The columns of a batch that hold fields."""
        from tierpolicy.runtime.columns.arrow_frames import ArrowPiece

        names = self.layout.columns
        held = {name: list(batch.raw[name]) if name in batch.raw else batch.rows.column(name) for name in names}
        return ArrowPiece(batch.rows.num_rows, held)

    def typed(self, piece: ArrowPiece, names: Collection[str]) -> Mapping[str, Typed]:
        """The typed columns of some fields by name. A `Typed` is a `compile.columns.data.Column`, in which what is
        wrong counts as missing or has its default, and the rows in which the field is a problem."""
        from tierpolicy.runtime.columns.deciding import columns_of

        return columns_of(self.policy, self.layout, piece, names, from_text=self.from_text)


def fields_of(policy: Policy, base: Base, request: object = None) -> Fields:
    """How to read the fields of a policy from a base; `request` is what is known of the contact, the same for all."""
    from tierpolicy.runtime.columns.pieces import layout_of

    names = tuple(dict.fromkeys(base.columns)) if base.from_text else base.columns  # CSV: two were made one, or none
    return Fields(policy, layout_of(policy, names, request), base.from_text)
