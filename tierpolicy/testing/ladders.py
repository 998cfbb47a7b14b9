"""The values of each field's pool as a ladder, and what a comparison leaves of it.

A set of values is a whole number, bit n for the nth value of the ladder, so that conditions are joined by `&` and `|`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from tierpolicy.cells.atoms import key_of
from tierpolicy.cells.once import once
from tierpolicy.cells.reads import expressions, indexed
from tierpolicy.cells.regions import Wanted
from tierpolicy.model.expressions import And, Compare, CompareOp, Constant, Expr, FieldRef, In, Not, Or
from tierpolicy.model.policy import InForce, Policy, Rule, Table
from tierpolicy.model.reads import Reads
from tierpolicy.model.types import Type, is_ordered
from tierpolicy.model.values import MISSING, Known, NotOffered, Value, order_key
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.index import Index
from tierpolicy.testing.literals import TODAY
from tierpolicy.testing.pools import Pool, days, pools

Mask = int

MANY_PARTS = 16
"""A condition of more parts is taken as one where all of them read one field."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The values of a pool in their order, MISSING last where it may be; `rank` says how plain each is, 0 the
    plainest, and `by_rank` are their places, the plainest first. `keys` are for ordered types, of the known values."""

    values: tuple[Value, ...]
    keys: tuple[int | float, ...]
    places: Mapping[Value, int]
    rank: tuple[int, ...]
    by_rank: tuple[int, ...]
    type: Type | None

    @property
    def all(self) -> Mask:
        return (1 << len(self.values)) - 1

    def held(self, mask: Mask) -> Iterator[int]:
        """The places in a mask, the lowest first."""
        while mask:
            low = mask & -mask
            yield low.bit_length() - 1
            mask ^= low


@dataclass(slots=True)
class Ground:
    """What is looked up while wishes of one policy are taken apart. `joined` are conditions of many parts, by identity
    (each is kept, so that it stays its own); `above` the rows of `first match` tables, each with its place; `fitting`
    what a decided attribute may be for a comparison to come out as wanted; `turns` where the sides of a comparison
    change places, by its identity and by what its other fields hold."""

    policy: Policy
    index: Index
    reads: Reads
    ladders: Mapping[str, Ladder]
    masks: dict[Hashable, tuple[Mask, Mask]] = field(default_factory=dict)
    joined: dict[int, tuple[Expr, Mask, Mask]] = field(default_factory=dict)
    tables: dict[str, RowsInOrder] = field(default_factory=dict)
    fitting: dict[Hashable, dict[Value, bool]] = field(default_factory=dict)
    turns: dict[Hashable, tuple[Expr, tuple[Value, ...]]] = field(default_factory=dict)


BLOCK = 64
"""Rows of a table that are passed at once, where each of them reads one and the same field."""

Parts = tuple[tuple[str, Mask, Mask], ...]


@dataclass(frozen=True, slots=True)
class RowsInOrder:
    """The rows of a `first match` table, and the place of each by its name. `parts` are, by row, the conditions
    that `and` joins: the field that each reads, and where on its ladder it is true and false; None where one reads
    several. `blocks` tell of so many rows in a row where any is true and all are false; empty where that isn't all."""

    rows: tuple[Rule, ...]
    places: Mapping[str, int]
    parts: tuple[Parts | None, ...]
    blocks: tuple[Parts, ...]


@once
def ground_of(policy: Policy) -> Ground:
    """The ladders of all fields and of the day, and what has been found on them."""
    ladders = {name: _ladder(pool) for name, pool in pools(policy).items()}
    each_day = days(policy)
    in_order = sorted(each_day)
    rank = {day: at for at, day in enumerate(each_day)}
    ladders[TODAY] = Ladder(
        tuple(in_order),
        tuple(day.toordinal() for day in in_order),
        {day: at for at, day in enumerate(in_order)},
        tuple(rank[day] for day in in_order),
        tuple(in_order.index(day) for day in each_day),
        None,
    )
    return Ground(policy, indexed(policy), expressions(policy.defines), ladders)


def _ladder(pool: Pool) -> Ladder:
    type_, rank = pool.field.type, {value: at for at, value in enumerate(pool.values)}
    ordered = is_ordered(type_)
    known: list[Known] = sorted(pool.values, key=lambda each: order_key(each, type_)) if ordered else list(pool.values)
    keys = tuple(order_key(each, type_)[1] for each in known) if ordered else ()
    values: tuple[Value, ...] = (*known, MISSING) if pool.may_be_missing else tuple(known)
    places: dict[Value, int] = {value: at for at, value in enumerate(values)}
    ranks = (*(rank[each] for each in known), *((len(known),) if pool.may_be_missing else ()))
    by_rank = tuple(sorted(range(len(values)), key=ranks.__getitem__))
    return Ladder(values, keys, places, ranks, by_rank, type_ if ordered else None)


# ---------------------------------------------------------------- what one comparison leaves


def read_names(expr: Expr, ground: Ground) -> tuple[frozenset[str], frozenset[str]]:
    """The fields (and `today`) that a condition reads, and the decided attributes."""
    read = ground.reads.of(expr)
    return (read.fields | {TODAY} if read.today else read.fields), read.attributes


def left_by(expr: Expr, name: str, wanted: Wanted, ground: Ground) -> Mask:
    """The values of the one field that a condition reads for which it comes out as wanted."""
    true, false = _truths(expr, name, ground)
    match wanted:
        case Wanted.TRUE:
            return true
        case Wanted.FALSE:
            return false
        case Wanted.NOT_TRUE:
            return ground.ladders[name].all & ~true
        case Wanted.NOT_FALSE:
            return ground.ladders[name].all & ~false
        case _:
            assert_never(wanted)


def _truths(expr: Expr, name: str, ground: Ground) -> tuple[Mask, Mask]:
    if isinstance(expr, And | Or | Not):
        return _joined(expr, name, ground)
    key = key_of(expr)
    found = ground.masks.get(key)
    if found is None:
        found = ground.masks[key] = _by_lookup(expr, ground.ladders[name]) or _one_by_one(expr, name, ground)
    return found


def _joined(expr: And | Or | Not, name: str, ground: Ground) -> tuple[Mask, Mask]:
    """Conditions of one field, joined."""
    known = ground.joined.get(id(expr))
    if known is not None:
        return known[1:]
    if isinstance(expr, Not):
        false, true = _truths(expr.operand, name, ground)
        return true, false
    every, any_ = ground.ladders[name].all, 0
    for part in expr.parts:
        true, false = _truths(part, name, ground)
        every &= true if isinstance(expr, And) else false
        any_ |= false if isinstance(expr, And) else true
    found = (every, any_) if isinstance(expr, And) else (any_, every)
    ground.joined[id(expr)] = (expr, *found)
    return found


def _by_lookup(expr: Expr, ladder: Ladder) -> tuple[Mask, Mask] | None:
    """A field compared with literals: looked up, by the order of the ladder where it has one."""
    match expr:
        case Compare(op, FieldRef(), Constant(value)) if not isinstance(value, NotOffered):
            return _compared(op, value, ladder)
        case In(FieldRef(), options):
            true = 0
            for option in options:
                if not isinstance(option, Constant) or isinstance(option.value, NotOffered):
                    return None
                true |= _compared("=", option.value, ladder)[0]
            return true, _known(ladder) & ~true
        case _:
            return None


def _known(ladder: Ladder) -> Mask:
    return ladder.all & ~(1 << ladder.places[MISSING] if MISSING in ladder.places else 0)


def _compared(op: CompareOp, value: Known, ladder: Ladder) -> tuple[Mask, Mask]:
    known = _known(ladder)
    if ladder.type is None:
        place = ladder.places.get(value)
        equal = 0 if place is None else 1 << place
        true = equal if op == "=" else known & ~equal
        return true, known & ~true
    key = order_key(value, ladder.type)[1]
    below = (1 << bisect_left(ladder.keys, key)) - 1
    up_to = (1 << bisect_right(ladder.keys, key)) - 1
    true = {
        "=": up_to & ~below,
        "!=": known & ~(up_to & ~below),
        "<": below,
        "<=": up_to,
        ">": known & ~up_to,
        ">=": known & ~below,
    }[op]
    return true, known & ~true


def rows_of(table: Table, ground: Ground) -> RowsInOrder:
    """The rows of a `first match` table, taken apart once."""
    found = ground.tables.get(table.origin.name)
    if found is None:
        rows = tuple(ground.policy.rules[row] for row in table.rows)
        places = {row.origin.name: at for at, row in enumerate(rows)}
        parts = tuple(_parts(row.condition, ground) for row in rows)
        blocks = tuple(_block(parts[at : at + BLOCK]) for at in range(0, len(parts), BLOCK))
        found = RowsInOrder(rows, places, parts, blocks)
        ground.tables[table.origin.name] = found
    return found


def _block(rows: Sequence[Parts | None]) -> Parts:
    """One condition for all of them, where each has one and all read the same field."""
    alone = [parts[0] for parts in rows if parts is not None and len(parts) == 1]
    if len(alone) < len(rows) or len({name for name, _, _ in alone}) > 1:
        return ()
    name, any_, every = alone[0]
    for _, true, false in alone:
        any_, every = any_ | true, every & false
    return ((name, any_, every),)


def _parts(condition: Expr, ground: Ground) -> Parts | None:
    found = []
    for part in condition.parts if isinstance(condition, And) else (condition,):
        name = only_field(part, ground)
        if name is None:
            return None
        found.append((name, *_truths(part, name, ground)))
    return tuple(found)


def only_field(expr: Expr, ground: Ground) -> str | None:
    """The one field (or `TODAY`) that a condition reads, if it reads nothing else."""
    fields, attributes = read_names(expr, ground)
    return next(iter(fields)) if len(fields) == 1 and not attributes else None


def _one_by_one(expr: Expr, name: str, ground: Ground) -> tuple[Mask, Mask]:
    true = false = 0
    for at, value in enumerate(ground.ladders[name].values):
        truth = value_of(expr, situation_of({name: value}, ground))
        if truth is True:
            true |= 1 << at
        elif truth is False:
            false |= 1 << at
    return true, false


def situation_of(values: Mapping[str, Value], ground: Ground) -> Situation:
    """Some fields known, and the day: an ordinary one where none is said."""
    day = values.get(TODAY, days(ground.policy)[0])
    assert isinstance(day, date)
    return Situation(ground.policy, values, day)


def days_in(force: InForce, ground: Ground) -> Mask:
    """The days on which a statement stands."""
    ladder = ground.ladders[TODAY]
    covered = (at for at, day in enumerate(ladder.values) if isinstance(day, date) and force.covers(day))
    return sum(1 << at for at in covered)
