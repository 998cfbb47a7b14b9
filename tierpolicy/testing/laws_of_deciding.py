"""That every way to decide gives what the plain evaluator gives: compiled, trusted, in columns; and is explained so.

These hold whatever the policy says. Where one doesn't, something else is broken: a plugin's function that isn't pure,
an installation, or this package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tierpolicy.analysis.witness.records import raw_value
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.types import Duration, Money, Percent
from tierpolicy.model.values import MISSING, Known, Value, equal
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.batches import decided_together
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.values import python_value
from tierpolicy.semantics.decide import decide_reading
from tierpolicy.semantics.explain import explain_reading
from tierpolicy.semantics.read import Reading
from tierpolicy.semantics.words import explanation_lines, why_not_lines
from tierpolicy.testing.as_records import Record, put
from tierpolicy.testing.laws_of_meaning import Breach

BACKENDS = "every way to decide gives the same service"
EXPLAINED = "an explanation says what was decided"

Trusting = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer: the record, what was read of it by the version that decides on the day, and the day."""

    record: Record
    reading: Reading
    as_of: date
    policy: TypedPolicy


def compiled_alike(policy: Policy, customer: Customer) -> Breach | None:
    """`policy.evaluate` against the plain evaluator: values, problems, and what is undetermined."""
    expected = decide_reading(customer.policy, customer.reading, customer.as_of)
    decision = policy.evaluate(customer.record, None, customer.as_of)
    found = _apart("`policy.evaluate` decides otherwise", expected.values, decision.typed_values)
    if found is not None:
        return found
    for name, one, other in (
        ("problems", expected.problems, decision.problems),
        ("undetermined statements", expected.undetermined, decision.undetermined),
    ):
        if one != other:
            what = f"`policy.evaluate` tells other {name}"
            return Breach(BACKENDS, what, expected.values, decision.typed_values)
    return None


def trusted_alike(trusting: Trusting, customer: Customer) -> Breach | None:
    """`policy.evaluator(trusted=True)`, asked with the ordinary types that it takes."""
    record = well_typed(customer.policy, customer.reading.values)
    if record is None:
        return None
    expected = decide_reading(customer.policy, customer.reading, customer.as_of).values
    found = trusting(record, None, customer.as_of)
    return _service_apart("`policy.evaluator(trusted=True)` decides otherwise", customer.policy, expected, found)


def in_columns_alike(policy: Policy, customers: Sequence[Customer]) -> tuple[Customer, Breach] | None:
    """`policy.evaluate_all` for customers of one version and one day; None where the extra `data` isn't there."""
    first = customers[0]
    try:
        found = decided_together(policy, first.policy, [each.reading.values for each in customers], first.as_of)
    except ImportError:
        return None
    for customer, service in zip(customers, found, strict=True):
        expected = decide_reading(customer.policy, customer.reading, customer.as_of).values
        breach = _service_apart("`policy.evaluate_all` decides otherwise", customer.policy, expected, service)
        if breach is not None:
            return customer, breach
    return None


def explained_as_decided(customer: Customer) -> Breach | None:
    """The explanation holds the decision's own values, and can be read aloud."""
    policy = customer.policy
    outcome = decide_reading(policy, customer.reading, customer.as_of)
    explanation = explain_reading(policy, customer.reading, customer.as_of)
    said = {name: why.value for name, why in explanation.whys.items()}
    for what, values in (
        ("it explains another decision", explanation.outcome.values),
        ("it explains other values", said),
    ):
        differing = _differing(outcome.values, values)
        if differing:
            return Breach(EXPLAINED, what, outcome.values, values, differing)
    if not explanation_lines(explanation, policy) or not all(
        why_not_lines(explanation, name) for name in explanation.statements
    ):
        return Breach(EXPLAINED, "it has no words", outcome.values)
    return None


# ---------------------------------------------------------------- compared


def _differing(one: Mapping[str, Known], other: Mapping[str, Known]) -> tuple[str, ...]:
    return tuple(name for name in one if name not in other or not equal(one[name], other[name]))


def _apart(what: str, expected: Mapping[str, Known], found: Mapping[str, Known]) -> Breach | None:
    differing = _differing(expected, found)
    return Breach(BACKENDS, what, expected, found, differing) if differing else None


def _service_apart(
    what: str, policy: TypedPolicy, expected: Mapping[str, Known], found: Mapping[str, Any]
) -> Breach | None:
    """Of the service in Python's types."""
    for name, attribute in policy.attributes.items():
        if attribute.internal:
            continue
        wanted = python_value(expected[name], attribute.type)
        if name not in found or type(found[name]) is not type(wanted) or found[name] != wanted:
            got = f"{found[name]!r}" if name in found else "nothing"
            return Breach(BACKENDS, f"{what}: `{name}` is {got} there", expected, None, (name,))
    return None


# ---------------------------------------------------------------- well typed


def well_typed(policy: TypedPolicy, values: Mapping[str, Value]) -> Record | None:
    """A record with every key, in the ordinary types that the trusted evaluator takes; None where an amount is too
    large to be one of them exactly."""
    record: Record = {}
    for name, field in policy.fields.items():
        value = values[name]
        raw = None if value is MISSING else _ordinary(value, field)
        if raw is None and value is not MISSING:
            return None
        put(record, field, raw)
    return record


def _ordinary(value: Known, field: Field) -> Any:
    if isinstance(field.type, Duration):
        assert isinstance(value, int)
        unit = field.seconds_per_unit or 1
        near = value // unit if value % unit == 0 else value / unit
        return near if abs(value) < 2**53 - 1 and round(near * unit) == value else None
    if isinstance(field.type, Money | Percent):
        raw = raw_value(value, field)
        return raw if isinstance(raw, int | float) and abs(raw) < 2**40 else None
    return value
