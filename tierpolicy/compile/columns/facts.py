"""What is known of a block of records while it is decided: its columns, the day, the attributes decided so far."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date

from tierpolicy.compile.columns.data import Amounts, Bools, Coded, Column
from tierpolicy.compile.columns.values import Vec, typed_column
from tierpolicy.model.policy import Policy


@dataclass(frozen=True, slots=True)
class Held:
    """A decided attribute: what the answer holds, and its typed values where somebody reads them."""

    answer: Coded | Amounts
    typed: Callable[[], Vec]


@dataclass(slots=True)
class Facts:
    """`known` are the terms worked out so far, by `cells.atoms.key_of`; `doubts` mark rows of which something may have
    to be told, `told` those of them in which that may be a problem, and not only what remained open."""

    policy: Policy
    as_of: date
    rows: int
    columns: Mapping[str, Column]
    decided: dict[str, Held] = field(default_factory=dict)
    known: dict[Hashable, Vec] = field(default_factory=dict)
    doubts: Bools | None = None
    told: Bools | None = None

    def doubt(self, mask: Bools | None) -> None:
        """Notes that something may have to be told of the marked rows."""
        if mask is not None:
            self.doubts = mask if self.doubts is None else self.doubts | mask

    def tell(self, mask: Bools | None) -> None:
        """Notes that a problem may have to be told of the marked rows."""
        self.doubt(mask)
        if mask is not None:
            self.told = mask if self.told is None else self.told | mask

    def of_field(self, name: str) -> Vec:
        key = "field", name
        if key not in self.known:
            self.known[key] = typed_column(self.columns[name], self.policy.fields[name].type)
        return self.known[key]

    def of_attribute(self, name: str) -> Vec:
        key = "attribute", name
        if key not in self.known:
            self.known[key] = self.decided[name].typed()
        return self.known[key]
