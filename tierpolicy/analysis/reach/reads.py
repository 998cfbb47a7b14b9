"""What a policy's defines and attributes read, name by name, and what is moved when a fact changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tierpolicy.model.expressions import AttributeRef, DefineRef, Expr, FieldRef, children, walk
from tierpolicy.model.policy import Policy
from tierpolicy.semantics.index import Index

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reads:
    """For every define and attribute the names that it reads directly. No name stands for two things."""

    direct: Mapping[str, frozenset[str]]
    _by_node: dict[int, tuple[Expr, frozenset[str]]] = field(default_factory=dict)

    def names_in(self, expr: Expr) -> frozenset[str]:
        """The fields, attributes and defines that an expression names; kept for every part of it."""
        known = self._by_node.get(id(expr))
        if known is None:
            match expr:
                case FieldRef(name) | AttributeRef(name) | DefineRef(name):
                    found = frozenset({name})
                case _:
                    found = NOTHING.union(*(self.names_in(part) for part in children(expr)))
            known = self._by_node[id(expr)] = (expr, found)  # holding the node keeps its id its own
        return known[1]

    def reached_from(self, names: Iterable[str]) -> frozenset[str]:
        """The names, and all that they read, however indirectly."""
        return _reached(names, self.direct)

    def moved_by(self, facts: Iterable[str]) -> frozenset[str]:
        """The facts, and all that reads them, however indirectly."""
        readers: dict[str, set[str]] = {}
        for reader, names in self.direct.items():
            for name in names:
                readers.setdefault(name, set()).add(reader)
        return _reached(facts, readers)


def names_in(expr: Expr) -> Iterator[str]:
    """The fields, attributes and defines that an expression names."""
    return (node.name for node in walk(expr) if isinstance(node, FieldRef | AttributeRef | DefineRef))


def reads_of(policy: Policy, index: Index) -> Reads:
    """What each define and each attribute reads; a row of a `first match` table also what the other rows ask."""
    direct = {name: frozenset(names_in(define.expression)) for name, define in policy.defines.items()}
    asked: dict[str, frozenset[str]] = {}
    for table in policy.tables:
        if table.first_match:
            rows = [policy.rules[row] for row in table.rows]
            together = frozenset(name for row in rows for name in names_in(row.condition))
            asked.update((row.origin.name, together) for row in rows)
    for name, clauses in index.clauses.items():
        found: set[str] = set()
        for statement, clause in clauses.all():
            above = asked.get(statement.origin.name)
            found.update(above if above is not None else names_in(statement.condition))
            found.update(names_in(clause.value))
        direct[name] = frozenset(found)
    return Reads(direct)


def _reached(names: Iterable[str], steps: Mapping[str, Iterable[str]]) -> frozenset[str]:
    reached = set(names)
    waiting = list(reached)
    while waiting:
        for name in steps.get(waiting.pop(), ()):
            if name not in reached:
                reached.add(name)
                waiting.append(name)
    return frozenset(reached)
