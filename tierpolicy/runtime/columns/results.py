"""Answers to plain arrays, one an attribute, whatever kind of frame they go back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tierpolicy.compile.columns.data import Amounts, Bools, Coded
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Choice, Date, Duration, Number, Scale, SetOf, Text, Type
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.runtime.columns.cells import Values
from tierpolicy.runtime.columns.typed import stored, stored_type
from tierpolicy.runtime.values import LONGEST

PROBLEMS = "problems"
UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Result:
    """One attribute of many records. `values` hold places of labels, days since 1970-01-01, whole units of money and
    percentages, seconds; `none` marks where it is not offered (None: nowhere)."""

    values: Values
    none: Bools | None


@dataclass(frozen=True, slots=True)
class Picked:
    """Text or sets of many records: `codes` are places in `values`, texts, or sorted labels; None is `none`."""

    codes: Values
    values: tuple[str | list[str] | None, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """What is noted of many records: for each the messages of its problems, and the statements left undetermined."""

    problems: Sequence[Sequence[str]]
    undetermined: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """All that is said of the rows of one piece of a frame, in their order."""

    rows: int
    answers: Mapping[str, Coded | Amounts]
    notes: Notes | None


def service_of(policy: Policy) -> tuple[Attribute, ...]:
    """The attributes that come back, in the policy's order."""
    return tuple(attribute for attribute in policy.attributes.values() if not attribute.internal)


def nothing(attributes: Sequence[Attribute], notes: bool) -> Part:
    """All that is said of no rows."""
    answers = {attribute.name: Coded(np.zeros(0, np.uint8), ()) for attribute in attributes}
    return Part(0, answers, Notes((), ()) if notes else None)


def result_of(attribute: Attribute, answer: Coded | Amounts) -> Result | Picked:
    """An attribute's answers as plain arrays."""
    if isinstance(answer, Amounts):
        return _of_amounts(attribute.type, answer)
    if isinstance(attribute.type, Text | SetOf):
        return Picked(answer.codes, tuple(_plain(value) for value in answer.values))
    offered = [not isinstance(value, NotOffered) for value in answer.values]
    codes: Values = answer.codes
    none = None if all(offered) else ~np.array(offered, np.bool_).take(codes)
    return Result(_of_codes(attribute.type, answer), none)


def _of_codes(type_: Type, answer: Coded) -> Values:
    values = [0 if isinstance(value, NotOffered) else _stored(value, type_) for value in answer.values]
    kind = np.dtype(stored_type(type_))
    codes: Values = answer.codes
    if values == list(range(len(values))) and kind.kind in "bu":
        if codes.dtype == kind:
            return codes
        if kind.kind == "b" and codes.dtype == np.uint8:
            return codes.view(np.bool_)
    return np.array(values, kind).take(codes)


def _stored(value: Known, type_: Type) -> object:
    held = stored(value, type_)
    return max(-LONGEST, min(LONGEST, held)) if isinstance(type_, Duration) else held


def _of_amounts(type_: Type, answer: Amounts) -> Result:
    values: Values = answer.values
    if not isinstance(type_, Number) and values.dtype.kind == "f":
        values = np.rint(values if answer.none is None else np.where(answer.none, 0.0, values))
    if isinstance(type_, Duration) and len(values) and (values.max() > LONGEST or values.min() < -LONGEST):
        values = np.clip(values, -LONGEST, LONGEST)
    none = answer.none if answer.none is not None and answer.none.any() else None
    return Result(values.astype(np.int32 if isinstance(type_, Date) else stored_type(type_), copy=False), none)


def _plain(value: Known) -> str | list[str] | None:
    """A text, or a set's labels, sorted, as frames hold them."""
    if isinstance(value, frozenset):
        return sorted(storable(label) for label in value)
    return storable(value) if isinstance(value, str) else None


def storable(text: str) -> str:
    """A text with what UTF-8 can't hold (lone surrogates) written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def labels_of(type_: Scale | Choice) -> list[str]:
    """The labels as frames hold them."""
    return [storable(label) for label in type_.labels]


def unwritten(part: Part) -> Part:
    """A part that its thread leaves as it is, to be written later."""
    return part
