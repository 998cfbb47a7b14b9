"""Raised facts as axes of a box: what stands for a fact's values as places, and back.

A fact of an ordered type is one axis. A set is an axis for each label that it could gain, 0 or 1, of those that the
policy tells apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tierpolicy.analysis.reach.possible import Between, Possible, Sets
from tierpolicy.analysis.reach.search import Box, Place
from tierpolicy.cells.line import RAISABLE, coordinate, place_of, value_at
from tierpolicy.cells.ranges import limits_of
from tierpolicy.model.expressions import AttributeRef, Compare, Constant, Expr, FieldRef, Has, In, ToNumber, walk
from tierpolicy.model.types import Flag, SetOf, Type
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.evaluate import Situation, value_of


@dataclass(frozen=True, slots=True)
class Fact:
    """A field that the customer can raise: from `before`, along `ranges`, an axis each. `labels` are those that a set
    could gain, in the order of its axes."""

    field: Field
    before: Value
    ranges: Box
    labels: tuple[str, ...] = ()

    @property
    def is_set(self) -> bool:
        return isinstance(self.field.type, SetOf)

    def within(self, ranges: Box) -> Possible:
        """All values of the fact in a part of its ranges."""
        if self.is_set:
            held = self.before if isinstance(self.before, frozenset) else frozenset()
            pairs = list(zip(self.labels, ranges, strict=True))
            surely = held.union(label for label, (low, _) in pairs if low)
            return Possible(Sets(surely, held.union(label for label, (_, high) in pairs if high)))
        ((low, high),) = ranges
        type_ = self.field.type
        return Possible(Between(coordinate(value_at(low, type_), type_), coordinate(value_at(high, type_), type_)))

    def value(self, places: Place) -> Known:
        """The fact's value at a place."""
        if self.is_set:
            held = self.before if isinstance(self.before, frozenset) else frozenset()
            return held.union(label for label, at in zip(self.labels, places, strict=True) if at)
        return value_at(places[0], self.field.type)

    def raised(self) -> Iterator[Box]:
        """The ranges in which something of the fact is raised, in parts that don't overlap."""
        if not self.is_set:
            yield self.ranges
            return
        for at in range(len(self.labels)):
            yield (*((0, 0),) * at, (1, 1), *((0, 1),) * (len(self.labels) - at - 1))


def fact_of(field: Field, before: Value, conditions: Iterable[Expr]) -> Fact | None:
    """The field as a fact that can be raised; None where there is no more of it. `conditions` are all that is asked."""
    if isinstance(field.type, SetOf):
        held = before if isinstance(before, frozenset) else frozenset()
        labels = tuple(label for label in labels_told_apart(field, conditions) if label not in held)
        return Fact(field, before, ((0, 1),) * len(labels), labels) if labels else None
    if not isinstance(field.type, RAISABLE):
        return None
    low, high = _bounds(field)
    if before is not MISSING:
        low = max(low, place_of(before, field.type) + 1)
    elif isinstance(field.type, Flag):
        low = 1
    return Fact(field, before, ((low, high),)) if low <= high else None


def _bounds(field: Field) -> tuple[int, int]:
    if isinstance(field.type, Flag):
        return 0, 1
    low, high = limits_of(field)
    assert low is not None
    assert high is not None
    return place_of(low, field.type), place_of(high, field.type)


# ---------------------------------------------------------------- what a policy compares a fact with


def labels_told_apart(field: Field, conditions: Iterable[Expr]) -> tuple[str, ...]:
    """The labels of a set that are asked for; all where the set is read in another way than by `has`."""
    assert isinstance(field.type, SetOf)
    asked: set[str] = set()
    for expr in conditions:
        nodes = list(walk(expr))
        by_label = [node for node in nodes if isinstance(node, Has) and _is(node.operand, field)]
        if len(by_label) < sum(1 for node in nodes if _is(node, field)):
            return field.type.labels
        asked.update(node.label for node in by_label)
    return tuple(label for label in field.type.labels if label in asked)


def _is(node: Expr, field: Field) -> bool:
    return isinstance(node, FieldRef) and node.name == field.name


def cuts_of(facts: Iterable[Field], conditions: Iterable[Expr], situation: Situation) -> Mapping[str, list[int]]:
    """For each fact the places at which a comparison with it turns, for the record at hand. Places that are missing
    here, or stand here for nothing, cost time and change no answer."""
    cuts: dict[str, set[int]] = {field.name: set() for field in facts}
    for expr in conditions:
        for node in walk(expr):
            match node:
                case Compare(_, left, right):
                    _note(left, right, cuts, situation)
                    _note(right, left, cuts, situation)
                case In(operand, options) if _bare(operand) is not None:
                    for option in options:
                        _note(operand, option, cuts, situation)
                case _:
                    pass
    return {name: sorted(places) for name, places in cuts.items()}


def _note(fact: Expr, other: Expr, cuts: dict[str, set[int]], situation: Situation) -> None:
    name = _bare(fact)
    if name not in cuts or isinstance(other, AttributeRef):
        return
    value = other.value if isinstance(other, Constant) else value_of(other, situation)
    type_: Type = fact.type
    if isinstance(value, bool | int | float | str) or hasattr(value, "toordinal"):
        place = _place(value, type_, fact)
        if place is not None:
            cuts[name].update((place, place + 1))


def _bare(expr: Expr) -> str | None:
    """The field that an expression is, as it stands or as a number."""
    match expr:
        case FieldRef(name) | ToNumber(FieldRef(name)):
            return name
        case _:
            return None


def _place(value: Value, type_: Type, fact: Expr) -> int | None:
    if value is MISSING:
        return None
    if isinstance(fact, ToNumber):
        return int(value) if isinstance(value, int | float) else None  # a whole number, compared with a number
    return place_of(value, type_)
