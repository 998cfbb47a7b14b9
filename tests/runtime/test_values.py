"""Values leave the evaluator exactly: decimals for money and percent, ISO 8601 for time, None where not offered."""

from __future__ import annotations

import decimal
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierpolicy.model.types import DATE, DURATION, FLAG, INTEGER, MONEY, NUMBER, PERCENT, TEXT, Scale, SetOf, Type
from tierpolicy.model.values import MISSING, MONEY_MAX, NotOffered, Value
from tierpolicy.runtime.values import cell_text, duration_text, json_value, money_text, percent_text, python_value

PERKS = SetOf(("lounge", "gift", "callback"))

EACH_TYPE: list[tuple[Type, Value, object, object, str]] = [
    (FLAG, True, True, True, "yes"),
    (FLAG, False, False, False, "no"),
    (INTEGER, -7, -7, -7, "-7"),
    (NUMBER, 0.1, 0.1, 0.1, "0.1"),
    (PERCENT, 1000, Decimal("0.10"), "0.10", "0.10"),
    (PERCENT, 1050, Decimal("0.105"), "0.105", "0.105"),
    (MONEY, 12345, Decimal("123.45"), "123.45", "123.45"),
    (MONEY, -5, Decimal("-0.05"), "-0.05", "-0.05"),
    (DURATION, 5400, timedelta(minutes=90), "PT1H30M", "PT1H30M"),
    (DATE, date(2026, 11, 21), date(2026, 11, 21), "2026-11-21", "2026-11-21"),
    (TEXT, "=1+1", "=1+1", "=1+1", "=1+1"),
    (Scale(("low", "high")), "high", "high", "high", "high"),
    (PERKS, frozenset({"lounge", "gift"}), frozenset({"lounge", "gift"}), ["gift", "lounge"], "gift;lounge"),
    (PERKS, frozenset(), frozenset(), [], ""),
    (PERCENT, NotOffered.BELOW, None, None, ""),
    (DURATION, NotOffered.ABOVE, None, None, ""),
    (TEXT, MISSING, None, None, ""),
]


@pytest.mark.parametrize(("type_", "value", "python", "plain", "cell"), EACH_TYPE)
def test_each_type(type_: Type, value: Value, python: object, plain: object, cell: str) -> None:
    assert python_value(value, type_) == python
    assert type(python_value(value, type_)) is type(python)
    assert json_value(value, type_) == plain
    assert cell_text(value, type_) == cell


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "PT0S"), (1, "PT1S"), (60, "PT1M"), (3600, "PT1H"), (86_400, "P1D"), (90_061, "P1DT1H1M1S"), (-300, "-PT5M")],
)
def test_durations_leave_zero_parts_out(seconds: int, text: str) -> None:
    assert duration_text(seconds) == text


@given(st.integers(-(2**62), 2**62))
def test_durations_read_back_to_the_same_seconds(seconds: int) -> None:
    found = re.fullmatch(r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", duration_text(seconds))
    assert found is not None
    days, hours, minutes, rest = (int(part or 0) for part in found.groups()[1:])
    assert (-1 if found[1] else 1) * (((days * 24 + hours) * 60 + minutes) * 60 + rest) == seconds
    assert hours < 24
    assert minutes < 60
    assert rest < 60


@given(st.integers(-MONEY_MAX, MONEY_MAX))
def test_money_and_percent_are_exact_whatever_the_application_does_to_decimals(units: int) -> None:
    with decimal.localcontext(prec=2):
        money, percent = python_value(units, MONEY), python_value(units, PERCENT)
    assert isinstance(money, Decimal)
    assert isinstance(percent, Decimal)
    assert int(money.scaleb(2)) == units == int(percent.scaleb(4))
    assert re.fullmatch(r"-?\d+\.\d\d", money_text(units))
    assert re.fullmatch(r"-?\d+\.(\d\d|\d\d\d?[1-9])", percent_text(units))


def test_a_duration_beyond_timedelta_stops_at_its_end() -> None:
    longest = python_value(2**63 - 1, DURATION)
    assert isinstance(longest, timedelta)
    assert longest > timedelta(days=999_999_998)
    assert json_value(2**63 - 1, DURATION) == "P106751991167300DT15H30M7S"
