"""`complete` tables of which no row counts for some customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tierpolicy.analysis.answer import Answer, Found, Question
from tierpolicy.analysis.boxes.cover import Search, uncovered
from tierpolicy.analysis.boxes.real import Boxed, boxed, case_of, real_part
from tierpolicy.analysis.goal import NOT_TRUE, TRUE_ONLY, All, Case, Counts, Formula, Goal, Side, Truth
from tierpolicy.analysis.patience import Patience
from tierpolicy.analysis.replay import holds
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import answer, listed, not_settled
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.expressions import Compare, Constant, FieldRef, Today
from tierpolicy.model.policy import Table
from tierpolicy.model.reads import read_by
from tierpolicy.model.types import DATE
from tierpolicy.model.values import MISSING

CUSTOMER = "customer"
NOBODY = "nobody"
MOST_VALUES = 12


def answers(session: Session) -> Iterator[Answer]:
    patience = Patience(session)
    for table in _complete(session):
        yield _answer(session, table, patience)


def _complete(session: Session) -> list[Table]:
    return [table for table in session.policy.tables if table.complete]


def _answer(session: Session, table: Table, patience: Patience) -> Answer:
    name, goal = table.origin.name, _goal(session, table)
    found = _by_boxes(boxed(session), table, goal)
    if found == NOBODY:
        return Answer(name, "proved")
    settled = Found((found,)) if isinstance(found, Case) else patience.settle(goal)
    reason = getattr(settled, "reason", "")
    note = not_settled(
        f"whether `{name}` has a row for every customer", reason, table.origin.span, "add a row that takes all others"
    )
    return answer(session, name, goal, settled, lambda met: _finding(session, table, goal, met), note)


def _by_boxes(held: Boxed, table: Table, goal: Goal) -> Case | str | None:
    """A customer without a row, NOBODY where the rows hold everyone; None where boxes don't tell."""
    covers, unclear = held.chart.broken, 0
    for row in table.rows:
        place = held.chart.places[held.session.policy.rules[row].origin.name]
        covers |= place.counts
        unclear |= 0 if place.sure else place.own
    for box in held.chart.days[table.origin.name]:
        search = Search()
        found = uncovered(held.chart.masks, box, covers | unclear, search)
        real = None if found is None else real_part(held, found, covers | unclear, search)
        if real is not None:
            case = case_of(held, real)
            return case if holds(goal, (case,)) else None
        if found is not None or search.gave_up:
            return None
        if unclear and uncovered(held.chart.masks, box, covers, search) is not None:
            return None
    return NOBODY if not unclear else None


def _goal(session: Session, table: Table) -> Goal:
    """A customer for whom no row counts, on a day on which the table is in force."""
    rows = (session.policy.rules[row].origin.name for row in table.rows)
    parts: list[Formula] = [Counts(CUSTOMER, name, NOT_TRUE) for name in rows]
    start, end = table.in_force.start, table.in_force.end
    if start is not None:
        parts.append(Truth(CUSTOMER, Compare(">=", Today(), Constant(start, DATE)), TRUE_ONLY))
    if end is not None:
        parts.append(Truth(CUSTOMER, Compare("<=", Today(), Constant(end, DATE)), TRUE_ONLY))
    return Goal((Side(CUSTOMER, session.policy),), All(tuple(parts)))


def _finding(session: Session, table: Table, goal: Goal, found: Found) -> Diagnostic:
    case = found.cases[0]
    asked = dict.fromkeys(
        node.name
        for row in table.rows
        for node in read_by(session.policy.rules[row].condition, session.policy)
        if isinstance(node, FieldRef)
    )
    missing = [name for name in asked if case.values[name] is MISSING and _matters(session, name, goal, case)]
    why = f", where {listed(missing[:3])} {'is' if len(missing) == 1 else 'are'} missing" if missing else ""
    help = f"add a row for missing data (`missing` in the cell of {listed(missing[:1])})" if missing else "add a row"
    return Diagnostic(
        codes.TABLE_GAP,
        f"`{table.origin.name}` is `complete`, yet no row counts for some customers{why}",
        table.origin.span,
        help=f"{help}, or take `complete` away where nothing is to be given",
    )


def _matters(session: Session, name: str, goal: Goal, case: Case) -> bool:
    """Whether some row would count if the missing field were known."""
    held = boxed(session)
    axes = [axis for axis in held.chart.axes.axes if isinstance(axis.subject, FieldRef) and axis.subject.name == name]
    tried = [axis.value(cell) for axis in axes if axis.label is None for cell in range(min(axis.known, MOST_VALUES))]
    return not tried or any(not holds(goal, (replace(case, values={**case.values, name: each}),)) for each in tried)


def _subjects(session: Session) -> int:
    return len(_complete(session))


QUESTION = Question("looking for gaps in complete tables", _subjects, answers, "no gaps in complete tables")
