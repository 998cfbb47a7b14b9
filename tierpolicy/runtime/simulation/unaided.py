"""A policy to one that also decides what rules alone give, and what limits leave of it: by attributes of its own.

    decision(A) = baseline(A) ⊔ ( grants(A) ⊓ limits(A) )

`A granted` is grants(A), `A limited` what limits leave of it, `A total` the sum of what adds up before it is drawn to
bounds. All of them read the decided attributes as the policy itself decides them. A name with a blank is nobody's.

Where an attribute's worst value is what its baseline promises, rules may give worse than that. A decision needn't know;
here it counts. So for such an attribute the same is decided from the least value that there is: `A given`, and `A given
limited`, which hold where a rule gives anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from tierpolicy.model.policy import Limit, Policy, Rule
from tierpolicy.model.types import Date, Duration, Integer, Money, Number, Percent
from tierpolicy.model.values import Known, extremes
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.index import Clauses, clauses_by_attribute


@dataclass(frozen=True, slots=True)
class Unaided:
    """`policy` decides all that `asked` does, and more. By attribute with a direction: `granted` and `limited` name the
    attribute that is what rules give, and what limits leave (the attribute itself, where that is the same); `total` is
    for what adds up within bounds."""

    asked: Policy
    policy: Policy
    granted: Mapping[str, str]
    limited: Mapping[str, str]
    total: Mapping[str, str]
    given: Mapping[str, str]
    given_limited: Mapping[str, str]


def unaided(policy: Policy) -> Unaided:
    """The policy with attributes for what its rules give, and what limits leave of that."""
    granted: dict[str, str] = {}
    limited: dict[str, str] = {}
    total: dict[str, str] = {}
    given: dict[str, str] = {}
    given_limited: dict[str, str] = {}
    for name, said in clauses_by_attribute(policy).items():
        attribute = policy.attributes[name]
        if attribute.direction is not Direction.NONE:
            limited[name] = f"{name} limited" if said.floors else name
            granted[name] = f"{name} granted" if said.caps else limited[name]
            if _is_drawn(attribute, said):
                total[name] = f"{name} total"
            if said.grants and _rests_on_baseline(attribute):
                given[name] = f"{name} given"
                given_limited[name] = f"{name} given limited" if said.caps else given[name]
    new = {
        **{made: policy.attributes[name] for name, made in granted.items()},
        **{made: policy.attributes[name] for name, made in limited.items()},
        **{made: replace(policy.attributes[name], low=None, high=None) for name, made in total.items()},
        **{
            made: _from_least(policy.attributes[name]) for each in (given, given_limited) for name, made in each.items()
        },
    }
    added = {made: replace(of, name=made, internal=True) for made, of in new.items() if made not in policy.attributes}
    derived = replace(
        policy,
        attributes=MappingProxyType({**policy.attributes, **added}),
        rules=tuple(_rule(each, (granted, limited, total, given, given_limited)) for each in policy.rules),
        limits=tuple(_limit(each, (limited, given_limited)) for each in policy.limits),
        baselines=policy.baselines,
        order=(*policy.order, *added),
    )
    return Unaided(policy, derived, granted, limited, total, given, given_limited)


def _is_drawn(attribute: Attribute, said: Clauses) -> bool:
    """True where the sum of what rules give may be drawn to bounds."""
    bounded = attribute.low is not None or attribute.high is not None
    return attribute.adds_up and bounded and bool(said.grants)


def _rule(rule: Rule, names: tuple[Mapping[str, str], ...]) -> Rule:
    """The rule, giving the same to each of the attributes made of those that it gives to."""
    more = [
        replace(grant, attribute=made)
        for grant in rule.grants
        for made in dict.fromkeys(each.get(grant.attribute, grant.attribute) for each in names)
        if made != grant.attribute
    ]
    return replace(rule, grants=(*rule.grants, *more)) if more else rule


def _limit(limit: Limit, names: tuple[Mapping[str, str], ...]) -> Limit:
    more = [
        replace(cap, attribute=made)
        for cap in limit.caps
        for made in dict.fromkeys(each.get(cap.attribute, cap.attribute) for each in names)
        if made != cap.attribute
    ]
    return replace(limit, caps=(*limit.caps, *more)) if more else limit


def _rests_on_baseline(attribute: Attribute) -> bool:
    """True where nothing but a baseline says what the worst value is."""
    declared = attribute.high if attribute.direction is Direction.LESS else attribute.low
    return (
        isinstance(attribute.type, Integer | Number | Money | Percent | Duration | Date)
        and not (attribute.adds_up or attribute.or_none)
        and declared is None
    )


def least(attribute: Attribute) -> Known:
    """The worst of all values of an attribute's type."""
    ends = extremes(attribute.type)
    assert ends is not None
    return ends[1] if attribute.direction is Direction.LESS else ends[0]


def _from_least(attribute: Attribute) -> Attribute:
    return replace(attribute, worst=least(attribute))
