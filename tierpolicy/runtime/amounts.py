"""Amounts as one says them to a customer: `1,200 USD more`, `48,800 to 50,000`."""

from __future__ import annotations

from tierpolicy.model.types import Duration, Flag, Integer, Money, Number, Percent, Scale, SetOf, Type
from tierpolicy.model.values import Missing, NotOffered, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.model.words import value_text

COUNTED = (Integer, Number, Percent, Money, Duration)
FROM_HERE_GROUPED = 1_000


def said(value: Value, type_: Type, currency: str = "") -> str:
    """A value in words: amounts with their thousands parted by commas, a set as a list."""
    if isinstance(value, Missing | NotOffered):
        return value_text(value, type_)
    if isinstance(type_, SetOf) and isinstance(value, frozenset):
        return ", ".join(label for label in type_.labels if label in value) or "nothing"
    if not isinstance(type_, COUNTED):
        return str(value) if isinstance(type_, Scale) else value_text(value, type_)
    text = _grouped(value_text(value, type_).replace("_", ""))
    return f"{text} {currency}" if currency and isinstance(type_, Money) else text


def _grouped(text: str) -> str:
    """`48800.50` → `48,800.50`; what stands before and after the digits stays."""
    sign, rest = ("-", text[1:]) if text.startswith("-") else ("", text)
    digits = len(rest) - len(rest.lstrip("0123456789"))
    whole = rest[:digits]
    if not whole or len(whole) > 18 or int(whole) < FROM_HERE_GROUPED:
        return text
    return f"{sign}{int(whole):,}{rest[digits:]}"


def raise_text(field: Field, before: Value, after: Value, more: Value | None, currency: str) -> str:
    """`annual_spend: 1,200 USD more (48,800 to 50,000)`; of a sensitive field nothing is said that it holds."""
    name, type_ = field.name, field.type
    if isinstance(type_, SetOf) and more is not None:
        return f"{name}: add {said(more, type_)}"
    if isinstance(type_, Flag) or isinstance(before, Missing):
        known = " (not known so far)" if isinstance(before, Missing) else ""
        return f"{name}: {said(after, type_, currency)}{known}"
    if more is None:
        return f"{name}: {said(after, type_)}" + ("" if field.sensitive else f" rather than {said(before, type_)}")
    difference = said(more, type_ if isinstance(type_, COUNTED) else Duration(), currency)
    held = "" if field.sensitive else f" ({said(before, type_)} to {said(after, type_)})"
    return f"{name}: {difference} more{held}"
