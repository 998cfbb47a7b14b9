"""When statements are true, in SQL: conditions as columns, days in force, which row of a `first match` table counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlglot import exp

from tierpolicy.compile.normal import Condition, Stage
from tierpolicy.compile.refusing import Refusals
from tierpolicy.compile.sql.comparing import all_of, condition, flag_of
from tierpolicy.compile.sql.constants import literal
from tierpolicy.compile.sql.lowering import Lowering
from tierpolicy.compile.sql.term import Sql, Term, case, closed, number
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import ALWAYS, InForce, Policy
from tierpolicy.model.types import INTEGER
from tierpolicy.semantics.index import Statement, statements

MOST_NAMED = 300
"""Conditions that become columns of their own: beyond that only those that are asked for more than once do."""
MOST_REPEATED = 800
"""Of these: beyond that they are written out wherever they are asked for, as databases take only so many columns."""


@dataclass(slots=True)
class Statements:
    """The truths of statements, each found once.

    `day` is None where the day is a column of the table.
    """

    lowering: Lowering
    refusals: Refusals
    day: date | None
    written: Mapping[str, Statement]
    truths: dict[str, Term] = field(default_factory=dict)
    own: dict[str, Term] = field(default_factory=dict)
    selected: dict[tuple[str, ...], Term] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        return self.lowering.policy

    def said(self, name: str) -> str:
        """How a comment names a statement."""
        statement = self.written[name]
        origin = statement.origin
        kind = type(statement).__name__.lower()
        called = (
            name if name.startswith(("line ", "tier ")) or " line " in name or " row " in name else f"{kind} {name}"
        )
        return f"{called}: {origin.title}" if origin.title else called

    def own_truth(self, held: Condition) -> Term:
        """A statement's own condition with its days; unknown where something is missing."""
        if held.name not in self.own:
            found = flag_of(False, self.lowering.draft)
            with self.refusals.of(held.name, self.written[held.name].origin.span):
                found = self._own(held.expr, held.in_force)
            self.own[held.name] = found
        found = self.own[held.name]
        return replace(found, sql=found.sql.copy(), stored=found.stored.copy() if found.stored else None)

    def _own(self, expr: Expr, in_force: InForce) -> Term:
        draft = self.lowering.draft
        if in_force == ALWAYS:
            return self.lowering.term(expr)
        if self.day is not None:
            return self.lowering.term(expr) if in_force.covers(self.day) else flag_of(False, draft)
        today = self.lowering.today
        parts: list[Sql] = []
        if in_force.start is not None:
            start = literal(in_force.start, draft.dialect)
            parts.append(exp.GTE(this=closed(today.sql.copy()), expression=start))
        if in_force.end is not None:
            end = literal(in_force.end, draft.dialect)
            parts.append(exp.LTE(this=closed(today.sql.copy()), expression=end))
        return all_of([*(condition(part, today) for part in parts), self.lowering.term(expr)], draft)

    # ------------------------------------------------------------ what counts

    def prepare(self, stage: Stage) -> None:
        """The truths of a stage's statements. The condition of a statement with a name, or one asked for several times,
        is a column."""
        draft = self.lowering.draft
        uses: dict[int, int] = {}
        for decided in stage.attributes:
            for clause in decided.clauses:
                uses[clause.condition] = uses.get(clause.condition, 0) + 1
        for selection in stage.selections:
            self._select(stage, selection.rows, selection.otherwise)
        named = sum(1 for each in stage.conditions if each.selection is None)
        repeated = sum(1 for count in uses.values() if count > 1)
        for number_, held in enumerate(stage.conditions):
            if held.selection is not None or held.name in self.truths:
                continue
            truth = self.own_truth(held)
            plain = truth.value is not None or isinstance(truth.sql, exp.Column)
            if not plain and (named <= MOST_NAMED or (uses.get(number_, 0) > 1 and repeated <= MOST_REPEATED)):
                truth = draft.column(f"if_{held.name}", truth, self.said(held.name), "condition")
            self.truths[held.name] = truth

    def _select(self, stage: Stage, rows: tuple[int, ...], otherwise: int | None) -> None:
        """Which row counts: the first that isn't false, where it is true; `otherwise` where none of them counts.

        The number of the row, from 1; 0 where none counts.
        """
        draft = self.lowering.draft
        names = tuple(stage.conditions[row].name for row in rows)
        every = (*names, stage.conditions[otherwise].name) if otherwise is not None else names
        if every not in self.selected:
            self.selected[every] = self._selection([stage.conditions[row] for row in rows], otherwise, stage)
        at = self.selected[every]
        for place, name in enumerate(every):
            sql = exp.EQ(this=closed(at.sql.copy()), expression=number(place + 1))
            never = self.own[name].value is False if name in self.own else False
            self.truths[name] = flag_of(False, draft) if never else condition(sql, at, maybe=False)

    def _selection(self, rows: list[Condition], otherwise: int | None, stage: Stage) -> Term:
        draft = self.lowering.draft
        rest: Sql = number(0)
        if otherwise is not None and self.own_truth(stage.conditions[otherwise]).value is not False:
            last = self.own_truth(stage.conditions[otherwise])
            rest = number(len(rows) + 1)
            if last.value is None:
                rest = case([(last.sql, rest)], number(0))
        whens: list[tuple[Sql, Sql]] = []
        level = 0
        for place, row in enumerate(rows):
            truth = self.own_truth(row)
            if truth.value is False:
                continue
            level = max(level, truth.level)
            if truth.value is True:
                rest = number(place + 1)
                break
            whens.append((truth.sql, number(place + 1)))
            if truth.maybe:
                whens.append((draft.is_null(self.own_truth(row)), rest.copy()))
        if self.lowering.today.value is None:
            level = max(level, self.lowering.today.level)
        table = self.written[rows[0].name] if rows else None
        group = getattr(table, "group", "table")
        term = Term(case(whens, rest), INTEGER, level, False, depth=3)
        return draft.column(f"row_of_{group}", term, f"table {group}: the row that counts", "condition")


def by_name(policy: Policy) -> Mapping[str, Statement]:
    return {statement.origin.name: statement for statement in statements(policy)}
