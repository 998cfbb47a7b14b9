"""Records for a typed policy: values around every literal of the policy, every label, missing, and broken ones.

`records(policy)` draws a raw customer record and request, in all the forms in which data gives a value.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st

from tierpolicy.model.expressions import Constant, Expr, walk
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import (
    Choice,
    Date,
    Duration,
    Flag,
    Integer,
    Money,
    Number,
    Percent,
    Scale,
    SetOf,
    Text,
    Type,
)
from tierpolicy.model.values import NotOffered
from tierpolicy.model.vocabulary import Field

T = TypeVar("T")
Raw = tuple[dict[str, Any], dict[str, Any]]


class Failing:
    """A value of which nothing can be asked."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError("no")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    def __hash__(self) -> int:
        raise RuntimeError("no")

    def __repr__(self) -> str:
        return "Failing()"


class FailingMapping(dict[str, Any]):
    """A mapping that holds nothing but errors."""

    def get(self, key: str, default: Any = None) -> Any:
        raise RuntimeError("no")

    __getitem__ = get


BROKEN: tuple[Any, ...] = (
    True, 1, 0, -1, 2**63, -(2**70), 10**5_000, 0.5, 1e300, float("inf"), -0.0, complex(1, 2),
    Decimal("1e999999"), Decimal("1e-999999"), Decimal("sNaN"), Decimal("Infinity"),
    "", " ", "x", "1", "yes", "1e999999", "9" * 5_000, "\ud800", "\x00", "e" + "\u0301" * 100, b"bytes",
    "0000-00-00", "2026-02-30", "2026-11-21T00:00:00", "P1Y", "PT",
    date.max, date.min, datetime(2026, 11, 21, tzinfo=UTC), timedelta.max, timedelta(microseconds=-1),
    [], [None, 3, []], {}, {"a": {}}, (), {"press", "nobody"}, range(10), type, object(), Failing(), FailingMapping(),
)  # fmt: skip


def records(policy: Policy) -> st.SearchStrategy[Raw]:
    """A customer record and a request for the policy, partly broken."""
    near = literals(policy)
    return st.randoms(use_true_random=False).map(lambda chance: RecordWriter(policy, near, chance).record())


def literals(policy: Policy) -> dict[type[Type], list[Any]]:
    """The constants of a policy, by type."""
    found: dict[type[Type], dict[Any, None]] = {}
    for expr in _expressions(policy):
        for node in walk(expr):
            if isinstance(node, Constant) and not isinstance(node.value, frozenset | bool | NotOffered):
                found.setdefault(type(node.type), {})[node.value] = None
    return {kind: list(values) for kind, values in found.items()}


def _expressions(policy: Policy) -> Iterator[Expr]:
    for statement in (*policy.rules, *policy.limits, *policy.baselines, *policy.assumptions):
        yield statement.condition
    for define in policy.defines.values():
        yield define.expression


class RecordWriter:
    """Writes one record, choosing with one source of chance."""

    def __init__(self, policy: Policy, near: dict[type[Type], list[Any]], chance: random.Random) -> None:
        self.policy, self.near, self.chance = policy, near, chance
        self.broken_share = self.one([0.0, 0.0, 0.05, 0.4])
        self.missing_share = self.one([0.0, 0.1, 0.3, 0.7])

    def one(self, options: Sequence[T]) -> T:
        return options[self.chance.randrange(len(options))]

    def record(self) -> Raw:
        record: dict[str, Any] = {"undeclared": self.one(BROKEN)} if self.chance.random() < 0.2 else {}
        request: dict[str, Any] = {}
        for field in self.policy.fields.values():
            if self.chance.random() < self.missing_share:
                continue
            in_request = field.of_request and self.chance.random() < 0.8
            self.put(request if in_request else record, field.path or (field.name,), self.raw(field))
        return record, request

    def put(self, record: dict[str, Any], path: Sequence[str], raw: Any) -> None:
        at = record
        for key in path[:-1]:
            at = at.setdefault(key, {})
        at[path[-1]] = raw

    def raw(self, field: Field) -> Any:
        chance = self.chance.random()
        if chance < self.broken_share:
            return self.one(BROKEN)
        if chance > 0.97:
            return self.one([None, float("nan"), "", Decimal("NaN")])
        return self.good(field)

    def good(self, field: Field) -> Any:
        near = self.near.get(type(field.type), [])
        bounds = [bound for bound in (field.low, field.high) if bound is not None]
        match field.type:
            case Flag():
                return self.one([True, False])
            case Integer():
                whole = self.around([0, 3, *near, *bounds])
                return self.one([whole, float(whole), Decimal(whole)])
            case Number():
                value = self.one([0.0, 0.5, 1.0, *near, *bounds]) + self.one([0.0, 0.0, 1e-9, -1e-9, 0.25])
                return self.one([value, Decimal(repr(value)), int(value)])
            case Percent():
                return self.decimal(Decimal(self.around([0, 500, *near, *bounds])).scaleb(-4))
            case Money():
                amount = Decimal(self.around([0, 100_00, *near, *bounds])).scaleb(-2)
                return self.one([self.decimal(amount), str(amount), int(amount)])
            case Duration():
                return self.duration(self.around([0, 600, *near, *bounds]), field)
            case Date():
                day = self.one([date(2026, 11, 21), date(2024, 2, 29), *near, *bounds])
                later = day.toordinal() + self.one([-366, -31, -1, 0, 0, 1, 30])
                day = date.fromordinal(min(max(later, date.min.toordinal()), date.max.toordinal()))
                return self.one([day, day.isoformat()])
            case Text():
                return self.one(["a", "e\u0301", "Hello there", *near])
            case Scale(labels) | Choice(labels):
                return self.one([*labels, *field.spellings])
            case SetOf(labels):
                chosen = [label for label in labels if self.chance.random() < 0.5]
                return self.one([chosen, set(chosen), tuple(chosen), ";".join(chosen), frozenset(chosen)])

    def around(self, values: Sequence[Any]) -> Any:
        return self.one(values) + self.one([0, 0, 0, 1, -1, 7])

    def decimal(self, value: Decimal) -> Any:
        return self.one([value, float(value)])

    def duration(self, seconds: int, field: Field) -> Any:
        iso = f"{'-' if seconds < 0 else ''}PT{abs(seconds)}S"
        unit = field.seconds_per_unit or 1
        return self.one([timedelta(seconds=seconds), iso, seconds / unit, Decimal(seconds) / unit])


class OrdinaryWriter(RecordWriter):
    """Writes one record as programs hold it: nothing broken, numbers as int or float, days as dates, sets as lists."""

    def __init__(self, policy: Policy, near: dict[type[Type], list[Any]], chance: random.Random) -> None:
        super().__init__(policy, near, chance)
        self.broken_share = 0.0

    def raw(self, field: Field) -> Any:
        found = super().raw(field)
        match field.type:
            case Integer() | Number() | Percent() | Money():
                return float(found) if isinstance(found, Decimal | str) and found else found
            case Duration():
                seconds = found.total_seconds() if isinstance(found, timedelta) else 60.0
                return found if isinstance(found, int | float) else seconds / (field.seconds_per_unit or 1)
            case Date():
                return date.fromisoformat(found) if isinstance(found, str) and found else found
            case SetOf():
                held = found.split(";") if isinstance(found, str) else found
                return sorted(held) if isinstance(held, list | tuple | set | frozenset) else held
            case _:
                return found
