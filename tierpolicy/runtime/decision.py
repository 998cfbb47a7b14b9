"""A decision as applications hold it: service attribute → value, with what is open, what was wrong, and who decided."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tierpolicy.compile.normal import Normal
from tierpolicy.compile.python.coding import Table
from tierpolicy.compile.python.parts import PROBLEMS, UNDETERMINED
from tierpolicy.diagnostics.suggest import did_you_mean
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.types import Duration, Money, Percent
from tierpolicy.model.values import Known
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.runtime.days import local_day
from tierpolicy.runtime.pickling import frozen, thawed
from tierpolicy.runtime.readings import reading_of
from tierpolicy.runtime.telling import Telling
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


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """What all decisions of one version of a policy share. `places` says where among the values a service attribute
    stands, and how its value is turned into Python's; None where it is the same. `telling` tells more than values."""

    policy: TypedPolicy
    identity: PolicyIdentity
    places: Mapping[str, tuple[int, Callable[[Known], PythonValue] | None]]
    telling: Telling


def source_of(policy: TypedPolicy, normal: Normal | None = None) -> Source:
    """What the decisions of a policy share; `normal` is its normal form, where there is one."""
    identity = PolicyIdentity(policy.name, policy.version, policy.digest)
    attributes = enumerate(policy.attributes.values())
    places = {each.name: (at, _in_python(each)) for at, each in attributes if not each.internal}
    return Source(policy, identity, MappingProxyType(places), Telling(policy, normal))


def _in_python(attribute: Attribute) -> Callable[[Known], PythonValue] | None:
    if isinstance(attribute.type, Money | Percent | Duration) or attribute.or_none:
        return Table(partial(python_value, type_=attribute.type)).__getitem__
    return None


Given = tuple[object, ...]


class Making(Mapping[str, PythonValue]):
    """A decision while generated code makes it: its slots are set, then it becomes a `Decision`.

    `_values` are typed values in the policy's order. `_given` is the reading, or what the generated code held of the
    fields; `_when` the day, or the time in seconds since 1970 where the values don't depend on the day. `_notes` is the
    outcome, or until that is asked for the bits of compile.python.parts.
    """

    __slots__ = ("_given", "_notes", "_source", "_values", "_when")

    _given: Reading | Given
    _notes: Outcome | int
    _source: Source
    _values: tuple[Known, ...]
    _when: date | float

    def __getitem__(self, name: str) -> PythonValue:
        found = self._source.places.get(name)
        if found is None:
            known = "its attributes are " + ", ".join(f"`{each}`" for each in self)
            raise KeyError(f"there is no attribute `{name}`; {did_you_mean(name, self) or known}")
        at, in_python = found
        value = self._values[at]
        return value if in_python is None else in_python(value)  # type: ignore[return-value]

    def __iter__(self) -> Iterator[str]:
        return iter(self._source.places)

    def __len__(self) -> int:
        return len(self._source.places)


class Decision(Making):
    """One customer's service: an immutable mapping of every attribute that isn't internal to its value.

    Money and percentages are `Decimal` (a percentage as a fraction), durations `timedelta`, sets `frozenset`, `none` is
    None.
    """

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a decision never changes: {name} can't be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a decision never changes: {name} can't be deleted")

    def __repr__(self) -> str:
        return f"Decision({dict(self)!r})"

    def __hash__(self) -> int:
        return hash((self.policy, self.as_of, tuple(self.items())))

    def __reduce__(self) -> tuple[Any, ...]:
        outcome = replace(self.outcome, values=dict(self.outcome.values))
        reading = replace(self.reading, values=dict(self.reading.values))
        return _restored, (outcome, self.as_of, thawed(self.typed_policy), reading)

    @property
    def policy(self) -> PolicyIdentity:
        """Which policy decided."""
        return self._source.identity

    @property
    def typed_policy(self) -> TypedPolicy:
        """The policy as the evaluator reads it."""
        return self._source.policy

    @property
    def as_of(self) -> date:
        """The day that was decided for."""
        if not isinstance(self._when, date):
            _keep(self, "_when", local_day(self._when))
        assert isinstance(self._when, date)
        return self._when

    @property
    def reading(self) -> Reading:
        """The record as it was read, with what was wrong with it."""
        if not isinstance(self._given, Reading):
            _keep(self, "_given", reading_of(self._given, self.typed_policy, self.as_of))
        assert isinstance(self._given, Reading)
        return self._given

    @property
    def outcome(self) -> Outcome:
        """The typed values, internal ones too, with what is open and what was wrong."""
        notes = self._notes
        if not isinstance(notes, Outcome):
            values = MappingProxyType(dict(zip(self.typed_policy.attributes, self._values, strict=True)))
            told = self._source.telling.outcome(self.reading, self.as_of, values) if notes else None
            notes = told or Outcome(values, (), ())
            _keep(self, "_notes", notes)
        return notes

    @property
    def typed_values(self) -> Mapping[str, Known]:
        """Every attribute's value as the evaluator counts it, internal ones too."""
        return MappingProxyType(dict(zip(self.typed_policy.attributes, self._values, strict=True)))

    @property
    def internal(self) -> Mapping[str, PythonValue]:
        """The internal attributes, which are decided and aren't part of the service."""
        every = zip(self.typed_policy.attributes.values(), self._values, strict=True)
        return MappingProxyType({each.name: python_value(value, each.type) for each, value in every if each.internal})

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was wrong with the record, or met while deciding."""
        if isinstance(self._notes, int) and not self._notes & PROBLEMS:
            return ()
        return self.outcome.problems

    @property
    def undetermined(self) -> tuple[Undetermined, ...]:
        """The statements that would change the decision were their missing fields known."""
        if isinstance(self._notes, int) and not self._notes & UNDETERMINED:
            return ()
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
        values = dict(zip(self.typed_policy.attributes, self._values, strict=True))
        return {a.name: json_value(values[a.name], a.type) for a in attributes}

    def _undetermined_object(self, each: Undetermined) -> dict[str, Any]:
        return {
            "statement": each.statement,
            "title": each.title,
            "attributes": list(each.attributes),
            "fields": list(each.fields),
            "path": each.span.path,
            "line": line_of(self.typed_policy, each.span.path, each.span.start),
        }


def decision_of(outcome: Outcome, source: Source, as_of: date, reading: Reading) -> Decision:
    """A decision that has been made already."""
    return made_of(tuple(outcome.values.values()), outcome, source, as_of, reading)


def made_of(values: tuple[Known, ...], notes: Outcome | int, source: Source, as_of: date, reading: Reading) -> Decision:
    """A decision of its parts: see `Making`."""
    made = Decision.__new__(Decision)
    parts = {"_values": values, "_notes": notes, "_source": source, "_when": as_of, "_given": reading}
    for slot, part in parts.items():
        _keep(made, slot, part)
    return made


def _keep(decision: Decision, slot: str, found: object) -> None:
    """Keeps what has been worked out: it is the same whenever that is done, and whoever does it."""
    object.__setattr__(decision, slot, found)


def _restored(outcome: Outcome, as_of: date, policy: TypedPolicy, reading: Reading) -> Decision:
    outcome = replace(outcome, values=MappingProxyType(dict(outcome.values)))
    reading = replace(reading, values=MappingProxyType(reading.values))
    return decision_of(outcome, source_of(frozen(policy)), as_of, reading)


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
