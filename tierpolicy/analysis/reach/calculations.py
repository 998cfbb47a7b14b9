"""What calculations may give for operands within ranges.

Every operation here rises or falls steadily in each operand, rounding included (binary64 rounds a greater result to no
lesser number), so its results lie between those at the corners. A corner without a result makes the result perhaps
missing and leaves it open to the ends of its type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tierpolicy.analysis.reach.possible import (
    NOT_KNOWN,
    Between,
    Possible,
    anything,
    either,
    exactly,
    known_part,
    only_value,
)
from tierpolicy.cells.line import coordinate, ends_of, value_of_coordinate
from tierpolicy.model.builtins import function
from tierpolicy.model.expressions import ArithmeticOp, Call
from tierpolicy.model.types import Type
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.semantics.arithmetic import calculated

STEADY = ("days_between", "months_between", "years_between")
"""Functions that rise or fall steadily in each argument."""

Meaning = Callable[[tuple[Known, ...]], Value]


def arithmetic(
    op: ArithmeticOp, left: Possible, left_type: Type, right: Possible, right_type: Type, result: Type
) -> Possible:
    """`left op right`."""
    if op == "/" and isinstance(right.shape, Between) and right.shape.low <= 0 <= right.shape.high:
        only_zero = right.shape.low == right.shape.high
        return NOT_KNOWN if only_zero else anything(result)
    return at_corners(
        lambda values: calculated(op, values[0], left_type, values[1], right_type, result),
        (left, right),
        (left_type, right_type),
        result,
    )


def at_corners(meaning: Meaning, operands: tuple[Possible, ...], types: tuple[Type, ...], result: Type) -> Possible:
    """What a steady operation may give: `none` in it gives a missing value, as missing ones do."""
    missing = any(operand.missing or operand.none is not None for operand in operands)
    corners: list[tuple[Known, ...]] = [()]
    for operand, type_ in zip(operands, types, strict=True):
        if not isinstance(operand.shape, Between):
            return NOT_KNOWN if operand.shape is None else anything(result)
        ends = dict.fromkeys((operand.shape.low, operand.shape.high))
        corners = [(*corner, value_of_coordinate(end, type_)) for corner in corners for end in ends]
    return _hull((meaning(corner) for corner in corners), result, missing=missing)


def _hull(values: Iterable[Value], type_: Type, *, missing: bool) -> Possible:
    found = list(values)
    known = [coordinate(value, type_) for value in found if value is not MISSING]
    if len(known) == len(found):
        return Possible(Between(min(known), max(known)), missing)
    if not known and len(found) == 1:
        return NOT_KNOWN
    return Possible(Between(*ends_of(type_)), missing=True)


def called(call: Call, arguments: list[Possible]) -> Possible:
    """What a function may give."""
    types = tuple(argument.type for argument in call.arguments)
    singles = [only_value(found, type_) for found, type_ in zip(arguments, types, strict=True)]
    if all(single is not None for single in singles):
        value = function(call.function).value(tuple(single for single in singles if single is not None), types)
        return exactly(value, call.type)
    match call.function:
        case "first_known":
            return _first_known(arguments)
        case "min" | "max":
            return _extreme(arguments, types[0], least=call.function == "min")
        case "abs":
            return _without_sign(arguments[0], types[0])
        case "round" if len(arguments) == 1 or singles[1] is not None:
            return at_corners(_meaning(call, types), tuple(arguments), types, call.type)
        case name if name in STEADY:
            return at_corners(_meaning(call, types), tuple(arguments), types, call.type)
        case _:
            return anything(call.type)


def _meaning(call: Call, types: tuple[Type, ...]) -> Meaning:
    builtin = function(call.function)
    return lambda values: builtin.value(values, types)


def _first_known(arguments: list[Possible]) -> Possible:
    found = known_part(arguments[0])
    missing = arguments[0].missing
    for argument in arguments[1:]:
        if not missing:
            break
        empty = found.shape is None and found.none is None
        found = known_part(argument) if empty else either(found, known_part(argument))
        missing = argument.missing
    return Possible(found.shape, missing, found.none)


def _extreme(arguments: list[Possible], type_: Type, *, least: bool) -> Possible:
    """`min` or `max`: of the lows, and of the highs."""
    missing = any(each.missing or each.none is not None for each in arguments)
    shapes = [each.shape for each in arguments]
    ranges = [shape for shape in shapes if isinstance(shape, Between)]
    if len(ranges) < len(shapes):
        return NOT_KNOWN
    choose = min if least else max
    return Possible(Between(choose(each.low for each in ranges), choose(each.high for each in ranges)), missing)


def _without_sign(operand: Possible, type_: Type) -> Possible:
    missing = operand.missing or operand.none is not None
    if not isinstance(operand.shape, Between):
        return NOT_KNOWN
    low, high = operand.shape.low, operand.shape.high
    top = ends_of(type_)[1]
    most = max(abs(low), abs(high))
    least = 0 if low <= 0 <= high else min(abs(low), abs(high))
    overflows = most > top
    return Possible(Between(min(least, top), min(most, top)), missing or overflows)
