"""What serving one customer costs, by the policy's `cost` statements: read off a decision, never part of it (ADR 0016).

A cost is 0 where its condition is false, where it isn't in force, and where its value is `none`; it isn't known
(MISSING) where its condition isn't, or where its condition is true and its value isn't known.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tierpolicy.model.policy import Cost, Policy
from tierpolicy.model.values import MISSING, NotOffered, Value
from tierpolicy.semantics.evaluate import Situation, value_of


def costs_of(policy: Policy, situation: Situation) -> Mapping[str, Value]:
    """The costs of one customer in hundredths of the currency unit, by name, in the order of the text. Of the
    `situation` every attribute is decided."""
    return MappingProxyType({cost.origin.name: _amount(cost, situation) for cost in policy.costs})


def _amount(cost: Cost, situation: Situation) -> Value:
    if not cost.in_force.covers(situation.as_of):
        return 0
    asked = value_of(cost.condition, situation)
    if asked is not True:
        return MISSING if asked is MISSING else 0
    value = value_of(cost.value, situation)
    return 0 if isinstance(value, NotOffered) else value
