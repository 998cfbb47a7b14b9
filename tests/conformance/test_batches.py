"""Columns hold what the readings that they are made of held: else the backends for batches would be judged wrongly."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from tests.conformance.answers import plain
from tests.conformance.batches import EPOCH, column_of
from tests.conformance.sources import cases_of, written
from tierpolicy.compile.columns.data import Column
from tierpolicy.model.types import Date, Flag, Number, SetOf, Text
from tierpolicy.model.values import MISSING, Value
from tierpolicy.model.vocabulary import Field


def held(column: Column, field: Field) -> Sequence[Value]:
    """The typed values of a column, by the words of its contract."""
    return [
        MISSING if column.missing is not None and column.missing[row] else _held(column, field, row)
        for row in range(len(column.values))
    ]


def _held(column: Column, field: Field, row: int) -> Any:
    raw = column.values[row]
    match field.type:
        case Flag():
            return bool(raw)
        case Number():
            return float(raw)
        case Date():
            return date.fromordinal(int(raw) + EPOCH)
        case Text():
            return column.texts[raw]
        case SetOf(labels):
            words = np.atleast_1d(raw)
            return frozenset(label for at, label in enumerate(labels) if int(words[at // 64]) >> at % 64 & 1)
        case _ if hasattr(field.type, "labels"):
            return field.type.labels[raw]
        case _:
            return round(raw * np.float64(column.per_unit)) if raw.dtype.kind == "f" else int(raw) * column.per_unit


def test_columns_hold_the_readings() -> None:
    seen: set[tuple[type, str, bool, bool]] = set()
    for seed in (0, 2, 3, 4, 5, 7, 10, 11, 12, 13, 18, 19):
        policy = written(seed)
        last = policy.versions[-1]
        truths = [plain(policy, case) for case in cases_of(policy, random.Random(seed), 40)]
        readings = [truth.reading.values for truth in truths if truth.typed is last]
        for name, field in last.fields.items():
            for form in range(6):
                values = [reading[name] for reading in readings]
                column = column_of(field, values, random.Random(form))
                assert held(column, field) == values, (seed, field)
                form_of = (column.values.dtype.kind, column.missing is None, column.per_unit > 1)
                seen.add((type(field.type), *form_of))
    assert len(seen) > 25
