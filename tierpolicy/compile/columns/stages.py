"""A stage of a policy made ready for columns: what it asks, the kernel that answers, and what follows from that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tierpolicy.cells.axes import TODAY
from tierpolicy.compile.columns.agreeing import agreed
from tierpolicy.compile.columns.asking import Answered, Asking, Ranked
from tierpolicy.compile.columns.choosing import Chosen, chosen_kernel
from tierpolicy.compile.columns.data import Coded
from tierpolicy.compile.columns.facts import Facts, Held
from tierpolicy.compile.columns.kernel import Look, Tables
from tierpolicy.compile.columns.ladders import ladder
from tierpolicy.compile.columns.lines import line
from tierpolicy.compile.columns.looks import Sight, sight_of
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
    sights: tuple[Sight, ...]
    kernel: Chosen
    plans: tuple[Plan, ...]
    told: Ranked
    unknown: frozenset[int] | None

    @property
    def axes(self) -> frozenset[int]:
        """The axes that are looked at."""
        return frozenset(track.axis for track in self.tables.tracks) | (self.unknown or frozenset())

    def decide(self, facts: Facts) -> None:
        """Decides the stage's attributes for a block."""
        fixed = [-1] * len(self.sights)
        looks: list[Look | None] = []
        for at, sight in enumerate(self.sights):
            if sight.axis.key == TODAY:
                fixed[at] = sight.place_of(facts.as_of)
                looks.append(None)
            else:
                looks.append(_look(sight, facts))
        answered = self.kernel(looks, fixed, facts.rows)
        for plan in self.plans:
            facts.decided[plan.decided.attribute.name] = plan.settle(answered, facts)
        facts.tell(self.told.holds(answered, facts.rows))
        for number in self.unknown or ():
            subject = self.normal.axes.axes[number].subject
            if not isinstance(subject, FieldRef | AttributeRef):
                facts.doubt(value(subject, facts).missing)


def _look(sight: Sight, facts: Facts) -> Look:
    """Where the rows of a block stand."""
    subject = sight.axis.subject
    if isinstance(subject, FieldRef):
        return sight.at_column(facts.columns[subject.name])
    if isinstance(subject, AttributeRef):
        answer = facts.decided[subject.name].answer
        if isinstance(answer, Coded):
            return sight.at_coded(answer)
    return sight.at_vec(value(subject, facts))


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
    tables = packed(asking.sections, normal.axes)
    sights = tuple(sight_of(track, normal.axes.axes[track.axis]) for track in tables.tracks)
    return Ready(normal, tables, sights, chosen_kernel(tables, form), plans, told, unknown)


def _plan(decided: Decided, asking: Asking) -> Plan:
    attribute = decided.attribute
    if attribute.direction is Direction.NONE:
        return agreed(decided, asking)
    if isinstance(attribute.type, SetOf):
        return union_of(decided, asking)
    return ladder(decided, asking) if decided.ladder is not None else line(decided, asking)
