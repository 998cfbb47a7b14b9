"""Which bounds to declare, so that a calculation has a result for everyone: declarations to write.

A few usual bounds are tried, the most generous first; intervals tell whether they suffice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from tierpolicy.analysis.intervals import Intervals
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Duration, Integer, Money, Number, Percent, Type
from tierpolicy.model.values import Known, less
from tierpolicy.model.vocabulary import Field
from tierpolicy.model.words import name_text, value_text
from tierpolicy.semantics.index import Index

DAY = 86_400

GREATEST: tuple[tuple[type[Type], tuple[int | float, ...]], ...] = (
    (Integer, (1_000_000, 10_000, 100)),
    (Number, (1_000_000.0, 10_000.0, 100.0)),
    (Money, (1_000_000_000_00, 1_000_000_00, 10_000_00, 100_00)),
    (Percent, (100_00,)),
    (Duration, (36_500 * DAY, 365 * DAY, DAY)),
)
"""The greatest values to propose, by kind, the most generous first; in the units of model/values."""


def declarations(policy: Policy, index: Index, expr: Expr, fields: Iterable[str]) -> tuple[str, ...]:
    """How to declare the fields, such as `orders : integer at least 0 at most 1_000_000`: the widest of a few usual
    bounds with which the expression has a result. Empty where none of them suffice."""
    open_ = [policy.fields[name] for name in fields]
    for step in range(max(len(greatest) for _, greatest in GREATEST)):
        bounded = [_bounded(each, step) for each in open_]
        if any(each is None for each in bounded):
            return ()
        proposed = {each.name: each for each in bounded if each is not None}
        tried = replace(policy, fields=MappingProxyType({**policy.fields, **proposed}))
        found = Intervals(tried, index).of(expr)
        if found is not None and not found.exceeds:
            return tuple(map(_declared, proposed.values()))
    return ()


def _bounded(field: Field, step: int) -> Field | None:
    """The field with bounds where it lacks them; None for a kind of which no usual ones are known."""
    for kind, greatest in GREATEST:
        if isinstance(field.type, kind):
            high: Known = greatest[min(step, len(greatest) - 1)]
            low: Known = 0.0 if kind is Number else 0
            if (field.low is not None and less(high, field.low, field.type)) or (
                field.high is not None and less(field.high, low, field.type)
            ):
                return None
            return replace(
                field, low=low if field.low is None else field.low, high=high if field.high is None else field.high
            )
    return None


def _declared(field: Field) -> str:
    assert field.low is not None
    assert field.high is not None
    low, high = value_text(field.low, field.type), value_text(field.high, field.type)
    return f"{name_text(field.name)} : {type(field.type).__name__.lower()} at least {low} at most {high}"
