"""The constants that a policy compares each field with, and the days that it names: where its decisions may change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tierpolicy.cells.once import once
from tierpolicy.model.builtins.record import is_value_of
from tierpolicy.model.expressions import (
    Compare,
    Constant,
    Expr,
    FieldRef,
    Has,
    In,
    ParameterRef,
    TextTest,
    Today,
    walk,
)
from tierpolicy.model.policy import Policy
from tierpolicy.model.reads import deciding
from tierpolicy.model.values import Known
from tierpolicy.semantics.index import statements

MOST_DAYS = 12


@dataclass(frozen=True, slots=True)
class Constants:
    """`by_field`: what each field is compared with anywhere; `days`: those on which something begins or ends."""

    by_field: Mapping[str, tuple[Known, ...]]
    days: tuple[date, ...]

    def of(self, field: str) -> tuple[Known, ...]:
        return self.by_field.get(field, ())


@once
def constants_of(policy: Policy) -> Constants:
    """The constants of a policy."""
    found: dict[str, dict[Known, None]] = {name: {} for name in policy.fields}
    for name, field in policy.fields.items():
        for bound in (field.low, field.high):
            if bound is not None:
                found[name][bound] = None
    for expr in _expressions(policy):
        for node in walk(expr):
            if isinstance(node, Compare | In | TextTest | Has):
                _note(node, policy, found)
    return Constants({name: tuple(values) for name, values in found.items()}, tuple(_days(policy))[:MOST_DAYS])


def _note(node: Compare | In | TextTest | Has, policy: Policy, found: dict[str, dict[Known, None]]) -> None:
    """What one comparison says of the fields in it."""
    inside = list(walk(node))
    names = {each.name for each in inside if isinstance(each, FieldRef)}
    if not names:
        return
    values = [each.value for each in inside if isinstance(each, Constant)]
    values += [policy.parameters[each.name].value for each in inside if isinstance(each, ParameterRef)]
    for name in names:
        type_ = policy.fields[name].type
        found[name].update((value, None) for value in values if value != "" and is_value_of(value, type_))


def _days(policy: Policy) -> Iterator[date]:
    """The days on which a statement begins or has ended, and those that `today` is compared with."""
    named: dict[date, None] = {}
    for statement in statements(policy):
        if statement.in_force.start is not None:
            named[statement.in_force.start] = None
        if statement.in_force.end is not None and statement.in_force.end < date.max:
            named[statement.in_force.end + timedelta(days=1)] = None
            named[statement.in_force.end] = None
    for expr in _expressions(policy):
        inside = list(walk(expr))
        if any(isinstance(node, Today) for node in inside):
            named.update(
                (each.value, None) for each in inside if isinstance(each, Constant) and isinstance(each.value, date)
            )
    yield from named


def _expressions(policy: Policy) -> Iterator[Expr]:
    yield from deciding(policy)
    yield from (claim.where for claim in policy.properties if claim.where is not None)
