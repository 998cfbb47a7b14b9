"""Values inside the evaluator, one exact representation per type.

| type | value |
|---|---|
| flag | bool |
| integer | int, -2**63 … 2**63 - 1 |
| number | float, finite |
| percent | int: hundredths of a percent (10% is 1000), |value| ≤ 2**53 |
| money | int: hundredths of the currency unit, |value| ≤ 2**53 |
| duration | int: seconds, within 64 bits |
| date | datetime.date |
| text | str, NFC |
| scale, choice | str: the label |
| set | frozenset[str] |

Beside these stand `MISSING` (not known; as a flag: *unknown*) and `none`, *not offered*, which has two forms so
that it always compares as the worst: `NotOffered.BELOW` where more is better, `NotOffered.ABOVE` where less is.
"""

from __future__ import annotations

import sys
from datetime import date
from enum import Enum
from typing import Final

from tierpolicy.model.types import Date, Duration, Integer, Money, Number, Percent, Scale, Type


class Missing(Enum):
    """The value of what is not known."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


class NotOffered(Enum):
    """`none`: below every other value, or above it where less is better. The two are equal for `=`."""

    BELOW = "below"
    ABOVE = "above"


MISSING: Final = Missing.MISSING

Known = bool | int | float | str | date | frozenset[str] | NotOffered
Value = Known | Missing

INTEGER_MIN: Final = -(2**63)
INTEGER_MAX: Final = 2**63 - 1
MONEY_MAX: Final = 2**53


def extremes(type_: Type) -> tuple[Known, Known] | None:
    """The least and the greatest value of an ordered type; None for types without order."""
    match type_:
        case Integer() | Duration():
            return INTEGER_MIN, INTEGER_MAX
        case Money() | Percent():
            return -MONEY_MAX, MONEY_MAX
        case Number():
            return -sys.float_info.max, sys.float_info.max
        case Date():
            return date.min, date.max
        case Scale(labels):
            return labels[0], labels[-1]
        case _:
            return None


def equal(left: Known, right: Known) -> bool:
    """`=` between two known values of compatible types."""
    if isinstance(left, NotOffered) or isinstance(right, NotOffered):
        return isinstance(left, NotOffered) and isinstance(right, NotOffered)
    return left == right


def less(left: Known, right: Known, type_: Type) -> bool:
    """`left < right` in the natural order of an ordered type; `none` is at its end, and never less than `none`."""
    if isinstance(left, NotOffered) and isinstance(right, NotOffered):
        return False
    return order_key(left, type_) < order_key(right, type_)


def order_key(value: Known, type_: Type) -> tuple[int, int | float]:
    """A sort key for one known value of an ordered type (scales by rank, dates by day)."""
    if isinstance(value, NotOffered):
        return (-1, 0) if value is NotOffered.BELOW else (1, 0)
    if isinstance(type_, Scale):
        return (0, type_.labels.index(value))
    if isinstance(value, date):
        return (0, value.toordinal())
    return (0, value)  # type: ignore[return-value]


def outside(value: Known, low: Known | None, high: Known | None) -> bool:
    """True where a measure or date lies beyond one of its bounds; `none` and labels never do."""
    if not isinstance(value, int | float | date) or isinstance(value, bool):
        return False
    return (low is not None and not ascending(low, value)) or (high is not None and not ascending(value, high))


def ascending(low: Known, high: Known) -> bool:
    return low <= high  # type: ignore[operator]
