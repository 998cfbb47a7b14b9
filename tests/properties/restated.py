"""The formula of language.md §2 and the meaning of `undetermined` once more, by brute force and other means.

Values in a line become ranks, sets become one question for each element, tables and overriding are looked up anew for
every row. Conditions and values of expressions alone come from the evaluator itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from tierpolicy.model.expressions import TRUE
from tierpolicy.model.policy import Baseline, Cap, Limit, Policy, Rule
from tierpolicy.model.types import Integer, Scale, SetOf
from tierpolicy.model.values import MISSING, Known, NotOffered, Value, equal
from tierpolicy.model.vocabulary import Attribute, Direction
from tierpolicy.semantics.evaluate import Situation, value_of

Statement = Rule | Limit | Baseline


def restated(policy: Policy, fields: Mapping[str, Value], as_of: date) -> dict[str, Known]:
    """A value for every attribute."""
    return situation_after(policy, fields, as_of).decided


def situation_after(policy: Policy, fields: Mapping[str, Value], as_of: date) -> Situation:
    situation = Situation(policy, fields, as_of)
    for name in policy.order:
        attribute = policy.attributes[name]
        if attribute.direction is Direction.NONE:
            situation.decided[name] = agreed(attribute, situation)
        elif isinstance(attribute.type, SetOf):
            situation.decided[name] = set_value(attribute, situation)
        else:
            situation.decided[name] = line_value(attribute, situation)
    return situation


# ---------------------------------------------------------------- truth


def own(statement: Statement, situation: Situation) -> Value:
    start, end = statement.in_force.start, statement.in_force.end
    if (start and situation.as_of < start) or (end and situation.as_of > end):
        return False
    return value_of(statement.condition, situation)


def truth(statement: Statement, situation: Situation) -> Value:
    """Whether a statement counts; a row of a first-match table after a look at every row above."""
    for table in situation.policy.tables:
        rows = [situation.policy.rules[index] for index in table.rows]
        if table.first_match and any(row is statement for row in rows):
            at = next(i for i, row in enumerate(rows) if row is statement)
            above = [own(row, situation) for row in rows[:at]]
            if rows[at].otherwise:
                return own(statement, situation) is True and not any(truth(row, situation) is True for row in rows[:at])
            if True in above or own(statement, situation) is False:
                return False
            return MISSING if MISSING in [*above, own(statement, situation)] else True
    return own(statement, situation)


def said(attribute: Attribute, statements: tuple[Any, ...], kind: str, situation: Situation) -> Iterator[Any]:
    """Statement, clause and value, for every clause of true statements with a known value."""
    for statement in statements:
        for clause in getattr(statement, kind):
            if clause.attribute == attribute.name and truth(statement, situation) is True:
                value = value_of(clause.value, situation)
                if value is not MISSING:
                    yield statement, clause, value


# ---------------------------------------------------------------- values in a line


def rank(attribute: Attribute, value: Known) -> Fraction | float:
    """Greater is better; `none` is below everything."""
    if isinstance(value, NotOffered):
        return float("-inf")
    if isinstance(attribute.type, Scale):
        place = Fraction(attribute.type.labels.index(value))  # type: ignore[arg-type]
    elif isinstance(value, date):
        place = Fraction(value.toordinal())
    else:
        place = Fraction(value)  # type: ignore[arg-type]
    return -place if attribute.direction is Direction.LESS else place


def bounded(attribute: Attribute, value: Known) -> Known:
    if isinstance(value, NotOffered) or (attribute.low is None and attribute.high is None):
        return value
    assert isinstance(value, int | float)
    if attribute.low is not None and value < attribute.low:  # type: ignore[operator]
        return attribute.low
    return attribute.high if attribute.high is not None and value > attribute.high else value  # type: ignore[operator]


def line_value(attribute: Attribute, situation: Situation) -> Known:
    policy = situation.policy
    given = [value for _, _, value in said(attribute, policy.rules, "grants", situation)]
    if attribute.adds_up and given:
        largest = 2**63 - 1 if isinstance(attribute.type, Integer) else 2**53
        best = bounded(attribute, min(largest, sum(max(0, value) for value in given)))
    else:
        ranked = sorted((bounded(attribute, v) for v in given), key=lambda v: rank(attribute, v))
        best = ranked[-1] if ranked else attribute.worst  # type: ignore[assignment]
    caps = [bounded(attribute, value) for _, _, value in said(attribute, policy.limits, "caps", situation)]
    floors = [bounded(attribute, value) for _, _, value in said(attribute, policy.baselines, "floors", situation)]
    lowered = min([best, *caps], key=lambda v: rank(attribute, v))
    return max([lowered, *floors], key=lambda v: rank(attribute, v))


# ---------------------------------------------------------------- sets


def set_value(attribute: Attribute, situation: Situation) -> Known:
    policy = situation.policy
    assert isinstance(attribute.type, SetOf)
    grants = [value for _, _, value in said(attribute, policy.rules, "grants", situation)]
    caps = [(clause, value) for _, clause, value in said(attribute, policy.limits, "caps", situation)]
    floors = [value for _, _, value in said(attribute, policy.baselines, "floors", situation)]

    def allowed(label: str, cap: Cap, value: Any) -> bool:
        return (label in value) is (cap.kind != "without")

    def held(label: str) -> bool:
        granted = any(label in value for value in grants)
        return any(label in value for value in floors) or (granted and all(allowed(label, *cap) for cap in caps))

    return frozenset(label for label in attribute.type.labels if held(label))


# ---------------------------------------------------------------- without direction


def agreed(attribute: Attribute, situation: Situation) -> Known:
    giving = list(said(attribute, situation.policy.rules, "grants", situation))
    values = [
        bounded(attribute, value)
        for rule, _, value in giving
        if not any(rule.group in other.overrides for other, _, _ in giving)
    ]
    if values and all(equal(value, values[0]) for value in values):
        return values[0]
    assert attribute.default is not MISSING
    return attribute.default


# ---------------------------------------------------------------- what is undetermined


def restated_undetermined(policy: Policy, fields: Mapping[str, Value], as_of: date) -> dict[str, set[str]]:
    """Each undetermined statement with the attributes that it would change: whole policies are decided again."""
    before = situation_after(policy, fields, as_of)
    found: dict[str, set[str]] = {}
    for statement in (*policy.rules, *policy.limits, *policy.baselines):
        counts = truth(statement, before)
        changed: set[str] = set()
        if counts is True:
            changed = silent(statement, before)
        elif counts is MISSING:
            for changed_policy in readings(policy, statement):
                after = situation_after(changed_policy, fields, as_of)
                changed |= {n for n in policy.attributes if not equal(before.decided[n], after.decided[n])}
                changed |= silent(statement, after)
        if changed:
            found[statement.origin.name] = changed
    for table in policy.tables:
        last = policy.rules[table.rows[-1]]
        names = [policy.rules[index].origin.name for index in table.rows[:-1]]
        listed = [found[name] for name in names if name in found]
        if last.otherwise and truth(last, before) is True and listed:
            found[last.origin.name] = found.get(last.origin.name, set()).union(*listed)
    return found


def silent(statement: Statement, situation: Situation) -> set[str]:
    """The attributes for which a statement's value is missing."""
    clauses = [c for kind in ("grants", "caps", "floors") for c in getattr(statement, kind, ())]
    return {clause.attribute for clause in clauses if value_of(clause.value, situation) is MISSING}


def readings(policy: Policy, statement: Statement) -> Iterator[Policy]:
    """The policy with a statement true; a row of a first-match table also as a rule beside its table."""

    def told(statements: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(s, condition=TRUE) if s is statement else s for s in statements)

    yield replace(policy, rules=told(policy.rules), limits=told(policy.limits), baselines=told(policy.baselines))
    for table in policy.tables:
        if table.first_match and any(policy.rules[index] is statement for index in table.rows):
            beside = replace(statement, condition=TRUE, origin=replace(statement.origin, name="beside its table"))
            yield replace(policy, rules=(*policy.rules, beside))
