"""Between what generated code holds of a record's fields and the reading that the plain evaluator makes of it."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

from tierpolicy.compile.python.raw import raw_of
from tierpolicy.model.policy import InForce
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.values import MISSING, Missing
from tierpolicy.runtime.records import path_of
from tierpolicy.semantics.outcome import Problem
from tierpolicy.semantics.read import Reading, value_or_default


def reading_of(given: tuple[object, ...], policy: TypedPolicy, as_of: date) -> Reading:
    """The reading of a record that generated code read: all that can be wrong with it is that something lacks."""
    problems = [*outside(policy, as_of)]
    fields = policy.fields.values()
    values = {each.name: value_or_default(each, raw, problems) for each, raw in zip(fields, given, strict=True)}
    return Reading(MappingProxyType(values), tuple(problems))


def outside(policy: TypedPolicy, day: date) -> tuple[Problem, ...]:
    """Says that no version is in effect on the day, if that is so (language.md §5)."""
    start, end = policy.effective_from, policy.effective_until
    if InForce(start, end).covers(day):
        return ()
    called = f"version {policy.version}" if policy.version else "the version"
    since = f"from {start}" if start is not None and day < start else f"until {end}"
    message = f"no version of `{policy.name}` is in effect on {day}; the nearest decided: {called}, in effect {since}"
    expected = f"a day on which the policy is in effect ({since})"
    return (Problem("as_of", day.isoformat(), expected, message),)


def raw_record(reading: Reading, policy: TypedPolicy) -> dict[str, object] | None:
    """A plain record that generated code reads as just these values; None where some value has no exact raw form, or
    two fields stand in the same place."""
    record: dict[str, object] = {}
    for field in policy.fields.values():
        value, place = reading.values[field.name], ".".join(path_of(field))
        if place in record:
            return None
        raw = None if isinstance(value, Missing) else raw_of(value, field)
        if raw is None and value is not MISSING:
            return None
        record[place] = raw
    return record
