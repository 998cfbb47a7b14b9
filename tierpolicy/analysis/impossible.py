"""Why a statement is never true, for people: what forbids it, shown where it stands, and what to do about it.

The causes are tried from the nearest to the farthest: one part of the condition by itself, two that exclude each other,
all of them together, the days, the rows above, the assumptions. Where boxes don't tell, parts are asked one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from tierpolicy.analysis.answer import NoneSuch
from tierpolicy.analysis.boxes.exposed import Look, Seen, boxes_at
from tierpolicy.analysis.boxes.hidden import MOST_NAMED, statements_behind
from tierpolicy.analysis.boxes.real import Boxed
from tierpolicy.analysis.goal import TRUE_ONLY, All, Goal, Side, Truth
from tierpolicy.analysis.patience import Patience
from tierpolicy.analysis.verdicts import brief
from tierpolicy.cells.atoms import Atom, atom_of
from tierpolicy.cells.reads import attributes_in
from tierpolicy.cells.regions import Regions, Wanted, meet
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model.expressions import And, DefineRef, Expr, FieldRef, In, IsMissing, Not, Or, Today
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Flag, SetOf
from tierpolicy.semantics.index import Statement
from tierpolicy.semantics.shown import bounds_text

CUSTOMER = "customer"
MOST_PARTS = 200
MOST_ASKED = 5
"""Conditions of more parts than that are not taken apart by searching."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What goes on a sentence "… is never true", the places behind it, and what to do."""

    words: str
    related: tuple[Related, ...] = ()
    help: str = "mend its condition, or remove it: nobody is affected"


def cause_of(held: Boxed, statement: Statement, look: Look, patience: Patience) -> Cause:
    """Why nobody meets a statement's condition; `look` has looked for somebody."""
    regions, condition = Regions(held.chart.axes), statement.condition
    parts = _parts(condition, held.session.policy)
    found = _by_boxes(parts, regions)
    if found:
        return _of_parts(found, held.session.policy)
    if not regions.of(condition, Wanted.TRUE):
        return Cause(": its parts exclude one another")
    if not regions.where(condition, Wanted.TRUE, statement.in_force):
        days = "no day on which it stands is one on which the policy is in effect"
        return Cause(f": {days}", help="mend its dates, or remove it: nobody is affected")
    if look.hiding:
        return _hidden(held, statement, look)
    found = _by_search(parts, held, patience)
    return _of_parts(found, held.session.policy) if found else Cause("")


def _parts(condition: Expr, policy: Policy) -> tuple[Expr, ...]:
    """What must all be true: the parts of `and`, through defines."""
    parts: list[Expr] = []
    waiting = [condition]
    while waiting and len(parts) <= MOST_PARTS:
        part = waiting.pop()
        expression = policy.defines[part.name].expression if isinstance(part, DefineRef) else part
        if isinstance(expression, And):
            waiting.extend(reversed(expression.parts))
        else:
            parts.append(part)
    return tuple(parts) if len(parts) <= MOST_PARTS else ()


def _first(parts: tuple[Expr, ...], forbidden: Callable[[tuple[Expr, ...]], bool]) -> tuple[Expr, ...]:
    """The first part that is forbidden, or the first two that are together."""
    alone: Iterator[tuple[Expr, ...]] = ((part,) for part in parts)
    for some in (*alone, *combinations(parts, 2)):
        if forbidden(some):
            return some
    return ()


def _by_boxes(parts: tuple[Expr, ...], regions: Regions) -> tuple[Expr, ...]:
    places = {id(part): regions.of(part, Wanted.TRUE) for part in parts}

    def forbidden(some: tuple[Expr, ...]) -> bool:
        if len(some) == 1:
            return not places[id(some[0])]
        here, there = (places[id(part)] for part in some)
        return all(meet(box, each) is None for box in here for each in there)

    return _first(parts, forbidden)


def _by_search(parts: tuple[Expr, ...], held: Boxed, patience: Patience) -> tuple[Expr, ...]:
    sides = (Side(CUSTOMER, held.session.policy),)

    def forbidden(some: tuple[Expr, ...]) -> bool:
        truths = tuple(Truth(CUSTOMER, part, TRUE_ONLY) for part in some)
        return isinstance(patience.settle(Goal(sides, All(truths))), NoneSuch)

    return _first(parts, forbidden) if len(parts) <= MOST_ASKED else ()


# ---------------------------------------------------------------- in words


def _of_parts(parts: tuple[Expr, ...], policy: Policy) -> Cause:
    related = tuple(Related(part.span, f"`{brief(part)}`") for part in parts if part.span is not None)
    if len(parts) > 1:
        return Cause(f": `{brief(parts[0])}` and `{brief(parts[1])}` exclude one another", related)
    (part,) = parts
    behind = _declared(part, policy)
    if _reads_day(part, policy):
        return Cause(f": `{brief(part)}` can't be while the policy is in effect", related)
    return Cause(f": `{brief(part)}` can't be", behind or related)


def _declared(part: Expr, policy: Policy) -> tuple[Related, ...]:
    """The declarations that forbid a part of a condition."""
    subject = _subject(part, policy)
    if isinstance(subject, FieldRef) and policy.fields[subject.name].declared:
        held = policy.fields[subject.name]
        if not isinstance(part, IsMissing):
            bounds = bounds_text(held.low, held.high, held.type).removeprefix(", ")
            return (Related(held.span, f"`{held.name}` is {bounds}"),) if bounds else ()
        why = "is {} then" if isinstance(held.type, SetOf) else "has a default"
        return (Related(held.span, f"`{held.name}` is never missing: it {why}"),)
    names = sorted(attributes_in(part, policy))[:MOST_NAMED]
    return tuple(Related(policy.attributes[name].span, f"nothing decides `{name}` so") for name in names)


def _subject(part: Expr, policy: Policy) -> Expr | None:
    """What a plain comparison is about."""
    if isinstance(part, Not | And | Or | In | DefineRef):
        return None
    if isinstance(part, IsMissing) and isinstance(part.operand.type, Flag):
        return part.operand
    atom = atom_of(part, policy)
    return atom.subject if isinstance(atom, Atom) else None


def _reads_day(part: Expr, policy: Policy) -> bool:
    return isinstance(_subject(part, policy), Today)


def _hidden(held: Boxed, statement: Statement, look: Look) -> Cause:
    """Rows above that come first, or assumptions."""
    policy = held.session.policy
    behind = statements_behind(held, look.hiding, statement)
    if not behind:
        broken = tuple(Related(each.origin.span, "assumed here") for each in policy.assumptions[:MOST_NAMED])
        return Cause(" under what the policy assumes", broken)
    related = tuple(Related(each.origin.span, f"`{each.origin.name}`") for each in behind[:MOST_NAMED])
    own, taken = held.chart.places[statement.origin.name].own, 0
    for each in behind:
        taken |= held.chart.places[each.origin.name].own
    true = any(held.chart.masks.meeting(box, taken) for box in boxes_at(held, own))
    words = ": the rows above it come first" if true else ": where it is true the rows above are unknown and come first"
    return Cause(words, related, help=_help_of_row(held, statement, true))


def _help_of_row(held: Boxed, statement: Statement, true: bool) -> str:
    place = held.chart.places[statement.origin.name]
    if not true:
        return "move it above them"
    if Look(held).at(boxes_at(held, place.stops), place.above, 0) is Seen.NEVER:
        return "move it above them, or remove it: nobody is affected"
    return "move it above them; as it is, all that it does is to hold back the rows below where it is unknown"
