"""What is asked of a backend and what it answers, in a form in which two answers are the same only if all of it is.

`True` is not 1 here, 1.0 is not 1, and `Decimal("0.10")` not `Decimal("0.1")`: a value is its type and its text.
`plain` is the oracle: the plain evaluator of `semantics` on the record as `runtime.records` reads it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tierpolicy import Decision, Policy
from tierpolicy.check.versions import version_for
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.values import Known
from tierpolicy.runtime.records import NOTHING_READ, read_record
from tierpolicy.runtime.values import python_value
from tierpolicy.semantics.decide import decide_reading
from tierpolicy.semantics.outcome import Problem, Undetermined
from tierpolicy.semantics.read import Reading, read

Exact = tuple[str, str]
"""A value's type and its text."""


@dataclass(frozen=True)
class Case:
    """One question: a customer, a contact (None: nothing is known of it), a day."""

    record: Any
    request: Any
    as_of: date


@dataclass(frozen=True)
class Answer:
    """`values` of every attribute, typed as in model/values and, where a backend makes decisions, as Python values.

    `problems` and `undetermined` are None where a backend doesn't tell them but only that there may be some (`open`).
    """

    values: tuple[tuple[str, Exact], ...]
    python: tuple[tuple[str, Exact], ...] | None = None
    problems: tuple[Problem, ...] | None = None
    undetermined: tuple[Undetermined, ...] | None = None
    open: bool | None = None
    said: str = ""


@dataclass(frozen=True)
class Truth:
    """The oracle's answer, and what it was made of."""

    answer: Answer
    typed: TypedPolicy
    reading: Reading
    met: bool  # whether something is told that the reading doesn't say: problems met while deciding, undetermined


def exact(value: object) -> Exact:
    """The type of a value and its text; of a set, the texts of its elements in order."""
    kind = type(value)
    if isinstance(value, frozenset):
        text = ", ".join(sorted(f"{type(each).__qualname__} {each!r}" for each in value))
    else:
        text = repr(value)
    return f"{kind.__module__}.{kind.__qualname__}", text


def exact_values(values: Mapping[str, Known]) -> tuple[tuple[str, Exact], ...]:
    return tuple((name, exact(value)) for name, value in values.items())


def plain(policy: Policy, case: Case) -> Truth:
    """What the plain evaluator says."""
    typed, outside = version_for(policy.versions, case.as_of)
    fields = tuple(typed.fields.values())
    customer = read_record(case.record, fields)
    asked = (field for field in fields if field.of_request)
    contact = NOTHING_READ if case.request is None else read_record(case.request, asked, "request")
    reading = read(typed, customer.values, contact.values)
    before = (*((outside_problem(typed, case.as_of),) if outside else ()), *customer.problems, *contact.problems)
    met = decide_reading(typed, Reading(reading.values, ()), case.as_of)
    problems = (*before, *reading.problems, *met.problems)
    python = tuple(
        (name, exact(python_value(met.values[name], attribute.type))) for name, attribute in typed.attributes.items()
    )
    answer = Answer(exact_values(met.values), python, problems, met.undetermined)
    reading = Reading(reading.values, (*before, *reading.problems))
    return Truth(answer, typed, reading, bool(met.problems or met.undetermined))


def outside_problem(policy: TypedPolicy, day: date) -> Problem:
    """What is said where no version is in effect (language.md §5), restated."""
    start, end = policy.effective_from, policy.effective_until
    since = f"from {start}" if start is not None and day < start else f"until {end}"
    called = f"version {policy.version}" if policy.version else "the version"
    message = f"no version of `{policy.name}` is in effect on {day}; the nearest decided: {called}, in effect {since}"
    return Problem("as_of", day.isoformat(), f"a day on which the policy is in effect ({since})", message)


def decision_answer(decision: Decision, policy: Policy, case: Case) -> Answer:
    """All that a decision says; `said` is what contradicts the decision itself, '' where nothing does."""
    typed = version_for(policy.versions, case.as_of)[0]
    internal = decision.internal
    names = [name for name, attribute in typed.attributes.items() if not attribute.internal]
    wrong = [
        f"names {list(decision)}" * (list(decision) != names),
        f"length {len(decision)}" * (len(decision) != len(names)),
        f"internal names {list(internal)}" * (list(internal) != [n for n in typed.attributes if n not in names]),
        f"identity {decision.policy}" * (decision.policy.digest != typed.digest),
        f"day {decision.as_of}" * (decision.as_of != case.as_of),
        "items differ from look-ups" * (dict(decision.items()) != {name: decision[name] for name in names}),
    ]  # fmt: skip
    python = tuple(
        (name, exact(internal[name] if a.internal else decision[name])) for name, a in typed.attributes.items()
    )
    problems, undetermined = decision.problems, decision.undetermined
    return Answer(
        exact_values(decision.outcome.values), python, problems, undetermined, said="; ".join(filter(None, wrong))
    )


def difference(truth: Truth, got: Answer) -> str:
    """What an answer gets wrong, '' where it is the oracle's."""
    right = truth.answer
    found = [_of_values(right.values, got.values)]
    if got.python is not None:
        found.append(_of_values(right.python or (), got.python))
    if got.problems is not None and got.problems != right.problems:
        found.append(f"problems {got.problems} instead of {right.problems}")
    if got.undetermined is not None and got.undetermined != right.undetermined:
        found.append(f"undetermined {got.undetermined} instead of {right.undetermined}")
    if got.open is False and truth.met:
        found.append(f"not open, but {right.problems} {right.undetermined}")
    return "\n".join(filter(None, [*found, got.said]))


def _of_values(right: tuple[tuple[str, Exact], ...], got: tuple[tuple[str, Exact], ...]) -> str:
    if [name for name, _ in right] != [name for name, _ in got]:
        return f"values of {[name for name, _ in got]} instead of {[name for name, _ in right]}"
    wrong = [(name, is_, was) for (name, was), (_, is_) in zip(right, got, strict=True) if is_ != was]
    return "; ".join(f"{name} is {is_[0]} {is_[1]} instead of {was[0]} {was[1]}" for name, is_, was in wrong)
