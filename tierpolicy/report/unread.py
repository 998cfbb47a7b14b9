"""From a record to notes on keys that look like fields of the policy and aren't read: slips that decide nothing.

Keys that no field resembles are the application's own business and get no note.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tierpolicy.diagnostics.suggest import nearest
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.records import path_of

MOST_COMPARED = 30_000
"""Pairs of a key and a field that are compared: a wide record of a wide policy is not worth a wait."""


def notes_on_unread(policy: TypedPolicy, keys: Iterable[str], option: str, *, of_request: bool = False) -> list[str]:
    """A note for each key in the record (or request) of `option` that is almost a field, or a field of elsewhere."""
    given = set(keys)
    customer = [field for field in policy.fields.values() if not field.of_request]
    request = [field for field in policy.fields.values() if field.of_request]
    read = request if of_request else [*customer, *request]
    free = sorted(given - set(_places(read)))[: max(1, MOST_COMPARED // (1 + len(read)))]
    elsewhere = set(_places(customer)) if of_request else set()
    notes = []
    for key in free:
        said = _said(key, read, given, elsewhere)
        if said is not None:
            notes.append(f"`{key}` in `{option}` is not read{said}")
    return notes


def _said(key: str, read: list[Field], given: set[str], elsewhere: set[str]) -> str | None:
    if key in elsewhere:
        return ": it is a field of the customer"
    column = next((".".join(path_of(field)) for field in read if field.name == key), None)
    if column is not None:
        return f": the policy reads that field from `{column}`"
    meant = nearest(key, (place for place in _places(read) if place not in given))
    return f"; did you mean `{meant}`?" if meant is not None else None


def _places(fields: Iterable[Field]) -> Iterator[str]:
    """The keys that a record may hold fields under: a path's first key, or all of it as one."""
    for field in fields:
        path = path_of(field)
        yield path[0]
        if len(path) > 1:
            yield ".".join(path)
