"""What a record held, as short text for a problem, and what its field expects, in words.

Raw values are strangers: their size is looked at before their digits, and nothing of an unknown object is called.
"""

from __future__ import annotations

from collections.abc import Mapping
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
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Field
from tierpolicy.model.words import label_text, quoted, value_text

MOST_SHOWN = 60
"""Characters of a raw value."""

HIDDEN = "(hidden)"
LABELS_SHOWN = 12
LONGEST_INTEGER = 10**50


def shown(raw: object, *, hidden: bool = False) -> str:
    """A raw value as text of at most MOST_SHOWN characters; never raises, never shows a sensitive one."""
    if hidden:
        return HIDDEN
    try:
        return _shown(raw)
    except Exception:  # somebody else's code
        return "a value that can't be read"


def _shown(raw: object) -> str:
    match raw:
        case bool():
            return "yes" if raw else "no"
        case int():
            return _cut(str(int(raw))) if abs(raw) < LONGEST_INTEGER else "a number of more than 50 digits"
        case float():
            return repr(float(raw))
        case Decimal():
            return _cut(str(raw)) if len(raw.as_tuple().digits) < MOST_SHOWN else "a number of very many digits"
        case str():
            text = str.__str__(raw)
            return _cut(quoted(text[:MOST_SHOWN]), len(text) > MOST_SHOWN)
        case date():
            return _cut(str(raw))
        case timedelta():
            return f"a duration of {raw.days} days and {raw.seconds} seconds"
        case bytes() | bytearray() | memoryview():
            return "bytes"
        case list() | tuple() | set() | frozenset():
            return "a list"
        case Mapping():
            return "a group of values"
        case _:
            return "a value of no kind that is known here"


def shown_list(items: list[object], *, hidden: bool = False) -> str:
    """Several raw values as one short text; sorted, because a set has no order of its own."""
    if hidden:
        return HIDDEN
    texts = sorted({shown(item) for item in items})
    return _cut(", ".join(texts[:LABELS_SHOWN]), len(texts) > LABELS_SHOWN)


def _cut(text: str, more: bool = False) -> str:
    return text if len(text) <= MOST_SHOWN and not more else text[: MOST_SHOWN - 1] + "…"


def expected_text(field: Field) -> str:
    """What a field takes, in words: `a whole number, at least 0 and at most 130`."""
    return kind_text(field.type) + bounds_text(field.low, field.high, field.type)


def bounds_text(low: Known | None, high: Known | None, type_: Type) -> str:
    """`, at least 0 and at most 130`; '' without bounds."""
    bounds = [("at least", low), ("at most", high)]
    texts = [f"{words} {value_text(value, type_)}" for words, value in bounds if value is not None]
    return ", " + " and ".join(texts) if texts else ""


def kind_text(type_: Type) -> str:
    """What values of a type look like in a record."""
    match type_:
        case Flag():
            return "yes or no"
        case Integer():
            return "a whole number"
        case Number():
            return "a number"
        case Percent():
            return "a fraction such as 0.1 for 10%"
        case Money():
            return "an amount of money"
        case Duration():
            return "a duration, such as PT1H30M, or a number"
        case Date():
            return "a date such as 2026-11-21, without a time"
        case Text():
            return "text"
        case Scale(labels) | Choice(labels):
            return f"one of {_labels_text(labels)}"
        case SetOf(labels):
            return f"any of {_labels_text(labels)}"
        case _:
            assert_never(type_)


def _labels_text(labels: tuple[str, ...]) -> str:
    texts = [label_text(label) for label in labels[:LABELS_SHOWN]]
    return ", ".join(texts) + (f" and {len(labels) - LABELS_SHOWN} more" if len(labels) > LABELS_SHOWN else "")
