"""What a question looks for, as data: records, and a formula about what policies decide for them.

A goal speaks of *sides*. A side is one policy deciding for one record; two sides may decide for the same record by
different policies (an old and a new one; with and without a statement), or for two records by the same policy. All
records of a goal are decided on the same day. The formula is two-valued: each atom says which truths it accepts.

Every goal has three readings that must agree: `replay.holds` (plain evaluator, on given records), `smt` (symbolic,
over all records) and, in the tests, brute force over all cells of all fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import MISSING, Value


@dataclass(frozen=True, slots=True)
class Case:
    """One record as the evaluator reads it: a typed value for every field (MISSING where it is absent), and the day."""

    values: Mapping[str, Value]
    as_of: date


@dataclass(frozen=True, slots=True)
class Side:
    """A policy deciding for the record with this index; `name` is unique in its goal."""

    name: str
    policy: Policy
    record: int = 0


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition comes out as one of `accepted`: True, False, MISSING (unknown)."""

    side: str
    condition: Expr
    accepted: frozenset[Value]


@dataclass(frozen=True, slots=True)
class Counts:
    """Whether a statement counts (`semantics.counting.truth_of`: condition, dates, rows above) is one of `accepted`."""

    side: str
    statement: str
    accepted: frozenset[Value]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Standing grants give the attribute (without direction) different values."""

    side: str
    attribute: str


@dataclass(frozen=True, slots=True)
class NotAsGood:
    """The attribute (with a direction) is not at least as good on `side` as on `than`: worse, or a set that lacks an
    element of the other."""

    attribute: str
    side: str
    than: str


@dataclass(frozen=True, slots=True)
class Differs:
    """The attribute has different values on the two sides (`values.equal`)."""

    attribute: str
    side: str
    other: str


@dataclass(frozen=True, slots=True)
class More:
    """The field is known on both sides, and greater on `side` in its natural order: a set that holds all of the
    other's elements and another one, `yes` over `no`, a later date."""

    field: str
    side: str
    than: str


@dataclass(frozen=True, slots=True)
class Same:
    """The field or decided attribute is equal on both sides; two missing values are equal."""

    name: str
    side: str
    other: str


@dataclass(frozen=True, slots=True)
class Neither:
    """Not the formula."""

    formula: Formula


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Formula, ...]


Formula = Truth | Counts | Conflict | NotAsGood | Differs | More | Same | Neither | All | Any


@dataclass(frozen=True, slots=True)
class Goal:
    """Records for which the formula holds.

    Each record ranges over the policy's `world` (declared bounds, missing included, effective days) and breaks no
    `assume` of any side's policy: none is false. Where there are two records they agree in all fields but
    `differing`; None lets them differ in all. `fixed` pins fields of record 0 to a value (next steps).
    `as_of` pins the day.
    """

    sides: tuple[Side, ...]
    formula: Formula
    differing: frozenset[str] | None = frozenset()
    fixed: Mapping[str, Value] | None = None
    as_of: date | None = None

    @property
    def records(self) -> int:
        """How many records there are."""
        return 1 + max(side.record for side in self.sides)

    def side(self, name: str) -> Side:
        return next(side for side in self.sides if side.name == name)


TRUE_ONLY: frozenset[Value] = frozenset({True})
FALSE_ONLY: frozenset[Value] = frozenset({False})
UNKNOWN_ONLY: frozenset[Value] = frozenset({MISSING})
NOT_TRUE: frozenset[Value] = frozenset({False, MISSING})
NOT_FALSE: frozenset[Value] = frozenset({True, MISSING})
