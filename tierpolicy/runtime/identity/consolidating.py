"""Records of customers from several channels to one record for each customer, every row accounted for.

    channels ── gathering ──▶ records ── linking ──▶ groups ── merging ──▶ customers, conflicts

Links are exact: records that share a key (language: `key`) are one customer, and so is who shares a key with one of
them. What is only alike is Splink's to find (`fuzzy`, `clusters`), and joins as one more key.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tierpolicy.model.policy import Policy
from tierpolicy.runtime.files import check_writable
from tierpolicy.runtime.identity.channels import Channels
from tierpolicy.runtime.identity.clusters import Unmatched, clusters_in
from tierpolicy.runtime.identity.conflicts import conflicts_writer, note_conflicts
from tierpolicy.runtime.identity.database import row_of, scratch
from tierpolicy.runtime.identity.fuzzy import fuzzy_ties
from tierpolicy.runtime.identity.gathering import Progress, Seen, gathered
from tierpolicy.runtime.identity.ids import check_key, ids_writer
from tierpolicy.runtime.identity.keys import LIKELY, MOST_LINKED
from tierpolicy.runtime.identity.layout import Layout, layout_of
from tierpolicy.runtime.identity.linking import Linked, linked, record_groups, ties_of
from tierpolicy.runtime.identity.merging import Disagreements, base_schema, merged
from tierpolicy.runtime.identity.writing import base_writer, whole_file
from tierpolicy.runtime.rows import UnusableFile, Writer


@dataclass(frozen=True, slots=True)
class Asked:
    """What to write where, and how to link. `ending` and its like name a form that the file's name doesn't say."""

    target: Path
    ending: str = ""
    conflicts: Path | None = None
    most_linked: int = MOST_LINKED
    clusters: str | None = None
    splink: Path | None = None
    threshold: float = LIKELY
    ids: Path | None = None


@dataclass(frozen=True, slots=True)
class Largest:
    """The customer of whom there are the most records: how many, and the first of them."""

    records: int
    first: str


@dataclass(frozen=True, slots=True)
class Consolidated:
    """What became of the records: `seen` by channel, `linked` by key, and how many `customers` they are."""

    seen: Seen
    linked: Linked
    customers: int
    largest: Largest | None
    disagreements: Disagreements
    fields: tuple[str, ...]
    unmatched: Unmatched | None
    notes: tuple[str, ...]

    @property
    def is_suspicious(self) -> bool:
        """True where a link that was asked for wasn't made, so that a person should look."""
        return bool(self.linked.too_many) or self.unmatched is not None

    @property
    def is_whole(self) -> bool:
        """True where every value of every record could be read."""
        return not self.seen.unread and not any(self.seen.broken.values())


def consolidated(policy: Policy, channels: Channels, asked: Asked, progress: Progress) -> Consolidated:
    """Writes the customers of all channels to `asked.target`, what their records disagree on to `asked.conflicts`,
    and which customer each record became to `asked.ids`.

    The result is a customer base with the columns that the policy reads, and `sources`, the records that each customer
    is made of. It depends on the order of channels and rows in one thing alone: which value is `first`. UnusableFile
    says why something can't be read or written; then nothing is written.
    """
    _check_targets(policy, channels, asked)
    with ExitStack() as stack:
        layout = layout_of(policy, channels, asked.most_linked, stack)
        if asked.ids is not None:
            check_key(layout)
        connection = stack.enter_context(scratch())
        seen = gathered(connection, layout, progress)
        ties = ties_of(layout, asked.most_linked)
        unmatched = None
        if asked.clusters is not None:
            more, unmatched = clusters_in(connection, asked.clusters, layout, asked.most_linked)
            ties.append(more)
        if asked.splink is not None:
            ties.append(fuzzy_ties(connection, asked.splink, asked.threshold, layout, asked.most_linked))
        found = linked(connection, ties, seen.total, progress)
        largest = _largest(connection, found)
        record_groups(connection, found.names)
        disagreements = Disagreements()
        customers = _written(connection, layout, found, disagreements, asked, progress)
        notes = tuple(f"`{each.channel.name}`: {note}" for each in layout.channels for note in each.base.notes)
        fields = tuple(each.field.name for each in layout.fields)
        return Consolidated(seen, found, customers, largest, disagreements, fields, unmatched, notes)


def _check_targets(policy: Policy, channels: Channels, asked: Asked) -> None:
    read = [channels.path, *(Path(each.path) for each in policy.sources), *filter(None, [asked.splink])]
    read += [Path(each.source) for each in channels.channels if "://" not in each.source]
    read += [Path(asked.clusters)] if asked.clusters is not None and "://" not in asked.clusters else []
    check_writable(asked.target, tuple(read), asked.ending)
    if asked.conflicts is not None:
        if os.path.realpath(asked.conflicts) == os.path.realpath(asked.target):
            raise UnusableFile(f"the customers and the conflicts can't both be written to `{asked.target}`")
        check_writable(asked.conflicts, tuple(read))
    if asked.ids is not None:
        others = [each for each in (asked.target, asked.conflicts) if each is not None]
        if os.path.realpath(asked.ids) in [os.path.realpath(each) for each in others]:
            raise UnusableFile(f"the ids and something else can't both be written to `{asked.ids}`")
        if asked.ids.suffix.lower() != ".csv":
            raise UnusableFile(f"ids are written as CSV: give a name that ends in `.csv`, not `{asked.ids}`")
        check_writable(asked.ids, tuple(read))


def _largest(connection: Any, found: Linked) -> Largest | None:
    if not len(found.names):
        return None
    roots, sizes = np.unique(found.names, return_counts=True)
    at = int(np.argmax(sizes))
    (first,) = row_of(connection, "SELECT source FROM records WHERE id = ?", [int(roots[at])])
    return Largest(int(sizes[at]), first)


def _written(
    connection: Any, layout: Layout, found: Linked, disagreements: Disagreements, asked: Asked, progress: Progress
) -> int:
    """How many customers were written; all of them, made of all records, or it is an error of ours."""
    customers = records = noted = 0
    with ExitStack() as stack:
        write = stack.enter_context(_new_base(layout, asked))
        note = stack.enter_context(_new_conflicts(asked.conflicts))
        note_ids = None if asked.ids is None else stack.enter_context(ids_writer(asked.ids, layout))
        for part in merged(connection, layout, found.names, disagreements, with_taken=note is not None):
            write(part.table)
            customers += part.table.num_rows
            records += part.records
            progress("merging", records, len(found.names))
            if note is not None:
                note_conflicts(connection, layout, part, note)
            noted += part.records if note_ids is None else note_ids(part.table)
        if records != len(found.names) or noted != records or customers != len(np.unique(found.names)):
            raise AssertionError(f"{len(found.names)} records were read and {records} are in the result")
    return customers


# ---------------------------------------------------------------- new files


@contextmanager
def _new_base(layout: Layout, asked: Asked) -> Iterator[Callable[[Any], None]]:
    ending = asked.ending or asked.target.suffix.lower()
    with whole_file(asked.target, "base") as new, base_writer(new, ending, base_schema(layout)) as write:
        yield write


@contextmanager
def _new_conflicts(target: Path | None) -> Iterator[Writer | None]:
    if target is None:
        yield None
        return
    with whole_file(target, "conflicts") as new, conflicts_writer(new, target.suffix.lower()) as write:
        yield write
