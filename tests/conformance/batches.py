"""Typed readings of many records as columns, and what a backend for columns answers as the answer for each record.

The same values stand in columns of every form that the contract of `compile.columns.data` allows, drawn by chance:
whole units or the floats of a file at the edges of their rounding, narrow and wide integers, arrays that can't be
written to and that are parts of others, no marks of what is missing where nothing is.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from tests.conformance.answers import Answer, Case, Truth, exact
from tests.strategies.boundaries import least_raw
from tierpolicy import Policy
from tierpolicy.compile.columns.data import Amounts, Answers, Coded, Column
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.types import Date, Duration, Flag, Integer, Money, Number, Percent, Scale, SetOf, Text, Type
from tierpolicy.model.values import MISSING, Known, NotOffered, Value
from tierpolicy.model.vocabulary import Direction, Field

EPOCH = date(1970, 1, 1).toordinal()
Decide = Callable[[Mapping[str, Column], int, date], Answers]
Deciding = Callable[[TypedPolicy], Decide]

# ---------------------------------------------------------------- in


def column_of(field: Field, values: Sequence[Value], chance: random.Random) -> Column:
    """The field's column, in one of the forms that it may have."""
    missing = np.array([value is MISSING for value in values], dtype=bool)
    junk = _junk(field, values, chance)
    known: list[Any] = [junk if value is MISSING else value for value in values]
    texts: tuple[str, ...] = ()
    per_unit = 1
    match field.type:
        case Flag():
            array = np.array(known, dtype=bool)
        case Number():
            array = np.array(known, dtype=np.float64)
        case Date():
            days = [value.toordinal() - EPOCH for value in known]
            array = np.array(days, dtype=chance.choice([np.int32, np.int64]))
        case Text():
            texts = tuple(dict.fromkeys([*known, "not in any record"]))
            array = _codes([texts.index(value) for value in known], len(texts), chance)
        case SetOf(labels):
            array = _bits(known, labels)
        case Integer() | Money() | Percent() | Duration():
            array, per_unit = _amounts(field, known, chance)
        case _:
            array = _codes([field.type.labels.index(value) for value in known], len(field.type.labels), chance)
    marks = missing if missing.any() or chance.random() < 0.3 else None
    return Column(_as_part(array, chance), None if marks is None else _as_part(marks, chance), texts, per_unit)


def _junk(field: Field, values: Sequence[Value], chance: random.Random) -> Known:
    """What stands where nothing is known: anything at all, such as the value of another record."""
    known = [value for value in values if value is not MISSING]
    if known:
        return chance.choice(known)
    match field.type:
        case Flag():
            return True
        case Number():
            return math.nan
        case Date():
            return date.min
        case Text():
            return ""
        case SetOf(labels):
            return frozenset(labels)
        case Integer() | Money() | Percent() | Duration():
            return 0
        case _:
            return field.type.labels[-1]


def _codes(places: list[int], count: int, chance: random.Random) -> Any:
    fitting = [kind for kind in (np.uint8, np.uint16, np.uint32) if count <= np.iinfo(kind).max]
    return np.array(places, dtype=chance.choice(fitting))


def _bits(values: Sequence[Any], labels: Sequence[str]) -> Any:
    words = max(1, -(-len(labels) // 64))
    array = np.zeros((len(values), words), dtype=np.uint64)
    places = {label: place for place, label in enumerate(labels)}
    for row, held in enumerate(values):
        for label in held:
            place = places[label]
            array[row, place // 64] |= np.uint64(1 << (place % 64))
    return array if words > 1 else array[:, 0].copy()


def _amounts(field: Field, values: Sequence[int], chance: random.Random) -> tuple[Any, int]:
    """Whole units, or raw floats that are rounded to them."""
    least, most = min(values, default=0), max(values, default=0)
    narrow = [kind for kind in (np.int16, np.int32) if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max]
    exact_floats = max(abs(least), abs(most)) < 2**53
    form = chance.choice(["narrow", "wide", "floats", "raw", "raw", "raw", "raw whole"])
    per_whole = {Money: 100, Percent: 10_000, Duration: field.seconds_per_unit or 1}.get(type(field.type), 1)
    if form == "narrow" and narrow:
        return np.array(values, dtype=chance.choice(narrow)), 1
    if form == "floats" and exact_floats:
        return np.array(values, dtype=np.float64), 1
    if form == "raw whole" and all(value % per_whole == 0 for value in values):
        return np.array([value // per_whole for value in values], dtype=np.int64), per_whole
    if form == "raw" and exact_floats and not isinstance(field.type, Integer):
        raw = [raw_float(value, per_whole, chance) for value in values]
        if None not in raw:
            return np.array(raw, dtype=np.float64), per_whole
    return np.array(values, dtype=np.int64), 1


def raw_float(units: int, per_whole: int, chance: random.Random) -> float | None:
    """A raw float that is rounded to so many units, mostly at the edge of those that are; None where there is none."""
    near = [least_raw(units, per_whole), math.nextafter(least_raw(units + 1, per_whole), -math.inf), units / per_whole]
    chance.shuffle(near)
    return next((each for each in near if round(each * float(per_whole)) == units), None)


def _as_part(array: Any, chance: random.Random) -> Any:
    """The same array, perhaps as a part of a larger one that can't be written to."""
    if chance.random() < 0.5:
        array = np.concatenate([array[:1], array, array[:1]])[1 : 1 + len(array)] if len(array) else array
        array.flags.writeable = False
    return array


# ---------------------------------------------------------------- out


def rows_of(policy: TypedPolicy, answers: Answers, rows: int) -> list[Answer]:
    """The answer for each record."""
    assert answers.rows == rows
    assert set(answers.attributes) == set(policy.attributes), set(policy.attributes) ^ set(answers.attributes)
    by_name = {name: typed_values(answers.attributes[name], policy, name) for name in policy.attributes}
    for name, values in by_name.items():
        assert len(values) == rows, f"{name}: {len(values)} values for {rows} rows"
    marks = [False] * rows if answers.open is None else [bool(mark) for mark in answers.open]
    assert len(marks) == rows
    return [
        Answer(tuple((name, exact(values[row])) for name, values in by_name.items()), open=marks[row])
        for row in range(rows)
    ]


def typed_values(held: Coded | Amounts, policy: TypedPolicy, name: str) -> list[Known]:
    """The values of an attribute in the representation of model/values."""
    if isinstance(held, Coded):
        assert held.codes.dtype.kind == "u", f"{name} has codes of {held.codes.dtype}"
        return [held.values[code] for code in held.codes.tolist()]
    attribute = policy.attributes[name]
    none = NotOffered.ABOVE if attribute.direction is Direction.LESS else NotOffered.BELOW
    marks = [False] * len(held.values) if held.none is None else held.none.tolist()
    values = held.values.tolist()
    return [none if mark else _known(value, attribute.type) for value, mark in zip(values, marks, strict=True)]


def _known(value: Any, type_: Type) -> Known:
    match type_:
        case Date():
            return date.fromordinal(value + EPOCH)
        case Number():
            assert type(value) is float
            return value
        case Scale() | Text():
            raise AssertionError("labels and texts come as codes")
        case _:
            assert type(value) is int, f"{value!r} as an amount of whole units"
            return value


# ---------------------------------------------------------------- a backend


def in_batches(
    deciding: Deciding, policy: Policy, cases: Sequence[Case], truths: Sequence[Truth], *, size: int = 0
) -> list[Answer]:
    """All records of a day at once, of each version; with `size` in batches of so many (the last one smaller)."""
    found: dict[int, Answer] = {}
    groups: dict[tuple[str, date], list[int]] = {}
    for place, (case, truth) in enumerate(zip(cases, truths, strict=True)):
        groups.setdefault((truth.typed.digest, case.as_of), []).append(place)
    deciders = {truth.typed.digest: truth.typed for truth in truths}
    prepared = {digest: deciding(typed) for digest, typed in deciders.items()}
    for (digest, as_of), places in groups.items():
        for start in range(0, len(places), size or len(places)):
            batch = places[start : start + (size or len(places))]
            answers = _decided(prepared[digest], deciders[digest], [truths[place] for place in batch], as_of)
            found |= zip(batch, answers, strict=True)
    return [found[place] for place in range(len(cases))]


def _decided(decide: Decide, typed: TypedPolicy, truths: Sequence[Truth], as_of: date) -> list[Answer]:
    chance = random.Random(f"{len(truths)} {as_of} {typed.digest}")
    columns = {
        name: column_of(field, [truth.reading.values[name] for truth in truths], chance)
        for name, field in typed.fields.items()
    }
    return rows_of(typed, decide(columns, len(truths), as_of), len(truths))


def repeated(deciding: Deciding, typed: TypedPolicy, truths: Sequence[Truth], as_of: date, rows: int) -> list[Answer]:
    """The same records over and over, until there are so many rows: what lies at the ends of a chunk is decided too."""
    many = [truths[row % len(truths)] for row in range(rows)]
    return _decided(deciding(typed), typed, many, as_of)
