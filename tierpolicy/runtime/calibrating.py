"""A policy and a customer base to the thresholds of its `in top` and `in bottom`, and to how many customers each takes.

Of the n customers with a known value, sorted from the highest, the threshold of `top P%` is the value of number
max(1, ⌈P·n⌉): the quantile by nearest rank (definition 1 of R. J. Hyndman and Y. Fan, *Sample Quantiles in Statistical
Packages*, The American Statistician 50(4), 1996), always a value that somebody has. `bottom` is its mirror. Who has the
very value of the threshold is within, so that ties may make a share larger than it was asked for.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from types import MappingProxyType

import numpy as np

from tierpolicy.compile.columns.data import Column
from tierpolicy.model.policy import Policy, Threshold
from tierpolicy.model.types import Number
from tierpolicy.model.values import MISSING, Known
from tierpolicy.model.vocabulary import Field
from tierpolicy.model.words import value_text
from tierpolicy.runtime.bases import Base, opened
from tierpolicy.runtime.bases.one_field import missing_in, units_of
from tierpolicy.runtime.bases.reading import fields_of
from tierpolicy.runtime.columns.cells import Values
from tierpolicy.runtime.columns.typed import stored
from tierpolicy.runtime.identity.spelling import typed_value
from tierpolicy.runtime.records import path_of
from tierpolicy.runtime.rows import UnusableFile
from tierpolicy.syntax.calibration import share_text

HUNDRED_PERCENT = 10_000
MOST_DIGITS = 15
"""Of a number in a policy (language.md §8)."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Distribution:
    """The known values of a field in a base, sorted, in the units of model/values; days since 1970-01-01 for dates."""

    values: Values
    customers: int
    wrong: int

    @property
    def digest(self) -> str:
        """SHA-256 of the values: the same for the same values, whatever form they come in, in whatever order."""
        held = np.ascontiguousarray(self.values).astype(self.values.dtype.newbyteorder("<"), copy=False)
        return f"sha256:{hashlib.sha256(held.tobytes()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Calibrated:
    """One threshold, measured. `old` is what the file said, `new` what is so now; `asked_for` is how many customers the
    share should take, `within` how many the new threshold takes, `within_old` how many the old one does here."""

    field: Field
    old: Threshold
    new: Threshold
    asked_for: int
    within: int
    within_old: int | None

    @property
    def ties(self) -> int:
        """How many more customers are within than were asked for, as they have the very value of the threshold."""
        return self.within - self.asked_for

    def is_off(self, tolerance: float) -> bool:
        """True where the old threshold takes another number of customers than the new, by more than a part of it."""
        return self.within_old is None or abs(self.within_old - self.within) > tolerance * self.within


@dataclass(frozen=True, slots=True)
class Calibration:
    """All thresholds of a policy, measured on one base; `wrong` counts values that the policy can't read, by field."""

    policy: str
    base: str
    customers: int
    thresholds: tuple[Calibrated, ...]
    wrong: Mapping[str, int]
    notes: tuple[str, ...] = ()


def calibrated(
    policy: Policy, source: str, as_of: date, progress: Progress, *, table: str | None = None
) -> Calibration:
    """The thresholds that a policy asks for, measured on the base that `source` names.

    UnusableFile says why the base can't be read, or that nobody in it has a value.
    """
    fields = [policy.fields[name] for name in dict.fromkeys(each.field for each in policy.thresholds)]
    with opened(source, table=table, wanted=_wanted(fields)) as base:
        found = distributions(policy, base, fields, progress)
        name, notes = base.name, base.notes
    measured = [
        _calibrated(policy.fields[each.field], each, found[each.field], name, as_of) for each in policy.thresholds
    ]
    wrong = {field: each.wrong for field, each in found.items() if each.wrong}
    customers = next((each.customers for each in found.values()), 0)
    return Calibration(policy.name, name, customers, tuple(measured), wrong, notes)


def _wanted(fields: Iterable[Field]) -> tuple[str, ...]:
    paths = [path_of(each) for each in fields]
    return tuple(dict.fromkeys(name for path in paths for name in (".".join(path), path[0])))


# ---------------------------------------------------------------- the base


def distributions(policy: Policy, base: Base, fields: Sequence[Field], progress: Progress) -> dict[str, Distribution]:
    """The values of some fields in a base, read as deciding reads them: what is wrong is missing, defaults are there.

    Memory holds eight bytes for each customer and field.
    """
    alone = MappingProxyType({each.name: each for each in fields})
    reading = fields_of(replace(policy, fields=alone), base)
    for field in fields:
        if field.name not in reading.layout.places:
            column = ".".join(path_of(field))
            raise UnusableFile(
                f"`{base.name}` has no column `{column}`, so the shares of `{field.name}` can't be measured"
            )
    names = frozenset(each.name for each in fields)
    parts: dict[str, list[Values]] = {name: [] for name in names}
    wrong: Counter[str] = Counter()
    customers = 0
    for batch in base.batches():
        piece = reading.piece_of(batch)
        for name, typed in reading.typed(piece, names).items():
            values, known = units_of_field(policy.fields[name], typed.column, piece.rows)
            parts[name].append(values[known])
            wrong[name] += 0 if typed.doubtful is None else int(typed.doubtful.sum())
        customers += piece.rows
        progress(base.at(), base.size)
    return {name: Distribution(_sorted(found), customers, wrong[name]) for name, found in parts.items()}


def units_of_field(field: Field, column: Column, rows: int) -> tuple[Values, Values]:
    """A column's values in the units of model/values, and which rows have one."""
    known = ~missing_in(column, rows)
    if isinstance(field.type, Number):
        return column.values.astype(np.float64) + 0.0, known
    return units_of(column).astype(np.int64), known


def _sorted(parts: list[Values]) -> Values:
    if not parts:
        return np.zeros(0, np.int64)
    values = np.concatenate(parts)
    values.sort()
    return values


# ---------------------------------------------------------------- thresholds


def _calibrated(field: Field, old: Threshold, found: Distribution, base: str, as_of: date) -> Calibrated:
    values = found.values
    if not len(values):
        share = share_text(old.side, old.share)
        raise UnusableFile(
            f"nobody in `{base}` has a `{field.name}` that can be read, so its {share} can't be measured"
        )
    asked_for = max(1, -(-old.share * len(values) // HUNDRED_PERCENT))
    held = values[len(values) - asked_for] if old.side == "top" else values[asked_for - 1]
    value = _as_written(typed_value(held.item(), field.type), old, field)
    new = replace(
        old,
        value=value,
        as_of=as_of,
        customers=found.customers,
        known=len(values),
        data=base,
        digest=found.digest,
    )
    by_name = {field.name: found}
    within_old = None if old.value is MISSING else _within(old, field, by_name)
    return Calibrated(field, old, new, asked_for, _within(new, field, by_name), within_old)


def _within(threshold: Threshold, field: Field, found: Mapping[str, Distribution]) -> int:
    """How many customers a threshold takes."""
    values, bound = found[field.name].values, stored(threshold.value, field.type)  # type: ignore[arg-type]
    if threshold.side == "top":
        return len(values) - int(np.searchsorted(values, bound, "left"))
    return int(np.searchsorted(values, bound, "right"))


def _as_written(value: Known, threshold: Threshold, field: Field) -> Known:
    """The value that the policy reads back: a binary fraction that takes more digits than a policy may have is drawn to
    the nearest shorter one on the side that keeps it within."""
    text = value_text(value, field.type)
    digits = sum(each.isdigit() for each in text)
    if digits <= MOST_DIGITS and not (isinstance(value, float) and "e" in text):
        return value
    whole = max(1, Decimal(value).adjusted() + 1) if isinstance(value, float) else digits
    if not isinstance(value, float) or whole > MOST_DIGITS:
        share = share_text(threshold.side, threshold.share)
        raise UnusableFile(f"the {share} of `{field.name}` begins at {text}, which has too many digits for a policy")
    rounding = ROUND_FLOOR if threshold.side == "top" else ROUND_CEILING
    return float(Decimal(value).quantize(Decimal(1).scaleb(whole - MOST_DIGITS), rounding=rounding))
