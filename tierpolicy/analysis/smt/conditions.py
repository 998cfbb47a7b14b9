"""Conditions as rails: where each is true, and where false, by the three-valued logic of language.md §3.

`and` and `or` stay as wide as they are written; only nesting recurses.
"""

from __future__ import annotations

from typing import assert_never

import z3

from tierpolicy.analysis.smt import values  # the two read one another
from tierpolicy.analysis.smt.calendar import tell_months_reached
from tierpolicy.analysis.smt.comparing import equal_syms, less_syms
from tierpolicy.analysis.smt.logic import all_of, any_of, negation, no, rail, settled
from tierpolicy.analysis.smt.syms import known, places
from tierpolicy.analysis.smt.terms import Rail, Scope, Sym, Workspace
from tierpolicy.analysis.smt.texts import text_test
from tierpolicy.model.expressions import (
    And,
    Arithmetic,
    AttributeRef,
    Call,
    Compare,
    CompareOp,
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
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import NotOffered
from tierpolicy.model.vocabulary import Direction


def truth(expr: Expr, scope: Scope) -> Rail:
    """Where a condition is true and where it is false; elsewhere it is unknown."""
    workspace = scope.workspace
    match expr:
        case And(parts):
            rails = [truth(part, scope) for part in parts]
            true = all_of((one.true for one in rails), workspace)
            return Rail(true, any_of((one.false for one in rails), workspace))
        case Or(parts):
            rails = [truth(part, scope) for part in parts]
            true = any_of((one.true for one in rails), workspace)
            return Rail(true, all_of((one.false for one in rails), workspace))
        case Not(operand):
            one = truth(operand, scope)
            return Rail(one.false, one.true)
        case Compare(op, left, right):
            return _compared(op, left, right, scope)
        case In(operand, options):
            return _is_one_of(operand, options, scope)
        case IsMissing(operand):
            missing = is_missing(operand, scope)
            return Rail(missing, negation(missing))
        case Has(operand, label):
            return _has(values.value(operand, scope), label, workspace)
        case TextTest(op, operand, text):
            found, wanted = values.value(operand, scope), values.value(text, scope)
            unknown = any_of((found.missing, wanted.missing), workspace)
            return rail(text_test(op, found, wanted, workspace), unknown, workspace)
        case DefineRef(name):
            return scope.condition(name)
        case Constant() | FieldRef() | AttributeRef() | ParameterRef() | Call():
            return of_flag(values.value(expr, scope), workspace)
        case Today() | ToNumber() | Negative() | Arithmetic() | ShiftMonths():
            raise AssertionError(f"no condition: {expr}")
        case _:
            assert_never(expr)


def of_flag(sym: Sym, workspace: Workspace) -> Rail:
    """A flag as a condition. One that is `none` is neither `yes` nor `no` nor unknown, and what holds it may read it
    as any of them: so it may be any."""
    if settled(sym.none) is False:
        return rail(sym.value, sym.missing, workspace)
    either = workspace.fresh("flag not offered", z3.BoolSort(workspace.context))
    unknown = workspace.fresh("flag not offered", z3.BoolSort(workspace.context))
    there = negation(sym.none)
    value = any_of((all_of((there, sym.value), workspace), all_of((sym.none, either), workspace)), workspace)
    return rail(value, any_of((sym.missing, all_of((sym.none, unknown), workspace)), workspace), workspace)


def is_missing(expr: Expr, scope: Scope) -> z3.BoolRef:
    """Where an expression is missing; a condition, where it is unknown."""
    return values.value(expr, scope).missing


# ---------------------------------------------------------------- comparisons


def _compared(op: CompareOp, left: Expr, right: Expr, scope: Scope) -> Rail:
    workspace = scope.workspace
    one, other = values.value(left, scope), values.value(right, scope)
    if isinstance(left, Call) and left.function in MONTHS:
        _tell_months(left, other, scope)
    if isinstance(right, Call) and right.function in MONTHS:
        _tell_months(right, one, scope)
    unknown = any_of((one.missing, other.missing), workspace)
    if settled(unknown) is True:
        return Rail(no(workspace), no(workspace))
    match op:
        case "=":
            test = equal_syms(one, other, workspace)
        case "!=":
            test = negation(equal_syms(one, other, workspace))
        case "<":
            test = _less(left, one, right, other, scope)
        case "<=":
            test = negation(_less(right, other, left, one, scope))
        case ">":
            test = _less(right, other, left, one, scope)
        case ">=":
            test = negation(_less(left, one, right, other, scope))
        case _:
            assert_never(op)
    return rail(test, unknown, workspace)


MONTHS = {"months_between": 1, "years_between": 12}


def _tell_months(call: Call, bound: Sym, scope: Scope) -> None:
    """What it takes to reach the months (or years) that a call is compared with, and the next ones."""
    count = known(bound)
    if isinstance(count, int):
        start, end = (values.value(argument, scope) for argument in call.arguments)
        for each in (count - 1, count, count + 1):
            tell_months_reached(start, end, each * MONTHS[call.function], scope.workspace)


def _less(left: Expr, one: Sym, right: Expr, other: Sym, scope: Scope) -> z3.BoolRef:
    if settled(one.none) is False and settled(other.none) is False:
        return less_syms(one, other, scope.workspace)
    above = none_is_above(left, scope), none_is_above(right, scope)
    return less_syms(one, other, scope.workspace, one_above=above[0], other_above=above[1])


def none_is_above(expr: Expr, scope: Scope) -> bool:
    """True where an expression's `none` is above all others: that of an attribute of which less is better.

    Only constants, attributes and the choice of the first known are ever `none`; none of the first two is ever missing,
    so that the choice ends with the first of them.
    """
    waiting = [expr]
    while waiting:
        match waiting.pop():
            case Constant(NotOffered() as value):
                return value is NotOffered.ABOVE
            case AttributeRef(name) if scope.policy.attributes[name].or_none:
                return scope.policy.attributes[name].direction is Direction.LESS
            case DefineRef(name):
                waiting.append(scope.policy.defines[name].expression)
            case Call("first_known", arguments):
                waiting.extend(reversed(arguments))
            case _:
                pass
    return False


def _is_one_of(operand: Expr, options: tuple[Expr, ...], scope: Scope) -> Rail:
    """The same as `= a or = b …`: unknown options leave it open what is none of the others."""
    workspace, found = scope.workspace, values.value(operand, scope)
    equals, misses = [], []
    for option in options:
        other = values.value(option, scope)
        equal = equal_syms(found, other, workspace)
        if settled(other.missing) is not False:
            misses.append(other.missing)
            equal = all_of((negation(other.missing), equal), workspace)
        equals.append(equal)
    is_one = any_of(equals, workspace)
    unknown = all_of((negation(is_one), any_of(misses, workspace)), workspace)
    if options:
        unknown = any_of((found.missing, unknown), workspace)
    return rail(is_one, unknown, workspace)


def _has(found: Sym, label: str, workspace: Workspace) -> Rail:
    """`none` holds nothing."""
    if not isinstance(found.type, SetOf) or label not in found.type.labels:
        return rail(no(workspace), found.missing, workspace)
    assert isinstance(found.value, tuple)
    held = all_of((negation(found.none), found.value[places(found.type)[label]]), workspace)
    return rail(held, found.missing, workspace)
