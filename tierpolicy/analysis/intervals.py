"""Between which bounds an expression's value lies, from the declared bounds of what it reads: cheap and sound."""

from __future__ import annotations

from dataclasses import dataclass, field

from tierpolicy.analysis.corners import (
    Interval,
    amount,
    between,
    calculated,
    called,
    range_of_type,
    shifted_by,
    within,
)
from tierpolicy.cells.ranges import days_of, limits_of
from tierpolicy.model.expressions import (
    Arithmetic,
    AttributeRef,
    Call,
    Constant,
    DefineRef,
    Expr,
    FieldRef,
    Negative,
    ParameterRef,
    ShiftMonths,
    Today,
    ToNumber,
    walk,
)
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.semantics.index import Index


@dataclass(slots=True)
class Intervals:
    """The intervals of a policy's expressions; defines are worked out once."""

    policy: Policy
    index: Index
    defines: dict[str, Interval | None] = field(default_factory=dict)
    attributes: dict[str, Interval | None] = field(default_factory=dict)

    def of(self, expr: Expr) -> Interval | None:
        """Between what an expression lies where it has a value; None where it isn't counted or measured."""
        whole = range_of_type(expr.type)
        if whole is None:
            return None
        match expr:
            case Constant(value):
                return _point(value) or whole
            case ParameterRef(name):
                return _point(self.policy.parameters[name].value) or whole
            case FieldRef(name):
                return between(*limits_of(self.policy.fields[name]), whole)
            case AttributeRef(name):
                return self._attribute(name) or whole
            case DefineRef(name):
                return self._define(name)
            case Today():
                return between(*days_of(self.policy), whole)
            case _:
                return self._calculated(expr, whole)

    def _define(self, name: str) -> Interval | None:
        """Innermost first: a long chain of defines needs no deep recursion."""
        waiting = [name] if name not in self.defines else []
        while waiting:
            expression = self.policy.defines[waiting[-1]].expression
            unknown = {node.name for node in walk(expression) if isinstance(node, DefineRef)} - self.defines.keys()
            if unknown:
                waiting.extend(unknown)
            else:
                self.defines[waiting.pop()] = self.of(expression)
        return self.defines[name]

    def _attribute(self, name: str) -> Interval | None:
        """An attribute is decided as one of the values that clauses say, or where it starts; in the policy's order, so
        that those that it reads are known."""
        if name not in self.attributes:
            for earlier in self.policy.order:
                if earlier not in self.attributes:
                    self.attributes[earlier] = self._decided(self.policy.attributes[earlier])
                if earlier == name:
                    break
        return self.attributes[name]

    def _decided(self, attribute: Attribute) -> Interval | None:
        whole = range_of_type(attribute.type)
        if whole is None:
            return None
        said = [self.of(clause.value) or whole for _, clause in self.index.clauses[attribute.name].all()]
        starts = [start for start in (amount(attribute.worst), amount(attribute.default)) if start is not None]
        low = min((*starts, *(each.low for each in said)), default=whole.low)
        high = max((*starts, *(each.high for each in said)), default=whole.high)
        bounds = between(attribute.low, attribute.high, whole)
        if attribute.adds_up:
            low, high = min(low, 0), whole.high
        return Interval(min(max(low, bounds.low), bounds.high), max(min(high, bounds.high), bounds.low))

    def _calculated(self, expr: Expr, whole: Interval) -> Interval:
        match expr:
            case ToNumber(operand) if (found := self.of(operand)) is not None:
                return Interval(float(found.low), float(found.high))
            case Negative(operand) if (found := self.of(operand)) is not None:
                return within(Interval(-found.high, -found.low), whole)
            case ShiftMonths(operand, months) if (found := self.of(operand)) is not None:
                return shifted_by(found, months, whole)
            case Arithmetic(_, left, right):
                one, other = self.of(left), self.of(right)
                if one is not None and other is not None:
                    return calculated(expr, one, other, whole)
            case Call(name, arguments):
                known = [found for argument in arguments if (found := self.of(argument)) is not None]
                if len(known) == len(arguments):
                    return called(name, known, [argument.type for argument in arguments], whole)
        return Interval(whole.low, whole.high, True)


def _point(value: Known) -> Interval | None:
    found = amount(value)
    return Interval(found, found) if found is not None else None
