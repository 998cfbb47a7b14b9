"""Clusters that fuzzy matching found elsewhere, in a file, to one more key of the records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tierpolicy.runtime.bases import opened
from tierpolicy.runtime.identity.channels import Channel
from tierpolicy.runtime.identity.database import row_of
from tierpolicy.runtime.identity.layout import Layout
from tierpolicy.runtime.identity.linking import Ties
from tierpolicy.runtime.rows import UnusableFile

CLUSTER, RECORD, CHANNEL = "cluster_id", "unique_id", "source_dataset"
"""What Splink calls the columns of the clusters that it finds."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Lines of a file of clusters that name no record, and the first of them."""

    count: int
    first: str


def clusters_in(connection: Any, source: str, layout: Layout, most_linked: int) -> tuple[Ties, Unmatched | None]:
    """The ties between records that stand in one cluster of a file with Splink's columns.

    A record is named by its channel (`source_dataset`, which one channel alone may do without) and by the channel's id,
    or the number of its row where the channel has none (`unique_id`).
    """
    connection.execute("CREATE TABLE clusters (channel VARCHAR, record VARCHAR, cluster VARCHAR)")
    with opened(source, wanted=(CLUSTER, RECORD, CHANNEL)) as base:
        for name in (CLUSTER, RECORD):
            if name not in base.columns:
                raise UnusableFile(f"`{base.name}` has no column `{name}`; clusters are written as Splink writes them")
        alone = CHANNEL not in base.columns
        if alone and len(layout.channels) > 1:
            raise UnusableFile(f"`{base.name}` has no column `{CHANNEL}` that says which channel a record is of")
        for batch in base.batches():
            connection.register("batch", batch.rows)
            channel = "NULL" if alone else f"trim({CHANNEL}::VARCHAR)"
            connection.execute(
                f"INSERT INTO clusters SELECT {channel}, trim({RECORD}::VARCHAR), trim({CLUSTER}::VARCHAR) FROM batch"
            )
            connection.unregister("batch")
    names = [_named(each.channel) for each in layout.channels]
    if alone:
        connection.execute("UPDATE clusters SET channel = ?", [names[0][0]])
    connection.execute("CREATE TABLE named (channel VARCHAR, beginning VARCHAR)")
    connection.executemany("INSERT INTO named VALUES (?, ?)", [list(each) for each in names])
    known = "SELECT cluster, beginning || record AS source FROM clusters JOIN named USING (channel)"
    query = f"SELECT id, known.cluster AS value FROM records JOIN ({known}) AS known USING (source)"
    return Ties("clusters", query, most_linked), _unmatched(connection)


def _named(channel: Channel) -> tuple[str, str]:
    """A channel's name, and how the sources of its records begin."""
    return channel.name, f"{channel.name}:" if channel.id is not None else f"{channel.name}:row "


def _unmatched(connection: Any) -> Unmatched | None:
    known = "SELECT 1 FROM named JOIN records ON source = beginning || record WHERE named.channel = clusters.channel"
    lost = f"FROM clusters WHERE NOT EXISTS ({known})"
    (count,) = row_of(connection, f"SELECT count(*) {lost}")
    if not count:
        return None
    (first,) = row_of(connection, f"SELECT min(coalesce(channel, '?') || ':' || coalesce(record, '?')) {lost}")
    return Unmatched(count, first)
