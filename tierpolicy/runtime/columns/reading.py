"""What a field finds in a frame, in whatever form, to its typed column: each distinct value is read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import assert_never

import numpy as np

from tierpolicy.compile.columns.data import Bools, Column
from tierpolicy.model.types import Choice, Date, Scale, SetOf, Text
from tierpolicy.model.values import MISSING, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.columns.amounts import (
    all_wrong,
    decimal_column,
    decimals_as_raws,
    number_column,
    span_column,
)
from tierpolicy.runtime.columns.cells import (
    Cells,
    Days,
    Decimals,
    Distinct,
    Lists,
    Numbers,
    Same,
    Spans,
    Unfit,
    Values,
    both,
    but_not,
)
from tierpolicy.runtime.columns.typed import (
    EPOCH,
    Typed,
    default_of,
    filled,
    finished,
    nowhere,
    set_bits,
    stored,
    stored_type,
    with_words,
)
from tierpolicy.semantics.outcome import Problem
from tierpolicy.semantics.read import value_or_default

FIRST_DAY, LAST_DAY = date.min.toordinal() - EPOCH, date.max.toordinal() - EPOCH


def typed_column(field: Field, cells: Cells, rows: int) -> Typed:
    """The column of a field, as reading every row by itself would make it; never raises for what a frame holds."""
    match cells:
        case Same(raw):
            return _same(field, raw, rows)
        case Numbers():
            return number_column(field, cells)
        case Decimals():
            return decimal_column(field, cells) or _distinct(field, decimals_as_raws(cells))
        case Days():
            return _days(field, cells)
        case Spans():
            return span_column(field, cells)
        case Distinct():
            return _distinct(field, cells)
        case Lists():
            return _lists(field, cells)
        case Unfit(missing):
            return all_wrong(field, rows, missing)
        case _:
            assert_never(cells)


def _same(field: Field, raw: object, rows: int) -> Typed:
    problems: list[Problem] = []
    value = value_or_default(field, raw, problems)
    column = filled(field, None if value is MISSING else value, rows)
    return Typed(column, np.ones(rows, np.bool_) if problems else None)


def _days(field: Field, cells: Days) -> Typed:
    values, missing = cells.values, cells.missing
    if not isinstance(field.type, Date):
        return all_wrong(field, len(values), missing)
    low = FIRST_DAY if field.low is None else stored(field.low, field.type)
    high = LAST_DAY if field.high is None else stored(field.high, field.type)
    wrong = None if cells.wrong is None else but_not(cells.wrong, missing)
    if len(values) and (values.min() < low or values.max() > high):
        wrong = both(wrong, but_not((values < low) | (values > high), missing))
    return finished(field, values, missing, wrong)


# ---------------------------------------------------------------- distinct values


def _distinct(field: Field, cells: Distinct) -> Typed:
    """Each distinct raw value is read, and every row has what its value was read as."""
    codes, raws = cells.codes, cells.raws
    if cells.missing is not None:
        raws = [*raws, None]
        codes = np.where(cells.missing, np.min_scalar_type(len(raws)).type(len(raws) - 1), codes)
    read, doubts = _read_each(field, raws)
    doubtful = doubts.take(codes) if doubts.any() else None
    absent = np.array([value is MISSING for value in read], np.bool_)
    if absent.all():
        return _of_missing(field, len(codes), doubtful)
    missing = absent.take(codes) if absent.any() else None
    column = _spread(field, read, codes)
    return Typed(replace(column, missing=missing if missing is not None and missing.any() else None), doubtful)


def _read_each(field: Field, raws: Sequence[object]) -> tuple[list[Value], Bools]:
    """The typed values, and which of them are a problem."""
    read: list[Value] = []
    doubts = np.zeros(len(raws), np.bool_)
    problems: list[Problem] = []
    themselves = _read_as_themselves(field)
    for place, raw in enumerate(raws):
        if type(raw) is str and raw in themselves:
            read.append(raw)
            continue
        read.append(value_or_default(field, raw, problems))
        if problems:
            doubts[place] = True
            problems.clear()
    return read, doubts


def _read_as_themselves(field: Field) -> frozenset[str]:
    """Labels that are read as they stand. Thousands of labels are else looked for one by one."""
    if not isinstance(field.type, Scale | Choice) or field.low is not None or field.high is not None:
        return frozenset()
    return frozenset(label for label in field.type.labels if label and label.isascii())


def _of_missing(field: Field, rows: int, doubtful: Bools | None) -> Typed:
    column = nowhere(field, rows, np.ones(rows, np.bool_), None).column
    return Typed(column, doubtful)


def _spread(field: Field, read: list[Value], codes: Values) -> Column:
    """A column from the typed value of each code; what is missing holds anything."""
    if isinstance(field.type, Text):
        texts = {value: None for value in read if value is not MISSING}
        place = {value: at for at, value in enumerate(texts)}
        return Column(_looked_up([place.get(value, 0) for value in read], codes), None, tuple(texts))  # type: ignore[arg-type]
    if isinstance(field.type, SetOf):
        empty: frozenset[str] = frozenset()
        sets = [set_bits(value if isinstance(value, frozenset) else empty, field.type.labels) for value in read]
        return Column(with_words(np.array(sets).take(codes, axis=0)))
    if isinstance(field.type, Scale | Choice):
        labels: dict[Value, int] = {label: at for at, label in enumerate(field.type.labels)}
        return Column(_looked_up([labels.get(value, 0) for value in read], codes))
    typed = [0 if value is MISSING else stored(value, field.type) for value in read]
    return Column(np.array(typed, stored_type(field.type)).take(codes))


def _looked_up(places: list[int], codes: Values) -> Values:
    """`places[code]` for every code: the codes as they are where that is what they say."""
    if all(map(int.__eq__, places, range(len(places)))) and codes.dtype.kind == "u":
        return codes
    table = np.array(places, np.min_scalar_type(max(places)))
    return table.take(codes)


# ---------------------------------------------------------------- lists


def _lists(field: Field, cells: Lists) -> Typed:
    """Lists of labels to sets, without a look at single rows; wrong for any other field."""
    rows = len(cells.starts) - 1
    if not isinstance(field.type, SetOf):
        return all_wrong(field, rows, cells.missing)
    labels = field.type.labels
    items = _items_of(field, cells.items)
    bits = np.array([set_bits(held, labels) for held, _ in items])
    unknown = np.array([doubt for _, doubt in items], np.bool_)
    sets = _in_each(np.bitwise_or, bits, cells, rows)
    doubtful = _in_each(np.logical_or, unknown[:, None], cells, rows)[:, 0] if unknown.any() else None
    if cells.missing is None:
        return Typed(Column(with_words(sets)), doubtful)
    doubtful = None if doubtful is None else but_not(doubtful, cells.missing)
    default = default_of(field)
    if isinstance(default, frozenset):
        sets = np.where(cells.missing[:, None], set_bits(default, labels), sets)
        return Typed(Column(with_words(sets)), doubtful)
    if field.required:
        doubtful = both(doubtful, cells.missing)
    return Typed(Column(with_words(sets), cells.missing), doubtful)


def _items_of(field: Field, items: Distinct) -> list[tuple[frozenset[str], bool]]:
    """What a list of each distinct item alone would be, and whether it would be a problem; the last is no item."""
    found: list[tuple[frozenset[str], bool]] = []
    for raw in (*items.raws, None):
        problems: list[Problem] = []
        held = value_or_default(field, [raw], problems)
        found.append((held if isinstance(held, frozenset) else frozenset(), bool(problems)))
    return found


def _in_each(join: np.ufunc, of_item: Values, cells: Lists, rows: int) -> Values:
    """What the items of each row come to together; shape (rows, words)."""
    codes, starts = cells.items.codes, cells.starts
    codes = codes[: starts[-1]]
    if cells.items.missing is not None:
        codes = np.where(cells.items.missing[: starts[-1]], len(of_item) - 1, codes)
    found = np.zeros((rows, of_item.shape[1]), of_item.dtype)
    full = starts[1:] > starts[:-1]
    if full.any():
        found[full] = join.reduceat(of_item.take(codes, axis=0), starts[:-1][full], axis=0)
    return found
