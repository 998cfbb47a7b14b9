"""Two policies and one customer base to who moves from where to where, and by which statements some are worse off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

import numpy as np

from tierpolicy.analysis.comparison.ways import not_compared
from tierpolicy.compile.columns.data import Bools
from tierpolicy.compile.columns.values import decoded, taken
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Choice, Date, Flag, Scale, SetOf, Text
from tierpolicy.model.values import MISSING, Known
from tierpolicy.runtime.bases import opened
from tierpolicy.runtime.population import day_for
from tierpolicy.runtime.records import path_of
from tierpolicy.runtime.simulation.adding import Tally, exact_sum
from tierpolicy.runtime.simulation.asking import Asked, NotAsked, settled
from tierpolicy.runtime.simulation.blaming import Behind, behind, sides_of, untraced
from tierpolicy.runtime.simulation.blocks import (
    ROWS_IN_A_BLOCK,
    Block,
    Progress,
    counted,
    deciding,
    notes_on_base,
    wanted_columns,
)
from tierpolicy.runtime.simulation.changes import change_of
from tierpolicy.runtime.simulation.comparing import Side, Ways, held, labels_of, pairs_of, ways_of
from tierpolicy.runtime.simulation.costing import costs_of, count_costs
from tierpolicy.runtime.simulation.results import Costs, Difference, Example, Moves
from tierpolicy.semantics.shown import HIDDEN

NOTHING_ASKED = Asked()
FREE = Costs(0, 0, (), "", ())


@dataclass(slots=True)
class Counted:
    """What was counted of some blocks: of both together, of the costs by each, and examples."""

    moves: Tally = field(default_factory=Tally)
    old: Tally = field(default_factory=Tally)
    new: Tally = field(default_factory=Tally)
    examples: list[Example] = field(default_factory=list)

    def add(self, other: Counted, most: int) -> None:
        self.moves.add(other.moves)
        self.old.add(other.old)
        self.new.add(other.new)
        self.examples += other.examples[: most - len(self.examples)]


def moves(
    old: Policy,
    new: Policy,
    source: str,
    as_of: date,
    progress: Progress,
    asked: Asked = NOTHING_ASKED,
    examples: int = 0,
    table: str | None = None,
    rows_in_a_block: int = ROWS_IN_A_BLOCK,
) -> Moves:
    """Who moves from where to where on the customer base that `source` names, by two policies on one day.

    The day is moved to the nearest one on which the new policy is in effect. `examples` is how many customers who are
    worse off are named at most, the first of the base. UnusableFile says why a base can't be read, NotAsked (a
    ValueError) what can't be asked of the policies.
    """
    day = day_for(new, as_of)
    by = _by(asked, old, new)
    ready = (deciding(old, day), deciding(new, day))
    names = tuple(name for name in _offered(old) if name in _offered(new))
    alike = tuple(name for name in names if not not_compared(old.attributes[name], new.attributes[name]))
    total = Counted()
    with opened(source, table=table, wanted=wanted_columns((old, new))) as base:

        def count(blocks: Sequence[Block]) -> Counted:
            return _counted(blocks[0], blocks[1], alike, by, examples)

        for part in counted(base, ready, count, progress, rows_in_a_block):
            total.add(part, examples)
        notes = tuple(dict.fromkeys((*notes_on_base(old, base), *notes_on_base(new, base))))
        name = base.name
    return _figures(old, new, (name, day), names, by, total, notes)


def _offered(policy: Policy) -> tuple[str, ...]:
    return tuple(name for name, each in policy.attributes.items() if not each.internal)


def _by(asked: Asked, old: Policy, new: Policy) -> str:
    """The name by which costs are split: one that both policies know, or none."""
    wanted = settled(asked, new).by
    try:
        settled(replace(asked, by=wanted, load_by=""), old)
    except NotAsked:
        if asked.by:
            raise
        return ""
    return wanted


# ---------------------------------------------------------------- a block


def _counted(old: Block, new: Block, names: tuple[str, ...], by: str, most: int) -> Counted:
    found = Counted()
    rows, tally = new.rows, found.moves
    better, worse, different = (np.zeros(rows, np.bool_) for _ in range(3))
    lower: dict[str, Bools] = {}
    for name in names:
        before, after = sides_of(name, old, new)
        ways = ways_of(before, after)
        _count_change(name, before, after, ways, tally)
        better |= ways.better
        worse |= ways.worse
        different |= ways.different
        if ways.worse.any():
            lower[name] = ways.worse
    blamed = list(behind(lower, old, new))
    for each in blamed:
        tally.count_rows(("blame", each.attribute, each.side, each.statement.origin.name), each.where)
    for name, where in lower.items():
        tally.count(("untraced", name), untraced(where, blamed, name))
    tally.count_rows("better", better & ~worse)
    tally.count_rows("worse", worse & ~better)
    tally.count_rows("mixed", worse & better)
    tally.count_rows("different", different & ~better & ~worse)
    tally.count("customers", rows)
    tally.count("broken", len(new.problems))
    count_costs(old, by, found.old)
    count_costs(new, by, found.new)
    if most:
        places = np.flatnonzero(worse)[:most].tolist()
        found.examples = [_example(at, old, new, lower, blamed) for at in places]
    return found


def _count_change(name: str, old: Side, new: Side, ways: Ways, tally: Tally) -> None:
    for way, where in (("better", ways.better), ("worse", ways.worse), ("different", ways.different)):
        tally.count_rows((way, name), where)
    match old.attribute.type:
        case Scale() | Choice() | Flag():
            for one, other, where in pairs_of(old, new):
                tally.count_rows(("move", name, one, other), where)
        case SetOf():
            for label in labels_of(old, new):
                had, has = held(old, label), held(new, label)
                tally.count_rows(("gained", name, label), has & ~had)
                tally.count_rows(("lost", name, label), had & ~has)
        case Text() | Date():
            pass
        case _:
            _count_amounts(name, old, new, ways, tally)


def _count_amounts(name: str, old: Side, new: Side, ways: Ways, tally: Tally) -> None:
    """Sums of both, and of the differences where both are offered."""
    before, after = old.vec, new.vec
    both = np.ones(old.facts.rows, np.bool_)
    for which, vec in (("old", before), ("new", after)):
        there = both if vec.none is None else vec.none == 0
        tally.count(("total", which, name), exact_sum(vec.values[there]))
    for vec in (before, after):
        both = both if vec.none is None else both & (vec.none == 0)
    for what, where in (("gain", ways.better & both), ("loss", ways.worse & both)):
        had, has = exact_sum(before.values[where]), exact_sum(after.values[where])
        tally.count((what, name), has - had if has > had else had - has)


def _example(at: int, old: Block, new: Block, worse: Mapping[str, Bools], blamed: Sequence[Behind]) -> Example:
    keys = {}
    fields = {each.name: each for each in (*old.deciding.policy.fields.values(), *new.deciding.policy.fields.values())}
    for each in fields.values():
        if each.key:
            raw = new.row(".".join(path_of(each)), at)
            hidden = any(p.fields[each.name].sensitive for p in _both(old, new) if each.name in p.fields)
            if raw is not None and str(raw).strip():
                keys[each.name] = HIDDEN if hidden else str(raw)
    differences = tuple(
        Difference(
            name,
            _at(old, name, at),
            _at(new, name, at),
            tuple(dict.fromkeys(b.statement.origin.name for b in blamed if b.attribute == name and b.where[at])),
        )
        for name, where in worse.items()
        if where[at]
    )
    return Example(new.first + at, MappingProxyType(keys), differences)


def _both(old: Block, new: Block) -> tuple[Policy, Policy]:
    return old.deciding.policy, new.deciding.policy


def _at(block: Block, name: str, at: int) -> Known:
    (value,) = decoded(taken(block.facts.of_attribute(name), np.array([at], np.intp)))
    assert value is not MISSING
    return value


# ---------------------------------------------------------------- all of it


def _figures(
    old: Policy,
    new: Policy,
    where: tuple[str, date],
    names: tuple[str, ...],
    by: str,
    total: Counted,
    notes: tuple[str, ...],
) -> Moves:
    tally = total.moves
    costs = costs_of(old, by, total.old) or FREE, costs_of(new, by, total.new) or FREE
    moved = ("better", "worse", "mixed", "different")
    return Moves(
        old=old,
        new=new,
        base=where[0],
        as_of=where[1],
        customers=tally["customers"],
        broken=tally["broken"],
        better=tally["better"],
        worse=tally["worse"],
        mixed=tally["mixed"],
        different=tally["different"],
        same=tally["customers"] - sum(tally[each] for each in moved),
        changes=tuple(change_of(name, old, new, tally) for name in names),
        no_longer=tuple(name for name in _offered(old) if name not in names),
        newly=tuple(name for name in _offered(new) if name not in names),
        examples=tuple(total.examples),
        costs=costs if old.costs or new.costs else None,
        notes=notes,
    )
