"""What a change changes, clause by clause: enough to see of most customers that nothing changes for them.

A decision is made of what the true statements say. Statements that both policies have say the same in both, so where
those that only one has say the same too, on the same facts, the decision is the same: attribute by attribute, each
after those that it reads. Statements are told apart by what they say, not by name: a row that is left out renames those
below it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tierpolicy.analysis.comparison.alike import names_in
from tierpolicy.cells.reads import indexed
from tierpolicy.model.expressions import AttributeRef, Constant, Expr, walk
from tierpolicy.model.policy import Cap, Floor, Grant, Policy, Rule, Table
from tierpolicy.model.reads import Reads
from tierpolicy.model.values import Known, NotOffered, Value, equal
from tierpolicy.semantics.counting import (
    Deliberation,
    Given,
    Parts,
    clauses_of,
    condition_of,
    first_match_truths,
    given_by,
    parts_of,
    truth_of,
)
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.formula import decided_value
from tierpolicy.semantics.index import Index, Statement, clauses_by_attribute, first_match_rows, statements

Print = Hashable
"""All that a statement says, without its name and place."""


@dataclass(frozen=True)
class Prints:
    """The statements of a policy by what they say. `rows` numbers the conditions of `first match` tables: two rows in
    one place of tables with one number count for the same customers."""

    policy: Policy
    rows: dict[Hashable, int]

    @cached_property
    def _places(self) -> Mapping[str, Hashable]:
        places: dict[str, Hashable] = {}
        for table in self.policy.tables:
            if table.first_match:
                rows = [self.policy.rules[row] for row in table.rows]
                asked = tuple((row.condition, row.otherwise) for row in rows)
                number = self.rows.setdefault(asked, len(self.rows))
                places |= {row.origin.name: (number, at) for at, row in enumerate(rows)}
        return places

    def of(self, statement: Statement) -> Print:
        """What a statement of the policy says."""
        return _print(statement, self._places.get(statement.origin.name))


def _print(statement: Statement, place: Hashable) -> Print:
    about: Hashable = ()
    if isinstance(statement, Rule):
        about = (statement.group, frozenset(statement.overrides), statement.otherwise)
    clauses = tuple(
        (type(each).__name__, each.attribute, each.kind if isinstance(each, Cap) else "", each.value)
        for each in clauses_of(statement)
    )
    return statement.condition, statement.in_force, clauses, about, place


@dataclass(frozen=True)
class Difference:
    """The statements that only one of two policies has, or reads otherwise because a define or parameter changed:
    `renamed` are these. `declared`: an attribute begins elsewhere, so that nothing can be told in advance."""

    old: Policy
    new: Policy
    before: tuple[Statement, ...]
    after: tuple[Statement, ...]
    renamed: frozenset[str]
    declared: bool

    def changes_meaning(self, expr: Expr) -> bool:
        """True of an expression that names a define or parameter that means something else."""
        return bool(self.renamed) and not self.renamed.isdisjoint(names_in((expr,)))

    @property
    def nothing(self) -> bool:
        return not self.before and not self.after and not self.declared

    @cached_property
    def touched(self) -> frozenset[str]:
        """The attributes of which something else is said. Others change only where they read one of these."""
        if self.declared:
            return frozenset(self.old.attributes)
        said = [{part for each in some for part in _parts(each)} for some in (self.before, self.after)]
        told = said[0] ^ said[1] if not self.renamed and not self._of_rows else said[0] | said[1]
        return frozenset(attribute for attribute, _ in told)

    @property
    def _of_rows(self) -> bool:
        return any(each.origin.name in tables for tables in self._tables for each in (*self.before, *self.after))

    @cached_property
    def reads_decisions(self) -> bool:
        """True where what differs asks what was decided."""
        exprs = [each.condition for each in (*self.before, *self.after)]
        exprs += [clause.value for each in (*self.before, *self.after) for clause in clauses_of(each)]
        policies = (self.old, self.new)
        exprs += [define.expression for policy in policies for define in policy.defines.values()]
        return any(isinstance(node, AttributeRef) for expr in exprs for node in walk(expr))

    @cached_property
    def _tables(self) -> tuple[Mapping[str, Table], Mapping[str, Table]]:
        return first_match_rows(self.old), first_match_rows(self.new)

    @cached_property
    def moved(self) -> frozenset[str]:
        """The attributes that may come out otherwise: those touched and all that read them."""
        if self.declared:
            return frozenset(self.old.attributes)
        found = indexed(self.old).moved_by(self.touched)
        return found | indexed(self.new).moved_by(found) if self.renamed or self._tables[1] else found

    @cached_property
    def _index(self) -> Index:
        """What deciding looks up in the new policy, and no more."""
        return Index(clauses_by_attribute(self.new), self._tables[1], {}, {}, Reads(self.new.defines))

    @cached_property
    def asks(self) -> frozenset[str]:
        """The attributes that the old policy must have decided before the new one can be seen to decide otherwise."""
        return frozenset(self.old.attributes) if self.declared or self.reads_decisions else self.moved

    def decided_again(self, before: Deliberation) -> Mapping[str, Known]:
        """What the new policy decides otherwise, given what the old one's decision was made of, of those that it
        `asks`."""
        decided = before.situation.decided
        situation = Situation(self.new, before.situation.fields, before.situation.as_of, dict(decided))
        again = Deliberation(situation, self._index)
        found: dict[str, Known] = {}
        for name in self.new.order:
            if name not in self.moved:
                continue
            attribute = self.new.attributes[name]
            rereads = self.declared or not found.keys().isdisjoint(self._reads(name))
            parts = parts_of(attribute, again) if rereads else self._exchanged(name, before.parts[name], again)
            value = decided_value(attribute, parts, [])
            if not equal(value, decided[name]):
                found[name] = situation.decided[name] = value
        return found

    def _reads(self, name: str) -> frozenset[str]:
        return indexed(self.old).reads[name].attributes

    def _exchanged(self, name: str, parts: Parts, again: Deliberation) -> Parts:
        """What is said of an attribute, by the statements that both policies have and those of the new one."""
        gone, attribute = {id(each) for each in self.before}, self.new.attributes[name]
        kept = [
            tuple(given for given in some if id(given.statement) not in gone)
            for some in (parts.grants, parts.caps, parts.floors)
        ]
        more: list[Given] = []
        for statement in self.after:
            for clause in clauses_of(statement):
                if clause.attribute == name and truth_of(statement, again) is True:
                    given = given_by(attribute, statement, clause, again)
                    more += [given] if given is not None else []
        return Parts(
            (*kept[0], *(each for each in more if isinstance(each.clause, Grant))),
            (*kept[1], *(each for each in more if isinstance(each.clause, Cap))),
            (*kept[2], *(each for each in more if isinstance(each.clause, Floor))),
        )

    def may_matter(self, values: Mapping[str, Value], as_of: date, decided: Mapping[str, Known]) -> bool:
        """False where a customer's decision is surely the same; `decided` is that of the old policy, which is looked
        at only where `reads_decisions`."""
        if self.declared:
            return True
        one = Situation(self.old, values, as_of, dict(decided))
        other = Situation(self.new, values, as_of, dict(decided))
        return _said(self.before, one, self._tables[0]) != _said(self.after, other, self._tables[1])


def difference(old: Prints, new: Policy) -> Difference:
    """What differs between a policy and a changed one. Statements that are the same object are the same statement."""
    changed = _changed_names(old.policy, new)
    one, other = (_fresh(policy, than, changed) for policy, than in ((old.policy, new), (new, old.policy)))
    prints = Prints(new, dict(old.rows))
    kept = Counter(old.of(each) for each in one) & Counter(prints.of(each) for each in other)
    before = tuple(_without(one, old, Counter(kept), _naming(old.policy, changed)))
    after = tuple(_without(other, prints, Counter(kept), _naming(new, changed)))
    declared = old.policy.attributes is not new.attributes and dict(old.policy.attributes) != dict(new.attributes)
    return Difference(old.policy, new, before, after, changed, declared)


def _fresh(policy: Policy, than: Policy, changed: frozenset[str]) -> list[Statement]:
    """The statements that aren't those of another policy; of a `first match` table all rows or none."""
    known = {id(each) for each in statements(than)}
    naming = _naming(policy, changed)
    fresh = {each.origin.name for each in statements(policy) if id(each) not in known} | naming
    tables = {table.origin.name: table for table in than.tables}
    for table in policy.tables:
        rows = [policy.rules[row].origin.name for row in table.rows]
        other = tables.get(table.origin.name)
        first_match = table.first_match or (other is not None and other.first_match)
        if first_match and (other is None or _rows(table, policy) != _rows(other, than)):
            fresh.update(rows)
    return [each for each in statements(policy) if each.origin.name in fresh]


def _rows(table: Table, policy: Policy) -> tuple[bool, list[int]]:
    return table.first_match, [id(policy.rules[row]) for row in table.rows]


def _without(
    some: list[Statement], prints: Prints, kept: Counter[Print], naming: frozenset[str]
) -> Iterator[Statement]:
    """Those that aren't among the kept, and those that name something changed."""
    for each in some:
        said = prints.of(each)
        shared = kept[said] > 0
        if shared:
            kept[said] -= 1
        if not shared or each.origin.name in naming:
            yield each


def _naming(policy: Policy, changed: frozenset[str]) -> frozenset[str]:
    """The statements that name something changed; with one row of a `first match` table all its rows."""
    if not changed:
        return frozenset()
    found = {
        each.origin.name
        for each in statements(policy)
        if names_in((each.condition, *(clause.value for clause in clauses_of(each)))) & changed
    }
    for table in policy.tables:
        rows = [policy.rules[row].origin.name for row in table.rows]
        if table.first_match and not found.isdisjoint(rows):
            found.update(rows)
    return frozenset(found)


def _changed_names(old: Policy, new: Policy) -> frozenset[str]:
    """The parameters and defines that mean something else, and the defines that read these."""
    changed = {name for name, each in old.parameters.items() if new.parameters[name].value != each.value}
    changed |= {name for name, each in old.defines.items() if new.defines[name].expression != each.expression}
    while changed:
        more = {
            name
            for policy in (old, new)
            for name, each in policy.defines.items()
            if name not in changed and names_in((each.expression,)) & changed
        }
        if not more:
            break
        changed |= more
    return frozenset(changed)


def _parts(statement: Statement) -> Iterator[tuple[str, Hashable]]:
    """Of each attribute, all that the statement says: when, and what."""
    about: tuple[Hashable, ...] = (statement.condition, statement.in_force)
    if isinstance(statement, Rule):
        about = (*about, statement.group, frozenset(statement.overrides))
    for clause in clauses_of(statement):
        kind = clause.kind if isinstance(clause, Cap) else type(clause).__name__
        yield clause.attribute, (kind, clause.value, about)


def _said(some: tuple[Statement, ...], situation: Situation, tables: Mapping[str, Table]) -> Counter[Hashable]:
    """What those of the statements that count say."""
    truths: dict[str, Value] = {}
    found: Counter[Hashable] = Counter()
    for each in some:
        name = each.origin.name
        if name in tables and name not in truths:
            truths.update(first_match_truths(tables[name], situation))
        truth = truths[name] if name in tables else condition_of(each, situation)
        if truth is True:
            found.update(_clauses(each, situation))
    return found


def _clauses(statement: Statement, situation: Situation) -> Iterator[Hashable]:
    about: Hashable = ()
    if isinstance(statement, Rule):
        about = (statement.group, frozenset(statement.overrides))
    for clause in clauses_of(statement):
        value = clause.value.value if isinstance(clause.value, Constant) else value_of(clause.value, situation)
        kind = clause.kind if isinstance(clause, Cap) else type(clause).__name__
        yield kind, clause.attribute, type(value).__name__, _plain(value), about


def _plain(value: Value) -> Hashable:
    """A value that equals only itself: `none` and 0 are two."""
    return "none" if isinstance(value, NotOffered) else value
