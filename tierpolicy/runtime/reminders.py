"""Reminders as a decision carries them: what is said to the customer, and the raise that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tierpolicy.analysis.reminders import Reminded, reminded
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.runtime.amounts import said
from tierpolicy.runtime.next_steps import Raise, raise_in_python
from tierpolicy.runtime.values import JsonValue, PythonValue, json_value, python_value
from tierpolicy.semantics.read import Reading

ENDS_OF_SENTENCES = (".", "!", "?", "…", ":", ";")


@dataclass(frozen=True, slots=True)
class Reminder:
    """`raised` makes `attribute` better: `value`. `text` says it all in one sentence; `title`, `because` and `source`
    are the policy's words."""

    title: str
    text: str
    raised: Raise
    attribute: str
    value: PythonValue
    because: str
    source: str
    _json: tuple[tuple[str, JsonValue], ...] = ()

    def __str__(self) -> str:
        return self.text

    @property
    def field(self) -> str:
        """The fact that rises."""
        return self.raised.field

    @property
    def amount(self) -> PythonValue:
        """By how much."""
        return self.raised.more

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return dict(self._json)


def reminders_of(policy: TypedPolicy, reading: Reading, as_of: date) -> tuple[Reminder, ...]:
    """The reminders that are due for a record."""
    return tuple(_in_python(each, policy) for each in reminded(policy, reading, as_of))


def _in_python(each: Reminded, policy: TypedPolicy) -> Reminder:
    about, raised = each.reminder.origin, each.raised
    attribute, field = policy.attributes[each.reminder.attribute], policy.fields[raised.field]
    amount = said(raised.more, field.type, policy.currency) if raised.more is not None else ""
    brings = said(each.value, attribute.type, policy.currency)
    sentence = f"{amount} more {field.name} brings {attribute.name} {brings}"
    between = " " if about.title.endswith(ENDS_OF_SENTENCES) else ": "
    text = f"{about.title}{between}{sentence}" if about.title else sentence
    value = json_value(each.value, attribute.type)
    as_json: dict[str, JsonValue] = {
        "title": about.title,
        "text": text,
        "field": field.name,
        "before": json_value(raised.before, field.type),
        "after": json_value(raised.after, field.type),
        "more": None if raised.more is None else json_value(raised.more, field.type),
        "attribute": attribute.name,
        "value": value,
        "because": about.because,
        "source": about.source,
    }
    return Reminder(
        about.title,
        text,
        raise_in_python(raised, policy),
        attribute.name,
        python_value(each.value, attribute.type),
        about.because,
        about.source,
        tuple(as_json.items()),
    )
