"""A base and a policy to decisions, batch by batch, by the columns backend; memory holds a few batches at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tierpolicy.runtime.bases.base import Base, Batch
from tierpolicy.semantics.outcome import Problem

if TYPE_CHECKING:
    from tierpolicy.runtime.columns.results import Part
    from tierpolicy.runtime.engine import Policy


@dataclass(frozen=True)
class Decided:
    """The decisions for the rows of a batch.

    `part` holds them as NumPy arrays (codes of labels, whole units of amounts), `answers` as columns of Arrow, one for
    each attribute of the service, internal ones too. `problems`, by place in the batch, are there with `notes` alone.
    """

    batch: Batch
    policy: Policy
    as_of: date
    part: Part
    problems: Mapping[int, tuple[Problem, ...]]

    @property
    def rows(self) -> int:
        return self.part.rows

    @cached_property
    def answers(self) -> Any:
        """A `pyarrow.RecordBatch`: a column for each attribute, internal ones too, in the policy's order."""
        import pyarrow

        from tierpolicy.runtime.columns.arrow_results import arrow_array
        from tierpolicy.runtime.columns.results import result_of

        attributes = self.policy.version_on(self.as_of).attributes.values()
        arrays = [arrow_array(each, result_of(each, self.part.answers[each.name])) for each in attributes]
        return pyarrow.RecordBatch.from_arrays(arrays, names=[each.name for each in attributes])


def decided(
    policy: Policy,
    base: Base,
    as_of: date,
    *,
    request: object = None,
    notes: bool = False,
    batches: Iterable[Batch] | None = None,
) -> Iterator[Decided]:
    """The decisions for every row of a base, in its order. With `notes` the problems of rows are told too.

    `request` is what is known of the contact at hand, the same for all. `batches` are those to decide, if not all.
    """
    from tierpolicy.runtime.bases.problems import problems_of
    from tierpolicy.runtime.columns.arrow_frames import ArrowPiece
    from tierpolicy.runtime.columns.deciding import columns_of, in_order
    from tierpolicy.runtime.columns.results import Part
    from tierpolicy.runtime.columns.whole import work_of

    work = work_of(policy, request, as_of, False)
    names = list(dict.fromkeys(base.columns)) if base.from_text else base.columns  # a CSV reader has made one of two
    task = replace(work.task(names), from_text=base.from_text)
    read = task.layout.columns
    fields = frozenset(task.policy.fields) if notes else task.reads

    def one(batch: Batch) -> Decided:
        held = {name: list(batch.raw[name]) if name in batch.raw else batch.rows.column(name) for name in read}
        piece = ArrowPiece(batch.rows.num_rows, held)
        columns = columns_of(task, piece, fields)
        answers = task.decide({name: each.column for name, each in columns.items()}, piece.rows, as_of)
        part = Part(piece.rows, answers.attributes, None)
        met = problems_of(policy, task, piece, columns, answers.told, batch.problems, request) if notes else {}
        return Decided(batch, policy, as_of, part, met)

    yield from in_order(one, base.batches() if batches is None else batches, work.workers)
