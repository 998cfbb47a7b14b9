"""What was decided, counted: row by row, or for the columns of a batch at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.types import Flag, Scale
from tierpolicy.model.values import Known, NotOffered
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.runtime.decision import Decision
from tierpolicy.semantics.outcome import Problem

if TYPE_CHECKING:
    from tierpolicy.compile.columns.data import Amounts, Bools, Coded


@dataclass(slots=True)
class Tally:
    """What was decided, counted. `by_value` counts the values of `attribute`, of which there may be none."""

    attribute: Attribute | None
    customers: int = 0
    by_value: Counter[Known] = field(default_factory=Counter)
    raised_by_value: Counter[Known] = field(default_factory=Counter)
    raised: int = 0
    raised_attributes: Counter[str] = field(default_factory=Counter)
    with_problems: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    rejected: int = 0


def attribute_to_count(policy: TypedPolicy) -> Attribute | None:
    """The attribute that a summary counts: tier, else priority, else the first scale, else the first flag."""
    attributes = policy.attributes
    for name in ("tier", "priority"):
        if name in attributes:
            return attributes[name]
    service = [each for each in attributes.values() if not each.internal]
    scales = [each for each in service if isinstance(each.type, Scale)]
    flags = [each for each in service if isinstance(each.type, Flag)]
    return next(iter([*scales, *flags]), None)


def count_row(tally: Tally, decision: Decision, raised: tuple[str, ...]) -> None:
    """Counts one decision, and the attributes that a baseline raised."""
    tally.customers += 1
    tally.raised += bool(raised)
    tally.raised_attributes.update(raised)
    if tally.attribute is not None:
        value = decision.outcome.values[tally.attribute.name]
        tally.by_value[value] += 1
        tally.raised_by_value[value] += bool(raised)
    _count_problems(tally, decision.problems)


def count_columns(
    tally: Tally,
    answers: Mapping[str, Coded | Amounts],
    raised: Mapping[str, Bools],
    problems: Mapping[int, tuple[Problem, ...]],
    left_out: Collection[int],
    rows: int,
) -> None:
    """Counts the decisions of a batch; `raised` marks by attribute whom a baseline raised. Rows that are left out
    don't count."""
    import numpy as np

    kept = np.ones(rows, np.bool_)
    kept[list(left_out)] = False
    anything = np.zeros(rows, np.bool_)
    for name, mask in raised.items():
        anything |= mask
        count = int(np.count_nonzero(mask & kept))
        if count:
            tally.raised_attributes[name] += count
    tally.customers += rows - len(left_out)
    tally.rejected += len(left_out)
    tally.raised += int(np.count_nonzero(anything & kept))
    if tally.attribute is not None:
        answer = answers[tally.attribute.name]
        for value, count in _counted(answer, kept, tally.attribute):
            tally.by_value[value] += count
            tally.raised_by_value[value] += 0
        for value, count in _counted(answer, kept & anything, tally.attribute):
            tally.raised_by_value[value] += count
    for row, met in problems.items():
        if row not in left_out:
            _count_problems(tally, met)


def _count_problems(tally: Tally, problems: tuple[Problem, ...]) -> None:
    if problems:
        tally.with_problems += 1
        tally.problems.update({problem.subject for problem in problems})


def _counted(answer: Coded | Amounts, rows: Bools, attribute: Attribute) -> list[tuple[Known, int]]:
    """How many of some rows have each value."""
    import numpy as np

    from tierpolicy.compile.columns.data import Coded
    from tierpolicy.runtime.applying.texts import typed_amounts

    if isinstance(answer, Coded):
        counts = np.bincount(answer.codes[rows], minlength=len(answer.values)).tolist()
        return [(value, count) for value, count in zip(answer.values, counts, strict=True) if count]
    found: Counter[Known] = Counter(typed_amounts(attribute, answer, rows))
    return list(found.items())


def most_common(counts: Counter[str], policy: TypedPolicy) -> list[tuple[str, int]]:
    """Names and how often each was counted: the most common first, then as they stand in the policy, then by name."""
    place = {name: at for at, name in enumerate((*policy.fields, *policy.attributes))}
    return sorted(counts.items(), key=lambda each: (-each[1], place.get(each[0], len(place)), each[0]))


# ---------------------------------------------------------------- kept between runs


def plain(tally: Tally) -> dict[str, Any]:
    """The tally as JSON values."""
    return {
        "customers": tally.customers,
        "by_value": [[_plain(value), count] for value, count in tally.by_value.items()],
        "raised_by_value": [[_plain(value), count] for value, count in tally.raised_by_value.items()],
        "raised": tally.raised,
        "raised_attributes": dict(tally.raised_attributes),
        "with_problems": tally.with_problems,
        "problems": dict(tally.problems),
        "rejected": tally.rejected,
    }


def tally_of(attribute: Attribute | None, kept: Mapping[str, Any]) -> Tally:
    """The tally that `plain` wrote."""
    return Tally(
        attribute,
        kept["customers"],
        Counter({_value(value): count for value, count in kept["by_value"]}),
        Counter({_value(value): count for value, count in kept["raised_by_value"]}),
        kept["raised"],
        Counter(kept["raised_attributes"]),
        kept["with_problems"],
        Counter(kept["problems"]),
        kept["rejected"],
    )


def _plain(value: Known) -> object:
    match value:
        case NotOffered():
            return {"none": value.name}
        case frozenset():
            return {"set": sorted(value)}
        case date():
            return {"day": value.isoformat()}
        case _:
            return value


def _value(plain: Any) -> Known:
    match plain:
        case {"none": name}:
            return NotOffered[name]
        case {"set": labels}:
            return frozenset(labels)
        case {"day": day}:
            return date.fromisoformat(day)
        case _:
            return plain  # type: ignore[no-any-return]
