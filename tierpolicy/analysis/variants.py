"""Policies that differ from another in one respect, for questions of the kind "what would be without it"."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from types import MappingProxyType

from tierpolicy.model.expressions import IsMissing, Or
from tierpolicy.model.policy import Cap, Floor, Grant, Policy, Rule, Table
from tierpolicy.semantics.index import Statement


def without(policy: Policy, statement: Statement) -> Policy:
    """The policy less one rule, table row, limit or baseline. All others are the same objects."""
    gone = [index for index, rule in enumerate(policy.rules) if rule is statement]
    return replace(
        policy,
        rules=tuple(rule for rule in policy.rules if rule is not statement),
        tables=tuple(_less_row(table, gone[0]) for table in policy.tables) if gone else policy.tables,
        limits=tuple(limit for limit in policy.limits if limit is not statement),
        baselines=tuple(baseline for baseline in policy.baselines if baseline is not statement),
    )


def _less_row(table: Table, gone: int) -> Table:
    rows = tuple(row - (row > gone) for row in table.rows if row != gone)
    return table if rows == table.rows else replace(table, rows=rows)


def counting_when_unknown(policy: Policy, statement: Statement) -> Policy:
    """The policy in which a statement's condition is true where it is unknown."""
    condition = statement.condition
    changed = replace(statement, condition=Or((condition, IsMissing(condition))))
    return replace(
        policy,
        rules=tuple(changed if rule is statement else rule for rule in policy.rules),  # type: ignore[misc]
        limits=tuple(changed if limit is statement else limit for limit in policy.limits),  # type: ignore[misc]
        baselines=tuple(changed if each is statement else each for each in policy.baselines),  # type: ignore[misc]
    )


def adding_freely(policy: Policy, attribute: str, left_out: Collection[Grant]) -> Policy:
    """The policy in which an attribute that adds up is the sum of what rules give: no bounds, no limits, no baselines.
    `left_out` isn't given."""
    gone = {id(grant) for grant in left_out}
    free = replace(policy.attributes[attribute], low=None, high=None)

    def less(rule: Rule) -> Rule:
        kept = tuple(grant for grant in rule.grants if id(grant) not in gone)
        return rule if len(kept) == len(rule.grants) else replace(rule, grants=kept)

    def others(clauses: tuple[Cap, ...] | tuple[Floor, ...]) -> tuple[object, ...]:
        return tuple(clause for clause in clauses if clause.attribute != attribute)

    return replace(
        policy,
        attributes=MappingProxyType({**policy.attributes, attribute: free}),
        rules=tuple(map(less, policy.rules)) if gone else policy.rules,
        limits=tuple(replace(limit, caps=others(limit.caps)) for limit in policy.limits),  # type: ignore[arg-type]
        baselines=tuple(replace(b, floors=others(b.floors)) for b in policy.baselines),  # type: ignore[arg-type]
    )
