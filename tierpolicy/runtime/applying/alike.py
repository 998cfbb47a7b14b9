"""The rows of a batch, each with what tells it from others in the eyes of a policy: rows that agree in it are alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.runtime.bases import Base, Batch, fields_of
from tierpolicy.runtime.deciding import any_reading
from tierpolicy.semantics.index import index_of
from tierpolicy.semantics.read import Reading


def readings_of(
    typed: TypedPolicy, as_of: date, base: Base, batch: Batch, rows: Sequence[int]
) -> Iterator[tuple[Hashable, Callable[[], Reading]]]:
    """For each of some rows what the policy reads of it, and what makes the reading of it."""
    from tierpolicy.runtime.columns.pieces import records_of

    fields = fields_of(typed, base)
    read = index_of(typed).behind(typed.attributes) & typed.fields.keys()
    names = {name for key, place in fields.layout.places.items() if key in read for name in place.names}
    columns = sorted(names | {".".join(place.path) for key, place in fields.layout.places.items() if key in read})
    for record in records_of(fields.piece_of(batch), fields.layout, rows):
        reading = partial(_reading, record, typed, as_of, fields.from_text)
        yield _signature(record, columns), reading


def _reading(record: Mapping[str, object], typed: TypedPolicy, as_of: date, from_text: bool) -> Reading:
    return any_reading(record, None, typed, as_of, from_text=from_text)


def _signature(record: Mapping[str, object], columns: list[str]) -> Hashable:
    """What the row holds in these columns. Values that can't be compared make it one of a kind."""
    values = tuple((type(value), value) for value in (record.get(name) for name in columns))
    try:
        hash(values)
    except TypeError:
        return repr(values)
    return values
