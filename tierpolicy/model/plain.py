"""Values of the evaluator as documents carry them: JSON's own types, amounts as exact text.

The evaluator counts money in hundredths and percent in hundredths of a percent; outside, both are exact decimals.
`none`, *not offered*, is null.
"""

from __future__ import annotations

from datetime import date
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

JsonValue = str | bool | int | float | list[str] | None

SECONDS_PER_DAY = 86_400


def json_value(value: Value, type_: Type) -> JsonValue:
    """The value as JSON carries it: decimals as text, durations and dates as ISO 8601, sets as sorted lists."""
    if isinstance(value, Missing | NotOffered):
        return None
    match type_:
        case Money():
            return money_text(whole(value))
        case Percent():
            return percent_text(whole(value))
        case Duration():
            return duration_text(whole(value))
        case Date():
            return value.isoformat() if isinstance(value, date) else str(value)
        case SetOf():
            return sorted(value) if isinstance(value, frozenset) else []
        case Flag() | Integer() | Number() | Text() | Scale() | Choice():
            return value if isinstance(value, bool | int | float | str) else str(value)
        case _:
            assert_never(type_)


def money_text(hundredths: int) -> str:
    """`12345` → `123.45`."""
    units, part = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{units}.{part:02}"


def percent_text(basis_points: int) -> str:
    """The fraction: `1000` → `0.10`, `1050` → `0.105`; two digits, more where they say more."""
    units, part = divmod(abs(basis_points), 10_000)
    digits = f"{part:04}".rstrip("0").ljust(2, "0")
    return f"{'-' if basis_points < 0 else ''}{units}.{digits}"


def duration_text(seconds: int) -> str:
    """ISO 8601 in days, hours, minutes and seconds, zero parts left out: `P1D`, `PT1H30M`, `PT0S`, `-PT5M`."""
    days, rest = divmod(abs(seconds), SECONDS_PER_DAY)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    clock = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if count)
    day_part = f"{days}D" if days else ""
    time_part = f"T{clock}" if clock else ""
    return f"{'-' if seconds < 0 else ''}P{day_part}{time_part}" if seconds else "PT0S"


def whole(value: object) -> int:
    """The evaluator's representation of money, percent and durations is always a whole number."""
    assert isinstance(value, int)
    return value
