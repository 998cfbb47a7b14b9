"""On which axes a missing value can leave a condition unknown: the rows that have one there may be told of."""

from __future__ import annotations

from collections.abc import Iterable

from tierpolicy.cells.atoms import Atom, parts_in
from tierpolicy.compile.normal import Normal
from tierpolicy.model.expressions import Expr


def unknown_axes(conditions: Iterable[Expr], normal: Normal) -> frozenset[int] | None:
    """The axes; None where a part of a condition is unknown whatever the record holds."""
    axes, policy = normal.axes, normal.policy
    found: set[int] = set()
    seen: set[str] = set()
    for atom in (part for condition in conditions for part in parts_in(condition, policy, seen)):
        if atom is None:
            return None
        if isinstance(atom, Atom):
            number, true, false = axes.truth(atom)
            if axes.axes[number].missing & ~(true | false):
                found.add(number)
    return frozenset(found)
