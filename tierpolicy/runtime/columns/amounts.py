"""Numbers, decimals and lengths of time, to columns of integer, number, percent, money and duration fields.

A value's place in the order of a column is its place in the order of the typed values (rounding is monotone), so the
least and the greatest show whether all are within bounds, and what comes from a frame is mostly handed on as it is.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

from tierpolicy.compile.columns.data import Bools
from tierpolicy.model.types import Duration, Flag, Integer, Money, Number, Percent
from tierpolicy.model.values import extremes
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.columns.cells import Decimals, Distinct, Numbers, Spans, Values, both, but_not
from tierpolicy.runtime.columns.typed import Typed, finished, nowhere

Amount = Integer | Money | Percent | Duration
MOST_EXACT = 2**53
SIGN = np.uint64(1 << 63)
NO_ROW = np.zeros(0, np.bool_)
LONGEST_DAYS = 999_999_999
"""What a time difference of Python holds, in days."""


def number_column(field: Field, cells: Numbers) -> Typed:
    """The typed column of a field of any type whose column holds numbers."""
    values, missing = cells.values, cells.missing
    match field.type:
        case Flag() if values.dtype.kind == "b":
            return finished(field, values, missing, None)
        case Number() if values.dtype.kind != "b":
            return _binary(field, values, missing)
        case Integer() | Money() | Percent() | Duration() if values.dtype.kind in "iu":
            return _whole(field, values, missing, units(field))
        case Integer() | Money() | Percent() | Duration() if values.dtype.kind == "f":
            return _fractions(field, values.astype(np.float64, copy=False), missing)
        case _:
            return all_wrong(field, len(values), nan_too(values, missing))


def all_wrong(field: Field, rows: int, missing: Bools | None) -> Typed:
    """Nothing of the column fits the field."""
    everywhere = np.ones(rows, np.bool_)
    return nowhere(field, rows, everywhere, everywhere if missing is None else but_not(everywhere, missing))


def nan_too(values: Values, missing: Bools | None) -> Bools | None:
    """`missing`, with NaN as missing."""
    return both(missing, np.isnan(values)) if values.dtype.kind == "f" else missing


def units(field: Field) -> int:
    """How many units of model/values one of a record's numbers is."""
    match field.type:
        case Percent():
            return 10_000
        case Money():
            return 100
        case Duration():
            return field.seconds_per_unit or 1
        case _:
            return 1


def bounds(field: Field) -> tuple[int, int]:
    """The least and the greatest typed value of a field with whole units."""
    ends: Any = extremes(field.type)
    low, high = _declared(field)
    return max(ends[0], low if low is not None else ends[0]), min(ends[1], high if high is not None else ends[1])


def _declared(field: Field) -> tuple[Any, Any]:
    return field.low, field.high


def _whole(field: Field, values: Values, missing: Bools | None, per_unit: int) -> Typed:
    """Whole numbers; a bound is brought to the column's own units, and into the range of its type."""
    low, high = bounds(field)
    range_ = np.iinfo(values.dtype)
    least, most = max(-(-low // per_unit), range_.min), min(high // per_unit, range_.max)
    if least > most:
        return all_wrong(field, len(values), missing)
    wrong: Bools | None = None
    if not _within(values, least, most):
        wrong = but_not((values < least) | (values > most), missing)
    return finished(field, _signed(values), missing, wrong, per_unit)


def _within(values: Values, least: int, most: int) -> bool:
    """True where whole numbers all lie between two bounds, each of which its type can hold."""
    range_ = np.iinfo(values.dtype)
    if not len(values):
        return True
    if least <= 0 < most < range_.max and values.dtype.kind == "i" and _without_sign(values).max() <= most:
        return True
    return bool((least <= range_.min or values.min() >= least) and (most >= range_.max or values.max() <= most))


def _without_sign(values: Values) -> Values:
    """The same bits as numbers without a sign: what is negative (or NaN) is above all that isn't."""
    return values.view(f"u{values.dtype.itemsize}")


def _signed(values: Values) -> Values:
    """The same numbers in a signed type; those beyond 64 bits, which are wrong, become others."""
    if values.dtype.kind == "i":
        return values
    return values.astype(np.dtype(f"i{min(8, values.dtype.itemsize * 2)}"))


def _fractions(field: Field, values: Values, missing: Bools | None) -> Typed:
    """Binary fractions: typed = rint(value × units); those of an integer field have to be whole."""
    per_unit = units(field)
    low, high = _least_at(bounds(field)[0]), _most_at(bounds(field)[1])
    missing, wrong = _outside(values, missing, low, high, per_unit)
    if isinstance(field.type, Integer):
        with np.errstate(invalid="ignore"):
            broken = np.rint(values) != values
        if broken.any():
            wrong = both(wrong, but_not(broken, missing))
    return finished(field, values, missing, wrong, per_unit)


def _binary(field: Field, values: Values, missing: Bools | None) -> Typed:
    """A number field: finite, in binary64, and never minus zero."""
    values = values.astype(np.float64, copy=False)
    low, high = _declared(field)
    least = -sys.float_info.max if low is None else float(low)
    most = sys.float_info.max if high is None else float(high)
    missing, wrong = _outside(values, missing, least, most, None)
    zero = values == 0.0 if values.size and _without_sign(values).max() >= SIGN else NO_ROW
    if zero.any() and np.signbit(values[zero]).any():
        values = values + 0.0
    return finished(field, values, missing, wrong)


def _outside(
    values: Values, missing: Bools | None, low: float, high: float, per_unit: int | None
) -> tuple[Bools | None, Bools | None]:
    """Which rows are missing, NaN too, and which of the others lie outside of bounds; `per_unit` None: not rounded."""
    if not len(values):
        return missing, None

    def typed(part: Values) -> Values:
        return part if per_unit is None else np.rint(part * float(per_unit))

    with np.errstate(over="ignore", invalid="ignore"):
        most = _without_sign(values).max().view(np.float64)
        if low <= 0 < most and typed(most) <= high:  # binary fractions from 0 on are in the order of their bits
            return missing, None
        ends = typed(np.array([values.min(), values.max()]))
        if low <= ends[0] and ends[1] <= high:  # false where one is NaN
            return missing, None
        missing = nan_too(values, missing)
        at = typed(values)
        return (missing if missing is None or missing.any() else None), but_not(~((at >= low) & (at <= high)), missing)


def _least_at(bound: int) -> float:
    """The least binary fraction that is not below a whole number."""
    near = float(bound)
    return near if int(near) >= bound else math.nextafter(near, math.inf)


def _most_at(bound: int) -> float:
    """The greatest binary fraction that is not above a whole number."""
    near = float(bound)
    return near if int(near) <= bound else math.nextafter(near, -math.inf)


# ---------------------------------------------------------------- decimals and lengths of time


def decimal_column(field: Field, cells: Decimals) -> Typed | None:
    """Decimals in whole units, half to even; None where only a value-by-value reading is exact."""
    counted, missing, places = cells.values, cells.missing, cells.places
    one = 10**places
    match field.type:
        case Number():
            if places > 22 or _beyond(counted, MOST_EXACT):
                return None
            return _binary(field, counted.astype(np.float64) / float(one), missing)
        case Integer():
            if one > MOST_EXACT:
                return None
            quotient, rest = np.divmod(counted, one)
            column = _whole(field, quotient, missing, 1)
            broken = but_not(rest != 0, missing)
            return column if broken is None else _with_wrong(field, quotient, missing, broken)
        case Money() | Percent() | Duration():
            each = units(field)
            common = math.gcd(each, one)
            times, over = each // common, one // common
            if over > MOST_EXACT or (over != 1 and times != 1 and _beyond(counted, 2**62 // times)):
                return None
            if over == 1:
                return _whole(field, counted, missing, times)
            return _whole(field, half_to_even(counted * times, over), missing, 1)
        case _:
            return all_wrong(field, len(counted), missing)


def _with_wrong(field: Field, values: Values, missing: Bools | None, wrong: Bools) -> Typed:
    """Whole numbers of which some rows are known to be wrong."""
    low, high = bounds(field)
    outside = but_not((values < low) | (values > high), missing)
    return finished(field, values, missing, both(wrong, outside))


def span_column(field: Field, cells: Spans) -> Typed:
    """Lengths of time, as Python holds them: in microseconds, what is less cut off; to seconds, half to even."""
    values, per_second, missing = cells.values, cells.per_second, cells.missing
    if not isinstance(field.type, Duration):
        return all_wrong(field, len(values), missing)
    if per_second > 1_000_000:
        values, per_second = values // (per_second // 1_000_000), 1_000_000
    days = values // (86_400 * per_second)
    beyond = but_not((days < -LONGEST_DAYS) | (days > LONGEST_DAYS), missing)
    seconds = half_to_even(values, per_second) if per_second > 1 else values
    low, high = bounds(field)
    outside = but_not((seconds < low) | (seconds > high), missing)
    return finished(field, seconds, missing, both(beyond, outside))


def half_to_even(counted: Values, size: int) -> Values:
    """`counted` / `size`, int64, to the nearest whole number, halves to the even one."""
    quotient, rest = np.divmod(counted, size)
    twice = rest * 2
    quotient += (twice > size) | ((twice == size) & (quotient % 2 == 1))
    return quotient


def _beyond(values: Values, limit: int) -> bool:
    return len(values) > 0 and bool(values.max() > limit or values.min() < -limit)


def decimals_as_raws(cells: Decimals) -> Distinct:
    """The decimals themselves, each distinct one once."""
    from decimal import Decimal

    distinct, codes = np.unique(cells.values, return_inverse=True)
    raws = [Decimal(int(each)).scaleb(-cells.places) for each in distinct]
    return Distinct(codes.astype(np.uint32), raws or [None], cells.missing)
