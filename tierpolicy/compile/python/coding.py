"""Attributes of which all clauses are constant, as bits of whole numbers.

What is given is bits of one number: a ladder of values is a thermometer (each value has the bits of all worse ones and
its own above them), a set has a bit for each label. Then the better of two values is `|`, a limit takes bits away, and
a baseline adds some: `grants & ~taken | floors`. What rules give to an attribute without direction has a bit for each
value, and each group that may be overridden has its own, so that overriding takes bits away too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tierpolicy.cells.cells import places
from tierpolicy.compile.normal import Clause, Decided
from tierpolicy.model.types import SetOf
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.vocabulary import Direction

MOST_KEPT = 16_384

K = TypeVar("K")
T = TypeVar("T")


class Table(dict[K, T]):
    """What follows from bits, or from another key; what isn't in it yet is worked out, and kept while there are few."""

    def __init__(self, worked_out: Callable[[K], T]) -> None:
        super().__init__()
        self.worked_out = worked_out

    def __missing__(self, key: K) -> T:
        value = self.worked_out(key)
        if len(self) < MOST_KEPT:
            self[key] = value
        return value


@dataclass(frozen=True, slots=True)
class Coded:
    """An attribute in bits. `added` are the bits that a grant or a baseline adds, `taken` those that a limit takes off,
    or a grant by what it overrides; `start` are there from the beginning. `table` turns the bits left into the value.
    Where `agreeing`, more than one bit left may be rules in conflict."""

    decided: Decided
    mask: int
    start: int
    table: Mapping[int, Known]
    added: Callable[[Clause], int]
    taken: Callable[[Clause], int]
    agreeing: bool = False


def coded(decided: Decided, shift: int) -> Coded | None:
    """The attribute in bits from `shift` on; None where what is said of it is calculated or added up."""
    if not decided.constant or decided.attribute.adds_up:
        return None
    if decided.ladder is not None:
        return _thermometer(decided, decided.ladder, shift)
    if decided.attribute.direction is Direction.NONE:
        return _agreeing(decided, shift)
    assert isinstance(decided.attribute.type, SetOf)
    return _set(decided, decided.attribute.type.labels, shift)


def _thermometer(decided: Decided, ladder: tuple[Known, ...], shift: int) -> Coded:
    bits = {_key(value): ((1 << at) - 1) << shift for at, value in enumerate(ladder)}
    mask = bits[_key(ladder[-1])]
    return Coded(
        decided,
        mask,
        bits[_key(decided.start)],
        {bits[_key(value)]: value for value in ladder},
        lambda clause: 0 if clause.kind == "value" else bits[_key(_value(clause))],
        lambda clause: mask & ~bits[_key(_value(clause))] if clause.kind == "value" else 0,
    )


def _set(decided: Decided, labels: tuple[str, ...], shift: int) -> Coded:
    """A bit for each label, and one for being offered at all where that may be."""
    places_of = {label: 1 << (shift + at) for at, label in enumerate(labels)}
    offered = 1 << (shift + len(labels)) if decided.attribute.or_none else 0
    mask = sum(places_of.values()) | offered

    def bits(value: Known) -> int:
        return offered | sum(places_of[label] for label in value) if isinstance(value, frozenset) else 0

    def taken(clause: Clause) -> int:
        match clause.kind:
            case "value" | "within":
                return mask & ~bits(_value(clause))
            case "without":
                return bits(_value(clause)) & ~offered
            case _:
                return 0

    def value_of(left: int) -> Known:
        if offered and not left & offered:
            return decided.start
        return frozenset(labels[at - shift] for at in places(left & ~offered))

    def added(clause: Clause) -> int:
        return bits(_value(clause)) if clause.kind in ("grant", "floor") else 0

    return Coded(decided, mask, bits(decided.start), Table(value_of), added, taken)


def _agreeing(decided: Decided, shift: int) -> Coded:
    """A bit for each value that is given, and another where a group gives it that may be overridden."""
    overridden = {group for clause in decided.grants for group in clause.overrides}
    numbers: dict[tuple[str, Known], int] = {}
    for clause in decided.grants:
        numbers.setdefault(_said(clause, overridden), len(numbers))
    values = [value for _, value in numbers]

    def taken(clause: Clause) -> int:
        return sum(1 << (shift + at) for (group, _), at in numbers.items() if group in clause.overrides)

    def value_of(left: int) -> Known:
        given = {values[at - shift] for at in places(left)}
        return given.pop() if len(given) == 1 else decided.start

    return Coded(
        decided,
        ((1 << len(numbers)) - 1) << shift,
        0,
        Table(value_of),
        lambda clause: 1 << (shift + numbers[_said(clause, overridden)]),
        taken,
        agreeing=len(values) > 1,
    )


def _said(clause: Clause, overridden: set[str]) -> tuple[str, Known]:
    return clause.group if clause.group in overridden else "", _value(clause)


def _value(clause: Clause) -> Known:
    assert clause.value is not None
    return clause.value


def _key(value: Known) -> Known:
    """`none` has one place on a ladder, whichever form it comes in."""
    return NotOffered.BELOW if isinstance(value, NotOffered) else value
