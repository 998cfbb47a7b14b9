"""What adds up: the sum of what the true rules give, stopping at the largest value of its type."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from tierpolicy.compile.sql.comparing import any_of, compared, condition
from tierpolicy.compile.sql.constants import constant
from tierpolicy.compile.sql.said import Speaking
from tierpolicy.compile.sql.term import Sql, Term, case, joined, number
from tierpolicy.semantics.lattice import drawn, largest_sum


def added_up(said: Speaking) -> Term:
    """The sum, drawn to the attribute's bounds; the worst value where no rule gives anything."""
    attribute, draft, start = said.attribute, said.draft, said.decided.start
    always, size, given = 0, 0, False
    parts: list[tuple[Term, Sql]] = []
    for clause in said.decided.grants:
        truth = said.truth(clause)
        if truth.value is not None and truth.value is not True:
            continue
        if clause.value is not None:
            assert isinstance(clause.value, int)
            size += clause.value
            if truth.value is True:
                always, given = always + clause.value, True
            else:
                parts.append((truth, _addend(truth, said.noted(number(clause.value), said.comment(clause)))))
            continue
        value = draft.once(said.calculated(clause), f"{attribute.name}_said")
        if value.maybe and value.sql is not None and value.value is not None:
            continue  # a constant that gives nothing
        positive = compared(">", value, constant(0, attribute.type, draft.dialect), draft)
        known = condition(draft.is_known(value), value, maybe=False)
        counts = [each for each in (truth, known) if each.value is not True]
        size += int(value.most)
        test = condition(
            joined(exp.And, [_open(each.sql) for each in (truth, positive) if each.value is not True]), truth, positive
        )
        there = (
            condition(joined(exp.And, [_open(each.sql) for each in counts]), *counts, maybe=True) if counts else truth
        )
        parts.append((there, _addend(test, said.noted(value.sql.copy(), said.comment(clause)))))
    if not parts:
        total = min(always, largest_sum(attribute))
        return said.constant(drawn(attribute, total) if given else start)
    found = _total(said, always, size, parts)
    if given or start == drawn(attribute, 0):
        return found
    found = draft.once(found, f"{attribute.name}_sum")
    anything = any_of([replace(there, sql=there.sql.copy()) for there, _ in parts], draft)
    level = max(found.level, anything.level)
    return replace(
        found, sql=case([(anything.sql, found.sql.copy())], said.value_sql(start)), level=level, none=said.side, depth=3
    )


def _open(sql: Sql) -> Sql:
    return exp.Paren(this=sql.copy()) if isinstance(sql, exp.Or | exp.Case) else sql.copy()


def _addend(truth: Term, value: Sql) -> Sql:
    return case([(truth.sql.copy(), value)], exp.cast(number(0), "BIGINT"))


def _total(said: Speaking, always: int, size: int, parts: list[tuple[Term, Sql]]) -> Term:
    attribute, draft = said.attribute, said.draft
    limit = largest_sum(attribute)
    addends = [part for _, part in parts]
    level = max(truth.level for truth, _ in parts)
    if size >= 2**62:
        addends = [exp.cast(addend, "DECIMAL(38, 0)") for addend in addends]
    if always:
        addends.insert(0, number(always))
    total = joined(exp.Add, addends)
    found = Term(total, attribute.type, level, False, depth=4, most=float(min(size, limit)), least=1)
    if size > limit:
        held = draft.once(found, f"{attribute.name}_total")
        beyond = exp.GT(this=held.sql.copy(), expression=number(limit))
        found = replace(held, sql=exp.cast(case([(beyond, number(limit))], held.sql.copy()), "BIGINT"), depth=3)
    return said.drawn(found)
