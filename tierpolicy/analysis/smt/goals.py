"""From a goal to one formula over the terms of its sides, and which records it is about. Meaning: `analysis.replay`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import assert_never

import z3

from tierpolicy.analysis.goal import (
    All,
    Any,
    Conflict,
    Counts,
    Differs,
    Formula,
    Goal,
    More,
    Neither,
    NotAsGood,
    Same,
    Truth,
)
from tierpolicy.analysis.smt.counts import rail_of
from tierpolicy.analysis.smt.decisions import not_as_good
from tierpolicy.analysis.smt.levels import different
from tierpolicy.analysis.smt.levels import not_as_good as below_levels
from tierpolicy.analysis.smt.logic import all_of, any_of, negation, no
from tierpolicy.analysis.smt.sides import SideTerms
from tierpolicy.analysis.smt.syms import constant
from tierpolicy.analysis.smt.terms import Rail, Sym, Workspace
from tierpolicy.analysis.smt.world import linked, same_value
from tierpolicy.cells.ranges import days_of
from tierpolicy.model.values import MISSING, Value

Sides = Mapping[str, SideTerms]


def formula_term(formula: Formula, sides: Sides, workspace: Workspace) -> z3.BoolRef:
    """The formula's truth."""
    match formula:
        case Truth(side, condition, accepted):
            return accepted_term(sides[side].truth(condition), accepted, workspace)
        case Counts(side, statement, accepted):
            terms = sides[side]
            return accepted_term(rail_of(terms, terms.statement(statement)), accepted, workspace)
        case Conflict(side, attribute):
            return sides[side].decision(attribute).conflict
        case NotAsGood(name, side, than):
            return _not_as_good(name, sides[side], sides[than], workspace)
        case Differs(name, side, other):
            return _differs(name, sides[side], sides[other], workspace)
        case More(name, side, than):
            return _more(sides[side].field(name), sides[than].field(name), workspace)
        case Same(name, side, other):
            return _same(name, sides[side], sides[other], workspace)
        case Neither(inner):
            return negation(formula_term(inner, sides, workspace))
        case All(parts):
            return all_of((formula_term(part, sides, workspace) for part in parts), workspace)
        case Any(parts):
            return any_of((formula_term(part, sides, workspace) for part in parts), workspace)
        case _:
            assert_never(formula)


def accepted_term(rail: Rail, accepted: frozenset[Value], workspace: Workspace) -> z3.BoolRef:
    """The truth is one of those accepted."""
    takes = (True in accepted, False in accepted, MISSING in accepted)
    match takes:
        case (True, False, False):
            return rail.true
        case (False, True, False):
            return rail.false
        case (False, True, True):
            return negation(rail.true)
        case (True, False, True):
            return negation(rail.false)
        case (True, True, False):
            return any_of((rail.true, rail.false), workspace)
        case (False, False, True):
            return all_of((negation(rail.true), negation(rail.false)), workspace)
        case _:
            return all_of((), workspace) if accepted else no(workspace)


def _not_as_good(name: str, side: SideTerms, than: SideTerms, workspace: Workspace) -> z3.BoolRef:
    mine, theirs = side.decision(name), than.decision(name)
    judged, other = side.policy.attributes[name], than.policy.attributes[name]
    if (judged.type, judged.direction) != (other.type, other.direction):
        return _not_as_good_across(judged.type == other.type, mine.value, theirs.value, workspace)
    if _identical(mine.value, theirs.value):
        return no(workspace)
    if mine.levels is not None and theirs.levels is not None:
        return below_levels(mine.levels, theirs.levels, workspace)
    return not_as_good(judged, mine.value, theirs.value, workspace)


def _not_as_good_across(same_type: bool, one: Sym, other: Sym, workspace: Workspace) -> z3.BoolRef:
    """Attributes declared in two ways: left to the replay wherever they are not the same."""
    return negation(same_value(one, other, workspace)) if not same_type else all_of((), workspace)


def _differs(name: str, side: SideTerms, other: SideTerms, workspace: Workspace) -> z3.BoolRef:
    mine, theirs = side.decision(name), other.decision(name)
    judged, judged_other = side.policy.attributes[name], other.policy.attributes[name]
    if _identical(mine.value, theirs.value):
        return no(workspace)
    comparable = (judged.type, judged.direction) == (judged_other.type, judged_other.direction)
    if comparable and mine.levels is not None and theirs.levels is not None:
        return different(mine.levels, theirs.levels, workspace)
    return negation(same_value(mine.value, theirs.value, workspace))


def _identical(one: Sym, other: Sym) -> bool:
    """One and the same term: they can't differ."""
    if one is other:
        return True
    parts = one.value if isinstance(one.value, tuple) else (one.value,)
    others = other.value if isinstance(other.value, tuple) else (other.value,)
    pairs = [*zip(parts, others, strict=False), (one.none, other.none)]
    return one.type == other.type and all(a.eq(b) for a, b in pairs)


def _more(one: Sym, other: Sym, workspace: Workspace) -> z3.BoolRef:
    known = (negation(one.missing), negation(other.missing))
    if isinstance(one.value, tuple) and isinstance(other.value, tuple):
        pairs = list(zip(one.value, other.value, strict=True))
        holds_all = [any_of((mine, negation(theirs)), workspace) for mine, theirs in pairs]
        another = any_of((all_of((mine, negation(theirs)), workspace) for mine, theirs in pairs), workspace)
        return all_of((*known, *holds_all, another), workspace)
    if isinstance(one.value, z3.BoolRef) and isinstance(other.value, z3.BoolRef):
        return all_of((*known, one.value, negation(other.value)), workspace)
    return all_of((*known, one.value > other.value), workspace)


def _same(name: str, side: SideTerms, other: SideTerms, workspace: Workspace) -> z3.BoolRef:
    if name not in side.policy.fields and name not in other.policy.fields:
        return negation(_differs(name, side, other, workspace))
    one, two = side.term(name), other.term(name)
    return all_of((), workspace) if one is two else linked(one, two, workspace)


# ---------------------------------------------------------------- which records


def range_term(goal: Goal, sides: Sides, workspace: Workspace) -> z3.BoolRef:
    """The records are such as the goal ranges over; what concerns single fields is among the facts."""
    distinct = {(id(side.policy), side.record): sides[side.name] for side in goal.sides}
    parts = []
    for terms in distinct.values():
        parts += [negation(terms.truth(assumed.condition).false) for assumed in terms.policy.assumptions]
    parts += _links(goal, sides, workspace)
    for name, value in (goal.fixed or {}).items():
        parts.append(_pinned(goal, sides, name, value, workspace))
    return all_of(parts, workspace)


def day_term(goal: Goal, sides: Sides, workspace: Workspace) -> z3.BoolRef:
    """The day is one on which all sides' policies are in effect."""
    bounds = [days_of(each.policy) for each in goal.sides]
    if goal.as_of is not None:
        bounds.append((goal.as_of, goal.as_of))
    first, last = max(low for low, _ in bounds), min(high for _, high in bounds)
    if first > last:
        return no(workspace)
    today = next(iter(sides.values())).today().value
    return all_of((today >= first.toordinal(), today <= last.toordinal()), workspace)


def _links(goal: Goal, sides: Sides, workspace: Workspace) -> list[z3.BoolRef]:
    """Where two policies declare a field in two ways, both hold the same of one record."""
    found = []
    for one, other in combinations(goal.sides, 2):
        if one.policy.fields is other.policy.fields:
            continue
        for name in one.policy.fields:
            if name in other.policy.fields and (one.record == other.record or _agreeing(goal, name)):
                mine, theirs = sides[one.name].field(name), sides[other.name].field(name)
                if mine is not theirs:
                    found.append(linked(mine, theirs, workspace))
    return found


def _agreeing(goal: Goal, name: str) -> bool:
    return goal.differing is not None and name not in goal.differing


def _pinned(goal: Goal, sides: Sides, name: str, value: Value, workspace: Workspace) -> z3.BoolRef:
    for side in goal.sides:
        if (side.record == 0 or _agreeing(goal, name)) and name in side.policy.fields:
            sym = sides[side.name].field(name)
            return linked(sym, constant(value, sym.type, workspace), workspace)
    return all_of((), workspace)
