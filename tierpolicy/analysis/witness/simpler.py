"""From records that a solver found to the plainest ones that still show the same thing.

Each change is tried by replaying the goal and kept where it still holds: fields to what an ordinary record has, both
records of a pair alike, then rounder values, then the smallest step between the two. What comes out is never worse
than what went in, and the work is bounded by counting replays, so the same input gives the same records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from tierpolicy.analysis.goal import Case, Goal
from tierpolicy.analysis.replay import holds
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.witness.candidates import ORDINARY_DAY, halfway, plainer, some_values, steps
from tierpolicy.analysis.witness.cone import Cone, cone_of, depends_on_day, holds_within
from tierpolicy.analysis.witness.constants import Constants, constants_of
from tierpolicy.model.builtins.record import within
from tierpolicy.model.types import Choice, Scale, SetOf, Type, is_ordered
from tierpolicy.model.values import MISSING, Known, Value, less
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.read import typed_reading

MOST_REPLAYS = 400
MOST_STATEMENTS = 400_000
"""Statements looked at in all replays of one goal together."""

ROUNDS = 3


def simplified(goal: Goal, cases: Sequence[Case], session: Session | None = None) -> tuple[Case, ...]:
    """The plainest records found for which the goal still holds."""
    before = tuple(cases)
    if session is not None and session.memory.get(_plain(cases)) is cases:
        return before
    attempt = Attempt(goal, before)
    attempt.simplify()
    after = attempt.cases if attempt.cases == before or holds(goal, attempt.cases) else before
    if session is not None:
        session.memory[_plain(after)] = after
    return after


def _plain(cases: Sequence[Case]) -> tuple[str, int]:
    """What a session remembers records by that are as plain as they get."""
    return ("plain cases", id(cases))


class Attempt:
    """The records as they are by now, and how many replays are left."""

    def __init__(self, goal: Goal, cases: tuple[Case, ...]) -> None:
        self.goal, self.cases = goal, cases
        self.cones: dict[str, Cone] = {side.name: cone_of(goal, side) for side in goal.sides}
        self.fields: dict[str, Field] = {name: f for side in goal.sides for name, f in side.policy.fields.items()}
        policies = {id(side.policy): side.policy for side in goal.sides}
        self.policies = tuple(policies.values())
        self.constants: tuple[Constants, ...] = tuple(constants_of(policy) for policy in self.policies)
        statements = sum(len(self.cones[side.name].statements) + len(side.policy.fields) for side in goal.sides)
        self.replays = max(20, min(MOST_REPLAYS, MOST_STATEMENTS // max(1, statements)))
        self.absent: Mapping[str, Value] = {}
        for side in goal.sides:
            self.absent = {**typed_reading(side.policy, {}).values, **self.absent}
        self.known_constants: dict[str, list[Known]] = {}
        self.matters = frozenset(name for cone in self.cones.values() for name in cone.fields)

    # ------------------------------------------------------------ trying

    def keeps(self, cases: tuple[Case, ...]) -> bool:
        """True, and the records are these from now on, where the goal holds for them too."""
        if cases == self.cases:
            return True
        if self.replays <= 0:
            return False
        self.replays -= 1
        if not holds_within(self.goal, self.cones, cases):
            return False
        self.cases = cases
        return True

    def with_values(self, changes: Mapping[str, Value], record: int | None = None) -> tuple[Case, ...]:
        """The records with some values changed, in all of them or in one."""
        return tuple(
            replace(case, values={**case.values, **changes}) if record in (None, at) else case
            for at, case in enumerate(self.cases)
        )

    # ------------------------------------------------------------ the steps

    def simplify(self) -> None:
        shared = [name for name in self.fields if not self.may_differ(name)]
        self.ordinary([name for name in shared if name not in self.matters])
        self.plain_day()
        self.alike()
        for _ in range(ROUNDS):
            before = self.cases
            self.ordinary(sorted(self.unusual(), key=lambda name: name in self.matters))
            self.plain_values()
            if self.cases == before:
                break
        self.small_steps()

    def may_differ(self, name: str) -> bool:
        """True where two records of the goal differ in the field by now."""
        return any(case.values[name] != self.cases[0].values[name] for case in self.cases[1:])

    def unusual(self) -> list[str]:
        """The fields that hold anything but what an ordinary record has, in the order of declaration."""
        return [
            name for name in self.fields if not self.may_differ(name) and self.cases[0].values[name] != self.usual(name)
        ]

    def usual(self, name: str) -> Value:
        """What an absent key means; for a field that is required, a plain value."""
        value, field = self.absent[name], self.fields[name]
        if value is MISSING and field.required:
            plain = some_values(field.type, ())
            return next((each for each in plain if _within(each, field)), MISSING)
        return value

    def ordinary(self, names: list[str]) -> None:
        """As many of the fields as may be to what is usual: all at once, else each half by itself."""
        waiting = [names]
        while waiting:
            some = waiting.pop()
            if not some or self.keeps(self.with_values({name: self.usual(name) for name in some})):
                continue
            if len(some) > 1:
                middle = len(some) // 2
                waiting += [some[middle:], some[:middle]]

    def plain_day(self) -> None:
        """The first day of the policy, or one that it names, instead of any day."""
        for day in self.days():
            if day == self.cases[0].as_of or self.keeps(tuple(replace(case, as_of=day) for case in self.cases)):
                return

    def days(self) -> Iterable[date]:
        starts = [policy.effective_from for policy in self.policies if policy.effective_from is not None]
        yield from sorted(starts, reverse=True)
        if not any(depends_on_day(policy) for policy in self.policies):
            yield ORDINARY_DAY
        else:
            for constants in self.constants:
                yield from constants.days
            yield ORDINARY_DAY

    def alike(self) -> None:
        """Two records equal in as many fields as may be."""
        for at in range(1, len(self.cases)):
            names = [name for name in self.fields if self.cases[at].values[name] != self.cases[0].values[name]]
            waiting = [names] if names else []
            while waiting:
                some = waiting.pop()
                if any(
                    self.keeps(self.with_values({name: source[name] for name in some}))
                    for source in (self.cases[0].values, self.cases[at].values)
                ):
                    continue
                if len(some) > 1:
                    waiting += [some[len(some) // 2 :], some[: len(some) // 2]]

    def plain_values(self) -> None:
        for name in self.unusual():
            value = self.cases[0].values[name]
            options = (
                self.plain_options(name) if value is MISSING else plainer(value, self.type_of(name), self.named(name))
            )
            for option in options:
                if self.keeps(self.with_values({name: option})):
                    break

    def plain_options(self, name: str) -> list[Known]:
        return some_values(self.type_of(name), self.named(name))

    def type_of(self, name: str) -> Type:
        return self.fields[name].type

    def named(self, name: str) -> list[Known]:
        """The constants that policies compare the field with, in order."""
        if name not in self.known_constants:
            found = {value for constants in self.constants for value in constants.of(name)}
            self.known_constants[name] = sorted(found, key=lambda value: _rank(value, self.type_of(name)))
        return self.known_constants[name]

    # ------------------------------------------------------------ pairs

    def small_steps(self) -> None:
        """In each field in which two records differ: both known, and as near to one another as may be."""
        for name in [name for name in self.fields if self.may_differ(name)]:
            for record in range(len(self.cases)):
                self.become_known(name, record)
            if len(self.cases) == 2 and all(case.values[name] is not MISSING for case in self.cases):
                self.narrow(name)

    def become_known(self, name: str, record: int) -> None:
        if self.cases[record].values[name] is not MISSING:
            return
        for option in self.plain_options(name):
            if self.keeps(self.with_values({name: option}, record)):
                return

    def narrow(self, name: str) -> None:
        type_ = self.type_of(name)
        if isinstance(type_, SetOf):
            self.one_element(name)
        elif is_ordered(type_):
            if not self.a_named_step(name):
                self.bisect(name)
        else:
            for record in (0, 1):
                value = self.cases[record].values[name]
                assert value is not MISSING
                for option in plainer(value, type_, self.named(name)):
                    if option != self.cases[1 - record].values[name] and self.keeps(
                        self.with_values({name: option}, record)
                    ):
                        break

    def rising(self, name: str) -> tuple[int, int]:
        """The indices of the records with the lower and the higher value."""
        one, other = (case.values[name] for case in self.cases)
        assert one is not MISSING
        assert other is not MISSING
        return (0, 1) if less(one, other, self.type_of(name)) else (1, 0)

    def pair(self, name: str, low: Known, high: Known) -> tuple[Case, ...]:
        first, second = self.rising(name)
        return self.with_each(name, {first: low, second: high})

    def with_each(self, name: str, values: Mapping[int, Value]) -> tuple[Case, ...]:
        """The records with another value of one field in each."""
        return tuple(replace(case, values={**case.values, name: values[at]}) for at, case in enumerate(self.cases))

    def a_named_step(self, name: str) -> bool:
        """A step at one of the constants that the policy compares the field with."""
        first, second = self.rising(name)
        low, high = self.cases[first].values[name], self.cases[second].values[name]
        assert low is not MISSING
        assert high is not MISSING
        found = steps(low, high, self.type_of(name), self.named(name))
        return any(self.keeps(self.pair(name, one, other)) for one, other in found)

    def bisect(self, name: str) -> None:
        """What is lost between two values is lost in one half between them or in the other."""
        while self.replays > 0:
            first, second = self.rising(name)
            low, high = self.cases[first].values[name], self.cases[second].values[name]
            assert low is not MISSING
            assert high is not MISSING
            middle = halfway(low, high, self.type_of(name))
            if middle is None:
                return
            if not self.keeps(self.pair(name, middle, high)) and not self.keeps(self.pair(name, low, middle)):
                return

    def one_element(self, name: str) -> None:
        """Two sets that differ in one element."""
        one, other = (case.values[name] for case in self.cases)
        assert isinstance(one, frozenset)
        assert isinstance(other, frozenset)
        labels = [label for label in sorted(one | other) if (label in one) != (label in other)]
        smaller = 0 if one <= other else 1
        for label in labels:
            for base in (frozenset[str](), one & other):
                changed = {smaller: base, 1 - smaller: base | {label}}
                if self.keeps(self.with_each(name, changed)):
                    return


def _within(value: Known, field: Field) -> bool:
    return within(value, field.low, field.high, field.type)


def _rank(value: Known, type_: Type) -> tuple[str, Any]:
    """A sort key among the constants of one field."""
    match type_:
        case Scale(labels) | Choice(labels):
            return ("", labels.index(value))
        case SetOf():
            return ("", sorted(value) if isinstance(value, frozenset) else [])
        case _:
            return ("", value)
