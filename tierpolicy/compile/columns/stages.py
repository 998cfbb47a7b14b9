"""A stage of a policy made ready for columns: what it asks, the kernel that answers, and what follows from that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from tierpolicy.cells.axes import TODAY, Axis
from tierpolicy.compile.columns.agreeing import agreed
from tierpolicy.compile.columns.asking import Answered, Asking, Ranked
from tierpolicy.compile.columns.choosing import Chosen, chosen_kernel
from tierpolicy.compile.columns.data import Coded, Column
from tierpolicy.compile.columns.facts import Facts, Held
from tierpolicy.compile.columns.kernel import Look, Tables, Words
from tierpolicy.compile.columns.ladders import ladder
from tierpolicy.compile.columns.lines import line
from tierpolicy.compile.columns.looks import look_at_coded, look_at_column, look_at_vec
from tierpolicy.compile.columns.packing import FirstAsked, packed
from tierpolicy.compile.columns.terms import value
from tierpolicy.compile.columns.unions import union_of
from tierpolicy.compile.columns.unknowns import unknown_axes
from tierpolicy.compile.normal import Decided, Normal
from tierpolicy.model.expressions import AttributeRef, FieldRef
from tierpolicy.model.types import SetOf
from tierpolicy.model.vocabulary import Direction


class Plan(Protocol):
    """How one attribute follows from what a kernel answered."""

    @property
    def decided(self) -> Decided: ...

    def settle(self, answered: Answered, facts: Facts) -> Held: ...


@dataclass(frozen=True, slots=True)
class Ready:
    """`told` is where something counts that has to be told (a drawn constant, a broken assumption). `unknown` are axes
    on which what is missing may leave a condition open; None: on all rows."""

    normal: Normal
    tables: Tables
    kernel: Chosen
    plans: tuple[Plan, ...]
    told: Ranked
    unknown: frozenset[int] | None

    @property
    def axes(self) -> frozenset[int]:
        """The axes that are looked at."""
        return frozenset(track.axis for track in self.tables.tracks) | (self.unknown or frozenset())

    def column_looks(self, columns: Mapping[str, Column]) -> list[Look | None]:
        """The looks at fields, for all rows; None for other tracks."""
        found: list[Look | None] = []
        for track in self.tables.tracks:
            axis = self.normal.axes.axes[track.axis]
            subject = axis.subject
            found.append(look_at_column(columns[subject.name], track, axis) if isinstance(subject, FieldRef) else None)
        return found

    def base(self, as_of: date) -> tuple[Words, list[int]]:
        """The masks of the day, and its place."""
        words, fixed = self.tables.valid, [-1] * len(self.tables.tracks)
        for group in self.tables.groups:
            track = self.tables.tracks[group.tracks[0]]
            axis = self.normal.axes.axes[track.axis]
            if axis.key == TODAY:
                place = int(track.places[axis.cells_of(as_of).bit_length() - 1])
                fixed[group.tracks[0]] = place
                words = words & group.masks[place]
        return words, fixed

    def decide(self, facts: Facts, looks: Sequence[Look | None], base: Words, fixed: Sequence[int]) -> None:
        """Decides the stage's attributes for a block."""
        every = [
            look if look is not None or place >= 0 else self._look(at, facts)
            for at, (look, place) in enumerate(zip(looks, fixed, strict=True))
        ]
        answered = self.kernel(every, base, fixed, facts.rows)
        for plan in self.plans:
            facts.decided[plan.decided.attribute.name] = plan.settle(answered, facts)
        facts.doubt(self.told.holds(answered, facts.rows))
        for number in self.unknown or ():
            subject = self.normal.axes.axes[number].subject
            if not isinstance(subject, FieldRef | AttributeRef):
                facts.doubt(value(subject, facts).missing)

    def _look(self, at: int, facts: Facts) -> Look:
        track = self.tables.tracks[at]
        axis: Axis = self.normal.axes.axes[track.axis]
        subject = axis.subject
        if isinstance(subject, AttributeRef):
            answer = facts.decided[subject.name].answer
            if isinstance(answer, Coded):
                return look_at_coded(answer, track, axis)
        return look_at_vec(value(subject, facts), track, axis)


def ready(normal: Normal, number: int, form: str) -> Ready:
    """A stage made ready."""
    asking = Asking(normal, number)
    stage = normal.stages[number]
    plans = tuple(_plan(decided, asking) for decided in stage.attributes)
    noted = [(clause.condition, 1) for decided in stage.attributes for clause in decided.clauses if clause.noted]
    told = asking.ranked(noted, 0)
    unknown = unknown_axes((condition.expr for condition in stage.conditions), normal)
    return _ready(normal, asking, plans, told, unknown, form)


def ready_alarms(normal: Normal, form: str) -> Ready | None:
    """The assumptions as a stage that decides nothing; None without any."""
    boxes = [box for alarm in normal.alarms for box in alarm.region]
    if not boxes:
        return None
    asking = Asking(normal, len(normal.stages) - 1)
    asking.sections.append(FirstAsked(boxes, [1] * len(boxes), 0))
    return _ready(normal, asking, (), Ranked(((0, None),), 0), frozenset(), form)


def _ready(
    normal: Normal, asking: Asking, plans: tuple[Plan, ...], told: Ranked, unknown: frozenset[int] | None, form: str
) -> Ready:
    today = normal.axes.numbers.get(TODAY)
    tables = packed(asking.sections, normal.axes, frozenset() if today is None else frozenset({today}))
    return Ready(normal, tables, chosen_kernel(tables, form), plans, told, unknown)


def _plan(decided: Decided, asking: Asking) -> Plan:
    attribute = decided.attribute
    if attribute.direction is Direction.NONE:
        return agreed(decided, asking)
    if isinstance(attribute.type, SetOf):
        return union_of(decided, asking)
    return ladder(decided, asking) if decided.ladder is not None else line(decided, asking)
