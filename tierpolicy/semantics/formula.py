"""From what the true statements say of an attribute to its value: the formula of language.md §2.

    decision(A) = baseline(A) ⊔ ( grants(A) ⊓ limits(A) )

Attributes without direction take the one value that the true rules give, or their default.
"""

from __future__ import annotations

from dataclasses import replace

from tierpolicy.model.policy import Cap
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import MISSING, Known, equal
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.model.words import value_text
from tierpolicy.semantics.counting import Given, Parts, rule_of
from tierpolicy.semantics.lattice import better, capped, drawn, sum_of
from tierpolicy.semantics.outcome import Problem
from tierpolicy.semantics.shown import bounds_text


def decided_value(attribute: Attribute, parts: Parts, problems: list[Problem]) -> Known:
    """The formula of language.md §2."""
    if attribute.direction is Direction.NONE:
        return _agreed(attribute, parts, problems)
    value = granted(attribute, parts, problems)
    value = limited(attribute, value, parts)
    for floor in parts.floors:
        value = better(attribute, value, floor.value)
    return value


def granted(attribute: Attribute, parts: Parts, problems: list[Problem]) -> Known:
    """grants(A): the best of what the true rules give, or their sum; the worst value where they give nothing."""
    assert attribute.worst is not MISSING
    if not parts.grants:
        return attribute.worst
    if attribute.adds_up:
        total = sum_of(attribute, (grant.value for grant in parts.grants))
        held = drawn(attribute, total)
        if held != total:
            problems.append(_sum_problem(attribute, total, held))
        return held
    best = parts.grants[0].value
    for grant in parts.grants[1:]:
        best = better(attribute, best, grant.value)
    return best


def limited(attribute: Attribute, value: Known, parts: Parts) -> Known:
    """`value` ⊓ limits(A)."""
    for given in parts.caps:
        assert isinstance(given.clause, Cap)
        value = capped(attribute, value, given.clause.kind, given.value)
    return value


def folded(attribute: Attribute, parts: Parts) -> Parts:
    """The same said by at most one clause of each kind, for an attribute with a direction: joining one more
    clause to it takes no longer where thousands were true."""
    if attribute.direction is Direction.NONE:
        return parts
    grants, caps, floors = parts.grants[:1], parts.caps[:1], parts.floors[:1]
    if grants and attribute.adds_up:
        total = sum(given.value for given in parts.grants if isinstance(given.value, int))
        grants = (replace(grants[0], value=total),)
    elif grants:
        grants = (replace(grants[0], value=granted(attribute, parts, [])),)
    if caps:
        assert isinstance(caps[0].clause, Cap)
        if isinstance(attribute.type, SetOf):
            clause = replace(caps[0].clause, kind="within")
            caps = (Given(caps[0].statement, clause, limited(attribute, frozenset(attribute.type.labels), parts)),)
        else:
            caps = (replace(caps[0], value=limited(attribute, caps[0].value, parts)),)
    if floors:
        best = floors[0].value
        for floor in parts.floors:
            best = better(attribute, best, floor.value)
        floors = (replace(floors[0], value=best),)
    return Parts(grants, caps, floors)


def standing(parts: Parts) -> tuple[Given, ...]:
    """The grants to an attribute without direction that no true rule which also gives it overrides.

    Overriding is not transitive: an overridden rule still overrides.
    """
    left_out = {group for grant in parts.grants for group in rule_of(grant).overrides}
    return tuple(grant for grant in parts.grants if rule_of(grant).group not in left_out)


def _agreed(attribute: Attribute, parts: Parts, problems: list[Problem]) -> Known:
    """The one value that the true rules give; the default where there is none, or more than one."""
    assert attribute.default is not MISSING
    grants = standing(parts)
    if not grants:
        return attribute.default
    if all(equal(grant.value, grants[0].value) for grant in grants):
        return grants[0].value
    problems.append(_conflict_problem(attribute, grants))
    return attribute.default


def _sum_problem(attribute: Attribute, total: Known, held: Known) -> Problem:
    given, taken = value_text(total, attribute.type), value_text(held, attribute.type)
    bounds = bounds_text(attribute.low, attribute.high, attribute.type).removeprefix(", ")
    message = f"what rules give to `{attribute.name}` adds up to {given}, which was taken as {taken}"
    return Problem(attribute.name, given, bounds, message)


def _conflict_problem(attribute: Attribute, grants: tuple[Given, ...]) -> Problem:
    said = [f"`{grant.statement.origin.name}` {value_text(grant.value, attribute.type)}" for grant in grants]
    default = value_text(attribute.default, attribute.type)
    message = f"rules give `{attribute.name}` different values ({', '.join(said)}), so it takes its default, {default}"
    return Problem(attribute.name, ", ".join(said), "one value", message)
