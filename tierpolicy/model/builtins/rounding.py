"""`abs` and `round`: exact on the types that count whole units, binary64 on numbers."""

from __future__ import annotations

from tierpolicy.model.builtins.record import Argument, Builtin, CallExample, Refusal, in_range
from tierpolicy.model.types import (
    INTEGER,
    Duration,
    Integer,
    Money,
    Number,
    Percent,
    Type,
)
from tierpolicy.model.values import MISSING, Known, Value


def _is_amount(type_: Type) -> bool:
    return isinstance(type_, Integer | Number | Percent | Money | Duration)


def _abs_type(types: tuple[Type, ...]) -> Type | Refusal:
    return types[0] if _is_amount(types[0]) else Refusal("takes a number, a percentage, money or a duration")


def _abs(values: tuple[Known, ...], types: tuple[Type, ...]) -> Value:
    value = values[0]
    assert isinstance(value, int | float)
    return in_range(abs(value), types[0])


def _round_type(types: tuple[Type, ...]) -> Type | Refusal:
    value, *steps = types
    if not _is_amount(value):
        return Refusal("takes a number, a percentage, money or a duration")
    if not steps:
        if isinstance(value, Integer | Number):
            return INTEGER
        return Refusal("needs to know what to round to: `round(value, step)`")
    return value if steps[0] == value else Refusal("takes a step of the same kind as the value")


def _round(values: tuple[Known, ...], types: tuple[Type, ...]) -> Value:
    value = values[0]
    assert isinstance(value, int | float)
    if len(values) == 1:
        return in_range(round(value), INTEGER)
    step = values[1]
    assert isinstance(step, int | float)
    return _nearest_multiple(value, abs(step), types[0])


def _nearest_multiple(value: int | float, step: int | float, type_: Type) -> Value:
    """The multiple of `step` nearest to `value`; of two, the even multiple. Exact for what counts whole units."""
    if step == 0:
        return MISSING
    if isinstance(value, float) or isinstance(step, float):
        quotient = value / step
        return in_range(float(round(quotient)) * step, type_) if abs(quotient) < 2**1000 else MISSING
    below, rest = divmod(value, step)
    up = 2 * rest > step or (2 * rest == step and below % 2 == 1)
    return in_range((below + up) * step, type_)


ABS = Builtin(
    name="abs",
    signature="abs(value)",
    doc="The value without its sign.",
    arguments=(Argument("value", "shared"),),
    result_type=_abs_type,
    meaning=_abs,
    examples=(CallExample("abs(-3)", "3"), CallExample("abs(-2.5%)", "2.5%"), CallExample("abs(0.5)", "0.5")),
)

ROUND = Builtin(
    name="round",
    signature="round(number), round(value, step)",
    doc=(
        "With one value, the nearest whole number; a half goes to the even one (2.5 gives 2). With a step, the nearest "
        "multiple of the step, a half to the even multiple; the step has the value's kind, and a step of 0 gives a "
        "missing value."
    ),
    arguments=(Argument("value", "shared"), Argument("step", "shared", optional=True)),
    result_type=_round_type,
    meaning=_round,
    examples=(
        CallExample("round(2.5)", "2"),
        CallExample("round(3.5)", "4"),
        CallExample("round(17, 5)", "15"),
        CallExample("round(12.3%, 5%)", "10%"),
        CallExample("round(100 seconds, 1 minute)", "2 minutes"),
        CallExample("round(0.7, 0.5)", "0.5"),
    ),
)
