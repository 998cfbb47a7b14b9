"""Which records there are: what the vocabulary allows each field to hold, and the days on which a policy decides.

"All records within their declared bounds, missing included, over every effective as-of date, under the assumptions"
(language.md §7). Both engines and brute force take their ranges from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tierpolicy.analysis.goal import Case
from tierpolicy.cells.once import once
from tierpolicy.cells.ranges import days_of, limits_of, may_be_missing
from tierpolicy.model.builtins.record import is_value_of, within
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.read import typed_reading


@dataclass(frozen=True, slots=True)
class Range:
    """What a field may hold: with an order all between `low` and `high`, both included (None for types without
    order, where every value of the type may stand), and MISSING or not."""

    low: Known | None
    high: Known | None
    may_be_missing: bool


def range_of(field: Field) -> Range:
    """The field's range: its declared bounds within those of its type."""
    low, high = limits_of(field)
    return Range(low, high, may_be_missing(field))


@once
def absent_values(policy: Policy) -> Mapping[str, Value]:
    """What each field holds where a record says nothing of it: its default, `{}` for a set, mostly MISSING."""
    return typed_reading(policy, {}).values


def allows(policy: Policy, case: Case) -> bool:
    """True where the case is one that proofs about the policy range over: values that its fields may hold, a day on
    which it is in effect, no assumption broken."""
    first, last = days_of(policy)
    if not first <= case.as_of <= last:
        return False
    if not all(_may_hold(field, case.values) for field in policy.fields.values()):
        return False
    situation = Situation(policy, case.values, case.as_of)
    return all(value_of(assumption.condition, situation) is not False for assumption in policy.assumptions)


def _may_hold(field: Field, values: Mapping[str, object]) -> bool:
    value = values[field.name]
    if value is MISSING:
        return may_be_missing(field)
    if not is_value_of(value, field.type) or value == "":  # an empty text is read as missing
        return False
    low, high = limits_of(field)
    return within(value, low, high, field.type)
