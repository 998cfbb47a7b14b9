"""Typed values of many records as arrays, so that terms and decisions can be worked out for all of them at once.

| type | `values` |
|---|---|
| flag | bool |
| integer, money, percent, duration | int64, the units of model/values |
| number | float64, never minus zero |
| date | int64, days since 1970-01-01 |
| scale, choice | int64, the place of the label in the type's labels |
| text | int64, the place of the text in `texts` |
| set | uint64, shape (rows, words): label number i is bit i |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, assert_never

import numpy as np
from numpy.typing import NDArray

from tierpolicy.compile.columns.data import Array, Bools, Column
from tierpolicy.model.types import (
    Choice,
    Date,
    Duration,
    Flag,
    Integer,
    Money,
    Number,
    Percent,
    Scale,
    SetOf,
    Text,
    Type,
)
from tierpolicy.model.values import MISSING, Known, NotOffered, Value

EPOCH: Final = date(1970, 1, 1).toordinal()
WORD: Final = 64
BELOW: Final = -1
ABOVE: Final = 1


@dataclass(frozen=True, slots=True)
class Vec:
    """Values of one type, a row a record. `none` is -1 or 1 where a row isn't offered (below or above all others) and 0
    elsewhere; None where that is nowhere. Where a row is missing or `none`, `values` holds anything within reach of
    `texts` and labels."""

    type: Type
    values: Array
    missing: Bools | None = None
    none: NDArray[np.int8] | None = None
    texts: tuple[str, ...] = ()

    @property
    def nothing(self) -> Bools | None:
        """Where the value is missing or `none`: what arithmetic makes missing."""
        return union(self.missing, not_offered(self))


def union(*masks: Bools | None) -> Bools | None:
    """Where any of the masks is set; None where all are None."""
    found: Bools | None = None
    for mask in masks:
        if mask is not None:
            found = mask if found is None else found | mask
    return found


def not_offered(vec: Vec) -> Bools | None:
    return None if vec.none is None else vec.none != 0


def words_for(type_: SetOf) -> int:
    """How many words hold a set of the type."""
    return max(1, -(-len(type_.labels) // WORD))


# ---------------------------------------------------------------- from and to single values


def encoded(values: Sequence[Value], type_: Type) -> Vec:
    """Single values as a row each."""
    missing = np.array([value is MISSING for value in values], dtype=bool)
    none = np.array([_none_code(value) for value in values], dtype=np.int8)
    known = [None if value is MISSING or isinstance(value, NotOffered) else value for value in values]
    texts: tuple[str, ...] = ()
    if isinstance(type_, Text):
        texts = tuple(dict.fromkeys(value for value in known if isinstance(value, str))) or ("",)
    array = _array(known, type_, texts)
    return Vec(type_, array, missing if missing.any() else None, none if none.any() else None, texts)


def _none_code(value: Value) -> int:
    return (BELOW if value is NotOffered.BELOW else ABOVE) if isinstance(value, NotOffered) else 0


def _array(known: Sequence[Known | None], type_: Type, texts: tuple[str, ...]) -> Array:
    match type_:
        case Flag():
            return np.array([value is True for value in known], dtype=bool)
        case Number():
            return np.array([value if isinstance(value, float) else 0.0 for value in known], dtype=np.float64)
        case Date():
            days = [value.toordinal() - EPOCH if isinstance(value, date) else 0 for value in known]
            return np.array(days, dtype=np.int64)
        case Integer() | Money() | Percent() | Duration():
            return np.array([value if isinstance(value, int) else 0 for value in known], dtype=np.int64)
        case Scale(labels) | Choice(labels):
            return _places(known, labels)
        case Text():
            return _places(known, texts)
        case SetOf():
            return _bits(known, type_)
        case _:
            assert_never(type_)


def _places(known: Sequence[Known | None], labels: Sequence[str]) -> Array:
    places = {label: place for place, label in enumerate(labels)}
    return np.array([places[value] if isinstance(value, str) else 0 for value in known], dtype=np.int64)


def _bits(known: Sequence[Known | None], type_: SetOf) -> NDArray[np.uint64]:
    found = np.zeros((len(known), words_for(type_)), dtype=np.uint64)
    for place, label in enumerate(type_.labels):
        held = [isinstance(value, frozenset) and label in value for value in known]
        found[held, place // WORD] |= np.uint64(1 << place % WORD)
    return found


def decoded(vec: Vec) -> list[Value]:
    """The rows as single values."""
    found = _decoded(vec)
    if vec.none is not None:
        forms: dict[int, Value] = {BELOW: NotOffered.BELOW, ABOVE: NotOffered.ABOVE}
        found = [forms.get(code, value) for code, value in zip(vec.none.tolist(), found, strict=True)]
    if vec.missing is not None:
        found = [MISSING if gone else value for gone, value in zip(vec.missing.tolist(), found, strict=True)]
    return found


def _decoded(vec: Vec) -> list[Value]:
    match vec.type:
        case Flag() | Number() | Integer() | Money() | Percent() | Duration():
            plain: list[Value] = vec.values.tolist()
            return plain
        case Date():
            first, last = date.min.toordinal(), date.max.toordinal()
            return [date.fromordinal(min(max(day + EPOCH, first), last)) for day in vec.values.tolist()]
        case Scale(labels) | Choice(labels):
            return [labels[place] for place in vec.values.tolist()]
        case Text():
            return [vec.texts[place] for place in vec.values.tolist()]
        case SetOf():
            return list(sets_of(vec.values, vec.type))
        case _:
            assert_never(vec.type)


def sets_of(bits: Array, type_: SetOf) -> list[frozenset[str]]:
    """Sets from rows of words."""
    found = []
    for row in bits.tolist():
        held = sum(word << WORD * at for at, word in enumerate(row))
        found.append(frozenset(label for place, label in enumerate(type_.labels) if held >> place & 1))
    return found


def constant(value: Value, type_: Type, rows: int) -> Vec:
    """One value in every row."""
    one = encoded([value], type_)
    missing = None if one.missing is None else np.repeat(one.missing, rows)
    none = None if one.none is None else np.repeat(one.none, rows)
    return Vec(one.type, np.repeat(one.values, rows, axis=0), missing, none, one.texts)


def taken(vec: Vec, places: NDArray[np.intp]) -> Vec:
    """The rows at some places."""
    missing = None if vec.missing is None else vec.missing[places]
    none = None if vec.none is None else vec.none[places]
    return Vec(vec.type, vec.values[places], missing, none, vec.texts)


def chosen(condition: Bools, one: Vec, other: Vec) -> Vec:
    """The rows of `one` where the condition holds, of `other` elsewhere; both of one type."""
    other = alike(one, other)
    one = replace(one, texts=other.texts) if isinstance(one.type, Text) else one
    wide = condition[:, None] if one.values.ndim > 1 else condition
    missing = None
    if one.missing is not None or other.missing is not None:
        missing = np.where(condition, _or_nowhere(one.missing), _or_nowhere(other.missing))
    none = None
    if one.none is not None or other.none is not None:
        none = np.where(condition, _or_zero(one.none), _or_zero(other.none)).astype(np.int8)
    return Vec(one.type, np.where(wide, one.values, other.values), missing, none, other.texts)


def _or_nowhere(mask: Bools | None) -> Bools:
    return np.zeros((), dtype=bool) if mask is None else mask


def _or_zero(codes: NDArray[np.int8] | None) -> NDArray[np.int8]:
    return np.zeros((), dtype=np.int8) if codes is None else codes


def alike(one: Vec, other: Vec) -> Vec:
    """`other` in the labels of `one` (they have the same in another order), or in texts that begin with those of
    `one`, so that equal values have equal numbers."""
    if isinstance(one.type, Text):
        if other.texts == one.texts:
            return other
        texts = {text: place for place, text in enumerate((*one.texts,))}
        table = np.array([texts.setdefault(text, len(texts)) for text in other.texts], dtype=np.int64)
        return replace(other, values=table[other.values], texts=tuple(texts))
    if one.type == other.type or not isinstance(one.type, Choice | SetOf):
        return other
    assert isinstance(other.type, Choice | SetOf)
    places = [one.type.labels.index(label) for label in other.type.labels]
    if isinstance(one.type, Choice):
        return replace(other, type=one.type, values=np.array(places, dtype=np.int64)[other.values])
    bits = np.zeros_like(other.values)
    for at, place in enumerate(places):
        held = other.values[:, at // WORD] >> np.uint64(at % WORD) & np.uint64(1)
        bits[:, place // WORD] |= held << np.uint64(place % WORD)
    return replace(other, type=one.type, values=bits)


# ---------------------------------------------------------------- from columns


def typed_column(column: Column, type_: Type) -> Vec:
    """A column in the units of model/values."""
    values, missing = column.values, column.missing
    match type_:
        case Flag():
            return Vec(type_, values.astype(bool, copy=False), missing)
        case Number():
            numbers = values.astype(np.float64, copy=False)
            return Vec(type_, numbers if missing is None else np.where(missing, 0.0, numbers), missing)
        case Date():
            return Vec(type_, values.astype(np.int64, copy=False), missing)
        case Integer() | Money() | Percent() | Duration():
            return Vec(type_, _whole(values, missing, column.per_unit), missing)
        case Scale() | Choice():
            return Vec(type_, values.astype(np.int64, copy=False), missing)
        case Text():
            return Vec(type_, values.astype(np.int64, copy=False), missing, texts=column.texts or ("",))
        case SetOf():
            return Vec(type_, values.reshape(len(values), -1).astype(np.uint64, copy=False), missing)
        case _:
            assert_never(type_)


def _whole(values: Array, missing: Bools | None, per_unit: int) -> NDArray[np.int64]:
    """Whole units: a float is `rint(value * per_unit)` in binary64, as records are read."""
    if values.dtype.kind != "f":
        whole: NDArray[np.int64] = values.astype(np.int64, copy=False)
        return whole if per_unit == 1 else whole * np.int64(per_unit)
    if missing is not None:
        values = np.where(missing, 0.0, values)
    return np.rint(values * np.float64(per_unit)).astype(np.int64)
