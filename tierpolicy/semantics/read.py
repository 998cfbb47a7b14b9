"""From a raw record and request to a typed value for every declared field, with a problem for all that is wrong.

Nothing that a record contains raises (language.md §3): a wrong value counts as missing and is a problem. Keys that the
policy doesn't declare are never looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from tierpolicy.model.builtins.record import within
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Scale, SetOf
from tierpolicy.model.values import MISSING, Known, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.semantics.convert import WRONG, Wrong, converted, is_nothing, set_of, typed_cell
from tierpolicy.semantics.outcome import Problem
from tierpolicy.semantics.shown import expected_text, shown, shown_list

CURRENT_TIER = "current_tier"


@dataclass(frozen=True, slots=True)
class Reading:
    """A value for every field of the policy, and what was wrong with the record."""

    values: Mapping[str, Value]
    problems: tuple[Problem, ...]


class _Obstacle(Enum):
    """What stands where a mapping failed instead of answering, or where a path ends in a single value too early."""

    OBSTACLE = "out of reach"


OBSTACLE: Final = _Obstacle.OBSTACLE


def read(policy: Policy, record: object, request: object, *, from_text: bool = False) -> Reading:
    """The typed values of a customer record and a request; the request's fields are looked up in the record where it
    lacks them. With `from_text` every cell is text (a CSV row), which spells a value of its field's type."""
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for part, name in ((record, "record"), (request, "request")):
        if part is not None and not _is_record(part):
            problems.append(_problem(name, shown(part), "named values", f"the {name} is not a set of named values"))
    for field in policy.fields.values():
        raw = _raw(field, record, request)
        if from_text and type(raw) is str:
            raw = typed_cell(raw, field)
        values[field.name] = value_or_default(field, raw, problems)
    return Reading(MappingProxyType(values), tuple(problems))


def typed_reading(policy: Policy, given: Mapping[str, Value]) -> Reading:
    """Typed values of some fields, such as an example's, with the defaults of the others."""
    values = {name: given.get(name, MISSING) for name in policy.fields}
    for name, field in policy.fields.items():
        if values[name] is MISSING:
            values[name] = _default(field)
    return Reading(MappingProxyType(values), ())


def _raw(field: Field, record: object, request: object) -> object:
    """What stands at the field's place; None where nothing does."""
    if field.of_request:
        found = _at(request, field.path or (field.name,))
        if not is_nothing(found):
            return found
    return _at(record, field.path or (field.name,))


def _at(record: object, path: tuple[str, ...]) -> object:
    """What a path leads to, one key (`account.depth`) or key by key; None where a part of it is missing."""
    at: object = record if _is_record(record) else None
    if len(path) > 1 and not is_nothing(found := _at(at, (".".join(path),))):
        return found
    for key in path:
        if is_nothing(at):
            return None
        try:
            if not isinstance(at, Mapping):
                return OBSTACLE
            at = at.get(key)
        except Exception:  # somebody else's code, which may raise anything
            return OBSTACLE
    return at


def _is_record(part: object) -> bool:
    try:
        return isinstance(part, Mapping)
    except Exception:  # an object that fails even when asked what it is
        return False


def value_or_default(field: Field, raw: object, problems: list[Problem]) -> Value:
    """The typed value of what stands at a field's place (None: nothing does); what is wrong is added to `problems`."""
    if is_nothing(raw):
        if field.required:
            problems.append(_problem(field.name, "", expected_text(field), f"`{field.name}` is required and missing"))
        return _default(field)
    try:
        value = _typed(field, raw, problems)
    except Exception:  # an object that fails when it is looked at: a value of no type of ours
        value = WRONG
    if not isinstance(value, Wrong):
        return value
    given = OBSTACLE.value if raw is OBSTACLE else shown(raw, hidden=field.sensitive)
    expected = expected_text(field)
    message = f"`{field.name}` is {given}, which counts as missing: expected {expected}"
    problems.append(_problem(field.name, given, expected, message))
    return _default(field)


def _typed(field: Field, raw: object, problems: list[Problem]) -> Known | Wrong:
    if raw is OBSTACLE:
        return WRONG
    if isinstance(field.type, SetOf):
        found = set_of(raw, field)
        if isinstance(found, Wrong):
            return WRONG
        held, unknown = found
        if unknown:
            given, expected = shown_list(unknown, hidden=field.sensitive), expected_text(field)
            message = f"`{field.name}` holds {given}, left out: expected {expected}"
            problems.append(_problem(field.name, given, expected, message))
        return held
    value = converted(raw, field)
    if isinstance(value, Wrong) or not within(value, field.low, field.high, field.type):
        return WRONG
    return value


def _default(field: Field) -> Value:
    """What a missing field holds: its default; `{}` for a set; the first tier for `current_tier`."""
    if field.default is not MISSING:
        return field.default
    if isinstance(field.type, SetOf) and not field.required:
        return frozenset()
    if not field.declared and field.name == CURRENT_TIER and isinstance(field.type, Scale):
        return field.type.labels[0]
    return MISSING


def _problem(subject: str, given: str, expected: str, message: str) -> Problem:
    return Problem(subject, given, expected, message)
