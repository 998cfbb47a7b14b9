"""`service never depends on f`, and every `protected` field (language.md §7): a pair that differs in f alone.

Attribute by attribute: most are settled by looking at what the statements about them read. What was found for one
field and attribute is kept, so a property about a protected field costs nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tierpolicy.analysis.answer import Answer, Found, GaveUp, NoneSuch, Question, Settled
from tierpolicy.analysis.claims import ONE, OTHER, about, how_many, pair, unless_about_nobody, where_true
from tierpolicy.analysis.goal import All, Differs, Formula, Goal
from tierpolicy.analysis.replay import decisions, formula_holds
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import Refutation, Wording, causes, listed, not_proved, not_settled, shown
from tierpolicy.cells.reads import fields_behind
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import NeverDependsOn, Property
from tierpolicy.model.vocabulary import Field
from tierpolicy.model.words import value_text


def subjects(session: Session) -> int:
    return how_many(NeverDependsOn)(session) + len(_protected(session))


def answers(session: Session) -> Iterator[Answer]:
    for stated in about(session, NeverDependsOn):
        yield unless_about_nobody(session, stated, _of_property(session, stated))
    for field in _protected(session):
        yield _of_field(session, field)


def _protected(session: Session) -> tuple[Field, ...]:
    return tuple(field for field in session.policy.fields.values() if field.protected)


# ---------------------------------------------------------------- the two kinds of subjects


def _of_property(session: Session, stated: Property) -> Answer:
    claim, name = stated.claim, stated.origin.name
    assert isinstance(claim, NeverDependsOn)
    attribute, goal, settled = _first_moved(session, claim.field, claim.attributes, stated)
    match settled:
        case Found():
            wording = _worded(stated, attribute, goal)
            return Answer(name, "refuted", diagnostic=shown(session, goal, settled, wording, name))
        case GaveUp(reason):
            return Answer(name, "unknown", reason, not_proved(stated, reason))
        case NoneSuch():
            return Answer(name, "proved")


def refutations(session: Session, stated: Property) -> tuple[Refutation, ...]:
    """For each attribute a pair for whom the field alone makes it another."""
    claim = stated.claim
    assert isinstance(claim, NeverDependsOn)
    goals = [(attribute, _goal(session, claim.field, attribute, stated)) for attribute in claim.attributes]
    return tuple(Refutation(goal, _worded(stated, attribute, goal)) for attribute, goal in goals)


def _worded(stated: Property, attribute: str, goal: Goal) -> Wording:
    assert isinstance(stated.claim, NeverDependsOn)
    return partial(_of_claim, stated, stated.claim, attribute, goal)


def _of_field(session: Session, field: Field) -> Answer:
    service = tuple(name for name, attribute in session.policy.attributes.items() if not attribute.internal)
    attribute, goal, settled = _first_moved(session, field.name, service, None)
    match settled:
        case Found():
            wording = partial(_of_protected, field, service, attribute, goal)
            return Answer(field.name, "refuted", diagnostic=shown(session, goal, settled, wording, field.name))
        case GaveUp(reason):
            what = f"whether service depends on the protected field `{field.name}`"
            note = not_settled(what, reason, field.span, "compare customers in examples meanwhile")
            return Answer(field.name, "unknown", reason, note)
        case NoneSuch():
            return Answer(field.name, "proved")


# ---------------------------------------------------------------- settling


def _first_moved(
    session: Session, field: str, attributes: tuple[str, ...], stated: Property | None
) -> tuple[str, Goal, Settled]:
    """The first attribute that the field moves, with a pair; else one that stays open; else a proof of the last."""
    last: tuple[str, Goal, Settled] = "", Goal(pair(session), All(())), NoneSuch()
    for attribute in attributes:
        goal, settled = _settled(session, field, attribute, stated)
        if isinstance(settled, Found):
            return attribute, goal, settled
        if not isinstance(last[2], GaveUp):
            last = attribute, goal, settled
    return last


def _settled(session: Session, field: str, attribute: str, stated: Property | None) -> tuple[Goal, Settled]:
    where = stated.where if stated is not None else None
    goal = _goal(session, field, attribute, stated)
    if field not in fields_behind(session.policy, attribute):
        return goal, NoneSuch()  # nothing that decides the attribute reads the field
    return goal, session.remembered(("depends", field, attribute, where), lambda: session.settle(goal))


def _goal(session: Session, field: str, attribute: str, stated: Property | None) -> Goal:
    conditions: tuple[Formula, ...] = where_true(stated, ONE, OTHER) if stated is not None else ()
    return Goal(pair(session), All((*conditions, Differs(attribute, ONE, OTHER))), frozenset({field}))


# ---------------------------------------------------------------- words


def _of_claim(stated: Property, claim: NeverDependsOn, attribute: str, goal: Goal, found: Found) -> Diagnostic:
    return Diagnostic(
        codes.DEPENDS,
        f"`{stated.origin.name}` does not hold: {_difference(goal, found, claim.field, attribute)}",
        stated.origin.span,
        help=_also(goal, found, attribute, claim.attributes)
        + f"take `{claim.field}` out of what decides `{attribute}`, or change the property",
        related=causes(goal, found, ONE, OTHER, attribute),
    )


def _of_protected(field: Field, service: tuple[str, ...], attribute: str, goal: Goal, found: Found) -> Diagnostic:
    return Diagnostic(
        codes.PROTECTED_MATTERS,
        f"`{field.name}` is protected, yet {_difference(goal, found, field.name, attribute)}",
        field.span,
        help=_also(goal, found, attribute, service) + f"take `{field.name}` out of what decides `{attribute}`",
        related=causes(goal, found, ONE, OTHER, attribute),
    )


def _difference(goal: Goal, found: Found, field: str, attribute: str) -> str:
    """ "`priority` is high where `age` is 65 and normal where it is 64"."""
    sides = decisions(goal, found.cases)
    policy = sides[ONE].policy
    fact, decided = policy.fields[field].type, policy.attributes[attribute].type
    got = [value_text(sides[side].situation.decided[attribute], decided) for side in (ONE, OTHER)]
    had = [value_text(sides[side].situation.fields[field], fact) for side in (ONE, OTHER)]
    return f"`{attribute}` is {got[0]} where `{field}` is {had[0]} and {got[1]} where it is {had[1]}"


def _also(goal: Goal, found: Found, attribute: str, attributes: tuple[str, ...]) -> str:
    """The other attributes in which these two customers differ."""
    sides = decisions(goal, found.cases)
    moved = [name for name in attributes if name != attribute and formula_holds(Differs(name, ONE, OTHER), sides)]
    return f"so it is with {listed(moved)}; " if moved else ""


QUESTION = Question("looking for decisions that depend on what they must not", subjects, answers)
