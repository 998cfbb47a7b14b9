"""Does a condition on a decided attribute take service away from who rises (language.md §2, §7)? T323.

`if tier = gold then priority = high` takes from whoever rises to platinum; so does a limit that reads the tier. Asked
of every attribute A of which a statement reads a decided attribute B, unless by the text A can only better with B.
Looked for are two customers: one who is better off in B and worse off in A, and would be better off in A with the
other's B. They differ in no fields but those that decide B.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from tierpolicy.analysis.answer import Answer, Found, GaveUp, NoneSuch, Question, Settled
from tierpolicy.analysis.claims import ONE, OTHER, pair
from tierpolicy.analysis.goal import TRUE_ONLY, All, Goal, NotAsGood, Side, Truth
from tierpolicy.analysis.levels import Level, levels_of
from tierpolicy.analysis.polarity import Move, Polarity
from tierpolicy.analysis.reading_as import reading_as
from tierpolicy.analysis.replay import decisions
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import MOST_RELATED, answer, not_settled, said_of
from tierpolicy.cells.reads import attributes_in, fields_behind
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related
from tierpolicy.model.expressions import AttributeRef, Compare, Constant, Expr, In, children
from tierpolicy.model.policy import Cap, Floor, Grant, Limit, Policy
from tierpolicy.model.reads import walk_through
from tierpolicy.model.types import Flag, SetOf
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.model.words import name_text, value_text
from tierpolicy.semantics.index import Statement
from tierpolicy.semantics.lattice import goodness

WITHOUT_RISE = "another, had it not risen"


@dataclass(frozen=True, slots=True)
class Reading:
    """Statements about `attribute` that read `risen`, and may take from who rises in it."""

    attribute: Attribute
    risen: Attribute
    clauses: tuple[tuple[Statement, Grant | Cap | Floor], ...]


def subjects(session: Session) -> int:
    return len(_readings(session))


def answers(session: Session) -> Iterator[Answer]:
    told: set[object] = set()
    for reading in _readings(session):
        answered = _answer(session, reading)
        span = answered.diagnostic.span if answered.diagnostic is not None else None
        if answered.verdict == "refuted" and span in told:
            answered = replace(answered, diagnostic=None)  # one condition is told of once, whatever it takes
        told.add(span)
        yield answered


def _readings(session: Session) -> tuple[Reading, ...]:
    return session.remembered("readings that may take away", lambda: tuple(_found_readings(session)))


def _found_readings(session: Session) -> Iterator[Reading]:
    policy = session.policy
    for risen in policy.attributes.values():
        if not _is_a_line(risen):
            continue
        polarity = Polarity(policy, session.index, risen.name)
        for name, read in session.index.reads.items():
            attribute = policy.attributes[name]
            if risen.name not in read.attributes or attribute.direction is Direction.NONE:
                continue
            said = session.index.clauses[name].all()
            taking = tuple(each for each in said if polarity.clause(*each) not in (Move.CONSTANT, Move.UP))
            direct = tuple(each for each in taking if risen.name in _read_directly(session, *each))
            if direct:
                yield Reading(attribute, risen, direct)


def _is_a_line(attribute: Attribute) -> bool:
    """Who rises in it has a better value: sets are no line."""
    return attribute.direction is not Direction.NONE and not isinstance(attribute.type, SetOf)


def _read_directly(session: Session, statement: Statement, clause: Grant | Cap | Floor) -> frozenset[str]:
    """The decided attributes that a clause asks for; a row of a `first match` table waits for those above. What a value
    is calculated from is no condition: who writes `fee = points * 2` says what rising costs."""
    asked = session.index.asked[statement.origin.name].attributes
    is_condition = isinstance(clause.value.type, Flag)
    return asked | attributes_in(clause.value, session.policy) if is_condition else asked


def _expressions(session: Session, reading: Reading) -> Iterator[Expr]:
    """What the clauses ask to say something, each once."""
    tables: set[str] = set()
    for statement, clause in reading.clauses:
        yield clause.value
        table = session.index.first_match.get(statement.origin.name)
        if table is None:
            yield statement.condition
        elif table.origin.name not in tables:
            tables.add(table.origin.name)
            yield from (session.policy.rules[row].condition for row in table.rows)


# ---------------------------------------------------------------- settling


def _answer(session: Session, reading: Reading) -> Answer:
    name = reading.attribute.name
    goal, settled = _settled(session, reading)
    reason = settled.reason if isinstance(settled, GaveUp) else ""
    what = f"whether rising in `{reading.risen.name}` takes `{name}` away"
    unsettled = not_settled(what, reason, reading.clauses[0][1].span, f"compare `{reading.risen.name}` with constants")
    return answer(session, name, goal, settled, partial(_takes_away, reading, goal), unsettled)


def _settled(session: Session, reading: Reading) -> tuple[Goal, Settled]:
    """The pair on the first level where there is one; each level of the lesser customer is one search."""
    anything = Goal(pair(session), All(()))
    levels = levels_of(session, reading.risen, _expressions(session, reading))
    if isinstance(levels, GaveUp):
        return anything, levels
    open_: tuple[Goal, Settled] = anything, NoneSuch()
    for level in levels[:-1]:  # nobody rises above the best
        goal = _goal(session, reading, level)
        settled = session.settle(goal)
        if isinstance(settled, Found):
            return goal, settled
        if isinstance(settled, GaveUp):
            open_ = goal, settled
    return open_


def _goal(session: Session, reading: Reading, level: Level) -> Goal:
    name, risen = reading.attribute.name, reading.risen.name
    unrisen = Side(WITHOUT_RISE, reading_as(session.policy, name, risen, level.value), 1)
    formula = All(
        (
            Truth(ONE, level.held, TRUE_ONLY),
            NotAsGood(risen, ONE, OTHER),
            NotAsGood(name, OTHER, ONE),
            NotAsGood(name, OTHER, WITHOUT_RISE),
        )
    )
    return Goal((*pair(session), unrisen), formula, fields_behind(session.policy, risen))


# ---------------------------------------------------------------- words


def _takes_away(reading: Reading, goal: Goal, found: Found) -> Diagnostic:
    sides = decisions(goal, found.cases)
    name, risen = reading.attribute.name, reading.risen.name
    got, had = (
        [value_text(sides[side].situation.decided[each.name], each.type) for side in (ONE, OTHER)]
        for each in (reading.attribute, reading.risen)
    )
    counting = {id(given.clause) for given in said_of(sides[OTHER], name)}
    unrisen = {id(given.clause) for given in said_of(sides[WITHOUT_RISE], name)}
    gone, come = unrisen - counting, counting - unrisen
    taking = [each for each in reading.clauses if id(each[1]) in (come if isinstance(each[0], Limit) else gone)]
    blamed = taking or list(reading.clauses)
    statement, clause = blamed[0]
    condition = _condition(statement.condition, risen, goal.sides[0].policy)
    return Diagnostic(
        codes.RISE_TAKES_AWAY,
        f"`{statement.origin.name}` takes from who rises in `{risen}`: from {had[0]} to {had[1]}, `{name}` gets "
        f"worse, from {got[0]} to {got[1]}",
        condition.span or statement.condition.span or clause.span,
        help=_help(statement, condition, reading.risen),
        related=tuple(
            Related(other.span, f"so does `{stated.origin.name}`") for stated, other in blamed[1:MOST_RELATED]
        ),
    )


def _condition(expr: Expr, risen: str, policy: Policy) -> Expr:
    """The comparison in a condition that reads the attribute; the whole condition where there is none."""
    for node in walk_through(expr, policy.defines):
        if isinstance(node, Compare | In) and any(_is_ref(each, risen) for each in children(node)):
            return node
    return expr


def _is_ref(expr: Expr, name: str) -> bool:
    return isinstance(expr, AttributeRef) and expr.name == name


def _help(statement: Statement, condition: Expr, risen: Attribute) -> str:
    least = None if isinstance(statement, Limit) else _least(condition, risen)
    accept = 'if it is meant so, accept it with `allow T323 because "…"`'
    if least is None or least == risen.worst:  # everyone has at least the worst
        return f"ask for facts about the customer instead of `{risen.name}`; {accept}"
    op = "<=" if risen.direction is Direction.LESS else ">="
    return f"write `{name_text(risen.name)} {op} {value_text(least, risen.type)}`, which stays true; {accept}"


def _least(condition: Expr, risen: Attribute) -> Known | None:
    """The worst of the values that are asked for by `=` or `in`."""
    match condition:
        case Compare("=", left, right):
            options: tuple[Expr, ...] = (left, right)
        case In(_, options):
            pass
        case _:
            return None
    values = [option.value for option in options if isinstance(option, Constant)]
    return min(values, key=lambda value: goodness(risen, value), default=None)


QUESTION = Question(
    "asking whether who rises loses service",
    subjects,
    answers,
    "nobody loses by rising",
)
