"""Two policies, old and new: equivalent, or attribute by attribute a customer who is better off and one who is worse
off (language.md §7), with what decided for them on each side.

Attributes of which both say the same word for word are not looked at further. For each other one two goals are
settled: the new value not as good as the old one, and the other way round; without direction one, that they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from tierpolicy.analysis.answer import Found, GaveUp, NoneSuch
from tierpolicy.analysis.comparison.alike import alike
from tierpolicy.analysis.comparison.schema import Change, changes, comparable
from tierpolicy.analysis.comparison.side_by_side import NEW, OLD, Pair, side_by_side
from tierpolicy.analysis.goal import Case, Differs, Formula, NotAsGood
from tierpolicy.analysis.reads import assumed_fields, fields_behind
from tierpolicy.analysis.replay import decided
from tierpolicy.analysis.session import DEFAULT_TIMEOUT, Engine, Session
from tierpolicy.analysis.witness.people import Customer, customer_of, matters
from tierpolicy.analysis.witness.simpler import simplified
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Direction
from tierpolicy.semantics.explain import why_decided
from tierpolicy.semantics.outcome import Why

Way = Literal["better", "worse", "different"]
Verdict = Literal["same", "better", "worse", "better and worse", "different", "unknown"]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """A customer whose value of one attribute is not the same in both policies.

    `old` and `new` are the customer as each policy reads it, with its decision; `was` and `now` say why.
    """

    old: Customer
    new: Customer
    was: Why
    now: Why


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute in both policies. `found` has a customer for each way in which somebody's value moves; `open`
    says why a way could not be settled. Neither: nobody's value moves that way, proved."""

    attribute: str
    found: dict[Way, Moved]
    open: dict[Way, str]

    @property
    def verdict(self) -> Verdict:
        if "better" in self.found and "worse" in self.found:
            return "better and worse"
        for way in self.found:
            return way
        return "unknown" if self.open else "same"

    @property
    def may_be_worse(self) -> bool:
        """True where somebody is worse off (or has another value, without direction), or that is open."""
        return any(way != "better" for way in (*self.found, *self.open))


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs between two policies."""

    pair: Pair
    schema: tuple[Change, ...]
    attributes: tuple[AttributeChange, ...]

    @property
    def equivalent(self) -> bool:
        """Every customer gets the same from both, proved, and the same is asked and offered."""
        return not self.service_changes and all(each.verdict == "same" for each in self.attributes)

    @property
    def service_changes(self) -> tuple[Change, ...]:
        """The differences of what is asked of customers and what is offered to them."""
        return tuple(each for each in self.schema if each.part in ("field", "attribute"))

    @property
    def nobody_worse(self) -> bool:
        """Nobody is worse off: proved of every attribute that the old policy offers."""
        offered = {name for name, each in self.pair.old.attributes.items() if not each.internal}
        compared = {each.attribute for each in self.attributes}
        kept = {name for name, each in self.pair.new.attributes.items() if not each.internal}
        return offered <= compared & kept and not any(
            each.may_be_worse for each in self.attributes if each.attribute in offered
        )


def compared(
    old: Policy,
    new: Policy,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    engine: Engine | None = None,
    progress: Progress = lambda name, done, total: None,
) -> Comparison:
    """How the new policy's decisions differ from the old one's."""
    pair = side_by_side(old, new)
    session = Session(pair.old, timeout, engine)
    schema = changes(old, new)
    names = [
        name
        for name, each in old.attributes.items()
        if name in new.attributes and comparable(each, new.attributes[name])
    ]
    same = alike(pair.old, pair.new, pair.differing)
    found = []
    for done, name in enumerate(names):
        progress(name, done, len(names))
        found.append(AttributeChange(name, {}, {}) if name in same else _change(name, pair, session))
    progress("", len(names), len(names))
    return Comparison(pair, schema, tuple(found))


def _change(name: str, pair: Pair, session: Session) -> AttributeChange:
    found: dict[Way, Moved] = {}
    left_open: dict[Way, str] = {}
    used = _fields_used(name, pair)
    for way, formula in _ways(name, pair.old):
        goal = pair.goal(formula, used)
        match session.settle(goal):
            case NoneSuch():
                pass
            case GaveUp(reason):
                left_open[way] = reason
            case Found() if pair.kinds & used:
                left_open[way] = f"{_listed(sorted(pair.kinds & used))} changed its type"
            case Found(cases):
                plain = simplified(goal, cases, session)
                found[way] = moved(name, plain[0], plain[-1], pair, matters(goal, plain))
    return AttributeChange(name, found, left_open)


def _ways(name: str, old: Policy) -> Iterator[tuple[Way, Formula]]:
    if old.attributes[name].direction is Direction.NONE:
        yield "different", Differs(name, NEW, OLD)
    else:
        yield "better", NotAsGood(name, OLD, NEW)
        yield "worse", NotAsGood(name, NEW, OLD)


def _fields_used(name: str, pair: Pair) -> frozenset[str]:
    """The fields that one of the policies reads to decide the attribute."""
    policies = (pair.old, pair.new)
    return frozenset[str]().union(*(fields_behind(each, name) | assumed_fields(each) for each in policies))


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def moved(name: str, old_case: Case, new_case: Case, pair: Pair, said: frozenset[str]) -> Moved:
    """The customer, with what is decided for it on each side and why."""
    return Moved(
        _customer(OLD, pair.old, old_case, name, said),
        _customer(NEW, pair.new, new_case, name, said),
        why_decided(name, decided(pair.old, old_case)),
        why_decided(name, decided(pair.new, new_case)),
    )


def _customer(side: str, policy: Policy, case: Case, name: str, said: frozenset[str]) -> Customer:
    values: dict[str, Known] = decided(policy, case).situation.decided
    return customer_of(side, policy, case, values, (name,), said)
