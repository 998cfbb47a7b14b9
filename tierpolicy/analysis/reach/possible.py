"""All that a value may be while some facts are only known to lie within ranges.

`Possible` may hold too much, never too little. A condition is a flag: `missing` there means that it may be unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tierpolicy.cells.line import coordinate, ends_of, value_of_coordinate
from tierpolicy.model.types import Choice, SetOf, Text, Type
from tierpolicy.model.values import MISSING, NotOffered, Value

NO_LABELS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Between:
    """Values of an ordered type or a flag, by their coordinates, both ends included."""

    low: int | float
    high: int | float


@dataclass(frozen=True, slots=True)
class Sets:
    """Sets that hold all of `surely`, and of the others only what `perhaps` holds too."""

    surely: frozenset[str]
    perhaps: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """Texts or labels without order: one of these; None is any."""

    options: frozenset[str] | None


Shape = Between | Sets | Words


@dataclass(frozen=True, slots=True)
class Possible:
    """A known value within `shape` (None: none is possible), or missing, or `none`, where these may be."""

    shape: Shape | None
    missing: bool = False
    none: NotOffered | None = None

    @property
    def may_be_true(self) -> bool:
        return isinstance(self.shape, Between) and self.shape.high == 1

    @property
    def may_be_false(self) -> bool:
        return isinstance(self.shape, Between) and self.shape.low == 0

    @property
    def is_settled(self) -> bool:
        """True or false, and no more of it depends on where in the ranges one looks."""
        return not self.missing and isinstance(self.shape, Between) and self.shape.low == self.shape.high

    @property
    def surely_true(self) -> bool:
        return self.may_be_true and not (self.may_be_false or self.missing or self.none)


NOT_KNOWN = Possible(None, missing=True)
_SHAPES = (None, Between(0, 0), Between(1, 1), Between(0, 1))
_TRUTHS = tuple(Possible(shape, missing) for missing in (False, True) for shape in _SHAPES)


def truth(*, true: bool, false: bool, unknown: bool = False) -> Possible:
    """A condition that may come out so."""
    return _TRUTHS[4 * unknown + 2 * true + false]


def exactly(value: Value, type_: Type) -> Possible:
    """One value."""
    if value is MISSING:
        return NOT_KNOWN
    if isinstance(value, NotOffered):
        return Possible(None, none=value)
    if isinstance(value, frozenset):
        return Possible(Sets(value, value))
    if isinstance(value, str) and isinstance(type_, Text | Choice):
        return Possible(Words(frozenset({value})))
    at = coordinate(value, type_)
    return Possible(Between(at, at))


def anything(type_: Type) -> Possible:
    """Any value of the type, missing or not."""
    if isinstance(type_, SetOf):
        return Possible(Sets(NO_LABELS, frozenset(type_.labels)), missing=True)
    if isinstance(type_, Text | Choice):
        return Possible(Words(None), missing=True)
    return Possible(Between(*ends_of(type_)), missing=True)


def only_value(found: Possible, type_: Type) -> Value | None:
    """The one value that there can be; None where there are several."""
    if found.shape is None:
        if found.missing:
            return MISSING if found.none is None else None
        return found.none
    if found.missing or found.none is not None:
        return None
    match found.shape:
        case Between(low, high) if low == high:
            return value_of_coordinate(low, type_)
        case Sets(surely, perhaps) if surely == perhaps:
            return surely
        case Words(options) if options is not None and len(options) == 1:
            return next(iter(options))
        case _:
            return None


def either(one: Possible, other: Possible) -> Possible:
    """What may be one or the other, of one type."""
    missing, none = one.missing or other.missing, one.none or other.none
    if one.shape is None or other.shape is None:
        return Possible(one.shape or other.shape, missing, none)
    return Possible(_joined(one.shape, other.shape), missing, none)


def _joined(one: Shape, other: Shape) -> Shape:
    match one, other:
        case Between(low, high), Between(least, most):
            return Between(min(low, least), max(high, most))
        case Sets(surely, perhaps), Sets(always, ever):
            return Sets(surely & always, perhaps | ever)
        case Words(options), Words(others):
            return Words(None if options is None or others is None else options | others)
        case _:
            raise AssertionError("values of one type have one shape")


def known_part(found: Possible) -> Possible:
    """The same, known to be no missing value."""
    return replace(found, missing=False)


# ---------------------------------------------------------------- truths


def negation(one: Possible) -> Possible:
    return truth(true=one.may_be_false, false=one.may_be_true, unknown=one.missing)


def both(one: Possible, other: Possible) -> Possible:
    """`one and other`."""
    somehow = (one.may_be_true or one.missing) and (other.may_be_true or other.missing)
    return truth(
        true=one.may_be_true and other.may_be_true,
        false=one.may_be_false or other.may_be_false,
        unknown=somehow and (one.missing or other.missing),
    )


def one_of_both(one: Possible, other: Possible) -> Possible:
    """`one or other`."""
    return negation(both(negation(one), negation(other)))
