"""How far customers are from a better part of the service, by raising one field alone.

What a field decides by comparisons changes only where it meets one of their bounds. So the least raise that gets a
customer more ends at one of these, and each of them is tried, for all customers of a block at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from tierpolicy.cells.reads import expressions, indexed
from tierpolicy.compile.columns.data import Bools, Column
from tierpolicy.compile.columns.deciding import Prepared, prepared
from tierpolicy.compile.columns.facts import Facts
from tierpolicy.compile.columns.saying import is_better
from tierpolicy.compile.columns.values import Vec
from tierpolicy.compile.normal import normal_form
from tierpolicy.model.expressions import FieldRef
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Duration, Flag, Integer, Money, Number, Percent, Scale
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Attribute, Direction, Field
from tierpolicy.runtime.simulation.adding import Tally
from tierpolicy.runtime.simulation.bands import known_value
from tierpolicy.runtime.simulation.blocks import Block
from tierpolicy.runtime.simulation.figures import levels_of
from tierpolicy.runtime.simulation.results import Count, Distance, Reach
from tierpolicy.runtime.simulation.serving import groups_of

MOST_BOUNDS: Final = 100
FARTHEST: Final = 1 << 61
STEPS: Final = np.array([digit * 10**power for power in range(18) for digit in (1, 2, 5)], np.int64)
"""Raises are counted up to these."""


@dataclass(frozen=True, slots=True)
class Road:
    """A field that customers can raise: the `bounds` at which more of it may decide `attribute` otherwise, ascending,
    in whole units (of a number: floats). `reason` says why it isn't tried, '' where it is."""

    field: Field
    attribute: Attribute
    prepared: Prepared
    bounds: tuple[Any, ...]
    reason: str


def roads(policy: Policy, attribute: str) -> tuple[Road, ...]:
    """What customers can raise to get more of an attribute: earnable amounts that it rests on."""
    held = policy.attributes.get(attribute)
    if held is None or held.direction is Direction.NONE or not isinstance(held.type, Scale | Flag):
        return ()
    behind = indexed(policy).behind((attribute,))
    earnable = [
        each
        for name, each in policy.fields.items()
        if each.earnable and name in behind and isinstance(each.type, Integer | Number | Money | Percent | Duration)
    ]
    if not earnable:
        return ()
    made = prepared(normal_form(_only(policy, behind)))
    return tuple(_road(each, held, made) for each in earnable)


def _only(policy: Policy, names: frozenset[str]) -> Policy:
    """The policy as far as it decides some attributes."""
    return replace(
        policy,
        attributes=MappingProxyType({name: each for name, each in policy.attributes.items() if name in names}),
        rules=tuple(
            replace(each, grants=tuple(g for g in each.grants if g.attribute in names)) for each in policy.rules
        ),
        limits=tuple(replace(each, caps=tuple(c for c in each.caps if c.attribute in names)) for each in policy.limits),
        baselines=tuple(
            replace(each, floors=tuple(f for f in each.floors if f.attribute in names)) for each in policy.baselines
        ),
        order=tuple(name for name in policy.order if name in names),
        assumptions=(),
    )


def _road(field: Field, attribute: Attribute, made: Prepared) -> Road:
    read = expressions(made.normal.policy.defines)
    bounds: set[Any] = set()
    reason = ""
    for stage in made.stages:
        for track in stage.tables.tracks:
            subject = made.normal.axes.axes[track.axis].subject
            if isinstance(subject, FieldRef) and subject.name == field.name:
                bounds.update(track.cuts or ())
            elif field.name in read.of(subject).fields:
                reason = f"`{attribute.name}` is worked out from `{field.name}`, not compared with it alone"
        for plan in stage.plans:
            if any(field.name in read.of(c.expr).fields for c in plan.decided.clauses if c.value is None):
                reason = f"`{attribute.name}` is worked out from `{field.name}`, not compared with it alone"
    high = field.high
    reached = sorted(bound for bound in bounds if not isinstance(high, int | float) or bound <= high)
    if len(reached) > MOST_BOUNDS:
        reason = f"`{field.name}` is compared with more than {MOST_BOUNDS} bounds"
    return Road(field, attribute, made, tuple(reached), reason)


def count_roads(block: Block, found: Sequence[Road], tally: Tally) -> None:
    """How far the customers of a block are from more."""
    for road in found:
        if not road.reason:
            _count(road, block, tally)


def _count(road: Road, block: Block, tally: Tally) -> None:
    facts, key = block.facts, (road.field.name,)
    now, amount = facts.of_attribute(road.attribute.name), facts.of_field(road.field.name)
    best = _at_best(road.attribute, now)
    unknown = np.zeros(block.rows, np.bool_) if amount.missing is None else amount.missing & ~best
    waiting = ~best & ~unknown
    tally.count_rows(("best", *key), best)
    tally.count_rows(("too little known", *key), unknown)
    reached = np.zeros(block.rows, np.bool_)
    for bound in road.bounds:
        trying = waiting & (amount.values < bound)
        if not trying.any():
            continue
        better = trying & is_better(road.attribute, _raised(road, bound, amount, facts), now)
        if better.any():
            _count_raises(min(bound, FARTHEST) - np.maximum(amount.values[better], -FARTHEST), key, tally)
            reached |= better
            waiting &= ~better
    tally.count_rows(("never", *key), waiting)
    for held, where in groups_of(road.attribute.name, facts).each():
        tally.count_rows(("reached from", *key, held), where & reached)


def _at_best(attribute: Attribute, now: Vec) -> Bools:
    """Where nothing better could be given."""
    values = now.values
    best: Bools
    if isinstance(attribute.type, Scale):
        best = values == len(attribute.type.labels) - 1
    else:
        best = ~values if attribute.direction is Direction.LESS else values
    return best if now.none is None else best & (now.none == 0)


def _raised(road: Road, bound: Any, amount: Vec, facts: Facts) -> Vec:
    """The attribute, were the field raised to a bound."""
    column = Column(np.maximum(amount.values, bound), amount.missing)
    columns = {name: facts.columns[name] for name in facts.columns} | {road.field.name: column}
    return road.prepared.facts(columns, facts.rows, facts.as_of).of_attribute(road.attribute.name)


def _count_raises(raises: np.ndarray[Any, Any], key: tuple[str], tally: Tally) -> None:
    places = np.searchsorted(STEPS, np.ceil(raises))
    for place, count in enumerate(np.bincount(places).tolist()):
        tally.count(("raise", *key, int(STEPS[min(place, len(STEPS) - 1)])), count)


def distances_of(found: Sequence[Road], tally: Tally) -> tuple[Distance, ...]:
    """What was counted of each road."""
    return tuple(_distance(road, tally) for road in found)


def _distance(road: Road, tally: Tally) -> Distance:
    name, type_ = road.field.name, road.field.type
    steps = sorted(what[2] for what in tally.numbers if isinstance(what, tuple) and what[:2] == ("raise", name))
    reaches, so_far = [], 0
    for step in steps:
        so_far += tally["raise", name, step]
        reaches.append(Reach(known_value(step, type_), so_far))
    levels: tuple[Known, ...] = levels_of(road.attribute)
    return Distance(
        attribute=road.attribute.name,
        field=name,
        type=type_,
        reaches=tuple(reaches),
        best=tally["best", name],
        never=tally["never", name],
        unknown=tally["too little known", name],
        by_level=tuple(Count(held, tally["reached from", name, held]) for held in levels),
        reason=road.reason,
    )
