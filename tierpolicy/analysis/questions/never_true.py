"""Statements that can never be true: their own comparisons, bounds, dates, assumptions or the rows above forbid it."""

from __future__ import annotations

from collections.abc import Iterator

from tierpolicy.analysis.answer import Answer, GaveUp, NoneSuch, Question
from tierpolicy.analysis.boxes.exposed import Look, Seen, boxes_at
from tierpolicy.analysis.boxes.real import Boxed, boxed
from tierpolicy.analysis.goal import TRUE_ONLY, Counts, Goal, Side
from tierpolicy.analysis.impossible import Cause, cause_of
from tierpolicy.analysis.patience import Patience
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import not_settled
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.expressions import TRUE
from tierpolicy.model.policy import ALWAYS, Baseline, Rule
from tierpolicy.semantics.index import Statement
from tierpolicy.source import Span

CUSTOMER = "customer"


def answers(session: Session) -> Iterator[Answer]:
    held, patience = boxed(session), Patience(session)
    said: set[Span] = set()
    for statement in asked(session):
        answer = _answer(held, statement, patience)
        if answer.verdict == "refuted":
            never_true(session).add(statement.origin.name)
            if statement.origin.span in said:
                continue  # a tier's two rules are one statement
            said.add(statement.origin.span)
        yield answer


def asked(session: Session) -> list[Statement]:
    """The statements that the question is about: unconditional baselines and `otherwise` are exempt."""
    return [statement for statement in session.statements.values() if not exempt(statement)]


def exempt(statement: Statement) -> bool:
    """True for what stands so that nobody is left out."""
    if isinstance(statement, Baseline):
        return statement.condition == TRUE and statement.in_force == ALWAYS
    return isinstance(statement, Rule) and statement.otherwise


def never_true(session: Session) -> set[str]:
    """The names of the statements found to be never true, for the questions that come after."""
    found = session.memory.setdefault("never true", set())
    assert isinstance(found, set)
    return found


def open_truths(session: Session) -> dict[str, str]:
    """Of which statements it stayed open whether they are ever true, and why."""
    found = session.memory.setdefault("open truths", {})
    assert isinstance(found, dict)
    return found


def _answer(held: Boxed, statement: Statement, patience: Patience) -> Answer:
    name, look = statement.origin.name, Look(held)
    boxes, above = held.chart.places[name].target
    match look.at(boxes_at(held, boxes), above, 0):
        case Seen.YES:
            return Answer(name, "proved")
        case Seen.NEVER:
            look.at(boxes_at(held, held.chart.places[name].own), held.chart.places[name].above, 0)  # to name the rows
            return Answer(name, "refuted", diagnostic=_finding(held, statement, look, patience))
    settled = patience.settle(Goal((Side(CUSTOMER, held.session.policy),), Counts(CUSTOMER, name, TRUE_ONLY)))
    match settled:
        case NoneSuch():
            return Answer(name, "refuted", diagnostic=_finding(held, statement, look, patience))
        case GaveUp(reason):
            open_truths(held.session)[name] = reason
            help = f"an example with a customer of whom `{name}` is true would show that there is one"
            note = not_settled(f"whether `{name}` can ever be true", reason, statement.origin.span, help)
            return Answer(name, "unknown", reason, note)
    return Answer(name, "proved")


# ---------------------------------------------------------------- in words


def _finding(held: Boxed, statement: Statement, look: Look, patience: Patience) -> Diagnostic:
    cause = cause_of(held, statement, look, patience)
    help, place = cause.help, held.chart.places[statement.origin.name]
    if help == Cause("").help and Look(held).at(boxes_at(held, place.stops), place.above, 0) is not Seen.NEVER:
        help = "mend its condition; as it is, all that it does is to hold back the rows below where it is unknown"
    return Diagnostic(
        codes.NEVER_TRUE,
        f"`{statement.origin.name}` is never true{cause.words}",
        statement.origin.span,
        help=help,
        related=cause.related,
    )


def _subjects(session: Session) -> int:
    return len(asked(session))


QUESTION = Question("looking for statements that are never true", _subjects, answers, "no statement that is never true")
