"""What a column of a frame holds, in a few forms that are free of the library it came from.

Arrays have one row a record and are never written to. `missing` marks rows without a value (None: no row is one); where
it does, `values` hold anything, but codes are always places in what they point into.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierpolicy.compile.columns.data import Bools

Values = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Same:
    """One raw value in every row; None where the frame holds nothing of a field."""

    raw: object


@dataclass(frozen=True, slots=True)
class Numbers:
    """Yes and no, whole numbers of any width, or binary fractions of any width, in which NaN is missing too."""

    values: Values
    missing: Bools | None = None


@dataclass(frozen=True, slots=True)
class Decimals:
    """Decimal fractions: `values`, int64, are counted in 10**-places."""

    values: Values
    places: int
    missing: Bools | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days since 1970-01-01; `wrong` marks moments that are not the beginning of a day."""

    values: Values
    missing: Bools | None = None
    wrong: Bools | None = None


@dataclass(frozen=True, slots=True)
class Spans:
    """Lengths of time: int64, of which `per_second` make a second."""

    values: Values
    per_second: int
    missing: Bools | None = None


@dataclass(frozen=True, slots=True)
class Distinct:
    """Any values at all: `codes` are places in `raws`, which hold raw values as `records.read_record` leaves them."""

    codes: Values
    raws: Sequence[object]
    missing: Bools | None = None


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of values: row i holds the items from `starts[i]` up to `starts[i + 1]`; shape (rows + 1,)."""

    starts: Values
    items: Distinct
    missing: Bools | None = None


@dataclass(frozen=True, slots=True)
class Unfit:
    """Values that no field takes, such as times of day: wrong wherever they aren't missing."""

    missing: Bools | None = None


Cells = Same | Numbers | Decimals | Days | Spans | Distinct | Lists | Unfit


def both(left: Bools | None, right: Bools | None) -> Bools | None:
    """Rows that one of the two marks."""
    if left is None or right is None:
        return right if left is None else left
    return np.logical_or(left, right)


def but_not(left: Bools, right: Bools | None) -> Bools | None:
    """Rows that `left` marks and `right` doesn't; None where no row is one."""
    found = left if right is None else left & ~right
    return found if found.any() else None
