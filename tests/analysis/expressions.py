"""Random typed expressions of every kind, the values of what they read, and a little world to read them in."""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from tests.strategies.policies import elaborated
from tierpolicy.analysis.smt import conditions, values
from tierpolicy.analysis.smt.syms import constant, fresh_sym
from tierpolicy.analysis.smt.terms import Rail, Sym, Workspace
from tierpolicy.model.expressions import (
    And,
    Arithmetic,
    AttributeRef,
    Call,
    Compare,
    Constant,
    Expr,
    FieldRef,
    Has,
    In,
    IsMissing,
    Negative,
    Not,
    Or,
    ParameterRef,
    ShiftMonths,
    TextTest,
    Today,
    ToNumber,
)
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import (
    DATE,
    DURATION,
    FLAG,
    INTEGER,
    MONEY,
    NUMBER,
    PERCENT,
    TEXT,
    Choice,
    Date,
    Duration,
    Flag,
    Integer,
    Money,
    Number,
    Percent,
    Scale,
    SetOf,
    Text,
    Type,
)
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, MISSING, MONEY_MAX, Known, NotOffered, Value
from tierpolicy.model.vocabulary import Direction

SCALE, CHOICE, SET = Scale(("cold", "warm", "hot")), Choice(("south", "north", "east")), SetOf(("vip", "press"))
AMOUNTS: tuple[Type, ...] = (INTEGER, NUMBER, MONEY, PERCENT, DURATION)
ORDERED: tuple[Type, ...] = (*AMOUNTS, DATE, SCALE)
ALL: tuple[Type, ...] = (*ORDERED, FLAG, TEXT, CHOICE, SET)

TEXT_OF_POLICY = """customer {
    integer_1 : integer
    integer_2 : integer
    number_1 : number
    number_2 : number
    money_1 : money
    money_2 : money
    percent_1 : percent
    percent_2 : percent
    duration_1 : duration
    duration_2 : duration
    date_1 : date
    date_2 : date
    scale_1 : cold < warm < hot
    scale_2 : cold < warm < hot
    flag_1 : flag
    flag_2 : flag
    text_1 : text
    text_2 : text
    choice_1 : one of south, north, east
    choice_2 : one of south, north, east
    set_1 : set of vip, press required
    set_2 : set of vip, press required
}
service {
    more_1 : integer more is better or none
    less_1 : integer less is better or none
    wait_1 : duration less is better or none
    heat_1 : cold < warm < hot or none
    perks_1 : set of vip, press or none
    words_1 : text or none default "a"
}
parameter bar_1 : integer = 7
parameter fee_1 : money = 19.99
define sum_1 = integer_1 + bar_1
define rich_1 = money_1 > fee_1 or flag_1
"""


@lru_cache(maxsize=1)
def policy() -> Policy:
    return elaborated(TEXT_OF_POLICY)


def names_of(type_: Type) -> list[Expr]:
    """What can be read as a value of the type."""
    found: list[Expr] = [FieldRef(name, f.type) for name, f in policy().fields.items() if f.type == type_]
    found += [AttributeRef(name, a.type) for name, a in policy().attributes.items() if a.type == type_]
    found += [ParameterRef(name, p.type) for name, p in policy().parameters.items() if p.type == type_]
    return found + ([Today()] if type_ == DATE else [])


# ---------------------------------------------------------------- values


def value_in(type_: Type, chance: random.Random) -> Known:
    """A value of the type, at its ends and around round numbers more often than not."""
    match type_:
        case Flag():
            return chance.random() < 0.5
        case Integer():
            return chance.choice([0, 1, 2, 7, 100, -1, INTEGER_MIN, INTEGER_MAX, 2**53 + 1, chance.randint(-50, 50)])
        case Money() | Percent():
            some = [0, 1, 50, 1_000, 10_000, -1, -MONEY_MAX, MONEY_MAX, MONEY_MAX - 1, 2**52 + 1]
            return chance.choice([*some, chance.randint(-20_000, 20_000), chance.randint(-(2**53), 2**53)])
        case Duration():
            some = [0, 1, 86_399, 86_400, -86_400, -86_401, INTEGER_MIN, INTEGER_MAX, 2**53 + 1]
            return chance.choice([*some, chance.randint(-(10**6), 10**6)])
        case Number():
            top, tiny = sys.float_info.max, math.nextafter(0.0, 1.0)
            some = [0.0, -0.0, 1.0, 0.1, 0.5, 2.5, 3.5, -2.5, 1e300, top, -top, tiny, 1e-300, 2.0**53, 1 / 3]
            return chance.choice([*some, chance.uniform(-100, 100), math.nextafter(0.1, 1.0)])
        case Date():
            some = [date.min, date.max, date(2024, 2, 29), date(2023, 2, 28), date(2026, 1, 31), date(1900, 3, 1)]
            return chance.choice([*some, date(2000, 1, 1) + timedelta(days=chance.randint(0, 20_000))])
        case Text():
            return chance.choice(["", "a", "ab", "ba", "é", "\\u{41}", "A", "\U0003fffd", "\U0001f600", "aba", '"'])
        case Scale(labels) | Choice(labels):
            return chance.choice(labels)
        case SetOf(labels):
            return frozenset(label for label in labels if chance.random() < 0.5)


@dataclass(frozen=True)
class Reading:
    """What is known for one decision."""

    fields: Mapping[str, Value]
    decided: Mapping[str, Known]
    as_of: date


def reading(chance: random.Random, rules: Policy | None = None) -> Reading:
    """Values for all that expressions of a policy may read."""
    rules = rules or policy()
    fields = {
        name: MISSING if chance.random() < 0.2 else value_in(each.type, chance) for name, each in rules.fields.items()
    }
    decided: dict[str, Known] = {}
    for name, attribute in rules.attributes.items():
        none = NotOffered.ABOVE if attribute.direction is Direction.LESS else NotOffered.BELOW
        is_none = attribute.or_none and chance.random() < 0.4
        decided[name] = none if is_none else value_in(attribute.type, chance)
    day = value_in(DATE, chance)
    assert isinstance(day, date)
    return Reading(fields, decided, day)


# ---------------------------------------------------------------- expressions


@dataclass
class Writer:
    """Writes typed expressions, choosing with one source of chance."""

    chance: random.Random

    def value(self, type_: Type, depth: int) -> Expr:
        if depth <= 0 or self.chance.random() < 0.2:
            return self.leaf(type_)
        if isinstance(type_, Flag):
            return self.condition(depth)
        forms = self.forms(type_, depth - 1)
        return self.chance.choice(forms)() if forms else self.leaf(type_)

    def leaf(self, type_: Type) -> Expr:
        names = names_of(type_)
        if self.chance.random() < 0.35:
            return Constant(value_in(type_, self.chance), type_)
        return self.chance.choice(names)

    def forms(self, type_: Type, depth: int) -> list[Callable[[], Expr]]:
        def sub(wanted: Type) -> Expr:
            return self.value(wanted, depth)

        def arithmetic(op: str, left: Type, right: Type) -> Callable[[], Expr]:
            return lambda: Arithmetic(op, sub(left), sub(right), type_)  # type: ignore[arg-type]

        def call(name: str, *types: Type) -> Callable[[], Expr]:
            return lambda: Call(name, tuple(sub(each) for each in types), type_)

        forms: list[Callable[[], Expr]] = [call("first_known", type_, type_)]
        if type_ in ORDERED:
            forms += [call("min", type_, type_), call("max", type_, type_, type_)]
        if type_ in AMOUNTS:
            forms += [arithmetic("+", type_, type_), arithmetic("-", type_, type_), call("abs", type_)]
            forms += [lambda: Negative(sub(type_), type_), call("round", type_, type_)]
            forms.append(lambda: Call("round", (sub(type_), Constant(self.step(type_), type_)), type_))
        match type_:
            case Integer():
                forms += [arithmetic("*", INTEGER, INTEGER), call("round", NUMBER), call("days_between", DATE, DATE)]
                forms += [call("months_between", DATE, DATE), call("years_between", DATE, DATE)]
            case Number():
                forms += [arithmetic("*", NUMBER, NUMBER), arithmetic("/", NUMBER, NUMBER)]
                forms += [arithmetic("/", each, each) for each in (MONEY, PERCENT, DURATION)]
                forms += [lambda: ToNumber(sub(INTEGER), NUMBER)] * 2
            case Money() | Percent() | Duration():
                forms += [
                    arithmetic("*", type_, NUMBER),
                    arithmetic("*", NUMBER, type_),
                    arithmetic("/", type_, NUMBER),
                ]
                whole = ToNumber(Constant(self.chance.randint(-3, 3), INTEGER), NUMBER)
                forms.append(lambda: Arithmetic("*", sub(type_), whole, type_))
            case Date():
                forms += [arithmetic("+", DATE, DURATION), arithmetic("-", DATE, DURATION)]
                forms += [lambda: ShiftMonths(sub(DATE), self.chance.choice([1, -1, 12, -13, 240, 10**6]))] * 2
            case _:
                pass
        if isinstance(type_, Money):
            forms += [arithmetic("*", MONEY, PERCENT), arithmetic("*", PERCENT, MONEY)]
            forms.append(call("npv", PERCENT, MONEY, MONEY))
        if isinstance(type_, Duration):
            forms.append(arithmetic("-", DATE, DATE))
        return forms

    def step(self, type_: Type) -> Known:
        return self.chance.choice([0.5, 2.0]) if isinstance(type_, Number) else self.chance.choice([0, 1, 2, 5, -4])

    def condition(self, depth: int) -> Expr:
        chance, type_ = self.chance, self.chance.choice(ALL)
        below = depth - 1
        match chance.randrange(9):
            case 0:
                return And(tuple(self.value(FLAG, below) for _ in range(chance.randint(2, 3))))
            case 1:
                return Or(tuple(self.value(FLAG, below) for _ in range(chance.randint(2, 3))))
            case 2:
                return Not(self.value(FLAG, below))
            case 3:
                return In(
                    self.value(type_, below), tuple(self.value(type_, below) for _ in range(chance.randint(1, 3)))
                )
            case 4:
                return IsMissing(self.value(type_, below))
            case 5:
                return Has(self.value(SET, below), chance.choice(SET.labels))
            case 6:
                op = chance.choice(["starts with", "ends with", "contains"])
                return TextTest(op, self.value(TEXT, below), self.value(TEXT, below))  # type: ignore[arg-type]
            case _:
                ops = ["=", "!=", "<", "<=", ">", ">="] if type_ in ORDERED else ["=", "!="]
                left, right = self.value(type_, below), self.value(type_, below)
                if chance.random() < 0.2 and type_ in (INTEGER, DURATION, SCALE, SET, TEXT):
                    right = Constant(chance.choice(list(NotOffered)), type_)
                return Compare(chance.choice(ops), left, right)  # type: ignore[arg-type]


# ---------------------------------------------------------------- the little world


@dataclass
class LittleScope:
    """A scope whose fields, attributes and day are free; `pins` hold them to a reading."""

    policy: Policy
    workspace: Workspace = field(default_factory=Workspace)
    syms: dict[str, Sym] = field(default_factory=dict)

    def field(self, name: str) -> Sym:
        return self._sym(name, self.policy.fields[name].type, may_be_missing=True, may_be_none=False)

    def attribute(self, name: str) -> Sym:
        attribute = self.policy.attributes[name]
        return self._sym(name, attribute.type, may_be_missing=False, may_be_none=attribute.or_none)

    def today(self) -> Sym:
        return self._sym("today", DATE, may_be_missing=False, may_be_none=False)

    def condition(self, name: str) -> Rail:
        return conditions.truth(self.policy.defines[name].expression, self)

    def define(self, name: str) -> Sym:
        return values.value(self.policy.defines[name].expression, self)

    def _sym(self, name: str, type_: Type, *, may_be_missing: bool, may_be_none: bool) -> Sym:
        if name not in self.syms:
            self.syms[name] = fresh_sym(
                type_, name, self.workspace, may_be_missing=may_be_missing, may_be_none=may_be_none
            )
        return self.syms[name]

    def constant(self, value: Value, type_: Type) -> Sym:
        return constant(value, type_, self.workspace)
