"""What a field may hold, and the days on which a policy is in effect."""

from __future__ import annotations

from datetime import date

from tierpolicy.model.policy import Policy
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import MISSING, Known, extremes
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.read import CURRENT_TIER

ORDINARY_DAY = date(2026, 1, 1)
"""The day to show where any would do."""


def limits_of(field: Field) -> tuple[Known | None, Known | None]:
    """The least and the greatest value that a field may hold; None for types without order."""
    ends = extremes(field.type)
    if ends is None:
        return None, None
    return (ends[0] if field.low is None else field.low), (ends[1] if field.high is None else field.high)


def may_be_missing(field: Field) -> bool:
    """False where something stands in: a default, `{}` for a set, the first tier for `current_tier`.

    A `required` field may be missing all the same: that is a problem of the record, not of the decision.
    """
    if field.default is not MISSING:
        return False
    if isinstance(field.type, SetOf):
        return field.required
    return field.declared or field.name != CURRENT_TIER


def days_of(policy: Policy) -> tuple[date, date]:
    """The first and the last day on which the policy is in effect."""
    return policy.effective_from or date.min, policy.effective_until or date.max
