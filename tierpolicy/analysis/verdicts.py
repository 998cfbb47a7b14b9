"""From what an engine says of a goal to an answer: one road for every question that looks for records.

A finding is worded from the cases of its witness, made as simple as they get before anyone words them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from tierpolicy.analysis.answer import Answer, Found, GaveUp, NoneSuch, Settled
from tierpolicy.analysis.goal import Goal
from tierpolicy.analysis.replay import decisions
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.witness.people import simplified, witness_of
from tierpolicy.diagnostics.codes import properties, rules
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import Policy, Property
from tierpolicy.model.values import equal
from tierpolicy.model.words import expression_text, value_text
from tierpolicy.semantics.counting import Deliberation, Given
from tierpolicy.source import Span

Wording = Callable[[Found], Diagnostic]


@dataclass(frozen=True, slots=True)
class Refutation:
    """One way in which a property may fail: the records that show it, and how that is worded."""

    goal: Goal
    wording: Wording


MOST_RELATED = 6
LONGEST_TEXT = 100
"""Characters of an expression in a message."""


def answer(
    session: Session, subject: str, goal: Goal, settled: Settled, wording: Wording, unsettled: Diagnostic
) -> Answer:
    """The answer to a goal that nobody should meet. `unsettled` is the note for when it stays open."""
    match settled:
        case NoneSuch():
            return Answer(subject, "proved")
        case GaveUp(reason):
            return Answer(subject, "unknown", reason, unsettled)
        case Found():
            return Answer(subject, "refuted", diagnostic=shown(session, goal, settled, wording, subject))
        case _:
            assert_never(settled)


def shown(session: Session, goal: Goal, found: Found, wording: Wording, about: str = "") -> Diagnostic:
    """The finding, in words of its simplified witness, with the witness; `about` names the examples."""
    simple = simplified(goal, found.cases, session)
    return replace(wording(Found(simple)), witness=witness_of(goal, simple, session, about).as_data())


def not_proved(stated: Property, reason: str) -> Diagnostic:
    """The note about a property that could not be settled."""
    help = "split it into simpler properties, or test it with examples"
    if reason.startswith("it took longer"):
        help = f"give it more time with `--timeout`, {help}"
    return Diagnostic(
        properties.NOT_PROVED,
        f"`{stated.origin.name}` could not be proved: {reason}",
        stated.origin.span,
        help=f"nor was a customer found for whom it fails; {help}",
    )


def not_settled(what: str, reason: str, span: Span | None, help: str) -> Diagnostic:
    """The note about another question that could not be settled; `what` is the question: "whether … "."""
    return Diagnostic(rules.NOT_SETTLED, f"it could not be settled {what}: {reason}", span, help=help)


# ---------------------------------------------------------------- what makes the difference between two decisions


def causes(goal: Goal, found: Found, one: str, other: str, attribute: str) -> tuple[Related, ...]:
    """The statements about an attribute that count on one side only, or that say something else there."""
    sides = decisions(goal, found.cases)
    first, second = said_of(sides[one], attribute), said_of(sides[other], attribute)
    policy = sides[one].policy
    return tuple([*_only_in(first, second, policy, one), *_only_in(second, first, policy, other)][:MOST_RELATED])


def said_of(deliberation: Deliberation, attribute: str) -> tuple[Given, ...]:
    parts = deliberation.parts[attribute]
    return (*parts.grants, *parts.caps, *parts.floors)


def _only_in(givens: Iterable[Given], others: Iterable[Given], policy: Policy, side: str) -> Iterable[Related]:
    there = {id(given.clause): given.value for given in others}
    for given in givens:
        clause = given.clause
        if id(clause) not in there or not equal(there[id(clause)], given.value):
            value = value_text(given.value, policy.attributes[clause.attribute].type)
            yield Related(clause.span, f"`{given.statement.origin.name}` says {value} for {side}")


def brief(expr: Expr) -> str:
    """An expression as policy text; of a very long one, its beginning."""
    text = expression_text(expr)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def listed(names: Iterable[str], word: str = "and") -> str:
    """`a`, `b` and `c`: names in backticks, as a phrase."""
    quoted = [f"`{name}`" for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {word} {quoted[-1]}"
