"""Better and worse among the values of one attribute (language.md §2): the lattice that decisions are made in.

Sets are ordered by inclusion (union is better, intersection worse), all other values in a line; `none` is worse than
everything.
"""

from __future__ import annotations

from collections.abc import Iterable

from tierpolicy.model.builtins.record import in_range
from tierpolicy.model.policy import CapKind
from tierpolicy.model.types import Integer, Money, Percent
from tierpolicy.model.values import INTEGER_MAX, MISSING, MONEY_MAX, Known, NotOffered, order_key
from tierpolicy.model.vocabulary import Attribute, Direction


def goodness(attribute: Attribute, value: Known) -> tuple[int, int | float]:
    """How good a value is, as a key: greater is better. Not for sets, nor for what has no direction."""
    if isinstance(value, NotOffered):
        return (0, 0)
    _, key = order_key(value, attribute.type)
    return (1, -key if attribute.direction is Direction.LESS else key)


def better(attribute: Attribute, one: Known, other: Known) -> Known:
    """⊔, the better of two values; for sets their union."""
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return one | other
    if isinstance(one, NotOffered) or isinstance(other, NotOffered):
        return other if isinstance(one, NotOffered) else one
    return one if goodness(attribute, one) >= goodness(attribute, other) else other


def worse(attribute: Attribute, one: Known, other: Known) -> Known:
    """⊓, the worse of two values; for sets their intersection."""
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return one & other
    if isinstance(one, NotOffered) or isinstance(other, NotOffered):
        return one if isinstance(one, NotOffered) else other
    return one if goodness(attribute, one) <= goodness(attribute, other) else other


def at_least_as_good(attribute: Attribute, one: Known, other: Known) -> bool:
    """True where `one` is `other` or better."""
    return better(attribute, one, other) == one


def capped(attribute: Attribute, value: Known, kind: CapKind, cap: Known) -> Known:
    """A value under a limit: never better than it was."""
    if kind == "without":
        return value - cap if isinstance(value, frozenset) and isinstance(cap, frozenset) else value
    return worse(attribute, value, cap)


def drawn(attribute: Attribute, value: Known) -> Known:
    """The value drawn to its attribute's bounds; `none` in the form that this attribute compares it by."""
    if isinstance(value, NotOffered):
        return NotOffered.ABOVE if attribute.direction is Direction.LESS else NotOffered.BELOW
    if isinstance(value, frozenset):
        return value
    key = order_key(value, attribute.type) if attribute.low is not None or attribute.high is not None else None
    if key is not None and attribute.low is not None and key < order_key(attribute.low, attribute.type):
        return attribute.low
    if key is not None and attribute.high is not None and key > order_key(attribute.high, attribute.type):
        return attribute.high
    return value


def sum_of(attribute: Attribute, values: Iterable[Known]) -> Known:
    """What adds up: the sum, a negative value counting as 0, stopping at the largest value of the type."""
    total = sum(value for value in values if isinstance(value, int) and value > 0)
    assert isinstance(attribute.type, Integer | Money | Percent)
    held = in_range(total, attribute.type)
    return largest_sum(attribute) if held is MISSING else held


def largest_sum(attribute: Attribute) -> int:
    """The value at which what adds up stops."""
    return INTEGER_MAX if isinstance(attribute.type, Integer) else MONEY_MAX
