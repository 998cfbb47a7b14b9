"""Customers whose values are typed, decided all at once as columns: what `evaluate_all` gives for each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, assert_never

from tierpolicy.model.plain import SECONDS_PER_DAY
from tierpolicy.model.policy import Policy as TypedPolicy
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
from tierpolicy.model.values import MISSING, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.values import LONGEST, PythonValue


def decided_together(
    policy: Policy, typed: TypedPolicy, customers: Sequence[Mapping[str, Value]], as_of: date
) -> list[dict[str, PythonValue]]:
    """The service of each customer, by name, in Python's types. `typed` is the version whose fields these are; a field
    below the key of a path is a column of its own. ImportError without the extra `data`."""
    import pyarrow  # type: ignore[import-untyped, unused-ignore]

    columns: dict[str, Any] = {}
    for name, field in typed.fields.items():
        values = [_cell(each[name], field.type) for each in customers]
        columns[".".join(field.path or (name,))] = pyarrow.array(values, _kind(field, pyarrow))
    answers = policy.evaluate_all(pyarrow.table(columns), as_of=as_of)
    kinds = {each.name: each.type for each in typed.attributes.values() if not each.internal}
    return [{name: _value(row[name], type_) for name, type_ in kinds.items()} for row in answers.to_pylist()]


def _kind(field: Field, arrow: Any) -> Any:
    """The type of a column that holds every value of a field exactly. Seconds are plain numbers where a plain number
    means seconds: a column of durations holds none that Python's are too short for."""
    match type_ := field.type:
        case Flag():
            return arrow.bool_()
        case Integer():
            return arrow.int64()
        case Number():
            return arrow.float64()
        case Money() | Percent():
            return arrow.decimal128(24, 4)
        case Duration():
            return arrow.int64() if field.seconds_per_unit is None else arrow.duration("s")
        case Date():
            return arrow.date32()
        case Text() | Scale() | Choice():
            return arrow.string()
        case SetOf():
            return arrow.list_(arrow.string())
        case _:
            assert_never(type_)


def _cell(value: Value, type_: Type) -> object:
    if value is MISSING:
        return None
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(type_, Money | Percent):
        assert isinstance(value, int)
        return Decimal(value).scaleb(-2 if isinstance(type_, Money) else -4)
    return value


def _value(cell: Any, type_: Type) -> PythonValue:
    """A cell of the answers as a decision holds it."""
    if isinstance(cell, list):
        return frozenset(cell)
    if isinstance(type_, Duration) and isinstance(cell, int):
        days = max(-LONGEST, min(LONGEST, cell))
        return timedelta(days=days // SECONDS_PER_DAY, seconds=days % SECONDS_PER_DAY)
    found: PythonValue = cell
    return found
