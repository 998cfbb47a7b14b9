"""A policy to one that also decides what each attribute would be without its baselines: whom a baseline raised is where
the two differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tierpolicy.model.policy import Policy
from tierpolicy.model.vocabulary import Attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tierpolicy.compile.columns.data import Amounts, Bools, Coded


@dataclass(frozen=True, slots=True)
class Unaided:
    """`policy` decides all that the original does, and for each attribute in `twins` under another, internal name what
    rules and limits left of it."""

    policy: Policy
    twins: Mapping[str, str]


def unaided(policy: Policy) -> Unaided:
    """The policy with a twin of every attribute of the service that a baseline may raise. What it decides for the
    original attributes is the same: nothing reads a twin."""
    promised = {floor.attribute for baseline in policy.baselines for floor in baseline.floors}
    names = [name for name, each in policy.attributes.items() if name in promised and not each.internal]
    twins = {name: _free(f"{name}_unaided", policy) for name in names}
    attributes = {**policy.attributes}
    for name, twin in twins.items():
        attributes[twin] = replace(policy.attributes[name], name=twin, internal=True)
    rules = tuple(replace(rule, grants=_twice(rule.grants, twins)) for rule in policy.rules)
    limits = tuple(replace(limit, caps=_twice(limit.caps, twins)) for limit in policy.limits)
    order = tuple(each for name in policy.order for each in ((name, twins[name]) if name in twins else (name,)))
    made = replace(policy, attributes=MappingProxyType(attributes), rules=rules, limits=limits, order=order)
    return Unaided(made, MappingProxyType(twins))


def _twice(clauses: Iterable[Any], twins: Mapping[str, str]) -> tuple[Any, ...]:
    """The clauses, and what they say of an attribute said of its twin too."""
    said = tuple(clauses)
    return (*said, *(replace(each, attribute=twins[each.attribute]) for each in said if each.attribute in twins))


def _free(name: str, policy: Policy) -> str:
    while name in policy.attributes or name in policy.fields or name in policy.defines or name in policy.parameters:
        name += "_"
    return name


def raised(found: Unaided, answers: Mapping[str, Coded | Amounts]) -> dict[str, Bools]:
    """By attribute the rows in which it is other than rules and limits left it."""
    attributes = found.policy.attributes
    return {name: _differ(attributes[name], answers[name], answers[twin]) for name, twin in found.twins.items()}


def _differ(attribute: Attribute, one: Coded | Amounts, other: Coded | Amounts) -> Bools:
    import numpy as np

    from tierpolicy.compile.columns.data import Coded
    from tierpolicy.runtime.columns.results import Result, result_of

    if isinstance(one, Coded) and isinstance(other, Coded):
        places = {value: place for place, value in enumerate(one.values)}
        same = np.array([places.get(value, len(places)) for value in other.values], np.int64)
        differ: Bools = same.take(other.codes) != one.codes
        return differ
    left, right = result_of(attribute, one), result_of(attribute, other)
    assert isinstance(left, Result)
    assert isinstance(right, Result)
    absent, absent_there = (np.zeros(len(left.values), np.bool_) if e.none is None else e.none for e in (left, right))
    found: Bools = ((left.values != right.values) & ~absent & ~absent_there) | (absent != absent_there)
    return found
