"""Next steps as applications hold them: Python values, JSON values, and sentences to a customer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from tierpolicy.analysis import next_steps as found
from tierpolicy.check.asked import thresholds_of
from tierpolicy.check.expressions import condition
from tierpolicy.check.scope import Findings, Scope
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.types import DURATION, Date, Type
from tierpolicy.runtime.amounts import raise_text
from tierpolicy.runtime.errors import TargetError
from tierpolicy.runtime.values import JsonValue, PythonValue, json_value, python_value
from tierpolicy.semantics.read import Reading
from tierpolicy.source import source_from_text
from tierpolicy.syntax.parse import parse_expression

WHAT_A_TARGET_NAMES = "a target names attributes, fields and labels of the policy, such as `tier >= gold`"


@dataclass(frozen=True, slots=True)
class Raise:
    """One fact that rises: `before` (None where it wasn't known), `after`, and the difference, `more` (None for labels,
    flags and what wasn't known; the added elements of a set; a timedelta between dates)."""

    field: str
    before: PythonValue
    after: PythonValue
    more: PythonValue
    _text: str = ""

    def __str__(self) -> str:
        return self._text


@dataclass(frozen=True, slots=True)
class Step:
    """Raises that reach the target together; no smaller ones of these facts do, which is proved."""

    raises: tuple[Raise, ...]

    def __str__(self) -> str:
        return " and ".join(map(str, self.raises))


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Facts of which it stayed open how far raising them together gets, and why."""

    fields: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        return f"{_names(self.fields)}: {self.reason}"


@dataclass(frozen=True, slots=True, repr=False)
class NextSteps:
    """What reaches a target. `steps` are at most ten, single raises first; `others` says that there are more.

    No steps, and nothing `unknown`: it is proved that no raise of one or two of `fields` (the facts that the customer
    can raise and the target depends on) gets there; `more_together` says that three or more might.
    """

    target: str
    reached: bool
    steps: tuple[Step, ...]
    unknown: tuple[Unsettled, ...]
    fields: tuple[str, ...]
    more_together: bool
    others: bool
    _data: found.NextSteps
    _policy: TypedPolicy

    def __repr__(self) -> str:
        return f"NextSteps({self.target!r}, reached={self.reached}, steps={[str(step) for step in self.steps]})"

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """The next steps in words."""
        if self.reached:
            return [f"`{self.target}` is reached already"]
        lines = [f"to reach `{self.target}`:", *(f"  {step}" for step in self.steps)] if self.steps else []
        if not self.steps and not self.unknown:
            lines = [self._nothing()]
        if self.others:
            lines.append("  there are other ways")
        if self.unknown:
            lines.append(f"not settled for `{self.target}`:")
            lines += [f"  {each}" for each in self.unknown]
        return lines

    def _nothing(self) -> str:
        if not self.fields:
            return f"nothing that the customer can raise has a say in `{self.target}`"
        if self.more_together:
            return f"no raise of one or two facts reaches `{self.target}` (proved); raising more of them at once may"
        return f"no raise of {_names(self.fields, 'or')} reaches `{self.target}` (proved)"

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "target": self.target,
            "reached": self.reached,
            "steps": [{"raises": [self._json(each) for each in step.raises]} for step in self._data.steps],
            "others": self.others,
            "fields": list(self.fields),
            "more_together": self.more_together,
            "unknown": [{"fields": list(each.fields), "reason": each.reason} for each in self.unknown],
        }

    def to_json(self, *, indent: int | None = None) -> str:
        """The same as one JSON document, in ASCII."""
        return json.dumps(self.to_dict(), indent=indent, allow_nan=False)

    def _json(self, each: found.Raise) -> dict[str, JsonValue]:
        type_ = self._policy.fields[each.field].type
        return {
            "field": each.field,
            "before": json_value(each.before, type_),
            "after": json_value(each.after, type_),
            "more": None if each.more is None else json_value(each.more, type_of_more(type_)),
        }


def next_steps_of(policy: TypedPolicy, reading: Reading, as_of: date, target: str) -> NextSteps:
    """The next steps towards a target in the policy's own words."""
    expr = target_of(policy, target)
    data = found.next_steps(policy, reading, as_of, expr)
    return NextSteps(
        " ".join(target.split()),
        data.reached,
        tuple(Step(tuple(raise_in_python(each, policy) for each in step.raises)) for step in data.steps),
        tuple(Unsettled(each.fields, each.reason) for each in data.unknown),
        data.fields,
        data.more_together,
        data.others,
        data,
        policy,
    )


def target_of(policy: TypedPolicy, target: str) -> Expr:
    """The condition that a target says; TargetError where it says none."""
    source = source_from_text("target", target)
    written, mistakes = parse_expression(source)
    findings = Findings()
    names = policy.fields, policy.attributes, policy.parameters, policy.defines
    scope = Scope(*names, findings, thresholds=thresholds_of(policy), elsewise=WHAT_A_TARGET_NAMES)
    expr = condition(written, scope) if written is not None and not mistakes else None
    if expr is None:
        raise TargetError((*mistakes, *findings.diagnostics), source)
    return expr


def raise_in_python(each: found.Raise, policy: TypedPolicy) -> Raise:
    """A raise in Python values."""
    field = policy.fields[each.field]
    more = None if each.more is None else python_value(each.more, type_of_more(field.type))
    text = raise_text(field, each.before, each.after, each.more, policy.currency)
    return Raise(field.name, python_value(each.before, field.type), python_value(each.after, field.type), more, text)


def type_of_more(type_: Type) -> Type:
    """The type of the difference between two values: between dates, a duration."""
    return DURATION if isinstance(type_, Date) else type_


def _names(fields: tuple[str, ...], last: str = "and") -> str:
    named = [f"`{field}`" for field in fields]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} {last} {named[-1]}"
