"""Whether a goal still holds for records that were changed a little, deciding no more than the goal looks at.

Most statements count for a changed record as they did before: only those that ask about what changed are asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tierpolicy.analysis.goal import Case, Goal
from tierpolicy.analysis.replay import formula_holds, within_range
from tierpolicy.analysis.witness.cone import Cone
from tierpolicy.cells.once import once
from tierpolicy.cells.reads import indexed
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Value
from tierpolicy.semantics.counting import Deliberation, parts_of
from tierpolicy.semantics.evaluate import Situation
from tierpolicy.semantics.formula import decided_value

Seen = Mapping[str, tuple[Case, Mapping[str, Value]]]
"""For each side a record that was decided there, and which statements counted: most of them count again for a record
that differs in a field or two."""


def held_within(goal: Goal, cones: Mapping[str, Cone], cases: tuple[Case, ...], seen: Seen) -> Seen | None:
    """The same as `replay.holds`, deciding only the attributes that the goal looks at; None where it doesn't hold."""
    if not within_range(goal, cases):
        return None
    decided = {
        side.name: _decided(side.policy, cases[side.record], cones[side.name], seen.get(side.name))
        for side in goal.sides
    }
    if not formula_holds(goal.formula, decided):
        return None
    return {side.name: (cases[side.record], decided[side.name].truths) for side in goal.sides}


def _decided(policy: Policy, case: Case, cone: Cone, seen: tuple[Case, Mapping[str, Value]] | None) -> Deliberation:
    deliberation = begun(policy, case, seen)
    decide_in(deliberation, cone.attributes)
    return deliberation


def begun(policy: Policy, case: Case, seen: tuple[Case, Mapping[str, Value]] | None) -> Deliberation:
    """A decision of which nothing is decided yet; which statements count is known as far as it is as it was `seen`."""
    deliberation = Deliberation(Situation(policy, case.values, case.as_of), indexed(policy))
    if seen is not None and seen[0].as_of == case.as_of:
        deliberation.truths.update(_still_true(_askers(policy), case, *seen))
    return deliberation


def decide_in(deliberation: Deliberation, names: Iterable[str]) -> None:
    """Decides attributes, given in the order of deciding, those that they read among them or decided before."""
    for name in names:
        attribute = deliberation.policy.attributes[name]
        parts = parts_of(attribute, deliberation)
        deliberation.parts[name] = parts
        deliberation.situation.decided[name] = decided_value(attribute, parts, deliberation.problems)


def _still_true(askers: _Askers, case: Case, before: Case, truths: Mapping[str, Value]) -> dict[str, Value]:
    """The truths of statements that ask about no field that changed, and about no decided attribute."""
    known = dict(truths)
    for name in askers.on_attributes:
        known.pop(name, None)
    for field, value in case.values.items():
        if value != before.values[field]:
            for name in askers.by_field.get(field, ()):
                known.pop(name, None)
    return known


@dataclass(frozen=True, slots=True)
class _Askers:
    """The names of the statements that ask about each field, and of those that ask about any decided attribute."""

    by_field: Mapping[str, tuple[str, ...]]
    on_attributes: tuple[str, ...]


@once
def _askers(policy: Policy) -> _Askers:
    by_field: dict[str, list[str]] = {}
    on_attributes: list[str] = []
    for name, read in indexed(policy).asked.items():
        for field in read.fields:
            by_field.setdefault(field, []).append(name)
        if read.attributes:
            on_attributes.append(name)
    return _Askers({field: tuple(names) for field, names in by_field.items()}, tuple(on_attributes))
