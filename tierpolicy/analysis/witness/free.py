"""Which fields of a witness don't matter: whatever they hold, together, the goal still holds, and what it speaks of is
decided the same. Proved, or left out.

The records are decided once more with these fields as anything that they may hold (`reach`), and the formula is read
in the same way: it holds, it fails, or that is open. A field is free where it holds for sure. Most fields aren't, which
one value shows that makes the goal fail: that is looked for first, since it is quicker.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
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
    Side,
    Truth,
)
from tierpolicy.analysis.reach.decisions import counting, decide_within
from tierpolicy.analysis.reach.expressions import Ground, View, possible
from tierpolicy.analysis.reach.possible import Between, Possible, Sets, Words, anything, exactly
from tierpolicy.analysis.replay import decided, formula_holds
from tierpolicy.analysis.witness.cone import Cone, cone_of
from tierpolicy.analysis.witness.within import Seen, held_within
from tierpolicy.cells.line import coordinate
from tierpolicy.cells.ranges import limits_of, may_be_missing
from tierpolicy.cells.reads import assumed_fields, indexed, named_statements
from tierpolicy.model.types import Choice, Flag, Scale, SetOf
from tierpolicy.model.values import MISSING, Value
from tierpolicy.model.vocabulary import Direction, Field
from tierpolicy.semantics.counting import Deliberation

MOST_STATEMENTS = 8_000
"""Statements looked at for one witness. Reading a statement for all values takes longer than for one; of a policy of
many thousands only the fields that nothing reads are free."""

QUICKER = 8
"""How many times quicker it is to read a statement for one value."""

Open = bool | None
"""Whether a formula holds: None where that depends on the free fields, or can't be told."""


def free_fields(goal: Goal, cases: Sequence[Case], usual: Iterable[str]) -> frozenset[str]:
    """The fields that don't matter to the goal here; of those that its statements read, `usual` are tried."""
    cones = {side.name: cone_of(goal, side) for side in goal.sides}
    names = {name for side in goal.sides for name in side.policy.fields}
    read = {name for cone in cones.values() for name in cone.fields}
    differing = {name for name in names if any(case.values[name] != cases[0].values[name] for case in cases)}
    pinned = differing | {name for side in goal.sides for name in assumed_fields(side.policy)} | set(goal.fixed or ())
    never_read = frozenset(names - read - pinned)
    looks = sum(len(cone.statements) + 1 for cone in cones.values())
    left = MOST_STATEMENTS
    if looks > left:
        return never_read
    seen = held_within(goal, cones, tuple(cases), {}) or {}
    extremes = [_extremes(goal, high=high) for high in (True, False)]
    grounds = {side.name: decided(side.policy, cases[side.record]) for side in goal.sides}
    proved: frozenset[str] = frozenset()
    waiting = [[name for name in usual if name in read - pinned]]
    while waiting and left >= looks:
        some = waiting.pop()
        if not some:
            continue
        free = proved | set(some)
        if any(_fails_at(goal, cones, cases, values, free, seen) for values in extremes):
            left -= looks // QUICKER
        else:
            left -= looks
            if _holds_whatever(goal, cones, grounds, free):
                proved = free
                continue
        if len(some) > 1:
            waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
    return never_read | proved


def _extremes(goal: Goal, *, high: bool) -> Mapping[str, Value]:
    """A value at one end of each field that all records read alike."""
    fields = goal.sides[0].policy.fields.values()
    found = {field.name: _extreme(field, high=high) for field in fields if field.name not in (goal.differing or ())}
    return {name: value for name, value in found.items() if value is not MISSING}


def _extreme(field: Field, *, high: bool) -> Value:
    match field.type:
        case SetOf(labels):
            return frozenset(labels) if high else frozenset()
        case Scale(labels) | Choice(labels):
            return labels[-1 if high else 0]
        case Flag():
            return high
        case _:
            end = limits_of(field)[high]
            return MISSING if end is None else end


def _fails_at(
    goal: Goal,
    cones: Mapping[str, Cone],
    cases: Sequence[Case],
    values: Mapping[str, Value],
    free: frozenset[str],
    seen: Seen,
) -> bool:
    """True where the goal fails with the free fields at these values."""
    instead = {name: values[name] for name in free if name in values}
    changed = tuple(replace(case, values={**case.values, **instead}) for case in cases)
    return held_within(goal, cones, changed, seen) is None


def _holds_whatever(
    goal: Goal,
    cones: Mapping[str, Cone],
    grounds: Mapping[str, Deliberation],
    free: frozenset[str],
) -> bool:
    """True where the goal holds, and decides the same of what it speaks of, whatever the free fields hold."""
    views = {}
    for side in goal.sides:
        index = indexed(side.policy)
        ground = Ground(grounds[side.name], index.expressions, free, index.moved_by(free))
        view = View(ground, {name: _anything(field) for name, field in side.policy.fields.items() if name in free})
        decide_within(view, frozenset(cones[side.name].attributes))
        views[side.name] = view
    stays = all(_stays(views[side.name], name) for side in goal.sides for name in cones[side.name].spoken)
    return stays and _outcome(goal.formula, goal, views, free) is True


def _stays(view: View, name: str) -> bool:
    """Whether what is decided, which a witness shows beside its free fields, is the same whatever they hold."""
    base = view.ground.base
    return _decided(view, name) == exactly(base.situation.decided[name], base.policy.attributes[name].type)


def _anything(field: Field) -> Possible:
    """All that a field may hold."""
    found = anything(field.type)
    low, high = limits_of(field)
    shape = found.shape
    if low is not None and high is not None and isinstance(shape, Between):
        shape = Between(coordinate(low, field.type), coordinate(high, field.type))
    return Possible(shape, missing=may_be_missing(field))


# ---------------------------------------------------------------- the formula


def _outcome(formula: Formula, goal: Goal, views: Mapping[str, View], free: frozenset[str]) -> Open:
    match formula:
        case Neither(inner):
            found = _outcome(inner, goal, views, free)
            return None if found is None else not found
        case All(parts):
            return _kleene([_outcome(part, goal, views, free) for part in parts], decisive=False)
        case Any(parts):
            return _kleene([_outcome(part, goal, views, free) for part in parts], decisive=True)
        case Truth(side, condition, accepted):
            return _accepted(possible(condition, views[side]), accepted)
        case Counts(side, name, accepted):
            statement = named_statements(goal.side(side).policy)[name]
            return _accepted(counting(statement, views[side]), accepted)
        case Conflict(side, name):
            return None if name in views[side].ground.moved else _at_hand(formula, views)
        case NotAsGood(name, side, than):
            return _worse(goal.side(side), name, _decided(views[side], name), _decided(views[than], name))
        case Differs(name, side, other):
            return _apart(_decided(views[side], name), _decided(views[other], name))
        case More(name):
            return None if name in free else _at_hand(formula, views)
        case Same(name, side, other):
            return _same(formula, views, name in free or name in views[side].ground.moved | views[other].ground.moved)
        case _:
            assert_never(formula)


def _kleene(parts: list[Open], *, decisive: bool) -> Open:
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _accepted(found: Possible, accepted: frozenset[Value]) -> Open:
    may_be: set[Value] = {True} if found.may_be_true else set()
    may_be |= {False} if found.may_be_false else set()
    may_be |= {MISSING} if found.missing else set()
    if may_be <= accepted:
        return True
    return None if may_be & accepted else False


def _at_hand(formula: Formula, views: Mapping[str, View]) -> bool:
    """Of what the free fields don't move."""
    return formula_holds(formula, {name: view.ground.base for name, view in views.items()})


def _same(formula: Same, views: Mapping[str, View], moved: bool) -> Open:
    return None if moved else _at_hand(formula, views)


def _decided(view: View, name: str) -> Possible:
    if name in view.ground.moved:
        return view.decided[name]
    base = view.ground.base
    return exactly(base.situation.decided[name], base.policy.attributes[name].type)


def _worse(side: Side, name: str, one: Possible, than: Possible) -> Open:
    """Whether `one` is not at least as good; only a sure yes is worked out."""
    attribute = side.policy.attributes[name]
    if isinstance(one.shape, Sets) and isinstance(than.shape, Sets):
        return True if not than.shape.surely <= one.shape.perhaps else None
    if not isinstance(than.shape, Between) or than.none is not None:
        return None  # nothing is worse than `none`
    if one.shape is None:
        return True
    assert isinstance(one.shape, Between)
    if attribute.direction is Direction.LESS:
        return True if one.shape.low > than.shape.high else None
    return True if one.shape.high < than.shape.low else None


def _apart(one: Possible, other: Possible) -> Open:
    """Whether two values differ; only a sure yes is worked out."""
    if one.none is not None and other.none is not None:
        return None
    match one.shape, other.shape:
        case Between(low, high), Between(least, most):
            return True if high < least or most < low else None
        case Sets(surely, perhaps), Sets(always, ever):
            return True if surely - ever or always - perhaps else None
        case Words(options), Words(others):
            return True if options is not None and others is not None and options.isdisjoint(others) else None
        case _:
            return True  # one is `none`, and the other isn't
