"""Calculated values that leave their attribute's bounds, divisions by zero, results too large (language.md §7).

Intervals of the declared bounds settle most calculations without looking at a record. Of the others a record is looked
for whose facts are known, for which the calculation has no result, and for whom that matters: a statement that applies
says nothing, or a condition stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from tierpolicy.analysis.answer import Answer, Found, GaveUp, Question
from tierpolicy.analysis.bounding import declarations
from tierpolicy.analysis.calculations import Beyond, Reader, Site, divisor, sites, values_beyond
from tierpolicy.analysis.claims import CUSTOMER
from tierpolicy.analysis.goal import FALSE_ONLY, TRUE_ONLY, UNKNOWN_ONLY, All, Any, Counts, Formula, Goal, Side, Truth
from tierpolicy.analysis.intervals import Intervals
from tierpolicy.analysis.replay import decisions
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.verdicts import answer, brief, listed, not_settled
from tierpolicy.cells.reads import fields_in
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related
from tierpolicy.model.expressions import AttributeRef, Compare, CompareOp, Constant, Expr, IsMissing, children
from tierpolicy.model.policy import Policy
from tierpolicy.model.reads import read_by
from tierpolicy.model.types import Number
from tierpolicy.model.values import MISSING, Known, NotOffered
from tierpolicy.model.words import value_text
from tierpolicy.semantics.counting import Deliberation
from tierpolicy.semantics.evaluate import value_of

MOST_NAMED = 3


def subjects(session: Session) -> int:
    return sum(len(found) for found in _open(session))


def answers(session: Session) -> Iterator[Answer]:
    beyond, dangers = _open(session)
    for value in beyond:
        yield _leaves_bounds(session, value)
    told: set[str] = set()
    for site in dangers:
        answered = _lacks_result(session, site)
        if site.danger == "overflows" and answered.verdict == "refuted":
            boundless = _without_bounds(session.policy, site.expression)
            if boundless and boundless <= told:
                answered = replace(answered, diagnostic=None)  # what to do about these fields was said already
            told |= boundless
        yield answered


def _open(session: Session) -> tuple[tuple[Beyond, ...], tuple[Site, ...]]:
    """What intervals don't settle."""

    def found() -> tuple[tuple[Beyond, ...], tuple[Site, ...]]:
        intervals = Intervals(session.policy, session.index)
        return tuple(values_beyond(session, intervals)), sites(session, intervals)

    return session.remembered("open calculations", found)


# ---------------------------------------------------------------- values beyond bounds


def _leaves_bounds(session: Session, beyond: Beyond) -> Answer:
    value, name = beyond.clause.value, beyond.statement.origin.name
    ends: tuple[tuple[CompareOp, Known | None], ...] = (("<", beyond.low), (">", beyond.high))
    outside = tuple(_is(value, op, bound) for op, bound in ends if bound is not None)
    formula = All((Counts(CUSTOMER, name, TRUE_ONLY), Any(outside), *_offered(session.policy, value)))
    goal = Goal((Side(CUSTOMER, session.policy),), formula)
    settled = session.settle(goal)
    reason = settled.reason if isinstance(settled, GaveUp) else ""
    what = f"whether `{brief(value)}` stays within the bounds of `{beyond.clause.attribute}`"
    unsettled = not_settled(what, reason, beyond.clause.span, "`min(…)` and `max(…)` keep a value within bounds")
    return answer(session, name, goal, settled, partial(_beyond, beyond, goal), unsettled)


def _beyond(beyond: Beyond, goal: Goal, found: Found) -> Diagnostic:
    deliberation = decisions(goal, found.cases)[CUSTOMER]
    policy, value = deliberation.policy, beyond.clause.value
    attribute = policy.attributes[beyond.clause.attribute]
    said = value_of(value, deliberation.situation)
    bounds = [("at least", beyond.low), ("at most", beyond.high)]
    texts = [f"{words} {value_text(bound, value.type)}" for words, bound in bounds if bound is not None]
    return Diagnostic(
        codes.MAY_LEAVE_BOUNDS,
        f"`{brief(value)}` is {value_text(said, value.type)}{_where(value, deliberation)}, and "
        f"`{attribute.name}` is {' and '.join(texts)}",
        value.span or beyond.clause.span,
        help="every value is drawn to the bounds: keep it within them with `min(…)` or `max(…)`, or change them",
        related=(Related(attribute.span, f"`{attribute.name}` is declared here"),),
    )


# ---------------------------------------------------------------- results that are lacking


def _lacks_result(session: Session, site: Site) -> Answer:
    name = site.readers[0].statement.origin.name
    goal = Goal((Side(CUSTOMER, session.policy),), All(tuple(_lacking(session.policy, site))))
    settled = session.settle(goal)
    reason = settled.reason if isinstance(settled, GaveUp) else ""
    text = brief(site.expression)
    can = "divides by zero" if site.danger == "divides by zero" else "can be too large"
    span = site.expression.span or site.readers[0].statement.origin.span
    unsettled = not_settled(
        f"whether `{text}` {can}", reason, span, "declare between what its facts lie, `at least … at most …`"
    )
    return answer(session, name, goal, settled, partial(_no_result, site, goal), unsettled)


def _lacking(policy: Policy, site: Site) -> Iterator[Formula]:
    for operand in children(site.expression):
        yield Truth(CUSTOMER, IsMissing(operand), FALSE_ONLY)
        yield from _offered(policy, operand)
    by = divisor(site.expression)
    if site.danger == "divides by zero" and by is not None:
        yield _is(by, "=", _zero(by))
    else:
        yield Truth(CUSTOMER, IsMissing(site.expression), TRUE_ONLY)
        if by is not None:
            yield _is(by, "!=", _zero(by))
    yield Any(tuple(_waits(reader) for reader in site.readers))


def _waits(reader: Reader) -> Formula:
    """It matters to the reader."""
    statement = reader.statement
    if reader.clause is None:
        return Truth(CUSTOMER, statement.condition, UNKNOWN_ONLY)
    applies = Counts(CUSTOMER, statement.origin.name, TRUE_ONLY)
    return All((applies, Truth(CUSTOMER, IsMissing(reader.clause.value), TRUE_ONLY)))


def _no_result(site: Site, goal: Goal, found: Found) -> Diagnostic:
    deliberation = decisions(goal, found.cases)[CUSTOMER]
    expr, text = site.expression, brief(site.expression)
    span = expr.span or site.readers[0].statement.origin.span
    waiting = _waiting(site, deliberation)
    by = divisor(expr)
    if site.danger == "divides by zero" and by is not None:
        return Diagnostic(
            codes.DIVIDES_BY_ZERO,
            f"`{text}` divides by zero{_where(by, deliberation)}",
            span,
            help=f"there is no result then, and {waiting}: ask for `{brief(by)} != 0` first",
        )
    return Diagnostic(
        codes.OVERFLOWS,
        f"`{text}` is too large to be calculated{_where(expr, deliberation)}",
        span,
        help=f"there is no result then, and {waiting}: {_bounding(deliberation, expr)}",
    )


def _bounding(deliberation: Deliberation, expr: Expr) -> str:
    """What to declare, so that there is a result."""
    policy = deliberation.policy
    boundless = sorted(_without_bounds(policy, expr))
    if not boundless:
        return "use smaller values"
    written = [f"`{each}`" for each in declarations(policy, deliberation.index, expr, boundless)]
    such_as = f", such as {' and '.join(written)}" if 0 < len(written) <= MOST_NAMED else ", `at least … at most …`"
    return f"declare how large {listed(boundless)} can be{such_as}"


def _waiting(site: Site, deliberation: Deliberation) -> str:
    """What comes of it."""
    for reader in site.readers:
        if value_of(reader.expression, deliberation.situation) is MISSING:
            name = reader.statement.origin.name
            return f"`{name}` does not apply" if reader.clause is None else f"`{name}` says nothing"
    return "what reads it does not apply"


# ---------------------------------------------------------------- parts of formulas and of sentences


def _is(expr: Expr, op: CompareOp, value: Known) -> Truth:
    return Truth(CUSTOMER, Compare(op, expr, Constant(value, expr.type)), TRUE_ONLY)


def _offered(policy: Policy, expr: Expr) -> Iterator[Formula]:
    """The expression isn't `none`."""
    if isinstance(expr, AttributeRef) and policy.attributes[expr.name].or_none:
        none = Constant(NotOffered.BELOW, expr.type)
        yield Truth(CUSTOMER, Compare("=", expr, none), FALSE_ONLY)


def _zero(expr: Expr) -> Known:
    return 0.0 if isinstance(expr.type, Number) else 0


def _where(expr: Expr, deliberation: Deliberation) -> str:
    """ " where `orders` is 0 and `spend` is 5": what an expression reads, as it is for a customer."""
    policy, situation = deliberation.policy, deliberation.situation
    said = []
    for name in dict.fromkeys(node.name for node in read_by(expr, policy)):
        declared, values = (
            (policy.fields, situation.fields) if name in policy.fields else (policy.attributes, situation.decided)
        )
        said.append(f"`{name}` is {value_text(values[name], declared[name].type)}")
    return f" where {' and '.join(said[:MOST_NAMED])}" if said else ""


def _without_bounds(policy: Policy, expr: Expr) -> frozenset[str]:
    """The fields in an expression of which it isn't said how large they can be."""
    fields = (policy.fields[name] for name in fields_in(expr, policy))
    return frozenset(field.name for field in fields if field.high is None or field.low is None)


QUESTION = Question("looking for calculations without a result", subjects, answers, "no calculation without a result")
