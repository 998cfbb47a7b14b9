"""Comparisons and three-valued conditions for columns: `semantics.evaluate` row by row.

A condition is a flag whose missing rows are *unknown*.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tierpolicy.compile.columns.data import Bools
from tierpolicy.compile.columns.values import WORD, Vec, alike, not_offered, union
from tierpolicy.model.expressions import CompareOp
from tierpolicy.model.types import FLAG, SetOf


def compared(op: CompareOp, left: Vec, right: Vec) -> Vec:
    """`left op right` between values of compatible types; unknown where one is missing."""
    right = alike(left, right)
    missing = union(left.missing, right.missing)
    if left.none is not None or right.none is not None:
        return Vec(FLAG, _with_none(op, left, right), missing)
    one, other = left.values, right.values
    match op:
        case "=" | "!=":
            same = _same(left, right)
            return Vec(FLAG, same if op == "=" else ~same, missing)
        case "<":
            return Vec(FLAG, one < other, missing)
        case "<=":
            return Vec(FLAG, one <= other, missing)
        case ">":
            return Vec(FLAG, one > other, missing)
        case ">=":
            return Vec(FLAG, one >= other, missing)


def equal(left: Vec, right: Vec) -> Bools:
    """Where two values that aren't missing are equal; `none` is equal to `none`."""
    right = alike(left, right)
    return _with_none("=", left, right)


def _same(left: Vec, right: Vec) -> Bools:
    same: Bools = left.values == right.values
    return np.all(same, axis=1) if same.ndim > 1 else same


def _with_none(op: CompareOp, left: Vec, right: Vec) -> Bools:
    nothing, other_nothing = not_offered(left), not_offered(right)
    neither, both = union(nothing, other_nothing), None
    if nothing is not None and other_nothing is not None:
        both = nothing & other_nothing
    if op in ("=", "!="):
        same = _same(left, right)
        if neither is not None:
            same = same & ~neither
        if both is not None:
            same = same | both
        return same if op == "=" else ~same
    match op:
        case "<":
            return _less(left, right, both)
        case "<=":
            return ~_less(right, left, both)
        case ">":
            return _less(right, left, both)
        case _:
            return ~_less(left, right, both)


def _less(left: Vec, right: Vec, both: Bools | None) -> Bools:
    """`left < right`: first by whether they are `none`, below or above all others; never between `none` and `none`."""
    zero = np.zeros((), dtype=np.int8)
    one = zero if left.none is None else left.none
    other = zero if right.none is None else right.none
    found: Bools = (one < other) | ((one == 0) & (other == 0) & (left.values < right.values))
    return found if both is None else found & ~both


def missing_here(operand: Vec, rows: int) -> Vec:
    """`is missing`, which is never unknown."""
    return Vec(FLAG, np.zeros(rows, dtype=bool) if operand.missing is None else operand.missing)


def has(operand: Vec, label: str) -> Vec:
    """Where a set holds a label."""
    assert isinstance(operand.type, SetOf)
    place = operand.type.labels.index(label)
    held = (operand.values[:, place // WORD] >> np.uint64(place % WORD) & np.uint64(1)).astype(bool)
    return Vec(FLAG, held if operand.none is None else held & (operand.none == 0), operand.missing)


def denied(operand: Vec) -> Vec:
    """`not`; what isn't offered is not denied."""
    opposite = ~operand.values
    return Vec(FLAG, opposite if operand.none is None else opposite & (operand.none == 0), operand.missing)


def all_true(parts: Sequence[Vec]) -> Vec:
    """False where one is false, else unknown where one is unknown."""
    unknown = union(*(part.missing for part in parts))
    true = _or_none(parts[0])
    for part in parts[1:]:
        true = true & _or_none(part)
    if unknown is None:
        return Vec(FLAG, true)
    false = np.zeros((), dtype=bool)
    for part in parts:
        denied_here = ~_or_none(part)
        false = false | (denied_here if part.missing is None else denied_here & ~part.missing)
    return Vec(FLAG, ~false, unknown & ~false)


def any_true(parts: Sequence[Vec]) -> Vec:
    """True where one is true, else unknown where one is unknown."""
    unknown = union(*(part.missing for part in parts))
    true = _known_true(parts[0])
    for part in parts[1:]:
        true = true | _known_true(part)
    return Vec(FLAG, true, None if unknown is None else unknown & ~true)


def _or_none(part: Vec) -> Bools:
    """Where a flag that isn't missing is true or `none`."""
    values: Bools = part.values
    return values if part.none is None else values | (part.none != 0)


def _known_true(part: Vec) -> Bools:
    values: Bools = part.values
    if part.none is not None:
        values = values & (part.none == 0)
    return values if part.missing is None else values & ~part.missing
