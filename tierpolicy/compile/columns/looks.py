"""Where rows stand on the tracks of a stage: from a column, a decided attribute or a term to a `Look`.

Columns are compared as they are. Typed values are `rint(raw * per_unit)`, which never falls where raw rises; so a
threshold on typed values has a least raw value with the same truth, and comparing with that one is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tierpolicy.cells.axes import Axis
from tierpolicy.cells.cells import Key
from tierpolicy.compile.columns.data import Array, Bools, Coded, Column
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


@dataclass(frozen=True, slots=True)
class Sight:
    """A track and its axis, with what looking at it needs: the place of what is missing (0 where that can't be) and the
    places of the type's labels. `known` are the cuts met, by the form of a column."""

    track: Track
    axis: Axis
    gone: int
    table: NDArray[np.uint32] | None
    known: dict[tuple[str, int], Array] = field(default_factory=dict)

    def at_column(self, column: Column) -> Look:
        """For an axis whose subject is a field."""
        values, missing = column.values, column.missing
        match self.axis.subject.type:
            case Flag():
                return Look(_unsigned(values), table=self.table, missing=missing, missing_place=self.gone)
            case Scale() | Choice():
                return Look(values, table=self.table, missing=missing, missing_place=self.gone)
            case Text():
                return Look(values, table=self._places(column.texts), missing=missing, missing_place=self.gone)
            case SetOf():
                return self._at_set(values.reshape(len(values), -1), missing)
            case _:
                cuts = self._cuts(values, column.per_unit)
                return Look(values, cuts=cuts, missing=missing, missing_place=self.gone)

    def at_coded(self, coded: Coded) -> Look:
        """For an axis whose subject is a decided attribute with few values."""
        return Look(coded.codes, table=self._places(coded.values))

    def at_vec(self, vec: Vec) -> Look:
        """For an axis whose subject has been worked out."""
        missing, gone = vec.missing, self.gone
        if vec.none is not None:
            itself = np.arange(self.track.count, dtype=np.uint32)
            return Look(self._with_none(vec), table=itself, missing=missing, missing_place=gone)
        match vec.type:
            case Flag():
                return Look(_unsigned(vec.values), table=self.table, missing=missing, missing_place=gone)
            case Scale() | Choice():
                return Look(vec.values.astype(np.uint32), table=self.table, missing=missing, missing_place=gone)
            case Text():
                table = self._places(vec.texts)
                return Look(vec.values.astype(np.uint32), table=table, missing=missing, missing_place=gone)
            case SetOf():
                return self._at_set(vec.values, missing)
            case _:
                values = np.ascontiguousarray(vec.values)
                return Look(values, cuts=self._cuts(values, 1), missing=missing, missing_place=gone)

    def place_of(self, value: Known) -> int:
        """The place of a known value or `none`."""
        if self.axis.label is not None:
            value = isinstance(value, frozenset) and self.axis.label in value
        return int(self.track.places[self.axis.cells_of(value).bit_length() - 1])

    def _places(self, values: Sequence[Known]) -> NDArray[np.uint32]:
        return np.array([self.place_of(value) for value in values] or [0], dtype=np.uint32)

    def _cuts(self, values: Array, per_unit: int) -> Array:
        key = values.dtype.char, per_unit
        if key not in self.known:
            assert self.track.cuts is not None
            self.known[key] = raw_cuts(self.track.cuts, self.axis, values, per_unit)
        return self.known[key]

    def _at_set(self, words: Array, missing: Bools | None) -> Look:
        """Whether sets hold the axis's label, or only whether they are missing."""
        label = self.axis.label
        if label is None:
            return Look(np.zeros(len(words), np.uint8), table=self.table, missing=missing, missing_place=self.gone)
        assert isinstance(self.axis.subject.type, SetOf)
        word, bit = divmod(self.axis.subject.type.labels.index(label), WORD)
        column = np.ascontiguousarray(words[:, word])
        if self.track.places[0] == 0 and self.track.places[1] == 1:
            return Look(column, bit=bit, missing=missing, missing_place=self.gone)
        held = (column >> np.uint64(bit) & np.uint64(1)).astype(np.uint8)
        return Look(held, table=self.table, missing=missing, missing_place=self.gone)

    def _with_none(self, vec: Vec) -> NDArray[np.uint32]:
        """Places of values some of which are `none`."""
        assert vec.none is not None
        found = places_of(self.at_vec(Vec(vec.type, vec.values, None, None, vec.texts)))
        below, above = (self.place_of(form) for form in (NotOffered.BELOW, NotOffered.ABOVE))
        there = np.where(vec.none == BELOW, below, above)
        return np.where(vec.none == 0, found, there).astype(np.uint32)


def sight_of(track: Track, axis: Axis) -> Sight:
    """The track, ready to be looked at."""
    gone = int(track.places[axis.missing.bit_length() - 1]) if axis.missing else 0
    if axis.label is not None:
        return Sight(track, axis, gone, track.places[:2].astype(np.uint32))
    bare = Sight(track, axis, gone, None)
    match axis.subject.type:
        case Flag():
            return replace(bare, table=bare._places((False, True)))
        case Scale(labels) | Choice(labels):
            return replace(bare, table=bare._places(labels))
        case SetOf():
            return replace(bare, table=track.places[:1].astype(np.uint32))
        case _:
            return bare


def _unsigned(flags: Array) -> NDArray[np.uint8]:
    return flags.view(np.uint8) if flags.dtype == np.bool_ else flags.astype(np.uint8)
