"""An attribute without direction: the one value that the true rules give, else its default (language.md §2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlglot import exp

from tierpolicy.compile.normal import Clause
from tierpolicy.compile.refusing import Unsupported
from tierpolicy.compile.sql.comparing import all_of, any_of, compared, condition, negation
from tierpolicy.compile.sql.said import Speaking
from tierpolicy.compile.sql.term import Sql, Term, case, number
from tierpolicy.model.types import INTEGER
from tierpolicy.model.values import Known

MOST_CALCULATED = 60


def agreed(said: Speaking) -> Term:
    """The value on which all agree that stand, by a number for each different constant."""
    clauses = [clause for clause in said.decided.grants if _may_count(said.truth(clause))]
    if any(clause.value is None for clause in clauses):
        return _of_calculated(said, clauses)
    standing = [(clause, _standing(said, clause, clauses)) for clause in clauses]
    standing = [(clause, truth) for clause, truth in standing if _may_count(truth)]
    values = _distinct(clause.value for clause, _ in standing if clause.value is not None)
    default = said.decided.start
    if len(values) <= 1 or _one_table(said, clauses):
        whens = [(truth, clause.value, said.comment(clause)) for clause, truth in standing if clause.value is not None]
        if any(truth.value is True for truth, _, _ in whens):
            return said.constant(values[0])
        return said.chosen(whens, default)
    return _least_and_greatest(said, standing, values)


def _may_count(truth: Term) -> bool:
    return truth.value is None or truth.value is True


def _one_table(said: Speaking, clauses: list[Clause]) -> bool:
    """Rows of one `first match` table: one of them counts at most."""
    selections = {said.stage.conditions[clause.condition].selection for clause in clauses}
    return len(selections) == 1 and None not in selections


def _distinct(values: Any) -> list[Known]:
    found: dict[tuple[type, Known], Known] = {}
    for value in values:
        found.setdefault((type(value), value), value)
    return list(found.values())


def _least_and_greatest(said: Speaking, standing: list[tuple[Clause, Term]], values: list[Known]) -> Term:
    """The first and the last of the values that are given: only where they are the same do all agree."""
    draft = said.draft
    places = {(type(value), value): place for place, value in enumerate(values)}

    def at(clause: Clause) -> int:
        assert clause.value is not None
        return places[type(clause.value), clause.value]

    def number_of(given: list[tuple[Clause, Term]], kind: str) -> Term:
        level = max(truth.level for _, truth in given)
        whens: list[tuple[Sql, Sql]] = []
        rest: Sql | None = None
        for clause, truth in given:
            if truth.value is True:
                rest = number(at(clause))
                break
            whens.append((truth.sql.copy(), said.noted(number(at(clause)), said.comment(clause))))
        term = Term(case(whens, rest), INTEGER, level, rest is None, depth=3)
        return draft.column(f"{said.attribute.name}_{kind}", term, kind="attribute")

    ordered = sorted(standing, key=lambda each: at(each[0]))
    first, last = number_of(ordered, "first"), number_of(ordered[::-1], "last")
    whens: list[tuple[Sql, Sql]] = []
    for place, value in enumerate(values):
        same = [exp.EQ(this=each.sql.copy(), expression=number(place)) for each in (first, last)]
        whens.append((exp.And(this=same[0], expression=same[1]), said.value_sql(value)))
    level = max(first.level, last.level)
    found = Term(case(whens, said.value_sql(said.decided.start)), said.attribute.type, level, False, said.side, depth=3)
    return replace(found, most=said.most)


# ---------------------------------------------------------------- overriding


def _standing(said: Speaking, clause: Clause, clauses: list[Clause], known: dict[int, Term] | None = None) -> Term:
    """Whether a grant counts and none that overrides it does."""
    truth = said.truth(clause)
    over = [other for other in clauses if clause.group in other.overrides]
    if not over:
        return truth
    draft = said.draft
    true = [all_of([said.truth(o), *([known[id(o)]] if known and id(o) in known else [])], draft) for o in over]
    overridden = any_of(true, draft)
    if overridden.value is not None:
        return negation(overridden, draft) if overridden.value is True else truth
    # an overriding rule that is unknown doesn't count
    nothing = draft.once(
        draft.as_flag(
            Term(
                case([(overridden.sql, draft.flag(False))], draft.flag(True)),
                truth.type,
                overridden.level,
                False,
                depth=3,
            )
        ),
        f"{said.attribute.name}_stands",
    )
    return all_of([truth, nothing], draft)


# ---------------------------------------------------------------- calculated


def _of_calculated(said: Speaking, clauses: list[Clause]) -> Term:
    """Each that stands as a column; where two differ, the default."""
    draft, attribute = said.draft, said.attribute
    if attribute.or_none:
        raise Unsupported("may be `none`, has no direction and is calculated: NULL would stand for two things")
    if len(clauses) > MOST_CALCULATED:
        raise Unsupported(f"is given by more than {MOST_CALCULATED} rules, some of them calculated")
    values = {
        id(c): draft.once(said.calculated(c) if c.value is None else said.constant(c.value), "said") for c in clauses
    }
    known = {key: condition(draft.is_known(value), value, maybe=False) for key, value in values.items() if value.maybe}
    given = []
    for clause in clauses:
        stands, value = _standing(said, clause, clauses, known), values[id(clause)]
        if not _may_count(stands):
            continue
        sql = said.noted(said.stored(value), said.comment(clause))
        if stands.value is not True:
            sql = case([(stands.sql, sql)])
        term = Term(sql, attribute.type, max(stands.level, value.level), True, depth=3)
        given.append(draft.column(f"{attribute.name}_given", _as_stored(said, term), kind="attribute"))
    default = said.value_sql(said.decided.start)
    if not given:
        return said.constant(said.decided.start)
    stored = [said.stored(each) for each in given]
    first: Sql = exp.Coalesce(this=stored[0], expressions=[*stored[1:], default]) if stored[1:] else stored[0]
    level = max(each.level for each in given)
    held = _as_stored(said, Term(first, attribute.type, level, True))
    agreed_on = draft.column(f"{attribute.name}_agreed", held, kind="attribute")
    differ = any_of([compared("!=", each, agreed_on, draft) for each in given], draft)
    whens: list[tuple[Sql, Sql]] = [(differ.sql, default.copy())] if differ.value is None else []
    rest = exp.Coalesce(this=said.stored(agreed_on), expressions=[default.copy()])
    found = Term(case(whens, rest), attribute.type, max(agreed_on.level, differ.level), False, depth=3)
    return replace(found, most=said.most)


def _as_stored(said: Speaking, term: Term) -> Term:
    """A term of stored values, flags too."""
    return replace(term, stored=term.sql)
