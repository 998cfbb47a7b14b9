"""Statements that may be true yet never change a decision: for every record others give, allow or promise as much."""

from __future__ import annotations

from collections.abc import Iterator

from tierpolicy.analysis.answer import Answer, GaveUp, NoneSuch, Question
from tierpolicy.analysis.boxes.exposed import Look, Seen, best_of, boxes_at, is_seen
from tierpolicy.analysis.boxes.hidden import MOST_NAMED, statements_behind
from tierpolicy.analysis.boxes.real import Boxed, boxed
from tierpolicy.analysis.boxes.rows import row_is_seen
from tierpolicy.analysis.goal import Any, Differs, Goal, Side
from tierpolicy.analysis.patience import Patience
from tierpolicy.analysis.questions.never_true import asked, never_true, open_truths
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.variants import without
from tierpolicy.analysis.verdicts import not_settled
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related
from tierpolicy.model.policy import Baseline, Limit, Rule, Table
from tierpolicy.semantics.counting import clauses_of
from tierpolicy.semantics.index import Statement
from tierpolicy.source import Span

WITH, WITHOUT = "with it", "without it"


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
    """What may be asked, a tier's two rules together; what is never true has been said already."""
    together: dict[Span | str, list[Statement]] = {}
    for statement in asked(session):
        if statement.origin.name not in never_true(session):
            is_tier = isinstance(statement, Rule) and statement.kind == "tier"
            together.setdefault(statement.origin.span if is_tier else statement.origin.name, []).append(statement)
    return list(together.values())


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
                match patience.settle(_goal(held.session, statement)):
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
    return Answer(name, "refuted", diagnostic=_finding(held, together, look))


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


def _goal(session: Session, statement: Statement) -> Goal:
    """A customer who gets something else without the statement."""
    policy = session.policy
    sides = Side(WITH, policy), Side(WITHOUT, without(policy, statement))
    return Goal(sides, Any(tuple(Differs(name, WITH, WITHOUT) for name in _touched(session, statement))))


def _touched(session: Session, statement: Statement) -> list[str]:
    """The attributes that a statement, or in a `first match` table any row, speaks of: others change only by these."""
    table = session.index.first_match.get(statement.origin.name)
    if table is None:
        return list(dict.fromkeys(clause.attribute for clause in clauses_of(statement)))
    rows = (session.policy.rules[row] for row in table.rows)
    return list(dict.fromkeys(grant.attribute for row in rows for grant in row.grants))


# ---------------------------------------------------------------- in words


def _finding(held: Boxed, together: list[Statement], look: Look) -> Diagnostic:
    statement = together[0]
    behind = statements_behind(held, look.hiding, statement)
    others = [each for each in behind if each.origin.span != statement.origin.span]
    related = tuple(Related(each.origin.span, f"`{each.origin.name}`") for each in others[:MOST_NAMED])
    more = f", and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    return Diagnostic(
        codes.CHANGES_NOTHING,
        f"`{statement.origin.name}` never changes a decision: {_why(statement, bool(related))}",
        statement.origin.span,
        help=f"remove it, or change what it says: without it every decision stays the same{_beside(related, more)}",
        related=related,
    )


def _why(statement: Statement, beaten: bool) -> str:
    match statement:
        case Rule(grants=()):
            return "where it holds back the rows below, none of them would give anything"
        case Rule():
            return (
                "others give as much to everyone whom it is true of" if beaten else "what it gives everyone has anyway"
            )
        case Limit():
            return "nobody is ever given more than it allows"
        case Baseline():
            return "nobody ever gets less than it promises"


def _beside(related: tuple[Related, ...], more: str) -> str:
    return f", because of the statements shown{more}" if related else ""


def _subjects(session: Session) -> int:
    return len(asked(session))


QUESTION = Question(
    "looking for statements that never change a decision", _subjects, answers, "no statement without effect"
)
