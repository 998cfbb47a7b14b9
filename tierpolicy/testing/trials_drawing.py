"""From a policy to customers that are worth trying, by chance from a seed: values at and beside what the policy names.

A customer is drawn around one that an example describes, or around one of whom nothing is known; then some fields get
a value at a boundary, and the day is one on which something begins or ends.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tierpolicy.analysis.goal import Case
from tierpolicy.analysis.witness.candidates import some_values
from tierpolicy.analysis.witness.constants import constants_of
from tierpolicy.analysis.world import absent_values
from tierpolicy.cells.once import once
from tierpolicy.cells.ranges import ORDINARY_DAY, days_of, limits_of, may_be_missing
from tierpolicy.model.builtins.record import is_value_of, within
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Duration, Money, Number, Percent, Text
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.read import typed_reading


@dataclass(frozen=True, slots=True)
class Pools:
    """The values worth trying in each field, the days worth trying, and the customers to start from."""

    fields: Mapping[str, tuple[Value, ...]]
    days: tuple[date, ...]
    starts: tuple[Case, ...]


@once
def pools_of(policy: Policy) -> Pools:
    """What customers of a policy are drawn from."""
    fields = {name: tuple(dict.fromkeys(_worth_trying(policy, field))) for name, field in policy.fields.items()}
    days = tuple(_days(policy))
    starts = [Case(absent_values(policy), days[0])]
    starts += [Case(typed_reading(policy, each.given).values, each.as_of) for each in policy.examples]
    return Pools(fields, days, tuple(starts))


def drawn(policy: Policy, count: int, chance: random.Random) -> Iterator[Case]:
    """So many customers."""
    pools = pools_of(policy)
    for _ in range(count):
        start = pools.starts[chance.randrange(len(pools.starts))]
        share = chance.choice((0.2, 0.5, 0.9))
        changed = [name for name in policy.fields if chance.random() < share]
        yield changed_in(policy, start, changed, chance, another_day=True)


def changed_in(
    policy: Policy, case: Case, names: Sequence[str], chance: random.Random, *, another_day: bool = False
) -> Case:
    """The customer with other values in some fields, and perhaps on another day."""
    pools = pools_of(policy)
    values = {**case.values, **{name: chance.choice(pools.fields[name]) for name in names}}
    return Case(values, chance.choice(pools.days) if another_day else case.as_of)


def _worth_trying(policy: Policy, field: Field) -> Iterator[Value]:
    low, high = limits_of(field)
    named = constants_of(policy).of(field.name)
    near = [each for constant in named for each in _beside(constant, field)]
    for value in (field.default, *named, *near, *some_values(field.type, ()), field.low, field.high):
        if value is None or value is MISSING or not is_value_of(value, field.type) or value == "":
            continue
        if within(value, low, high, field.type):
            yield value
    if may_be_missing(field):
        yield MISSING


def _beside(constant: Known, field: Field) -> Iterator[Known]:
    """One step below a constant and one above."""
    if isinstance(constant, bool):
        return
    match field.type:
        case Text():
            yield f"{constant}a"
        case _ if isinstance(constant, date):
            yield from (date.fromordinal(day) for day in _ordinals(constant))
        case Number() if isinstance(constant, float):
            yield from (constant - 0.01, constant + 0.01)
        case Money() | Percent() | Duration() if isinstance(constant, int):
            yield from (constant - 1, constant + 1, 2 * constant)
        case _ if isinstance(constant, int):
            yield from (constant - 1, constant + 1)


def _ordinals(day: date) -> Iterator[int]:
    if day > date.min:
        yield day.toordinal() - 1
    if day < date.max:
        yield day.toordinal() + 1


def _days(policy: Policy) -> Iterator[date]:
    """Days on which the policy is in effect: first one to show where any would do."""
    first, last = days_of(policy)
    yield min(max(ORDINARY_DAY, first), last)
    named = [first, last, *constants_of(policy).days]
    around = [day for each in named for day in (each, *map(date.fromordinal, _ordinals(each)))]
    yield from (day for day in sorted({*around}) if first <= day <= last and day != ORDINARY_DAY)
