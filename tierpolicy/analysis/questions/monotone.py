"""`more f never lowers A` (language.md §7): a pair that differs in f alone, of which who has more gets less.

Most such properties are settled by the text: where f only opens grants and closes limits, nothing can fall as it rises.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tierpolicy.analysis.answer import Answer, Found, GaveUp, NoneSuch, Question, Settled
from tierpolicy.analysis.claims import ONE, OTHER, about, how_many, pair, unless_about_nobody, where_true
from tierpolicy.analysis.goal import All, Goal, More, NotAsGood
from tierpolicy.analysis.polarity import Move, Polarity
from tierpolicy.analysis.replay import Decided, decisions, formula_holds
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import Refutation, causes, listed, not_proved, shown
from tierpolicy.cells.reads import fields_behind
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import NeverLowers, Property
from tierpolicy.model.types import SetOf
from tierpolicy.model.words import value_text


def answers(session: Session) -> Iterator[Answer]:
    for stated in about(session, NeverLowers):
        yield unless_about_nobody(session, stated, _answer(session, stated))


def _answer(session: Session, stated: Property) -> Answer:
    claim, name = stated.claim, stated.origin.name
    assert isinstance(claim, NeverLowers)
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
    """For each attribute a pair for whom more of the field lowers it."""
    claim = stated.claim
    assert isinstance(claim, NeverLowers)
    goals = [(attribute, _goal(session, stated, claim, attribute)) for attribute in claim.attributes]
    return tuple(Refutation(goal, partial(_lowered, stated, claim, attribute, goal)) for attribute, goal in goals)


def _goal(session: Session, stated: Property, claim: NeverLowers, attribute: str) -> Goal:
    """From one customer to another who has more (or less) of the field and gets less."""
    greater, lesser = (OTHER, ONE) if claim.direction == "more" else (ONE, OTHER)
    parts = (More(claim.field, greater, lesser), NotAsGood(attribute, OTHER, ONE))
    return Goal(pair(session), All((*where_true(stated, ONE, OTHER), *parts)), frozenset({claim.field}))


def _settled(session: Session, claim: NeverLowers, attribute: str, goal: Goal) -> Settled:
    if claim.field not in fields_behind(session.policy, attribute):
        return NoneSuch()
    polarity = session.remembered(
        ("polarity", claim.field), lambda: Polarity(session.policy, session.index, claim.field)
    )
    kept = Move.UP if claim.direction == "more" else Move.DOWN
    if polarity.decision(attribute) in (Move.CONSTANT, kept):
        return NoneSuch()
    return session.settle(goal)


def _lowered(stated: Property, claim: NeverLowers, attribute: str, goal: Goal, found: Found) -> Diagnostic:
    sides = decisions(goal, found.cases)
    policy = sides[ONE].policy
    fact, decided = policy.fields[claim.field].type, policy.attributes[attribute].type
    had = [value_text(sides[side].situation.fields[claim.field], fact) for side in (ONE, OTHER)]
    got = [value_text(sides[side].situation.decided[attribute], decided) for side in (ONE, OTHER)]
    verb = "changes" if isinstance(fact, SetOf) else "rises" if claim.direction == "more" else "falls"
    others = [name for name in claim.attributes if name != attribute and _is_lowered(sides, name)]
    also = f"so it is with {listed(others)}; " if others else ""
    return Diagnostic(
        codes.MORE_LOWERS,
        f"`{stated.origin.name}` does not hold: `{attribute}` gets worse, from {got[0]} to {got[1]}, "
        f"where `{claim.field}` {verb} from {had[0]} to {had[1]}",
        stated.origin.span,
        help=also + "change what the rules and limits ask of it, or the property",
        related=causes(goal, found, ONE, OTHER, attribute),
    )


def _is_lowered(sides: Decided, attribute: str) -> bool:
    """For these two customers."""
    return formula_holds(NotAsGood(attribute, OTHER, ONE), sides)


QUESTION = Question("asking whether more can mean less", how_many(NeverLowers), answers)
