"""The backend for batches: a policy in normal form made ready once, then decided for any number of records.

`prepared(normal).decide(columns, rows, as_of)` may be called from several threads at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from tierpolicy.cells.reads import expressions
from tierpolicy.compile.columns.data import Amounts, Answers, Bools, Coded, Column
from tierpolicy.compile.columns.facts import Facts
from tierpolicy.compile.columns.numba_loading import COMPILED
from tierpolicy.compile.columns.stages import Ready, ready, ready_alarms
from tierpolicy.compile.columns.values import union
from tierpolicy.compile.normal import Normal
from tierpolicy.model.expressions import FieldRef
from tierpolicy.model.values import Known

BLOCK: Final = 1 << 17


@dataclass(frozen=True, slots=True)
class Prepared:
    """`reads` are the fields whose columns are looked at; those in `asked` may leave a condition unknown."""

    normal: Normal
    stages: tuple[Ready, ...]
    reads: frozenset[str]
    asked: tuple[str, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """The form of the kernel of every stage."""
        return tuple(dict.fromkeys(stage.kernel.form for stage in self.stages))

    @property
    def compiler(self) -> str:
        """Whether compiled code is there: `ready`, or what stands in its way."""
        return f"{COMPILED.state}, {COMPILED.reason}" if COMPILED.reason else COMPILED.state

    def decide(self, columns: Mapping[str, Column], rows: int, as_of: date) -> Answers:
        """The decisions for all rows. Columns of fields beyond `reads` may be absent."""
        if rows == 0:
            one = self.decide({name: _one_row(column) for name, column in columns.items()}, 1, as_of)
            return Answers(0, {name: _none_left(answer) for name, answer in one.attributes.items()}, None)
        columns = {name: columns[name] for name in self.reads}
        with np.errstate(all="ignore"):
            blocks = [self.facts(part, count, as_of) for part, count in _parts(columns, rows)]
        names = self.normal.policy.attributes
        attributes = {name: _joined([block.decided[name].answer for block in blocks]) for name in names}
        return Answers(rows, attributes, self._open(blocks, columns), _marked(blocks, [each.told for each in blocks]))

    def facts(self, columns: Mapping[str, Column], rows: int, as_of: date) -> Facts:
        """All that is known of some rows (at least one) once their attributes are decided, for whoever asks more."""
        facts = Facts(self.normal.policy, as_of, rows, columns)
        for stage in self.stages:
            stage.decide(facts)
        return facts

    def _open(self, blocks: Sequence[Facts], columns: Mapping[str, Column]) -> Bools | None:
        """The rows in doubt: those of the blocks, and those that miss what a condition asks of a field."""
        count = sum(block.rows for block in blocks)
        if any(stage.unknown is None for stage in self.stages):
            return np.ones(count, dtype=bool)
        doubts = _marked(blocks, [each.doubts for each in blocks])
        doubts = union(doubts, *(columns[name].missing for name in self.asked))
        return doubts if doubts is not None and doubts.any() else None


def _marked(blocks: Sequence[Facts], marks: Sequence[Bools | None]) -> Bools | None:
    """What is marked in each block, in all of them; None where no row is."""
    if all(each is None for each in marks):
        return None
    every = [np.zeros(b.rows, dtype=bool) if each is None else each for b, each in zip(blocks, marks, strict=True)]
    return np.concatenate(every)


def _parts(columns: Mapping[str, Column], rows: int) -> Iterator[tuple[Mapping[str, Column], int]]:
    """The columns in blocks, with the number of rows of each."""
    if rows <= BLOCK:
        yield columns, rows
        return
    for start in range(0, rows, BLOCK):
        stop = min(start + BLOCK, rows)
        yield {name: _part(column, start, stop) for name, column in columns.items()}, stop - start


def _part(column: Column, start: int, stop: int) -> Column:
    missing = None if column.missing is None else column.missing[start:stop]
    return replace(column, values=column.values[start:stop], missing=missing)


def _one_row(column: Column) -> Column:
    """A column of one row of nothing: even where there are no rows, every attribute has its kind of answer."""
    values = np.zeros((1, *column.values.shape[1:]), dtype=column.values.dtype)
    return replace(column, values=values, missing=np.ones(1, dtype=bool), texts=column.texts or ("",))


def _none_left(answer: Coded | Amounts) -> Coded | Amounts:
    if isinstance(answer, Coded):
        return replace(answer, codes=answer.codes[:0])
    return Amounts(answer.values[:0], None if answer.none is None else answer.none[:0])


def _joined(answers: Sequence[Coded | Amounts]) -> Coded | Amounts:
    """The answers of blocks one after the other."""
    if len(answers) == 1:
        return answers[0]
    amounts = [answer for answer in answers if isinstance(answer, Amounts)]
    if amounts:
        none = None
        if any(answer.none is not None for answer in amounts):
            marks = [np.zeros(len(a.values), dtype=bool) if a.none is None else a.none for a in amounts]
            none = np.concatenate(marks)
        return Amounts(np.concatenate([answer.values for answer in amounts]), none)
    return _joined_codes([answer for answer in answers if isinstance(answer, Coded)])


def _joined_codes(answers: Sequence[Coded]) -> Coded:
    first = answers[0].values
    if all(answer.values is first for answer in answers):
        return Coded(np.concatenate([answer.codes for answer in answers]), first)
    places: dict[Known, int] = {}
    parts = []
    for answer in answers:
        table = np.array([places.setdefault(value, len(places)) for value in answer.values], dtype=np.uint32)
        parts.append(table[answer.codes])
    return Coded(np.concatenate(parts), tuple(places))


def prepared(normal: Normal, form: str = "") -> Prepared:
    """The policy made ready. `form` asks for a kernel by name (`choosing`), where the fastest isn't wanted."""
    alarms = ready_alarms(normal, form)
    stages = (*(ready(normal, number, form) for number in range(len(normal.stages))), *((alarms,) if alarms else ()))
    return Prepared(normal, stages, _reads(normal, stages), _asked(normal, stages))


def _asked(normal: Normal, stages: Sequence[Ready]) -> tuple[str, ...]:
    subjects = (normal.axes.axes[number].subject for stage in stages for number in stage.unknown or ())
    return tuple(sorted({subject.name for subject in subjects if isinstance(subject, FieldRef)}))


def _reads(normal: Normal, stages: Sequence[Ready]) -> frozenset[str]:
    read = expressions(normal.policy.defines)
    found: set[str] = set()
    for stage in stages:
        for number in stage.axes:
            found |= read.of(normal.axes.axes[number].subject).fields
        for plan in stage.plans:
            for clause in plan.decided.clauses:
                if clause.value is None:
                    found |= read.of(clause.expr).fields
    return frozenset(found)
