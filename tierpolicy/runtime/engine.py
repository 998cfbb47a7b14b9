"""What applications hold of a policy: all of its versions, ready to decide.

A `Policy` never changes once it is made: it may be shared between threads, and pickled to worker processes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tierpolicy.check.versions import version_for
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.diagnostics.render import render
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.values import equal
from tierpolicy.runtime.decision import Decision, PolicyIdentity
from tierpolicy.runtime.errors import RecordError
from tierpolicy.runtime.pickling import frozen, thawed
from tierpolicy.runtime.records import NOTHING_READ, read_record
from tierpolicy.semantics.counting import Deliberation
from tierpolicy.semantics.decide import deliberate, outcome_of
from tierpolicy.semantics.formula import granted, limited
from tierpolicy.semantics.index import Index, index_of
from tierpolicy.semantics.outcome import Problem
from tierpolicy.semantics.read import read

if TYPE_CHECKING:
    from pydantic import BaseModel

    from tierpolicy.runtime.next_steps import NextSteps


class Policy:
    """A policy with all of its versions. `tierpolicy.load` makes one.

    `diagnostics` are the warnings and notes of checking it.
    """

    __slots__ = ("__dict__", "diagnostics", "versions")

    versions: tuple[TypedPolicy, ...]
    diagnostics: tuple[Diagnostic, ...]

    def __init__(self, versions: tuple[TypedPolicy, ...], diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        if not versions:
            raise ValueError("a policy has at least one version")
        object.__setattr__(self, "versions", versions)
        object.__setattr__(self, "diagnostics", diagnostics)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a policy never changes: {name} can't be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a policy never changes: {name} can't be deleted")

    def __repr__(self) -> str:
        versions = ", ".join(version.version for version in self.versions)
        return f"Policy({self.name!r}, versions: {versions or 'one'})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (tuple(thawed(version) for version in self.versions), self.diagnostics)

    @property
    def name(self) -> str:
        return self.versions[0].name

    @cached_property
    def _indexes(self) -> dict[str, Index]:
        """What deciding looks up in each version, by the version's digest."""
        return {version.digest: index_of(version) for version in self.versions}

    def diagnostics_text(self) -> str:
        """`diagnostics` in words, with their places in the text, as `check` shows them."""
        sources = {source.path: source for version in self.versions for source in version.sources}
        return render(self.diagnostics, sources.values())

    def version_on(self, as_of: date) -> TypedPolicy:
        """The version that decides on a day: the one in effect, else the nearest."""
        return version_for(self.versions, as_of)[0]

    def evaluate(
        self,
        record: object,
        request: object = None,
        as_of: date | None = None,
        *,
        strict: bool = False,
    ) -> Decision:
        """The service of one customer.

        `record` is a mapping, a dataclass, a pydantic model or any object with attributes; `request` holds what is
        known of the contact at hand. `as_of` is the day to decide for, today where it is left out. Nothing that a
        record holds raises, unless `strict` is true: then a decision with problems raises `RecordError`.
        """
        decision = self._decided(record, request, day_of(as_of))[0]
        if strict and decision.problems:
            raise RecordError(decision.problems)
        return decision

    def evaluate_row(
        self,
        record: object,
        request: object,
        as_of: date,
        *,
        from_text: bool = False,
        problems: tuple[Problem, ...] = (),
    ) -> tuple[Decision, tuple[str, ...]]:
        """`evaluate` for a row of a file, and the attributes that a baseline raised.

        With `from_text` all cells are text, as in CSV; `problems` were met in reading the row.
        """
        decision, deliberation = self._decided(record, request, as_of, from_text, problems)
        return decision, _raised(deliberation)

    def next_steps(self, record: object, target: str, request: object = None, as_of: date | None = None) -> NextSteps:
        """The least raises of what the customer can earn that reach a target, such as `tier = gold`.

        The target is a condition in the words of the policy. TargetError (a ValueError) where it is none.
        """
        return self.next_steps_from(self._decided(record, request, day_of(as_of))[0], target)

    def next_steps_from(self, decision: Decision, target: str) -> NextSteps:
        """The same for a decision of this policy that is at hand."""
        from tierpolicy.runtime.next_steps import next_steps_of

        return next_steps_of(decision.typed_policy, decision.reading, decision.as_of, target)

    def _decided(
        self, record: object, request: object, as_of: date, from_text: bool = False, problems: tuple[Problem, ...] = ()
    ) -> tuple[Decision, Deliberation]:
        typed, outside = version_for(self.versions, as_of)
        fields = tuple(typed.fields.values())
        customer = read_record(record, fields)
        asked = (field for field in fields if field.of_request)
        contact = NOTHING_READ if request is None else read_record(request, asked, "request")
        reading = read(typed, customer.values, contact.values, from_text=from_text)
        met = (*((_outside(typed, as_of),) if outside else ()), *problems, *customer.problems, *contact.problems)
        reading = replace(reading, problems=(*met, *reading.problems))
        deliberation = deliberate(typed, reading, as_of, self._indexes[typed.digest])
        identity = PolicyIdentity(typed.name, typed.version, typed.digest)
        return Decision(outcome_of(deliberation, reading), identity, as_of, typed, reading), deliberation

    @cached_property
    def Customer(self) -> type[BaseModel]:
        """The customer's fields in the latest version, as a pydantic model."""
        from tierpolicy.runtime.models import customer_model

        return customer_model(self.versions[-1])

    @cached_property
    def Request(self) -> type[BaseModel]:
        """The fields of the contact at hand in the latest version, as a pydantic model."""
        from tierpolicy.runtime.models import request_model

        return request_model(self.versions[-1])

    @cached_property
    def Service(self) -> type[BaseModel]:
        """The service attributes in the latest version, as a pydantic model."""
        from tierpolicy.runtime.models import service_model

        return service_model(self.versions[-1])


def day_of(as_of: date | None) -> date:
    """The day meant: today where none is given, the day of a date with a time."""
    if as_of is None:
        return datetime.now(UTC).astimezone().date()
    if isinstance(as_of, datetime):
        return as_of.date()
    if not isinstance(as_of, date):
        raise TypeError(f"as_of is a date, not {type(as_of).__name__}")
    return as_of


def _outside(policy: TypedPolicy, day: date) -> Problem:
    """Says that no version is in effect on the day (language.md §5)."""
    start, end = policy.effective_from, policy.effective_until
    called = f"version {policy.version}" if policy.version else "the version"
    since = f"from {start}" if start is not None and day < start else f"until {end}"
    message = f"no version of `{policy.name}` is in effect on {day}; the nearest decided: {called}, in effect {since}"
    return Problem("as_of", day.isoformat(), f"a day on which the policy is in effect ({since})", message)


def _raised(deliberation: Deliberation) -> tuple[str, ...]:
    """The parts of the service that a baseline made better than rules and limits left them."""
    decided = deliberation.situation.decided
    found = []
    for name, attribute in deliberation.policy.attributes.items():
        parts = deliberation.parts[name]
        if parts.floors and not attribute.internal:
            unaided = limited(attribute, granted(attribute, parts, []), parts)
            if not equal(unaided, decided[name]):
                found.append(name)
    return tuple(found)


def _restored(versions: tuple[TypedPolicy, ...], diagnostics: tuple[Diagnostic, ...]) -> Policy:
    return Policy(tuple(frozen(version) for version in versions), diagnostics)
