"""From a typed expression to its value in every record: `semantics.evaluate` for columns.

Every expression of the language has its arrays here but for functions of plugins and tests against texts that aren't
constant: these are asked of the plain evaluator, once for each combination of values that occurs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from tierpolicy.cells.atoms import key_of
from tierpolicy.cells.reads import constant_value
from tierpolicy.compile.columns.arithmetic import as_number, calculated, months_later, negated
from tierpolicy.compile.columns.calls import LOWERED
from tierpolicy.compile.columns.comparing import all_true, any_true, compared, denied, has, missing_here
from tierpolicy.compile.columns.facts import Facts
from tierpolicy.compile.columns.values import Vec, constant, decoded, encoded, taken
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
    walk,
)
from tierpolicy.model.reads import read_by
from tierpolicy.model.types import DATE, FLAG
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.semantics.evaluate import Situation, text_tested, value_of


def value(expr: Expr, facts: Facts) -> Vec:
    """The value of an expression in every row; the same expression is worked out once."""
    match expr:
        case FieldRef(name):
            return facts.of_field(name)
        case AttributeRef(name):
            return facts.of_attribute(name)
        case DefineRef(name):
            return _define(name, facts)
        case Constant(held):
            return constant(held, expr.type, facts.rows)
        case ParameterRef(name):
            return constant(facts.policy.parameters[name].value, expr.type, facts.rows)
        case Today():
            return constant(facts.as_of, DATE, facts.rows)
    key = key_of(expr)
    if key not in facts.known:
        facts.known[key] = _worked_out(expr, facts)
    return facts.known[key]


def _define(name: str, facts: Facts) -> Vec:
    """The value of a define, those that it reads first: a chain of them is never gone down."""
    waiting = [name]
    while ("define", name) not in facts.known:
        expression = facts.policy.defines[waiting[-1]].expression
        unknown = [
            node.name
            for node in walk(expression)
            if isinstance(node, DefineRef) and ("define", node.name) not in facts.known
        ]
        if unknown:
            waiting.extend(unknown)
        else:
            facts.known["define", waiting.pop()] = value(expression, facts)
    return facts.known["define", name]


def _worked_out(expr: Expr, facts: Facts) -> Vec:
    match expr:
        case ToNumber(operand, type_):
            return as_number(value(operand, facts), type_)
        case Negative(operand, type_):
            return negated(value(operand, facts), type_)
        case ShiftMonths(Constant() | ParameterRef() | Today()):
            return one_by_one(expr, facts)  # one date for all rows: the calendar is slow
        case ShiftMonths(operand, months):
            return months_later(value(operand, facts), months)
        case Arithmetic(op, left, right, type_):
            return calculated(op, value(left, facts), value(right, facts), type_)
        case Call(name, arguments, type_):
            if name not in LOWERED:
                return one_by_one(expr, facts)
            return LOWERED[name](tuple(value(each, facts) for each in arguments), type_)
        case Compare(op, left, right):
            return compared(op, value(left, facts), value(right, facts))
        case In(operand, options):
            found = value(operand, facts)
            return any_true([compared("=", found, value(option, facts)) for option in options])
        case IsMissing(operand):
            return missing_here(value(operand, facts), facts.rows)
        case Has(operand, label):
            return has(value(operand, facts), label)
        case TextTest():
            return _text_tested(expr, facts)
        case Not(operand):
            return denied(value(operand, facts))
        case And(parts):
            return all_true([value(part, facts) for part in parts])
        case Or(parts):
            return any_true([value(part, facts) for part in parts])
        case Constant() | ParameterRef() | FieldRef() | AttributeRef() | Today() | DefineRef():
            return value(expr, facts)
        case _:
            assert_never(expr)


def _text_tested(expr: TextTest, facts: Facts) -> Vec:
    """Each text is tested once; `none` has no letters."""
    text = constant_value(expr.text, facts.policy)
    if text is None:
        return one_by_one(expr, facts)
    found = value(expr.operand, facts)
    if text is MISSING:
        return Vec(FLAG, np.zeros(facts.rows, dtype=bool), np.ones(facts.rows, dtype=bool))
    table = np.array([text_tested(expr.op, each, text) is True for each in found.texts], dtype=bool)
    holds = table[found.values]
    return Vec(FLAG, holds if found.none is None else holds & (found.none == 0), found.missing)


# ---------------------------------------------------------------- value by value


def one_by_one(expr: Expr, facts: Facts) -> Vec:
    """The value by the plain evaluator, once for each combination of what the expression reads."""
    names = {(isinstance(node, FieldRef), node.name) for node in read_by(expr, facts.policy)}
    if not names:
        return constant(value_of(expr, Situation(facts.policy, {}, facts.as_of)), expr.type, facts.rows)
    columns = {key: facts.of_field(key[1]) if key[0] else facts.of_attribute(key[1]) for key in sorted(names)}
    firsts, places = _combinations(list(columns.values()), facts.rows)
    singles = {key: decoded(taken(vec, firsts)) for key, vec in columns.items()}
    results = []
    for at in range(len(firsts)):
        fields: dict[str, Value] = {name: held[at] for (is_field, name), held in singles.items() if is_field}
        decided: dict[str, Known] = {
            name: held[at]  # type: ignore[misc]  # a decided attribute is never missing
            for (is_field, name), held in singles.items()
            if not is_field
        }
        results.append(value_of(expr, Situation(facts.policy, fields, facts.as_of, decided)))
    return taken(encoded(results, expr.type), places)


def _combinations(columns: list[Vec], rows: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """A row of each combination of values, and for every row the place of its combination."""
    places = np.zeros(rows, dtype=np.intp)
    firsts = np.zeros(min(rows, 1), dtype=np.intp)
    for vec in columns:
        for part in _parts(vec):
            _, found = np.unique(part, return_inverse=True)
            together = places * (int(found.max(initial=0)) + 1) + found.reshape(-1)
            _, firsts, places = np.unique(together, return_index=True, return_inverse=True)
            places = places.reshape(-1)
    return firsts, places


def _parts(vec: Vec) -> list[NDArray[np.generic]]:
    gone = vec.nothing
    plain = vec if gone is None else replace(vec, values=_zeroed(vec, gone))
    parts: list[NDArray[np.generic]] = list(plain.values.T) if plain.values.ndim > 1 else [plain.values]
    return parts + [mark for mark in (vec.missing, vec.none) if mark is not None]


def _zeroed(vec: Vec, gone: NDArray[np.bool_]) -> NDArray[np.generic]:
    wide = gone[:, None] if vec.values.ndim > 1 else gone
    return np.where(wide, np.zeros((), dtype=vec.values.dtype), vec.values)
