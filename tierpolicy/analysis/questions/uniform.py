"""Uniform service (language.md §7): under `government`, `charity` and `monopoly` no decision depends on what the
customer is worth, only on needs and the request. Asked of every attribute: a pair alike in needs and request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from tierpolicy.analysis.answer import Answer, Found, GaveUp, Question
from tierpolicy.analysis.claims import ONE, OTHER, pair
from tierpolicy.analysis.goal import Case, Differs, Goal
from tierpolicy.analysis.replay import decisions, holds
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import answer, causes, listed, not_settled
from tierpolicy.cells.reads import fields_behind
from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Policy
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.model.words import value_text


def subjects(session: Session) -> int:
    return len(_service(session.policy))


def answers(session: Session) -> Iterator[Answer]:
    policy = session.policy
    worth = frozenset(f.name for f in policy.fields.values() if not f.need and not f.of_request)
    for attribute in _service(policy):
        yield _answer(session, attribute, worth)


def _service(policy: Policy) -> tuple[Attribute, ...]:
    """What must be uniform: nothing in a business."""
    if policy.organization == "business":
        return ()
    return tuple(attribute for attribute in policy.attributes.values() if not attribute.internal)


def _answer(session: Session, attribute: Attribute, worth: frozenset[str]) -> Answer:
    goal = Goal(pair(session), Differs(attribute.name, ONE, OTHER), worth)
    if worth.isdisjoint(fields_behind(session.policy, attribute.name)):
        return Answer(attribute.name, "proved")
    settled = session.settle(goal)
    if isinstance(settled, Found):
        settled = least_apart(goal, settled, worth)
        goal = replace(goal, differing=frozenset(apart_in(settled)))
    reason = settled.reason if isinstance(settled, GaveUp) else ""
    unsettled = not_settled(
        f"whether `{attribute.name}` is the same for all with equal needs",
        reason,
        attribute.span,
        "compare customers in examples meanwhile",
    )
    return answer(session, attribute.name, goal, settled, partial(_not_uniform, attribute, goal), unsettled)


# ---------------------------------------------------------------- which fields make the difference


def least_apart(goal: Goal, found: Found, fields: frozenset[str]) -> Found:
    """The same pair with few differences: one field after the other is made equal as long as the goal holds."""
    one, other = found.cases
    for name in sorted(fields):
        if one.values[name] == other.values[name]:
            continue
        nearer = Case({**other.values, name: one.values[name]}, other.as_of)
        if holds(goal, (one, nearer)):
            other = nearer
    return Found((one, other))


def apart_in(found: Found) -> tuple[str, ...]:
    """The fields in which a pair differs."""
    one, other = (case.values for case in found.cases)
    return tuple(name for name in one if one[name] != other[name])


def _not_uniform(attribute: Attribute, goal: Goal, found: Found) -> Diagnostic:
    sides = decisions(goal, found.cases)
    policy = sides[ONE].policy
    got = [value_text(sides[side].situation.decided[attribute.name], attribute.type) for side in (ONE, OTHER)]
    apart = apart_in(found)
    differences = []
    for name in apart[:3]:
        had = [value_text(case.values[name], policy.fields[name].type) for case in found.cases]
        differences.append(f"`{name}` ({had[0]} and {had[1]})")
    one_of = f"`{apart[0]}`" if len(apart) == 1 else listed(apart[:3])
    return Diagnostic(
        codes.NOT_UNIFORM,
        f"service is not uniform: `{attribute.name}` is {got[0]} for one and {got[1]} for another, who differ in "
        + " and ".join(differences),
        attribute.span,
        help=f"a {policy.organization} serves all alike: take {one_of} out of what decides `{attribute.name}`, or "
        "declare the field a `need` if that is what it is",
        related=causes(goal, found, ONE, OTHER, attribute.name),
    )


QUESTION = Question("asking whether service is uniform", subjects, answers, "service is uniform")
