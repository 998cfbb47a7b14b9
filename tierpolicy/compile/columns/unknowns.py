"""On which axes a missing value can leave a condition unknown: the rows that have one there may be told of."""

from __future__ import annotations

from collections.abc import Iterable

from tierpolicy.cells.atoms import Atom, alternatives, atom_of
from tierpolicy.compile.normal import Normal
from tierpolicy.model.expressions import And, DefineRef, Expr, In, IsMissing, Not, Or, children
from tierpolicy.model.types import Flag


def unknown_axes(conditions: Iterable[Expr], normal: Normal) -> frozenset[int] | None:
    """The axes; None where a part of a condition is unknown whatever the record holds."""
    axes, policy = normal.axes, normal.policy
    found: set[int] = set()
    seen: set[str] = set()
    waiting = list(conditions)
    while waiting:
        expr = waiting.pop()
        match expr:
            case Not() | And() | Or():
                waiting.extend(children(expr))
            case IsMissing(operand) if isinstance(operand.type, Flag):
                waiting.append(operand)
            case DefineRef(name):
                if name not in seen:
                    seen.add(name)
                    waiting.append(policy.defines[name].expression)
            case In():
                waiting.extend(alternatives(expr))
            case _:
                atom = atom_of(expr, policy)
                if atom is None:
                    return None
                if isinstance(atom, Atom):
                    number, true, false = axes.truth(atom)
                    if axes.axes[number].missing & ~(true | false):
                        found.add(number)
    return frozenset(found)
