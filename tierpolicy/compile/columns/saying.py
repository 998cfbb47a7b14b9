"""What a calculated clause says of an attribute in every row, and joining values better or worse, for columns.

Repeats `semantics.counting.given_by` and `semantics.lattice`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierpolicy.compile.columns.asking import Answered, Asking, Ranked
from tierpolicy.compile.columns.data import Amounts, Array, Bools, Coded
from tierpolicy.compile.columns.facts import Facts, Held
from tierpolicy.compile.columns.terms import value
from tierpolicy.compile.columns.values import (
    ABOVE,
    BELOW,
    Vec,
    chosen,
    encoded,
    not_offered,
    sets_of,
    taken,
    union,
)
from tierpolicy.compile.normal import Clause
from tierpolicy.model.types import Choice, Date, Duration, Flag, Integer, Money, Number, Percent, Scale, SetOf, Text
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.vocabulary import Attribute, Direction


@dataclass(frozen=True, slots=True)
class Said:
    """A calculated clause: where it says something, and what."""

    where: Bools
    what: Vec


def of_clause(clause: Clause, truth: Ranked, attribute: Attribute, answered: Answered, facts: Facts) -> Said | None:
    """What a clause says, drawn to bounds; None where it says nothing in any row. Silence and drawing are doubts."""
    counts = truth.holds(answered, facts.rows)
    if counts is None or not counts.any():
        return None
    found = value(clause.expr, facts)
    silent = found.missing if attribute.or_none else union(found.missing, not_offered(found))
    if silent is not None:
        facts.doubt(counts & silent)
        counts = counts & ~silent
    if attribute.adds_up and clause.kind == "grant":
        held = Vec(found.type, np.maximum(found.values, 0))
        facts.tell(counts & (found.values < 0))
    else:
        held = drawn(attribute, found, counts, facts)
    return Said(counts, Vec(held.type, held.values, None, held.none if attribute.or_none else None, held.texts))


def drawn(attribute: Attribute, found: Vec, where: Bools, facts: Facts) -> Vec:
    """The values drawn to the attribute's bounds; where that changes one of those asked for, it is a doubt."""
    none = found.none
    if none is not None:
        none = np.where(none != 0, np.int8(none_code(attribute)), np.int8(0))
    values = found.values
    for bound, below in ((attribute.low, True), (attribute.high, False)):
        if bound is None or isinstance(attribute.type, SetOf):
            continue
        edge = encoded([bound], attribute.type).values[0]
        beyond = found.values < edge if below else found.values > edge
        if none is not None:
            beyond = beyond & (none == 0)
        values = np.where(beyond, edge, values)
        facts.tell(where & beyond)
    return Vec(found.type, values, found.missing, none, found.texts)


def none_code(attribute: Attribute) -> int:
    """The form of `none` by which an attribute compares."""
    return ABOVE if attribute.direction is Direction.LESS else BELOW


def none_of(attribute: Attribute) -> NotOffered:
    return NotOffered.ABOVE if attribute.direction is Direction.LESS else NotOffered.BELOW


# ---------------------------------------------------------------- better and worse, in a line


def joined(attribute: Attribute, value_: Vec, said: Said) -> Vec:
    """The better of the value and what is said, where something is."""
    return chosen(said.where & is_better(attribute, said.what, value_), said.what, value_)


def capped(attribute: Attribute, value_: Vec, said: Said) -> Vec:
    """The worse of the value and what is said, where something is."""
    return chosen(said.where & is_better(attribute, value_, said.what), said.what, value_)


def is_better(attribute: Attribute, one: Vec, other: Vec) -> Bools:
    """Where one is better than the other; `none` is worse than everything."""
    found: Bools = one.values < other.values if attribute.direction is Direction.LESS else one.values > other.values
    nothing, other_nothing = not_offered(one), not_offered(other)
    if other_nothing is not None:
        found = found | other_nothing
    return found if nothing is None else found & ~nothing


# ---------------------------------------------------------------- constants by their codes


@dataclass(frozen=True, slots=True)
class Constants:
    """Constant clauses of one kind: the one that counts is `values[code - 1]`, none where the code is 0."""

    values: tuple[Known, ...]
    ranked: Ranked

    def said(self, attribute: Attribute, answered: Answered, facts: Facts) -> Said | None:
        if self.ranked.settled and not self.ranked.nothing:
            return None
        codes = self.ranked.codes(answered, facts.rows).astype(np.intp)
        table = encoded([self.values[0], *self.values], attribute.type)
        return Said(codes != 0, taken(table, codes))


def constants(pairs: list[tuple[int, Known]], ordered: list[Known], asking: Asking) -> Constants:
    """Of the clauses that count the one whose value stands last in `ordered`."""
    places = {value: place for place, value in enumerate(ordered, 1)}
    return Constants(tuple(ordered), asking.ranked([(at, places[value]) for at, value in pairs], 0))


# ---------------------------------------------------------------- answers


def held(attribute: Attribute, vec: Vec) -> Held:
    """A decided attribute from its typed values."""
    return Held(answer(attribute, vec), lambda: vec)


def answer(attribute: Attribute, vec: Vec) -> Coded | Amounts:
    nothing = not_offered(vec)
    match vec.type:
        case Integer() | Number() | Money() | Percent() | Duration() | Date():
            return Amounts(vec.values, nothing)
        case Flag():
            return _coded(vec.values.astype(np.uint8), (False, True), nothing, attribute)
        case Scale(labels) | Choice(labels):
            return _coded(vec.values, labels, nothing, attribute)
        case Text():
            return _coded(vec.values, vec.texts, nothing, attribute)
        case SetOf():
            rows, places = np.unique(vec.values, axis=0, return_inverse=True)
            return _coded(places.reshape(-1), tuple(sets_of(rows, vec.type)), nothing, attribute)


def _coded(places: Array, values: tuple[Known, ...], nothing: Bools | None, attribute: Attribute) -> Coded:
    if nothing is not None:
        places = np.where(nothing, len(values), places)
        values = (*values, none_of(attribute))
    kind = np.uint8 if len(values) <= 0x100 else np.uint16 if len(values) <= 0x10000 else np.uint32
    return Coded(places.astype(kind), values)
