"""Customers near one statement: those of examples, some drawn, and whoever was found to be decided otherwise by a
change, with their neighbours. Most changes of a statement show on one of them; only for the rest is a proof needed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from tierpolicy.analysis.goal import Case
from tierpolicy.analysis.witness.within import begun, decide_in
from tierpolicy.cells.reads import indexed
from tierpolicy.model.policy import Policy, Table
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.semantics.counting import Deliberation, clauses_of
from tierpolicy.semantics.evaluate import Situation
from tierpolicy.semantics.index import Statement
from tierpolicy.testing.pools import Pool, days, pools
from tierpolicy.testing.sampling import sampled

DRAWN = 80
NEAR = 600
"""Neighbours of all that were found, at most."""

MOST_VALUES = 24
"""Of one field, tried on a neighbour."""


@dataclass
class Customer:
    """A customer, and what the unchanged policy decides, as far as it is asked. Most statements count as they do for
    somebody `beside` who was decided before."""

    policy: Policy
    case: Case
    beside: Customer | None = None

    @cached_property
    def deliberation(self) -> Deliberation:
        """The decision as far as it was asked for."""
        seen = None if self.beside is None else (self.beside.case, self.beside.deliberation.truths)
        return begun(self.policy, self.case, seen)

    def deciding(self, names: Iterable[str]) -> Deliberation:
        """The decision, with some attributes decided and all that they read."""
        deliberation = self.deliberation
        wanted = {name for name in names if name not in deliberation.parts}
        if wanted:
            wanted = {*indexed(self.policy).behind(wanted)} - deliberation.parts.keys()
            decide_in(deliberation, (name for name in self.policy.order if name in wanted))
        return deliberation

    @property
    def situation(self) -> Situation:
        """All that is known when every attribute is decided."""
        return self.deciding(self.policy.attributes).situation

    @property
    def decided(self) -> Mapping[str, Known]:
        """What is decided for every attribute."""
        return self.situation.decided


@dataclass
class Crowd:
    """The customers, most telling first."""

    policy: Policy
    focus: Policy
    asked: tuple[str, ...]
    found: list[Customer] = field(default_factory=list)
    near: list[Customer] = field(default_factory=list)
    drawn: list[Customer] = field(default_factory=list)

    def all(self) -> Iterator[Customer]:
        yield from self.found
        yield from self.near
        yield from self.drawn

    def add(self, customer: Customer) -> None:
        """Somebody for whom a change matters: so it does, most likely, for some of the neighbours."""
        if any(each.case == customer.case for each in self.found):
            return
        self.found.append(customer)
        for case in self._beside(customer.case):
            if len(self.near) < NEAR:
                self.near.append(Customer(self.policy, case, customer))

    def _beside(self, case: Case) -> Iterator[Case]:
        """The customer with another value in one of the fields that the statement asks; on another day."""
        for name in self.asked:
            for value in _values(pools(self.focus)[name])[:MOST_VALUES]:
                if value != case.values[name] or type(value) is not type(case.values[name]):
                    yield Case({**case.values, name: value}, case.as_of)
        for day in days(self.focus)[:MOST_VALUES]:
            if day != case.as_of:
                yield Case(case.values, day)


def crowd_near(policy: Policy, changed: tuple[Statement, ...], examples: Iterable[Customer], seed: str) -> Crowd:
    """Customers who may show what a change of these statements does; the same for the same seed."""
    focus = _only(policy, changed)
    index = indexed(policy)
    names = {name for each in changed for name in index.asked[each.origin.name].names}
    for each in changed:
        names |= {name for clause in clauses_of(each) for name in index.expressions.of(clause.value).names}
    behind = index.behind(names)
    crowd = Crowd(policy, focus, tuple(name for name in policy.fields if name in behind))
    at = tuple(each.origin.name for each in changed)
    drawn = sampled(policy, DRAWN, random.Random(seed).getrandbits(32), at=at)
    crowd.drawn += [Customer(policy, case) for case in drawn]
    crowd.drawn += examples
    return crowd


def _only(policy: Policy, some: tuple[Statement, ...]) -> Policy:
    """The policy with some of its statements alone: what it says of values is what these say."""
    names = {each.origin.name for each in some}
    no_tables: tuple[Table, ...] = ()
    return replace(
        policy,
        rules=tuple(each for each in policy.rules if each.origin.name in names),
        tables=no_tables,
        limits=tuple(each for each in policy.limits if each.origin.name in names),
        baselines=tuple(each for each in policy.baselines if each.origin.name in names),
        properties=(),
        examples=(),
        reminders=(),
    )


def _values(pool: Pool) -> list[Value]:
    """What the policy speaks of first."""
    found: list[Value] = [*pool.values[pool.ordinary :], *pool.values[: pool.ordinary]]
    return [MISSING, *found] if pool.may_be_missing else found or [pool.absent]
