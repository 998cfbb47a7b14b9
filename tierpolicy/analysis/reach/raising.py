"""One record and one target: whether the target is reached somewhere in a range of raised facts, and where least.

Ranges of what may be (`decisions`) rule places out; a place is only an answer after the changed record was decided by
the plain evaluator. Where the search would take too long, the solver is asked instead; what it rules out is proved too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from tierpolicy.analysis.reach.decisions import decide_within
from tierpolicy.analysis.reach.expressions import Ground, View, possible
from tierpolicy.analysis.reach.facts import Fact, cuts_of, fact_of
from tierpolicy.analysis.reach.possible import Possible
from tierpolicy.analysis.reach.search import Box, OutOfBudget, Place, Search
from tierpolicy.cells.once import once
from tierpolicy.cells.reads import indexed
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import Policy
from tierpolicy.model.reads import deciding
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.counting import Deliberation
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.evaluate import value_of
from tierpolicy.semantics.index import Index
from tierpolicy.semantics.read import Reading

MOST_BOXES = 4_000
FEWEST_BOXES = 300
MOST_REMEMBERED = 64
"""Boxes of which it is remembered what is settled all over them."""
MOST_CLAUSES_READ = 3_000_000
"""About how many clauses one search may read, all in all."""

Fallback = Callable[["Raising", tuple[Fact, ...], list[Box], int], Place | None]
"""Another way to the least place, where the search takes too long."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What every search in one policy looks up, whoever the customer is."""

    policy: Policy
    index: Index
    conditions: tuple[Expr, ...]


@once
def prepared(policy: Policy) -> Prepared:
    """What every search in the policy looks up."""
    return Prepared(policy, indexed(policy), tuple(deciding(policy)))


@dataclass(frozen=True, slots=True)
class Raising:
    """One record and one target. `kept` are the assumptions that the record keeps, which no step may break."""

    prepared: Prepared
    reading: Reading
    as_of: date
    target: Expr
    base: Deliberation
    facts: tuple[Fact, ...]
    kept: tuple[Expr, ...]
    asked: frozenset[str]
    cuts: Mapping[str, list[int]]
    fallback: Fallback | None = None
    searches: dict[tuple[str, ...], Search] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        return self.prepared.policy

    @property
    def reached(self) -> bool:
        """Whether the record reaches the target as it is."""
        return value_of(self.target, self.base.situation) is True

    def least(self, facts: tuple[Fact, ...], boxes: Iterable[Box], first: int = 0) -> Place | None:
        """The least place in the boxes at which the target is reached; None where there is none, which is proved."""
        boxes = list(boxes)
        search = self._search(facts)
        try:
            return search.least(boxes, first)
        except OutOfBudget:
            if self.fallback is None:
                raise
            return self.fallback(self, facts, boxes, first)

    def perhaps(self, facts: tuple[Fact, ...], box: Box) -> bool:
        """False where the target is reached nowhere in the box."""
        return self._search(facts).may_hold(box)

    def _search(self, facts: tuple[Fact, ...]) -> Search:
        """The search among raises of these facts, with what it has found out so far and a new budget."""
        names = tuple(fact.field.name for fact in facts)
        known = self.searches.get(names)
        if known is None:
            known = self.searches[names] = self._new_search(facts)
        return replace(known)

    def _new_search(self, facts: tuple[Fact, ...]) -> Search:
        raised = frozenset(fact.field.name for fact in facts)
        index = self.prepared.index
        moved = index.moved_by(raised)
        ground = Ground(self.base, index.expressions, raised, moved)
        looked_at: deque[tuple[Box, dict[str, Possible]]] = deque(maxlen=MOST_REMEMBERED)

        def perhaps(box: Box) -> bool:
            around = next((settled for other, settled in reversed(looked_at) if _inside(box, other)), {})
            facts_within = {fact.field.name: fact.within(part) for fact, part in parts_of(facts, box)}
            view = View(ground, facts_within, truths=dict(around))
            decide_within(view, self.asked)
            looked_at.append((box, {name: found for name, found in view.truths.items() if found.is_settled}))
            if any(not _may_hold(condition, view) for condition in self.kept):
                return False
            return possible(self.target, view).may_be_true

        def holds(place: Place) -> bool:
            return perhaps(tuple((at, at) for at in place)) and self.reached_with(values_at(facts, place))

        cuts = tuple(cut for fact in facts for cut in self._cuts(fact))
        return Search(perhaps, holds, cuts, self._budget(moved))

    def _cuts(self, fact: Fact) -> list[list[int]]:
        return [[1]] * len(fact.labels) if fact.is_set else [self.cuts[fact.field.name]]

    def _budget(self, moved: frozenset[str]) -> int:
        clauses = self.prepared.index.clauses
        read = sum(len(list(clauses[name].all())) for name in moved & self.asked if name in clauses)
        return max(FEWEST_BOXES, min(MOST_BOXES, MOST_CLAUSES_READ // max(1, read)))

    def reached_with(self, values: Mapping[str, Known]) -> bool:
        """Whether the target is reached with some facts changed, by the plain evaluator."""
        after = self.decided_with(values)
        return value_of(self.target, after.situation) is True and all(
            value_of(condition, after.situation) is not False for condition in self.kept
        )

    def decided_with(self, values: Mapping[str, Known]) -> Deliberation:
        """The decision with some facts changed."""
        changed = Reading(MappingProxyType({**self.reading.values, **values}), ())
        return deliberate(self.policy, changed, self.as_of, self.prepared.index)


def raising(
    known: Prepared,
    reading: Reading,
    as_of: date,
    target: Expr,
    *,
    of: Callable[[Field], bool] = lambda each: each.earnable,
    base: Deliberation | None = None,
    fallback: Fallback | None = None,
) -> Raising:
    """The search for what raises of some facts (`of`: those that the customer can earn) bring about."""
    policy = known.policy
    base = base or deliberate(policy, reading, as_of, known.index)
    kept = tuple(each.condition for each in policy.assumptions if value_of(each.condition, base.situation) is not False)
    asked = known.index.behind(name for expr in (target, *kept) for name in known.index.expressions.of(expr).names)
    fields = [each for each in policy.fields.values() if of(each) and each.name in asked]
    conditions = (*known.conditions, target)
    facts = [fact_of(each, reading.values[each.name], conditions) for each in fields]
    lines = [each for each in fields if not isinstance(each.type, SetOf)]
    return Raising(
        known,
        reading,
        as_of,
        target,
        base,
        tuple(fact for fact in facts if fact is not None),
        kept,
        asked,
        cuts_of(lines, conditions, base.situation),
        fallback,
    )


def parts_of(facts: tuple[Fact, ...], box: Box) -> Iterable[tuple[Fact, Box]]:
    """Each fact with its own axes of a box."""
    at = 0
    for fact in facts:
        yield fact, box[at : at + len(fact.ranges)]
        at += len(fact.ranges)


def values_at(facts: tuple[Fact, ...], place: Place) -> dict[str, Known]:
    """The facts' values at a place."""
    return {fact.field.name: fact.value(tuple(low for low, _ in part)) for fact, part in parts_of(facts, _box(place))}


def _inside(box: Box, other: Box) -> bool:
    """Whether all of a box is in another: what is settled there is settled here."""
    return all(least <= low and high <= most for (low, high), (least, most) in zip(box, other, strict=True))


def _box(place: Place) -> Box:
    return tuple((at, at) for at in place)


def _may_hold(condition: Expr, view: View) -> bool:
    """False where an assumption is surely broken."""
    found = possible(condition, view)
    return found.may_be_true or found.missing
