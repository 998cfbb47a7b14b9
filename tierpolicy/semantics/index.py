"""What deciding looks up in a policy, whoever the customer is: made once for a policy, read for every record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    """`clauses` and `reads` are by attribute: all that is said of it, and the decided attributes that it takes to know.
    `first_match` is the table of every row that counts only after the rows above it, by the row's name."""

    clauses: Mapping[str, Clauses]
    first_match: Mapping[str, Table]
    reads: Mapping[str, frozenset[str]]


def index_of(policy: Policy) -> Index:
    """The index of a policy."""
    clauses = clauses_by_attribute(policy)
    return Index(clauses, first_match_rows(policy), attributes_read(policy, clauses))


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


def attributes_read(policy: Policy, clauses: Mapping[str, Clauses]) -> Mapping[str, frozenset[str]]:
    """For each attribute the decided attributes that the statements about it read."""
    reads = Reads(policy.defines)
    asked = asked_by(policy, reads)
    return {name: read_for(said, asked, reads).attributes for name, said in clauses.items()}


def asked_by(policy: Policy, reads: Reads) -> Mapping[str, Read]:
    """What each statement's condition reads, by the statement's name; a row of a `first match` table waits for the rows
    above, and so reads what any row of the table does."""
    asked = {statement.origin.name: reads.of(statement.condition) for statement in statements(policy)}
    for table in policy.tables:
        if table.first_match:
            rows = [policy.rules[row].origin.name for row in table.rows]
            asked.update(dict.fromkeys(rows, together(asked[row] for row in rows)))
    return asked


def read_for(clauses: Clauses, asked: Mapping[str, Read], reads: Reads) -> Read:
    """What statements about one attribute read: their conditions (`asked_by`) and values."""
    conditions = (asked[statement.origin.name] for statement, _ in clauses.all())
    values = (reads.of(clause.value) for _, clause in clauses.all())
    return together((*conditions, *values))
