"""Which statements count, as truths: condition, dates, and in a `first match` table the rows above.

The rows of such a table are encoded down the table, with a literal for "every row above is false", so that a table
costs as much as its rows, not their square. Meaning: `semantics.counting`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import z3

from tierpolicy.analysis.smt.logic import all_of, any_of, negation, settled, yes
from tierpolicy.analysis.smt.terms import Rail
from tierpolicy.model.policy import InForce, Table
from tierpolicy.semantics.index import Statement

if TYPE_CHECKING:
    from tierpolicy.analysis.smt.sides import SideTerms


def rail_of(side: SideTerms, statement: Statement) -> Rail:
    """Whether a statement counts."""
    name = statement.origin.name
    if name not in side.rails:
        table = side.index.first_match.get(name)
        if table is None:
            side.rails[name] = condition_of(side, statement)
        else:
            _encode_rows(side, table)
    return side.rails[name]


def condition_of(side: SideTerms, statement: Statement) -> Rail:
    """A statement's own condition; false on a day on which it isn't in force."""
    rail = side.truth(statement.condition)
    standing = in_force(side, statement.in_force)
    if settled(standing):
        return rail
    workspace = side.workspace
    named = workspace.named
    true = all_of((rail.true, standing), workspace)
    false = any_of((rail.false, negation(standing)), workspace)
    return Rail(named(true), named(false))


def in_force(side: SideTerms, days: InForce) -> z3.BoolRef:
    today, workspace = side.today().value, side.workspace
    bounds = []
    if days.start is not None:
        bounds.append(today >= days.start.toordinal())
    if days.end is not None:
        bounds.append(today <= days.end.toordinal())
    return workspace.named(all_of(bounds, workspace))


def _encode_rows(side: SideTerms, table: Table) -> None:
    """`none_true` is false from the first true row on, `all_false` from the first that is not false."""
    workspace = side.workspace
    named = workspace.named
    rows = [side.policy.rules[index] for index in table.rows]
    none_true = all_false = yes(workspace)
    counting: list[z3.BoolRef] = []
    for row in rows:
        if row.otherwise:
            counted = any_of(counting, workspace)
            standing = in_force(side, row.in_force)
            true = named(all_of((standing, negation(counted)), workspace))
            side.rails[row.origin.name] = Rail(true, negation(true))
            continue
        own = condition_of(side, row)
        own = Rail(named(own.true), named(own.false))
        true = named(all_of((own.true, all_false), workspace))
        false = any_of((own.false, negation(none_true)), workspace)
        side.rails[row.origin.name] = Rail(true, false)
        counting.append(true)
        none_true = named(all_of((none_true, negation(own.true)), workspace))
        all_false = named(all_of((all_false, own.false), workspace))
