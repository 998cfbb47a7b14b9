"""`=` and the order between two values as terms, as `values.equal` and `values.less` mean them.

Numbers are binary64, of which the solver's reals know nothing. So for each constant that a number is compared with,
one fact tells that nothing lies between that constant and the binary64 before it: comparisons with constants are
exact.
"""

from __future__ import annotations

import math
from fractions import Fraction

import z3

from tierpolicy.analysis.smt.logic import all_of, any_of, negation, no, same_truth, settled, yes
from tierpolicy.analysis.smt.syms import numeral_of, rational
from tierpolicy.analysis.smt.terms import Sym, Workspace
from tierpolicy.model.types import Number


def equal_syms(one: Sym, other: Sym, workspace: Workspace) -> z3.BoolRef:
    """Equal, where neither is missing; two that are `none` are."""
    same = equal_values(one, other, workspace)
    if settled(one.none) is False and settled(other.none) is False:
        return same
    neither = all_of((negation(one.none), negation(other.none), same), workspace)
    return any_of((all_of((one.none, other.none), workspace), neither), workspace)


def equal_values(one: Sym, other: Sym, workspace: Workspace) -> z3.BoolRef:
    """Equal terms, of values that are there."""
    if isinstance(one.value, tuple):
        assert isinstance(other.value, tuple)
        pairs = zip(one.value, other.value, strict=True)
        return all_of((same_truth(mine, theirs) for mine, theirs in pairs), workspace)
    if z3.is_bool(one.value):
        return same_truth(one.value, other.value)
    mine, theirs = numeral_of(one.value), numeral_of(other.value)
    if mine is not None and theirs is not None:
        return yes(workspace) if mine == theirs else no(workspace)
    if isinstance(one.type, Number):
        for constant, sym in ((mine, other), (theirs, one)):
            if constant is not None:
                _at_least(sym.value, constant, workspace)
                _at_least(sym.value, _next(constant), workspace)
    if one.value.eq(other.value):
        return yes(workspace)
    reference = workspace.context.ref()
    return z3.BoolRef(z3.Z3_mk_eq(reference, one.value.as_ast(), other.value.as_ast()), workspace.context)


def less_syms(
    one: Sym, other: Sym, workspace: Workspace, *, one_above: bool = False, other_above: bool = False
) -> z3.BoolRef:
    """`one < other` in the natural order, where neither is missing. `none` is below all (above all where said so)."""
    below = less_values(one, other, workspace)
    if settled(one.none) is False and settled(other.none) is False:
        return below
    there, here = negation(other.none), negation(one.none)
    readings = [all_of((here, there, below), workspace)]
    if not one_above:
        readings.append(all_of((one.none, there), workspace))
    if other_above:
        readings.append(all_of((here, other.none), workspace))
    return any_of(readings, workspace)


def less_values(one: Sym, other: Sym, workspace: Workspace) -> z3.BoolRef:
    """`one < other` of values that are there; of an ordered type."""
    mine, theirs = numeral_of(one.value), numeral_of(other.value)
    if mine is not None and theirs is not None:
        return yes(workspace) if mine < theirs else no(workspace)
    if isinstance(one.type, Number):
        if theirs is not None:
            return negation(_at_least(one.value, theirs, workspace))
        if mine is not None:
            return _at_least(other.value, _next(mine), workspace)
    return negation(_ge(one.value, other.value, workspace))


def _ge(one: z3.ArithRef, other: z3.ArithRef, workspace: Workspace) -> z3.BoolRef:
    context = workspace.context
    return z3.BoolRef(z3.Z3_mk_ge(context.ref(), one.as_ast(), other.as_ast()), context)


def _next(constant: int | Fraction) -> float:
    """The binary64 after a constant; infinite after the last."""
    return math.nextafter(float(constant), math.inf)


def _at_least(term: z3.ArithRef, constant: float | int | Fraction, workspace: Workspace) -> z3.BoolRef:
    """A number is at least the constant, a binary64; and if not, at most the binary64 before it."""
    if constant == math.inf:
        return no(workspace)
    end = float(constant)
    key = ("at least", term.get_id(), end)
    if key not in workspace.memory:
        reached = _ge(term, rational(Fraction(end), workspace), workspace)
        before = math.nextafter(end, -math.inf)
        if before != -math.inf:
            workspace.facts.append(
                any_of((reached, _ge(rational(Fraction(before), workspace), term, workspace)), workspace)
            )
        workspace.memory[key] = (reached, term)  # holding the term keeps its id its own
    found: z3.BoolRef = workspace.memory[key][0]
    return found
