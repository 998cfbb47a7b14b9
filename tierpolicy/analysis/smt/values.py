"""Expressions as values in the solver: what semantics/evaluate gives, or more where an operation is approximated."""

from __future__ import annotations

from typing import assert_never

from tierpolicy.analysis.smt import conditions  # the two read one another
from tierpolicy.analysis.smt.calendar import months_shifted
from tierpolicy.analysis.smt.functions import called
from tierpolicy.analysis.smt.logic import any_of, negation, no
from tierpolicy.analysis.smt.numbers import calculated, negated
from tierpolicy.analysis.smt.rounded import as_number
from tierpolicy.analysis.smt.syms import constant
from tierpolicy.analysis.smt.terms import Scope, Sym
from tierpolicy.model.expressions import (
    And,
    Arithmetic,
    AttributeRef,
    Call,
    Compare,
    Constant,
    DefineRef,
    Expr,
    FieldRef,
    Has,
    In,
    IsMissing,
    Negative,
    Not,
    Or,
    ParameterRef,
    ShiftMonths,
    TextTest,
    Today,
    ToNumber,
)
from tierpolicy.model.types import FLAG


def value(expr: Expr, scope: Scope) -> Sym:
    """The value of any expression; a condition's is missing where it is unknown."""
    workspace = scope.workspace
    match expr:
        case Constant(held, type_):
            return constant(held, type_, workspace)
        case FieldRef(name):
            return scope.field(name)
        case AttributeRef(name):
            return scope.attribute(name)
        case ParameterRef(name, type_):
            return constant(scope.policy.parameters[name].value, type_, workspace)
        case DefineRef(name):
            return scope.define(name)
        case Today():
            return scope.today()
        case ToNumber(operand):
            return as_number(value(operand, scope), workspace)
        case Negative(operand, type_):
            return negated(value(operand, scope), type_, workspace)
        case ShiftMonths(operand, months):
            return months_shifted(value(operand, scope), months, workspace)
        case Arithmetic(op, left, right, type_):
            return calculated(op, value(left, scope), value(right, scope), type_, workspace)
        case Call(name, arguments, type_):
            return called(name, tuple(value(argument, scope) for argument in arguments), type_, workspace)
        case Compare() | In() | IsMissing() | Has() | TextTest() | Not() | And() | Or():
            rail = conditions.truth(expr, scope)
            unknown = negation(any_of((rail.true, rail.false), workspace))
            return Sym(FLAG, rail.true, unknown, no(workspace))
        case _:
            assert_never(expr)
