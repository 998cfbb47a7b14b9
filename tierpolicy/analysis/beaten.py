"""Why a statement never changes a decision, for people: which others beat it, and how.

Boxes tell which ones. Where it took the solver, those are named without which the statement would change something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tierpolicy.analysis.answer import Found
from tierpolicy.analysis.boxes.exposed import Look
from tierpolicy.analysis.boxes.hidden import MOST_NAMED, statements_behind
from tierpolicy.analysis.boxes.real import Boxed
from tierpolicy.analysis.boxes.said import Clause
from tierpolicy.analysis.goal import Any, Differs, Goal, Side
from tierpolicy.analysis.patience import Patience
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.variants import without
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model.policy import Baseline, Cap, Grant, Limit, Rule
from tierpolicy.model.values import equal
from tierpolicy.model.vocabulary import Direction
from tierpolicy.semantics.counting import clauses_of
from tierpolicy.semantics.index import Statement

WITH, WITHOUT = "with it", "without it"
MOST_TRIED = 8


@dataclass(frozen=True, slots=True)
class Cause:
    """What goes after "… never changes a decision:", the statements behind it, and how many more there are."""

    words: str
    related: tuple[Related, ...] = ()
    more: int = 0


def goal_without(session: Session, statement: Statement, apart_from: Statement | None = None) -> Goal:
    """A customer who gets something else without the statement; in a policy without a second one too."""
    policy = session.policy if apart_from is None else without(session.policy, apart_from)
    sides = Side(WITH, policy), Side(WITHOUT, without(policy, statement))
    return Goal(sides, Any(tuple(Differs(name, WITH, WITHOUT) for name in touched(session, statement))))


def touched(session: Session, statement: Statement) -> list[str]:
    """The attributes that a statement, or in a `first match` table any row, speaks of: others change only by these."""
    table = session.index.first_match.get(statement.origin.name)
    if table is None:
        return list(dict.fromkeys(clause.attribute for clause in clauses_of(statement)))
    rows = (session.policy.rules[row] for row in table.rows)
    return list(dict.fromkeys(grant.attribute for row in rows for grant in row.grants))


def cause_of(held: Boxed, together: Sequence[Statement], look: Look, patience: Patience) -> Cause:
    """What beats a statement, a tier's two rules together; `look` has looked for somebody who gets more by it."""
    statement = together[0]
    behind = statements_behind(held, look.hiding, statement)
    others = [each for each in behind if each.origin.span != statement.origin.span]
    if not others and not all(_is_nothing(held, each) for each in together):
        others = _by_search(held, statement, patience)
    related = tuple(Related(each.origin.span, f"`{each.origin.name}`") for each in others[:MOST_NAMED])
    return Cause(_words(held, statement, others), related, max(0, len(others) - MOST_NAMED))


def _is_nothing(held: Boxed, statement: Statement) -> bool:
    """True where all that a statement says holds of everyone by the declarations: the worst value, the default."""
    return all(_is_worst(held, held.of(each.attribute).by_clause[id(each)]) for each in clauses_of(statement))


def _is_worst(held: Boxed, clause: Clause) -> bool:
    if isinstance(clause.clause, Cap):
        return False
    attribute = held.session.policy.attributes[clause.clause.attribute]
    least = attribute.default if attribute.direction is Direction.NONE else attribute.worst
    return clause.silent or (clause.value is not None and equal(clause.value, least))  # type: ignore[arg-type]


def _by_search(held: Boxed, statement: Statement, patience: Patience) -> list[Statement]:
    """The statements without each of which this one would change something, as far as they are soon found."""
    session = held.session
    about = set(touched(session, statement))
    others = [
        each
        for each in session.statements.values()
        if each.origin.span != statement.origin.span and about & {clause.attribute for clause in clauses_of(each)}
    ]
    if len(others) > MOST_TRIED:
        return []
    return [each for each in others if isinstance(patience.settle(goal_without(session, statement, each)), Found)]


# ---------------------------------------------------------------- in words


def _words(held: Boxed, statement: Statement, others: Sequence[Statement]) -> str:
    kinds = {type(each) for each in others}
    match statement:
        case Rule(grants=()) if statement.origin.name not in held.session.index.first_match:
            return "it gives nothing, and only in a `first match` table would it hold back others"
        case Rule(grants=()):
            return "where it holds back the rows below, none of them would give anything"
        case Rule():
            return _of_rule(held, statement, others)
        case Limit():
            if not kinds:
                return "nobody is ever given anything better than it allows"
            if kinds == {Limit}:
                return "other limits allow no more wherever it would matter"
            return "what it would take is kept by others, or taken by them"
        case Baseline():
            if not kinds:
                return "everyone has as much anyway"
            return "others promise as much" if kinds == {Baseline} else "others give as much wherever it is true"


def _of_rule(held: Boxed, rule: Rule, others: Sequence[Statement]) -> str:
    kinds = {type(each) for each in others}
    if not kinds:
        nothing = _is_nothing(held, rule)
        return "what it gives everyone has anyway" if nothing else "nobody gets anything else by it"
    if all(isinstance(each, Rule) and _overrides(held, each, rule) for each in others):
        return "it is overridden wherever it is true"
    if kinds == {Limit}:
        return "limits take away what it gives"
    if kinds == {Baseline}:
        return "as much is promised wherever it is true"
    if kinds == {Rule}:
        return "others give as much wherever it is true"
    return "wherever it is true, others give or promise as much, or take it away"


def _overrides(held: Boxed, winner: Rule, loser: Rule) -> bool:
    free = {name for name, each in held.session.policy.attributes.items() if each.direction is Direction.NONE}
    return loser.group in winner.overrides and bool(free & _given(winner) & _given(loser))


def _given(rule: Rule) -> set[str]:
    grants: tuple[Grant, ...] = rule.grants
    return {grant.attribute for grant in grants}
