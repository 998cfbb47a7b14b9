"""The records of all channels to one table of typed values, every row of every file in it once.

Records are numbered in the order of the channels and of their rows; that order says which value is first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tierpolicy.compile.columns.data import Bools
from tierpolicy.model.types import FLAG, Text
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.bases.base import Batch
from tierpolicy.runtime.bases.one_field import Found, found_in, missing_in, units_of
from tierpolicy.runtime.columns.cells import Values
from tierpolicy.runtime.identity.layout import Key, Layout, Opened
from tierpolicy.runtime.identity.stored import arrays_of
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.semantics.read import value_or_default
from tierpolicy.source import Span

Progress = Callable[[str, int, int], None]
NOTHING: Values = np.array(None, dtype=object)
VERIFIED = Field("verified", FLAG, Span("", 0, 0))


@dataclass(slots=True)
class Unread:
    """Values of a field in a channel that the policy can't read, of all that stand there; the first in words."""

    count: int = 0
    first: str = ""


@dataclass(slots=True)
class Seen:
    """What was met while the records were gathered."""

    records: dict[str, int] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)
    unread: dict[tuple[str, str], Unread] = field(default_factory=dict)
    given: Counter[tuple[str, str]] = field(default_factory=Counter)
    placeholders: dict[str, Counter[str]] = field(default_factory=dict)
    unverified: Counter[tuple[str, str]] = field(default_factory=Counter)
    doubtful_flags: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(self.records.values())


def gathered(connection: Any, layout: Layout, progress: Progress) -> Seen:
    """Fills table `records` of the database; what was met on the way. `progress` takes what is done, how much of it,
    and the whole."""
    connection.execute(f"CREATE TABLE records ({_columns(layout)})")
    seen = Seen()
    whole = sum(each.base.size for each in layout.channels)
    before = 0
    for at, each in enumerate(layout.channels):
        seen.records[each.channel.name] = seen.broken[each.channel.name] = 0
        for batch in each.base.batches():
            rows = batch.rows.num_rows
            _insert(connection, _table(layout, each, at, batch, seen))
            seen.records[each.channel.name] += rows
            seen.broken[each.channel.name] += len(batch.problems)
            progress("reading", before + each.base.at(), whole)
        before += each.base.size
    return seen


def _columns(layout: Layout) -> str:
    fields = [f"{name} {each.sql_type}" for each in layout.fields for name in each.columns]
    keys = [f"{name} VARCHAR" for key in layout.keys for name in (key.links, key.normal)]
    return ", ".join(["id BIGINT", "channel INTEGER", "source VARCHAR", "cluster VARCHAR", *fields, *keys])


def _insert(connection: Any, table: Any) -> None:
    connection.register("batch", table)
    connection.execute("INSERT INTO records BY NAME SELECT * FROM batch")
    connection.unregister("batch")


def _table(layout: Layout, opened: Opened, at: int, batch: Batch, seen: Seen) -> Any:
    """A batch as the columns of `records` that its channel knows; the others stay empty."""
    import pyarrow

    rows, channel = batch.rows.num_rows, opened.channel
    columns: dict[str, Any] = {
        "id": pyarrow.array(np.arange(seen.total, seen.total + rows, dtype=np.int64)),
        "channel": pyarrow.array(np.full(rows, at, np.int32)),
        "source": _sources(opened, batch),
    }
    if channel.cluster is not None:
        columns["cluster"] = _texts_in(batch, channel.cluster, opened)
    for each in layout.fields:
        name = opened.columns.get(each.field.name)
        if name is None:
            continue
        found = found_in(batch, name, each.field, from_text=opened.base.from_text)
        _note_wrong(seen, each.field, found, batch, name, opened)
        key = layout.key_of(each.field)
        if key is not None:
            normal, given = _normal(key, found, rows, seen)
            columns[key.normal] = pyarrow.array(normal, pyarrow.string())
            verified = _verified(key, opened, batch, given, seen)
            columns[key.links] = pyarrow.array(
                normal if verified is None else np.where(verified, normal, NOTHING), pyarrow.string()
            )
            arrays = arrays_of(each, found.column, rows)
            arrays = [_without(array, normal) for array in arrays]
        else:
            arrays = arrays_of(each, found.column, rows)
        columns.update(zip(each.columns, arrays, strict=True))
    return pyarrow.table(columns)


# ---------------------------------------------------------------- keys


def _normal(key: Key, found: Found, rows: int, seen: Seen) -> tuple[Values, Bools]:
    """What a key's values are once normalised (None where nothing tells who somebody is), and where they tell it."""
    codes, texts = _spelled(key.field, found, rows)
    forms = [key.rule.linking(text) for text in texts]
    table = np.array([form or None for form in forms] or [None], dtype=object)
    given = ~missing_in(found.column, rows)
    codes = np.where(given, codes, 0)
    refused = np.array([not form for form in forms] or [True], np.bool_).take(codes) & given
    if refused.any():
        counted = seen.placeholders.setdefault(key.field.name, Counter())
        places, times = np.unique(codes[refused], return_counts=True)
        for place, number in zip(places.tolist(), times.tolist(), strict=True):
            counted[texts[place]] += number
    normal = np.where(given, table.take(codes), NOTHING)
    return normal, given & ~refused


def _spelled(field_: Field, found: Found, rows: int) -> tuple[Values, Sequence[str]]:
    """The typed values of a key as codes and distinct texts: a whole number is the same text however it was written."""
    column = found.column
    if isinstance(field_.type, Text):
        return column.values.astype(np.int64), column.texts
    held, codes = np.unique(units_of(column), return_inverse=True)
    return codes.reshape(rows), [str(each) for each in held.tolist()]


def _without(array: Any, normal: Values) -> Any:
    """A key's values without the placeholders, which are no value of anybody."""
    import pyarrow
    import pyarrow.compute as compute

    return compute.if_else(pyarrow.array(normal != None), array, pyarrow.scalar(None, array.type))  # noqa: E711


def _verified(key: Key, opened: Opened, batch: Batch, given: Bools, seen: Seen) -> Bools | None:
    """The rows whose value of the key is verified; None where the channel asks for nothing."""
    name = opened.channel.verified.get(key.field.name)
    if name is None:
        return None
    rows = batch.rows.num_rows
    found = found_in(batch, name, VERIFIED, from_text=True)
    says_yes = found.column.values.astype(np.bool_) & ~missing_in(found.column, rows)
    seen.unverified[opened.channel.name, key.field.name] += int((given & ~says_yes).sum())
    if found.wrong is not None:
        seen.doubtful_flags[opened.channel.name, name] += int(found.wrong.sum())
    verified: Bools = says_yes
    return verified


# ---------------------------------------------------------------- where a record comes from


def _sources(opened: Opened, batch: Batch) -> Any:
    """`shop:17` by the channel's ids, `shop:row 17` where there is none."""
    import pyarrow
    import pyarrow.compute as compute

    rows = batch.rows.num_rows
    numbers = pyarrow.array(np.arange(batch.first, batch.first + rows, dtype=np.int64)).cast(pyarrow.string())
    labels = compute.binary_join_element_wise("row", numbers, " ")
    if opened.channel.id is not None:
        ids = _texts_in(batch, opened.channel.id, opened)
        labels = compute.coalesce(ids, labels)
    return compute.binary_join_element_wise(pyarrow.scalar(opened.channel.name), labels, ":")


def _texts_in(batch: Batch, name: str, opened: Opened) -> Any:
    """A column's values as text without blanks around them; null where there is nothing else."""
    import pyarrow
    import pyarrow.compute as compute

    array = batch.rows.column(batch.rows.schema.get_field_index(name))
    try:
        texts = compute.utf8_trim_whitespace(array.cast(pyarrow.string()))
    except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError):
        said = f"`{opened.base.name}` of channel `{opened.channel.name}`"
        raise UnusableFile(f"column `{name}` in {said} holds {array.type}, which names no record") from None
    return compute.if_else(compute.equal(texts, ""), None, texts)


def _note_wrong(seen: Seen, field_: Field, found: Found, batch: Batch, name: str, opened: Opened) -> None:
    wrong, where = found.wrong, (opened.channel.name, field_.name)
    given = ~missing_in(found.column, batch.rows.num_rows)
    seen.given[where] += int((given if wrong is None else given | wrong).sum())
    if wrong is None or not wrong.any():
        return
    noted = seen.unread.setdefault(where, Unread())
    if not noted.count:
        place = int(np.flatnonzero(wrong)[0])
        problems: list[Any] = []
        raw = batch.python(name)[place]
        if opened.base.from_text and isinstance(raw, str):
            from tierpolicy.semantics.convert import typed_cell

            raw = typed_cell(raw, field_)
        value_or_default(field_, raw, problems)
        said = problems[0].message if problems else f"`{field_.name}` can't be read"
        noted.first = f"row {batch.first + place} of `{opened.channel.name}`: {said}"
    noted.count += int(wrong.sum())
