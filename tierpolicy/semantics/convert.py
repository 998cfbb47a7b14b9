"""One raw value of a record to a typed value, by the table of language.md §4: exactly, or not at all.

What fits no line of the table is `WRONG`. Nothing here asks an unknown object for anything (its methods are
somebody else's code), and no number is written out in digits before its size is known.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import Enum
from typing import Final, assert_never

from tierpolicy.model.builtins.record import in_range
from tierpolicy.model.types import (
    INTEGER,
    MONEY,
    NUMBER,
    PERCENT,
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
)
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.model.vocabulary import Field


class Wrong(Enum):
    """The outcome for a raw value that is no value of its type."""

    WRONG = "wrong"


WRONG: Final = Wrong.WRONG

MOST_DIGITS = 40
"""Of a decimal, before the point: above what 64 bits hold, and few enough to calculate with."""

EXACT = Context(prec=100, traps=[])
PLAIN_NUMBER = re.compile(r"[+-]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][+-]?[0-9]{1,5})?")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ISO_DURATION = re.compile(
    r"([+-])?P(?=[0-9T])(?:([0-9]{1,12})W)?(?:([0-9]{1,12})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,12}(?:[.,][0-9]{1,12})?)S)?)?"
)
SECONDS_IN = (604_800, 86_400, 3_600, 60)
FLAGS_IN_TEXT: Mapping[str, bool] = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
MOST_COMBINING_MARKS = 30
"""In a row: the Stream-Safe Text Format of Unicode (UAX #15). Normalising longer runs takes quadratic time."""


def is_nothing(raw: object) -> bool:
    """True for what counts as missing without being wrong: null, NaN, an empty cell."""
    kind = type(raw)  # `isinstance` would ask the object itself
    if issubclass(kind, str):
        return str.__len__(raw) == 0  # type: ignore[arg-type]
    if issubclass(kind, float):
        return math.isnan(float.__float__(raw))  # type: ignore[arg-type]
    return raw is None or (issubclass(kind, Decimal) and Decimal.is_nan(raw))  # type: ignore[arg-type]


def converted(raw: object, field: Field) -> Known | Wrong:
    """The typed value of anything but a set; bounds aren't looked at."""
    match field.type:
        case Flag():
            return raw if isinstance(raw, bool) else WRONG
        case Integer():
            return _integer(raw)
        case Number():
            return _number(raw)
        case Percent():
            return _or_wrong(_scaled(raw, 4), PERCENT)
        case Money():
            return _or_wrong(_scaled(_from_text(raw) if isinstance(raw, str) else raw, 2), MONEY)
        case Duration():
            return _duration(raw, field.seconds_per_unit or 1)
        case Date():
            return _date(raw)
        case Text():
            return plain_text(raw)
        case Scale() | Choice():
            return label_of(raw, field)
        case SetOf():
            return WRONG
        case _:
            assert_never(field.type)


def typed_cell(cell: str, field: Field) -> object:
    """A cell of text (CSV), as the raw value of its field's type that it spells; itself where it spells none."""
    text = cell.strip()
    if text.lower() == "nan" and isinstance(field.type, Integer | Number | Percent | Money | Duration):
        return None
    match field.type:
        case Flag():
            return FLAGS_IN_TEXT.get(text.lower(), text)
        case Integer() | Number() | Percent():
            return _from_text(text)
        case Duration():
            return _from_text(text) if PLAIN_NUMBER.fullmatch(text) else text
        case Text():
            return cell if text else ""
        case Money() | Date() | Scale() | Choice() | SetOf():
            return text
        case _:
            assert_never(field.type)


# ---------------------------------------------------------------- numbers


def _from_text(raw: str) -> object:
    """The decimal that a text spells, in plain digits with a point; the text where it spells none."""
    text = str.__str__(raw)
    if len(text) > 1_000:
        return text
    text = text.strip()
    return Decimal(text) if PLAIN_NUMBER.fullmatch(text) else text


def _scaled(raw: object, places: int) -> int | Wrong:
    """`raw` × 10^places as a whole number: decimals half to even, a float by rint in binary64."""
    if isinstance(raw, bool):
        return WRONG
    if isinstance(raw, int):
        return int(raw) * int(10**places)
    if isinstance(raw, float):
        return _rint(float.__float__(raw) * 10.0**places)
    if isinstance(raw, Decimal):
        if not Decimal.is_finite(raw) or (raw and Decimal.adjusted(raw) > MOST_DIGITS):
            return WRONG
        unit = Decimal(1).scaleb(-places)
        return int(raw.quantize(unit, rounding=ROUND_HALF_EVEN, context=EXACT).scaleb(places, context=EXACT))
    return WRONG


def _integer(raw: object) -> Known | Wrong:
    """A whole number, or a float or decimal with no fraction."""
    whole = _scaled(raw, 0)
    if isinstance(whole, Wrong) or (isinstance(raw, float | Decimal) and whole != raw):
        return WRONG
    return _or_wrong(whole, INTEGER)


def _number(raw: object) -> Known | Wrong:
    """Binary64, finite; minus zero is zero."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return WRONG
    try:
        value = float(raw)
    except (OverflowError, ValueError):  # a whole number beyond binary64; a signalling NaN
        return WRONG
    return _or_wrong(value + 0.0, NUMBER)


def _rint(value: float) -> int | Wrong:
    return round(value) if math.isfinite(value) else WRONG


def _or_wrong(value: int | float | Wrong, type_: Integer | Number | Percent | Money | Duration) -> Known | Wrong:
    """The value where its type can hold it."""
    held: Value = MISSING if isinstance(value, Wrong) else in_range(value, type_)
    return WRONG if held is MISSING else held


# ---------------------------------------------------------------- time


def _duration(raw: object, seconds_per_unit: int) -> Known | Wrong:
    """A timedelta, ISO 8601 text without months and years, or a number of units; to whole seconds, half to even."""
    if isinstance(raw, timedelta):
        microseconds = (raw.days * 86_400 + raw.seconds) * 1_000_000 + raw.microseconds
        return _or_wrong(_scaled(Decimal(microseconds).scaleb(-6, context=EXACT), 0), Duration())
    if isinstance(raw, str):
        return _iso_duration(str.__str__(raw))
    if isinstance(raw, Decimal):
        if not Decimal.is_finite(raw) or (raw and Decimal.adjusted(raw) > MOST_DIGITS):
            return WRONG
        return _or_wrong(_scaled(EXACT.multiply(raw, Decimal(seconds_per_unit)), 0), Duration())
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return WRONG
    return _or_wrong(_scaled(raw * seconds_per_unit, 0), Duration())


def _iso_duration(text: str) -> Known | Wrong:
    found = ISO_DURATION.fullmatch(text) if len(text) < 100 else None
    if found is None:
        return WRONG
    sign, *whole, seconds = found.groups()
    total = Decimal((seconds or "0").replace(",", "."))
    total += sum(int(count or 0) * size for count, size in zip(whole, SECONDS_IN, strict=True))
    return _or_wrong(_scaled(-total if sign == "-" else total, 0), Duration())


def _date(raw: object) -> Known | Wrong:
    """A calendar day; a time of day is wrong here, even midnight (language.md §4)."""
    if isinstance(raw, date):
        return WRONG if isinstance(raw, datetime) else date(raw.year, raw.month, raw.day)
    if isinstance(raw, str):
        text = str.__str__(raw)
        if ISO_DATE.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:  # such as 2024-02-30
                return WRONG
    return WRONG


# ---------------------------------------------------------------- text and labels


def plain_text(raw: object) -> str | Wrong:
    """Text in NFC. Lone surrogates, and runs of combining marks that no writing system has, are wrong."""
    if not isinstance(raw, str):
        return WRONG
    text = str.__str__(raw)
    if text.isascii():
        return text
    run = 0
    for character in text:
        if "\ud800" <= character <= "\udfff":
            return WRONG
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MOST_COMBINING_MARKS:
            return WRONG
    return unicodedata.normalize("NFC", text)


def label_of(raw: object, field: Field) -> str | Wrong:
    """A label of the field's type, by itself or by another accepted spelling."""
    text = plain_text(raw)
    if isinstance(text, Wrong) or not isinstance(field.type, Scale | Choice | SetOf):
        return WRONG
    if text in field.type.labels:
        return text
    return field.spellings.get(text, WRONG)


def set_of(raw: object, field: Field) -> tuple[frozenset[str], list[object]] | Wrong:
    """The labels held by a list, a set or `;`-separated text, and the items that are no labels."""
    items: list[object]
    if isinstance(raw, str):
        items = [piece.strip() for piece in str.__str__(raw).split(";")]
    elif isinstance(raw, list | tuple | set | frozenset):
        items = list(raw)
    else:
        return WRONG
    held: set[str] = set()
    unknown: list[object] = []
    for item in items:
        if is_nothing(item):
            continue
        label = label_of(item, field)
        if isinstance(label, Wrong):
            unknown.append(item)
        else:
            held.add(label)
    return frozenset(held), unknown
