"""One version of a policy, compiled: from a record to a decision.

The generated function reads plain dictionaries that hold what they should. Whatever else a record is or holds is read
by `semantics.read`, and decided by the same function from the values that were found; the few values that it can't
hold exactly go to the plain evaluator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from tierpolicy.cells.reads import indexed
from tierpolicy.compile.normal import Normal, normal_form
from tierpolicy.compile.python.choosing import MIDDLES, Chosen, chosen
from tierpolicy.compile.python.parts import PROBLEMS
from tierpolicy.compile.python.program import Answer, trusting
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.runtime.days import day_of, now, safe_times, today
from tierpolicy.runtime.decision import Decision, Making, Source, decision_of, made_of, source_of
from tierpolicy.runtime.readings import outside, raw_record
from tierpolicy.runtime.records import NOTHING_READ, RecordRead, read_record
from tierpolicy.runtime.values import PythonValue
from tierpolicy.semantics.decide import deliberate, outcome_of
from tierpolicy.semantics.outcome import Problem
from tierpolicy.semantics.read import Reading, read

Evaluate = Callable[[object, object, date | None], Decision]
Trusting = Callable[..., dict[str, PythonValue]]


@dataclass(frozen=True, eq=False)
class Deciding:
    """A version of a policy with its generated function. `of_values` is the same function, which gives None for what it
    can't read."""

    source: Source
    normal: Normal
    chosen: Chosen
    answer: Answer
    of_values: Callable[..., Decision | None]

    @property
    def function(self) -> Evaluate:
        """Decides for any record."""
        return self.chosen.program.function(self.unusual)

    @cached_property
    def trusting(self) -> Trusting:
        """Decides for records that are known to be well typed: the service as a dictionary."""
        in_python = {name: turn for name, (_, turn) in self.source.places.items()}
        program = trusting(self.normal, MIDDLES[self.chosen.middle], in_python, self.answer)
        checked = self.function
        return program.function(lambda record, request, as_of: dict(checked(record, request, as_of)))

    def unusual(self, record: object, request: object, as_of: date | None) -> Decision:
        """The decision for a record that the generated function doesn't read."""
        day, policy = day_of(as_of), self.source.policy
        looked_up = _looked_up(record, request, policy)
        customer, contact = looked_up
        if not customer.problems and not contact.problems:  # an object with attributes, of ordinary values
            asked = None if request is None else dict(contact.values)
            made = self.of_values(dict(customer.values), asked, day)
            if made is not None:
                return made
        return self.of_reading(_read(looked_up, policy, day), day)

    def of_reading(self, reading: Reading, day: date) -> Decision:
        """The decision for a record that has been read."""
        policy = self.source.policy
        record = raw_record(reading, policy)
        made = None if record is None else self.of_values(record, None, day)
        if made is None:
            return decision_of(
                outcome_of(deliberate(policy, reading, day, indexed(policy)), reading), self.source, day, reading
            )
        assert isinstance(made._notes, int)
        notes = made._notes | (PROBLEMS if reading.problems else 0)
        return made_of(made._values, notes, self.source, day, reading)


def deciding(policy: TypedPolicy, middle: str | None = None) -> Deciding:
    """A version of a policy, compiled; with a certain `middle` of compile.python.choosing, or the fastest."""
    normal = normal_form(policy)
    source = source_of(policy, normal)
    safe = safe_times(policy.effective_from, policy.effective_until)
    answer = Answer(Making, Decision, source, now, today, day_of, safe)
    best = chosen(normal, answer, middle)
    return Deciding(source, normal, best, answer, best.program.function(lambda record, request, as_of: None))


def any_reading(
    record: object,
    request: object,
    policy: TypedPolicy,
    day: date,
    *,
    from_text: bool = False,
    problems: tuple[Problem, ...] = (),
) -> Reading:
    """Whatever an application holds of a customer, read by the plain evaluator's own reading."""
    return _read(_looked_up(record, request, policy), policy, day, from_text, problems)


def _looked_up(record: object, request: object, policy: TypedPolicy) -> tuple[RecordRead, RecordRead]:
    """What a customer and a contact hold of the fields."""
    fields = tuple(policy.fields.values())
    asked = (field for field in fields if field.of_request)
    return read_record(record, fields), NOTHING_READ if request is None else read_record(request, asked, "request")


def _read(
    looked_up: tuple[RecordRead, RecordRead],
    policy: TypedPolicy,
    day: date,
    from_text: bool = False,
    problems: tuple[Problem, ...] = (),
) -> Reading:
    customer, contact = looked_up
    reading = read(policy, customer.values, contact.values, from_text=from_text)
    met = (*outside(policy, day), *problems, *customer.problems, *contact.problems)
    return replace(reading, problems=(*met, *reading.problems))
