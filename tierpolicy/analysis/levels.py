"""The values of a decided attribute as few levels, within which no statement in question tells one from another.

Where all clauses about the attribute say constants, only these and the value where it starts come out: each is a level.
Elsewhere the constants that it is compared with cut its line into levels, one value standing for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tierpolicy.analysis.answer import GaveUp
from tierpolicy.analysis.corners import amount, range_of_type
from tierpolicy.analysis.session import Session
from tierpolicy.model.expressions import And, AttributeRef, Compare, Constant, Expr, In, ParameterRef, children
from tierpolicy.model.policy import Policy
from tierpolicy.model.reads import walk_through
from tierpolicy.model.types import Date, Number
from tierpolicy.model.values import MISSING, Known, NotOffered
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.semantics.lattice import drawn, goodness

MOST_LEVELS = 64


@dataclass(frozen=True, slots=True)
class Level:
    """`held` is true where the attribute is decided on this level; `value` stands for all of its values."""

    held: Expr
    value: Known


def levels_of(session: Session, attribute: Attribute, readers: Iterable[Expr]) -> tuple[Level, ...] | GaveUp:
    """The levels of an attribute with a direction as the readers tell them apart, the worst first."""
    found = _said(session, attribute)
    levels: Iterator[Level] | None
    if found is not None:
        levels = (Level(_compared(attribute, "=", value), value) for value in _sorted(attribute, found))
    else:
        levels = _cut(attribute, readers, session.policy)
    if levels is None:
        return GaveUp(f"`{attribute.name}` is calculated, and read otherwise than beside constants")
    few = tuple(levels)
    return few if len(few) <= MOST_LEVELS else GaveUp(f"`{attribute.name}` has too many values")


def _sorted(attribute: Attribute, values: Iterable[Known]) -> list[Known]:
    by_goodness = {goodness(attribute, value): value for value in values}
    return [by_goodness[key] for key in sorted(by_goodness)]


def _compared(attribute: Attribute, op: str, value: Known) -> Compare:
    return Compare(op, AttributeRef(attribute.name, attribute.type), Constant(value, attribute.type))  # type: ignore[arg-type]


# ---------------------------------------------------------------- all that is ever said


def _said(session: Session, attribute: Attribute) -> list[Known] | None:
    """Every value that the attribute can have; None where some are calculated."""
    assert attribute.worst is not MISSING
    values = [attribute.worst]
    for _, clause in session.index.clauses[attribute.name].all():
        value = _constant(clause.value, session.policy)
        if value is None or attribute.adds_up:
            return None
        values.append(drawn(attribute, value))
    return values


def _constant(expr: Expr, policy: Policy) -> Known | None:
    match expr:
        case Constant(value):
            return value
        case ParameterRef(name):
            return policy.parameters[name].value
        case _:
            return None


# ---------------------------------------------------------------- what it is compared with


def _cut(attribute: Attribute, readers: Iterable[Expr], policy: Policy) -> Iterator[Level] | None:
    cuts: list[Known] = []
    for expr in readers:
        for node in walk_through(expr, policy.defines):
            beside = _beside(node, attribute)
            if beside is None:
                continue
            constants = [_constant(other, policy) for other in beside]
            if None in constants:
                return None
            cuts += [value for value in constants if value is not None and not isinstance(value, NotOffered)]
    if not cuts or attribute.or_none or range_of_type(attribute.type) is None or isinstance(attribute.type, Date):
        return None
    return _between_cuts(attribute, _sorted(attribute, cuts))


def _beside(node: Expr, attribute: Attribute) -> Sequence[Expr] | None:
    """What the attribute is compared with in a node; itself, no constant, where it is read in another way."""

    def is_read(expr: Expr) -> bool:
        return isinstance(expr, AttributeRef) and expr.name == attribute.name

    match node:
        case Compare(_, left, right) if is_read(left) or is_read(right):
            return (right,) if is_read(left) else (left,)
        case In(operand, options) if is_read(operand):
            return options
        case _:
            return tuple(each for each in children(node) if is_read(each)) or None


def _between_cuts(attribute: Attribute, cuts: list[Known]) -> Iterator[Level]:
    """Below the first cut, each cut, between two, beyond the last; the worst first, those without a value left out."""
    whole = range_of_type(attribute.type)
    assert whole is not None
    points = sorted(point for cut in cuts if (point := amount(cut)) is not None)
    found = [Level(_compared(attribute, "=", point), point) for point in points]
    for low, high in zip((None, *points), (*points, None), strict=True):
        ends = [] if low is None else [_compared(attribute, ">", low)]
        ends += [] if high is None else [_compared(attribute, "<", high)]
        least, most = whole.low if low is None else low, whole.high if high is None else high
        value = least / 2 + most / 2 if isinstance(attribute.type, Number) else (int(least) + int(most)) // 2
        if least < value < most:
            found.append(Level(ends[0] if len(ends) == 1 else And(tuple(ends)), value))
    yield from sorted(found, key=lambda level: goodness(attribute, level.value))
