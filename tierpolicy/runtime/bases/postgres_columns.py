"""A table's columns in PostgreSQL's types: what to ask the server for, and that as columns that a policy can read.

Some values have no place in Arrow's types (a day `infinity`, numbers of a thousand digits, JSON). They come as text
beside the others; a batch in which there are any has the column as Python's values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tierpolicy.runtime.bases.duckdb_file import identifier
from tierpolicy.runtime.strict_json import UnreadableJson, load_json

Cells = Any
"""A `pyarrow.Array`, or a list of Python's values."""

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
PLAIN = frozenset({"boolean", "smallint", "integer", "bigint", "real", "double precision", "text", "character varying"})
DIGITS = 38
MICROSECONDS = 1_000_000
LONGEST = 9_000_000_000_000  # seconds


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is asked for. `value` is what to select for it, `other` the text of what that leaves out."""

    name: str
    value: str
    other: str | None
    read: Callable[[Any], Cells]


def column_of(name: str, type_: str) -> Column:
    """How to read a column of a type, named as `format_type` names it without its sizes."""
    at = identifier(name)
    if type_ in PLAIN:
        return Column(name, at, None, _as_it_is)
    if type_.endswith("[]"):
        flat, deep = f"CASE WHEN coalesce(array_ndims({at}), 1) = 1", f"CASE WHEN array_ndims({at}) > 1"
        return Column(name, f"{flat} THEN {at}::text[] END", f"{deep} THEN {at}::text END", _as_it_is)
    match type_:
        case "numeric":
            return Column(name, f"{at}::text", None, _numbers)
        case "money":
            return Column(name, f"{at}::numeric::text", None, _numbers)
        case "json" | "jsonb":
            return Column(name, f"{at}::text", None, _documents)
        case "date":
            return _between(name, at, f"DATE '{FIRST_DAY}'", f"DATE '{LAST_DAY}'")
        case "timestamp without time zone":
            return _between(name, at, f"TIMESTAMP '{FIRST_DAY}'", f"TIMESTAMP '{LAST_DAY}'")
        case "timestamp with time zone":
            first, last = f"TIMESTAMPTZ '{FIRST_DAY} UTC'", f"TIMESTAMPTZ '{LAST_DAY} UTC'"
            return _between(name, at, first, last)
        case "interval":
            return _interval(name, at)
        case _:  # labels, UUIDs, addresses, whatever a database defines: their text
            return Column(name, f"{at}::text", None, _as_it_is)


def _between(name: str, at: str, first: str, last: str) -> Column:
    """Days and moments within the calendar."""
    within = f"{at} BETWEEN {first} AND {last}"
    return Column(name, f"CASE WHEN {within} THEN {at} END", f"CASE WHEN NOT {within} THEN {at}::text END", _as_it_is)


def _interval(name: str, at: str) -> Column:
    """Days, hours and seconds; months have no length."""
    of_days = f"date_part('year', {at}) = 0 AND date_part('month', {at}) = 0"
    within = f"{of_days} AND abs(extract(epoch FROM {at})) < {LONGEST}"
    value = f"CASE WHEN {within} THEN (extract(epoch FROM {at}) * {MICROSECONDS})::bigint END"
    return Column(name, value, f"CASE WHEN NOT ({within}) THEN {at}::text END", _durations)


def cells_of(column: Column, values: Any, others: Any) -> Cells:
    """The cells of a batch: an Arrow array wherever one can hold them all."""
    cells = column.read(values)
    if others is None or others.null_count == len(others):
        return cells
    held = cells if isinstance(cells, list) else _python(cells)
    return [cell if other is None else other for cell, other in zip(held, others.to_pylist(), strict=True)]


def shown(cells: Sequence[object]) -> Any:
    """Python's values as a column of text, which stands for them where a batch has to have one."""
    import pyarrow

    return pyarrow.array([None if cell is None else str(cell) for cell in cells], pyarrow.string())


# ---------------------------------------------------------------- one kind of column each


def _as_it_is(values: Any) -> Cells:
    return values


def _python(values: Any) -> list[object]:
    from tierpolicy.runtime.columns.arrow_cells import python_cells

    return list(python_cells(values))


def _durations(values: Any) -> Cells:
    import pyarrow

    return values.cast(pyarrow.duration("us"))


def _documents(values: Any) -> Cells:
    return [None if text is None else _document(text) for text in values.to_pylist()]


def _document(text: str) -> object:
    """The JSON value; what can't be read without guessing stays text."""
    try:
        return load_json(text).value
    except UnreadableJson:
        return text


def _numbers(values: Any) -> Cells:
    """Exact decimals: 38 digits in Arrow, else Python's. What is no number (`NaN`) is missing."""
    import pyarrow
    from pyarrow import compute

    known = compute.if_else(compute.equal(values, "NaN"), pyarrow.scalar(None, values.type), values)
    lengths = compute.utf8_length(known)
    points = compute.find_substring(known, ".")
    after = compute.if_else(compute.less(points, 0), 0, compute.subtract(compute.subtract(lengths, points), 1))
    scale = compute.max(after).as_py() or 0
    before = compute.max(compute.subtract(lengths, after)).as_py() or 0
    if before + scale <= DIGITS and not compute.any(compute.match_substring(known, "Infinity")).as_py():
        return known.cast(pyarrow.decimal128(DIGITS, scale))
    return [None if text is None else Decimal(text) for text in known.to_pylist()]
