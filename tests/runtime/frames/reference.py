"""A slow backend for columns, made from the plain evaluator: what frames are tested with, whatever the fast ones do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np

from tierpolicy.compile.columns.data import Amounts, Answers, Coded, Column
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Choice, Date, Duration, Flag, Integer, Money, Number, Percent, Scale, SetOf, Text
from tierpolicy.model.values import MISSING, Known, NotOffered, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.decide import decide_reading
from tierpolicy.semantics.read import Reading

EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Slow:
    """Decides row by row. With `amounts`, numbers are answered as numbers, else everything as codes."""

    policy: Policy
    amounts: bool = False

    @property
    def reads(self) -> frozenset[str]:
        return frozenset(self.policy.fields)

    def decide(self, columns: Mapping[str, Column], rows: int, as_of: date) -> Answers:
        read = {name: values_of(field, columns[name], rows) for name, field in self.policy.fields.items()}
        outcomes = [
            decide_reading(self.policy, Reading(MappingProxyType({name: read[name][row] for name in read}), ()), as_of)
            for row in range(rows)
        ]
        answers = {
            attribute.name: self.answer([each.values[attribute.name] for each in outcomes], attribute.type)
            for attribute in self.policy.attributes.values()
        }
        marked = np.array([bool(each.problems or each.undetermined) for each in outcomes], np.bool_)
        return Answers(rows, answers, marked if marked.any() else None)

    def answer(self, values: list[Known], type_: object) -> Coded | Amounts:
        if self.amounts and isinstance(type_, Integer | Money | Percent | Duration | Number | Date):
            none = np.array([isinstance(value, NotOffered) for value in values], np.bool_)
            plain = [0 if isinstance(value, NotOffered) else value for value in values]
            numbers = [each.toordinal() - EPOCH if isinstance(each, date) else each for each in plain]
            kind = np.float64 if isinstance(type_, Number) else np.int64
            return Amounts(np.array(numbers, kind), none if none.any() else None)
        distinct: dict[object, int] = {}
        codes = [distinct.setdefault(value, len(distinct)) for value in values]
        return Coded(np.array(codes, np.min_scalar_type(max(1, len(distinct)))), tuple(distinct))  # type: ignore[arg-type]


def values_of(field: Field, column: Column, rows: int) -> list[Value]:
    """The typed values of a column, as its contract says; what breaks the contract fails."""
    assert len(column.values) == rows
    assert column.missing is None or (column.missing.dtype == np.bool_ and len(column.missing) == rows)
    missing = np.zeros(rows, np.bool_) if column.missing is None else column.missing
    return [MISSING if missing[row] else value_at(field, column, row) for row in range(rows)]


def value_at(field: Field, column: Column, row: int) -> Known:
    held = column.values[row]
    kind = column.values.dtype.kind
    match field.type:
        case Flag():
            assert kind == "b"
            return bool(held)
        case Integer() | Money() | Percent() | Duration():
            assert kind == "i" or column.values.dtype == np.float64
            if kind == "i":
                return int(held) * column.per_unit
            assert not isinstance(field.type, Integer) or float(held).is_integer()
            return round(float(held) * column.per_unit)
        case Number():
            assert column.values.dtype == np.float64
            assert float(held) != 0 or not np.signbit(held)
            return float(held)
        case Date():
            assert kind == "i"
            return date.fromordinal(int(held) + EPOCH)
        case Scale(labels) | Choice(labels):
            assert kind == "u"
            return labels[int(held)]
        case Text():
            assert kind == "u"
            return column.texts[int(held)]
        case SetOf(labels):
            assert column.values.dtype == np.uint64
            words = np.atleast_1d(held)
            return frozenset(label for at, label in enumerate(labels) if int(words[at // 64]) >> (at % 64) & 1)
