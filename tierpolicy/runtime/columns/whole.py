"""`policy.evaluate_all`: a frame of any known kind to the decisions for its rows, in a frame of the same kind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tierpolicy.check.versions import version_for
from tierpolicy.compile.columns import prepared
from tierpolicy.compile.columns.data import Answers, Column
from tierpolicy.compile.normal import normal_form
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.runtime.columns.deciding import WORKERS, Task, in_order, part_of
from tierpolicy.runtime.columns.pieces import Piece, layout_of
from tierpolicy.runtime.columns.results import PROBLEMS, UNDETERMINED, Part, service_of

if TYPE_CHECKING:
    from tierpolicy.runtime.engine import Policy

T = TypeVar("T")


class Prepared(Protocol):
    """A policy that is ready to decide for columns. `reads` are the fields that it looks at."""

    @property
    def reads(self) -> frozenset[str]: ...

    def decide(self, columns: Mapping[str, Column], rows: int, as_of: date) -> Answers: ...


@dataclass(frozen=True, slots=True)
class Work:
    """What to decide with, whatever the frame; `workers` threads share the rows."""

    policy: Policy
    prepared: Prepared
    request: object
    as_of: date
    notes: bool
    workers: int = WORKERS

    @property
    def attributes(self) -> Sequence[Any]:
        return service_of(self.policy.version_on(self.as_of))

    def task(self, columns: Sequence[object]) -> Task:
        """The work for a frame with these columns."""
        typed, outside = version_for(self.policy.versions, self.as_of)
        layout = layout_of(typed, columns, self.request)
        if not self.notes:
            return Task(typed, layout, self.prepared.decide, self.prepared.reads, self.as_of, None)

        def notes_of(record: Mapping[str, object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
            decision, _ = self.policy.evaluate_row(record, self.request, self.as_of, problems=layout.of_frame)
            problems = tuple(problem.message for problem in decision.problems)
            return problems, tuple(each.statement for each in decision.undetermined)

        early = notes_of({})[0][:1] if outside else ()
        said = (*early, *(problem.message for problem in (*layout.of_frame, *layout.of_request)))
        return Task(typed, layout, self.prepared.decide, self.prepared.reads, self.as_of, notes_of, said)

    def parts(self, task: Task, pieces: Iterable[Piece], written: Callable[[Part], T]) -> Iterator[T]:
        """The answers, piece by piece, each as its thread has written it."""
        return in_order(lambda piece: written(part_of(task, piece)), pieces, self.workers)


def work_of(policy: Policy, request: object, as_of: date, notes: bool, threads: int | None = None) -> Work:
    """The work of a policy; what decides is prepared once for each version."""
    typed = policy.version_on(as_of)
    made = policy._prepared.get(typed.digest)
    if made is None:
        made = policy._prepared.setdefault(typed.digest, _made(policy, typed))
    if threads is not None and (type(threads) is not int or threads < 1):
        raise ValueError(f"threads are a whole number, at least one, not {threads!r}")
    return Work(policy, made, request, as_of, notes, threads or WORKERS)


def _made(policy: Policy, typed: TypedPolicy) -> Prepared:
    """What decides by a version. Its normal form is at hand where the policy is compiled; elsewhere, as in worker
    processes that decide for frames alone, compiling it would only take time."""
    compiled = policy.__dict__.get("_compiled", ())
    normal = next((each.normal for each in compiled if each.normal.policy is typed), None) or normal_form(typed)
    with normal.turn:
        return prepared(normal)


def decided(work: Work, frame: Any) -> Any:
    """The decisions for every row of a frame. TypeError where it is of no known kind."""
    polars, pandas, arrow, duckdb = (sys.modules.get(name) for name in ("polars", "pandas", "pyarrow", "duckdb"))
    taken = {*(attribute.name for attribute in work.attributes)} & {PROBLEMS, UNDETERMINED} if work.notes else set()
    if taken:
        raise ValueError(f"the policy has an attribute `{min(taken)}`, so there is no room for the column of that name")
    if polars is not None and isinstance(frame, polars.DataFrame):
        from tierpolicy.runtime.columns.polars_frames import of_polars

        return of_polars(work, frame)
    if polars is not None and isinstance(frame, polars.LazyFrame):
        from tierpolicy.runtime.columns.polars_frames import of_lazy

        return of_lazy(work, frame)
    if pandas is not None and isinstance(frame, pandas.DataFrame):
        from tierpolicy.runtime.columns.pandas_frames import of_pandas

        return of_pandas(work, frame)
    if arrow is not None and isinstance(frame, arrow.Table | arrow.RecordBatch | arrow.RecordBatchReader):
        from tierpolicy.runtime.columns.arrow_frames import of_arrow

        return of_arrow(work, frame)
    if duckdb is not None and isinstance(frame, duckdb.DuckDBPyRelation):
        from tierpolicy.runtime.columns.duckdb_frames import of_relation

        return of_relation(work, frame)
    kinds = "a pandas or Polars frame, a pyarrow table, batch or reader, or a DuckDB relation"
    raise TypeError(f"evaluate_all takes {kinds}, not {type(frame).__name__}")
