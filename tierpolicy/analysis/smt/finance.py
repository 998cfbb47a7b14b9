"""`npv` at a constant rate as a term: a sum of the flows by constant factors, linear but for its rounding.

The factors are what binary64 makes of the rate, so they are known exactly. Each flow is divided by its factor (one
rounding, within 2^-53 of it) and added to a sum (one more for each addition that follows): of n flows every one is off
by no more than (n + 2)·2^-53 of its own size. Then rint moves the sum by at most 1/2.

The intended meaning on all integers is just that. No step of it turns an order around, so more of a flow never lowers
the present value.
"""

from __future__ import annotations

import math
from fractions import Fraction

import z3

from tierpolicy.analysis.smt.approximations import MANY_AMOUNTS, applied, record, rises
from tierpolicy.analysis.smt.results import absent, nothing, ranged
from tierpolicy.analysis.smt.syms import known, rational, sort_of
from tierpolicy.analysis.smt.terms import Approximation, Sym, Workspace
from tierpolicy.model.builtins import function
from tierpolicy.model.builtins.finance import HUNDREDTHS_OF_PERCENT
from tierpolicy.model.types import MONEY, Percent
from tierpolicy.model.values import Value


def present_value(arguments: tuple[Sym, ...], workspace: Workspace) -> Sym:
    """`npv(rate, flow, …)`, of which the rate is a constant."""
    rate, *flows = arguments
    held = known(rate)
    assert isinstance(held, int | float)
    factors = _factors(held / HUNDREDTHS_OF_PERCENT if isinstance(rate.type, Percent) else held, len(flows))
    if not all(factors):
        return nothing(MONEY, workspace)
    rising = (1,) * len(flows)
    inputs = [flow.value for flow in flows]
    key = ("npv", rate.type, held, len(flows))
    term, is_new = applied(key, inputs, sort_of(MONEY, workspace.context), workspace, rises(rising))
    if is_new:
        _tell_sum(term, inputs, factors, workspace)
    output = ranged(term, MONEY, absent(tuple(flows), workspace), workspace)
    types, meant = tuple(argument.type for argument in arguments), function("npv").value

    def meaning(values: tuple[Value, ...]) -> Value:
        return meant((held, *values), types)

    record(Approximation(MANY_AMOUNTS, tuple(flows), output, meaning, rising), workspace)
    return output


def _factors(rate: float, count: int) -> list[float]:
    """The discount factor of each flow, as `npv` itself makes them; 0 for none."""
    growth = 1.0 + rate
    if growth <= 0.0:
        return [0.0] * count
    factors, factor = [], 1.0
    for _ in range(count):
        factor *= growth
        factors.append(factor)
    return factors


def _tell_sum(term: z3.ArithRef, flows: list[z3.ArithRef], factors: list[float], workspace: Workspace) -> None:
    share = Fraction(len(flows) + 2, 2**53)
    by = [Fraction(0) if math.isinf(factor) else 1 / Fraction(factor) for factor in factors]
    exact = z3.Sum([rational(one, workspace) * z3.ToReal(flow) for one, flow in zip(by, flows, strict=True)])
    sizes = [
        rational(one * share, workspace) * z3.ToReal(z3.If(flow >= 0, flow, -flow))
        for one, flow in zip(by, flows, strict=True)
    ]
    off = z3.Sum([rational(Fraction(1, 2), workspace), *sizes])
    real = z3.ToReal(term)
    workspace.facts.extend((real <= exact + off, real >= exact - off))
