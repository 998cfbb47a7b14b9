"""A value as an array holds it to the evaluator's own, of any type but text and sets."""

from __future__ import annotations

from datetime import date
from typing import Any

from tierpolicy.model.types import Choice, Date, Flag, Number, Scale, Type
from tierpolicy.model.values import Known
from tierpolicy.runtime.columns.typed import EPOCH


def typed_value(held: Any, type_: Type, per_unit: int = 1) -> Known:
    """The typed value: labels from their places, days from their numbers, amounts in their smallest unit."""
    if isinstance(type_, Scale | Choice):
        return type_.labels[int(held)]
    if isinstance(type_, Date):
        return date.fromordinal(min(max(int(held) + EPOCH, 1), date.max.toordinal()))
    if isinstance(type_, Flag):
        return bool(held)
    if isinstance(type_, Number):
        return float(held)
    found: int = round(held * per_unit)
    return found
