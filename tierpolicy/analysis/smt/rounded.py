"""Arithmetic in binary64 as terms: under a bound on what it rounds (semantics/arithmetic).

What binary64 makes of an exact result e, for operands that it holds exactly, is within 2^-53·|e| of it (Goldberg,
"What Every Computer Scientist Should Know About Floating-Point Arithmetic", theorem 1), or within 2^-1074 where e is
too small for a full mantissa. It overflows exactly where |e| ≥ 2^1024 − 2^970. Whole operands beyond 2^53 are
rounded first, and money times percent is two operations: no more than three roundings make one result, so it is
within 2^-51·|e| (3·2^-53 and terms in 2^-106 are less), and rint moves it by at most 1/2 more.

The intended meaning of each function here on all integers and reals: the exact result, rounded as above where its
size allows, and as it is where that overflows. Rounding never turns an order around, so products and quotients
by a constant rise or fall as the exact ones do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import z3

from tierpolicy.analysis.smt.approximations import (
    PRODUCT,
    ROUNDING,
    Operands,
    Order,
    Rising,
    applied,
    record,
    rises,
    tell_near,
)
from tierpolicy.analysis.smt.logic import any_of, implied, no
from tierpolicy.analysis.smt.results import absent, present, ranged
from tierpolicy.analysis.smt.syms import constant, known, rational, sort_of
from tierpolicy.analysis.smt.terms import Approximation, Sym, Workspace
from tierpolicy.model.expressions import ArithmeticOp
from tierpolicy.model.types import NUMBER, Duration, Money, Number, Percent, Type
from tierpolicy.model.values import MONEY_MAX, Value
from tierpolicy.semantics import arithmetic

ONE_ROUNDING = Fraction(1, 2**53)
THREE_ROUNDINGS = Fraction(1, 2**51)
LEAST = Fraction(1, 2**1074)
OVERFLOW = Fraction(2**1024 - 2**970)
HALF = Fraction(1, 2)


def as_number(operand: Sym, workspace: Workspace) -> Sym:
    """An integer in binary64: exact up to 2^53."""
    found = known(operand)
    if found is not None:
        return constant(arithmetic.as_number(found), NUMBER, workspace)
    exact = z3.ToReal(operand.value)
    term, is_new = applied("to number", (operand.value,), sort_of(NUMBER, workspace.context), workspace, rises((1,)))
    if is_new:
        small = _up_to_2_53(operand.value)
        workspace.facts.append(implied(small, term == exact, workspace))
        tell_near(term, exact, Fraction(0), ONE_ROUNDING, workspace)
    output = present(NUMBER, term, absent((operand,), workspace), workspace)
    record(Approximation(ROUNDING, (operand,), output, lambda v: arithmetic.as_number(v[0]), (1,)), workspace)
    return output


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation whose result is rounded. `held` are the operands that are constants."""

    op: ArithmeticOp
    left: Sym
    right: Sym
    result: Type
    gone: z3.BoolRef
    held: tuple[Fraction | None, ...]
    workspace: Workspace

    @property
    def scale(self) -> Fraction:
        """Money times percent is taken to hundredths of a percent."""
        types = {type(self.left.type), type(self.right.type)}
        return Fraction(1, 10_000) if types == {Money, Percent} else Fraction(1)

    @property
    def factor(self) -> Fraction | None:
        """The constant operand."""
        return self.held[0] if self.held[1] is None else self.held[1]

    @property
    def other(self) -> Sym:
        """The operand that isn't constant; the left one where neither is."""
        return self.left if self.held[0] is None else self.right

    @property
    def slack(self) -> Fraction:
        if self.op in "+-":
            return Fraction(0)  # sums that are too small for a full mantissa are exact
        return LEAST if isinstance(self.result, Number) else HALF

    @property
    def share(self) -> Fraction:
        exact_operands = all(isinstance(sym.type, Number | Money | Percent) for sym in (self.left, self.right))
        return ONE_ROUNDING if isinstance(self.result, Number) and exact_operands else THREE_ROUNDINGS

    @property
    def overflows(self) -> bool:
        """Only numbers can be so large, or divisors so small, that there is no binary64."""
        return isinstance(self.result, Number) and isinstance(self.left.type, Number)

    def meaning(self) -> Callable[[tuple[Value, ...]], Value]:
        """The evaluator's, of the operands that aren't constants."""
        op, left, right, result = self.op, self.left.type, self.right.type, self.result
        first, second = known(self.left), known(self.right)

        def calculated_at(values: tuple[Value, ...]) -> Value:
            one = values[0] if first is None else first
            other = values[-1] if second is None else second  # the last of one or two
            return arithmetic.calculated(op, one, left, other, right, result)

        return calculated_at

    def applied(self, inputs: tuple[Sym, ...], order: Order) -> tuple[z3.ArithRef, bool]:
        key = (self.op, self.left.type, self.right.type, self.result, self.held)
        sort = sort_of(self.result, self.workspace.context)
        return applied(key, [sym.value for sym in inputs], sort, self.workspace, order)

    def output(self, term: z3.ArithRef, gone: z3.BoolRef, beyond: z3.BoolRef) -> Sym:
        if isinstance(self.result, Number):
            return present(self.result, term, any_of((gone, beyond), self.workspace), self.workspace)
        return ranged(term, self.result, gone, self.workspace)


def rounded(operation: Operation) -> Sym:
    """The operation's result."""
    is_sum, factor = operation.op in "+-", operation.factor
    if is_sum:
        return _sum(operation)
    if factor is not None and operation.op == "*" and _is_whole_multiple(operation, factor):
        return _whole_multiple(operation, factor)
    if factor is not None and (operation.op == "*" or operation.held[1] is not None):
        return _multiple(operation, factor)
    return _product(operation) if operation.op == "*" else _quotient(operation)


def _is_whole_multiple(operation: Operation, factor: Fraction) -> bool:
    return (
        operation.scale == 1
        and factor.denominator == 1
        and isinstance(operation.result, Money | Percent)
        and not isinstance(operation.other.type, Number)
    )


def _whole_multiple(operation: Operation, factor: Fraction) -> Sym:
    """Money or percent times a whole number: exact up to 2^53, to which one more is still rounded down (a half goes
    to the even mantissa), and all beyond has no value."""
    exact, top, workspace = operation.other.value * int(factor), MONEY_MAX, operation.workspace
    whole = exact.ctx
    value = z3.If(exact > top, z3.IntVal(top, whole), z3.If(exact < -top, z3.IntVal(-top, whole), exact))
    gone = any_of((operation.gone, exact > top + 1, exact < -top - 1), workspace)
    return present(operation.result, value, gone, workspace)


def _sum(operation: Operation) -> Sym:
    """A sum or difference of numbers: it rises with the first operand, and with the second or against it."""
    left, right = operation.left.value, operation.right.value
    inputs = tuple(
        sym for sym, held in zip((operation.left, operation.right), operation.held, strict=True) if held is None
    )
    ways = (1, 1 if operation.op == "+" else -1)
    rising = tuple(way for way, held in zip(ways, operation.held, strict=True) if held is None)
    return _linear(operation, inputs, left + right if operation.op == "+" else left - right, rising)


def _multiple(operation: Operation, factor: Fraction) -> Sym:
    """A product with a constant, or a quotient by one: it rises or falls by the constant's sign."""
    by = operation.scale * (1 / factor if operation.op == "/" else factor)
    exact = rational(by, operation.workspace) * _real(operation.other)
    return _linear(operation, (operation.other,), exact, (1 if by >= 0 else -1,))


def _linear(operation: Operation, inputs: tuple[Sym, ...], exact: z3.ArithRef, rising: Rising) -> Sym:
    workspace = operation.workspace
    term, is_new = operation.applied(inputs, rises(rising))
    if is_new:
        tell_near(_as_real(term), exact, operation.slack, operation.share, workspace)
        if isinstance(operation.result, Duration) and operation.op == "*":
            _tell_whole_duration(operation, term)
    beyond = _beyond(exact, workspace) if operation.overflows else no(workspace)
    output = operation.output(term, operation.gone, beyond)
    record(Approximation(ROUNDING, inputs, output, operation.meaning(), rising), workspace)
    return output


def _tell_whole_duration(operation: Operation, term: z3.ArithRef) -> None:
    """A duration times a whole number is exact up to 2^53."""
    factor, operand = operation.factor, operation.other
    if factor is not None and factor.denominator == 1 and isinstance(operand.type, Duration):
        exact = operand.value * int(factor)
        small = z3.And(_up_to_2_53(exact), _up_to_2_53(operand.value))
        operation.workspace.facts.append(implied(small, term == exact, operation.workspace))


def _product(operation: Operation) -> Sym:
    """A product of two facts: its bounds are no longer linear."""
    workspace, inputs = operation.workspace, (operation.left, operation.right)
    exact = _real(operation.left) * _real(operation.right) * rational(operation.scale, workspace)
    term, is_new = operation.applied(inputs, _product_order)
    if is_new:
        tell_near(_as_real(term), exact, operation.slack, operation.share, workspace)
    beyond = _beyond(exact, workspace) if operation.overflows else no(workspace)
    output = operation.output(term, operation.gone, beyond)
    record(Approximation(PRODUCT, inputs, output, operation.meaning()), workspace)
    return output


def _quotient(operation: Operation) -> Sym:
    """A quotient by a fact. The bound is told times the divisor, so that nothing is divided by a fact; where that is
    0 the result is missing and nothing is told."""
    workspace = operation.workspace
    inputs = (operation.left, operation.right)
    left, right = _real(operation.left), _real(operation.right)
    term, is_new = operation.applied(inputs, _quotient_order)
    if is_new:
        slack, share = (rational(part, workspace) for part in (operation.slack, operation.share))
        near = _size(_as_real(term) * right - left) <= slack * _size(right) + share * _size(left)
        workspace.facts.append(implied(right != 0, near, workspace))
    top = rational(OVERFLOW, workspace)
    beyond = _size(left) >= top * _size(right) if operation.overflows else no(workspace)
    gone = any_of((operation.gone, right == 0), workspace)
    output = operation.output(term, gone, beyond)
    record(Approximation(PRODUCT, inputs, output, operation.meaning()), workspace)
    return output


def _product_order(first: Operands, second: Operands) -> Iterator[tuple[z3.BoolRef, ...]]:
    """More of one factor never lowers the product where the other one isn't negative."""
    (one, by), (other, other_by) = first, second
    yield one == other, one >= 0, by <= other_by
    yield by == other_by, by >= 0, one <= other
    yield one >= 0, by >= 0, one <= other, by <= other_by


def _quotient_order(first: Operands, second: Operands) -> Iterator[tuple[z3.BoolRef, ...]]:
    """With a positive divisor, more to divide never lowers the quotient; nor, of what isn't negative, a smaller
    divisor."""
    (one, by), (other, other_by) = first, second
    yield by == other_by, by > 0, one <= other
    yield one >= 0, one <= other, other_by > 0, by >= other_by


def _beyond(exact: z3.ArithRef, workspace: Workspace) -> z3.BoolRef:
    top = rational(OVERFLOW, workspace)
    return z3.Or(exact >= top, exact <= -top)


def _up_to_2_53(term: z3.ArithRef) -> z3.BoolRef:
    return z3.And(term >= -MONEY_MAX, term <= MONEY_MAX)


def _real(sym: Sym) -> z3.ArithRef:
    return _as_real(sym.value)


def _as_real(term: z3.ArithRef) -> z3.ArithRef:
    return z3.ToReal(term) if z3.is_int(term) else term


def _size(term: z3.ArithRef) -> z3.ArithRef:
    return z3.If(term >= 0, term, -term)
