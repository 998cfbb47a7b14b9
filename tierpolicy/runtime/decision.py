"""A decision as applications hold it: service attribute → value, with what is open, what was wrong, and who decided."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tierpolicy.diagnostics.suggest import did_you_mean
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.runtime.pickling import frozen, thawed
from tierpolicy.runtime.values import JsonValue, PythonValue, json_value, python_value
from tierpolicy.semantics.outcome import Outcome, Problem, Undetermined
from tierpolicy.semantics.read import Reading

if TYPE_CHECKING:
    from tierpolicy.runtime.explanation import Explained
    from tierpolicy.runtime.reminders import Reminder


@dataclass(frozen=True, slots=True)
class PolicyIdentity:
    """Which policy decided: its name, its version, and the SHA-256 of its text and parameters."""

    name: str
    version: str
    digest: str

    def to_dict(self) -> dict[str, str]:
        return {"name": self.name, "version": self.version, "digest": self.digest}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Decision(Mapping[str, PythonValue]):
    """One customer's service: an immutable mapping of every attribute that isn't internal to its value.

    Money and percentages are `Decimal` (a percentage as a fraction), durations `timedelta`, sets `frozenset`, `none` is
    None.
    """

    outcome: Outcome
    policy: PolicyIdentity
    as_of: date
    typed_policy: TypedPolicy
    reading: Reading

    def __getitem__(self, name: str) -> PythonValue:
        attribute = self.typed_policy.attributes.get(name)
        if attribute is None or attribute.internal:
            known = "its attributes are " + ", ".join(f"`{each}`" for each in self)
            raise KeyError(f"there is no attribute `{name}`; {did_you_mean(name, self) or known}")
        return python_value(self.outcome.values[name], attribute.type)

    def __iter__(self) -> Iterator[str]:
        return (name for name, attribute in self.typed_policy.attributes.items() if not attribute.internal)

    def __len__(self) -> int:
        return sum(not attribute.internal for attribute in self.typed_policy.attributes.values())

    def __repr__(self) -> str:
        return f"Decision({dict(self)!r})"

    def __hash__(self) -> int:
        return hash((self.policy, self.as_of, tuple(self.items())))

    def __reduce__(self) -> tuple[Any, ...]:
        outcome = replace(self.outcome, values=dict(self.outcome.values))
        reading = replace(self.reading, values=dict(self.reading.values))
        return _restored, (outcome, self.policy, self.as_of, thawed(self.typed_policy), reading)

    @property
    def internal(self) -> Mapping[str, PythonValue]:
        """The internal attributes, which are decided and aren't part of the service."""
        attributes = self.typed_policy.attributes.values()
        values = self.outcome.values
        return MappingProxyType({a.name: python_value(values[a.name], a.type) for a in attributes if a.internal})

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong with the record, or met while deciding."""
        return self.outcome.problems

    @property
    def undetermined(self) -> tuple[Undetermined, ...]:
        """The statements that would change the decision were their missing fields known."""
        return self.outcome.undetermined

    def explain(self) -> Explained:
        """Why each attribute has its value; computed now, by the plain evaluator."""
        from tierpolicy.runtime.explanation import explained

        return explained(self.typed_policy, self.reading, self.as_of)

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        """What the policy reminds the customer of: a little more of something brings better service. Found now."""
        if not self.typed_policy.reminders:
            return ()
        from tierpolicy.runtime.reminders import reminders_of

        return reminders_of(self.typed_policy, self.reading, self.as_of)

    def to_dict(self, *, why: bool = False, reminders: bool = False) -> dict[str, Any]:
        """The decision as JSON values; with `why`, the explanation of each attribute under `why`; with `reminders`,
        what the customer is reminded of under `reminders`."""
        found: dict[str, Any] = {"decision": self._json_values(internal=False)}
        if any(attribute.internal for attribute in self.typed_policy.attributes.values()):
            found["internal"] = self._json_values(internal=True)
        found["undetermined"] = [self._undetermined_object(each) for each in self.undetermined]
        found["problems"] = [problem_object(problem) for problem in self.problems]
        found["policy"] = self.policy.to_dict()
        found["as_of"] = self.as_of.isoformat()
        if why:
            found["why"] = self.explain().to_dict()["attributes"]
        if reminders:
            found["reminders"] = [reminder.to_dict() for reminder in self.reminders]
        return found

    def to_json(self, *, why: bool = False, reminders: bool = False, indent: int | None = None) -> str:
        """The same as one JSON document, in ASCII."""
        return json.dumps(self.to_dict(why=why, reminders=reminders), indent=indent, allow_nan=False)

    def _json_values(self, *, internal: bool) -> dict[str, JsonValue]:
        attributes = (a for a in self.typed_policy.attributes.values() if a.internal is internal)
        return {a.name: json_value(self.outcome.values[a.name], a.type) for a in attributes}

    def _undetermined_object(self, each: Undetermined) -> dict[str, Any]:
        return {
            "statement": each.statement,
            "title": each.title,
            "attributes": list(each.attributes),
            "fields": list(each.fields),
            "path": each.span.path,
            "line": line_of(self.typed_policy, each.span.path, each.span.start),
        }


def _restored(
    outcome: Outcome, identity: PolicyIdentity, as_of: date, policy: TypedPolicy, reading: Reading
) -> Decision:
    outcome = replace(outcome, values=MappingProxyType(dict(outcome.values)))
    return Decision(outcome, identity, as_of, frozen(policy), replace(reading, values=MappingProxyType(reading.values)))


def problem_object(problem: Problem) -> dict[str, str]:
    """A problem as JSON values."""
    return {
        "subject": problem.subject,
        "given": problem.given,
        "expected": problem.expected,
        "message": problem.message,
    }


def line_of(policy: TypedPolicy, path: str, offset: int) -> int | None:
    """The line of a place in the policy's text, None where that text isn't at hand."""
    return next((source.position(offset).line for source in policy.sources if source.path == path), None)
