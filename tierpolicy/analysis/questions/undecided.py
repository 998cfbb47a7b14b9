"""Limits, conditional baselines and properties that missing data leaves undecided (language.md §3): T506.

A limit that holds "where churn_risk > 80%" doesn't hold where nobody knows the risk; its author should say which of the
two is meant. Noted where it matters: some record lacks a fact, the condition is unknown for it, and the decision would
be another if it were true. Facts that the author has an answer for (`is missing`, `first_known`), required ones and the
request's are taken as known. A statement that is never true, or never changes anything, is told of by that alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tierpolicy.analysis.answer import Answer, Found, GaveUp, Question
from tierpolicy.analysis.claims import CUSTOMER
from tierpolicy.analysis.goal import (
    FALSE_ONLY,
    NOT_TRUE,
    TRUE_ONLY,
    UNKNOWN_ONLY,
    All,
    Any,
    Counts,
    Differs,
    Formula,
    Goal,
    Side,
    Truth,
)
from tierpolicy.analysis.questions.never_changes import never_changing
from tierpolicy.analysis.questions.never_true import never_true
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.variants import counting_when_unknown
from tierpolicy.analysis.verdicts import answer, not_settled
from tierpolicy.cells.ranges import may_be_missing
from tierpolicy.cells.reads import fields_in
from tierpolicy.check.lacking import fields_lacked
from tierpolicy.diagnostics.codes import style as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.expressions import And, Expr, FieldRef, IsMissing
from tierpolicy.model.policy import Always, Baseline, Limit, Never, Policy, Property
from tierpolicy.semantics.counting import clauses_of

COUNTING = "the customer, had it been true"
MOST_NAMED = 4

Subject = Limit | Baseline | Property


@dataclass(frozen=True, slots=True)
class Asked:
    """Something with conditions, and the facts that they ask for and a record may lack."""

    subject: Subject
    conditions: tuple[Expr, ...]
    fields: tuple[str, ...]


def subjects(session: Session) -> int:
    return sum(1 for _ in _asked(session.policy))


def answers(session: Session) -> Iterator[Answer]:
    told = never_true(session) | never_changing(session)
    for asked in _asked(session.policy):
        name = asked.subject.origin.name
        # whoever removes or mends such a statement needs no advice about the data that it lacks
        yield Answer(name, "refuted") if name in told else _answer(session, asked)


def _asked(policy: Policy) -> Iterator[Asked]:
    """What lacks an answer in its text; of all others missing data decides nothing."""
    subjects: tuple[Subject, ...] = (*policy.limits, *policy.baselines, *policy.properties)
    for subject in subjects:
        conditions = _conditions_of(subject) if isinstance(subject, Property) else (subject.condition,)
        fields = tuple(name for name in fields_lacked(policy, conditions) if may_be_missing(policy.fields[name]))
        if fields:
            yield Asked(subject, conditions, fields)


def _conditions_of(stated: Property) -> tuple[Expr, ...]:
    """The conditions of a property that must be true before it says anything of a customer."""
    where = (stated.where,) if stated.where is not None else ()
    match stated.claim:
        case Always(condition, implied) if implied is not None:
            return (*where, condition)
        case Never(condition):
            return (*where, condition)
        case _:
            return where


def _answer(session: Session, asked: Asked) -> Answer:
    name = asked.subject.origin.name
    goal = _goal(session.policy, asked)
    settled = session.settle(goal)
    reason = settled.reason if isinstance(settled, GaveUp) else ""
    what = f"whether missing data leaves `{name}` undecided"
    unsettled = not_settled(what, reason, asked.subject.origin.span, _help(asked))
    return answer(session, name, goal, settled, partial(_undecided, asked), unsettled)


# ---------------------------------------------------------------- what is looked for


def _goal(policy: Policy, asked: Asked) -> Goal:
    lacking = Any(tuple(_is_missing(policy, name, lacks=True) for name in asked.fields))
    known = tuple(_is_missing(policy, name, lacks=False) for name in _taken_as_known(policy, asked))
    if isinstance(asked.subject, Property):
        return Goal((Side(CUSTOMER, policy),), All((lacking, *known, *_says_nothing(asked))))
    statement = asked.subject
    sides = (Side(CUSTOMER, policy), Side(COUNTING, counting_when_unknown(policy, statement)))
    attributes = dict.fromkeys(clause.attribute for clause in clauses_of(statement))
    changes = Any(tuple(Differs(name, CUSTOMER, COUNTING) for name in attributes))
    return Goal(sides, All((lacking, *known, Counts(CUSTOMER, statement.origin.name, UNKNOWN_ONLY), changes)))


def _says_nothing(asked: Asked) -> Iterator[Formula]:
    """It is open whether the property speaks of the customer, and what it would say isn't true anyway."""
    assert isinstance(asked.subject, Property)
    together = asked.conditions[0] if len(asked.conditions) == 1 else And(asked.conditions)
    yield Truth(CUSTOMER, together, UNKNOWN_ONLY)
    match asked.subject.claim:
        case Always(condition, None):
            yield Truth(CUSTOMER, condition, NOT_TRUE)
        case Always(_, implied) if implied is not None:
            yield Truth(CUSTOMER, implied, NOT_TRUE)
        case _:
            pass


def _taken_as_known(policy: Policy, asked: Asked) -> Iterator[str]:
    read = frozenset[str]().union(*(fields_in(condition, policy) for condition in asked.conditions))
    for name in sorted(read - set(asked.fields)):
        if may_be_missing(policy.fields[name]):
            yield name


def _is_missing(policy: Policy, field: str, *, lacks: bool) -> Truth:
    missing = IsMissing(FieldRef(field, policy.fields[field].type))
    return Truth(CUSTOMER, missing, TRUE_ONLY if lacks else FALSE_ONLY)


# ---------------------------------------------------------------- words


def _undecided(asked: Asked, found: Found) -> Diagnostic:
    subject, name = asked.subject, asked.subject.origin.name
    named = " or ".join(f"`{field}`" for field in asked.fields[:MOST_NAMED])
    match subject:
        case Property():
            message = f"the property `{name}` says nothing of customers whose {named} is missing"
            span = subject.origin.span
        case Limit() | Baseline():
            what = "limit" if isinstance(subject, Limit) else "baseline"
            message = f"the {what} `{name}` may not hold where {named} is missing"
            span = subject.condition.span or subject.origin.span
    return Diagnostic(codes.UNDECIDED_ON_MISSING, message, span, help=_help(asked))


def _help(asked: Asked) -> str:
    field = asked.fields[0]
    should = "if it should" if isinstance(asked.subject, Property) else "if it should hold then too"
    return f"{should}, add `or {field} is missing`; if not, `and {field} is known` says so"


QUESTION = Question(
    "asking what missing data leaves undecided", subjects, answers, "nothing left undecided by missing data"
)
