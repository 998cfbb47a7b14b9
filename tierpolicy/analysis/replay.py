"""Whether a goal holds for given records, by the plain evaluator: every witness is run through this before it is shown.

This is the meaning of a `Goal`. It is also the test by which witnesses are simplified, and what brute force asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from tierpolicy.analysis.goal import (
    All,
    Any,
    Case,
    Conflict,
    Counts,
    Differs,
    Formula,
    Goal,
    More,
    Neither,
    NotAsGood,
    Same,
    Truth,
)
from tierpolicy.analysis.world import allows
from tierpolicy.cells.reads import indexed, named_statements
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Type
from tierpolicy.model.values import MISSING, Known, Value, equal, less
from tierpolicy.semantics.counting import Deliberation, truth_of
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.evaluate import value_of
from tierpolicy.semantics.formula import standing
from tierpolicy.semantics.lattice import at_least_as_good
from tierpolicy.semantics.read import Reading

Decided = Mapping[str, Deliberation]
"""Each side's decision, by the side's name."""


def holds(goal: Goal, cases: Sequence[Case]) -> bool:
    """True where the goal's formula holds for the records and they are such as the goal asks for."""
    return within_range(goal, cases) and formula_holds(goal.formula, decisions(goal, cases))


def decisions(goal: Goal, cases: Sequence[Case]) -> dict[str, Deliberation]:
    """What each side's policy decides for its record."""
    return {side.name: decided(side.policy, cases[side.record]) for side in goal.sides}


def decided(policy: Policy, case: Case) -> Deliberation:
    """The policy's decision for one record."""
    return deliberate(policy, Reading(case.values, ()), case.as_of, indexed(policy))


def within_range(goal: Goal, cases: Sequence[Case]) -> bool:
    """True where every record is one that the goal ranges over."""
    first = cases[0]
    if any(case.as_of != first.as_of for case in cases) or goal.as_of not in (None, first.as_of):
        return False
    if goal.fixed is not None and any(first.values[name] != value for name, value in goal.fixed.items()):
        return False
    if goal.differing is not None:
        for case in cases[1:]:
            if any(case.values[name] != first.values[name] for name in first.values if name not in goal.differing):
                return False
    return all(allows(side.policy, cases[side.record]) for side in goal.sides)


def formula_holds(formula: Formula, sides: Decided) -> bool:
    """The formula's truth about decisions that were made."""
    match formula:
        case Truth(side, condition, accepted):
            return value_of(condition, sides[side].situation) in accepted
        case Counts(side, statement, accepted):
            return truth_of(named_statements(sides[side].policy)[statement], sides[side]) in accepted
        case Conflict(side, attribute):
            given = standing(sides[side].parts[attribute])
            return any(not equal(each.value, given[0].value) for each in given)
        case NotAsGood(name, side, than):
            judged = sides[side].policy.attributes[name]
            return not at_least_as_good(judged, _decision(sides, side, name), _decision(sides, than, name))
        case Differs(name, side, other):
            return not equal(_decision(sides, side, name), _decision(sides, other, name))
        case More(name, side, than):
            type_ = sides[side].policy.fields[name].type
            return is_more(sides[side].situation.fields[name], sides[than].situation.fields[name], type_)
        case Same(name, side, other):
            return _same(_named(sides, side, name), _named(sides, other, name))
        case Neither(inner):
            return not formula_holds(inner, sides)
        case All(parts):
            return all(formula_holds(part, sides) for part in parts)
        case Any(parts):
            return any(formula_holds(part, sides) for part in parts)
        case _:
            assert_never(formula)


def is_more(one: Value, other: Value, type_: Type) -> bool:
    """True where both are known and `one` is greater in the type's natural order."""
    if one is MISSING or other is MISSING:
        return False
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return other < one
    if isinstance(one, bool) and isinstance(other, bool):
        return one and not other
    return less(other, one, type_)


def _decision(sides: Decided, side: str, name: str) -> Known:
    return sides[side].situation.decided[name]


def _named(sides: Decided, side: str, name: str) -> Value:
    situation = sides[side].situation
    return situation.fields[name] if name in situation.fields else situation.decided[name]


def _same(one: Value, other: Value) -> bool:
    if one is MISSING or other is MISSING:
        return one is other
    return equal(one, other)
