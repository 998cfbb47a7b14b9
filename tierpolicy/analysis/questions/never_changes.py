"""Statements that may be true yet never change a decision: for every record others give, allow or promise as much."""

from __future__ import annotations

from collections.abc import Iterator

from tierpolicy.analysis.answer import Answer, GaveUp, NoneSuch, Question
from tierpolicy.analysis.beaten import cause_of, goal_without
from tierpolicy.analysis.boxes.exposed import Look, Seen, best_of, boxes_at, is_seen
from tierpolicy.analysis.boxes.real import Boxed, boxed
from tierpolicy.analysis.boxes.rows import row_is_seen
from tierpolicy.analysis.patience import Patience
from tierpolicy.analysis.questions.never_true import asked, never_true, open_truths
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import not_settled
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Rule, Table
from tierpolicy.semantics.counting import clauses_of
from tierpolicy.semantics.index import Statement
from tierpolicy.source import Span


def answers(session: Session) -> Iterator[Answer]:
    held, patience = boxed(session), Patience(session)
    for together in _statements(session):
        answered = _answer(held, together, patience)
        if answered.verdict == "refuted":
            never_changing(session).update(statement.origin.name for statement in together)
        yield answered


def never_changing(session: Session) -> set[str]:
    """The names of the statements found to change nothing, for the questions that come after."""
    return session.remembered("never changing", set[str])


def _statements(session: Session) -> list[list[Statement]]:
    """What may be asked, a tier's two rules together; what is never true has been said already, and a `-` in a matrix
    says by itself that it gives nothing."""
    together: dict[Span | str, list[Statement]] = {}
    for statement in asked(session):
        if statement.origin.name not in never_true(session) and not _is_blank(statement):
            is_tier = isinstance(statement, Rule) and statement.kind == "tier"
            together.setdefault(statement.origin.span if is_tier else statement.origin.name, []).append(statement)
    return list(together.values())


def _is_cell(statement: Statement) -> bool:
    return isinstance(statement, Rule) and statement.kind == "row" and " column " in statement.origin.name


def _is_blank(statement: Statement) -> bool:
    return _is_cell(statement) and not clauses_of(statement)


def _answer(held: Boxed, together: list[Statement], patience: Patience) -> Answer:
    """A statement changes something where one of its rules does."""
    name = together[0].origin.name
    look = Look(held)
    reasons: list[str] = []
    for statement in together:
        match _seen(held, statement, look):
            case Seen.YES:
                return Answer(name, "proved")
            case Seen.OPEN if statement.origin.name in open_truths(held.session):
                return Answer(name, "unknown", open_truths(held.session)[statement.origin.name])  # has been told
            case Seen.OPEN:
                match patience.settle(goal_without(held.session, statement)):
                    case NoneSuch():
                        continue
                    case GaveUp(reason):
                        reasons.append(reason)
                    case _:
                        return Answer(name, "proved")
    if reasons:
        help = f"`tierpolicy diff` on the policy with and without `{name}` looks at it alone"
        note = not_settled(f"whether `{name}` ever changes a decision", reasons[0], together[0].origin.span, help)
        return Answer(name, "unknown", reasons[0], note)
    if _completes(held, together[0]):
        return Answer(name, "proved")
    return Answer(name, "refuted", diagnostic=_finding(held, together, look, patience))


def _completes(held: Boxed, statement: Statement) -> bool:
    """True for a row without which its `complete` table would have no row for somebody: that is what it is for."""
    table = _complete_tables(held.session).get(statement.origin.name)
    if table is None:
        return False
    places = held.chart.places
    others = 0
    for row in table.rows:
        others |= places[held.session.policy.rules[row].origin.name].own
    mine = places[statement.origin.name].own
    return Look(held).at(boxes_at(held, mine), others & ~mine, 0) is not Seen.NEVER


def _complete_tables(session: Session) -> dict[str, Table]:
    """The complete table of each of its rows, by the row's name."""
    found = session.memory.get("complete tables")
    if not isinstance(found, dict):
        complete = [table for table in session.policy.tables if table.complete]
        found = {session.policy.rules[row].origin.name: table for table in complete for row in table.rows}
        session.memory["complete tables"] = found
    return found


def _seen(held: Boxed, statement: Statement, look: Look) -> Seen:
    """Whether the statement changes anything, as far as boxes tell."""
    table = held.session.index.first_match.get(statement.origin.name)
    if table is not None:
        assert isinstance(statement, Rule)
        return row_is_seen(held, statement, table, look)
    return best_of(is_seen(held, statement, clause, look) for clause in clauses_of(statement))


# ---------------------------------------------------------------- in words


def _finding(held: Boxed, together: list[Statement], look: Look, patience: Patience) -> Diagnostic:
    statement, cause = together[0], cause_of(held, together, look, patience)
    beside = ", because of the statements shown" if cause.related else ""
    more = f" and {cause.more} more" if cause.more else ""
    remove = "write `-` in its place" if _is_cell(statement) else "remove it"
    return Diagnostic(
        codes.CHANGES_NOTHING,
        f"`{statement.origin.name}` never changes a decision: {cause.words}",
        statement.origin.span,
        help=f"{remove}, or change what it says: without it every decision stays the same{beside}{more}",
        related=cause.related,
    )


def _subjects(session: Session) -> int:
    return len(asked(session))


QUESTION = Question(
    "looking for statements that never change a decision", _subjects, answers, "no statement without effect"
)
