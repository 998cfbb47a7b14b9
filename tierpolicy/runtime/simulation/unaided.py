"""A policy to one that also decides what rules alone give, and what limits leave of it: by attributes of its own.

    decision(A) = baseline(A) ⊔ ( grants(A) ⊓ limits(A) )

`A granted` is grants(A), `A limited` what limits leave of it, `A total` the sum of what adds up before it is drawn to
bounds. All of them read the decided attributes as the policy itself decides them. A name with a blank is nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from tierpolicy.model.policy import Limit, Policy, Rule
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


def unaided(policy: Policy) -> Unaided:
    """The policy with attributes for what its rules give, and what limits leave of that."""
    granted: dict[str, str] = {}
    limited: dict[str, str] = {}
    total: dict[str, str] = {}
    for name, said in clauses_by_attribute(policy).items():
        attribute = policy.attributes[name]
        if attribute.direction is not Direction.NONE:
            limited[name] = f"{name} limited" if said.floors else name
            granted[name] = f"{name} granted" if said.caps else limited[name]
            if _is_drawn(attribute, said):
                total[name] = f"{name} total"
    new = {
        **{made: policy.attributes[name] for name, made in granted.items()},
        **{made: policy.attributes[name] for name, made in limited.items()},
        **{made: replace(policy.attributes[name], low=None, high=None) for name, made in total.items()},
    }
    added = {made: replace(of, name=made, internal=True) for made, of in new.items() if made not in policy.attributes}
    derived = replace(
        policy,
        attributes=MappingProxyType({**policy.attributes, **added}),
        rules=tuple(_rule(each, (granted, limited, total)) for each in policy.rules),
        limits=tuple(_limit(each, limited) for each in policy.limits),
        baselines=policy.baselines,
        order=(*policy.order, *added),
    )
    return Unaided(policy, derived, granted, limited, total)


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


def _limit(limit: Limit, limited: Mapping[str, str]) -> Limit:
    more = [
        replace(cap, attribute=limited[cap.attribute])
        for cap in limit.caps
        if limited.get(cap.attribute, cap.attribute) != cap.attribute
    ]
    return replace(limit, caps=(*limit.caps, *more)) if more else limit
