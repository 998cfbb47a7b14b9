"""What deciding looks up in a policy, whoever the customer is: made once for a policy, read for every record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tierpolicy.model.policy import Baseline, Cap, Floor, Grant, Limit, Policy, Rule, Table
from tierpolicy.model.reads import Read, Reads, together

Statement = Rule | Limit | Baseline


@dataclass(frozen=True, slots=True)
class Clauses:
    """Every clause of a policy about one attribute, with its statement."""

    grants: list[tuple[Rule, Grant]] = field(default_factory=list)
    caps: list[tuple[Limit, Cap]] = field(default_factory=list)
    floors: list[tuple[Baseline, Floor]] = field(default_factory=list)

    def all(self) -> Iterator[tuple[Statement, Grant | Cap | Floor]]:
        yield from self.grants
        yield from self.caps
        yield from self.floors


@dataclass(frozen=True, slots=True)
class Index:
    """`clauses` are by attribute: all that is said of it. `first_match` is the table of every row that counts only
    after the rows above it, by the row's name.

    `asked` is what each statement's condition reads, by the statement's name; a row of a `first match` table waits for
    the rows above, and so reads what any row of the table does. `reads` is what the statements about an attribute
    read, conditions and values. `expressions` tells what any expression of the policy reads.
    """

    clauses: Mapping[str, Clauses]
    first_match: Mapping[str, Table]
    asked: Mapping[str, Read]
    reads: Mapping[str, Read]
    expressions: Reads

    def behind(self, names: Iterable[str], settled: frozenset[str] = frozenset()) -> frozenset[str]:
        """The fields and attributes, and all that it takes to know them; what is `settled` isn't looked into."""
        found = set(names)
        waiting = list(found)
        while waiting:
            name = waiting.pop()
            if name in self.reads and name not in settled:
                new = self.reads[name].names - found
                found |= new
                waiting.extend(new)
        return frozenset(found)

    def moved_by(self, names: Iterable[str]) -> frozenset[str]:
        """The fields and attributes, and the attributes that read them, however indirectly."""
        readers: dict[str, list[str]] = {}
        for reader, read in self.reads.items():
            for name in read.names:
                readers.setdefault(name, []).append(reader)
        found = set(names)
        waiting = list(found)
        while waiting:
            new = set(readers.get(waiting.pop(), ())) - found
            found |= new
            waiting.extend(new)
        return frozenset(found)


def index_of(policy: Policy, expressions: Reads | None = None) -> Index:
    """The index of a policy. `expressions` may be that of another policy with the same defines."""
    expressions = expressions or Reads(policy.defines)
    clauses, asked = clauses_by_attribute(policy), asked_by(policy, expressions)
    reads = {name: _read_for(said, asked, expressions) for name, said in clauses.items()}
    return Index(clauses, first_match_rows(policy), asked, reads, expressions)


def statements(policy: Policy) -> Iterator[Statement]:
    """Everything that can decide an attribute."""
    yield from policy.rules
    yield from policy.limits
    yield from policy.baselines


def clauses_by_attribute(policy: Policy) -> Mapping[str, Clauses]:
    """Every clause of the policy, by the attribute that it is about."""
    found = {name: Clauses() for name in policy.attributes}
    for rule in policy.rules:
        for grant in rule.grants:
            found[grant.attribute].grants.append((rule, grant))
    for limit in policy.limits:
        for cap in limit.caps:
            found[cap.attribute].caps.append((limit, cap))
    for baseline in policy.baselines:
        for floor in baseline.floors:
            found[floor.attribute].floors.append((baseline, floor))
    return found


def first_match_rows(policy: Policy) -> Mapping[str, Table]:
    """The table of every row that counts only after the rows above it, by the row's name."""
    return {policy.rules[row].origin.name: table for table in policy.tables if table.first_match for row in table.rows}


def asked_by(policy: Policy, expressions: Reads) -> Mapping[str, Read]:
    """What each statement's condition reads, with one row of a `first match` table all its rows."""
    asked = {statement.origin.name: expressions.of(statement.condition) for statement in statements(policy)}
    for table in policy.tables:
        if table.first_match:
            rows = [policy.rules[row].origin.name for row in table.rows]
            asked.update(dict.fromkeys(rows, together(asked[row] for row in rows)))
    return asked


def _read_for(clauses: Clauses, asked: Mapping[str, Read], expressions: Reads) -> Read:
    conditions = (asked[statement.origin.name] for statement, _ in clauses.all())
    values = (expressions.of(clause.value) for _, clause in clauses.all())
    return together((*conditions, *values))
