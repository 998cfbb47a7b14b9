"""Equal keys to groups of records: whoever shares a key with whoever shares a key is one customer.

Each value of a key links all records that have it to the first of them, so there are fewer links than records. A value
that more records have than one customer can explain links nothing and is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tierpolicy.runtime.columns.cells import Values
from tierpolicy.runtime.identity.components import joined, unlinked
from tierpolicy.runtime.identity.database import row_of
from tierpolicy.runtime.identity.gathering import Progress
from tierpolicy.runtime.identity.layout import Layout

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class LinkedBy:
    """What one key linked: values that more than one record has, and the records that have them."""

    name: str
    values: int
    records: int


@dataclass(frozen=True, slots=True)
class TooMany:
    """A value of a key that so many records have that it links none of them."""

    name: str
    value: str
    records: int
    most: int


@dataclass(frozen=True, slots=True)
class Linked:
    """The groups: for each record the place of the first record of its customer; shape (records,)."""

    names: Values
    by: tuple[LinkedBy, ...]
    too_many: tuple[TooMany, ...]
    more_too_many: int = 0


@dataclass(frozen=True, slots=True)
class Ties:
    """Where equal values link: a query for columns `id` and `value`; `name` is what people call the key."""

    name: str
    query: str
    most: int


def ties_of(layout: Layout, most_linked: int) -> list[Ties]:
    """The policy's keys, and the clusters that channels name."""
    found = [
        Ties(f"`{key.field.name}`", f"SELECT id, {key.links} AS value FROM records", key.most_linked)
        for key in layout.keys
    ]
    if layout.has_clusters:
        found.append(Ties("clusters", "SELECT id, cluster AS value FROM records", most_linked))
    return found


def linked(connection: Any, ties: list[Ties], records: int, progress: Progress) -> Linked:
    """The groups of records that the values tie together."""
    names = unlinked(records)
    by, too_many, more = [], [], 0
    for at, each in enumerate(ties):
        progress("linking", at, len(ties))
        connection.execute(
            f"CREATE TEMP TABLE shared AS SELECT value, min(id) AS head, count(DISTINCT id) AS n "
            f"FROM ({each.query}) WHERE value IS NOT NULL GROUP BY value HAVING count(*) > 1"
        )
        most = each.most
        counted = "SELECT count(*), coalesce(sum(n), 0)::BIGINT FROM shared WHERE n BETWEEN 2 AND ?"
        values, linking = row_of(connection, counted, [most])
        by.append(LinkedBy(each.name, values, linking))
        beyond = connection.execute(
            f"SELECT value, n FROM shared WHERE n > ? ORDER BY n DESC, value LIMIT {MOST_NAMED:d}", [most]
        ).fetchall()
        too_many += [TooMany(each.name, value, n, most) for value, n in beyond]
        (all_beyond,) = row_of(connection, "SELECT count(*) FROM shared WHERE n > ?", [most])
        more += all_beyond - len(beyond)
        for left, right in _links(connection, each.query, most):
            names = joined(names, left, right)
        connection.execute("DROP TABLE shared")
    return Linked(names, tuple(by), tuple(too_many), more)


def _links(connection: Any, query: str, most: int) -> Iterator[tuple[Values, Values]]:
    """The links of one key, all at once: joining them is quickest when it sees the whole graph."""
    found = connection.sql(
        f"SELECT tied.id AS id, head FROM ({query}) AS tied JOIN shared USING (value) WHERE n <= ? AND tied.id <> head",
        params=[most],
    ).to_arrow_table()
    if found.num_rows:
        left, right = (np.asarray(found.column(at).combine_chunks(), dtype=np.int64) for at in (0, 1))
        yield left, right


def record_groups(connection: Any, names: Values) -> None:
    """Fills table `joined`: the records with `root`, the first record of their customer, stored customer by customer.

    So a part of the customers can be merged at a time, and reads no more than its records.
    """
    import pyarrow

    table = pyarrow.table({"id": np.arange(len(names), dtype=np.int64), "root": names})
    connection.register("groups", table)
    connection.execute(
        "CREATE TABLE joined AS SELECT root, records.* FROM records JOIN groups USING (id) ORDER BY root, id"
    )
    connection.unregister("groups")
    connection.execute("DROP TABLE records")
