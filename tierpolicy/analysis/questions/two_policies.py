"""Two policies, old and new: equivalent, or attribute by attribute a customer who is better off and one who is worse
off (language.md §7), with what decided for them on each side.

Attributes of which both say the same word for word are not looked at further. For each other one a goal is settled for
each way in which its value may move (`comparison/ways`). One whose values can't be compared is said to be so: of it
nothing is known, least of all that nobody is worse off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tierpolicy.analysis.answer import Found, GaveUp, NoneSuch
from tierpolicy.analysis.comparison.alike import alike
from tierpolicy.analysis.comparison.schema import Change, changes
from tierpolicy.analysis.comparison.side_by_side import NEW, OLD, Pair, side_by_side
from tierpolicy.analysis.comparison.ways import Way, not_compared, ways
from tierpolicy.analysis.goal import Case, Goal
from tierpolicy.analysis.replay import decided
from tierpolicy.analysis.session import DEFAULT_TIMEOUT, Engine, Session
from tierpolicy.analysis.witness.people import Customer, Matters, customer_of, what_matters
from tierpolicy.analysis.witness.records import is_ordinary
from tierpolicy.analysis.witness.simpler import simplified
from tierpolicy.cells.reads import assumed_fields, fields_behind
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Known
from tierpolicy.model.words import value_text
from tierpolicy.semantics.explain import why_decided
from tierpolicy.semantics.outcome import Why

Verdict = Literal["same", "better", "worse", "better and worse", "different", "unknown", "not compared"]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """A customer whose value of one attribute is not the same in both policies.

    `old` and `new` are the customer as each policy reads it, with its decision; `was` and `now` say why. `apart` are
    the fields that matter and of which the two don't read the same.
    """

    old: Customer
    new: Customer
    was: Why
    now: Why
    apart: tuple[ReadApart, ...]


@dataclass(frozen=True, slots=True)
class ReadApart:
    """One field of one record, as each policy reads it. `taken_by` is the only policy that takes what the record holds;
    to the other it is a wrong value, so that it has its default there, or is missing. '' where both take it, or the
    record holds nothing."""

    field: str
    old: str
    new: str
    taken_by: Literal["old", "new", ""]


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute in both policies. `found` has a customer for each way in which somebody's value moves; `open`
    says why a way could not be settled. Neither: nobody's value moves that way, proved. `not_compared` says why values
    of the two can't be compared at all; '' where they can."""

    attribute: str
    found: dict[Way, Moved]
    open: dict[Way, str]
    not_compared: str = ""

    @property
    def verdict(self) -> Verdict:
        if self.not_compared:
            return "not compared"
        if "better" in self.found and "worse" in self.found:
            return "better and worse"
        if "different" in self.found:
            return "different"
        for way in self.found:
            return way
        return "unknown" if self.open else "same"

    @property
    def may_be_worse(self) -> bool:
        """True where somebody is worse off (or has another value, neither better nor worse), or that is open."""
        return bool(self.not_compared) or any(way != "better" for way in (*self.found, *self.open))


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
        return not self.no_longer_offered and not any(
            each.may_be_worse for each in self.attributes if not self.pair.old.attributes[each.attribute].internal
        )

    @property
    def no_longer_offered(self) -> tuple[str, ...]:
        """The attributes that are part of the old service, and not of the new one."""
        kept = {name for name, each in self.pair.new.attributes.items() if not each.internal}
        return tuple(name for name, each in self.pair.old.attributes.items() if not each.internal and name not in kept)


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
    names = [name for name in old.attributes if name in new.attributes]
    same = alike(pair.old, pair.new, pair.differing)
    found = []
    for done, name in enumerate(names):
        progress(name, done, len(names))
        found.append(AttributeChange(name, {}, {}) if name in same else _change(name, pair, session))
    progress("", len(names), len(names))
    return Comparison(pair, schema, tuple(found))


def _change(name: str, pair: Pair, session: Session) -> AttributeChange:
    before, after = pair.old.attributes[name], pair.new.attributes[name]
    if reason := not_compared(before, after):
        return AttributeChange(name, {}, {}, reason)
    found: dict[Way, Moved] = {}
    left_open: dict[Way, str] = {}
    used = _fields_used(name, pair)
    for way, formula in ways(before, after).items():
        goal = pair.goal(formula, used)
        match session.settle(goal):
            case NoneSuch():
                pass
            case GaveUp(reason):
                left_open[way] = reason
            case Found() if pair.kinds & used:
                left_open[way] = f"{_listed(sorted(pair.kinds & used))} changed its type"
            case Found(cases):
                found[way] = moved(name, goal, simplified(goal, cases, session), pair)
    return AttributeChange(name, found, left_open)


def _fields_used(name: str, pair: Pair) -> frozenset[str]:
    """The fields that one of the policies reads to decide the attribute."""
    policies = (pair.old, pair.new)
    return frozenset[str]().union(*(fields_behind(each, name) | assumed_fields(each) for each in policies))


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def moved(name: str, goal: Goal, cases: tuple[Case, ...], pair: Pair) -> Moved:
    """The customer, with what is decided for it on each side and why."""
    before, after, matters = cases[0], cases[-1], what_matters(goal, cases)
    return Moved(
        _customer(OLD, pair.old, before, name, matters),
        _customer(NEW, pair.new, after, name, matters),
        why_decided(name, decided(pair.old, before)),
        why_decided(name, decided(pair.new, after)),
        tuple(
            _read_apart(field, pair, before, after)
            for field in pair.old.fields
            if field in matters.fields and before.values[field] != after.values[field]
        ),
    )


def _customer(side: str, policy: Policy, case: Case, name: str, matters: Matters) -> Customer:
    values: dict[str, Known] = decided(policy, case).situation.decided
    return customer_of(side, policy, case, values, (name,), matters)


def _read_apart(name: str, pair: Pair, before: Case, after: Case) -> ReadApart:
    one, other = before.values[name], after.values[name]
    by_old, by_new = not is_ordinary(pair.old, name, one), not is_ordinary(pair.new, name, other)
    return ReadApart(
        name,
        value_text(one, pair.old.fields[name].type),
        value_text(other, pair.new.fields[name].type),
        "" if by_old is by_new else "old" if by_old else "new",
    )
