"""All that an expression may give while some facts lie within ranges.

What reads none of them has one value, that of the record at hand (`View.steady`). Recursion goes down the nesting of
one expression; defines are settled from the innermost out, as in semantics/evaluate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from tierpolicy.analysis.reach.calculations import arithmetic, at_corners, called
from tierpolicy.analysis.reach.comparisons import among, compared, holding, text_tested
from tierpolicy.analysis.reach.possible import Possible, both, exactly, negation, one_of_both, truth
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
from tierpolicy.model.reads import Reads
from tierpolicy.semantics.arithmetic import as_number, months_later, negated
from tierpolicy.semantics.counting import Deliberation
from tierpolicy.semantics.evaluate import value_of


@dataclass(slots=True)
class Ground:
    """The record at hand, decided, and what depends on the facts that are raised; `steady` keeps what doesn't."""

    base: Deliberation
    reads: Reads
    raised: frozenset[str]
    moved: frozenset[str]
    steady: dict[int, tuple[Expr, Possible]] = field(default_factory=dict)

    def depends(self, expr: Expr) -> bool:
        """Whether an expression reads what is raised, in whatever way."""
        return not self.moved.isdisjoint(self.reads.of(expr).names)


@dataclass(slots=True)
class View:
    """One range of the raised facts, and what was found out there so far."""

    ground: Ground
    facts: Mapping[str, Possible]
    decided: dict[str, Possible] = field(default_factory=dict)
    defines: dict[str, Possible] = field(default_factory=dict)
    truths: dict[str, Possible] = field(default_factory=dict)


def possible(expr: Expr, view: View) -> Possible:
    """All that an expression may give."""
    ground = view.ground
    if not ground.depends(expr):
        known = ground.steady.get(id(expr))
        if known is None:
            known = (expr, exactly(value_of(expr, ground.base.situation), expr.type))
            ground.steady[id(expr)] = known
        return known[1]
    match expr:
        case FieldRef(name):
            return view.facts[name]
        case AttributeRef(name):
            return view.decided[name]
        case DefineRef(name):
            return _define(name, view)
        case Constant() | ParameterRef() | Today():
            raise AssertionError("these read no fact")
        case ToNumber(operand, type_):
            found = possible(operand, view)
            return at_corners(lambda values: as_number(values[0]), (found,), (operand.type,), type_)
        case Negative(operand, type_):
            found = possible(operand, view)
            return at_corners(lambda values: negated(values[0], type_), (found,), (operand.type,), type_)
        case ShiftMonths(operand, months):
            found = possible(operand, view)
            return at_corners(lambda values: months_later(values[0], months), (found,), (operand.type,), expr.type)
        case Arithmetic(op, left, right, type_):
            return arithmetic(op, possible(left, view), left.type, possible(right, view), right.type, type_)
        case Call(_, arguments):
            return called(expr, [possible(argument, view) for argument in arguments])
        case Compare() | In() | IsMissing() | Has() | TextTest() | Not() | And() | Or():
            return _condition(expr, view)
        case _:
            assert_never(expr)


def _condition(expr: Compare | In | IsMissing | Has | TextTest | Not | And | Or, view: View) -> Possible:
    match expr:
        case Compare(op, left, right):
            return compared(op, possible(left, view), possible(right, view))
        case In(operand, options):
            return among(possible(operand, view), [possible(option, view) for option in options])
        case IsMissing(operand):
            found = possible(operand, view)
            return truth(true=found.missing, false=found.shape is not None or found.none is not None)
        case Has(operand, label):
            return holding(possible(operand, view), label)
        case TextTest(op, operand, text):
            return text_tested(op, possible(operand, view), possible(text, view))
        case Not(operand):
            return negation(possible(operand, view))
        case And(parts):
            result = truth(true=True, false=False)
            for part in parts:
                result = both(result, possible(part, view))
                if not (result.may_be_true or result.missing):
                    break
            return result
        case Or(parts):
            result = truth(true=False, false=True)
            for part in parts:
                result = one_of_both(result, possible(part, view))
                if result.surely_true:
                    break
            return result
        case _:
            assert_never(expr)


def _define(name: str, view: View) -> Possible:
    """A define, those that it reads first."""
    known, ground = view.defines, view.ground
    waiting = [name] if name not in known else []
    while waiting:
        if waiting[-1] in known:
            waiting.pop()
            continue
        expression = ground.base.policy.defines[waiting[-1]].expression
        unknown = [
            node.name
            for node in walk(expression)
            if isinstance(node, DefineRef) and node.name not in known and ground.depends(node)
        ]
        if unknown:
            waiting.extend(unknown)
        else:
            known[waiting.pop()] = possible(expression, view)
    return known[name]
