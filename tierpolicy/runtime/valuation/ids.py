"""Ids that channels know customers by, to the customers that they were merged into: what `consolidate --ids` wrote.

    channel,id,customer_id
    shop,17,C-1              purchases of `17`, of `shop:17` and of `C-1` are those of C-1

An id that is several customers' in different channels says nobody; `shop:17` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tierpolicy.runtime.bases import opened
from tierpolicy.runtime.valuation.terms import Unworkable

CHANNEL, ID = "channel", "id"


@dataclass(frozen=True, slots=True)
class Ids:
    """`table` has the text columns `channel`, `id` and `customer`; `customer` is what the file calls the last."""

    name: str
    customer: str
    table: Any


@dataclass(frozen=True, slots=True)
class Renamed:
    """Lines that are another name's now, and lines whose id is that of several customers, which stay as they are."""

    lines: int = 0
    ambiguous: int = 0


def read_ids(source: str) -> Ids:
    """The ids of a file. Unworkable or UnusableFile say in a sentence why it holds none."""
    import pyarrow

    with opened(source, numbers=()) as base:
        others = [name for name in base.columns if name not in (CHANNEL, ID)]
        if len(base.columns) != 3 or len(others) != 1:
            raise Unworkable(
                f"`{base.name}` should have the columns `channel`, `id` and that of the customer, as "
                "`tierpolicy consolidate … --ids FILE` writes them"
            )
        text = pyarrow.schema([(name, pyarrow.string()) for name in (CHANNEL, ID, others[0])])
        batches = [pyarrow.table(each.rows).select(text.names).cast(text) for each in base.batches()]
        found = pyarrow.concat_tables(batches) if batches else text.empty_table()
        return Ids(base.name, others[0], found.rename_columns([CHANNEL, ID, "customer"]))


def renamed(connection: Any, ids: Ids) -> Renamed:
    """Puts the customers of `ids` into table `lines` of the database, in place of their other ids."""
    connection.register("ids", ids.table)
    connection.execute("""
        CREATE TABLE known AS
        WITH named AS (
            SELECT id AS name, customer FROM ids
            UNION SELECT channel || ':' || id, customer FROM ids
            UNION SELECT customer, customer FROM ids
        )
        SELECT name, min(customer) AS customer, count(*) AS customers FROM named
        WHERE name <> '' AND customer <> '' GROUP BY name
    """)
    connection.unregister("ids")
    ((lines, ambiguous),) = connection.sql(
        "SELECT count(*) FILTER (customers = 1 AND known.customer <> lines.customer), "
        "count(*) FILTER (customers > 1) FROM lines JOIN known ON lines.customer = known.name"
    ).fetchall()
    connection.execute(
        "UPDATE lines SET customer = known.customer FROM known "
        "WHERE lines.customer = known.name AND customers = 1 AND known.customer <> lines.customer"
    )
    connection.execute("DROP TABLE known")
    return Renamed(lines, ambiguous)
