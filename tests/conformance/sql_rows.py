"""Typed readings of many records as a table of a database, and what its SQL answers as the answer for each record.

The same values stand in columns of every type that the docs allow, drawn by chance: decimals, whole numbers, the floats
at the edges of their rounding; labels in any of their spellings; sets as arrays or text; and in place of what is
missing, what counts as missing: nothing, NaN, an infinity, an unknown label, a value out of bounds.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from tests.conformance.answers import Answer, Case, Truth, exact
from tests.conformance.batches import raw_float
from tierpolicy import Policy
from tierpolicy.compile.sql import Day, NotInSql, Refusal, sql_of
from tierpolicy.compile.sql.dialects import SetForm
from tierpolicy.compile.sql.fields import UNITS, column_of, default_of
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
from tierpolicy.model.values import INTEGER_MAX, MISSING, MONEY_MAX, Known, NotOffered, Value
from tierpolicy.model.vocabulary import Direction, Field

DAYS = 'the day "of" it'
Kind = str
"""What a column holds: decimal, whole, float, flag, date, text, array."""


@dataclass(frozen=True)
class Given:
    """A table: the kind of each column, by its name, and the rows."""

    kinds: Mapping[str, Kind]
    rows: list[dict[str, Any]]


Asking = Callable[[str, Given], list[tuple[Any, ...]]]
"""Runs a statement over a table called `rows` and gives what it finds for each, in their order."""


def table_of(
    policy: TypedPolicy, readings: Sequence[Mapping[str, Value]], form: SetForm, chance: random.Random
) -> Given:
    """The readings as a table."""
    kinds: dict[str, Kind] = {}
    rows: list[dict[str, Any]] = [{} for _ in readings]
    for name, field in policy.fields.items():
        kind, cells = _column(field, [reading[name] for reading in readings], form, chance)
        at = column_of(field)
        kinds[at] = kind
        for row, cell in zip(rows, cells, strict=True):
            row[at] = cell
    return Given(kinds, rows)


def _column(field: Field, values: list[Value], form: SetForm, chance: random.Random) -> tuple[Kind, list[Any]]:
    default = default_of(field)
    lacking = [value is MISSING or (value == default and chance.random() < 0.5) for value in values]
    match field.type:
        case Flag():
            return "flag", [None if gone else value for value, gone in zip(values, lacking, strict=True)]
        case Date():
            return "date", [None if gone else value for value, gone in zip(values, lacking, strict=True)]
        case Text():
            return "text", [chance.choice([None, ""]) if gone else v for v, gone in zip(values, lacking, strict=True)]
        case Scale() | Choice():
            wrong = [None, "", "no such label", field.type.labels[0] + " "]
            cells = [
                chance.choice(wrong) if gone else _spelling(field, v, chance)
                for v, gone in zip(values, lacking, strict=True)
            ]
            return "text", cells
        case SetOf():
            return _sets(field, values, lacking, form, chance)
        case Number():
            wrong = [None, math.nan, math.inf, -math.inf, *_beyond(field)]
            return "float", [chance.choice(wrong) if gone else v for v, gone in zip(values, lacking, strict=True)]
        case Integer() | Money() | Percent() | Duration():
            return _amounts(field, values, lacking, chance)


def _beyond(field: Field) -> list[float]:
    found = []
    if isinstance(field.high, float):
        found.append(math.nextafter(field.high, math.inf))
    if isinstance(field.low, float):
        found.append(math.nextafter(field.low, -math.inf))
    return [each for each in found if math.isfinite(each)]


def _spelling(field: Field, value: Any, chance: random.Random) -> str:
    return chance.choice([value, *(spelling for spelling, label in field.spellings.items() if label == value)])


def _sets(
    field: Field, values: list[Any], lacking: list[bool], form: SetForm, chance: random.Random
) -> tuple[Kind, list[Any]]:
    cells: list[Any] = []
    for value, gone in zip(values, lacking, strict=True):
        if gone:
            cells.append(None)
            continue
        items = [_spelling(field, label, chance) for label in sorted(value)]
        items += chance.choice([[], ["no such label"]])
        chance.shuffle(items)
        if form == "array":
            cells.append([*items, *chance.choice([[], [None]])])
        else:
            cells.append(chance.choice([";", "; ", " ;"]).join(items) or " ; ")
    return ("array" if form == "array" else "text"), cells


def _amounts(field: Field, values: list[Any], lacking: list[bool], chance: random.Random) -> tuple[Kind, list[Any]]:
    """Decimals with as many digits as hold the units exactly and three more, floats, or whole numbers."""
    units = field.seconds_per_unit or 1 if isinstance(field.type, Duration) else UNITS.get(type(field.type), 1)
    known = [value for value, gone in zip(values, lacking, strict=True) if not gone]
    form = chance.choice(["decimal", "float", "whole"])
    wrong: list[Any] = [None]
    if isinstance(field.low, int):
        wrong.append(_exactly(field.low - 1, units))
    cells: list[Any] = []
    if form == "whole" and all(value % units == 0 for value in known):
        wrong = [each for each in wrong if each is None or each == each.to_integral_value()]
        cells = [value if gone else value // units for value, gone in zip(values, lacking, strict=True)]
        return "whole", [_pick(wrong, chance, int) if gone else cell for cell, gone in zip(cells, lacking, strict=True)]
    if form == "float" and all(abs(value) < 2**53 for value in known):
        raw = [
            None if gone else _float(value, units, field, chance) for value, gone in zip(values, lacking, strict=True)
        ]
        if all(gone or cell is not None for cell, gone in zip(raw, lacking, strict=True)):
            odd = [*wrong, math.nan, math.inf, -math.inf, 1e300]
            return "float", [
                _pick(odd, chance, float) if gone else cell for cell, gone in zip(raw, lacking, strict=True)
            ]
    nudges = [Decimal(0), Decimal("0.4"), Decimal("-0.4"), Decimal("0.5"), Decimal("-0.5")]
    for value, gone in zip(values, lacking, strict=True):
        if gone:
            cells.append(_pick(wrong, chance, Decimal))
            continue
        nudge = chance.choice(nudges)
        edge = MONEY_MAX if units in (100, 10_000) else INTEGER_MAX
        if isinstance(field.type, Integer | Duration) or (nudge in nudges[3:] and value % 2) or abs(value) > edge - 2:
            nudge = Decimal(0)
        if value + nudge != round(value + nudge) and round(value + nudge) != value:
            nudge = Decimal(0)
        cells.append(_exactly(value + nudge, units))
    return "decimal", cells


def _exactly(value: int | Decimal, units: int) -> Decimal:
    with localcontext(prec=60):
        return (Decimal(value) / Decimal(units)).quantize(Decimal("1e-8"))


def _float(value: int, units: int, field: Field, chance: random.Random) -> float | None:
    return float(value) if isinstance(field.type, Integer) else raw_float(value, units, chance)


def _pick(wrong: list[Any], chance: random.Random, kind: type) -> Any:
    found = chance.choice(wrong)
    return None if found is None else kind(found)


# ---------------------------------------------------------------- out


def values_of(policy: TypedPolicy, columns: Sequence[str], row: Sequence[Any]) -> dict[str, Known]:
    """A row of the result in the representation of model/values."""
    shown = dict(zip(columns, row, strict=True))
    return {name: _known(shown[name], a.type, a.direction) for name, a in policy.attributes.items()}


def _known(cell: Any, type_: Type, direction: Direction) -> Any:
    if cell is None:
        return NotOffered.ABOVE if direction is Direction.LESS else NotOffered.BELOW
    match type_:
        case Money() | Percent():
            cell = Decimal(cell) if isinstance(cell, str) else cell  # as PostgreSQL's driver hands it over
            assert isinstance(cell, Decimal), f"{cell!r} is no decimal"
            units = cell * UNITS[type(type_)]
            assert units == int(units)
            return int(units)
        case SetOf():
            held = cell.split(";") if isinstance(cell, str) and cell else list(cell)
            assert held == sorted(held), held
            return frozenset(held)
        case Integer() | Duration():
            assert type(cell) is int, f"{cell!r} is no whole number"
            return cell
        case Flag():
            assert cell in (True, False)
            return bool(cell)
        case _:
            return cell


# ---------------------------------------------------------------- a backend


def in_sql(
    asking: Asking,
    dialect: str,
    policy: Policy,
    cases: Sequence[Case],
    truths: Sequence[Truth],
    *,
    most_days: int = 100,
    refused: Callable[[TypedPolicy, tuple[Refusal, ...]], None] = lambda policy, refusals: None,
) -> list[Answer | None]:
    """All records of a day at once, of each version; None for those of a version that can't be said in the dialect."""
    found: list[Answer | None] = [None] * len(cases)
    for typed, as_of, places in list(_groups(cases, truths))[:most_days]:
        chance = random.Random(f"{len(places)} {as_of} {typed.digest}")
        form: SetForm = chance.choice(["array", "text"])
        in_a_column = chance.random() < 0.25
        try:
            day = Day(column=DAYS) if in_a_column else Day(as_of)
            made = sql_of(typed, dialect, "rows", day, sets=form, internal=True)
        except NotInSql as stopped:
            refused(typed, stopped.refusals)
            continue
        given = table_of(typed, [truths[place].reading.values for place in places], form, chance)
        if in_a_column:
            given = Given({**given.kinds, DAYS: "date"}, [{**row, DAYS: as_of} for row in given.rows])
        answers = asking(made.text, given)
        assert len(answers) == len(places), f"{len(answers)} rows for {len(places)}"
        for place, row in zip(places, answers, strict=True):
            values = values_of(typed, made.columns, row)
            found[place] = Answer(tuple((name, exact(value)) for name, value in values.items()))
    return found


def _groups(cases: Sequence[Case], truths: Sequence[Truth]) -> Iterator[tuple[TypedPolicy, date, list[int]]]:
    groups: dict[tuple[str, date], tuple[TypedPolicy, list[int]]] = {}
    for place, (case, truth) in enumerate(zip(cases, truths, strict=True)):
        groups.setdefault((truth.typed.digest, case.as_of), (truth.typed, []))[1].append(place)
    for (_, as_of), (typed, places) in groups.items():
        yield typed, as_of, places
