"""One function of the language as one record: how it is called, what it is for, what it gives, what it means.

`check` reads `arguments` and `result_type`, the plain evaluator `value`, the reference pages `signature`, `doc` and
`examples`; the backends are tables keyed by the record's name. A plugin's function is the same record.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Literal, TypeGuard

from tierpolicy.frozen import frozen
from tierpolicy.model.types import (
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
from tierpolicy.model.values import INTEGER_MAX, INTEGER_MIN, MISSING, MONEY_MAX, Known, NotOffered, Value, less

Kind = Type | Literal["shared", "own"]
"""What a plain literal becomes as an argument: a type; the type that the call shares with what is wanted of it and
with its other shared arguments; or its own (a whole number, a number)."""


@frozen
class Argument:
    """One argument, in the author's words. Only the last may be `repeats` (one or more of it) or `optional`."""

    name: str
    kind: Kind = "own"
    repeats: bool = False
    optional: bool = False


@frozen
class Refusal:
    """Why a function can't take these kinds: the end of a sentence that begins with "`f`"."""

    reason: str


@frozen
class CallExample:
    """A call and what it gives, both as text of the language without names."""

    call: str
    gives: str


ResultType = Callable[[tuple[Type, ...]], Type | Refusal]
MeaningOfKnown = Callable[[tuple[Known, ...], tuple[Type, ...]], Value]
MeaningOfCall = Callable[[tuple[Value, ...], tuple[Type, ...]], Value]


@frozen
class Builtin:
    """A pure function of the language.

    `result_type` gets the arguments' types; shared arguments of which one is a number come as numbers, all of
    them. `meaning` gets known values in these types and says the result in the representation of model/values, MISSING
    where there is none; `value` is what to call. `takes_missing`: missing values and `none` reach `meaning` too.
    `low` and `high` bound every result (None: open); `sql` names a function of the database with the same meaning
    ('': it has none). `origin` is the plugin that brought it, '' for the language's own.
    """

    name: str
    signature: str
    doc: str
    arguments: tuple[Argument, ...]
    result_type: ResultType
    meaning: MeaningOfKnown | MeaningOfCall
    examples: tuple[CallExample, ...] = ()
    takes_missing: bool = False
    low: Known | None = None
    high: Known | None = None
    sql: str = ""
    origin: str = ""

    @property
    def least(self) -> int:
        """How many arguments a call has at least."""
        return sum(1 for argument in self.arguments if not argument.optional)

    @property
    def most(self) -> int | None:
        """How many at most; None for any number."""
        return None if any(argument.repeats for argument in self.arguments) else len(self.arguments)

    def argument(self, position: int) -> Argument:
        """The argument at a position of a call; the repeated one goes on for ever."""
        return self.arguments[min(position, len(self.arguments) - 1)]

    def value(self, values: tuple[Value, ...], types: tuple[Type, ...]) -> Value:
        """What a call gives: missing where an argument is missing or `none`, or where the result is out of range."""
        if not self.takes_missing and any(value is MISSING or isinstance(value, NotOffered) for value in values):
            return MISSING
        return self.meaning(values, types)  # type: ignore[arg-type]


def in_range(value: int | float, type_: Type) -> Value:
    """A numeric result as a value of its type; MISSING where it is not finite or beyond the type's range."""
    match type_:
        case Number():
            return float(value) + 0.0 if math.isfinite(value) else MISSING  # minus zero is zero
        case Integer() | Duration():
            low, high = INTEGER_MIN, INTEGER_MAX
        case Money() | Percent():
            low, high = -MONEY_MAX, MONEY_MAX
        case Flag() | Date() | Text() | Scale() | Choice() | SetOf():
            return MISSING
    if isinstance(value, float):
        if not math.isfinite(value):
            return MISSING
        value = round(value)
    return value if low <= value <= high else MISSING


def within(value: Known, low: Known | None, high: Known | None, type_: Type) -> bool:
    """True where a value lies between two bounds of its type, both included (None: open)."""
    return not ((low is not None and less(value, low, type_)) or (high is not None and less(high, value, type_)))


def is_value_of(value: object, type_: Type) -> TypeGuard[Known]:
    """True where `value` is in the representation of a known value of the type (model/values)."""
    match type_:
        case Flag():
            return isinstance(value, bool)
        case Integer() | Percent() | Money() | Duration():
            return type(value) is int and in_range(value, type_) is not MISSING
        case Number():
            return isinstance(value, float) and math.isfinite(value)
        case Date():
            return type(value) is date
        case Text():
            return isinstance(value, str)
        case Scale(labels) | Choice(labels):
            return isinstance(value, str) and value in labels
        case SetOf(labels):
            return isinstance(value, frozenset) and value <= set(labels)
