"""Where rows stand on the tracks of a stage: from a column, a decided attribute or a term to a `Look`.

Columns are compared as they are. Typed values are `rint(raw * per_unit)`, which never falls where raw rises; so a
threshold on typed values has a least raw value with the same truth, and comparing with that one is exact.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tierpolicy.cells.axes import Axis
from tierpolicy.cells.cells import Key
from tierpolicy.compile.columns.data import Array, Coded, Column
from tierpolicy.compile.columns.finding import places_of
from tierpolicy.compile.columns.kernel import Look, Track
from tierpolicy.compile.columns.values import BELOW, EPOCH, WORD, Vec
from tierpolicy.model.types import Choice, Date, Flag, Number, Scale, SetOf, Text
from tierpolicy.model.values import Known, NotOffered


def raw_cuts(cuts: Sequence[Key], axis: Axis, values: Array, per_unit: int) -> Array:
    """The least raw values, of the values' dtype, at or above each cut. Cuts beyond what the dtype can hold are left
    out: no value reaches them."""
    if values.dtype.kind == "f":
        if isinstance(axis.subject.type, Number):
            return np.array(cuts, dtype=values.dtype)
        return _float_cuts(cuts, per_unit)
    shift = EPOCH if isinstance(axis.subject.type, Date) else 0
    ends = np.iinfo(values.dtype)
    whole = [-(-(int(cut) - shift) // per_unit) for cut in cuts]
    return np.array([max(cut, int(ends.min)) for cut in whole if cut <= int(ends.max)], dtype=values.dtype)


def _float_cuts(cuts: Sequence[Key], per_unit: int) -> NDArray[np.float64]:
    """For each whole number the least float whose product with `per_unit` is rounded to it or above."""
    wanted = np.array([_at_least(int(cut)) for cut in cuts], dtype=np.float64)
    scale = np.float64(per_unit)
    found = (wanted - 0.5) / scale
    while (low := np.rint(found * scale) < wanted).any():
        found = np.where(low, np.nextafter(found, np.inf), found)
    while (high := np.rint(np.nextafter(found, -np.inf) * scale) >= wanted).any():
        found = np.where(high, np.nextafter(found, -np.inf), found)
    return found


def _at_least(whole: int) -> float:
    """The least float that isn't below a whole number."""
    found = float(whole)
    return found if int(found) >= whole else float(np.nextafter(found, np.inf))


# ---------------------------------------------------------------- places


def place_of(value: Known, track: Track, axis: Axis) -> int:
    """The place of a known value or `none`."""
    if axis.label is not None:
        value = isinstance(value, frozenset) and axis.label in value
    return int(track.places[axis.cells_of(value).bit_length() - 1])


def missing_place(track: Track, axis: Axis) -> int:
    """The place of what is missing; 0 where that can't be."""
    return int(track.places[axis.missing.bit_length() - 1]) if axis.missing else 0


def _table(values: Sequence[Known], track: Track, axis: Axis) -> NDArray[np.uint32]:
    return np.array([place_of(value, track, axis) for value in values] or [0], dtype=np.uint32)


def look_at_column(column: Column, track: Track, axis: Axis) -> Look:
    """For an axis whose subject is a field."""
    values, missing, gone = column.values, column.missing, missing_place(track, axis)
    match axis.subject.type:
        case Flag():
            return Look(
                _unsigned(values), table=_table((False, True), track, axis), missing=missing, missing_place=gone
            )
        case Scale(labels) | Choice(labels):
            return Look(values, table=_table(labels, track, axis), missing=missing, missing_place=gone)
        case Text():
            return Look(values, table=_table(column.texts, track, axis), missing=missing, missing_place=gone)
        case SetOf():
            return _look_at_set(values.reshape(len(values), -1), missing, track, axis)
        case _:
            assert track.cuts is not None
            cuts = raw_cuts(track.cuts, axis, values, column.per_unit)
            return Look(values, cuts=cuts, missing=missing, missing_place=gone)


def look_at_coded(coded: Coded, track: Track, axis: Axis) -> Look:
    """For an axis whose subject is a decided attribute with few values."""
    return Look(coded.codes, table=_table(coded.values, track, axis))


def look_at_vec(vec: Vec, track: Track, axis: Axis) -> Look:
    """For an axis whose subject has been worked out."""
    missing, gone = vec.missing, missing_place(track, axis)
    if vec.none is not None:
        return Look(_with_none(vec, track, axis), table=_itself(track), missing=missing, missing_place=gone)
    match vec.type:
        case Flag():
            table = _table((False, True), track, axis)
            return Look(_unsigned(vec.values), table=table, missing=missing, missing_place=gone)
        case Scale(labels) | Choice(labels):
            table = _table(labels, track, axis)
            return Look(vec.values.astype(np.uint32), table=table, missing=missing, missing_place=gone)
        case Text():
            table = _table(vec.texts, track, axis)
            return Look(vec.values.astype(np.uint32), table=table, missing=missing, missing_place=gone)
        case SetOf():
            return _look_at_set(vec.values, missing, track, axis)
        case _:
            assert track.cuts is not None
            cuts = raw_cuts(track.cuts, axis, vec.values, 1)
            return Look(np.ascontiguousarray(vec.values), cuts=cuts, missing=missing, missing_place=gone)


def _look_at_set(words: Array, missing: NDArray[np.bool_] | None, track: Track, axis: Axis) -> Look:
    gone = missing_place(track, axis)
    places = (0, 0) if axis.label is None else tuple(int(track.places[cell]) for cell in (0, 1))
    if axis.label is None or places != (0, 1):
        held = np.zeros(len(words), dtype=np.uint8) if axis.label is None else _held(words, axis)
        table = np.array(places, dtype=np.uint32)
        if axis.label is None:
            table = np.array([int(track.places[0])], dtype=np.uint32)
        return Look(held, table=table, missing=missing, missing_place=gone)
    place = _label_place(axis)
    return Look(np.ascontiguousarray(words[:, place // WORD]), bit=place % WORD, missing=missing, missing_place=gone)


def _held(words: Array, axis: Axis) -> NDArray[np.uint8]:
    place = _label_place(axis)
    return (words[:, place // WORD] >> np.uint64(place % WORD) & np.uint64(1)).astype(np.uint8)


def _label_place(axis: Axis) -> int:
    assert isinstance(axis.subject.type, SetOf)
    assert axis.label is not None
    return axis.subject.type.labels.index(axis.label)


def _unsigned(flags: Array) -> NDArray[np.uint8]:
    return flags.view(np.uint8) if flags.dtype == np.bool_ else flags.astype(np.uint8)


def _itself(track: Track) -> NDArray[np.uint32]:
    return np.arange(track.count, dtype=np.uint32)


def _with_none(vec: Vec, track: Track, axis: Axis) -> NDArray[np.uint32]:
    """Places of values some of which are `none`."""
    assert vec.none is not None
    plain = Vec(vec.type, vec.values, None, None, vec.texts)
    found = places_of(look_at_vec(plain, track, axis))
    below, above = (place_of(form, track, axis) for form in (NotOffered.BELOW, NotOffered.ABOVE))
    there = np.where(vec.none == BELOW, below, above)
    return np.where(vec.none == 0, found, there).astype(np.uint32)
