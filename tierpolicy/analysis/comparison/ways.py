"""In which ways the value of one attribute can move from the old policy to the new one, each as a formula.

Where both declare the attribute alike, "better" and "worse" are the attribute's own order. Where a label was added or
removed, labels are compared by name: one is above another where an order says so, or the two orders together through a
label that both know. Labels that neither order tells apart are another value, neither better nor worse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from tierpolicy.analysis.comparison.side_by_side import MOST_LABELS, NEW, OLD
from tierpolicy.analysis.goal import NOT_TRUE, TRUE_ONLY, All, Any, Differs, Formula, Neither, NotAsGood, Truth
from tierpolicy.model.expressions import AttributeRef, Compare, CompareOp, Constant, Expr, Has
from tierpolicy.model.types import Choice, Scale, SetOf
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.vocabulary import Attribute, Direction

Way = Literal["better", "worse", "different"]


def not_compared(old: Attribute, new: Attribute) -> str:
    """Why values of the two can't be compared, in words that follow "not compared: "; '' where they can."""
    one, other = old.type, new.type
    if old.direction is not new.direction:
        return f"it was {old.direction.value} and is {new.direction.value}"
    if one == other:
        return ""
    if type(one) is not type(other):
        return "its type is another one"
    if not isinstance(one, Scale | Choice | SetOf) or not isinstance(other, Scale | Choice | SetOf):
        return ""
    if max(len(one.labels), len(other.labels)) > MOST_LABELS:
        return f"its labels are others, and more than {MOST_LABELS}"
    if not isinstance(one, Scale) or old.direction is Direction.NONE:
        return ""
    common = _common(old, new)
    if not common:
        return "none of its labels is one of before"
    return "" if common == _common(new, old) else "its labels stand in another order"


def ways(old: Attribute, new: Attribute) -> Mapping[Way, Formula]:
    """Each way in which somebody's value may move. Of a customer for whom none of them holds the value is the same."""
    name = old.name
    directed = old.direction is not Direction.NONE
    if isinstance(old.type, Scale) and isinstance(new.type, Scale) and old.type != new.type:
        return _by_labels(old, new) if directed else {"different": Neither(_same(old, new))}
    if not directed:
        return {"different": Differs(name, NEW, OLD)}
    if old.type != new.type:
        return {"better": _lacks(old, OLD, new, NEW), "worse": _lacks(new, NEW, old, OLD)}
    return {"better": NotAsGood(name, OLD, NEW), "worse": NotAsGood(name, NEW, OLD)}


# ---------------------------------------------------------------- scales with other labels


def _by_labels(old: Attribute, new: Attribute) -> Mapping[Way, Formula]:
    better, worse = _below(old, OLD, new, NEW), _below(new, NEW, old, OLD)
    return {"better": better, "worse": worse, "different": Neither(Any((_same(old, new), better, worse)))}


def _below(one: Attribute, side: str, other: Attribute, than: str) -> Formula:
    """The value on `side` is below the other: a label that both know lies between, or is one of them."""
    found: list[Formula] = []
    for label in _common(one, other):
        found.append(All((_is(one, side, "<", label), _is(other, than, ">=", label))))
        found.append(All((_is(one, side, "<=", label), _is(other, than, ">", label))))
    found.extend(_only_none(one, side, other, than))
    return Any(tuple(found))


def _same(old: Attribute, new: Attribute) -> Formula:
    """One label, or `none` on both sides."""
    found = [All((_is(old, OLD, "=", label), _is(new, NEW, "=", label))) for label in _common(old, new)]
    if old.or_none and new.or_none:
        found.append(All((_is_none(old, OLD), _is_none(new, NEW))))
    return Any(tuple(found))


def _common(one: Attribute, other: Attribute) -> list[str]:
    assert isinstance(one.type, Scale | SetOf)
    assert isinstance(other.type, Scale | SetOf)
    return [label for label in one.type.labels if label in other.type.labels]


def _only_none(one: Attribute, side: str, other: Attribute, than: str) -> Iterator[Formula]:
    """Not offered on `side`, and offered by the other."""
    if one.or_none:
        yield All((_is_none(one, side), Neither(_is_none(other, than)))) if other.or_none else _is_none(one, side)


# ---------------------------------------------------------------- sets with other labels


def _lacks(one: Attribute, side: str, other: Attribute, than: str) -> Formula:
    """The set on `side` lacks a label that the other has."""
    assert isinstance(one.type, SetOf)
    assert isinstance(other.type, SetOf)
    found: list[Formula] = []
    for label in other.type.labels:
        has = Truth(than, Has(_ref(other), label), TRUE_ONLY)
        here = Truth(side, Has(_ref(one), label), NOT_TRUE)
        found.append(All((has, here)) if label in one.type.labels else has)
    found.extend(_only_none(one, side, other, than))
    return Any(tuple(found))


# ---------------------------------------------------------------- one comparison


def _is(attribute: Attribute, side: str, op: CompareOp, value: Known) -> Formula:
    return Truth(side, Compare(op, _ref(attribute), Constant(value, attribute.type)), TRUE_ONLY)


def _is_none(attribute: Attribute, side: str) -> Formula:
    return _is(attribute, side, "=", NotOffered.BELOW)


def _ref(attribute: Attribute) -> Expr:
    return AttributeRef(attribute.name, attribute.type)
