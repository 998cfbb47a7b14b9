"""Looks among drawn customers for some who break a property, and near those whom it is about.

First the customers that all properties of a policy share. As many again are made for the property alone: some aimed at
it, some from those who meet the most of its conditions, a field or two changed at a time, so that it is tried where it
says something.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import assert_never

from tierpolicy.analysis.goal import Case
from tierpolicy.analysis.world import allows
from tierpolicy.cells.reads import fields_behind, fields_in
from tierpolicy.model.expressions import And, AttributeRef, Expr
from tierpolicy.model.policy import (
    Always,
    EqualTreatment,
    Never,
    NeverDependsOn,
    NeverLowers,
    Policy,
    Property,
    Share,
    Total,
)
from tierpolicy.model.reads import read_by
from tierpolicy.testing.trials_drawing import aimed, another_value, changed_in
from tierpolicy.testing.trials_judging import breaks_alone, breaks_together, is_true, named, speaks_of
from tierpolicy.testing.trials_serving import Desk, Served

AIMED = 0.5
"""How many of the customers that are made for a property are aimed at it."""

ASIDE = 0.1
"""How often a field is changed that nothing in the property reads: it should not matter."""

Breaking = tuple[Served, ...]
"""One customer who breaks a property, or two."""


@dataclass(slots=True)
class Look:
    """One look at one property: who was served for it (`served`), and how many it promised something (`counted`)."""

    desk: Desk
    stated: Property
    chance: random.Random
    served: list[Served] = field(default_factory=list)
    counted: int = 0

    def serve(self, case: Case) -> Served | None:
        found = self.desk.served(case)
        if found is not None:
            self.served.append(found)
        return found

    def may_be(self, *served: Served) -> bool:
        """True where properties speak of such customers: their values within bounds, the version in effect that day.
        Whoever draws keeps to that; nobody is said to break a property who doesn't."""
        return all(allows(self.desk.typed, each.case) for each in served)


def first_breaking(look: Look, crowd: Sequence[Served]) -> Breaking | None:
    """Customers who break the property, looked for in a crowd and near it; None where none of them does."""
    match look.stated.claim:
        case Always() | Never():
            return _alone(look, crowd)
        case NeverLowers() | NeverDependsOn():
            return _in_pairs(look, crowd)
        case EqualTreatment(names, _):
            return _among_equals(look, crowd, names)
        case Share() | Total():
            return None
        case _:
            assert_never(look.stated.claim)


# ---------------------------------------------------------------- each by itself


def _alone(look: Look, crowd: Sequence[Served]) -> Breaking | None:
    for served in (*crowd, *_nearer(look, crowd)):
        look.counted += speaks_of(look.stated, served)
        if breaks_alone(look.stated, served) and look.may_be(served):
            return (served,)
    return None


def _nearer(look: Look, crowd: Sequence[Served]) -> Iterator[Served]:
    """As many customers as the crowd has: first those aimed at the property, then neighbours of whoever meets the most
    conditions so far."""
    if not crowd:
        return
    wanted, fields = _conditions(look.stated), _fields_of(look.desk.typed, look.stated)
    most, best = -1, list[Served]()
    aim = aimed(look.desk.typed, look.stated, [each.case for each in crowd], look.chance)
    at_it = list(islice(aim, int(AIMED * len(crowd))))
    for at in range(2 * len(crowd)):
        made = at >= len(crowd)
        if not made:
            served: Served | None = crowd[at]
        elif at_it:
            served = look.serve(at_it.pop())
        else:
            served = look.serve(_neighbour(look, look.chance.choice(best).case, fields))
        if served is None:
            continue
        met = sum(is_true(each, served) for each in wanted)
        if met > most:
            most, best = met, [served]
        elif met == most:
            best.append(served)
        if made:
            yield served


def _neighbour(look: Look, case: Case, fields: Sequence[str]) -> Case:
    """The customer with one field changed, or two, or three; now and then on another day."""
    chance, policy = look.chance, look.desk.typed
    options = fields if fields and chance.random() > ASIDE else tuple(policy.fields)
    many = min(len(options), chance.choice((1, 1, 2, 3)))
    return changed_in(policy, case, chance.sample(options, many), chance, another_day=chance.random() < ASIDE)


def _conditions(stated: Property) -> list[Expr]:
    """What a customer should meet for the property to promise anything, part by part."""
    claim = stated.claim
    implying = claim.condition if isinstance(claim, Never) or (isinstance(claim, Always) and claim.implied) else None
    whole = [each for each in (stated.where, implying) if each is not None]
    return [part for each in whole for part in (each.parts if isinstance(each, And) else (each,))]


def _fields_of(policy: Policy, stated: Property) -> tuple[str, ...]:
    """The fields that can make a difference to the property, in the policy's order."""
    claim = stated.claim
    said: list[Expr] = [each for each in (stated.where,) if each is not None]
    names: tuple[str, ...] = ()
    match claim:
        case Always(condition, implied):
            said += [condition, *([implied] if implied is not None else [])]
        case Never(condition):
            said.append(condition)
        case NeverLowers(_, of, attributes) | NeverDependsOn(attributes, of):
            names = (of, *attributes)
        case EqualTreatment(equal, attributes):
            names = (*equal, *attributes)
        case Share() | Total():
            pass
        case _:
            assert_never(claim)
    found = {name for each in said for name in fields_in(each, policy)}
    found.update(node.name for each in said for node in read_by(each, policy) if isinstance(node, AttributeRef))
    found.update(names)
    behind = {name for attribute in found & policy.attributes.keys() for name in fields_behind(policy, attribute)}
    return tuple(name for name in policy.fields if name in found | behind)


# ---------------------------------------------------------------- pairs that differ in one field


def _in_pairs(look: Look, crowd: Sequence[Served]) -> Breaking | None:
    claim = look.stated.claim
    assert isinstance(claim, NeverLowers | NeverDependsOn)
    for one in (*crowd, *_nearer(look, crowd)):
        if not is_true(look.stated.where, one):
            continue
        value = another_value(look.desk.typed, claim.field, one.case.values[claim.field], look.chance)
        if value is None:
            continue
        other = look.serve(Case({**one.case.values, claim.field: value}, one.case.as_of))
        if other is None or not is_true(look.stated.where, other):
            continue
        look.counted += 1
        for pair in ((one, other), (other, one)):
            if breaks_together(look.stated, *pair) and look.may_be(*pair):
                return pair
    return None


# ---------------------------------------------------------------- pairs that are equal in some names


def _among_equals(look: Look, crowd: Sequence[Served], names: tuple[str, ...]) -> Breaking | None:
    """Whoever is equal in the names, by chance or made so, is compared with the first of their kind."""
    kinds: dict[object, list[Served]] = {}
    for served in _made_equal(look, crowd, names):
        if not is_true(look.stated.where, served):
            continue
        others = kinds.setdefault((named(names, served), served.case.as_of), [])
        look.counted += bool(others)
        for other in islice(others, 1):
            if breaks_together(look.stated, other, served) and look.may_be(other, served):
                return other, served
        others.append(served)
    return None


def _made_equal(look: Look, crowd: Sequence[Served], names: tuple[str, ...]) -> Iterator[Served]:
    """The crowd; beside each another who has the same in the fields named; and some who differ from it a little."""
    policy = look.desk.typed
    same = [name for name in names if name in policy.fields]
    apart = [name for name in _fields_of(policy, look.stated) if name not in same]
    for one in (*crowd, *_nearer(look, crowd)):
        yield one
        other = look.chance.choice(crowd).case
        near = changed_in(policy, one.case, look.chance.sample(apart, min(len(apart), 2)), look.chance)
        for case in (Case({**other.values, **{name: one.case.values[name] for name in same}}, one.case.as_of), near):
            served = look.serve(case)
            if served is not None:
                yield served
