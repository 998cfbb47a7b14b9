"""Attributes that two policies say the same of, word for word: what need not be compared customer by customer.

A clause's *print* is what it says without names and places: condition, dates, value, and for a row of a `first match`
table the rows before it. Two attributes are alike where they are declared alike, have the same clauses (the order of
statements never matters, language.md §2) and read only names that mean the same in both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable

from tierpolicy.cells.reads import indexed
from tierpolicy.model.expressions import Constant, DefineRef, Expr, FieldRef, ParameterRef, walk
from tierpolicy.model.policy import Cap, Floor, Grant, Policy, Rule
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.index import Statement, statements


def alike(old: Policy, new: Policy, differing: frozenset[str]) -> frozenset[str]:
    """The attributes of both that are surely decided alike. `differing` are fields that the two read differently."""
    changed = _changed_names(old, new, differing)
    readers = _readers_of(old, changed)
    tables: dict[Hashable, int] = {}
    index = indexed(old)
    prints = [_prints(policy, tables) for policy in (old, new)]
    equal = {
        name
        for name in old.attributes.keys() & new.attributes.keys()
        if _declared_alike(old.attributes[name], new.attributes[name])
        and prints[0][name] == prints[1][name]
        and not any(
            statement.origin.name in readers or names_in((clause.value,)) & changed
            for statement, clause in index.clauses[name].all()
        )
    }
    return frozenset(name for name in equal if index.behind((name,)) & old.attributes.keys() <= equal)


def _declared_alike(old: Attribute, new: Attribute) -> bool:
    return (old.type, old.direction, old.worst, old.or_none, old.adds_up, old.low, old.high, old.default) == (
        new.type,
        new.direction,
        new.worst,
        new.or_none,
        new.adds_up,
        new.low,
        new.high,
        new.default,
    )


def _prints(policy: Policy, tables: dict[Hashable, int]) -> dict[str, Counter[Hashable]]:
    """The prints of all clauses, by attribute. `tables` numbers the conditions of each `first match` table met."""
    places: dict[str, Hashable] = {}
    for table in policy.tables:
        if table.first_match:
            rows = [policy.rules[row] for row in table.rows]
            asked = tuple((row.condition, row.otherwise) for row in rows)
            number = tables.setdefault(asked, len(tables))
            places.update((row.origin.name, (number, at)) for at, row in enumerate(rows))
    found: dict[str, Counter[Hashable]] = {}
    for name, clauses in indexed(policy).clauses.items():
        directed = policy.attributes[name].direction is not Direction.NONE
        found[name] = Counter(
            _print(statement, clause, places.get(statement.origin.name), directed)
            for statement, clause in clauses.all()
        )
    return found


def _print(statement: Statement, clause: Grant | Cap | Floor, place: Hashable, directed: bool) -> Hashable:
    overriding: Hashable = ()
    if isinstance(statement, Rule) and not directed:
        overriding = (statement.group, frozenset(statement.overrides))
    kind = clause.kind if isinstance(clause, Cap) else type(clause).__name__
    return (kind, statement.condition, statement.in_force, clause.value, place, overriding)


def _changed_names(old: Policy, new: Policy, differing: frozenset[str]) -> frozenset[str]:
    """Fields, parameters and defines that don't mean the same in both, through other defines."""
    changed = set(differing)
    changed |= {
        name
        for name in old.parameters.keys() | new.parameters.keys()
        if name not in old.parameters
        or name not in new.parameters
        or (old.parameters[name].value, old.parameters[name].type)
        != (new.parameters[name].value, new.parameters[name].type)
    }
    changed |= {
        name
        for name in old.defines.keys() | new.defines.keys()
        if name not in old.defines
        or name not in new.defines
        or old.defines[name].expression != new.defines[name].expression
    }
    readers: dict[str, list[str]] = {}
    for name, define in old.defines.items():
        for read in names_in((define.expression,)):
            readers.setdefault(read, []).append(name)
    waiting = list(changed)
    while waiting:
        for reader in readers.get(waiting.pop(), ()):
            if reader not in changed:
                changed.add(reader)
                waiting.append(reader)
    return frozenset(changed)


def names_in(exprs: Iterable[Expr]) -> frozenset[str]:
    """The fields, defines and parameters named in expressions; defines are not looked into."""
    return frozenset(
        node.name
        for expr in exprs
        if not isinstance(expr, Constant)
        for node in walk(expr)
        if isinstance(node, FieldRef | DefineRef | ParameterRef)
    )


def _readers_of(policy: Policy, changed: frozenset[str]) -> frozenset[str]:
    """The statements that ask about one of these names; with one row of a `first match` table all its rows."""
    if not changed:
        return frozenset()
    found = {each.origin.name for each in statements(policy) if names_in((each.condition,)) & changed}
    for table in policy.tables:
        rows = [policy.rules[row].origin.name for row in table.rows]
        if table.first_match and not found.isdisjoint(rows):
            found.update(rows)
    return frozenset(found)
