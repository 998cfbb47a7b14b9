"""Looks at columns as the numbers and addresses that compiled code reads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tierpolicy.compile.columns import numba_program as code
from tierpolicy.compile.columns.data import Array
from tierpolicy.compile.columns.kernel import Look

FEW_CUTS = 128
FEW_NUMBERS = 64
"""So many comparisons with every value take no longer than looking each value up."""
BUCKETS_PER_CUT = 4
MOST_KNOWN = 200
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Laid:
    """Cuts in buckets of equal width: `table` says how many cuts are in lower buckets, one more entry than buckets.

    A value's bucket never falls while the value rises, so cuts of lower buckets are below it; those of its own are
    found by `halvings` comparisons.
    """

    table: Numbers
    low: float
    per_bucket: float
    halvings: int


@dataclass(frozen=True, slots=True)
class Known:
    """What was made of cuts and tables before, by their content. Threads may put in the same at once."""

    laid: dict[bytes, Laid] = field(default_factory=dict)
    by_place: dict[tuple[bytes, int], Numbers] = field(default_factory=dict)

    def of(self, cuts: Array) -> Laid:
        key = cuts.dtype.char.encode() + cuts.tobytes()
        found = self.laid.get(key)
        if found is None:
            if len(self.laid) > MOST_KNOWN:
                self.laid.clear()
            found = self.laid[key] = laid_out(cuts)
        return found

    def numbers(self, table: Array, count: int) -> Numbers:
        key = table.tobytes(), count
        found = self.by_place.get(key)
        if found is None:
            if len(self.by_place) > MOST_KNOWN:
                self.by_place.clear()
            found = self.by_place[key] = by_place(table, count)
        return found


@dataclass(slots=True)
class Laying:
    """The arrays of `numba_program.answer`, as looks are added."""

    known: Known
    tracks: list[list[int]] = field(default_factory=list)
    scales: list[tuple[float, float]] = field(default_factory=list)
    floats: list[Array] = field(default_factory=list)
    wholes: list[Array] = field(default_factory=list)
    tables: list[Array] = field(default_factory=list)

    def add(self, look: Look | None, first: int, count: int) -> None:
        track = [0] * 12
        track[code.FIRST], track[code.COUNT] = first, count
        self.tracks.append(track)
        scale = 0.0, 0.0
        if look is None:
            track[code.HOW] = code.FIXED
        else:
            track[code.ADDRESS], track[code.SIZE] = look.values.ctypes.data, look.values.dtype.itemsize
            if look.missing is not None:
                track[code.MISSING], track[code.MISSING_PLACE] = look.missing.ctypes.data, look.missing_place
            scale = self._how(look, track)
        self.scales.append(scale)

    def _how(self, look: Look, track: list[int]) -> tuple[float, float]:
        if look.bit is not None:
            track[code.HOW], track[code.START] = code.ONE_BIT, int(np.uint64(1 << look.bit).astype(np.int64))
            return 0.0, 0.0
        if look.table is not None:
            few = len(look.table) <= FEW_NUMBERS
            track[code.HOW] = code.TABLE if few else code.PLACED_TABLE
            track[code.START] = _put(
                self.known.numbers(look.table, track[code.COUNT]) if few else look.table, self.tables
            )
            return 0.0, 0.0
        assert look.cuts is not None
        if look.cuts.dtype.kind == "f":
            track[code.SIZE] = 0
        track[code.START] = _put(look.cuts, self.floats if look.cuts.dtype.kind == "f" else self.wholes)
        track[code.HOW], track[code.LENGTH] = code.CUTS, len(look.cuts)
        if len(look.cuts) <= FEW_CUTS:
            return 0.0, 0.0
        laid = self.known.of(look.cuts)
        track[code.HOW], track[code.BUCKETS] = code.PLACED_CUTS, _put(laid.table, self.tables)
        track[code.BUCKET_COUNT], track[code.HALVINGS] = len(laid.table) - 1, laid.halvings
        return laid.low, laid.per_bucket


def by_place(table: Array, count: int) -> Numbers:
    """The numbers of each place but 0, the highest place first, before them where each place's end."""
    descending = np.argsort(-table.astype(np.int64), kind="stable")
    ends = [count - 1 + int((table >= place).sum()) for place in range(count - 1, 0, -1)]
    return np.array([*ends, *descending[: int((table > 0).sum())].tolist()], np.int64)


def laid_out(cuts: Array) -> Laid:
    """Cuts, ascending, in buckets."""
    numbers = cuts.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    low = float(finite[0]) if len(finite) else 0.0
    width = (float(finite[-1]) / 2 - low / 2) * 2 if len(finite) else 0.0
    buckets = BUCKETS_PER_CUT * len(cuts)
    per_bucket = buckets / width if np.isfinite(width) and width > 0 and np.isfinite(buckets / width) else 0.0
    with np.errstate(invalid="ignore", over="ignore"):
        at = np.nan_to_num((numbers - low) * per_bucket, nan=0.0)
    at = np.clip(at, 0.0, float(buckets - 1)).astype(np.int64)
    table = np.searchsorted(at, np.arange(buckets + 1), "left").astype(np.int64)
    most = int(np.diff(table).max())
    return Laid(table, low, per_bucket, most.bit_length())


def plain(look: Look) -> Look:
    """The look with arrays of the types that compiled code knows, in one piece."""
    if _is_plain(look):
        return look
    values, cuts, table = look.values, look.cuts, look.table
    if cuts is not None and (values.dtype.kind in "ub" or values.dtype == np.float32):
        wide = np.float64 if values.dtype.kind == "f" else np.int64
        values, cuts = values.astype(wide), cuts.astype(wide)
    elif values.dtype.kind == "b":
        values = values.view(np.uint8)
    elif table is not None and values.dtype.itemsize == 8:
        values = values.astype(np.uint32)
    if table is not None and not len(table):
        table = np.zeros(1, np.uint32)
    missing = look.missing
    return replace(
        look,
        values=np.require(values, requirements=("C", "A")),
        cuts=cuts,
        table=table,
        missing=None if missing is None else np.require(missing, requirements=("C", "A")),
    )


def _is_plain(look: Look) -> bool:
    values, flags = look.values, look.values.flags
    if not (flags.c_contiguous and flags.aligned) or (look.table is not None and not len(look.table)):
        return False
    if look.missing is not None and not look.missing.flags.c_contiguous:
        return False
    if look.cuts is not None:
        return values.dtype.kind == "i" or values.dtype == np.float64
    return values.dtype.kind == "u" and (look.table is None or values.dtype.itemsize < 8)


def filled(look: Look, start: int, stop: int) -> Look:
    """The rows from one to another as a block of their own, the rest of it zeros."""
    values = np.zeros(code.BLOCK, look.values.dtype)
    values[: stop - start] = look.values[start:stop]
    if look.missing is None:
        return replace(look, values=values)
    missing = np.zeros(code.BLOCK, np.bool_)
    missing[: stop - start] = look.missing[start:stop]
    return replace(look, values=values, missing=missing)


def joined(parts: list[Array], dtype: type[np.generic]) -> Array:
    """The parts one after the other; never empty."""
    return np.concatenate([*parts, np.zeros(1, dtype)]).astype(dtype, copy=False)


def _put(part: Array, parts: list[Array]) -> int:
    """Where a part begins among those before it."""
    parts.append(part)
    return sum(len(each) for each in parts[:-1])
