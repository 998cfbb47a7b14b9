"""`npv`: what future cash flows are worth today.

The formula is the present value of Brealey, Myers and Allen, "Principles of Corporate Finance", chapter 2:
the sum over t = 1, 2, … of C_t / (1 + r)^t. The first flow comes one period from now.
"""

from __future__ import annotations

from tierpolicy.model.builtins.record import Argument, Builtin, CallExample, Refusal, in_range
from tierpolicy.model.types import MONEY, Money, Number, Percent, Type
from tierpolicy.model.values import MISSING, Known, Value

HUNDREDTHS_OF_PERCENT = 10_000.0


def _npv_type(types: tuple[Type, ...]) -> Type | Refusal:
    rate, *flows = types
    if not isinstance(rate, Percent | Number):
        return Refusal("takes a rate first, such as `8%`")
    if not all(isinstance(flow, Money) for flow in flows):
        return Refusal("takes amounts of money after the rate")
    return MONEY


def _npv(values: tuple[Known, ...], types: tuple[Type, ...]) -> Value:
    """In binary64 from the first flow to the last, the discount factor by repeated multiplication; then rint.

    So every backend that has binary64 can repeat it bit by bit. A rate of -100% or less has no present value.
    """
    rate, *flows = values
    assert isinstance(rate, int | float)
    growth = 1.0 + (rate / HUNDREDTHS_OF_PERCENT if isinstance(types[0], Percent) else rate)
    if growth <= 0.0:
        return MISSING
    total, factor = 0.0, 1.0
    for flow in flows:
        assert isinstance(flow, int)
        factor *= growth
        if factor == 0.0:
            return MISSING
        total += float(flow) / factor
    return in_range(total, MONEY)


NPV = Builtin(
    name="npv",
    signature="npv(rate, flow, …)",
    doc=(
        "The net present value of cash flows one period apart, the first of them one period from now: each divided "
        "by (1 + rate) once for every period, and added up. Missing where the rate is -100% or less."
    ),
    arguments=(Argument("rate"), Argument("flow", MONEY, repeats=True)),
    result_type=_npv_type,
    meaning=_npv,
    examples=(CallExample("npv(10%, 110, 121)", "200"), CallExample("npv(0%, 100, -30)", "70")),
)
