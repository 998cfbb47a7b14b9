"""The records of a goal while they are being simplified: what was kept so far, and how much may still be tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tierpolicy.analysis.goal import Case, Goal
from tierpolicy.analysis.witness.candidates import some_values
from tierpolicy.analysis.witness.cone import Cone, cone_of
from tierpolicy.analysis.witness.constants import Constants, constants_of
from tierpolicy.analysis.witness.within import Seen, held_within
from tierpolicy.analysis.world import absent_values
from tierpolicy.model.builtins.record import is_value_of, within
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Choice, Scale, SetOf, Type
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.model.vocabulary import Field

MOST_REPLAYS = 400
LEAST_REPLAYS = 20
MOST_STATEMENTS = 400_000
"""Statements looked at in all replays of one goal together, so that a policy of thousands costs no minutes."""

Asked = Callable[[tuple[Case, ...]], bool]
"""Whether a goal holds for records."""


@dataclass(slots=True)
class Attempt:
    """`cases` are the plainest records so far. `fields` and `usual` are by record: a field, and what an ordinary record
    holds there (two policies that are compared may declare a field differently). `asked` tells whether the goal holds,
    where somebody knows a shorter way than to replay it."""

    goal: Goal
    cases: tuple[Case, ...]
    fields: tuple[Mapping[str, Field], ...]
    usual: tuple[Mapping[str, Value], ...]
    cones: Mapping[str, Cone]
    policies: tuple[Policy, ...]
    constants: tuple[Constants, ...]
    replays: int
    named: dict[str, list[Known]] = field(default_factory=dict)
    seen: Seen = field(default_factory=dict)
    asked: Asked | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All fields, in the order of declaration."""
        return tuple(self.fields[0])

    def keeps(self, cases: tuple[Case, ...]) -> bool:
        """True, and the records are these from now on, where the goal holds for them too."""
        if cases == self.cases:
            return True
        if self.replays <= 0:
            return False
        self.replays -= 1
        if self.asked is not None:
            if not self.asked(cases):
                return False
            self.cases = cases
            return True
        held = held_within(self.goal, self.cones, cases, self.seen)
        if held is None:
            return False
        self.cases, self.seen = cases, held
        return True

    # ------------------------------------------------------------ the records

    def with_everywhere(self, name: str, value: Value) -> tuple[Case, ...]:
        """The records with one value in all of them."""
        return self.with_each(name, dict.fromkeys(range(len(self.cases)), value))

    def with_each(self, name: str, values: Mapping[int, Value]) -> tuple[Case, ...]:
        """The records with another value of one field, by the record's number."""
        return tuple(
            replace(case, values={**case.values, name: values[at]}) if at in values else case
            for at, case in enumerate(self.cases)
        )

    def differs(self, name: str) -> bool:
        """True where the records differ in the field by now."""
        return any(case.values[name] != self.cases[0].values[name] for case in self.cases[1:])

    def is_usual(self, name: str) -> bool:
        return all(case.values[name] == usual[name] for case, usual in zip(self.cases, self.usual, strict=True))

    # ------------------------------------------------------------ what is known of a field

    def type_of(self, name: str) -> Type:
        return self.fields[0][name].type

    def has_one_type(self, name: str) -> bool:
        return all(fields[name].type == self.type_of(name) for fields in self.fields)

    def constants_of(self, name: str) -> list[Known]:
        """The constants that policies compare the field with, in order."""
        if name not in self.named:
            type_ = self.type_of(name)
            found = {value for constants in self.constants for value in constants.of(name) if is_value_of(value, type_)}
            self.named[name] = sorted(found, key=lambda value: _rank(value, type_))
        return self.named[name]


def attempt_at(goal: Goal, cases: tuple[Case, ...], asked: Asked | None = None) -> Attempt:
    """The records as they were found."""
    cones = {side.name: cone_of(goal, side) for side in goal.sides}
    policies = tuple({id(side.policy): side.policy for side in goal.sides}.values())
    by_record = [next(side.policy for side in goal.sides if side.record == at) for at in range(len(cases))]
    looks = sum(len(cone.statements) for cone in cones.values()) + sum(len(policy.fields) for policy in policies)
    return Attempt(
        goal,
        cases,
        fields=tuple(policy.fields for policy in by_record),
        usual=tuple(_usual(policy) for policy in by_record),
        cones=cones,
        policies=policies,
        constants=tuple(constants_of(policy) for policy in policies),
        replays=max(LEAST_REPLAYS, min(MOST_REPLAYS, MOST_STATEMENTS // max(1, looks))),
        asked=asked,
    )


def _usual(policy: Policy) -> Mapping[str, Value]:
    """What an absent key means; for a field that is required, a plain value."""
    absent = absent_values(policy)
    return {
        name: _plain(each) if each.required and absent[name] is MISSING else absent[name]
        for name, each in policy.fields.items()
    }


def _plain(required: Field) -> Value:
    options = some_values(required.type, ())
    return next((each for each in options if within(each, required.low, required.high, required.type)), MISSING)


def _rank(value: Known, type_: Type) -> Any:
    """A sort key among the constants of one field."""
    match type_:
        case Scale(labels) | Choice(labels):
            return labels.index(value)
        case SetOf():
            return sorted(value) if isinstance(value, frozenset) else []
        case _:
            return value
