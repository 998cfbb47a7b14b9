"""The backend for batches: a policy in normal form made ready once, then decided for any number of records.

`prepared(normal).decide(columns, rows, as_of)` may be called from several threads at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from tierpolicy.cells.reads import expressions
from tierpolicy.compile.columns.data import Amounts, Answers, Bools, Coded, Column
from tierpolicy.compile.columns.facts import Facts
from tierpolicy.compile.columns.kernel import Look
from tierpolicy.compile.columns.stages import Ready, ready, ready_alarms
from tierpolicy.compile.columns.values import union
from tierpolicy.compile.normal import Normal
from tierpolicy.model.expressions import FieldRef
from tierpolicy.model.values import Known

BLOCK: Final = 1 << 17


@dataclass(frozen=True, slots=True)
class Prepared:
    """`reads` are the fields whose columns are looked at."""

    normal: Normal
    stages: tuple[Ready, ...]
    reads: frozenset[str]

    def decide(self, columns: Mapping[str, Column], rows: int, as_of: date) -> Answers:
        """The decisions for all rows. Columns of fields beyond `reads` may be absent."""
        policy = self.normal.policy
        if rows == 0:
            columns = {name: _one_row(column) for name, column in columns.items()}
        columns = {name: column for name, column in columns.items() if name in self.reads}
        with np.errstate(all="ignore"):
            looks = [stage.column_looks(columns) for stage in self.stages]
            days = [stage.base(as_of) for stage in self.stages]
            blocks = []
            for start in range(0, max(rows, 1), BLOCK):
                stop = min(start + BLOCK, max(rows, 1))
                here = {name: _part(column, start, stop) for name, column in columns.items()}
                facts = Facts(policy, as_of, stop - start, here)
                for stage, at, (base, fixed) in zip(self.stages, looks, days, strict=True):
                    stage.decide(facts, [_look_part(look, start, stop) for look in at], base, fixed)
                blocks.append(facts)
        attributes = {name: _joined([block.decided[name].answer for block in blocks]) for name in policy.attributes}
        open_ = self._open(blocks, columns)
        if rows == 0:
            attributes = {name: _none_left(answer) for name, answer in attributes.items()}
            open_ = None
        return Answers(rows, attributes, open_)

    def _open(self, blocks: Sequence[Facts], columns: Mapping[str, Column]) -> Bools | None:
        """The rows in doubt: those of the blocks, and those that miss what a condition asks of a field."""
        count = sum(block.rows for block in blocks)
        if any(stage.unknown is None for stage in self.stages):
            return np.ones(count, dtype=bool)
        doubts: Bools | None = None
        if any(block.doubts is not None for block in blocks):
            no_doubt = [np.zeros(b.rows, dtype=bool) if b.doubts is None else b.doubts for b in blocks]
            doubts = np.concatenate(no_doubt)
        return union(doubts, *(columns[name].missing for name in sorted(self._asked)))

    @property
    def _asked(self) -> frozenset[str]:
        axes = self.normal.axes.axes
        subjects = (axes[number].subject for stage in self.stages for number in stage.unknown or ())
        return frozenset(subject.name for subject in subjects if isinstance(subject, FieldRef))


def _part(column: Column, start: int, stop: int) -> Column:
    missing = None if column.missing is None else column.missing[start:stop]
    return replace(column, values=column.values[start:stop], missing=missing)


def _look_part(look: Look | None, start: int, stop: int) -> Look | None:
    if look is None:
        return None
    missing = None if look.missing is None else look.missing[start:stop]
    return replace(look, values=look.values[start:stop], missing=missing)


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
    return Prepared(normal, stages, _reads(normal, stages))


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
