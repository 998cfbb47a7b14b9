"""What a run of `apply` is to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.types import Duration, Integer, Money, Number, Percent
from tierpolicy.runtime.applying.output import column_of
from tierpolicy.runtime.applying.tally import Tally
from tierpolicy.runtime.applying.targets import Wanted
from tierpolicy.runtime.decimal_commas import Decimal
from tierpolicy.runtime.engine import Policy

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Work:
    """`source` is a path or the address of a database, of which `table` is meant; `left` takes what a person should
    know of the run itself, whatever its end; `decimal` says what commas in the numbers of a CSV file mean."""

    policy: Policy
    source: str
    table: str | None
    wanted: Wanted
    as_of: date
    progress: Progress
    resume: bool = False
    rejects: Path | None = None
    reasons: bool = False
    carry: tuple[str, ...] = ()
    decimal: Decimal | None = None
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Applied:
    """The tally, and what a person should know of the base as a whole. `rows` were read: each is decided, or set
    apart as a reject."""

    tally: Tally
    notes: tuple[str, ...]
    rows: int


def columns_of_numbers(policy: TypedPolicy) -> frozenset[str]:
    """The columns of fields that are numbers."""
    kinds = (Integer, Number, Money, Percent, Duration)
    return frozenset(column_of(each) for each in policy.fields.values() if isinstance(each.type, kinds))


class LostRows(Exception):
    """Rows that were read were neither written nor set apart: a mistake of ours. Nothing was put in place."""


def check_counts(read: int, expected: int | None, written: int, rejected: int) -> None:
    """Rows in are rows out and rejects. `expected` is what the source says of itself, where it does."""
    if read != written + rejected or (expected is not None and read != expected):
        of = f"{read:,} rows were read" + (f" of {expected:,}" if expected not in (None, read) else "")
        raise LostRows(f"{of}, {written:,} written and {rejected:,} set apart")
