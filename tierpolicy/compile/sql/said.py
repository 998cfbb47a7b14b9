"""All that is said of one attribute, ready to be joined: truths, constants, calculated values drawn to bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from tierpolicy.compile.normal import Clause, Decided, Stage
from tierpolicy.compile.sql.comparing import compared, flag_of
from tierpolicy.compile.sql.constants import constant, largest, type_name
from tierpolicy.compile.sql.statements import Statements
from tierpolicy.compile.sql.term import Draft, Sql, Term, case, null
from tierpolicy.model.types import Flag
from tierpolicy.model.values import MISSING, Known, NotOffered
from tierpolicy.model.vocabulary import Attribute, Direction


@dataclass(frozen=True, slots=True)
class Speaking:
    """An attribute in its stage."""

    decided: Decided
    stage: Stage
    statements: Statements

    @property
    def attribute(self) -> Attribute:
        return self.decided.attribute

    @property
    def draft(self) -> Draft:
        return self.statements.lowering.draft

    @property
    def side(self) -> NotOffered | None:
        """How the attribute compares `none`; None where it is always offered."""
        if not self.attribute.or_none:
            return None
        return NotOffered.ABOVE if self.attribute.direction is Direction.LESS else NotOffered.BELOW

    @property
    def most(self) -> float:
        low, high = self.attribute.low, self.attribute.high
        if isinstance(low, int | float) and isinstance(high, int | float):
            return float(max(abs(low), abs(high)))
        return largest(self.attribute.type)

    # ------------------------------------------------------------ truths

    def truth(self, clause: Clause) -> Term:
        """Whether the clause's statement counts, as a condition of its own."""
        found = self.statements.truths[self.stage.conditions[clause.condition].name]
        return replace(found, sql=found.sql.copy(), stored=found.stored.copy() if found.stored else None)

    def truth_always(self) -> Term:
        return flag_of(True, self.draft)

    def comment(self, clause: Clause) -> str:
        return self.statements.said(self.stage.conditions[clause.condition].name)

    # ------------------------------------------------------------ values

    def constant(self, value: Known) -> Term:
        found = constant(value, self.attribute.type, self.draft.dialect)
        return replace(found, none=self.side) if isinstance(value, NotOffered) else found

    def value_sql(self, value: Known) -> Sql:
        """A constant as a column holds it."""
        return self.stored(self.constant(value))

    def stored(self, term: Term) -> Sql:
        return self.draft.stored(term) if isinstance(self.attribute.type, Flag) else term.sql.copy()

    def calculated(self, clause: Clause) -> Term:
        """What a clause gives, drawn to the attribute's bounds; NULL where it is missing (or `none`, where that isn't
        offered). A constant that gives nothing is missing too."""
        name = self.stage.conditions[clause.condition].name
        with self.statements.refusals.of(name, self.statements.written[name].origin.span):
            found = self.statements.lowering.term(clause.expr)
            if self.side is None:
                found = replace(found, none=None, maybe=found.may_be_null)
                if isinstance(found.value, NotOffered):
                    found = replace(found, value=MISSING)
            elif found.none is not None:
                found = replace(found, none=self.side, value=self.side if found.value is not None else None)
            return found if self.attribute.adds_up and clause.kind == "grant" else self.drawn(found)
        return constant(MISSING, self.attribute.type, self.draft.dialect)

    def drawn(self, term: Term) -> Term:
        """A value drawn to the attribute's bounds."""
        attribute, draft = self.attribute, self.draft
        if (attribute.low is None and attribute.high is None) or term.value is not None:
            return term
        term = draft.once(term, f"{attribute.name}_drawn")
        whens: list[tuple[Sql, Sql]] = (
            [(draft.is_null(term), null(type_name(attribute.type)))] if term.may_be_null else []
        )
        bare = replace(term, none=None)
        for bound, op in ((attribute.low, "<"), (attribute.high, ">")):
            if bound is not None:
                edge = self.constant(bound)
                whens.append((compared(op, bare, edge, draft).sql, edge.sql))  # type: ignore[arg-type]
        return replace(term, sql=case(whens, term.sql.copy()), depth=3, most=max(self.most, 0))

    # ------------------------------------------------------------ choosing

    def noted(self, sql: Sql, note: str) -> Sql:
        """With a comment that names the statement."""
        if note:
            sql.add_comments([note])
        return sql

    def chosen(self, whens: Sequence[tuple[Term, Known, str]], rest: Known) -> Term:
        """The value of the first that is true, else another: constants all."""
        if not whens:
            return self.constant(rest)
        parts = [(truth.sql.copy(), self.noted(self.value_sql(value), note)) for truth, value, note in whens]
        level = max(truth.level for truth, _, _ in whens)
        found = Term(case(parts, self.value_sql(rest)), self.attribute.type, level, False, self.side, depth=3)
        return replace(found, most=self.most)

    def chosen_or_nothing(self, whens: Sequence[tuple[Term, Known, str]]) -> Term:
        """The value of the first that is true; missing where none is. For what is always offered."""
        rest: Sql | None = None
        parts = []
        for truth, value, note in whens:
            if truth.value is True:
                rest = self.value_sql(value)
                break
            parts.append((truth.sql.copy(), self.noted(self.value_sql(value), note)))
        level = max((truth.level for truth, _, _ in whens), default=0)
        found = Term(case(parts, rest), self.attribute.type, level, rest is None, depth=3)
        return replace(found, most=self.most)

    def named(self, term: Term) -> Term:
        """The attribute as a column."""
        flag = isinstance(self.attribute.type, Flag)
        if flag and term.stored is None and term.value is None:
            term = replace(term, stored=term.sql)
        if type_name(self.attribute.type) == "BIGINT":  # small constants are of smaller types
            term = replace(term, sql=exp.cast(term.sql, "BIGINT"))
        made = self.draft.column(self.attribute.name, term, kind="attribute")
        if term.value is not None and not isinstance(term.value, NotOffered):
            return replace(made, none=None)
        return replace(made, none=self.side, maybe=False)
