"""The records of each customer to one record, field by field by its declared rule, and to what they disagree on.

Sums are of whole numbers, so they are exact; sums of binary fractions are taken in the order of their size, so that no
order of rows or threads shows in them. A value that is missing takes no part.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tierpolicy.compile.columns.data import Bools
from tierpolicy.model.types import Money, Number, Percent
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, MONEY_MAX
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.columns.cells import Values
from tierpolicy.runtime.identity.layout import Layout, column_of, merge_of
from tierpolicy.runtime.identity.stored import Kept, base_array

RECORDS_AT_ONCE = 1 << 18
SOURCES = "sources"
ID_BITS = 40
"""The place of a record; above them the day that `latest` looks at: both fit in 63 bits."""
EARLIEST_DAY = -4_000_000


@dataclass(slots=True)
class Disagreements:
    """By field: customers whose records differ where the rule takes one of their values; sums out of bounds."""

    conflicts: Counter[str] = field(default_factory=Counter)
    out_of_bounds: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken where records differ: `customer` is the source of the first, `held` as the database keeps it."""

    customer: str
    held: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """Some customers. `table` is what the new base holds of them. `taken` has, by field, those whose records differ, by
    the place of their first record."""

    table: Any
    records: int
    taken: dict[str, dict[int, Taken]]


def takes_one(field_: Field) -> bool:
    """True where the rule takes one of the values that records have, so that another is passed over."""
    return merge_of(field_).kind in ("first", "latest")


def merged(
    connection: Any, layout: Layout, names: Values, disagreements: Disagreements, *, with_taken: bool
) -> Iterator[Merged]:
    """The customers in the order of their first records, some at a time; with what was taken where records differ."""
    query = _query(layout)
    for low, high in ranges(names):
        found = connection.sql(query, params=[low, high]).to_arrow_table()
        yield _merged(layout, found, disagreements, with_taken)


def ranges(names: Values) -> Iterator[tuple[int, int]]:
    """From and up to which root, so that each range holds about `RECORDS_AT_ONCE` records and no customer is cut."""
    ordered = np.sort(names)
    at = 0
    while at < len(ordered):
        after = min(at + RECORDS_AT_ONCE, len(ordered))
        end = int(ordered[after - 1]) + 1
        yield int(ordered[at]), end
        at = int(np.searchsorted(ordered, end))


def output_columns(layout: Layout) -> tuple[str, ...]:
    """The columns of the new base, as the policy reads them, and where each record comes from."""
    taken = [column_of(each.field) for each in layout.fields]
    name, number = SOURCES, 2
    while name in taken:
        name, number = f"{SOURCES}_{number}", number + 1
    return (*taken, name)


def base_schema(layout: Layout) -> Any:
    """The new base's columns with their Arrow types."""
    import pyarrow

    from tierpolicy.runtime.frames import arrow_type

    types = [arrow_type(pyarrow, each.field.type) for each in layout.fields]
    types.append(pyarrow.list_(pyarrow.string()))
    return pyarrow.schema(list(zip(output_columns(layout), types, strict=True)))


# ---------------------------------------------------------------- the query


def _query(layout: Layout) -> str:
    parts = ["root", "count(*) AS records", "list(source ORDER BY id) AS sources"]
    for each in layout.fields:
        parts += [f"{_taken(layout, each, column)} AS {column}" for column in each.columns]
        if takes_one(each.field):
            parts.append(f"{_differ(layout, each)} AS c_{each.columns[0]}")
        if merge_of(each.field).kind == "sum":
            parts.append(f"NOT ({_within(each)}) AS o_{each.columns[0]}")
    return f"SELECT {', '.join(parts)} FROM joined WHERE root >= ? AND root < ? GROUP BY root ORDER BY root"


def _taken(layout: Layout, each: Kept, column: str) -> str:
    rule = merge_of(each.field)
    match rule.kind:
        case "sum":
            kind = "DOUBLE" if isinstance(each.field.type, Number) else "BIGINT"
            return f"CASE WHEN {_within(each)} THEN {_sum(each)}::{kind} END"
        case "max":
            return f"max({column})"
        case "min":
            return f"min({column})"
        case "union":
            return f"bit_or({column})"
        case "latest":
            (day,) = next(other.columns for other in layout.fields if other.field.name == rule.by)
            return f"arg_max({column}, (coalesce({day}, {EARLIEST_DAY}) - {EARLIEST_DAY}) * {1 << ID_BITS} - id)"
        case _:
            return f"arg_min({column}, id)"


def _sum(each: Kept) -> str:
    (column,) = each.columns
    return f"sum({column} ORDER BY {column})" if isinstance(each.field.type, Number) else f"sum({column})"


def _within(each: Kept) -> str:
    """Whether the sum is a value of the field: it may leave the bounds that each of its parts keeps."""
    low, high = _bounds(each.field)
    return f"{_sum(each)} BETWEEN {low!r} AND {high!r}"


def _bounds(field_: Field) -> tuple[int | float, int | float]:
    """The least and the greatest value of a field whose values can be summed, in the units of model/values."""
    match field_.type:
        case Number():
            low, high = -sys.float_info.max, sys.float_info.max
        case Money() | Percent():
            low, high = -MONEY_MAX, MONEY_MAX
        case _:
            low, high = INTEGER_MIN, INTEGER_MAX
    low = field_.low if isinstance(field_.low, int | float) else low
    return low, field_.high if isinstance(field_.high, int | float) else high


def _differ(layout: Layout, each: Kept) -> str:
    """Whether values differ; those of a key as they are normalised."""
    key = layout.key_of(each.field)
    columns: Sequence[str] = each.columns if key is None else (key.normal,)
    return "(" + " OR ".join(f"min({column}) IS DISTINCT FROM max({column})" for column in columns) + ")"


# ---------------------------------------------------------------- its answer


def _merged(layout: Layout, found: Any, disagreements: Disagreements, with_taken: bool) -> Merged:
    import pyarrow

    arrays: list[Any] = []
    taken: dict[str, dict[int, Taken]] = {}
    roots = np.asarray(found.column("root").combine_chunks())
    sources = _one(found.column("sources")).cast(pyarrow.list_(pyarrow.string()))
    for each in layout.fields:
        columns = [_one(found.column(name)) for name in each.columns]
        if merge_of(each.field).kind == "sum":
            beyond = _marked(found, f"o_{each.columns[0]}")
            disagreements.out_of_bounds[each.field.name] += int(beyond.sum())
        elif takes_one(each.field):
            differ = _marked(found, f"c_{each.columns[0]}")
            disagreements.conflicts[each.field.name] += int(differ.sum())
            if with_taken and differ.any():
                taken[each.field.name] = _taken_by(roots, sources, columns, differ)
        arrays.append(base_array(each, columns))
    arrays.append(sources)
    table = pyarrow.table(arrays, schema=base_schema(layout))
    return Merged(table, int(np.asarray(_one(found.column("records"))).sum()), taken)


def _taken_by(roots: Values, sources: Any, columns: Sequence[Any], differ: Bools) -> dict[int, Taken]:
    import pyarrow

    marked = pyarrow.array(differ)
    held = zip(*(column.filter(marked).to_pylist() for column in columns), strict=True)
    firsts = (each[0] for each in sources.filter(marked).to_pylist())
    found = zip(roots[differ].tolist(), firsts, held, strict=True)
    return {root: Taken(first, values) for root, first, values in found}


def _marked(found: Any, name: str) -> Bools:
    """The customers of whom a column says yes."""
    marked: Bools = np.asarray(_one(found.column(name)).fill_null(False).to_numpy(zero_copy_only=False), dtype=np.bool_)
    return marked


def _one(column: Any) -> Any:
    import pyarrow

    return column.combine_chunks() if isinstance(column, pyarrow.ChunkedArray) else column
