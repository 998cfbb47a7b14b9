"""A base to a target by the columns backend: batches in, batches out, with what is needed to go on after each part."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.applying.notes import notes_on_columns
from tierpolicy.runtime.applying.output import (
    Answered,
    Cells,
    Copied,
    Counted,
    Layout,
    Output,
    Said,
    cell_of,
    column_of,
    key_of,
    layout_of,
)
from tierpolicy.runtime.applying.patterns import with_patterns
from tierpolicy.runtime.applying.reasons import Reasons
from tierpolicy.runtime.applying.rejects import Rejects
from tierpolicy.runtime.applying.tally import Tally, attribute_to_count, count_columns, plain, tally_of
from tierpolicy.runtime.applying.targets import Target, target_for
from tierpolicy.runtime.applying.texts import python_cells_of
from tierpolicy.runtime.applying.unaided import Unaided, raised, unaided
from tierpolicy.runtime.applying.work import Applied, Work, check_counts, columns_of_numbers
from tierpolicy.runtime.applying.workplace import Workplace, workplace
from tierpolicy.runtime.bases import Base, Batch, Decided, opened
from tierpolicy.runtime.bases.deciding import each_decided
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.records import path_of

if TYPE_CHECKING:
    from tierpolicy.compile.columns.data import Bools

FORMAT = 1
"""Of what is kept between runs."""


@dataclass(frozen=True, slots=True)
class Written:
    """A batch that is decided and spelled."""

    decided: Decided
    raised: Mapping[str, Bools]
    rejected: frozenset[int]
    spelled: Any


@dataclass(frozen=True, slots=True)
class Run:
    """What decides and writes a batch."""

    work: Work
    base: Base
    layout: Layout
    twins: Unaided
    target: Target
    reasons: Reasons | None

    def output(self, decided: Decided) -> Written:
        """A decided batch as the target writes it."""
        rejected = frozenset(decided.unreadable) if self.work.rejects is not None else frozenset()
        output = Output(decided.rows, tuple(self._cells(decided)), _kept(decided.rows, rejected))
        answers = decided.part.answers
        return Written(decided, raised(self.twins, answers), rejected, self.target.spelled(output))

    def _cells(self, decided: Decided) -> Iterator[Cells]:
        import numpy as np

        batch, rows = decided.batch, decided.rows
        for field in self.layout.keys:
            yield Copied(_keys(batch, field))
        if not self.layout.keys:
            yield Counted(np.arange(batch.first, batch.first + rows))
        for name in self.layout.carried:
            yield Copied(_column(batch, name))
        for attribute in self.layout.attributes:
            yield Answered(attribute, decided.part.answers[attribute.name])
        if self.layout.reasons:
            assert self.reasons is not None
            yield Copied(self.reasons.of(batch, decided.part.answers))
        counts = np.zeros(rows, np.int64)
        for row, problems in decided.problems.items():
            counts[row] = len(problems)
        yield Counted(counts)
        texts = {row: "; ".join(each.message for each in problems) for row, problems in decided.problems.items()}
        yield Said(texts, rows)


def apply_columns(work: Work) -> Applied:
    """Decides every row of a base, and puts what is wanted in its place."""
    typed = work.policy.version_on(work.as_of)
    read = {path_of(each)[0] for each in typed.fields.values()} | {column_of(each) for each in typed.fields.values()}
    with ExitStack() as reading:
        numbers = columns_of_numbers(typed)
        wanted = read | set(work.carry)
        base = reading.enter_context(
            opened(work.source, table=work.table, wanted=wanted, numbers=numbers, decimal=work.decimal)
        )
        layout = layout_of(typed, base.columns, work.carry, work.reasons)
        with workplace(work.wanted.path, _identity(work, base), resume=work.resume, left=work.left) as place:
            return _in_place(work, base, layout, place, reading.close)


def _in_place(work: Work, base: Base, layout: Layout, place: Workplace, all_read: Callable[[], None]) -> Applied:
    typed = work.policy.version_on(work.as_of)
    kept = place.kept or {}
    done: int = kept.get("rows", 0)
    attribute = attribute_to_count(typed)
    tally = tally_of(attribute, kept["tally"]) if kept else Tally(attribute)
    if done:
        work.left.append(f"goes on after the first {done:,} rows, which were decided before")
    target = target_for(work.wanted, layout, dict(base.types), place.folder, kept.get("target"), work.resume)
    keys = [column.name for column in layout.columns[: max(1, len(layout.keys))]] if layout.keys else []
    rejects = Rejects(work.rejects, keys, place.folder, kept.get("rejects"))
    try:
        twins = unaided(typed)
        patterns = with_patterns(twins.policy, typed) if work.reasons else None
        reasons = Reasons(work.policy, work.as_of, base, patterns) if work.reasons else None
        run = Run(work, base, layout, twins, target, reasons)
        deriving = Policy((twins.policy if patterns is None else patterns.policy,))
        batches = base.batches(done)
        for written in each_decided(deriving, base, work.as_of, run.output, batches=batches, told_by=work.policy):
            _take(run, written, rejects, tally)
            done += written.decided.rows
            if work.resume:
                _keep(run, place, rejects, tally, done)
            work.progress(base.at(), base.size)
        check_counts(done, base.rows, target.rows(), rejects.count)
        all_read()  # the table that was read may be in the file that is written to
        target.finish()
        rejects.finish()
    finally:
        target.close()
        rejects.close()
    work.progress(base.size, base.size)
    return Applied(
        tally, (*base.notes, *base.met(), *notes_on_columns(typed, base.columns if base.named else None)), done
    )


def _take(run: Run, written: Written, rejects: Rejects, tally: Tally) -> None:
    """Writes a batch, sets its rejects apart, and counts."""
    decided = written.decided
    run.target.write(written.spelled)
    count_columns(tally, decided.part.answers, written.raised, decided.problems, written.rejected, decided.rows)
    batch = decided.batch
    if written.rejected:
        keys = [python_cells_of(_keys(batch, field)) for field in run.layout.keys]
        for row in sorted(written.rejected):
            line = None if batch.lines is None else batch.lines[row]
            reason = "; ".join(problem.message for problem in decided.problems[row])
            rejects.add(line, batch.first + row, [key[row] for key in keys], reason)


def _keep(run: Run, place: Workplace, rejects: Rejects, tally: Tally, done: int) -> None:
    """Writes down how far the run is, where a part is whole."""
    target = run.target.kept()
    if target is not None:
        work = _identity(run.work, run.base)
        kept = {"work": work, "rows": done, "target": target, "rejects": rejects.kept(), "tally": plain(tally)}
        place.keep(kept)


def _identity(work: Work, base: Base) -> dict[str, str]:
    """What has to be the same for a run to go on with what another has done; the names are read by people."""
    typed = work.policy.version_on(work.as_of)
    options = [
        work.wanted.form,
        work.wanted.table,
        str(work.rejects),
        work.reasons,
        list(work.carry),
        work.decimal,
        FORMAT,
    ]
    return {
        "policy": typed.digest,
        "customers": f"{base.name} {base.fingerprint}",
        "day": work.as_of.isoformat(),
        "options": json.dumps(options),
    }


def _kept(rows: int, rejected: frozenset[int]) -> Any:
    import numpy as np

    if not rejected:
        return None
    kept = np.ones(rows, np.bool_)
    kept[sorted(rejected)] = False
    return kept


def _column(batch: Batch, name: str) -> Any:
    """A column as it is there, or Python's values where Arrow can't hold them; nothing where a name is there twice."""
    if name in batch.raw:
        return [cell_of({name: cell}, name) for cell in batch.raw[name]]
    places = batch.rows.schema.get_all_field_indices(name)
    return batch.rows.column(places[0]) if len(places) == 1 else [None] * batch.rows.num_rows


def _keys(batch: Batch, field: Field) -> Any:
    """What the rows hold as their key."""
    import pyarrow

    column = _column(batch, column_of(field))
    top = path_of(field)[0]
    is_plain = not isinstance(column, list) and (
        pyarrow.types.is_string(column.type) or pyarrow.types.is_integer(column.type)
    )
    if is_plain or (top == column_of(field) and not isinstance(column, list) and column.null_count == len(column)):
        return column
    cells = [batch.python(name) for name in dict.fromkeys((column_of(field), top)) if _has(batch, name)]
    names = [name for name in dict.fromkeys((column_of(field), top)) if _has(batch, name)]
    return [key_of(dict(zip(names, row, strict=True)), field) for row in zip(*cells, strict=True)]


def _has(batch: Batch, name: str) -> bool:
    return len(batch.rows.schema.get_all_field_indices(name)) == 1
