"""Calls as terms: the functions of the language one by one, those of plugins by what their records say of them."""

from __future__ import annotations

import math
from fractions import Fraction

import z3

from tierpolicy.analysis.smt import calendar
from tierpolicy.analysis.smt.approximations import MANY_AMOUNTS, PLUGIN, ROUNDING, applied, record
from tierpolicy.analysis.smt.comparing import less_values
from tierpolicy.analysis.smt.finance import present_value
from tierpolicy.analysis.smt.logic import all_of, any_of, chosen, implied, negation, no, settled, yes
from tierpolicy.analysis.smt.results import absent, nothing, present, ranged
from tierpolicy.analysis.smt.syms import blank, constant, in_limits, known, parts, rational, sort_of
from tierpolicy.analysis.smt.terms import Approximation, Sym, Workspace
from tierpolicy.model.builtins import Builtin, function
from tierpolicy.model.types import INTEGER, Integer, Number, SetOf, Type
from tierpolicy.model.values import Value

FLAT = 8
"""Beyond so many values, each step of a choice among them gets a name, so that terms stay flat."""


def called(name: str, arguments: tuple[Sym, ...], type_: Type, workspace: Workspace) -> Sym:
    """What a call gives."""
    builtin = function(name)
    values = tuple(known(argument) for argument in arguments)
    if all(value is not None for value in values):
        return constant(builtin.value(values, _types(arguments)), type_, workspace)  # type: ignore[arg-type]
    if not builtin.takes_missing and settled(absent(arguments, workspace)) is True:
        return nothing(type_, workspace)
    match name:
        case "min" | "max":
            return _extreme(name == "min", arguments, workspace)
        case "first_known":
            return _first_known(arguments, workspace)
        case "abs":
            return _abs(arguments[0], workspace)
        case "round":
            return _round(arguments, type_, workspace)
        case "days_between":
            return calendar.days_between(arguments[0], arguments[1], workspace)
        case "months_between":
            return calendar.months_between(arguments[0], arguments[1], workspace)
        case "years_between":
            return calendar.years_between(arguments[0], arguments[1], workspace)
        case "npv" if known(arguments[0]) is not None:
            return present_value(arguments, workspace)
        case _:
            return _uninterpreted(builtin, arguments, type_, workspace)


def _types(arguments: tuple[Sym, ...]) -> tuple[Type, ...]:
    return tuple(argument.type for argument in arguments)


# ---------------------------------------------------------------- choosing


def _extreme(is_least: bool, arguments: tuple[Sym, ...], workspace: Workspace) -> Sym:
    best = arguments[0]
    for argument in arguments[1:]:
        one, other = (argument, best) if is_least else (best, argument)
        value = chosen(less_values(one, other, workspace), argument.value, best.value)
        best = Sym(best.type, _short(value, len(arguments), workspace), no(workspace), no(workspace))
    return present(best.type, best.value, absent(arguments, workspace), workspace)


def _first_known(arguments: tuple[Sym, ...], workspace: Workspace) -> Sym:
    """`none` is known."""
    *earlier, last = arguments
    values, none = parts(last), last.none
    for argument in reversed(earlier):
        pairs = zip(parts(argument), values, strict=True)
        values = tuple(
            _short(chosen(argument.missing, other, mine), len(arguments), workspace) for mine, other in pairs
        )
        none = _short(chosen(argument.missing, none, argument.none), len(arguments), workspace)
    missing = all_of((argument.missing for argument in arguments), workspace)
    value = values if isinstance(last.type, SetOf) else values[0]
    return Sym(arguments[0].type, value, missing, all_of((negation(missing), none), workspace))


def _short(term: z3.ExprRef, count: int, workspace: Workspace) -> z3.ExprRef:
    return workspace.named(term, "step") if count > FLAT else term


# ---------------------------------------------------------------- without sign, without fraction


def _abs(operand: Sym, workspace: Workspace) -> Sym:
    gone = absent((operand,), workspace)
    value = z3.If(operand.value >= 0, operand.value, -operand.value)
    if isinstance(operand.type, Number):
        return present(operand.type, value, gone, workspace)
    return ranged(value, operand.type, gone, workspace)


def _round(arguments: tuple[Sym, ...], type_: Type, workspace: Workspace) -> Sym:
    operand, gone = arguments[0], absent(arguments, workspace)
    if len(arguments) == 1:
        if isinstance(operand.type, Integer):
            return present(INTEGER, operand.value, gone, workspace)
        return ranged(_nearest_whole(operand.value), INTEGER, gone, workspace)
    step = arguments[1]
    by = known(step)
    if isinstance(by, float) and _is_power_of_two(by):
        return _round_to_power_of_two(operand, Fraction(abs(by)), gone, workspace)
    if isinstance(type_, Number):
        return _round_number(operand, step, gone, workspace)
    if not isinstance(by, int):
        return _round_by_fact(operand, step, gone, workspace)
    if by == 0:
        return nothing(type_, workspace)
    return ranged(_nearest_multiple(operand.value, abs(by)), type_, gone, workspace)


def _is_power_of_two(step: float) -> bool:
    """One that neither ends of the numbers are near to."""
    return abs(math.frexp(step)[0]) == 0.5 and 2.0**-200 <= abs(step) <= 2.0**200


def _nearest_whole(term: z3.ArithRef) -> z3.ArithRef:
    """The nearest whole number; a half goes to the even one."""
    half = z3.RealVal("1/2", term.ctx)
    up = z3.ToInt(term + half)
    is_half_to_odd = z3.And(z3.ToReal(up) == term + half, up % 2 == 1)
    return z3.If(is_half_to_odd, up - 1, up)


def _nearest_multiple(term: z3.ArithRef, step: int) -> z3.ArithRef:
    """The nearest multiple of a step; of two, the even multiple."""
    below, rest = term / step, term % step
    up = z3.Or(2 * rest > step, z3.And(2 * rest == step, below % 2 == 1))
    return z3.If(up, (below + 1) * step, below * step)


def _round_by_fact(operand: Sym, step: Sym, gone: z3.BoolRef, workspace: Workspace) -> Sym:
    """To the multiple of another fact: no further off than half of it."""
    inputs, type_ = (operand, step), operand.type
    sort = sort_of(type_, workspace.context)
    term, is_new = applied(("round", type_), [sym.value for sym in inputs], sort, workspace)
    if is_new:
        size = z3.If(step.value >= 0, step.value, -step.value)
        off = 2 * (term - operand.value)
        workspace.facts.append(implied(step.value != 0, z3.And(off <= size, -off <= size), workspace))
    output = ranged(term, type_, any_of((gone, step.value == 0), workspace), workspace)
    record(Approximation(ROUNDING, inputs, output, _meaning("round", inputs)), workspace)
    return output


def _round_to_power_of_two(operand: Sym, step: Fraction, gone: z3.BoolRef, workspace: Workspace) -> Sym:
    """Exact: a quotient by a power of two is not rounded, but where it is so small that its multiple is 0."""
    size, end = rational(step, workspace), rational(step * 2**1000, workspace)
    value = z3.ToReal(_nearest_whole(operand.value * rational(1 / step, workspace))) * size
    gone = any_of((gone, operand.value >= end, operand.value <= -end), workspace)
    return present(operand.type, value, gone, workspace)


def _round_number(operand: Sym, step: Sym, gone: z3.BoolRef, workspace: Workspace) -> Sym:
    """The quotient x/s is off by 2^-53 of it, its rounding by 1/2, and times the step by 2^-53 again: all in all by
    less than |s|·(1/2 + 2^-50) + |x|·2^-50 + 2^-1070. Only beyond 2^999 steps, or near the end of the numbers, is
    there perhaps no result."""
    inputs, type_ = (operand, step), operand.type
    values = [sym.value for sym in inputs]
    term, is_new = applied("round number", values, sort_of(type_, workspace.context), workspace)
    lost, _ = applied("round number lost", values, z3.BoolSort(workspace.context), workspace)
    if is_new:
        x, s = (z3.If(value >= 0, value, -value) for value in values)
        half, share, least, many, end = (
            rational(part, workspace)
            for part in (
                Fraction(1, 2) + Fraction(1, 2**50),
                Fraction(1, 2**50),
                Fraction(1, 2**1070),
                Fraction(2**999),
                Fraction(2**1000),
            )
        )
        near, off = half * s + share * x + least, term - operand.value
        is_small = z3.And(step.value != 0, x <= many * s, x <= end, s <= end)
        workspace.facts.append(implied(is_small, z3.And(off <= near, -off <= near, z3.Not(lost)), workspace))
    output = present(type_, term, any_of((gone, step.value == 0, lost), workspace), workspace)
    record(Approximation(ROUNDING, inputs, output, _meaning("round", inputs)), workspace)
    return output


# ---------------------------------------------------------------- any function


def _uninterpreted(builtin: Builtin, arguments: tuple[Sym, ...], type_: Type, workspace: Workspace) -> Sym:
    """Equal arguments give equal results, within the bounds that the function declares. It may be missing."""
    inputs = [term for argument in arguments for term in _given(argument, builtin, workspace)]
    shape = (builtin.name, _types(arguments))
    sort = sort_of(type_, workspace.context)
    count = len(type_.labels) if isinstance(type_, SetOf) else 1
    values = tuple(applied(("call", *shape, place), inputs, sort, workspace)[0] for place in range(count))
    lost, is_new = applied(("no result", *shape), inputs, z3.BoolSort(workspace.context), workspace)
    gone = lost if builtin.takes_missing else any_of((absent(arguments, workspace), lost), workspace)
    output = present(type_, values if isinstance(type_, SetOf) else values[0], gone, workspace)
    if is_new:
        workspace.facts.append(in_limits(output, workspace))
        _tell_bounds(builtin, output, workspace)
    reason = PLUGIN if builtin.origin else MANY_AMOUNTS
    record(Approximation(reason, arguments, output, _meaning(builtin.name, arguments)), workspace)
    return output


def _given(argument: Sym, builtin: Builtin, workspace: Workspace) -> tuple[z3.ExprRef, ...]:
    """The terms that say what is given: where missing values are, they are all alike."""
    terms = parts(argument)
    if not builtin.takes_missing:
        return terms
    gone = absent((argument,), workspace)
    nil = Sym(argument.type, blank(argument.type, workspace), yes(workspace), no(workspace))
    held = (chosen(gone, other, mine) for mine, other in zip(terms, parts(nil), strict=True))
    return (*held, argument.missing, argument.none)


def _tell_bounds(builtin: Builtin, output: Sym, workspace: Workspace) -> None:
    for bound, is_low in ((builtin.low, True), (builtin.high, False)):
        if bound is not None and builtin.origin:
            end = constant(bound, output.type, workspace)
            beyond = less_values(output, end, workspace) if is_low else less_values(end, output, workspace)
            workspace.facts.append(negation(beyond))


def _meaning(name: str, arguments: tuple[Sym, ...]) -> calendar.Meaning:
    types, builtin = _types(arguments), function(name)

    def meaning(values: tuple[Value, ...]) -> Value:
        return builtin.value(values, types)

    return meaning
