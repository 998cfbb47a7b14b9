"""A field and what a column holds, to the typed column that a backend for batches reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never

import numpy as np

from tierpolicy.compile.columns.data import Bools, Column
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
from tierpolicy.model.values import MISSING, Known
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.columns.cells import Values
from tierpolicy.semantics.read import value_or_default

EPOCH = date(1970, 1, 1).toordinal()
BITS = 64


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed column. `doubtful` marks rows in which the field is a problem (None: no row is one)."""

    column: Column
    doubtful: Bools | None = None


def finished(field: Field, values: Values, missing: Bools | None, wrong: Bools | None, per_unit: int = 1) -> Typed:
    """The column with the field's default where it is missing or wrong."""
    absent = wrong if missing is None else missing if wrong is None else missing | wrong
    doubtful = absent if field.required else wrong
    if absent is None:
        return Typed(Column(values, None, per_unit=per_unit))
    default = default_of(field)
    if default is None:
        return Typed(Column(values, absent, per_unit=per_unit), doubtful)
    column = _with_default(values, absent, stored(default, field.type), per_unit)
    return Typed(column, doubtful)


def _with_default(values: Values, absent: Bools, default: Any, per_unit: int) -> Column:
    """The default in place of what is missing, in the column's own units where they can say it."""
    if values.dtype.kind == "f" and isinstance(default, int):
        filled = np.where(absent, default / per_unit, values)
        if round(default / per_unit * per_unit) == default:
            return Column(filled, per_unit=per_unit)
        whole = np.rint(filled * per_unit).astype(np.int64)
        return Column(np.where(absent, default, whole))
    if values.dtype.kind == "i" and per_unit != 1:
        values, per_unit = np.where(absent, 0, values).astype(np.int64) * per_unit, 1
    if values.dtype.kind in "iu" and not np.iinfo(values.dtype).min <= default <= np.iinfo(values.dtype).max:
        values = values.astype(f"{values.dtype.kind}8")
    return Column(np.where(absent, np.array(default, values.dtype), values), per_unit=per_unit)


def nowhere(field: Field, rows: int, absent: Bools, wrong: Bools | None) -> Typed:
    """The column of a field of which no row has a value that fits; `absent` marks every row."""
    default = default_of(field)
    doubtful = absent if field.required else wrong
    if isinstance(field.type, Text | SetOf):
        column = filled(field, default, rows)
        return Typed(column, doubtful)
    value = 0 if default is None else stored(default, field.type)
    values = np.full(rows, value, stored_type(field.type))
    return Typed(Column(values, absent if default is None else None), doubtful)


def filled(field: Field, value: Known | None, rows: int) -> Column:
    """One typed value in every row; missing where it is None."""
    missing = np.ones(rows, np.bool_) if value is None else None
    if isinstance(field.type, Text):
        texts = () if value is None else (str(value),)
        return Column(np.zeros(rows, np.uint8), missing, texts)
    if isinstance(field.type, SetOf):
        bits = set_bits(value if isinstance(value, frozenset) else frozenset(), field.type.labels)
        return Column(with_words(np.tile(bits, (rows, 1))), missing)
    value = 0 if value is None else value
    plain = stored(value, field.type) if missing is None else 0
    return Column(np.full(rows, plain, stored_type(field.type)), missing)


def default_of(field: Field) -> Known | None:
    """What the field holds where nothing is given; None where it is missing then."""
    value = value_or_default(field, None, [])
    return None if value is MISSING else value


def stored(value: Known, type_: Type) -> Any:
    """A typed value as a column's array holds it; texts and sets are held otherwise."""
    if isinstance(value, date):
        return value.toordinal() - EPOCH
    if isinstance(type_, Scale | Choice):
        return type_.labels.index(value)
    return value


def stored_type(type_: Type) -> Any:
    """The type of array that holds any value of the type."""
    match type_:
        case Flag():
            return np.bool_
        case Integer() | Money() | Percent() | Duration():
            return np.int64
        case Number():
            return np.float64
        case Date():
            return np.int32
        case Scale(labels) | Choice(labels):
            return np.min_scalar_type(max(len(labels) - 1, 0))
        case Text():
            return np.uint32
        case SetOf():
            return np.uint64
        case _:
            assert_never(type_)


def set_bits(held: frozenset[str], labels: tuple[str, ...]) -> Values:
    """A set as words of 64 labels each."""
    words = np.zeros(max(1, -(-len(labels) // BITS)), np.uint64)
    for place, label in enumerate(labels):
        if label in held:
            words[place // BITS] |= np.uint64(1 << (place % BITS))
    return words


def with_words(sets: Values) -> Values:
    """Rows of words as a column holds them: flat where there is one word."""
    return sets[:, 0].copy() if sets.shape[1] == 1 else sets
