"""Values of the evaluator as applications hold them (Python) and as documents carry them (JSON, CSV).

The evaluator counts money in hundredths and percent in hundredths of a percent; outside, both are exact decimals.
`none`, *not offered*, is None in Python, null in JSON and an empty cell in CSV.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import assert_never

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

PythonValue = str | bool | int | float | Decimal | timedelta | date | frozenset[str] | None
JsonValue = str | bool | int | float | list[str] | None

SECONDS_PER_DAY = 86_400
LONGEST = timedelta.max.days * SECONDS_PER_DAY


def python_value(value: Value, type_: Type) -> PythonValue:
    """The value in Python's types. A duration beyond what `timedelta` holds (2.7 million years) stops at its end."""
    if isinstance(value, Missing | NotOffered):
        return None
    match type_:
        case Money():
            return Decimal(money_text(_whole(value)))
        case Percent():
            return Decimal(percent_text(_whole(value)))
        case Duration():
            return timedelta(seconds=max(-LONGEST, min(LONGEST, _whole(value))))
        case Flag() | Integer() | Number() | Date() | Text() | Scale() | Choice() | SetOf():
            return value
        case _:
            assert_never(type_)


def json_value(value: Value, type_: Type) -> JsonValue:
    """The value as JSON carries it: decimals as text, durations and dates as ISO 8601, sets as sorted lists."""
    if isinstance(value, Missing | NotOffered):
        return None
    match type_:
        case Money():
            return money_text(_whole(value))
        case Percent():
            return percent_text(_whole(value))
        case Duration():
            return duration_text(_whole(value))
        case Date():
            return value.isoformat() if isinstance(value, date) else str(value)
        case SetOf():
            return sorted(value) if isinstance(value, frozenset) else []
        case Flag() | Integer() | Number() | Text() | Scale() | Choice():
            return value if isinstance(value, bool | int | float | str) else str(value)
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


def money_text(hundredths: int) -> str:
    """`12345` → `123.45`."""
    whole, part = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{part:02}"


def percent_text(basis_points: int) -> str:
    """The fraction: `1000` → `0.10`, `1050` → `0.105`; two digits, more where they say more."""
    whole, part = divmod(abs(basis_points), 10_000)
    digits = f"{part:04}".rstrip("0").ljust(2, "0")
    return f"{'-' if basis_points < 0 else ''}{whole}.{digits}"


def duration_text(seconds: int) -> str:
    """ISO 8601 in days, hours, minutes and seconds, zero parts left out: `P1D`, `PT1H30M`, `PT0S`, `-PT5M`."""
    days, rest = divmod(abs(seconds), SECONDS_PER_DAY)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    clock = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if count)
    day_part = f"{days}D" if days else ""
    time_part = f"T{clock}" if clock else ""
    return f"{'-' if seconds < 0 else ''}P{day_part}{time_part}" if seconds else "PT0S"


def _whole(value: object) -> int:
    """The evaluator's representation of money, percent and durations is always a whole number."""
    assert isinstance(value, int)
    return value
