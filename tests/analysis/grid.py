"""The values that brute force tries for a field: both sides of every constant, the ends of every range, every label.

`values_of` is the whole grid of a field. `Atoms` cuts it down: of values between which no expression of the goal can
tell the difference one is enough. An *atom* is a largest subexpression that reads one field and nothing else; the
plain evaluator says what it gives for each value, so nothing here knows what a comparison means.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, product

from tierpolicy.cells.ranges import days_of, limits_of, may_be_missing
from tierpolicy.model.builtins.record import within
from tierpolicy.model.expressions import (
    And,
    AttributeRef,
    Compare,
    Constant,
    DefineRef,
    Expr,
    FieldRef,
    Has,
    In,
    IsMissing,
    Not,
    Or,
    ParameterRef,
    Today,
    ToNumber,
    children,
    walk,
)
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Choice, Date, Flag, Integer, Number, Scale, SetOf, Text, Type
from tierpolicy.model.values import MISSING, Known, NotOffered, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.index import statements

TODAY = "today"
ANY = "*"
"""Stands for all that a decided attribute reads."""

Constants = frozenset[tuple[type[Type], Known]]


# ---------------------------------------------------------------- constants


def constants_of(policy: Policy, more: Iterable[Expr] = ()) -> Constants:
    """Every constant of a policy, wherever it stands, with its type: thresholds, values, bounds, defaults."""
    found: set[tuple[type[Type], Known]] = set()
    for expr in (*expressions_of(policy), *more):
        found |= {(type(node.type), node.value) for node in walk(expr) if isinstance(node, Constant)}
    for parameter in policy.parameters.values():
        found.add((type(parameter.type), parameter.value))
    for name in (*policy.fields.values(), *policy.attributes.values()):
        found |= {(type(name.type), v) for v in (name.low, name.high, name.default) if v not in (None, MISSING)}  # type: ignore[misc]
    return frozenset((kind, value) for kind, value in found if not isinstance(value, NotOffered))


def expressions_of(policy: Policy) -> Iterator[Expr]:
    for statement in statements(policy):
        yield statement.condition
    for rule in policy.rules:
        yield from (grant.value for grant in rule.grants)
    for limit in policy.limits:
        yield from (cap.value for cap in limit.caps)
    for baseline in policy.baselines:
        yield from (floor.value for floor in baseline.floors)
    yield from (define.expression for define in policy.defines.values())
    yield from (assumption.condition for assumption in policy.assumptions)


# ---------------------------------------------------------------- the whole grid of a field


def values_of(field: Field, constants: Constants) -> list[Value]:
    """Every boundary value of a field, missing last."""
    near = {value for kind, value in constants if kind is type(field.type)}
    found: list[Value]
    match field.type:
        case Flag():
            found = [False, True]
        case Scale(labels) | Choice(labels):
            found = list(labels)
        case SetOf(labels):
            found = [frozenset(chosen) for n in range(len(labels) + 1) for chosen in combinations(labels, n)]
        case Text():
            found = _texts({value for value in near if isinstance(value, str)})
        case Number():
            found = _numbers({value for value in near if isinstance(value, int | float)}, *limits_of(field))
        case Date():
            first, last = limits_of(field)
            assert isinstance(first, date)
            assert isinstance(last, date)
            found = list(days_around({first, last, *(v for v in near if isinstance(v, date))}))
        case kind:
            if isinstance(kind, Integer):  # it may be compared as a number
                near |= {whole for k, v in constants if k is Number for whole in (math.floor(v), math.ceil(v))}  # type: ignore[arg-type]
            whole = {*near, *limits_of(field)}
            found = sorted({v + step for v in whole for step in (-1, 0, 1)})  # type: ignore[operator]
    low, high = limits_of(field)
    found = [value for value in found if value is not MISSING and within(value, low, high, field.type)]
    return [*found, MISSING] if may_be_missing(field) else found


def _numbers(near: set[int | float], *ends: Known | None) -> list[Value]:
    around = {float(value) for value in (*near, *ends) if isinstance(value, int | float)}
    stepped = {math.nextafter(v, towards) for v in around for towards in (-math.inf, math.inf)} | around
    return sorted(v for v in stepped if math.isfinite(v))


def _texts(near: set[str]) -> list[Value]:
    pairs = {one + other for one, other in product(near, repeat=2)}
    longer = {form for text in near | pairs for form in (text, text + "~", "~" + text, f"~{text}~")}
    return sorted({unicodedata.normalize("NFC", text) for text in longer | {"#", "##"}} - {""})


def combined(constants: Constants) -> Constants:
    """The constants with what a little arithmetic makes of them: for fields that are calculated with."""
    found = set(constants)
    for kind in {kind for kind, value in constants if not isinstance(value, str | bool | frozenset)}:
        if kind is Date:
            days = [value for each, value in constants if each is Date and isinstance(value, date)]
            found |= {(kind, day + timedelta(step)) for day in days for step in (-365, -31, -30, -28, 30, 31, 365)}
            continue
        amounts = [v for each, v in constants if each is kind and isinstance(v, int | float)]
        half = [v / 2 if kind is Number else v // 2 for v in amounts]
        both = [one + sign * other for one, other in product(amounts, repeat=2) for sign in (1, -1)]
        found |= {(kind, value) for value in (0, *half, *both, *(-v for v in (*amounts, *half)))}
    return frozenset(found)


def days_around(days: Iterable[date]) -> list[date]:
    """The days, and the ones before and after each."""
    numbers = {day.toordinal() + step for day in days for step in (-1, 0, 1)}
    return [date.fromordinal(n) for n in sorted(numbers) if 1 <= n <= date.max.toordinal()]


def days_tried(policies: Iterable[Policy], constants: Constants) -> list[date]:
    """Every day on which something begins or ends, and those around it, while the policies are in effect."""
    edges: set[date] = {value for kind, value in constants if kind is Date and isinstance(value, date)}
    first, last = date.min, date.max
    for policy in policies:
        for statement in statements(policy):
            edges |= {day for day in (statement.in_force.start, statement.in_force.end) if day is not None}
        begins, ends = days_of(policy)
        first, last = max(first, begins), min(last, ends)
    return [day for day in days_around({*edges, first, last}) if first <= day <= last]


# ---------------------------------------------------------------- what the goal can tell apart


@dataclass
class Atoms:
    """The largest expressions that read one field (or the day) and nothing else, by its name, with their policy."""

    found: dict[str, list[tuple[Policy, Expr]]] = field(default_factory=dict)
    read: dict[tuple[int, str], frozenset[str]] = field(default_factory=dict)

    def add(self, expr: Expr, policy: Policy) -> None:
        waiting = [expr]
        while waiting:
            node = waiting.pop()
            reads = self.reads(node, policy)
            if len(reads) == 1 and ANY not in reads:
                (name,) = reads
                self.found.setdefault(name, []).append((policy, node))
            elif isinstance(node, DefineRef):
                waiting.append(policy.defines[node.name].expression)
            else:
                waiting.extend(children(node))

    def reads(self, expr: Expr, policy: Policy) -> frozenset[str]:
        found: set[str] = set()
        for node in walk(expr):
            match node:
                case FieldRef(name):
                    found.add(name)
                case Today():
                    found.add(TODAY)
                case AttributeRef():
                    found.add(ANY)
                case DefineRef(name):
                    key = (id(policy), name)
                    if key not in self.read:
                        self.read[key] = self.reads(policy.defines[name].expression, policy)
                    found |= self.read[key]
        return frozenset(found)

    def told_apart(self, name: str, values: list[Value]) -> list[Value]:
        """One value for each answer that the atoms give together."""
        kept: dict[tuple[Value, ...], Value] = {}
        for value in values:
            situations = {id(p): Situation(p, {name: value}, date(2026, 1, 1)) for p, _ in self.found.get(name, ())}
            kept.setdefault(tuple(value_of(e, situations[id(p)]) for p, e in self.found.get(name, ())), value)
        return list(kept.values())

    def days_told_apart(self, policies: Iterable[Policy], days: list[date]) -> list[date]:
        kept: dict[object, date] = {}
        for day in days:
            said = [value_of(expr, Situation(policy, {}, day)) for policy, expr in self.found.get(TODAY, ())]
            force = [each.in_force.covers(day) for policy in policies for each in statements(policy)]
            kept.setdefault((*said, *force), day)
        return list(kept.values())

    def complete(self, policies: Iterable[Policy]) -> bool:
        """True where every answer that the atoms can give shows on the grid: where all they do is to compare with
        constants, or the field has few values."""
        fields = {name: each.type for policy in policies for name, each in policy.fields.items()}
        return not self.calculated(fields)

    def calculated(self, fields: Mapping[str, Type]) -> frozenset[str]:
        """The fields (and the day) of many values with which more is done than to compare them with constants."""
        finite = {name for name, type_ in fields.items() if isinstance(type_, Flag | Scale | Choice | SetOf)}
        return frozenset(
            name
            for name, atoms in self.found.items()
            if name not in finite and not all(_compares(expr, policy) for policy, expr in atoms)
        )


def _compares(expr: Expr, policy: Policy) -> bool:
    match expr:
        case And(parts) | Or(parts):
            return all(_compares(part, policy) for part in parts)
        case Not(operand):
            return _compares(operand, policy)
        case DefineRef(name):
            return _compares(policy.defines[name].expression, policy)
        case IsMissing(operand) | Has(operand):
            return _is_bare(operand)
        case Compare(_, left, right):
            return (_is_bare(left) and _is_fixed(right)) or (_is_fixed(left) and _is_bare(right))
        case In(operand, options):
            return _is_bare(operand) and all(_is_fixed(option) for option in options)
        case FieldRef(_, type_):
            return isinstance(type_, Flag)
        case _:
            return _is_fixed(expr)


def _is_bare(expr: Expr) -> bool:
    match expr:
        case FieldRef() | Today():
            return True
        case ToNumber(FieldRef()):
            return True
        case _:
            return False


def _is_fixed(expr: Expr) -> bool:
    return isinstance(expr, Constant | ParameterRef) or (isinstance(expr, ToNumber) and _is_fixed(expr.operand))
