"""Two policies made ready to decide for the same customer: the same fields, days on which both are in effect.

A field that only one of them has is given to the other, which doesn't read it. Where both read one field differently
(other bounds, another default, other labels) the two get a record each, and `read_alike` says which typed values can
come of one raw value: equal ones where both take it, each one's default where one doesn't.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from tierpolicy.analysis.goal import FALSE_ONLY, NOT_TRUE, TRUE_ONLY, All, Any, Formula, Goal, Same, Side, Truth
from tierpolicy.analysis.world import absent_values
from tierpolicy.cells.ranges import days_of
from tierpolicy.model.expressions import Compare, CompareOp, Constant, Expr, FieldRef, Has, IsMissing
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Choice, Scale, SetOf
from tierpolicy.model.values import MISSING, Known
from tierpolicy.model.vocabulary import Field

OLD, NEW = "old", "new"
MOST_LABELS = 200


@dataclass(frozen=True, slots=True)
class Pair:
    """Both policies, ready to be compared. `differing` are the fields that they read differently, `kinds` those of them
    whose types have nothing in common, so that one may hold anything beside the other. `always`: they are never in
    effect on one day, and compared as if both always were."""

    old: Policy
    new: Policy
    differing: frozenset[str]
    kinds: frozenset[str]
    always: bool

    def goal(self, formula: Formula, used: frozenset[str]) -> Goal:
        """Records that both policies read from one raw record, for which the formula holds. `used` are the fields that
        take part in it."""
        if not self.differing:
            return Goal((Side(OLD, self.old), Side(NEW, self.new)), formula)
        names = sorted((self.differing & used) - self.kinds)
        alike = tuple(read_alike(self.old.fields[name], self.new.fields[name], self) for name in names)
        return Goal((Side(OLD, self.old), Side(NEW, self.new, 1)), All((formula, *alike)), differing=self.differing)


def side_by_side(old: Policy, new: Policy) -> Pair:
    """The two policies with the fields of both, on common days, under the assumptions that both make."""
    common = [
        each.condition
        for each in old.assumptions
        if any(each.condition == other.condition for other in new.assumptions)
    ]
    shared = old.fields.keys() & new.fields.keys()
    differing = frozenset(name for name in shared if _reads_otherwise(old.fields[name], new.fields[name]))
    kinds = frozenset(name for name in differing if not _of_one_kind(old.fields[name], new.fields[name]))
    apart = not _overlap(old, new)
    first = _ready(old, new.fields, common, always=apart)
    second = _ready(new, old.fields, common, always=apart)
    # What isn't read differently is one field for both.
    same = {name: first.fields[name] for name in second.fields if name not in differing}
    ordered = MappingProxyType({name: same.get(name, second.fields[name]) for name in first.fields})
    return Pair(first, replace(second, fields=ordered), differing, kinds, apart)


def _ready(policy: Policy, others: Mapping[str, Field], common: list[Expr], *, always: bool) -> Policy:
    return replace(
        policy,
        fields=MappingProxyType(
            {**policy.fields, **{name: f for name, f in others.items() if name not in policy.fields}}
        ),
        assumptions=tuple(each for each in policy.assumptions if each.condition in common),
        effective_from=None if always else policy.effective_from,
        effective_until=None if always else policy.effective_until,
    )


def _overlap(old: Policy, new: Policy) -> bool:
    (first, last), (start, end) = days_of(old), days_of(new)
    return max(first, start) <= min(last, end)


def days_compared(pair: Pair) -> tuple[date | None, date | None] | None:
    """The first and last day compared, None where open; None for policies that are never in effect together."""
    if pair.always:
        return None
    starts = [p.effective_from for p in (pair.old, pair.new) if p.effective_from is not None]
    ends = [p.effective_until for p in (pair.old, pair.new) if p.effective_until is not None]
    return max(starts, default=None), min(ends, default=None)


# ---------------------------------------------------------------- fields that are read differently


def _reads_otherwise(old: Field, new: Field) -> bool:
    said = (old.type, old.low, old.high, old.default, old.required and isinstance(old.type, SetOf))
    return said != (new.type, new.low, new.high, new.default, new.required and isinstance(new.type, SetOf))


def _of_one_kind(old: Field, new: Field) -> bool:
    if isinstance(old.type, Scale | Choice) and isinstance(new.type, Scale | Choice):
        return len(old.type.labels) + len(new.type.labels) <= MOST_LABELS
    if isinstance(old.type, SetOf) and isinstance(new.type, SetOf):
        return len(old.type.labels) + len(new.type.labels) <= MOST_LABELS
    return old.type == new.type


def read_alike(old: Field, new: Field, pair: Pair) -> Formula:
    """The pairs of typed values that one raw value is read as."""
    absent = All((_holds_default(OLD, old, pair.old), _holds_default(NEW, new, pair.new)))
    if isinstance(old.type, SetOf) and isinstance(new.type, SetOf):
        both = All(
            tuple(_has_both_or_neither(old, new, label) for label in old.type.labels if label in new.type.labels)
        )
        known = All((_known(OLD, old), _known(NEW, new)))
        return Any((absent, All((known, both))))
    if isinstance(old.type, Scale | Choice) and isinstance(new.type, Scale | Choice):
        return Any((absent, *_labels_alike(old, new, pair)))
    # One outside of the other's bounds counts as missing there, so the other has its default.
    only_old = All((_outside(OLD, old, new), _holds_default(NEW, new, pair.new)))
    only_new = All((_outside(NEW, new, old), _holds_default(OLD, old, pair.old)))
    return Any((absent, All((Same(old.name, OLD, NEW), _known(OLD, old))), only_old, only_new))


def _labels_alike(old: Field, new: Field, pair: Pair) -> Iterator[Formula]:
    assert isinstance(old.type, Scale | Choice)
    assert isinstance(new.type, Scale | Choice)
    for label in dict.fromkeys((*old.type.labels, *new.type.labels)):
        on_old = _is(OLD, old, label) if label in old.type.labels else _holds_default(OLD, old, pair.old)
        on_new = _is(NEW, new, label) if label in new.type.labels else _holds_default(NEW, new, pair.new)
        yield All((on_old, on_new))


def _holds_default(side: str, field: Field, policy: Policy) -> Formula:
    default = absent_values(policy)[field.name]
    if default is MISSING:
        return Truth(side, IsMissing(_ref(field)), TRUE_ONLY)
    return _is(side, field, default)


def _is(side: str, field: Field, value: Known) -> Formula:
    return _compared(side, field, "=", value)


def _known(side: str, field: Field) -> Formula:
    return Truth(side, IsMissing(_ref(field)), FALSE_ONLY)


def _outside(side: str, field: Field, other: Field) -> Formula:
    """The value on this side is beyond the other's bounds."""
    beyond: list[Formula] = []
    if other.low is not None:
        beyond.append(_compared(side, field, "<", other.low))
    if other.high is not None:
        beyond.append(_compared(side, field, ">", other.high))
    return Any(tuple(beyond))


def _compared(side: str, field: Field, op: CompareOp, value: Known) -> Formula:
    return Truth(side, Compare(op, _ref(field), Constant(value, field.type)), TRUE_ONLY)


def _has_both_or_neither(old: Field, new: Field, label: str) -> Formula:
    on_old, on_new = Has(_ref(old), label), Has(_ref(new), label)
    both = All((Truth(OLD, on_old, TRUE_ONLY), Truth(NEW, on_new, TRUE_ONLY)))
    return Any((both, All((Truth(OLD, on_old, NOT_TRUE), Truth(NEW, on_new, NOT_TRUE)))))


def _ref(field: Field) -> Expr:
    return FieldRef(field.name, field.type)
