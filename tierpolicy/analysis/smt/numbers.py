"""Arithmetic as terms: exact in whole units and in days; what binary64 rounds is in `rounded` (language.md §4)."""

from __future__ import annotations

from fractions import Fraction

from tierpolicy.analysis.smt.calendar import date_calculated
from tierpolicy.analysis.smt.logic import settled
from tierpolicy.analysis.smt.products import product
from tierpolicy.analysis.smt.results import absent, nothing, present, ranged
from tierpolicy.analysis.smt.rounded import Operation, rounded
from tierpolicy.analysis.smt.syms import constant, known
from tierpolicy.analysis.smt.terms import Sym, Workspace
from tierpolicy.model.expressions import ArithmeticOp
from tierpolicy.model.types import Date, Integer, Number, Type
from tierpolicy.semantics import arithmetic


def negated(operand: Sym, type_: Type, workspace: Workspace) -> Sym:
    """`-value`."""
    gone = absent((operand,), workspace)
    if settled(gone) is True:
        return nothing(type_, workspace)
    if isinstance(type_, Number):
        return present(type_, -operand.value, gone, workspace)
    return ranged(-operand.value, type_, gone, workspace)


def calculated(op: ArithmeticOp, left: Sym, right: Sym, result: Type, workspace: Workspace) -> Sym:
    """`left op right`."""
    found, other = known(left), known(right)
    if found is not None and other is not None:
        return constant(arithmetic.calculated(op, found, left.type, other, right.type, result), result, workspace)
    gone = absent((left, right), workspace)
    if settled(gone) is True or (op == "/" and other == 0):
        return nothing(result, workspace)
    if isinstance(left.type, Date):
        return date_calculated(op, left, right, result, gone, workspace)
    match op:
        case "+" | "-" if not isinstance(result, Number):
            value = left.value + right.value if op == "+" else left.value - right.value
            return ranged(value, result, gone, workspace)
        case "*" if isinstance(left.type, Integer) and isinstance(right.type, Integer):
            return product(left, right, result, gone, workspace)
        case _:
            held = tuple(None if value is None else Fraction(value) for value in (found, other))  # type: ignore[arg-type]
            return rounded(Operation(op, left, right, result, gone, held, workspace))
