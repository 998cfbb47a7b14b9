"""A file to a file row by row, by the plain evaluator: what works without the extra `data`, and begins at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tierpolicy.runtime.applying.notes import notes_on_columns
from tierpolicy.runtime.applying.output import Layout, cell_of, column_of, key_of, layout_of
from tierpolicy.runtime.applying.rejects import Rejects
from tierpolicy.runtime.applying.tally import Tally, attribute_to_count, count_row
from tierpolicy.runtime.applying.work import Applied, Work, check_counts, columns_of_numbers
from tierpolicy.runtime.applying.workplace import workplace
from tierpolicy.runtime.decision import Decision
from tierpolicy.runtime.files import open_reader, open_writer
from tierpolicy.runtime.readings import outside
from tierpolicy.runtime.records import path_of
from tierpolicy.runtime.rows import Reader, Row

ROWS_BETWEEN_REPORTS = 100


def apply_rows(work: Work) -> Applied:
    """Decides every row of a file, and puts what is wanted in its place."""
    typed = work.policy.version_on(work.as_of)
    read = {path_of(each)[0] for each in typed.fields.values()} | {column_of(each) for each in typed.fields.values()}
    wanted, numbers = frozenset(read | set(work.carry)), columns_of_numbers(typed)
    with open_reader(Path(work.source), wanted, numbers, work.decimal) as reader:
        layout = layout_of(typed, reader.columns, work.carry, work.reasons)
        with workplace(work.wanted.path, {}, resume=False, left=work.left) as place:
            return _in_place(work, reader, layout, place.folder)


def _in_place(work: Work, reader: Reader, layout: Layout, folder: Path) -> Applied:
    typed = work.policy.version_on(work.as_of)
    tally = Tally(attribute_to_count(typed))
    new = folder / "part"
    rejects = Rejects(work.rejects, [column_of(each) for each in layout.keys], folder, None)
    read = written = 0
    try:
        with open_writer(new, f".{work.wanted.form}", layout.columns) as write:
            decide = _deciding(work, reader.from_text)
            for row in reader.rows:
                read += 1
                decision, raised = decide(row)
                if work.rejects is not None and _is_unreadable(decision, work):
                    keys = [key_of(row.record, each) for each in layout.keys]
                    rejects.add(row.line, row.number, keys, "; ".join(each.message for each in decision.problems))
                    tally.rejected += 1
                else:
                    write(_cells(row, decision, layout))
                    count_row(tally, decision, raised)
                    written += 1
                if row.number % ROWS_BETWEEN_REPORTS == 0:
                    work.progress(reader.at(), reader.size)
        check_counts(read, None, written, rejects.count)
        new.replace(work.wanted.path)
        rejects.finish()
    finally:
        rejects.close()
    work.progress(reader.size, reader.size)
    return Applied(tally, (*reader.notes, *reader.met(), *notes_on_columns(typed, reader.columns)), read)


def _deciding(work: Work, from_text: bool) -> Callable[[Row], tuple[Decision, tuple[str, ...]]]:
    def decide(row: Row) -> tuple[Decision, tuple[str, ...]]:
        return work.policy.evaluate_row(row.record, None, work.as_of, from_text=from_text, problems=row.problems)

    return decide


def _is_unreadable(decision: Decision, work: Work) -> bool:
    """True where something in the row couldn't be read; that no version is in effect is none of its faults."""
    of_all = outside(decision.typed_policy, work.as_of)
    return len(decision.reading.problems) > len(of_all)


def _cells(row: Row, decision: Decision, layout: Layout) -> tuple[object, ...]:
    keys: tuple[object, ...] = tuple(key_of(row.record, each) for each in layout.keys) or (row.number,)
    carried = tuple(cell_of(row.record, each) for each in layout.carried)
    values = decision.outcome.values
    problems = decision.problems
    said = "; ".join(problem.message for problem in problems) or None
    reasons: tuple[str, ...] = ()
    if layout.reasons:
        from tierpolicy.runtime.applying.reasons import reason_text

        reasons = (reason_text(decision.typed_policy, decision.reading, decision.as_of),)
    return (
        *keys,
        *carried,
        *(values[attribute.name] for attribute in layout.attributes),
        *reasons,
        len(problems),
        said,
    )
