"""Which customer each record became, to a CSV file: `channel,id,customer_id`, a line a record.

The id is the channel's own, else `row 7`; the customer is named by the first key of the policy that a channel knows, as
in the new base, and by nothing where no record of theirs has one.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tierpolicy.runtime.identity.layout import Layout, column_of
from tierpolicy.runtime.identity.writing import whole_file
from tierpolicy.runtime.rows import UnusableFile

Note = Callable[[Any], int]


def check_key(layout: Layout) -> None:
    if not layout.keys:
        raise UnusableFile("no channel has a column for a key of the policy, so `--ids` can name no customer by one")


@contextmanager
def ids_writer(path: Path, layout: Layout) -> Iterator[Note]:
    """Takes tables of the new base, whose last column is `sources`, and says how many records it noted of each."""
    key = column_of(layout.keys[0].field)
    with whole_file(path, "ids") as new, new.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("channel", "id", key if key not in ("channel", "id") else "customer"))

        def note(table: Any) -> int:
            rows = list(_rows(table, key))
            writer.writerows(rows)
            return len(rows)

        yield note


def _rows(table: Any, key: str) -> Iterator[tuple[str, str, str]]:
    import pyarrow

    customers = table.column(key).cast(pyarrow.string()).to_pylist()
    for customer, sources in zip(customers, table.column(table.num_columns - 1).to_pylist(), strict=True):
        for source in sources:
            channel, _, id = source.partition(":")  # no channel's name has a colon
            yield channel, id, customer or ""
