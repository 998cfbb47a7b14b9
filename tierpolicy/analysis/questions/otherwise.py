"""`otherwise` rows that give something to whoever might have met a row above, had the data been there: T312.

A row whose condition is unknown doesn't count and holds back the rows below, a row for `missing` among them; so what
an `otherwise` waits for is a matter of the rows' order, and is asked for each fact: it alone is missing, no row
counts, and one is unknown. Where no fact does that alone, several may together. The request's are taken as known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from tierpolicy.analysis.answer import Answer, Found, GaveUp, NoneSuch, Question, Settled
from tierpolicy.analysis.boxes.cover import Search, uncovered
from tierpolicy.analysis.boxes.real import Boxed, boxed, case_of, real_part
from tierpolicy.analysis.claims import CUSTOMER
from tierpolicy.analysis.goal import FALSE_ONLY, TRUE_ONLY, UNKNOWN_ONLY, All, Any, Counts, Goal, Side, Truth
from tierpolicy.analysis.patience import Patience
from tierpolicy.analysis.replay import holds
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import answer, listed, not_settled
from tierpolicy.cells.atoms import key_of
from tierpolicy.cells.ranges import may_be_missing
from tierpolicy.cells.reads import fields_in
from tierpolicy.cells.regions import Box, meet
from tierpolicy.check.lacking import may_be_lacking
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.expressions import FieldRef, IsMissing
from tierpolicy.model.policy import Policy, Rule, Table
from tierpolicy.model.values import MISSING

MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A table, its `otherwise`, the rows above, and what they ask for that a record may lack. `missing` are the facts
    that the author must have an answer for; the request's are only in `open`."""

    table: Table
    last: Rule
    above: tuple[Rule, ...]
    open: tuple[str, ...]
    missing: tuple[str, ...]


def subjects(session: Session) -> int:
    return sum(1 for _ in _asked(session.policy))


def answers(session: Session) -> Iterator[Answer]:
    patience = Patience(session)
    for asked in _asked(session.policy):
        yield _answer(session, asked, patience)


def _asked(policy: Policy) -> Iterator[Asked]:
    for table in policy.tables:
        *above, last = (policy.rules[row] for row in table.rows) if table.rows else (None,)
        if last is None or not last.otherwise or not last.grants:
            continue
        rows = tuple(row for row in above if row is not None)
        read = dict.fromkeys(name for row in rows for name in sorted(fields_in(row.condition, policy)))
        open_ = tuple(name for name in read if may_be_missing(policy.fields[name]))
        missing = tuple(name for name in open_ if may_be_lacking(policy.fields[name]))
        if missing:
            yield Asked(table, last, rows, open_, missing)


# ---------------------------------------------------------------- what is looked for


def _answer(session: Session, asked: Asked, patience: Patience) -> Answer:
    name = asked.table.origin.name
    goals = {field: _goal(session.policy, asked, (field,)) for field in asked.missing}
    settled = {field: _settled(session, asked, field, goal, patience) for field, goal in goals.items()}
    alone = [field for field, said in settled.items() if isinstance(said, Found)]
    if alone:
        found, goal = settled[alone[0]], goals[alone[0]]
    else:
        goal = _goal(session.policy, asked, asked.missing)
        found = patience.settle(goal) if len(asked.missing) > 1 else settled[asked.missing[0]]
    reason = found.reason if isinstance(found, GaveUp) else ""
    what = f"whether the `otherwise` of `{name}` counts where data is missing"
    unsettled = not_settled(what, reason, asked.last.origin.span, _help(asked.missing))
    return answer(session, name, goal, found, partial(_finding, asked, alone), unsettled)


def _goal(policy: Policy, asked: Asked, missing: Iterable[str]) -> Goal:
    """One of the facts is missing (all others are known), no row counts, and one is unknown."""
    lacking = tuple(missing)
    others = [name for name in asked.open if name not in lacking]
    return Goal(
        (Side(CUSTOMER, policy),),
        All(
            (
                Any(tuple(Truth(CUSTOMER, _is_missing(policy, name), TRUE_ONLY) for name in lacking)),
                *(Truth(CUSTOMER, _is_missing(policy, name), FALSE_ONLY) for name in others),
                Counts(CUSTOMER, asked.last.origin.name, TRUE_ONLY),
                Any(tuple(Counts(CUSTOMER, row.origin.name, UNKNOWN_ONLY) for row in asked.above)),
            )
        ),
    )


def _is_missing(policy: Policy, field: str) -> IsMissing:
    return IsMissing(FieldRef(field, policy.fields[field].type))


def _settled(session: Session, asked: Asked, field: str, goal: Goal, patience: Patience) -> Settled:
    return _by_boxes(boxed(session), asked, field, goal) or patience.settle(goal)


def _by_boxes(held: Boxed, asked: Asked, field: str, goal: Goal) -> Settled | None:
    """A record without the fact of which no row is true, or that there is none; None where boxes don't tell."""
    covers, unclear = held.chart.broken, 0
    for row in asked.above:
        place = held.chart.places[row.origin.name]
        covers |= place.counts
        unclear |= 0 if place.sure else place.own
    for day in held.chart.days[asked.table.origin.name]:
        box = meet(day, _known_but(held, asked, field))
        if box is None:
            return None
        search = Search()
        found = uncovered(held.chart.masks, box, covers | unclear, search)
        real = None if found is None else real_part(held, found, covers | unclear, search)
        if real is not None:
            case = case_of(held, real)
            return Found((case,)) if holds(goal, (case,)) else None
        if found is not None or search.gave_up or unclear:
            return None
    return NoneSuch()


def _known_but(held: Boxed, asked: Asked, field: str) -> Box:
    """Where one field is missing and the others that rows ask for are known, on the axes that there are."""
    axes, fields = held.chart.axes, held.session.policy.fields
    box: dict[int, int] = {}
    for name in asked.open:
        number = axes.numbers.get(key_of(FieldRef(name, fields[name].type)))
        if number is not None:
            axis = axes.axes[number]
            box[number] = axis.missing if name == field else axis.all & ~axis.missing
    return box


# ---------------------------------------------------------------- words


def _finding(asked: Asked, alone: list[str], found: Found) -> Diagnostic:
    if alone:
        named, are = listed(alone[:MOST_NAMED], "or"), "is"
    else:
        alone = _missing_in(found.cases[0].values, asked)
        named, are = listed(alone[:MOST_NAMED]), "are" if len(alone) > 1 else "is"
    return Diagnostic(
        codes.OTHERWISE_ON_MISSING,
        f"`otherwise` also counts where {named} {are} missing",
        asked.last.origin.span,
        help=_help(alone),
    )


def _missing_in(values: Mapping[str, object], asked: Asked) -> list[str]:
    return [name for name in asked.missing if values[name] is MISSING]


def _help(fields: Iterable[str]) -> str:
    field = next(iter(fields))
    return f"if that isn't meant, put a row for it, with `missing` in the cell of `{field}`, above all that ask for it"


QUESTION = Question(
    "asking when `otherwise` counts on missing data", subjects, answers, "no `otherwise` that gives on missing data"
)
