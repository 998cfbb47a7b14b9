"""The axes of a policy: every subject of its atoms with the cells that its constants cut.

What an atom is on a cell is what the plain evaluator says of the cell's representative. That is exact, as an axis is
cut at every constant that its subject is compared with; so for each atom a handful of representatives is asked.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from tierpolicy.cells.atoms import SLOT, Atom, cut_key, is_real, may_be_none
from tierpolicy.cells.cells import Cells, Key, Line, labels_of, line, ordinary, other_forms
from tierpolicy.cells.ranges import days_of, limits_of, may_be_missing
from tierpolicy.model.expressions import AttributeRef, Expr, FieldRef, Today
from tierpolicy.model.policy import InForce, Policy
from tierpolicy.model.types import Flag, Type, is_ordered
from tierpolicy.model.values import MISSING, Known, Value, order_key
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.source import Span

TODAY = ("Today",)


@dataclass(slots=True)
class Axis:
    """`line` for ordered types, else `labels`; `others` are the representatives of the cells after the known ones.
    `label` where the axis says whether a set holds it."""

    key: Hashable
    subject: Expr
    label: str | None
    line: Line | None
    labels: tuple[Known, ...]
    others: tuple[Value, ...]
    places: Mapping[Known, int]

    @property
    def known(self) -> int:
        """How many known cells there are."""
        return len(self.line.starts) if self.line is not None else len(self.labels)

    @property
    def all(self) -> Cells:
        return (1 << (self.known + len(self.others))) - 1

    @property
    def missing(self) -> Cells:
        """The cell of what is missing; none where that can't be."""
        return 1 << (self.known + len(self.others) - 1) if self.others and self.others[-1] is MISSING else 0

    @property
    def real(self) -> bool:
        """True where some record has any of the cells, whatever its cells on other real axes."""
        return is_real(self.subject)

    def value(self, cell: int) -> Value:
        """The representative of a cell."""
        if cell >= self.known:
            return self.others[cell - self.known]
        if self.line is None:
            return self.labels[cell]
        return ordinary(self.line.starts[cell], self.line.ends[cell], self.subject.type)

    def cells_of(self, value: Value) -> Cells:
        """The cell that holds a value."""
        if value in self.others:
            return 1 << (self.known + self.others.index(value))
        if self.line is None:
            assert value is not MISSING
            return 1 << self.places.get(value, self.known - 1)
        assert value is not MISSING
        return self.line.around(order_key(value, self.subject.type)[1])


@dataclass(slots=True)
class Axes:
    """The axes of a policy, numbered; more are added for conditions that are taken as a whole.

    `remembered` is how many bytes the cells of the comparisons in `truths` take, about.
    """

    policy: Policy
    calendar: tuple[date, date]
    axes: list[Axis] = field(default_factory=list)
    numbers: dict[Hashable, int] = field(default_factory=dict)
    truths: dict[tuple[Hashable, Hashable], tuple[int, Cells, Cells]] = field(default_factory=dict)
    remembered: int = 0
    situation: Situation = field(init=False)

    def __post_init__(self) -> None:
        self.situation = Situation(self.policy, {}, date.min)

    @property
    def real(self) -> frozenset[int]:
        """The axes of which records have any cell."""
        return frozenset(number for number, axis in enumerate(self.axes) if axis.real)

    @property
    def sizes(self) -> list[tuple[int, Cells]]:
        """Of each axis the number of known cells, and all its cells."""
        return [(axis.known, axis.all) for axis in self.axes]

    def truth(self, atom: Atom) -> tuple[int, Cells, Cells]:
        """The atom's axis and the cells on which it is true and false; on the others it is unknown."""
        name = (atom.axis, atom.name)
        found = self.truths.get(name)
        if found is None:
            number = self.number_of(atom)
            found = self.truths[name] = (number, *self._read(atom, self.axes[number]))
            self.remembered += self.axes[number].known // 4
        return found

    def forget(self) -> None:
        """Forgets the cells of comparisons; whoever asks again finds them anew."""
        self.truths.clear()
        self.remembered = 0

    def number_of(self, atom: Atom) -> int:
        if atom.axis not in self.numbers:
            self.add(atom.axis, atom.subject, atom.label, frozenset(atom.mentioned), frozenset())
        return self.numbers[atom.axis]

    def add(
        self, key: Hashable, subject: Expr, label: str | None, mentioned: frozenset[Known], cuts: frozenset[Key]
    ) -> None:
        self.axes.append(_axis(key, subject, label, mentioned, cuts, self))
        self.numbers[key] = len(self.axes) - 1

    def days(self, force: InForce) -> tuple[int, Cells] | None:
        """The axis of the day and the cells of it on which a statement stands; None for one that always does."""
        number = self.numbers.get(TODAY)
        if number is None or (force.start is None and force.end is None):
            return None
        axis = self.axes[number]
        assert axis.line is not None
        cells = axis.all
        if force.start is not None:
            cells &= ~axis.line.below(force.start.toordinal())
        if force.end is not None:
            cells &= ~axis.line.above(force.end.toordinal())
        return number, cells

    def _read(self, atom: Atom, axis: Axis) -> tuple[Cells, Cells]:
        true = false = 0
        for cells, value in _stretches(atom, axis):
            if axis.label is not None and isinstance(value, bool):
                value = frozenset({axis.label} if value else ())
            self.situation.fields = {SLOT: value}
            truth = value_of(atom.probe, self.situation)
            if truth is True:
                true |= cells
            elif truth is False:
                false |= cells
        return true, false


def _stretches(atom: Atom, axis: Axis) -> Iterator[tuple[Cells, Value]]:
    """Cells on which the atom can't but be one thing, with a representative of each stretch."""
    for at, value in enumerate(axis.others):
        yield 1 << (axis.known + at), value
    if axis.line is None:
        told_apart = axis.labels if axis.labels == (False, True) else atom.mentioned
        rest = (1 << axis.known) - 1
        for value in told_apart:
            if value not in axis.places:
                continue
            cell = 1 << axis.places[value]
            rest &= ~cell
            yield cell, value
    else:
        rest = (1 << axis.known) - 1
        for key in sorted(key for key in (cut_key(value, atom) for value in atom.mentioned) if key is not None):
            for cells in (rest & axis.line.below(key), axis.line.at(key)):
                rest &= ~cells
                if cells:
                    yield cells, axis.value((cells & -cells).bit_length() - 1)
    if rest:
        yield rest, axis.value((rest & -rest).bit_length() - 1)


# ---------------------------------------------------------------- which axes there are


def axes_of(
    policy: Policy, atoms: Iterator[Atom], days: list[InForce], calendar: tuple[date, date] | None = None
) -> Axes:
    """The axes that the atoms ask for, cut at all that they mention; the day also where statements begin and end.

    `calendar` is the first and the last day of that axis: those on which the policy is in effect, where not given.
    """
    subjects: dict[Hashable, Atom] = {}
    mentioned: dict[Hashable, set[Known]] = {}
    cuts: dict[Hashable, set[Key]] = {}
    met: dict[int, Atom] = {}
    for atom in atoms:
        if id(atom) in met:  # one that says the same is the same
            continue
        met[id(atom)] = atom
        subjects.setdefault(atom.axis, atom)
        mentioned.setdefault(atom.axis, set()).update(atom.mentioned)
        cuts.setdefault(atom.axis, set()).update(
            key for key in (cut_key(value, atom) for value in atom.mentioned) if key is not None
        )
    bounds = {day.toordinal() for force in days for day in (force.start, force.end) if day is not None}
    axes = Axes(policy, calendar or days_of(policy))
    for key, atom in subjects.items():
        at = cuts[key] | bounds if key == TODAY else cuts[key]
        axes.add(key, atom.subject, atom.label, frozenset(mentioned[key]), frozenset(at))
    if bounds and TODAY not in subjects:
        axes.add(TODAY, Today(), None, frozenset(), frozenset(bounds))
    return axes


def _axis(
    key: Hashable,
    subject: Expr,
    label: str | None,
    mentioned: frozenset[Known],
    cuts: frozenset[Key],
    axes: Axes,
) -> Axis:
    type_: Type = Flag() if label is not None else subject.type
    none, missing, low, high = _range(subject, axes)
    others = tuple(other_forms(none and label is None, missing))
    if not is_ordered(type_):
        if isinstance(subject, FieldRef):
            mentioned -= {""}  # an empty text is read as missing
        labels = tuple(labels_of(type_, mentioned))
        return Axis(key, subject, label, None, labels, others, {value: at for at, value in enumerate(labels)})
    start, end = (order_key(bound, type_)[1] for bound in (low, high) if bound is not None)
    return Axis(key, subject, label, line(cuts, start, end, type_), (), others, {})


def _range(subject: Expr, axes: Axes) -> tuple[bool, bool, Known | None, Known | None]:
    """Whether the subject may be `none`, whether it may be missing, and its least and greatest value."""
    policy = axes.policy
    match subject:
        case FieldRef(name):
            held = policy.fields[name]
            return False, may_be_missing(held), *limits_of(held)
        case Today():
            return False, False, *axes.calendar
        case AttributeRef(name):
            return policy.attributes[name].or_none, False, *_limits_of_type(subject.type)
        case _:
            return may_be_none(subject, policy), True, *_limits_of_type(subject.type)


def _limits_of_type(type_: Type) -> tuple[Known | None, Known | None]:
    return limits_of(Field("", type_, Span("", 0, 0)))
