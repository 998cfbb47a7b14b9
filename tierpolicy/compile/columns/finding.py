"""The place of every row on a track: which of many cuts lie at or below its value.

A binary search guesses its way among cuts, which a processor can't foresee. So whole numbers in a narrow range are read
off a table; other numbers go by buckets of equal width to the first cut that may lie above, and from there cut by cut.
Buckets rise with the values, so that it doesn't matter how their edges are rounded.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tierpolicy.compile.columns.data import Array
from tierpolicy.compile.columns.kernel import Look

Found = NDArray[np.intp]

FEW: Final = 4
WIDEST: Final = 1 << 16
BUCKETS_A_CUT: Final = 8
MOST_BUCKETS: Final = 1 << 16
MOST_IN_A_BUCKET: Final = 4


def places_of(look: Look) -> Found:
    """The place of every row."""
    if look.cuts is not None:
        found = cuts_reached(look.cuts, look.values)
    elif look.table is not None:
        found = np.take(look.table.astype(np.intp), look.values)
    else:
        assert look.bit is not None
        found = (look.values >> np.uint64(look.bit) & np.uint64(1)).astype(np.intp)
    return found if look.missing is None else np.where(look.missing, look.missing_place, found)


def cuts_reached(cuts: Array, values: Array) -> Found:
    """How many of the cuts are at or below each value."""
    if len(cuts) <= FEW:
        few = np.zeros(len(values), dtype=np.uint8)
        for cut in cuts:
            few += values >= cut
        return few.astype(np.intp)
    if cuts.dtype.kind != "f" and int(cuts[-1]) - int(cuts[0]) < WIDEST:
        return _by_table(cuts, values)
    found = _by_buckets(cuts, values)
    return np.searchsorted(cuts, values, side="right") if found is None else found


def _by_table(cuts: Array, values: Array) -> Found:
    low, high = int(cuts[0]) - 1, int(cuts[-1])
    if low < np.iinfo(cuts.dtype).min:
        return np.searchsorted(cuts, values, side="right")
    kind = cuts.dtype.type
    table = np.searchsorted(cuts, np.arange(low, high + 1), side="right")
    return np.take(table, np.clip(values, kind(low), kind(high)).astype(np.intp) - low)


def _by_buckets(cuts: Array, values: Array) -> Found | None:
    """None where too many cuts fall into one bucket."""
    count = min(BUCKETS_A_CUT * len(cuts), MOST_BUCKETS)
    low, width = float(cuts[0]), float(cuts[-1]) - float(cuts[0])
    scale = count / width if width else np.inf
    if not np.isfinite(width) or not np.isfinite(scale):
        return None
    at_cuts = _buckets(cuts, low, scale, count)
    firsts = np.searchsorted(at_cuts, np.arange(count + 1), side="left")
    most = int(np.max(np.diff(firsts, append=len(cuts))))
    if most > MOST_IN_A_BUCKET:
        return None
    found = np.take(firsts, _buckets(values, low, scale, count))
    further = np.append(cuts, cuts[-1])
    for _ in range(most):
        found += (values >= np.take(further, found)) & (found < len(cuts))
    return found


def _buckets(values: Array, low: float, scale: float, count: int) -> Found:
    """The bucket of each value, which never falls where values rise; of NaN any."""
    at = (values.astype(np.float64, copy=False) - low) * scale
    return np.fmin(np.fmax(at, 0.0), float(count)).astype(np.intp)
