"""Columns of many records: what a backend for batches reads, and what it gives.

Arrays have one row a record, shape (rows,). They are never written to once they are here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierpolicy.model.values import Known

Array = NDArray[Any]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """One field of many records, read and checked: defaults are in place, what was wrong or out of bounds is missing.

    | type | `values` |
    |---|---|
    | flag | bool |
    | integer, money, percent, duration | whole units (see `per_unit`), a signed integer type or float64 |
    | number | float64 |
    | date | int32 or int64: days since 1970-01-01 |
    | scale, choice | an unsigned integer type: the place of the label in the type's labels |
    | text | an unsigned integer type: the place of the text in `texts` |
    | set | uint64: label number i is bit i; shape (rows, words) for more than 64 labels |

    `per_unit`: how many units of model/values make one of `values`: `rint(values * per_unit)` is the typed value. A
    money column of euros as they stand in a file has 100, one of cents 1. Every value that isn't missing is within the
    field's bounds and the range of its type, and for integer fields whole. `missing` is None where no row is; where a
    row is missing, its place in `values` holds anything.
    """

    values: Array
    missing: Bools | None = None
    texts: tuple[str, ...] = ()
    per_unit: int = 1


@dataclass(frozen=True, slots=True)
class Coded:
    """An attribute of which every record has one of a few values: `codes` are places in `values`."""

    codes: Array
    values: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """An attribute with calculated values, in the units of model/values (dates: days since 1970-01-01), int64 or
    float64; `none` marks the rows where it is not offered (None: nowhere)."""

    values: Array
    none: Bools | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """The decisions for many records. `open` marks rows of which problems or undetermined statements may be told
    (None: no row is one); the plain evaluator tells them. It may mark too many, never too few. `told` marks, as freely,
    those in which deciding itself may have met a problem: what is wrong with a record's values is not its matter."""

    rows: int
    attributes: Mapping[str, Coded | Amounts]
    open: Bools | None
    told: Bools | None = None
