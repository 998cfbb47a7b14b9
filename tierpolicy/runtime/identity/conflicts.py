"""What the records of a customer disagree on, value by value with its source, to a file for who looks after data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import groupby
from pathlib import Path
from typing import Any

from tierpolicy.model.types import SetOf, Text
from tierpolicy.model.values import Value
from tierpolicy.runtime.files import open_writer
from tierpolicy.runtime.identity.layout import Layout, merge_of
from tierpolicy.runtime.identity.merging import Merged, Taken
from tierpolicy.runtime.identity.spelling import typed_value
from tierpolicy.runtime.identity.stored import BITS, Kept
from tierpolicy.runtime.rows import OutputColumn, Writer
from tierpolicy.runtime.values import cell_text

COLUMNS = tuple(OutputColumn(name, None) for name in ("customer", "field", "rule", "taken", "values"))
Note = Callable[[Any, Merged], None]


def conflicts_writer(path: Path, ending: str) -> AbstractContextManager[Writer]:
    """A new file with a line for each customer and field: the source that names the customer, the field, its rule, the
    value that was taken, and all values with their sources."""
    return open_writer(path, ending, COLUMNS)


def note_conflicts(connection: Any, layout: Layout, part: Merged, write: Writer) -> None:
    """Writes the conflicts of some customers, field by field in the order of the policy."""
    for each in layout.fields:
        taken = part.taken.get(each.field.name)
        if taken is not None:
            for root, values in _values(connection, each, taken):
                said = "; ".join(f"{text} ({source})" for source, text in values)
                chosen = taken[root]
                write((chosen.customer, each.field.name, _rule(each), taken_text(each, chosen.held), said))


def _rule(each: Kept) -> str:
    rule = merge_of(each.field)
    return f"{rule.kind} by {rule.by}" if rule.by else rule.kind


def _values(connection: Any, each: Kept, taken: Mapping[int, Taken]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    import pyarrow

    connection.register("asked", pyarrow.table({"root": pyarrow.array(list(taken), pyarrow.int64())}))
    first = each.columns[0]
    rows = connection.execute(
        f"SELECT root, source, {', '.join(each.columns)} FROM joined SEMI JOIN asked USING (root) "
        f"WHERE {first} IS NOT NULL AND root BETWEEN ? AND ? ORDER BY root, id",
        [min(taken), max(taken)],
    ).fetchall()
    connection.unregister("asked")
    for root, found in groupby(rows, key=lambda row: int(row[0])):
        yield root, [(source, taken_text(each, tuple(held))) for _, source, *held in found]


def taken_text(each: Kept, held: tuple[Any, ...]) -> str:
    """A value as the database keeps it, spelled as in CSV."""
    if held[0] is None:
        return ""
    type_ = each.field.type
    value: Value
    if isinstance(type_, SetOf):
        bits = sum(int(word) << (BITS * at) for at, word in enumerate(held))
        value = frozenset(label for at, label in enumerate(type_.labels) if bits >> at & 1)
    else:
        value = held[0] if isinstance(type_, Text) else typed_value(held[0], type_)
    return cell_text(value, type_)
