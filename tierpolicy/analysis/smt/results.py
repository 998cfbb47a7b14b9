"""What operations give: missing where an operand is, and where there is no result in the range of its type."""

from __future__ import annotations

import z3

from tierpolicy.analysis.smt.logic import any_of, no, yes
from tierpolicy.analysis.smt.syms import blank, limits, numeral
from tierpolicy.analysis.smt.terms import Sym, Workspace
from tierpolicy.model.types import Type


def absent(syms: tuple[Sym, ...], workspace: Workspace) -> z3.BoolRef:
    """One of them is missing or `none`: what is calculated from it is missing."""
    return any_of((end for sym in syms for end in (sym.missing, sym.none)), workspace)


def present(type_: Type, value: z3.ExprRef | tuple[z3.BoolRef, ...], gone: z3.BoolRef, workspace: Workspace) -> Sym:
    """A result that is there unless `gone`."""
    return Sym(type_, value, gone, no(workspace))


def ranged(value: z3.ArithRef, type_: Type, gone: z3.BoolRef, workspace: Workspace) -> Sym:
    """A whole result: missing where `gone`, and beyond the range of its type."""
    ends = limits(type_)
    assert ends is not None
    low, high = (numeral(end, type_, workspace) for end in ends)
    return Sym(type_, value, any_of((gone, value < low, value > high), workspace), no(workspace))


def nothing(type_: Type, workspace: Workspace) -> Sym:
    """A missing value."""
    return Sym(type_, blank(type_, workspace), yes(workspace), no(workspace))
