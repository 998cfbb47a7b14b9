"""What one clause says where its statement counts: `semantics.counting.given_by` as terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import z3

from tierpolicy.analysis.smt.counts import rail_of
from tierpolicy.analysis.smt.logic import all_of, chosen, negation, settled
from tierpolicy.analysis.smt.syms import constant, term_of
from tierpolicy.analysis.smt.terms import Sym, Workspace
from tierpolicy.cells.reads import constant_value
from tierpolicy.model.policy import Cap, Floor, Grant
from tierpolicy.model.values import MISSING, Known, NotOffered, Value
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.semantics.index import Statement
from tierpolicy.semantics.lattice import drawn

if TYPE_CHECKING:
    from tierpolicy.analysis.smt.sides import SideTerms


@dataclass(frozen=True, slots=True)
class Said:
    """A clause says `value` where `present` holds: its statement counts and the value isn't missing.

    `known` is the value where it is a constant. Values are drawn to bounds, but for grants of what adds up.
    """

    statement: Statement
    clause: Grant | Cap | Floor
    present: z3.BoolRef
    value: Sym
    known: Known | None


def said_by(side: SideTerms, attribute: Attribute, statement: Statement, clause: Grant | Cap | Floor) -> Said | None:
    """What the clause says; None where it never says anything."""
    counts = rail_of(side, statement).true
    if settled(counts) is False:
        return None
    as_sum = attribute.adds_up and isinstance(clause, Grant)
    held = constant_value(clause.value, side.policy)
    if held is not None:
        return _constant_said(side, attribute, statement, clause, counts, held, as_sum)
    sym = side.value(clause.value)
    silent = [sym.missing] if attribute.or_none else [sym.missing, sym.none]
    present = side.workspace.named(all_of((counts, *map(negation, silent)), side.workspace))
    if settled(present) is False:
        return None
    if not as_sum:
        sym = sym_drawn(attribute, sym, side.workspace)
    return Said(statement, clause, present, sym, None)


def _constant_said(
    side: SideTerms,
    attribute: Attribute,
    statement: Statement,
    clause: Grant | Cap | Floor,
    counts: z3.BoolRef,
    value: Value,
    as_sum: bool,
) -> Said | None:
    if value is MISSING or (isinstance(value, NotOffered) and not attribute.or_none):
        return None
    known = value if as_sum else drawn(attribute, value)
    return Said(statement, clause, counts, constant(known, attribute.type, side.workspace), known)


def sym_drawn(attribute: Attribute, sym: Sym, workspace: Workspace) -> Sym:
    """The value drawn to its attribute's bounds."""
    value = sym.value
    for bound, is_low in ((attribute.low, True), (attribute.high, False)):
        if bound is not None and not isinstance(value, tuple):
            end = term_of(bound, attribute.type, workspace)
            value = chosen(value < end if is_low else value > end, end, value)
    if not isinstance(value, tuple):
        value = workspace.named(value)
    return Sym(attribute.type, value, sym.missing, sym.none)
