"""Conditions as regions: unions of boxes, where they are true or not false.

A box holds, for the axes that it asks something of, the cells that it allows; it asks nothing of the others. What
would take too many boxes is taken as a whole: a subject of its own, about which nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import assert_never

from tierpolicy.cells.atoms import DEEPEST, Atom, Met, alternatives, atom_of, key_of, known_atoms
from tierpolicy.cells.axes import Axes
from tierpolicy.cells.cells import Cells
from tierpolicy.model.expressions import And, Compare, Constant, DefineRef, Expr, FieldRef, In, IsMissing, Not, Or
from tierpolicy.model.policy import InForce
from tierpolicy.model.types import Flag

Box = Mapping[int, Cells]
Region = tuple[Box, ...]

EVERYWHERE: Region = ({},)
MOST_BOXES = 64
MANY_OPTIONS = 16
"""Of an `in`, to be looked up all at once."""


class Wanted(Enum):
    """Which truths of a condition a region is about."""

    TRUE = "true"
    FALSE = "false"
    NOT_TRUE = "not true"
    NOT_FALSE = "not false"


OF_THE_OPPOSITE = {
    Wanted.TRUE: Wanted.FALSE,
    Wanted.FALSE: Wanted.TRUE,
    Wanted.NOT_TRUE: Wanted.NOT_FALSE,
    Wanted.NOT_FALSE: Wanted.NOT_TRUE,
}


class TooMany(Exception):
    """The region would take too many boxes. Caught in this module."""


@dataclass(slots=True)
class Regions:
    """Finds regions on the axes of a policy, the same condition's once; `most` boxes each at most."""

    axes: Axes
    most: int = MOST_BOXES
    defines: dict[tuple[str, Wanted], Region | None] = field(default_factory=dict)
    atoms: dict[tuple[int, Wanted], tuple[Region, Atom]] = field(default_factory=dict)
    depth: int = 0
    met: Met = field(init=False)

    def __post_init__(self) -> None:
        self.met = known_atoms(self.axes.policy)

    def where(self, condition: Expr, wanted: Wanted, force: InForce) -> Region:
        """Where a statement's condition, false on the days on which it isn't in force, has a wanted truth."""
        days = self.axes.days(force)
        region = self.of(condition, wanted)
        if days is None:
            return region
        number, cells = days
        standing = _both(region, ({number: cells},) if cells else ())
        if wanted in (Wanted.TRUE, Wanted.NOT_FALSE):
            return standing
        rest = self.axes.axes[number].all & ~cells
        return (*standing, {number: rest}) if rest else standing

    def of(self, condition: Expr, wanted: Wanted) -> Region:
        """Where a condition has a wanted truth."""
        try:
            region = self._region(condition, wanted)
        except TooMany:
            return self.as_a_whole(condition, wanted)
        return region if len(region) <= self.most else self.as_a_whole(condition, wanted)

    def as_a_whole(self, condition: Expr, wanted: Wanted) -> Region:
        """The same as one cell of an axis of its own."""
        return self._region_of(Atom(key_of(condition), condition, FieldRef("·", condition.type), (), "itself"), wanted)

    def _region(self, expr: Expr, wanted: Wanted) -> Region:
        match expr:
            case Compare():  # what most conditions are made of
                return self._of_atom(atom_of(expr, self.axes.policy, self.met), wanted)
            case Not(operand):
                return self._region(operand, OF_THE_OPPOSITE[wanted])
            case And(parts):
                return self._joined(parts, wanted, every=wanted in (Wanted.TRUE, Wanted.NOT_FALSE))
            case Or(parts):
                return self._joined(parts, wanted, every=wanted in (Wanted.FALSE, Wanted.NOT_TRUE))
            case IsMissing(operand) if isinstance(operand.type, Flag):
                return self._whether_unknown(operand, wanted)
            case DefineRef(name):
                return self._define(expr, name, wanted)
            case In():
                among = self._labels_among(expr) if len(expr.options) >= MANY_OPTIONS else None
                if among is not None:
                    return self._on_axis(*among, wanted)
                return self._joined(alternatives(expr), wanted, every=wanted in (Wanted.FALSE, Wanted.NOT_TRUE))
            case _:
                return self._of_atom(atom_of(expr, self.axes.policy, self.met), wanted)

    def _labels_among(self, expr: In) -> tuple[int, Cells, Cells] | None:
        """The axis of a field without order, and the cells on which it is one of many constants, and none of them.

        The same as its alternatives together, of which each would have cells as wide as all of them.
        """
        first = atom_of(Compare("=", expr.operand, expr.options[0]), self.axes.policy, self.met)
        constant = all(isinstance(option, Constant) for option in expr.options)
        if not constant or not isinstance(first, Atom) or not isinstance(first.subject, FieldRef):
            return None
        number = self.axes.number_of(first)
        axis = self.axes.axes[number]
        if axis.line is not None or first.label is not None or axis.labels == (False, True):
            return None
        held = bytearray((axis.known >> 3) + 1)
        for option in expr.options:
            assert isinstance(option, Constant)
            place = axis.places.get(option.value)
            if place is None:
                return None
            held[place >> 3] |= 1 << (place & 7)
        true = int.from_bytes(held, "little")
        return number, true, ((1 << axis.known) - 1) & ~true

    def _joined(self, parts: Iterable[Expr], wanted: Wanted, every: bool) -> Region:
        if every:
            region = EVERYWHERE
            for part in parts:
                asked = self._region(part, wanted)
                region = _both(region, asked)
                if len(region) > 1:  # one box that both share allows on each axis what the narrower one does
                    region = self._trimmed(region)
                if not region:
                    return ()
            return region
        return self._trimmed(_either(box for part in parts for box in self._region(part, wanted)))

    def _trimmed(self, region: Region) -> Region:
        """The boxes without the axes of which they allow every cell."""
        axes = self.axes.axes
        trimmed = tuple(
            {axis: cells for axis, cells in box.items() if cells != axes[axis].all} if box else box for box in region
        )
        return EVERYWHERE if any(not box for box in trimmed) else trimmed

    def _whether_unknown(self, operand: Expr, wanted: Wanted) -> Region:
        """`is missing` of a condition is true or false, never unknown."""
        if wanted in (Wanted.TRUE, Wanted.NOT_FALSE):
            return _both(self._region(operand, Wanted.NOT_TRUE), self._region(operand, Wanted.NOT_FALSE))
        return self._trimmed(_either((*self._region(operand, Wanted.TRUE), *self._region(operand, Wanted.FALSE))))

    def _define(self, expr: DefineRef, name: str, wanted: Wanted) -> Region:
        key = name, wanted
        if key not in self.defines:
            if self.depth >= DEEPEST:  # a long chain of defines is no reason to go deep
                return self.as_a_whole(expr, wanted)
            self.depth += 1
            try:
                self.defines[key] = self._region(self.axes.policy.defines[name].expression, wanted)
            except TooMany:
                self.defines[key] = self.as_a_whole(expr, wanted)
            finally:
                self.depth -= 1
        region = self.defines[key]
        assert region is not None
        return region

    def _of_atom(self, atom: Atom | bool | None, wanted: Wanted) -> Region:
        if not isinstance(atom, Atom):
            return EVERYWHERE if _is(atom, wanted) else ()
        found = self.atoms.get((id(atom), wanted))
        if found is None:
            found = self.atoms[id(atom), wanted] = self._region_of(atom, wanted), atom
        return found[0]

    def _region_of(self, atom: Atom, wanted: Wanted) -> Region:
        return self._on_axis(*self.axes.truth(atom), wanted)

    def _on_axis(self, number: int, true: Cells, false: Cells, wanted: Wanted) -> Region:
        """The cells of one axis on which something true on some and false on some has a wanted truth."""
        everything = self.axes.axes[number].all
        match wanted:
            case Wanted.TRUE:
                cells = true
            case Wanted.FALSE:
                cells = false
            case Wanted.NOT_TRUE:
                cells = everything & ~true
            case Wanted.NOT_FALSE:
                cells = everything & ~false
            case _:
                assert_never(wanted)
        return EVERYWHERE if cells == everything else ({number: cells},) if cells else ()


def _is(truth: bool | None, wanted: Wanted) -> bool:
    match wanted:
        case Wanted.TRUE:
            return truth is True
        case Wanted.FALSE:
            return truth is False
        case Wanted.NOT_TRUE:
            return truth is not True
        case Wanted.NOT_FALSE:
            return truth is not False


# ---------------------------------------------------------------- boxes with boxes


def meet(one: Box, other: Box) -> Box | None:
    """What two boxes share; None where that is nothing."""
    if not one:
        return other
    shared = dict(one)
    for axis, cells in other.items():
        left = shared.get(axis, -1) & cells
        if not left:
            return None
        shared[axis] = left
    return shared


def _both(region: Region, other: Region) -> Region:
    if region is EVERYWHERE:
        return other
    if other is EVERYWHERE:
        return region
    if len(region) * len(other) > 16 * MOST_BOXES:
        raise TooMany
    shared = [box for one in region for each in other if (box := meet(one, each)) is not None]
    return _fewer(shared) if len(region) > 1 or len(other) > 1 else tuple(shared)


def _either(boxes: Iterable[Box]) -> Region:
    """The union; boxes that ask only one axis, the same, become one."""
    single: dict[int, Cells] = {}
    several: list[Box] = []
    for box in boxes:
        if not box:
            return EVERYWHERE
        if len(box) == 1:
            ((axis, cells),) = box.items()
            single[axis] = single.get(axis, 0) | cells
        else:
            several.append(box)
            if len(several) > 16 * MOST_BOXES:
                raise TooMany
    return _fewer([*({axis: cells} for axis, cells in single.items()), *several])


def _fewer(boxes: list[Box]) -> Region:
    """The boxes, those that another holds left out and those that differ in one axis joined."""
    changed = len(boxes) > 1
    while changed and len(boxes) <= 4 * MOST_BOXES:
        changed = False
        kept: list[Box] = []
        for box in boxes:
            for at, other in enumerate(kept):
                joined = _joined_box(box, other)
                if joined is not None:
                    kept[at] = joined
                    changed = True
                    break
            else:
                kept.append(box)
        boxes = kept
    if len(boxes) > MOST_BOXES:
        raise TooMany
    return tuple(boxes)


def apart(region: Region, axes: Axes) -> Region:
    """The same region in boxes of which no two share anything, perhaps many more."""
    found: list[Box] = []
    for box in region:
        rest = [box]
        for taken in found[:]:
            rest = [piece for each in rest for piece in _outside(each, taken, axes)]
        found += rest
    return tuple(found)


def _outside(box: Box, taken: Box, axes: Axes) -> Iterator[Box]:
    """What of a box lies outside another, in boxes apart from one another."""
    if meet(box, taken) is None:
        yield box
        return
    inside = dict(box)
    for axis, cells in taken.items():
        held = inside.get(axis, axes.axes[axis].all)
        if held & ~cells:
            yield {**inside, axis: held & ~cells}
        inside[axis] = held & cells


def _joined_box(one: Box, other: Box) -> Box | None:
    """One box for the union of two, where there is one."""
    if one.keys() == other.keys():
        apart = [axis for axis, cells in one.items() if other[axis] != cells]
        if len(apart) <= 1:
            return {**one, **{axis: one[axis] | other[axis] for axis in apart}}
    if _inside(one, other):
        return other
    return one if _inside(other, one) else None


def _inside(one: Box, other: Box) -> bool:
    return all(axis in one and not one[axis] & ~cells for axis, cells in other.items())
