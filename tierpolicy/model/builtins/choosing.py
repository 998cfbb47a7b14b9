"""`min`, `max` and `first_known`: one of the values that they are given."""

from __future__ import annotations

from tierpolicy.model.builtins.record import Argument, Builtin, CallExample, Refusal
from tierpolicy.model.types import Type, compatible, is_ordered
from tierpolicy.model.values import MISSING, Known, Value, order_key


def _ordered(types: tuple[Type, ...]) -> Type | Refusal:
    if not is_ordered(types[0]):
        return Refusal("compares, and these values have no order")
    return _alike(types)


def _alike(types: tuple[Type, ...]) -> Type | Refusal:
    first = types[0]
    if any(not (other is first or compatible(first, other)) for other in types[1:]):
        return Refusal("takes values of one kind")
    return first


def _least(values: tuple[Known, ...], types: tuple[Type, ...]) -> Value:
    return min(values, key=lambda value: order_key(value, types[0]))


def _greatest(values: tuple[Known, ...], types: tuple[Type, ...]) -> Value:
    return max(values, key=lambda value: order_key(value, types[0]))


def _first_known(values: tuple[Value, ...], types: tuple[Type, ...]) -> Value:
    return next((value for value in values if value is not MISSING), MISSING)


MIN = Builtin(
    name="min",
    signature="min(a, b, …)",
    doc="The least of its values, all of one ordered kind; missing where one of them is missing.",
    arguments=(Argument("value", "shared", repeats=True),),
    result_type=_ordered,
    meaning=_least,
    examples=(
        CallExample("min(3, 5)", "3"),
        CallExample("min(10%, 2.5%, 40%)", "2.5%"),
        CallExample("min(1, 0.5)", "0.5"),
        CallExample("min(2026-11-21, 2026-01-01)", "2026-01-01"),
    ),
)

MAX = Builtin(
    name="max",
    signature="max(a, b, …)",
    doc="The greatest of its values, all of one ordered kind; missing where one of them is missing.",
    arguments=(Argument("value", "shared", repeats=True),),
    result_type=_ordered,
    meaning=_greatest,
    examples=(CallExample("max(3, 5)", "5"), CallExample("max(10 minutes, 2 hours)", "2 hours")),
)

FIRST_KNOWN = Builtin(
    name="first_known",
    signature="first_known(a, b, …)",
    doc="The first of its values that is not missing: how a policy says what counts where data lacks something.",
    arguments=(Argument("value", "shared", repeats=True),),
    result_type=_alike,
    meaning=_first_known,
    examples=(CallExample("first_known(3, 0)", "3"),),
    takes_missing=True,
)
