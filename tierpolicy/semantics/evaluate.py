"""From a typed expression and what is known to a value: three-valued conditions, exact arithmetic (language.md §3, §4).

A condition's MISSING means *unknown*. Recursion goes down the nesting of one expression, which `syntax` bounds; never
along its width, and never along a chain of defines, which are settled from the innermost out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from tierpolicy.model.builtins import function
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
    TextOp,
    TextTest,
    Today,
    ToNumber,
    children,
    walk,
)
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Type
from tierpolicy.model.values import MISSING, Known, Value, equal, less
from tierpolicy.semantics.arithmetic import as_number, calculated, months_later, negated


@dataclass(slots=True)
class Situation:
    """What one decision knows: the policy, the fields, the day, and the attributes decided so far.

    `defines` remembers the defines met; each reads only attributes that are final by then.
    """

    policy: Policy
    fields: Mapping[str, Value]
    as_of: date
    decided: dict[str, Known] = field(default_factory=dict)
    defines: dict[str, Value] = field(default_factory=dict)


def value_of(expr: Expr, situation: Situation) -> Value:
    """The value of an expression; MISSING where it isn't known."""
    match expr:
        case Constant(value):
            return value
        case FieldRef(name):
            return situation.fields[name]
        case AttributeRef(name):
            return situation.decided[name]
        case ParameterRef(name):
            return situation.policy.parameters[name].value
        case DefineRef(name):
            return _define(name, situation)
        case Today():
            return situation.as_of
        case ToNumber(operand):
            return as_number(value_of(operand, situation))
        case Negative(operand, type_):
            return negated(value_of(operand, situation), type_)
        case ShiftMonths(operand, months):
            return months_later(value_of(operand, situation), months)
        case Arithmetic(op, left, right, type_):
            found, other = value_of(left, situation), value_of(right, situation)
            return calculated(op, found, left.type, other, right.type, type_)
        case Call(name, arguments):
            values = tuple(value_of(argument, situation) for argument in arguments)
            return function(name).value(values, tuple(argument.type for argument in arguments))
        case Compare(op, left, right):
            return compared(op, value_of(left, situation), value_of(right, situation), left.type)
        case In(operand, options):
            return _is_one_of(value_of(operand, situation), options, situation)
        case IsMissing(operand):
            return value_of(operand, situation) is MISSING
        case Has(operand, label):
            found = value_of(operand, situation)
            return MISSING if found is MISSING else isinstance(found, frozenset) and label in found
        case TextTest(op, operand, text):
            return text_tested(op, value_of(operand, situation), value_of(text, situation))
        case Not(operand):
            truth = value_of(operand, situation)
            return MISSING if truth is MISSING else not truth
        case And(parts):
            return _all_true(parts, situation)
        case Or(parts):
            return _any_true(parts, situation)
        case _:
            assert_never(expr)


def _all_true(parts: tuple[Expr, ...], situation: Situation) -> Value:
    """False as soon as one is false; else unknown where one is unknown."""
    result: Value = True
    for part in parts:
        truth = value_of(part, situation)
        if truth is False:
            return False
        if truth is MISSING:
            result = MISSING
    return result


def _any_true(parts: tuple[Expr, ...], situation: Situation) -> Value:
    """True as soon as one is true; else unknown where one is unknown."""
    result: Value = False
    for part in parts:
        truth = value_of(part, situation)
        if truth is True:
            return True
        if truth is MISSING:
            result = MISSING
    return result


def compared(op: CompareOp, left: Value, right: Value, type_: Type) -> Value:
    """`left op right` between values of compatible types; unknown where one is missing."""
    if left is MISSING or right is MISSING:
        return MISSING
    match op:
        case "=":
            return equal(left, right)
        case "!=":
            return not equal(left, right)
        case "<":
            return less(left, right, type_)
        case "<=":
            return not less(right, left, type_)
        case ">":
            return less(right, left, type_)
        case ">=":
            return not less(left, right, type_)


def _is_one_of(found: Value, options: tuple[Expr, ...], situation: Situation) -> Value:
    """The same as `found = a or found = b …`."""
    result: Value = False
    for option in options:
        truth = compared("=", found, value_of(option, situation), option.type)
        if truth is True:
            return True
        if truth is MISSING:
            result = MISSING
    return result


def text_tested(op: TextOp, found: Value, text: Value) -> Value:
    """`starts with`, `ends with`, `contains`; unknown where one is missing."""
    if found is MISSING or text is MISSING:
        return MISSING
    if not isinstance(found, str) or not isinstance(text, str):
        return False  # `none` has no letters
    match op:
        case "starts with":
            return found.startswith(text)
        case "ends with":
            return found.endswith(text)
        case "contains":
            return text in found


def _define(name: str, situation: Situation) -> Value:
    """The value of a define, those that it reads first, so that a long chain of them needs no deep recursion."""
    known = situation.defines
    waiting = [name] if name not in known else []
    while waiting:
        if waiting[-1] in known:  # two of them read it
            waiting.pop()
            continue
        expression = situation.policy.defines[waiting[-1]].expression
        unknown = [node.name for node in walk(expression) if isinstance(node, DefineRef) and node.name not in known]
        if unknown:
            waiting.extend(unknown)
        else:
            known[waiting.pop()] = value_of(expression, situation)
    return known[name]


def missing_fields(expr: Expr, situation: Situation) -> frozenset[str]:
    """The missing fields because of which an expression is missing (or unknown), through defines."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        if value_of(node, situation) is not MISSING:
            continue
        match node:
            case FieldRef(name):
                found.add(name)
            case DefineRef(name):
                if name not in seen:
                    seen.add(name)
                    waiting.append(situation.policy.defines[name].expression)
            case _:
                waiting.extend(children(node))
    return frozenset(found)
