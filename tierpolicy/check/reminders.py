"""From `reminder "…" within P of A [if C]` to a typed reminder (language.md §5, ADR 0010)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tierpolicy.check.clauses import attribute_named
from tierpolicy.check.draft import Draft, origin
from tierpolicy.check.expressions import condition, constant
from tierpolicy.check.scope import Findings
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.diagnostics.diagnostic import Related
from tierpolicy.model.expressions import TRUE, AttributeRef, DefineRef, Expr, FieldRef, walk
from tierpolicy.model.policy import Policy, Reminder
from tierpolicy.model.types import PERCENT, Duration, Integer, Money, Number, Percent
from tierpolicy.model.vocabulary import Direction, Field
from tierpolicy.syntax import ast

WHOLE = 10_000
"""100% in hundredths of a percent."""

AMOUNTS = (Integer, Number, Percent, Money, Duration)
"""Types of facts of which one can lack a share."""


def reminder_of(written: ast.Reminder, draft: Draft) -> Reminder | None:
    """The reminder; None after a mistake in it."""
    scope = draft.scope
    attribute = attribute_named(written.attribute, scope)
    share = constant(written.share, scope, PERCENT)
    told = condition(written.condition, scope) if written.condition is not None else TRUE
    if share is not None and not (isinstance(share, int) and 0 < share <= WHOLE):
        scope.findings.report(
            codes.REMINDER_SHARE,
            "the share of a reminder lies above 0% and is at most 100%",
            written.share.span,
            help="write `10%` to remind who lacks at most a tenth of what it takes",
        )
        share = None
    if attribute is not None and attribute.direction is Direction.NONE:
        scope.findings.report(
            codes.REMINDS_OF_NO_ORDER,
            f"`{attribute.name}` has no direction, so there is nothing better to remind of",
            written.attribute.span,
            help="remind of an attribute that has one, or declare which of its values is better",
            related=(Related(attribute.span, f"`{attribute.name}` is declared here"),),
        )
        attribute = None
    if attribute is None or told is None or not isinstance(share, int):
        return None
    about = origin(
        f"reminder {draft.places.line(written.span)}",
        written.span,
        title=written.title,
        because=written.because,
        source=written.source,
    )
    return Reminder(about, attribute.name, share, told)


def warn_of_nothing_to_earn(policy: Policy, findings: Findings) -> None:
    """Reports reminders of attributes that no earnable amount has a say in."""
    reads = _names_read(policy) if policy.reminders else {}
    for reminder in policy.reminders:
        reached = _reached(reminder.attribute, reads)
        if not any(_is_earnable_amount(policy.fields[name]) for name in reached if name in policy.fields):
            findings.report(
                codes.NOTHING_TO_EARN,
                f"no earnable amount has a say in `{reminder.attribute}`, so nobody gets this reminder",
                reminder.origin.span,
                help="say `earnable` after the type of a fact that the customer can raise, "
                "`annual_spend : money earnable`, or remove the reminder",
            )


def _is_earnable_amount(field: Field) -> bool:
    return field.earnable and isinstance(field.type, AMOUNTS)


def _names_read(policy: Policy) -> Mapping[str, set[str]]:
    """The names that each define and each attribute reads directly; in a table, what any of its rows asks."""
    read: dict[str, set[str]] = {name: set(_names(define.expression)) for name, define in policy.defines.items()}
    read.update((name, set()) for name in policy.attributes)
    asked: dict[int, set[str]] = {}
    for table in policy.tables:
        together = {name for row in table.rows for name in _names(policy.rules[row].condition)}
        asked.update((row, together) for row in table.rows)
    for at, rule in enumerate(policy.rules):
        for grant in rule.grants:
            read[grant.attribute] |= (asked.get(at) or set(_names(rule.condition))).union(_names(grant.value))
    for limit in policy.limits:
        for cap in limit.caps:
            read[cap.attribute].update(_names(limit.condition), _names(cap.value))
    for baseline in policy.baselines:
        for floor in baseline.floors:
            read[floor.attribute].update(_names(baseline.condition), _names(floor.value))
    return read


def _names(expr: Expr) -> Iterator[str]:
    return (node.name for node in walk(expr) if isinstance(node, FieldRef | AttributeRef | DefineRef))


def _reached(name: str, reads: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = {name}, [name]
    while waiting:
        for other in reads.get(waiting.pop(), ()):
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    return reached
