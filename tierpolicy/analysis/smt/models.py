"""From a model to records: what the formula speaks of as the model has it, everything else as ordinary as can be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import z3

from tierpolicy.analysis.goal import Case, Goal
from tierpolicy.analysis.smt.sides import SideTerms
from tierpolicy.analysis.smt.syms import known_value, parts
from tierpolicy.analysis.smt.terms import Sym
from tierpolicy.cells.ranges import ORDINARY_DAY, days_of, limits_of, may_be_missing
from tierpolicy.model.builtins.record import within
from tierpolicy.model.types import Choice, Date, Flag, Number, Scale, SetOf, Text
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.model.vocabulary import Field


def cases_of(
    goal: Goal, sides: Mapping[str, SideTerms], model: z3.ModelRef, reached: Collection[int]
) -> tuple[Case, ...]:
    """The goal's records. `reached` are the constants that the model was asked about."""
    day = _day(goal, next(iter(sides.values())), model, reached)
    return tuple(Case(_values(goal, sides, record, model, reached), day) for record in range(goal.records))


def _day(goal: Goal, side: SideTerms, model: z3.ModelRef, reached: Collection[int]) -> date:
    today = side.today()
    if not _is_reached(today.value, reached):
        return plain_day(goal)
    found = known_value(model, today)
    assert isinstance(found, date)
    return found


def plain_day(goal: Goal) -> date:
    """A day like any other of those that the goal is about."""
    if goal.as_of is not None:
        return goal.as_of
    bounds = [days_of(each.policy) for each in goal.sides]
    first, last = max(low for low, _ in bounds), min(high for _, high in bounds)
    return first if first != date.min else min(last, ORDINARY_DAY)


def _values(
    goal: Goal, sides: Mapping[str, SideTerms], record: int, model: z3.ModelRef, reached: Collection[int]
) -> dict[str, Value]:
    """A value for every field of every side's policy."""
    values: dict[str, Value] = {}
    for side in goal.sides:
        terms = sides[side.name]
        for name, declared in side.policy.fields.items():
            shared = goal.differing is not None and name not in goal.differing
            if name not in values or (side.record == record and not shared):
                sym = terms.book.world.field(declared, 0 if shared else record)
                values[name] = _held(declared, sym, model, reached)
    return values


def _held(declared: Field, sym: Sym, model: z3.ModelRef, reached: Collection[int]) -> Value:
    value_matters = any(_is_reached(part, reached) for part in parts(sym))
    if value_matters:
        return known_value(model, sym)
    if _is_reached(sym.missing, reached):
        is_missing = z3.is_true(model.eval(sym.missing, model_completion=True))
        return MISSING if is_missing else ordinary(declared)
    return MISSING if may_be_missing(declared) else ordinary(declared)


def _is_reached(term: z3.ExprRef, reached: Collection[int]) -> bool:
    return term.get_id() in reached


def ordinary(declared: Field) -> Known:
    """A value that the field may hold: its default, else nothing much."""
    if declared.default is not MISSING:
        return declared.default
    low, high = limits_of(declared)
    plain = _plain(declared)
    if within(plain, low, high, declared.type):
        return plain
    return low if low is not None and not within(plain, low, None, declared.type) else high  # type: ignore[return-value]


def _plain(declared: Field) -> Known:
    match declared.type:
        case Flag():
            return False
        case Number():
            return 0.0
        case Date():
            return ORDINARY_DAY
        case Text():
            return "a"
        case Scale(labels) | Choice(labels):
            return labels[0]
        case SetOf():
            return frozenset()
        case _:
            return 0
