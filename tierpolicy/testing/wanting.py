"""From what shall come true of a customer to what each field may hold: one way after the other.

A wish (a condition, a statement that shall count) is taken apart into comparisons, each with the truths that are
wanted of it. A comparison of one field leaves some of the values of its ladder. One of a decided attribute becomes the
wish that a statement counts which gives a fitting value, while those that would spoil it do not. What compares several
fields stays open, for `settling`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tierpolicy.cells.atoms import key_of
from tierpolicy.cells.regions import OF_THE_OPPOSITE, Wanted
from tierpolicy.model.expressions import And, Constant, DefineRef, Expr, Not, Or, ParameterRef
from tierpolicy.model.policy import ALWAYS, Cap, Floor, Grant, InForce, Policy, Rule
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.index import Statement
from tierpolicy.semantics.lattice import better, capped
from tierpolicy.testing.ladders import BLOCK, MANY_PARTS, Ground, Mask, Parts, days_in, left_by, only_field, rows_of
from tierpolicy.testing.literals import TODAY

MOST_STEPS = 3_000
MOST_ALTERNATIVES = 16
MOST_SPOILERS = 48

ACCEPTED: Mapping[Wanted, frozenset[Value]] = {
    Wanted.TRUE: frozenset({True}),
    Wanted.FALSE: frozenset({False}),
    Wanted.NOT_TRUE: frozenset({False, MISSING}),
    Wanted.NOT_FALSE: frozenset({True, MISSING}),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """That a statement counts: its condition, its dates, the rows above it."""

    statement: Statement


@dataclass(frozen=True, slots=True)
class Own:
    """That a statement's own condition holds on a day on which it stands, whatever the rows above."""

    statement: Statement


@dataclass(frozen=True, slots=True)
class Above:
    """That none of the rows above a row of a `first match` table comes before it."""

    statement: Rule


@dataclass(frozen=True, slots=True)
class Stays:
    """That nothing counts which would make a value that a comparison accepts (it wants `wanted`) one that it doesn't;
    `but` is the statement that gives the value."""

    expr: Expr
    attribute: str
    wanted: Wanted
    value: Known
    but: Statement | None


Subject = Expr | Counts | Own | Above | Stays | InForce
Wish = tuple[Subject, Wanted]
Open = tuple[tuple[Expr, Wanted], ...]


@dataclass(frozen=True, slots=True)
class Conjunction:
    """One way to what was wished: of these fields (and the day) these values will do, and `open` are the conditions
    that read several of them."""

    masks: Mapping[str, Mask]
    open: Open


Clause = Grant | Cap | Floor


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is still to be taken apart: one wish, then the rest."""

    first: Wish
    rest: Agenda | None


def conjunctions(wishes: Sequence[Wish], ground: Ground, chance: random.Random) -> Iterator[Conjunction]:
    """Ways to all of the wishes at once, in an order that chance decides; not all where there are many. Ends without
    one where none was found in so many steps."""
    waiting: list[tuple[Agenda | None, Mapping[str, Mask], Open]] = [(_agenda(wishes, None), {}, ())]
    for _ in range(MOST_STEPS):
        if not waiting:
            return
        agenda, masks, still_open = waiting.pop()
        if agenda is None:
            yield Conjunction(masks, still_open)
            continue
        (subject, wanted), rest = agenda.first, agenda.rest
        if isinstance(subject, Above):
            passed = _passed(subject.statement, masks, ground)
            if passed is not None:
                wishes, masks = passed
                waiting.append((_agenda(wishes, rest), masks, still_open))
            continue
        match _step(subject, wanted, ground):
            case list() as alternatives:
                for wishes in _few(alternatives, chance):
                    waiting.append((_agenda(wishes, rest), masks, still_open))
            case (str() as name, int() as mask):
                left = masks.get(name, ground.ladders[name].all) & mask
                if left:
                    waiting.append((rest, {**masks, name: left}, still_open))
            case None:
                assert not isinstance(subject, Counts | Own | Stays | InForce)
                waiting.append((rest, masks, (*still_open, (subject, wanted))))


def _agenda(wishes: Sequence[Wish], rest: Agenda | None) -> Agenda | None:
    for wish in reversed(wishes):
        rest = Agenda(wish, rest)
    return rest


def _few(alternatives: list[tuple[Wish, ...]], chance: random.Random) -> list[tuple[Wish, ...]]:
    if len(alternatives) < 2:
        return alternatives
    return chance.sample(alternatives, min(len(alternatives), MOST_ALTERNATIVES))


# ---------------------------------------------------------------- one wish

Step = list[tuple[Wish, ...]] | tuple[str, Mask] | None
"""The wishes that it comes to, one of these; or what it leaves of a field; or None: it stays open."""


def _step(subject: Expr | Counts | Own | Stays | InForce, wanted: Wanted, ground: Ground) -> Step:
    match subject:
        case Counts(statement):
            return _counting(statement, wanted, ground)
        case Own(statement):
            return _own(statement, wanted)
        case Stays():
            return [_spoilers(subject, ground)]
        case InForce():
            mask = days_in(subject, ground)
            return TODAY, mask if wanted in _TO_HOLD else ground.ladders[TODAY].all & ~mask
        case Not(operand):
            return [((operand, OF_THE_OPPOSITE[wanted]),)]
        case And(parts) | Or(parts) if len(parts) > MANY_PARTS and (name := only_field(subject, ground)) is not None:
            return name, left_by(subject, name, wanted, ground)
        case And(parts) if wanted in _TO_HOLD:
            return [tuple((part, wanted) for part in parts)]
        case And(parts):
            return [((part, wanted),) for part in parts]
        case Or(parts) if wanted in _TO_HOLD:
            return [((part, wanted),) for part in parts]
        case Or(parts):
            return [tuple((part, wanted) for part in parts)]
        case DefineRef(name):
            return [((ground.policy.defines[name].expression, wanted),)]
        case _:
            return _comparison(subject, wanted, ground)


_TO_HOLD = (Wanted.TRUE, Wanted.NOT_FALSE)


def _counting(statement: Statement, wanted: Wanted, ground: Ground) -> list[tuple[Wish, ...]]:
    table = ground.index.first_match.get(statement.origin.name)
    if table is None or not isinstance(statement, Rule):
        return [((Own(statement), wanted),)]
    if wanted in _TO_HOLD:
        return [((Own(statement), wanted), (Above(statement), Wanted.TRUE))]
    in_order = rows_of(table, ground)
    above = in_order.rows[: in_order.places[statement.origin.name]]
    return [((Own(statement), wanted),), *(((Own(row), Wanted.TRUE),) for row in above)]


def _passed(statement: Rule, masks: Mapping[str, Mask], ground: Ground) -> tuple[list[Wish], Mapping[str, Mask]] | None:
    """What is left of the fields once the rows above are out, and the wishes for those that may go out in several
    ways; None where one of them always comes first. A row that can't hold for what is left already needs no wish."""
    in_order = rows_of(ground.index.first_match[statement.origin.name], ground)
    last, at = in_order.places[statement.origin.name], 0
    everything = {name: ladder.all for name, ladder in ground.ladders.items()}
    left, wishes = dict(masks), list[Wish]()
    while at < last:
        parts, step = in_order.parts[at], 1
        if at % BLOCK == 0 and at + BLOCK <= last and in_order.blocks[at // BLOCK]:
            parts, step = in_order.blocks[at // BLOCK], BLOCK
        if parts is not None and len(parts) == 1:
            name, true, false = parts[0]
            here = left.get(name, everything[name])
            left[name] = here & ~true if statement.otherwise else here & false
            if not left[name]:
                return None
        elif parts is None or not _is_out(parts, left, statement.otherwise):
            wishes.append((in_order.rows[at].condition, Wanted.NOT_TRUE if statement.otherwise else Wanted.FALSE))
        at += step
    return wishes, left


def _is_out(parts: Parts, left: Mapping[str, Mask], may_be_unknown: bool) -> bool:
    """True where one of the joined conditions is false of all that is left, or at least not true."""
    for name, true, false in parts:
        here = left.get(name)
        if here is not None and (not here & true if may_be_unknown else here & false == here):
            return True
    return False


def _own(statement: Statement, wanted: Wanted) -> list[tuple[Wish, ...]]:
    if statement.in_force == ALWAYS:
        return [((statement.condition, wanted),)]
    if wanted in _TO_HOLD:
        return [((statement.in_force, Wanted.TRUE), (statement.condition, wanted))]
    return [((statement.condition, wanted),), ((statement.in_force, Wanted.FALSE),)]


def _comparison(expr: Expr, wanted: Wanted, ground: Ground) -> Step:
    read = ground.reads.of(expr)
    fields = read.fields | {TODAY} if read.today else read.fields
    if not fields and not read.attributes:
        truth = value_of(expr, Situation(ground.policy, {}, _any_day(ground)))
        return [()] if truth in ACCEPTED[wanted] else []
    if not read.attributes and len(fields) == 1:
        name = next(iter(fields))
        return name, left_by(expr, name, wanted, ground)
    if len(read.attributes) == 1 and not fields:
        return list(_deciding(expr, next(iter(read.attributes)), wanted, ground))
    return None


# ---------------------------------------------------------------- wishes about what is decided


def _deciding(expr: Expr, name: str, wanted: Wanted, ground: Ground) -> Iterator[tuple[Wish, ...]]:
    """The statements one of which should count for an attribute to be decided as wanted, while none counts that would
    change that. What is calculated, and what adds up in other ways than all at once, is left to chance."""
    policy, clauses, attribute = ground.policy, ground.index.clauses[name], ground.policy.attributes[name]

    def fits(value: Value) -> bool:
        return _fits(value, name, expr, wanted, ground)

    def stays(value: Known, but: Statement | None) -> Wish:
        return Stays(expr, name, wanted, value, but), Wanted.TRUE

    for statement, clause in clauses.all():
        value = constant_of(clause.value, policy)
        if value is MISSING:
            yield ((Counts(statement), Wanted.TRUE),)
        elif isinstance(clause, Cap):
            yield from (
                ((Counts(statement), Wanted.TRUE), (Counts(rule), Wanted.TRUE))
                for rule, grant in clauses.grants[:MOST_ALTERNATIVES]
                if (given := constant_of(grant.value, policy)) is not MISSING
                and fits(_after(given, clause, attribute, policy))
            )
        elif fits(value):
            yield ((Counts(statement), Wanted.TRUE), stays(value, statement))
    if attribute.adds_up:
        yield tuple((Counts(rule), Wanted.TRUE) for rule, _ in clauses.grants)
    start = attribute.default if attribute.worst is MISSING else attribute.worst
    if start is not MISSING and fits(start):
        yield (stays(start, None),)


def _spoilers(wish: Stays, ground: Ground) -> tuple[Wish, ...]:
    """That none of the statements counts which would spoil the value."""
    attribute = ground.policy.attributes[wish.attribute]
    found: list[Wish] = []
    for statement, clause in ground.index.clauses[wish.attribute].all():
        if statement is not wish.but and len(found) < MOST_SPOILERS:
            left = _after(wish.value, clause, attribute, ground.policy)
            if left is not MISSING and not _fits(left, wish.attribute, wish.expr, wish.wanted, ground):
                found.append((Counts(statement), Wanted.NOT_TRUE))
    return tuple(found)


def _fits(value: Value, name: str, expr: Expr, wanted: Wanted, ground: Ground) -> bool:
    """True where a comparison of a decided attribute comes out as wanted for a value."""
    if value is MISSING:
        return False
    known = ground.fitting.setdefault((key_of(expr), wanted), {})
    if value not in known:
        situation = Situation(ground.policy, {}, _any_day(ground), decided={name: value})
        known[value] = value_of(expr, situation) in ACCEPTED[wanted]
    return known[value]


def _after(value: Known, clause: Clause, attribute: Attribute, policy: Policy) -> Value:
    """What one clause would make of the value."""
    other = constant_of(clause.value, policy)
    if other is MISSING:
        return MISSING
    if isinstance(clause, Cap):
        return capped(attribute, value, clause.kind, other)
    return other if attribute.worst is MISSING else better(attribute, value, other)


def constant_of(expr: Expr, policy: Policy) -> Value:
    """The value of a clause that says one; MISSING for one that is calculated."""
    match expr:
        case Constant(value):
            return value
        case ParameterRef(name):
            return policy.parameters[name].value
        case _:
            return MISSING


def _any_day(ground: Ground) -> date:
    day = ground.ladders[TODAY].values[0]
    assert isinstance(day, date)
    return day
