"""Values of the evaluator as applications hold them (Python) and as documents carry them (JSON, CSV).

The evaluator counts money in hundredths and percent in hundredths of a percent; outside, both are exact decimals.
`none`, *not offered*, is None in Python, null in JSON and an empty cell in CSV.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import assert_never

from tierpolicy.model.plain import (
    SECONDS_PER_DAY,
    JsonValue,
    duration_text,
    json_value,
    money_text,
    percent_text,
    whole,
)
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
from tierpolicy.model.values import Missing, NotOffered, Value

__all__ = [
    "JsonValue",
    "PythonValue",
    "cell_text",
    "duration_text",
    "json_value",
    "money_text",
    "percent_text",
    "python_value",
]

PythonValue = str | bool | int | float | Decimal | timedelta | date | frozenset[str] | None

LONGEST = timedelta.max.days * SECONDS_PER_DAY


def python_value(value: Value, type_: Type) -> PythonValue:
    """The value in Python's types. A duration beyond what `timedelta` holds (2.7 million years) stops at its end."""
    if isinstance(value, Missing | NotOffered):
        return None
    match type_:
        case Money():
            return Decimal(money_text(whole(value)))
        case Percent():
            return Decimal(percent_text(whole(value)))
        case Duration():
            return timedelta(seconds=max(-LONGEST, min(LONGEST, whole(value))))
        case Flag() | Integer() | Number() | Date() | Text() | Scale() | Choice() | SetOf():
            return value
        case _:
            assert_never(type_)


def cell_text(value: Value, type_: Type) -> str:
    """The value as one CSV cell, in the spelling that a policy reads back: `yes`, `a;b`, ISO 8601; '' for none."""
    plain = json_value(value, type_)
    match plain:
        case None:
            return ""
        case bool():
            return "yes" if plain else "no"
        case list():
            return ";".join(plain)
        case float():
            return repr(plain)
        case _:
            return str(plain)
