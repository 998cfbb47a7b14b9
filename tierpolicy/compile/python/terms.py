"""Typed expressions as code with exactly the plain evaluator's three-valued meaning.

Every part becomes a variable of its own, so that code nests no deeper than the language's own operators, however deep
the expression. What is sure is written out (comparisons of numbers, `and`, `or`, `not`); for the rest the functions of
`semantics` and the builtins are called.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, assert_never

from tierpolicy.cells.atoms import key_of, may_be_none
from tierpolicy.compile.python.calculating import Written, written
from tierpolicy.compile.python.parts import Draft
from tierpolicy.compile.python.trees import (
    FALSE,
    TRUE,
    between,
    call,
    compare,
    either,
    is_,
    method,
    not_,
    some,
    tuple_of,
)
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
    TextTest,
    Today,
    ToNumber,
    walk,
)
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Date, Duration, Integer, Money, Number, Percent
from tierpolicy.model.values import MISSING, Value
from tierpolicy.semantics.arithmetic import as_number, calculated, months_later, negated
from tierpolicy.semantics.evaluate import compared, text_tested

OPERATORS: Mapping[CompareOp, type[ast.cmpop]] = {
    "=": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
}
COMPARED_AS_THEY_ARE = Integer | Number | Percent | Money | Duration | Date


class Facts(Protocol):
    """The typed values that expressions start from, MISSING where there is none."""

    def fact(self, reference: FieldRef | AttributeRef | Today) -> ast.expr: ...

    def may_be_missing(self, reference: FieldRef | AttributeRef | Today) -> bool: ...


@dataclass(slots=True)
class Terms:
    """Writes expressions into a draft, the same one once. `known` are those that the draft has worked out here."""

    policy: Policy
    draft: Draft
    facts: Facts
    known: dict[Hashable, ast.expr] = field(default_factory=dict)

    def value(self, expr: Expr) -> ast.expr:
        """The typed value of an expression: a variable or a constant."""
        match expr:
            case Constant(value):
                return self.draft.constant(value)
            case ParameterRef(name):
                return self.draft.constant(self.policy.parameters[name].value)
            case FieldRef() | AttributeRef() | Today():
                return self.facts.fact(expr)
            case DefineRef(name):
                return self._define(name)
        key = key_of(expr)
        if key not in self.known:
            self.known[key] = self.draft.assign("t", self._written(expr))
        return self.known[key]

    def _define(self, name: str) -> ast.expr:
        """A define's value, those of the defines that it reads first: a chain of them is never gone down."""
        waiting = [name]
        while waiting:
            key = ("define", waiting[-1])
            expression = self.policy.defines[waiting[-1]].expression
            unknown = [
                node.name
                for node in walk(expression)
                if isinstance(node, DefineRef) and ("define", node.name) not in self.known
            ]
            if unknown and key not in self.known:
                waiting.extend(unknown)
                continue
            if key not in self.known:
                self.known[key] = self.value(expression)
            waiting.pop()
        return self.known["define", name]

    def _written(self, expr: Expr) -> ast.expr:
        constant = self.draft.constant
        match expr:
            case ToNumber(operand):
                if not may_be_none(operand, self.policy):
                    return self._unless_missing([operand], call("float", self.value(operand)))
                return call(constant(as_number, "as_number"), self.value(operand))
            case Negative(operand, type_):
                found = None if may_be_none(operand, self.policy) else written(expr, self.value(operand))
                if found is not None:
                    return self._in_range(found, [operand])
                return call(constant(negated, "negated"), self.value(operand), constant(type_))
            case ShiftMonths(operand, months):
                return call(constant(months_later, "months_later"), self.value(operand), constant(months))
            case Arithmetic(op, left, right, type_):
                found = written(expr, self.value(left), self.value(right))
                if found is not None and not may_be_none(left, self.policy) and not may_be_none(right, self.policy):
                    return self._in_range(found, [left, right])
                sides = self.value(left), constant(left.type), self.value(right), constant(right.type)
                return call(constant(calculated, "calculated"), constant(op), *sides, constant(type_))
            case Call(name, arguments):
                types = tuple(argument.type for argument in arguments)
                plain = name in ("min", "max") and all(isinstance(each, COMPARED_AS_THEY_ARE) for each in types)
                if plain and not any(may_be_none(argument, self.policy) for argument in arguments):
                    return self._least_or_most(name, arguments)
                values = tuple_of(self.value(argument) for argument in arguments)
                return call(constant(function(name).value, "function"), values, constant(types))
            case Compare():
                return self._comparison(expr)
            case In(operand, options):
                return self._any([self._comparison(Compare("=", operand, option)) for option in options])
            case IsMissing(operand):
                return is_(self.value(operand), constant(MISSING))
            case Has(operand, label):
                return call(constant(_holds, "holds"), self.value(operand), constant(label))
            case TextTest(op, operand, text):
                if not may_be_none(operand, self.policy) and not may_be_none(text, self.policy):
                    return self._unless_missing([operand, text], self._text_test(expr))
                return call(constant(text_tested, "text_tested"), constant(op), self.value(operand), self.value(text))
            case Not(operand):
                return self._unless_missing([operand], not_(self.value(operand)))
            case And(parts):
                return self._all([self.value(part) for part in parts])
            case Or(parts):
                return self._any([self.value(part) for part in parts])
            case Constant() | ParameterRef() | FieldRef() | AttributeRef() | Today() | DefineRef():
                return self.value(expr)
            case _:
                assert_never(expr)

    def _in_range(self, found: Written, operands: list[Expr]) -> ast.expr:
        """The result, missing where an operand is, a divisor is zero, or the type doesn't hold it."""
        missing, nan = self.draft.constant(MISSING, "missing"), ast.Constant(math.nan)
        tests = [is_(self.value(each), missing) for each in operands if self._may_be_missing(each)]
        if found.divisor is not None:
            tests.append(compare(found.divisor, ast.Eq(), ast.Constant(0)))
        result = self.draft.assign("r", either(some(tests), nan, found.result) if tests else found.result)
        held = between(self.draft.constant(found.low), result, self.draft.constant(found.high))
        return either(held, found.final(result), missing)

    def _least_or_most(self, name: str, arguments: tuple[Expr, ...]) -> ast.expr:
        values = [self.value(argument) for argument in arguments]
        return self._unless_missing(list(arguments), call(name, *values) if len(values) > 1 else values[0])

    def _text_test(self, expr: TextTest) -> ast.expr:
        operand, text = self.value(expr.operand), self.value(expr.text)
        match expr.op:
            case "starts with":
                return method(operand, "startswith", text)
            case "ends with":
                return method(operand, "endswith", text)
            case "contains":
                return compare(text, ast.In(), operand)

    def _comparison(self, expr: Compare) -> ast.expr:
        left, right = expr.left, expr.right
        values = self.value(left), self.value(right)
        plain = isinstance(left.type, COMPARED_AS_THEY_ARE) or (expr.op in ("=", "!="))
        if plain and not may_be_none(left, self.policy) and not may_be_none(right, self.policy):
            return self._unless_missing([left, right], compare(values[0], OPERATORS[expr.op](), values[1]))
        constant = self.draft.constant
        return call(constant(compared, "compared"), constant(expr.op), *values, constant(left.type))

    def _unless_missing(self, operands: list[Expr], found: ast.expr) -> ast.expr:
        """The expression, missing where one of the operands is."""
        missing = self.draft.constant(MISSING, "missing")
        tests = [is_(self.value(each), missing) for each in operands if self._may_be_missing(each)]
        return either(some(tests), missing, found) if tests else found

    def _may_be_missing(self, expr: Expr) -> bool:
        match expr:
            case Constant() | ParameterRef() | IsMissing():
                return False
            case FieldRef() | AttributeRef() | Today():
                return self.facts.may_be_missing(expr)
            case _:
                return True

    def _all(self, parts: list[ast.expr]) -> ast.expr:
        """False where one is false, else unknown where one is unknown."""
        missing = self.draft.constant(MISSING, "missing")
        parts = [self._held(part) for part in parts]
        unknown = either(some(is_(part, missing) for part in parts), missing, TRUE)
        return either(some(is_(part, FALSE) for part in parts), FALSE, unknown)

    def _any(self, parts: list[ast.expr]) -> ast.expr:
        """True where one is true, else unknown where one is unknown."""
        missing = self.draft.constant(MISSING, "missing")
        parts = [self._held(part) for part in parts]
        unknown = either(some(is_(part, missing) for part in parts), missing, FALSE)
        return either(some(is_(part, TRUE) for part in parts), TRUE, unknown)

    def _held(self, part: ast.expr) -> ast.expr:
        return part if isinstance(part, ast.Name | ast.Constant) else self.draft.assign("t", part)


def _holds(found: Value, label: str) -> Value:
    """Whether a set holds a label; unknown of a missing one, and false of one that isn't offered."""
    return MISSING if found is MISSING else isinstance(found, frozenset) and label in found
