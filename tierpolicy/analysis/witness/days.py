"""Whether the day of a witness matters, proved by deciding once in each stretch of days without a beginning or an end.

Where what the goal looks at reads `today`, any two days may differ, and the day is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from tierpolicy.analysis.goal import Case, Counts, Goal, Side, Truth
from tierpolicy.analysis.witness.cone import Cone, atoms, cone_of
from tierpolicy.analysis.witness.within import held_within
from tierpolicy.cells.ranges import days_of
from tierpolicy.cells.reads import expressions, indexed, named_statements
from tierpolicy.model.policy import ALWAYS

MOST_STRETCHES = 40


def any_day(goal: Goal, cases: Sequence[Case]) -> bool:
    """True where the goal holds for these records on every day on which all sides are in effect."""
    cones = {side.name: cone_of(goal, side) for side in goal.sides}
    if any(_reads_today(goal, side, cones[side.name]) for side in goal.sides):
        return False
    first = max(days_of(side.policy)[0] for side in goal.sides)
    last = min(days_of(side.policy)[1] for side in goal.sides)
    turns = {day for side in goal.sides for day in _turns(goal, side, cones[side.name]) if first < day <= last}
    if not turns:
        return True
    return len(turns) < MOST_STRETCHES and all(_holds_on(day, goal, cones, cases) for day in (first, *sorted(turns)))


def _holds_on(day: date, goal: Goal, cones: Mapping[str, Cone], cases: Sequence[Case]) -> bool:
    return held_within(goal, cones, tuple(replace(case, as_of=day) for case in cases), {}) is not None


def _reads_today(goal: Goal, side: Side, cone: Cone) -> bool:
    """What the goal looks at reads the day, in a condition, a value, the formula or an assumption."""
    policy, index = side.policy, indexed(side.policy)
    read = [index.reads[name] for name in cone.attributes]
    read += [index.asked[name] for name in _asked(goal, side)]
    conditions = [atom.condition for atom in atoms(goal.formula) if isinstance(atom, Truth) and atom.side == side.name]
    conditions += [each.condition for each in policy.assumptions]
    return any(each.today for each in read) or any(expressions(policy.defines).of(each).today for each in conditions)


def _turns(goal: Goal, side: Side, cone: Cone) -> Iterator[date]:
    """The days from which on other statements are in force."""
    named = named_statements(side.policy)
    for name in cone.statements | _asked(goal, side):
        dates = named[name].in_force
        if dates == ALWAYS:
            continue
        if dates.start is not None:
            yield dates.start
        if dates.end is not None and dates.end < date.max:
            yield dates.end + timedelta(days=1)


def _asked(goal: Goal, side: Side) -> frozenset[str]:
    """The statements of which the formula asks whether they count."""
    return frozenset(
        atom.statement for atom in atoms(goal.formula) if isinstance(atom, Counts) and atom.side == side.name
    )
