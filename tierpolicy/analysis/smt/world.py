"""Fields and the day as terms: one for each field of each record, within what the vocabulary lets it hold.

Records share the terms of the fields in which they must agree, so that whatever reads only these is one thing for all
of them. All records of a goal are decided on one day.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import z3

from tierpolicy.analysis.smt.agreeing import same_known
from tierpolicy.analysis.smt.logic import all_of, any_of, negation, no, same_truth
from tierpolicy.analysis.smt.syms import fresh_sym, places, term_of
from tierpolicy.analysis.smt.terms import Sym, Workspace
from tierpolicy.analysis.world import Range, range_of
from tierpolicy.model.types import DATE, Choice, Duration, Integer, Money, Percent, Scale, SetOf, Text, Type
from tierpolicy.model.vocabulary import Field


@dataclass(slots=True)
class World:
    """The terms made so far. `fields` is by name, record, type and range: policies that declare a field differently
    have their own terms for it, which a goal about both links (`linked`)."""

    workspace: Workspace
    today: Sym
    fields: dict[tuple[str, int, Type, Range], Sym] = field(default_factory=dict)

    def field(self, declared: Field, record: int) -> Sym:
        """What the field holds in the record with this index."""
        range_ = range_of(declared)
        key = (declared.name, record, declared.type, range_)
        if key not in self.fields:
            self.fields[key] = _held(self.workspace, declared, range_)
        return self.fields[key]


def new_world(workspace: Workspace) -> World:
    today = fresh_sym(DATE, "today", workspace, may_be_missing=False, may_be_none=False)
    return World(workspace, today)


def _held(workspace: Workspace, declared: Field, range_: Range) -> Sym:
    missing = range_.may_be_missing
    sym = fresh_sym(declared.type, declared.name, workspace, may_be_missing=missing, may_be_none=False)
    if isinstance(declared.type, Text):  # an empty text is read as missing
        workspace.facts.append(sym.value != term_of("", declared.type, workspace))
    for bound, is_low in ((declared.low, True), (declared.high, False)):
        if bound is not None:
            end = term_of(bound, declared.type, workspace)
            workspace.facts.append(sym.value >= end if is_low else sym.value <= end)
    return sym


# ---------------------------------------------------------------- one field, declared in two ways


def linked(one: Sym, other: Sym, workspace: Workspace) -> z3.BoolRef:
    """Two declarations of one field hold the same value of one record."""
    known = all_of((negation(one.missing), negation(other.missing), same_value(one, other, workspace)), workspace)
    return any_of((all_of((one.missing, other.missing), workspace), known), workspace)


def same_value(one: Sym, other: Sym, workspace: Workspace) -> z3.BoolRef:
    """`values.equal` of two known values, of two types if need be: labels by what they are called."""
    if one.type == other.type:
        return same_known(one, other, workspace)
    both_offered = (negation(one.none), negation(other.none), _same_held(one, other, workspace))
    return any_of((all_of((one.none, other.none), workspace), all_of(both_offered, workspace)), workspace)


def _same_held(one: Sym, other: Sym, workspace: Workspace) -> z3.BoolRef:
    if isinstance(one.value, tuple) and isinstance(other.value, tuple):
        mine, theirs = (dict(zip(_labels(sym.type), sym.value, strict=True)) for sym in (one, other))  # type: ignore[arg-type]
        nothing = no(workspace)
        every = {**mine, **theirs}
        return all_of((same_truth(mine.get(x, nothing), theirs.get(x, nothing)) for x in every), workspace)
    if isinstance(one.type, Scale | Choice) and isinstance(other.type, Scale | Choice):
        place, other_place = places(one.type), places(other.type)
        common = [label for label in place if label in other_place]
        pairs = [(one.value == place[x], other.value == other_place[x]) for x in common]
        return any_of((all_of(pair, workspace) for pair in pairs), workspace)
    if isinstance(one.type, AMOUNTS) and isinstance(other.type, AMOUNTS):
        return one.value == other.value
    return no(workspace)


def _labels(type_: SetOf) -> list[str]:
    return sorted(type_.labels)


AMOUNTS = Integer | Money | Percent | Duration
