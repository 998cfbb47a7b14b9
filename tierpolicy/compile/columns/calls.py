"""The functions of the language for columns: one entry a record of model/builtins, by its name.

A function that has no entry (a plugin's) is worked out value by value; see `terms`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from tierpolicy.compile.columns.arithmetic import Floats, Whole, in_range, months_completed
from tierpolicy.compile.columns.data import Bools
from tierpolicy.compile.columns.values import Vec, alike, chosen, union
from tierpolicy.model.builtins.calendar import DAYS_BETWEEN, MONTHS_BETWEEN, YEARS_BETWEEN
from tierpolicy.model.builtins.choosing import FIRST_KNOWN, MAX, MIN
from tierpolicy.model.builtins.finance import HUNDREDTHS_OF_PERCENT, NPV
from tierpolicy.model.builtins.rounding import ABS, ROUND
from tierpolicy.model.types import INTEGER, MONEY, Percent, Type
from tierpolicy.model.values import INTEGER_MIN

LARGEST_QUOTIENT: Final = 2.0**1000
SAFE: Final = 2**61


def _least(values: tuple[Vec, ...], type_: Type) -> Vec:
    return _extreme(values, np.minimum)


def _greatest(values: tuple[Vec, ...], type_: Type) -> Vec:
    return _extreme(values, np.maximum)


def _extreme(values: tuple[Vec, ...], choose: Callable[..., Whole | Floats]) -> Vec:
    found = values[0].values
    for each in values[1:]:
        found = choose(found, each.values)
    return Vec(values[0].type, found, _missing(values))


def _missing(values: tuple[Vec, ...]) -> Bools | None:
    return union(*(each.nothing for each in values))


def _first_known(values: tuple[Vec, ...], type_: Type) -> Vec:
    found = values[0]
    for each in values[1:]:
        if found.missing is None:
            break
        found = chosen(~found.missing, found, alike(found, each))
    return found


def _abs(values: tuple[Vec, ...], type_: Type) -> Vec:
    (value,) = values
    gone = _missing(values)
    if value.values.dtype.kind != "f":
        gone = union(gone, value.values == INTEGER_MIN)
    return in_range(np.abs(value.values), value.type, gone)


def _round(values: tuple[Vec, ...], type_: Type) -> Vec:
    gone = _missing(values)
    value = values[0]
    if len(values) == 1:
        whole = value.values.dtype.kind != "f"
        return Vec(INTEGER, value.values, gone) if whole else in_range(np.rint(value.values), INTEGER, gone)
    step = values[1].values
    gone = union(gone, step == 0)
    if value.values.dtype.kind != "f":
        return _nearest_whole(value.values, step, value.type, gone)
    size = np.where(step == 0, 1.0, np.abs(step))
    quotient = value.values / size
    gone = union(gone, ~(np.abs(quotient) < LARGEST_QUOTIENT))
    return in_range(np.rint(quotient) * size, value.type, gone)


def _nearest_whole(value: Whole, step: Whole, type_: Type, gone: Bools | None) -> Vec:
    """The multiple of the step nearest to the value, of two the even one; near the ends of 64 bits row by row."""
    far = (value >= SAFE) | (value <= -SAFE) | (step >= SAFE) | (step <= -SAFE)
    near, size = np.where(far, 0, value), np.where(far | (step == 0), 1, np.abs(step))
    below, rest = near // size, np.mod(near, size)
    up = (2 * rest > size) | ((2 * rest == size) & (below % 2 == 1))
    found = (below + up) * size
    outside = np.zeros(len(found), dtype=bool)
    for row in np.flatnonzero(far & (step != 0)).tolist():
        exact = _exactly(int(value[row]), abs(int(step[row])))
        outside[row] = not INTEGER_MIN <= exact < 2**63
        found[row] = 0 if outside[row] else exact
    return in_range(found, type_, union(gone, outside))


def _exactly(value: int, step: int) -> int:
    below, rest = divmod(value, step)
    return (below + (2 * rest > step or (2 * rest == step and below % 2 == 1))) * step


def _days(values: tuple[Vec, ...], type_: Type) -> Vec:
    start, end = values
    return Vec(INTEGER, end.values - start.values, _missing(values))


def _months(values: tuple[Vec, ...], type_: Type) -> Vec:
    start, end = values
    return Vec(INTEGER, months_completed(start.values, end.values), _missing(values))


def _years(values: tuple[Vec, ...], type_: Type) -> Vec:
    start, end = values
    months = months_completed(start.values, end.values)
    return Vec(INTEGER, np.sign(months) * (np.abs(months) // 12), _missing(values))


def _npv(values: tuple[Vec, ...], type_: Type) -> Vec:
    """In binary64 from the first flow to the last, the discount factor by repeated multiplication; then rint."""
    rate, *flows = values
    growth = 1.0 + (rate.values / HUNDREDTHS_OF_PERCENT if isinstance(rate.type, Percent) else rate.values)
    gone = union(_missing(values), growth <= 0.0)
    total = np.zeros(len(growth))
    factor = np.ones(len(growth))
    for flow in flows:
        factor = factor * growth
        gone = union(gone, factor == 0.0)
        total = total + flow.values.astype(np.float64) / factor
    return in_range(total, MONEY, gone)


Lowered = Callable[[tuple[Vec, ...], Type], Vec]

LOWERED: Final[Mapping[str, Lowered]] = {
    MIN.name: _least,
    MAX.name: _greatest,
    ABS.name: _abs,
    ROUND.name: _round,
    FIRST_KNOWN.name: _first_known,
    DAYS_BETWEEN.name: _days,
    MONTHS_BETWEEN.name: _months,
    YEARS_BETWEEN.name: _years,
    NPV.name: _npv,
}
