"""A policy in which what is said of one attribute takes another to have a certain value, whatever it is decided as.

"Had it not risen" is asked of the conditions on it alone: what moves with it through other attributes stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import TypeVar

from tierpolicy.cells.reads import attributes_in, indexed
from tierpolicy.model.expressions import AttributeRef, Constant, DefineRef, Expr
from tierpolicy.model.policy import Baseline, Cap, Floor, Grant, Limit, Policy, Rule
from tierpolicy.model.values import Known
from tierpolicy.semantics.counting import clauses_of
from tierpolicy.semantics.index import Statement

Clause = TypeVar("Clause", Grant, Cap, Floor)

AS_IF = "·"
"""Ends the name of a define that reads the other value: no name of a policy holds it."""


def reading_as(policy: Policy, attribute: str, read: str, value: Known) -> Policy:
    """The policy in which the statements about `attribute`, and the rows above them, read `value` for `read`."""
    moved = frozenset(
        name for name, define in policy.defines.items() if read in attributes_in(define.expression, policy)
    )
    swap = _Swap(policy, read, value, moved)
    defines = {name + AS_IF: replace(policy.defines[name], name=name + AS_IF) for name in moved}
    taken = {name: replace(define, expression=swap.of(define.expression)) for name, define in defines.items()}
    index, tables = indexed(policy), set[str]()
    for rule, _ in index.clauses[attribute].grants:
        table = index.first_match.get(rule.origin.name)
        if table is not None:
            tables.add(table.origin.name)

    def is_asked(statement: Statement) -> bool:
        if read not in index.asked[statement.origin.name].attributes | _read_by_values(policy, statement):
            return False
        table = index.first_match.get(statement.origin.name)
        about = table is not None and table.origin.name in tables
        return about or any(clause.attribute == attribute for clause in clauses_of(statement))

    return replace(
        policy,
        defines=MappingProxyType({**policy.defines, **taken}) if taken else policy.defines,
        rules=tuple(swap.rule(each) if is_asked(each) else each for each in policy.rules),
        limits=tuple(swap.limit(each) if is_asked(each) else each for each in policy.limits),
        baselines=tuple(swap.baseline(each) if is_asked(each) else each for each in policy.baselines),
    )


def _read_by_values(policy: Policy, statement: Statement) -> frozenset[str]:
    return frozenset[str]().union(*(attributes_in(clause.value, policy) for clause in clauses_of(statement)))


@dataclass(frozen=True, slots=True)
class _Swap:
    policy: Policy
    read: str
    value: Known
    moved: frozenset[str]

    def rule(self, rule: Rule) -> Rule:
        return replace(rule, condition=self.of(rule.condition), grants=tuple(map(self.clause, rule.grants)))

    def limit(self, limit: Limit) -> Limit:
        return replace(limit, condition=self.of(limit.condition), caps=tuple(map(self.clause, limit.caps)))

    def baseline(self, baseline: Baseline) -> Baseline:
        return replace(baseline, condition=self.of(baseline.condition), floors=tuple(map(self.clause, baseline.floors)))

    def clause(self, clause: Clause) -> Clause:
        value = self.of(clause.value)
        return clause if value is clause.value else replace(clause, value=value)

    def of(self, expr: Expr) -> Expr:
        """The expression with the value in the attribute's place; the same object where it doesn't read it."""
        match expr:
            case AttributeRef(name, type_, span) if name == self.read:
                return Constant(self.value, type_, span)
            case DefineRef(name) if name in self.moved:
                return replace(expr, name=name + AS_IF)
            case _:
                return _rebuilt(expr, self.of)


def _rebuilt(expr: Expr, part: Callable[[Expr], Expr]) -> Expr:
    """The expression of other parts; the same object where all are the same."""
    changed: dict[str, object] = {}
    for each in fields(expr):
        inside = getattr(expr, each.name)
        if isinstance(inside, Expr):
            new: object = part(inside)
        elif isinstance(inside, tuple) and inside and isinstance(inside[0], Expr):
            parts = tuple(map(part, inside))
            new = inside if all(a is b for a, b in zip(parts, inside, strict=True)) else parts
        else:
            continue
        if new is not inside:
            changed[each.name] = new
    return replace(expr, **changed) if changed else expr  # type: ignore[arg-type]
