"""Products of whole numbers: exact for a few factors; of many, only what each record shows is told.

Multiplied out, eighty factors keep the solver busy beyond any time limit. A product of more than a few facts is an
operation whose meaning is told record by record; what it means on all whole numbers is the product itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import z3

from tierpolicy.analysis.smt.approximations import PRODUCT, applied, record
from tierpolicy.analysis.smt.results import ranged
from tierpolicy.analysis.smt.terms import Approximation, Sym, Workspace
from tierpolicy.model.types import INTEGER, Integer, Type
from tierpolicy.model.values import Value
from tierpolicy.semantics import arithmetic

MOST_FACTORS = 6
"""Up to so many facts are multiplied out. Twelve took the solver many seconds, eighty no end."""


def product(left: Sym, right: Sym, result: Type, gone: z3.BoolRef, workspace: Workspace) -> Sym:
    """The product of two whole numbers."""
    factors = _factors(left.value, workspace) + _factors(right.value, workspace)
    if factors <= MOST_FACTORS:
        return ranged(left.value * right.value, result, gone, workspace)
    operands = sorted((left.value, right.value), key=lambda term: int(term.get_id()))  # in either order the same
    value, _ = applied("product of many", operands, z3.IntSort(workspace.context), workspace)
    workspace.memory["factors", value.get_id()] = (value, 1)
    output = ranged(value, result, gone, workspace)
    record(Approximation(PRODUCT, (left, right), output, _multiplied), workspace)
    return output


def _multiplied(values: tuple[Value, ...]) -> Value:
    return arithmetic.calculated("*", values[0], Integer(), values[1], Integer(), INTEGER)


def _factors(term: z3.ArithRef, workspace: Workspace) -> int:
    """How many facts are multiplied in a term: those of a product together, of all else the most in one part."""
    key = ("factors", term.get_id())
    if key not in workspace.memory:
        parts: Sequence[int] = [_factors(part, workspace) for part in term.children() if z3.is_arith(part)]
        if z3.is_int_value(term):
            count = 0
        elif z3.is_mul(term):
            count = sum(parts)
        else:
            count = max(parts, default=1)
        workspace.memory[key] = (term, count)  # holding the term keeps its id its own
    return int(workspace.memory[key][1])
