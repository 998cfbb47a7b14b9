"""What a policy reminds a customer of: one earnable amount, raised a little, would make an attribute better (ADR 0010).

Of every earnable amount that the attribute depends on the least raise is found that makes it better (as next steps are
found, without a solver); it is told where it is at most the reminder's share of what the amount would then be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from sys import float_info

from tierpolicy.analysis.next_steps import Raise, raise_of
from tierpolicy.analysis.reach.facts import Fact
from tierpolicy.analysis.reach.raising import prepared, raising, values_at
from tierpolicy.analysis.reach.search import OutOfBudget
from tierpolicy.cells.line import place_of
from tierpolicy.model.expressions import And, AttributeRef, Compare, Constant, Expr, Has, Or
from tierpolicy.model.policy import Policy, Reminder
from tierpolicy.model.types import Duration, Flag, Integer, Money, Number, Percent, SetOf
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.vocabulary import Attribute, Direction, Field
from tierpolicy.semantics.counting import Deliberation
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.evaluate import value_of
from tierpolicy.semantics.read import Reading

AMOUNTS = (Integer, Number, Percent, Money, Duration)
WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder that is due: this raise brings the attribute to this value."""

    reminder: Reminder
    raised: Raise
    value: Known


def reminded(policy: Policy, reading: Reading, as_of: date) -> tuple[Reminded, ...]:
    """The reminders that are due for a record, in the order of the text, one for each amount."""
    if not policy.reminders:
        return ()
    base = deliberate(policy, reading, as_of, prepared(policy).index)
    return tuple(due for reminder in policy.reminders for due in _due(reminder, policy, reading, base))


def _due(reminder: Reminder, policy: Policy, reading: Reading, base: Deliberation) -> Iterator[Reminded]:
    if value_of(reminder.condition, base.situation) is not True:
        return
    attribute = policy.attributes[reminder.attribute]
    target = better_than(attribute, base.situation.decided[attribute.name])
    if target is None:
        return
    known = prepared(policy)
    search = raising(known, reading, base.situation.as_of, target, of=_is_earnable_amount, base=base)
    for fact in search.facts:
        ((low, high),) = fact.ranges
        end = min(high, _furthest(fact, reminder.share))
        try:
            place = search.least((fact,), [((low, end),)])
        except OutOfBudget:
            continue  # what can't be found in time is not promised
        if place is not None:
            values = values_at((fact,), place)
            decided = search.decided_with(values).situation.decided
            yield Reminded(reminder, raise_of(fact, values[fact.field.name]), decided[attribute.name])


def _is_earnable_amount(field: Field) -> bool:
    return field.earnable and isinstance(field.type, AMOUNTS)


def _furthest(fact: Fact, share: int) -> int:
    """The greatest place that is at most the share of itself away; below the fact's own where there is none."""
    before = fact.before
    if not isinstance(before, int | float) or before < 0:
        return fact.ranges[0][0] - 1  # of what isn't known, and from a debt, there is no share
    if share == WHOLE:
        return fact.ranges[0][1]
    end = Fraction(before) * WHOLE / (WHOLE - share)
    if isinstance(before, int):
        return end.numerator // end.denominator
    nearest = min(float(end), float_info.max)
    place = place_of(nearest, fact.field.type)
    return place if Fraction(nearest) <= end else place - 1


def better_than(attribute: Attribute, value: Known) -> Expr | None:
    """The condition that an attribute is better than a value; None where nothing is."""
    named = AttributeRef(attribute.name, attribute.type)
    if isinstance(attribute.type, SetOf) and isinstance(value, frozenset):
        more = tuple(Has(named, label) for label in attribute.type.labels if label not in value)
        held = tuple(Has(named, label) for label in attribute.type.labels if label in value)
        return And((*held, Or(more))) if more else None
    if isinstance(value, NotOffered):
        return Compare("!=", named, Constant(value, attribute.type))
    less = attribute.direction is Direction.LESS
    if isinstance(attribute.type, Flag):
        return Compare("=", named, Constant(not less, attribute.type)) if value is less else None
    return Compare("<" if less else ">", named, Constant(value, attribute.type))
