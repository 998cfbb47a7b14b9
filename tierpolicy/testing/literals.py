"""From a policy to the literals that may matter to each of its fields, and the days that it names.

A literal matters to a field where a comparison reads both: by itself, through defines, or through an attribute whose
value is made of the field (`reward = spend * 10%`, elsewhere `reward > 50`). Conditions, values, assumptions and
properties are all looked into.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tierpolicy.cells.once import once
from tierpolicy.model.builtins.record import is_value_of
from tierpolicy.model.expressions import (
    AttributeRef,
    Compare,
    Constant,
    DefineRef,
    Expr,
    FieldRef,
    Has,
    In,
    ParameterRef,
    TextTest,
    Today,
    walk,
)
from tierpolicy.model.policy import Always, Never, Policy, Property, Share, Total
from tierpolicy.model.reads import deciding
from tierpolicy.model.types import SetOf, Type
from tierpolicy.model.values import Known
from tierpolicy.semantics.index import statements

Literal = tuple[type[Type], Known]

TODAY = "today"
"""Stands for the day where fields are named: a word of the language, which no field can have as its name."""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What is named inside an expression, defines included; `today` among the fields where the day is read."""

    fields: frozenset[str]
    attributes: frozenset[str]
    literals: frozenset[Literal]


NOTHING = Mentioned(frozenset(), frozenset(), frozenset())


@once
def literals_of(policy: Policy) -> Mapping[str, tuple[Known, ...]]:
    """By field, and by `TODAY`, the literals of its own type that may matter to it; the least first where they have an
    order."""
    found: dict[str, dict[Known, None]] = {name: {} for name in (*policy.fields, TODAY)}
    types: dict[str, type[Type] | None] = {name: type(field.type) for name, field in policy.fields.items()}
    defined = _defines(policy)
    flows = _flows(policy, defined)
    for expr in _told_apart(policy):
        mentioned = _mentioned(expr, policy, defined)
        reached = mentioned.fields.union(*(flows[name] for name in mentioned.attributes))
        for name in reached:
            for kind, value in mentioned.literals:
                if name == TODAY:
                    if isinstance(value, date):
                        found[name][value] = None
                elif kind is types[name] and is_value_of(value, policy.fields[name].type):
                    found[name][value] = None
    return {name: tuple(sorted(values, key=_sort_key)) for name, values in found.items()}


@once
def labels_asked(policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """By field that holds a set, the labels for which the policy asks."""
    found: dict[str, dict[str, None]] = {}
    for expr in (*deciding(policy), *_claimed(policy)):
        for node in walk(expr):
            if isinstance(node, Has):
                for inner in walk(node.operand):
                    if isinstance(inner, FieldRef) and isinstance(inner.type, SetOf):
                        found.setdefault(inner.name, {})[node.label] = None
    return {name: tuple(labels) for name, labels in found.items()}


@once
def named_days(policy: Policy) -> tuple[date, ...]:
    """The days on which something begins, the last on which something holds, and those that `today` meets."""
    named: dict[date | None, None] = dict.fromkeys((policy.effective_from, policy.effective_until))
    for statement in statements(policy):
        named |= dict.fromkeys((statement.in_force.start, statement.in_force.end))
    named |= dict.fromkeys(day for day in literals_of(policy)[TODAY] if isinstance(day, date))
    return tuple(sorted(day for day in named if day is not None))


def shifted(day: date, days: int) -> date | None:
    """The day so many days later; None beyond the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


# ---------------------------------------------------------------- where literals stand


def _told_apart(policy: Policy) -> Iterator[Expr]:
    """Every comparison, and every value that is made of something."""
    for expr in (*deciding(policy), *_claimed(policy)):
        for node in walk(expr):
            if isinstance(node, Compare | In | TextTest):
                yield node
    for _, clause in _clauses(policy):
        if not isinstance(clause, Constant):
            yield clause


def _claimed(policy: Policy) -> Iterator[Expr]:
    for claim in policy.properties:
        yield from _conditions(claim)


def _conditions(claim: Property) -> Iterator[Expr]:
    if claim.where is not None:
        yield claim.where
    match claim.claim:
        case Always(condition, implied):
            yield condition
            if implied is not None:
                yield implied
        case Never(condition) | Share(_, _, condition):
            yield condition
        case Total(_, expression, _):
            yield expression
        case _:
            pass  # the others speak of names alone


def _clauses(policy: Policy) -> Iterator[tuple[str, Expr]]:
    """Every value given, capped at or promised, with its attribute."""
    for rule in policy.rules:
        yield from ((grant.attribute, grant.value) for grant in rule.grants)
    for limit in policy.limits:
        yield from ((cap.attribute, cap.value) for cap in limit.caps)
    for baseline in policy.baselines:
        yield from ((floor.attribute, floor.value) for floor in baseline.floors)


def _defines(policy: Policy) -> dict[str, Mentioned]:
    """What each define mentions; those that it names first, without recursion."""
    found: dict[str, Mentioned] = {}
    waiting = list(policy.defines)
    while waiting:
        define = policy.defines[waiting[-1]]
        unknown = [name for name in _named(define.expression) if name not in found]
        if define.name in found or not unknown:
            found.setdefault(define.name, NOTHING)
            found[define.name] = _mentioned(define.expression, policy, found)
            waiting.pop()
        else:
            waiting += unknown
    return found


def _named(expr: Expr) -> list[str]:
    return [node.name for node in walk(expr) if isinstance(node, DefineRef)]


def _flows(policy: Policy, defined: Mapping[str, Mentioned]) -> dict[str, frozenset[str]]:
    """By attribute, the fields of which its value is made, through other attributes too."""
    made: dict[str, frozenset[str]] = dict.fromkeys(policy.attributes, frozenset())
    read: dict[str, list[Mentioned]] = {name: [] for name in policy.attributes}
    for attribute, expr in _clauses(policy):
        if not isinstance(expr, Constant):
            read[attribute].append(_mentioned(expr, policy, defined))
    for name in policy.order:  # each after the attributes that it reads
        for mentioned in read[name]:
            made[name] |= mentioned.fields.union(*(made[other] for other in mentioned.attributes))
    return made


def _mentioned(expr: Expr, policy: Policy, defined: Mapping[str, Mentioned]) -> Mentioned:
    fields: set[str] = set()
    attributes: set[str] = set()
    literals: set[Literal] = set()
    for node in walk(expr):
        match node:
            case FieldRef(name):
                fields.add(name)
            case AttributeRef(name):
                attributes.add(name)
            case Today():
                fields.add(TODAY)
            case Constant(value, type_):
                literals.add((type(type_), value))
            case ParameterRef(name, type_):
                literals.add((type(type_), policy.parameters[name].value))
            case DefineRef(name):
                inside = defined.get(name, NOTHING)
                fields |= inside.fields
                attributes |= inside.attributes
                literals |= inside.literals
            case _:
                pass
    return Mentioned(frozenset(fields), frozenset(attributes), frozenset(literals))


def _sort_key(value: Known) -> tuple[str, int | float, str]:
    """An order that doesn't depend on hashing."""
    match value:
        case date():
            return "", value.toordinal(), ""
        case int() | float():
            return "", value, ""
        case frozenset():
            return "", len(value), ";".join(sorted(value))
        case _:
            return "", 0, str(value)
