"""From a policy to a pool of values for each field: those at which its decisions can change, and ordinary ones.

Around every literal stand its neighbours: an amount one least step and one ordinary step below and above, a day, a
letter. A pool begins with what is simplest and most ordinary, so that whoever draws from its front shows people plain
customers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from typing import assert_never

from tierpolicy.cells.line import ends_of, place_of, value_at
from tierpolicy.cells.once import once
from tierpolicy.cells.ranges import ORDINARY_DAY, days_of, may_be_missing
from tierpolicy.model.builtins.record import is_value_of, within
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import (
    Choice,
    Date,
    Duration,
    Flag,
    Integer,
    Money,
    Number,
    Percent,
    Scale,
    SetOf,
    Text,
    Type,
    is_ordered,
)
from tierpolicy.model.values import MISSING, Known, Value, extremes
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.read import typed_reading
from tierpolicy.testing.literals import labels_asked, literals_of, named_days, shifted

MOST_TOGETHER = 12
"""Labels of a set that are paired with one another."""

MOST_JOINED = 6
"""Texts that are joined to one another, so that what starts with one may end with the other."""

DAYS_AGO = (1, 30, 31, 180, 365, 366, 1_096, 1_827, 3_653, 7_305)
"""Before each day of interest: a day, a month, half a year, one, three, five, ten and twenty years."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The known values to try for a field, each once, the simplest first. `ordinary` is how many of them would stand
    there whatever the policy says; the field `may_be_missing` besides. `absent` is what it holds without a value."""

    field: Field
    values: tuple[Known, ...]
    ordinary: int
    may_be_missing: bool
    absent: Value


@once
def pools(policy: Policy) -> Mapping[str, Pool]:
    """The pool of every field, in the order of declaration."""
    absent = typed_reading(policy, {}).values
    return {name: _pool(field, policy, absent[name]) for name, field in policy.fields.items()}


def _pool(field: Field, policy: Policy, absent: Value) -> Pool:
    literals = [each for each in literals_of(policy)[field.name] if each != ""]
    bounds = [bound for bound in (field.low, field.high) if bound is not None]
    default = [] if field.default is MISSING else [field.default]
    ordinary = _allowed(_ordinary(field.type, policy), field)
    if not ordinary:
        ordinary = _allowed([*bounds, *literals], field)[:1]
    asked = labels_asked(policy).get(field.name, ())
    telling = [*literals, *bounds, *default, *_around([*literals, *bounds, *default], field.type)]
    telling += [*_between(field.type, literals), *_together(field.type, asked), *_ends(field)]
    values = _allowed([*ordinary, *telling], field)
    return Pool(field, tuple(values), len(ordinary), may_be_missing(field), absent)


def _allowed(values: Iterable[Known], field: Field) -> list[Known]:
    """Those that the field can hold, each once."""
    fitting = (each for each in values if is_value_of(each, field.type) and each != "")
    return [each for each in dict.fromkeys(fitting) if within(each, field.low, field.high, field.type)]


# ---------------------------------------------------------------- whatever the policy says


def _ordinary(type_: Type, policy: Policy) -> list[Known]:
    match type_:
        case Flag():
            return [False, True]
        case Integer():
            return [0, 1, 2, 10, 100]
        case Number():
            return [0.0, 1.0, 0.5, 10.0, 100.0]
        case Percent():
            return [0, 1_000, 5_000, 10_000]
        case Money():
            return [0, 100, 100_00, 1_000_00, 10_000_00]
        case Duration():
            return [0, 60, 3_600, 86_400, 604_800]
        case Date():
            day = days(policy)[0]
            return [day, *(ago for back in (1, 365, 1_827) if (ago := shifted(day, -back)) is not None)]
        case Text():
            return ["a", "Ann"]
        case Scale(labels) | Choice(labels):
            return list(labels)
        case SetOf(labels):
            return [frozenset(), *(frozenset({label}) for label in labels)]
        case _:
            assert_never(type_)


# ---------------------------------------------------------------- around literals


def _around(values: Sequence[Known], type_: Type) -> Iterator[Known]:
    """One step above and below each: ordinary steps, and the least there is."""
    match type_:
        case Integer() | Number() | Percent() | Money() | Duration() | Date():
            low, high = ends_of(type_)
            for step in _steps(type_):
                for value in values:
                    yield from _stepped(value, step, type_, low, high)
        case Text():
            for value in values:
                assert isinstance(value, str)
                yield from (value + "a", "a" + value, value[:-1], value[1:], value.upper(), value.lower())
        case Flag() | Scale() | Choice() | SetOf():
            return
        case _:
            assert_never(type_)


def _stepped(value: Known, step: int | float, type_: Type, low: int | float, high: int | float) -> Iterator[Known]:
    if isinstance(value, float) and isinstance(step, float):
        yield from (value + step, value - step)
        return
    place = place_of(value, type_)
    for at in (place + int(step), place - int(step)):
        if isinstance(value, float) or low <= at <= high:  # the places of numbers have no round ends; bounds judge
            yield value_at(at, type_)


def _steps(type_: Type) -> tuple[int | float, ...]:
    """Those that people take first, then the least one."""
    match type_:
        case Money() | Percent():
            return (100, 1)
        case Duration():
            return (60, 1)
        case Number():
            return (1.0, 0.5, 0.01, 1)
        case Date():
            return (1, 7, *DAYS_AGO[1:3])
        case _:
            return (1,)


def _between(type_: Type, literals: Sequence[Known]) -> Iterator[Known]:
    """Halfway between neighbours; texts joined, so that two tests can be met by one."""
    if isinstance(type_, Text):
        for one, other in combinations([str(each) for each in literals[:MOST_JOINED]], 2):
            yield from (one + other, other + one)
    elif isinstance(type_, Integer | Money | Percent | Duration):
        numbers = [each for each in literals if isinstance(each, int)]
        yield from ((one + other) // 2 for one, other in pairwise(numbers))


def _together(type_: Type, asked: Sequence[str]) -> Iterator[Known]:
    if isinstance(type_, SetOf):
        labels = (asked or type_.labels)[:MOST_TOGETHER]
        yield from (frozenset(pair) for pair in combinations(labels, 2))
        yield frozenset(asked)
        yield frozenset(type_.labels)
        yield frozenset(type_.labels) - frozenset(asked)
        yield from (frozenset(type_.labels) - {label} for label in labels)


def _ends(field: Field) -> Iterator[Known]:
    """The ends of what the type can hold, last: few customers are like that."""
    if is_ordered(field.type) and (ends := extremes(field.type)) is not None:
        yield from ends


# ---------------------------------------------------------------- days


@once
def days(policy: Policy) -> tuple[date, ...]:
    """Days on which the policy is in effect, an ordinary one first: around all that it names."""
    first, last = days_of(policy)
    ordinary = min(max(ORDINARY_DAY, first), last)
    named = [day for each in named_days(policy) for step in (0, 1, -1) if (day := shifted(each, step)) is not None]
    usual = [day for each in (180, 365, -365) if (day := shifted(ordinary, each)) is not None]
    found = [ordinary, *named, *usual, date(2024, 2, 29), ordinary.replace(month=12, day=31)]
    return tuple(day for day in dict.fromkeys(found) if first <= day <= last)


def options(policy: Policy, name: str) -> tuple[Value, ...]:
    """All that is tried for one field: what an absent key means, then its values, the plainest first, MISSING among
    them where the field may be missing."""
    pool = pools(policy)[name]
    return tuple(dict.fromkeys((pool.absent, *pool.values)))
