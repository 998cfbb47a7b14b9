"""Values for conditions that read several fields, or the day and a field, or what is decided: found by trying.

One field at a time is moved to where most conditions come out as wanted (min-conflicts: Minton et al., Artificial
Intelligence 58, 1992). Beside the values of its ladder a field may take those at which a comparison turns: between two
of them its sides change places, and halving finds where.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from tierpolicy.cells.line import RAISABLE, place_of, value_at
from tierpolicy.model.expressions import Compare, Expr
from tierpolicy.model.types import DATE, Scale, Type
from tierpolicy.model.values import MISSING, NotOffered, Value, less
from tierpolicy.semantics.counting import Deliberation, parts_of, truth_of
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.formula import decided_value
from tierpolicy.semantics.index import Statement
from tierpolicy.testing.ladders import Ground, Ladder, Mask
from tierpolicy.testing.literals import TODAY
from tierpolicy.testing.pools import days, pools
from tierpolicy.testing.wanting import ACCEPTED, Conjunction, Open

MOST_STARTS = 6
MOST_MOVES = 8
MOST_TRIED = 24
"""Values of one field."""
MOST_FIELDS = 10
MOST_TURNS = 20_000
"""Remembered at a time."""

Values = Mapping[str, Value]
"""Of some fields, and of `TODAY`; the others are absent, and the day is an ordinary one."""


# ---------------------------------------------------------------- what is true of some values


def situation_for(values: Values, ground: Ground) -> Situation:
    """A customer of whom no more is known than these values."""
    policy = ground.policy
    day = values.get(TODAY, days(policy)[0])
    assert isinstance(day, date)
    fields = {name: values.get(name, pool.absent) for name, pool in pools(policy).items()}
    return Situation(policy, fields, day)


def _deliberated(situation: Situation, attributes: frozenset[str], ground: Ground) -> Deliberation:
    """Only the attributes that it takes to know these."""
    policy, behind = ground.policy, ground.index.behind(attributes)
    deliberation = Deliberation(situation, ground.index)
    for name in policy.order:
        if name in behind:
            attribute = policy.attributes[name]
            deliberation.parts[name] = parts_of(attribute, deliberation)
            situation.decided[name] = decided_value(attribute, deliberation.parts[name], deliberation.problems)
    return deliberation


def truth_at(expr: Expr, values: Values, ground: Ground) -> Value:
    """What a condition comes out as."""
    situation = situation_for(values, ground)
    read = ground.reads.of(expr)
    if read.attributes:
        _deliberated(situation, read.attributes, ground)
    return value_of(expr, situation)


def counts_at(statement: Statement, values: Values, ground: Ground) -> bool:
    """True where the statement counts, and no assumption is broken."""
    situation = situation_for(values, ground)
    read = [ground.index.asked[statement.origin.name]]
    assumed = [each.condition for each in ground.policy.assumptions]
    read += [ground.reads.of(condition) for condition in assumed]
    attributes = frozenset[str]().union(*(each.attributes for each in read))
    deliberation = _deliberated(situation, attributes, ground)
    if truth_of(statement, deliberation) is not True:
        return False
    return all(value_of(condition, situation) is not False for condition in assumed)


# ---------------------------------------------------------------- trying


@dataclass(frozen=True, slots=True)
class Settled:
    """Values for which all conditions come out as wanted, and customers next to the turning points that were met."""

    values: dict[str, Value]
    edges: tuple[dict[str, Value], ...] = ()


def settled(way: Conjunction, ground: Ground, chance: random.Random) -> Settled | None:
    """Values for what a conjunction left open; None where none were found."""
    if not way.open:
        return Settled({})
    names = _names_in(way.open, ground)
    for start in range(MOST_STARTS):
        values = {name: _first(name, way, ground, chance if start else None) for name in names}
        for _ in range(MOST_MOVES):
            kept = _kept(way.open, values, ground)
            if kept == len(way.open):
                return Settled(values, tuple(_edges(way, values, ground)))
            better = _moved(way, values, kept, names, ground, chance)
            if better is None:
                break
            values = better
    return None


def _names_in(open_: Open, ground: Ground) -> list[str]:
    """The fields that the conditions read, those behind decided attributes after the others."""
    found: dict[str, None] = {}
    behind: dict[str, None] = {}
    for expr, _ in open_:
        read = ground.reads.of(expr)
        found |= dict.fromkeys(sorted(read.fields))
        if read.today:
            found[TODAY] = None
        if read.attributes:
            inside = ground.index.behind(read.attributes)
            behind |= dict.fromkeys(name for name in ground.policy.fields if name in inside)
    return list(found | behind)[:MOST_FIELDS]


def _kept(open_: Open, values: Values, ground: Ground) -> int:
    return sum(truth_at(expr, values, ground) in ACCEPTED[wanted] for expr, wanted in open_)


def _mask(name: str, way: Conjunction, ground: Ground) -> Mask:
    return way.masks.get(name, ground.ladders[name].all)


def _first(name: str, way: Conjunction, ground: Ground, chance: random.Random | None) -> Value:
    """The plainest value; or any, where there is chance."""
    options = plainest(ground.ladders[name], _mask(name, way, ground), MOST_TRIED)
    return options[0] if chance is None else chance.choice(options)


def plainest(ladder: Ladder, mask: Mask, most: int) -> list[Value]:
    """The plainest values of a mask, and its lowest and highest: no more than so many, the plainest first."""
    rank = ladder.rank
    if mask.bit_count() <= most:
        return [ladder.values[at] for at in sorted(ladder.held(mask), key=rank.__getitem__)]
    ends = {(mask & -mask).bit_length() - 1, mask.bit_length() - 1}
    plain = islice((at for at in ladder.by_rank if mask >> at & 1), most - 2)
    return [ladder.values[at] for at in sorted({*plain, *ends}, key=rank.__getitem__)]


def _moved(
    way: Conjunction, values: Values, kept: int, names: Sequence[str], ground: Ground, chance: random.Random
) -> dict[str, Value] | None:
    """The values with one field elsewhere, so that more conditions come out as wanted; one that keeps as many where
    none gains, at times; None where each loses."""
    level: list[dict[str, Value]] = []
    for name in chance.sample(names, len(names)):
        touched = tuple(each for each in way.open if _touches(each[0], name, ground))
        others = kept - _kept(touched, values, ground)
        for value in _tried(name, way, values, ground):
            if value == values[name]:
                continue
            moved = {**values, name: value}
            found = others + _kept(touched, moved, ground)
            if found > kept:
                return moved
            if found == kept:
                level.append(moved)
    return chance.choice(level) if level else None


def _touches(expr: Expr, name: str, ground: Ground) -> bool:
    """True where a condition may come out otherwise for another value of the field, or on another day."""
    read = ground.reads.of(expr)
    return bool(read.attributes) or (read.today if name == TODAY else name in read.fields)


def _tried(name: str, way: Conjunction, values: Values, ground: Ground) -> Iterator[Value]:
    ladder, mask = ground.ladders[name], _mask(name, way, ground)
    yield from plainest(ladder, mask, MOST_TRIED)
    low, high = _span(ladder, mask)
    for expr, _ in way.open:
        for value in turning(expr, name, values, ground):
            if low <= place(value, name, ground) <= high:
                yield value


# ---------------------------------------------------------------- turning points


def _edges(way: Conjunction, values: Values, ground: Ground) -> Iterator[dict[str, Value]]:
    """The settled values with one field next to where a comparison turns, on either side."""
    for expr, _ in way.open:
        for name in _names_in(((expr, way.open[0][1]),), ground):
            low, high = _span(ground.ladders[name], _mask(name, way, ground))
            for value in turning(expr, name, values, ground):
                if low <= place(value, name, ground) <= high:
                    yield {**values, name: value}


def _span(ladder: Ladder, mask: Mask) -> tuple[int, int]:
    """The places on the line between which a mask lies; nothing is between 1 and 0."""
    known = [ladder.values[at] for at in ladder.held(mask) if ladder.values[at] is not MISSING]
    if not known or not ladder.keys:
        return 1, 0
    places = [place_of(each, _line(ladder)) for each in (known[0], known[-1])]  # type: ignore[arg-type]
    return min(places), max(places)


def _line(ladder: Ladder) -> Type:
    return ladder.type or DATE


def place(value: Value, name: str, ground: Ground) -> int:
    """Where a known value stands on its field's line."""
    assert value is not MISSING
    return place_of(value, _line(ground.ladders[name]))


def turning(expr: Expr, name: str, values: Values, ground: Ground) -> Iterator[Value]:
    """The values of a field on both sides of where the sides of a comparison change places, and at it."""
    ladder = ground.ladders[name]
    if not isinstance(expr, Compare) or not ladder.keys or isinstance(ladder.type, Scale):
        return
    if not isinstance(_line(ladder), RAISABLE) or ground.reads.of(expr).attributes or not _touches(expr, name, ground):
        return
    key = (id(expr), name, *((each, values.get(each)) for each in sorted(ground.reads.of(expr).fields) if each != name))
    key += ((TODAY, values.get(TODAY)),) if name != TODAY else ()
    if len(ground.turns) > MOST_TURNS:
        ground.turns.clear()
    if key not in ground.turns:
        ground.turns[key] = (expr, tuple(_turns(expr, name, values, ground)))
    yield from ground.turns[key][1]


def _turns(expr: Compare, name: str, values: Values, ground: Ground) -> Iterator[Value]:
    ladder = ground.ladders[name]
    known = [each for each in plainest(ladder, ladder.all, 2 * MOST_TRIED) if each is not MISSING]
    places = sorted(place_of(each, _line(ladder)) for each in known)
    signs = [_sign(expr, name, at, values, ground) for at in places]
    for low, high, one, other in zip(places, places[1:], signs, signs[1:], strict=False):
        if one is not None and other is not None and one != other:
            yield from _turn(expr, name, (low, one), high, values, ground)


def _turn(
    expr: Compare, name: str, start: tuple[int, int], high: int, values: Values, ground: Ground
) -> Iterator[Value]:
    low, sign = start
    while high - low > 1:
        middle = (low + high) // 2
        if _sign(expr, name, middle, values, ground) == sign:
            low = middle
        else:
            high = middle
    line = _line(ground.ladders[name])
    yield from (value_at(high, line), value_at(low, line))
    if _sign(expr, name, high, values, ground) == 0 and _sign(expr, name, high + 1, values, ground) is not None:
        yield value_at(high + 1, line)


def _sign(expr: Compare, name: str, at: int, values: Values, ground: Ground) -> int | None:
    """-1, 0, 1 as the left side is less, equal, greater; None where one is missing or has no order."""
    try:
        value = value_at(at, _line(ground.ladders[name]))
    except (ValueError, OverflowError, IndexError):  # beyond the calendar or the scale
        return None
    situation = situation_for({**values, name: value}, ground)
    left, right = value_of(expr.left, situation), value_of(expr.right, situation)
    if left is MISSING or right is MISSING or isinstance(left, NotOffered) or isinstance(right, NotOffered):
        return None
    if left == right:
        return 0
    if not isinstance(left, int | float | date):
        return None
    return -1 if less(left, right, expr.left.type) else 1
