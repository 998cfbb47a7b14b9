"""A base and a policy to decisions, batch by batch, by the columns backend; memory holds a few batches at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from tierpolicy.runtime.bases.base import Base, Batch
from tierpolicy.runtime.bases.met import Met, Telling
from tierpolicy.runtime.bases.reading import fields_of
from tierpolicy.semantics.outcome import Problem

if TYPE_CHECKING:
    from tierpolicy.runtime.columns.results import Part
    from tierpolicy.runtime.engine import Policy


T = TypeVar("T")


@dataclass(frozen=True)
class Decided:
    """The decisions for the rows of a batch.

    `part` holds them as NumPy arrays (codes of labels, whole units of amounts), `answers` as columns of Arrow, one for
    each attribute of the service, internal ones too. With `notes` alone there are `problems`, by place in the batch,
    and `unreadable`: the rows in which something couldn't be read (problems of deciding are none of theirs).
    """

    batch: Batch
    policy: Policy
    as_of: date
    part: Part
    problems: Mapping[int, tuple[Problem, ...]]
    unreadable: Collection[int]

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
    told_by = policy if notes else None
    return each_decided(policy, base, as_of, _itself, request=request, batches=batches, told_by=told_by)


def each_decided(
    policy: Policy,
    base: Base,
    as_of: date,
    then: Callable[[Decided], T],
    *,
    request: object = None,
    batches: Iterable[Batch] | None = None,
    told_by: Policy | None = None,
) -> Iterator[T]:
    """What `then` makes of the decisions for each batch, in their order; several threads call it. `told_by` tells the
    problems of rows: the policy itself, or the one that it was derived from."""
    from tierpolicy.runtime.bases.telling import problems_of
    from tierpolicy.runtime.columns.deciding import in_order
    from tierpolicy.runtime.columns.results import Part
    from tierpolicy.runtime.columns.whole import work_of

    work = work_of(policy, request, as_of, False)
    fields = fields_of(policy.version_on(as_of), base, request)
    reads = work.prepared.reads

    def one(batch: Batch) -> T:
        piece = fields.piece_of(batch)
        columns = fields.typed(piece, reads)
        answers = work.prepared.decide({name: each.column for name, each in columns.items()}, piece.rows, as_of)
        part = Part(piece.rows, answers.attributes, None)
        met = Met({}, frozenset())
        if told_by is not None:
            met = problems_of(Telling(told_by, fields, as_of, request), piece, columns, answers.told, batch.problems)
        return then(Decided(batch, policy, as_of, part, met.problems, met.unreadable))

    yield from in_order(one, base.batches() if batches is None else batches, work.workers)


def _itself(decided: Decided) -> Decided:
    return decided
