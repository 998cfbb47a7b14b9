"""`customers with equal f, g get equal A` (language.md §7): a pair, equal in those, that is treated unequally."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tierpolicy.analysis.answer import Answer, Found, GaveUp, NoneSuch, Question, Settled
from tierpolicy.analysis.claims import ONE, OTHER, about, how_many, pair, unless_about_nobody, where_true
from tierpolicy.analysis.goal import All, Differs, Goal, Same
from tierpolicy.analysis.replay import decisions
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import Refutation, causes, listed, not_proved, shown
from tierpolicy.cells.reads import fields_behind
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import EqualTreatment, Property
from tierpolicy.model.words import value_text

MOST_NAMED = 4


def answers(session: Session) -> Iterator[Answer]:
    for stated in about(session, EqualTreatment):
        yield unless_about_nobody(session, stated, _answer(session, stated))


def _answer(session: Session, stated: Property) -> Answer:
    claim, name = stated.claim, stated.origin.name
    assert isinstance(claim, EqualTreatment)
    reason = ""
    for attribute, each in zip(claim.attributes, refutations(session, stated), strict=True):
        settled = _settled(session, claim, attribute, each.goal)
        if isinstance(settled, Found):
            return Answer(name, "refuted", diagnostic=shown(session, each.goal, settled, each.wording, name))
        if isinstance(settled, GaveUp):
            reason = settled.reason
    if reason:
        return Answer(name, "unknown", reason, not_proved(stated, reason))
    return Answer(name, "proved")


def refutations(session: Session, stated: Property) -> tuple[Refutation, ...]:
    """For each attribute a pair, equal in the names, who get different values of it."""
    claim = stated.claim
    assert isinstance(claim, EqualTreatment)
    goals = [(attribute, _goal(session, stated, claim, attribute)) for attribute in claim.attributes]
    return tuple(Refutation(goal, partial(_unequal, stated, attribute, goal)) for attribute, goal in goals)


def _goal(session: Session, stated: Property, claim: EqualTreatment, attribute: str) -> Goal:
    alike = tuple(Same(name, ONE, OTHER) for name in claim.names)
    conditions = where_true(stated, ONE, OTHER)
    return Goal(pair(session), All((*conditions, *alike, Differs(attribute, ONE, OTHER))), None)


def _settled(session: Session, claim: EqualTreatment, attribute: str, goal: Goal) -> Settled:
    names = frozenset(claim.names)
    if fields_behind(session.policy, attribute, names) <= names:
        return NoneSuch()  # all that decides the attribute is equal
    return session.settle(goal)


def _unequal(stated: Property, attribute: str, goal: Goal, found: Found) -> Diagnostic:
    claim = stated.claim
    assert isinstance(claim, EqualTreatment)
    sides = decisions(goal, found.cases)
    type_ = sides[ONE].policy.attributes[attribute].type
    got = [value_text(sides[side].situation.decided[attribute], type_) for side in (ONE, OTHER)]
    return Diagnostic(
        codes.UNEQUAL,
        f"`{stated.origin.name}` does not hold: of two customers with equal {listed(claim.names[:MOST_NAMED])}, one "
        f"gets {got[0]} for `{attribute}` and the other {got[1]}",
        stated.origin.span,
        help=_help(goal, found, attribute),
        related=causes(goal, found, ONE, OTHER, attribute),
    )


def _help(goal: Goal, found: Found, attribute: str) -> str:
    one, other = (case.values for case in found.cases)
    apart = [name for name in one if not _same(one[name], other[name])][:MOST_NAMED]
    if not apart:
        return "change the rules, or the property"
    return f"they differ in {listed(apart)}: add to the property what `{attribute}` may depend on, or change the rules"


def _same(one: object, other: object) -> bool:
    return one is other or one == other


QUESTION = Question("comparing customers that should be treated equally", how_many(EqualTreatment), answers)
