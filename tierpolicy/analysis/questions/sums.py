"""What adds up and can come to more than its attribute's `at most` (language.md §2, §7): T324.

Each value alone may be within the bounds and their sum beyond them. What the rules give together is read off a variant
of the policy in which nothing but the rules moves the attribute. A constant that is too large by itself has been told
of by its place (T317) and is left out of the sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tierpolicy.analysis.answer import Answer, Found, GaveUp, Question
from tierpolicy.analysis.claims import CUSTOMER
from tierpolicy.analysis.corners import Amount, amount
from tierpolicy.analysis.goal import TRUE_ONLY, Goal, Side, Truth
from tierpolicy.analysis.intervals import Intervals
from tierpolicy.analysis.replay import decisions
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.variants import adding_freely
from tierpolicy.analysis.verdicts import MOST_RELATED, answer, listed, not_settled
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic, Related
from tierpolicy.model.expressions import AttributeRef, Compare, Constant
from tierpolicy.model.policy import Grant
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.model.words import name_text, value_text
from tierpolicy.semantics.counting import Given

SUM = "the customer, the sum as it is"
MOST_NAMED = 3


def subjects(session: Session) -> int:
    return len(_open(session))


def answers(session: Session) -> Iterator[Answer]:
    for attribute in _open(session):
        yield _answer(session, attribute)


def _open(session: Session) -> tuple[Attribute, ...]:
    """The attributes of which intervals don't show that their sum stays within its bound."""

    def found() -> tuple[Attribute, ...]:
        intervals = Intervals(session.policy, session.index)
        bounded = (each for each in session.policy.attributes.values() if each.adds_up and each.high is not None)
        return tuple(each for each in bounded if _largest(session, intervals, each) > _bound(each))

    return session.remembered("open sums", found)


def _bound(attribute: Attribute) -> Amount:
    high = amount(attribute.high)
    assert high is not None
    return high


def _largest(session: Session, intervals: Intervals, attribute: Attribute) -> Amount:
    """No sum is greater; of the rows of a `first match` table one counts at most."""
    alone: Amount = 0
    of_table: dict[str, Amount] = {}
    for rule, grant in session.index.clauses[attribute.name].grants:
        if told_of_alone(attribute, grant):
            continue
        found = intervals.of(grant.value)
        most: Amount = float("inf") if found is None else max(found.high, 0)
        table = session.index.first_match.get(rule.origin.name)
        if table is None:
            alone += most
        else:
            of_table[table.origin.name] = max(of_table.get(table.origin.name, 0), most)
    return alone + sum(of_table.values())


def told_of_alone(attribute: Attribute, grant: Grant) -> bool:
    """True for a constant that lies beyond the bound itself."""
    said = amount(grant.value.value) if isinstance(grant.value, Constant) else None
    return said is not None and said > _bound(attribute)


# ---------------------------------------------------------------- what is looked for


def _answer(session: Session, attribute: Attribute) -> Answer:
    goal = _goal(session, attribute)
    settled = session.settle(goal)
    reason = settled.reason if isinstance(settled, GaveUp) else ""
    unsettled = not_settled(
        f"whether what rules give to `{attribute.name}` adds up to more than its bound",
        reason,
        attribute.span,
        help=_help(attribute),
    )
    return answer(session, attribute.name, goal, settled, partial(_beyond, attribute, goal), unsettled)


def _goal(session: Session, attribute: Attribute) -> Goal:
    policy = session.policy
    left_out = [grant for _, grant in session.index.clauses[attribute.name].grants if told_of_alone(attribute, grant)]
    assert attribute.high is not None
    read, bound = AttributeRef(attribute.name, attribute.type), Constant(attribute.high, attribute.type)
    sides = Side(CUSTOMER, policy), Side(SUM, adding_freely(policy, attribute.name, left_out))
    return Goal(sides, Truth(SUM, Compare(">", read, bound), TRUE_ONLY))


# ---------------------------------------------------------------- words


def _beyond(attribute: Attribute, goal: Goal, found: Found) -> Diagnostic:
    summed = decisions(goal, found.cases)[SUM]
    given = [each for each in summed.parts[attribute.name].grants if _amount(each.value) > 0]
    given.sort(key=lambda each: -_amount(each.value))
    total = value_text(summed.situation.decided[attribute.name], attribute.type)
    names = list(dict.fromkeys(each.statement.origin.name for each in given))
    others = len(names) - MOST_NAMED
    what = listed(names) if others <= 0 else f"{', '.join(map('`{}`'.format, names[:MOST_NAMED]))} and {others} more"
    says = f"gives {total}" if len(given) == 1 else f"together give {total}"
    return Diagnostic(
        codes.MAY_LEAVE_BOUNDS,
        f"{what} {says}, and `{attribute.name}` is at most {_bound_text(attribute)}",
        attribute.span,
        help=_help(attribute),
        related=tuple(_related(each, attribute) for each in given[:MOST_RELATED]),
    )


def _amount(value: Known) -> Amount:
    return amount(value) or 0


def _related(given: Given, attribute: Attribute) -> Related:
    said = value_text(given.value, attribute.type)
    return Related(given.clause.span, f"`{given.statement.origin.name}` gives {said} here")


def _help(attribute: Attribute) -> str:
    instead = f"limit most: {name_text(attribute.name)} at most {_bound_text(attribute)}"
    return f"the sum is drawn to the bound: widen it or, if that is meant, write `{instead}` instead of it"


def _bound_text(attribute: Attribute) -> str:
    assert attribute.high is not None
    return value_text(attribute.high, attribute.type)


QUESTION = Question("looking for sums beyond their bounds", subjects, answers, "no sum beyond its bounds")
