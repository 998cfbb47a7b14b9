"""`always C implies D`, `always C`, `never C` (language.md §7): a customer for whom it fails, or a proof."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tierpolicy.analysis.answer import Answer, Found, GaveUp, Question
from tierpolicy.analysis.claims import CUSTOMER, about, how_many, unless_about_nobody, where_true
from tierpolicy.analysis.goal import NOT_TRUE, TRUE_ONLY, All, Formula, Goal, Side, Truth
from tierpolicy.analysis.replay import decisions
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import Refutation, answer, brief, listed, not_proved
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related
from tierpolicy.model.expressions import AttributeRef, Expr
from tierpolicy.model.policy import Always, Never, Property
from tierpolicy.model.reads import read_by
from tierpolicy.model.values import MISSING
from tierpolicy.model.words import value_text
from tierpolicy.semantics.counting import Deliberation, without
from tierpolicy.semantics.evaluate import missing_fields, value_of
from tierpolicy.semantics.formula import standing

MOST_SHOWN = 4


def answers(session: Session) -> Iterator[Answer]:
    for stated in about(session, Always, Never):
        yield unless_about_nobody(session, stated, _answer(session, stated))


def _answer(session: Session, stated: Property) -> Answer:
    refutation = refutations(session, stated)[0]
    settled = session.settle(refutation.goal)
    reason = settled.reason if isinstance(settled, GaveUp) else ""
    name, unsettled = stated.origin.name, not_proved(stated, reason)
    return answer(session, name, refutation.goal, settled, refutation.wording, unsettled)


def refutations(session: Session, stated: Property) -> tuple[Refutation, ...]:
    """A customer who breaks the claim."""
    goal = Goal((Side(CUSTOMER, session.policy),), All((*where_true(stated, CUSTOMER), *_broken(stated))))
    return (Refutation(goal, partial(_refuted, stated, goal)),)


def _broken(stated: Property) -> tuple[Formula, ...]:
    """When a customer breaks the claim."""
    match stated.claim:
        case Always(condition, None):
            return (Truth(CUSTOMER, condition, NOT_TRUE),)
        case Always(condition, implied) if implied is not None:
            return (Truth(CUSTOMER, condition, TRUE_ONLY), Truth(CUSTOMER, implied, NOT_TRUE))
        case Never(condition):
            return (Truth(CUSTOMER, condition, TRUE_ONLY),)
        case _:
            raise AssertionError("no other claim is asked about here")


def _refuted(stated: Property, goal: Goal, found: Found) -> Diagnostic:
    deliberation = decisions(goal, found.cases)[CUSTOMER]
    blamed = _blamed(stated)
    return Diagnostic(
        codes.PROPERTY_FAILS,
        f"`{stated.origin.name}` does not hold: {_what_fails(stated, deliberation)}",
        stated.origin.span,
        help=_help(blamed, deliberation),
        related=_behind(blamed, deliberation),
    )


def _blamed(stated: Property) -> Expr:
    """The condition that should have come out otherwise."""
    claim = stated.claim
    assert isinstance(claim, Always | Never)
    return claim.implied if isinstance(claim, Always) and claim.implied is not None else claim.condition


def _what_fails(stated: Property, deliberation: Deliberation) -> str:
    blamed = _blamed(stated)
    text = brief(blamed)
    if isinstance(stated.claim, Never):
        return f"`{text}` is true for a customer"
    truth = "unknown" if value_of(blamed, deliberation.situation) is MISSING else "false"
    claim = stated.claim
    if isinstance(claim, Always) and claim.implied is not None:
        return f"`{text}` is {truth} for a customer with `{brief(claim.condition)}`"
    return f"`{text}` is {truth} for a customer"


def _help(blamed: Expr, deliberation: Deliberation) -> str:
    situation, policy = deliberation.situation, deliberation.policy
    if value_of(blamed, situation) is MISSING:
        fields = sorted(missing_fields(blamed, situation))[:MOST_SHOWN]
        if fields:
            return f"{listed(fields)} may be missing: say what holds then (`… or {fields[0]} is missing`)"
        return "its value has no result here: say what holds then"
    names = dict.fromkeys(node.name for node in read_by(blamed, policy) if isinstance(node, AttributeRef))
    decided = [
        f"`{name}` is decided as {value_text(situation.decided[name], policy.attributes[name].type)}"
        for name in list(names)[:MOST_SHOWN]
    ]
    return "; ".join([*decided, "change the rules, or the property"])


def _behind(blamed: Expr, deliberation: Deliberation) -> tuple[Related, ...]:
    """The statements that gave the decided attributes in the condition the values that they have."""
    names = dict.fromkeys(node.name for node in read_by(blamed, deliberation.policy) if isinstance(node, AttributeRef))
    found: list[Related] = []
    for name in names:
        parts, attribute = deliberation.parts[name], deliberation.policy.attributes[name]
        overridden = without(parts.grants, standing(parts))
        for given in (*without(parts.grants, overridden), *parts.caps, *parts.floors):
            value = value_text(given.value, attribute.type)
            found.append(Related(given.clause.span, f"`{given.statement.origin.name}` says {value} for `{name}`"))
    return tuple(found[:MOST_SHOWN])


QUESTION = Question("proving what always holds", how_many(Always, Never), answers)
