"""From the records that an engine found to a witness for people: plain values, the fields that matter, an example.

`refuted` does all of it in one call and gives what `Diagnostic.witness` holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tierpolicy.analysis.answer import Found
from tierpolicy.analysis.goal import Case, Goal, Side
from tierpolicy.analysis.replay import decided
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.witness.cone import cone_of
from tierpolicy.analysis.witness.days import any_day
from tierpolicy.analysis.witness.examples import example_name, example_text, facts
from tierpolicy.analysis.witness.free import free_fields
from tierpolicy.analysis.witness.records import is_ordinary, raw_record
from tierpolicy.analysis.witness.simpler import simplified
from tierpolicy.model.plain import JsonValue, json_value
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Known
from tierpolicy.model.words import value_text

ALONE = ("customer",)
PAIR = ("one customer", "another")
MOST_EXPECTED = 6

__all__ = ["Customer", "Witness", "refuted", "simplified", "witness_of"]


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer of a witness, and what is decided for it.

    `record` and `request` read back to the same typed values. `given` says the fields that matter in policy text, what
    is missing included; `expect` the decided attributes that the question is about. `any_fields` don't matter, and
    where `any_day`, neither does the day.
    """

    name: str
    record: Mapping[str, object]
    request: Mapping[str, object]
    as_of: date
    decision: Mapping[str, JsonValue]
    given: Mapping[str, str]
    expect: Mapping[str, str]
    any_fields: tuple[str, ...]
    any_day: bool

    def as_data(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "record": dict(self.record),
            "request": dict(self.request),
            "as_of": self.as_of.isoformat(),
            "decision": dict(self.decision),
            "given": dict(self.given),
            "expect": dict(self.expect),
            "any": list(self.any_fields),
            "any_day": self.any_day,
        }


@dataclass(frozen=True, slots=True)
class Witness:
    """The customers who show it, and the examples to paste; '' where they can't be written."""

    customers: tuple[Customer, ...]
    example: str

    def as_data(self) -> dict[str, Any]:
        """What `Diagnostic.witness` holds."""
        return {"customers": [customer.as_data() for customer in self.customers], "example": self.example}


def refuted(session: Session, goal: Goal, found: Found, about: str = "") -> dict[str, Any]:
    """The witness of a goal for which records were found, simplified, as data. `about` names the examples."""
    return witness_of(goal, simplified(goal, found.cases, session), session, about).as_data()


def witness_of(goal: Goal, cases: Sequence[Case], session: Session | None = None, about: str = "") -> Witness:
    """The records of a goal, as they are, for people."""
    sides = [_side_of(goal, record, session) for record in range(len(cases))]
    names = ALONE if len(cases) == 1 else PAIR
    customers: list[Customer] = []
    examples: list[str] = []
    taken: set[str] = set() if session is None else session.remembered("names of examples", set[str])
    spoken, shown = _spoken(goal), what_matters(goal, cases)
    for side, case, name in zip(sides, cases, names, strict=True):
        values = decided(side.policy, case).situation.decided
        asked = [attribute for attribute in side.policy.attributes if attribute in spoken]
        asked = (asked or [each.name for each in side.policy.attributes.values() if not each.internal])[:MOST_EXPECTED]
        title = example_name(
            f"{about}: {name}" if about and len(cases) > 1 else about or facts(side.policy, case), side.policy, taken
        )
        taken.add(title)
        examples.append(example_text(side.policy, case, values, asked, title))
        customers.append(customer_of(name, side.policy, case, values, asked, shown))
    return Witness(tuple(customers), "\n\n".join(examples) if all(examples) else "")


@dataclass(frozen=True, slots=True)
class Matters:
    """What a goal depends on: these fields, and unless `any_day` the day."""

    fields: frozenset[str]
    any_day: bool


def customer_of(
    name: str, policy: Policy, case: Case, values: Mapping[str, Known], asked: Sequence[str], matters: Matters
) -> Customer:
    """One customer; `asked` are the attributes to say."""
    raw = raw_record(policy, case)
    return Customer(
        name=name,
        record=raw.record,
        request=raw.request,
        as_of=case.as_of,
        decision={each.name: json_value(values[each.name], each.type) for each in policy.attributes.values()},
        given={name: _said(policy, name, case) for name in policy.fields if name in matters.fields},
        expect={name: value_text(values[name], policy.attributes[name].type) for name in asked},
        any_fields=tuple(name for name in policy.fields if name not in matters.fields),
        any_day=matters.any_day,
    )


def _said(policy: Policy, field: str, case: Case) -> str:
    value = case.values[field]
    return value_text(value, policy.fields[field].type)


def _side_of(goal: Goal, record: int, session: Session | None) -> Side:
    """The side that decides as the policy under question does, where there is one."""
    sides = [side for side in goal.sides if side.record == record]
    same = [side for side in sides if session is not None and side.policy is session.policy]
    return (same or sides)[0]


def _spoken(goal: Goal) -> frozenset[str]:
    return frozenset(name for side in goal.sides for name in cone_of(goal, side).spoken)


def what_matters(goal: Goal, cases: Sequence[Case]) -> Matters:
    """What matters to a goal; of the fields those that hold what an ordinary record has are tried."""
    policies = {id(side.policy): side.policy for side in goal.sides}.values()
    fields = {name: policy for policy in policies for name in policy.fields}
    usual = [name for name, policy in fields.items() if is_ordinary(policy, name, cases[0].values[name])]
    return Matters(frozenset(fields) - free_fields(goal, cases, usual), any_day(goal, cases))
