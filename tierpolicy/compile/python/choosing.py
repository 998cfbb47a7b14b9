"""Which middle decides for one record: measured on this machine, when the policy is compiled.

The records to measure with are made of the axes: each field takes the values that conditions tell apart, in turn. That
takes a few milliseconds at most. Plain conditions aren't tried for policies so large that they can't win.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from types import MappingProxyType
from typing import Any

from tierpolicy.cells.axes import Axes, Axis
from tierpolicy.compile.normal import Normal, box_count
from tierpolicy.compile.python.bits import bits
from tierpolicy.compile.python.flat import flat
from tierpolicy.compile.python.program import Answer, Middle, Program, program
from tierpolicy.compile.python.raw import raw_of
from tierpolicy.model.expressions import FieldRef
from tierpolicy.model.values import Missing, NotOffered

MIDDLES: Mapping[str, Middle] = MappingProxyType({"flat": flat, "bits": bits})
"""Every way to decide for one record, by its name."""

MOST_FLAT = 100
"""Boxes of conditions up to which plain conditions are tried."""
RECORDS = 24
ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Chosen:
    """The function, the name of its middle, and the microseconds that each middle took for one record, where more than
    one was tried."""

    program: Program
    middle: str
    measured: Mapping[str, float]


def chosen(normal: Normal, answer: Answer, middle: str | None = None) -> Chosen:
    """The fastest program, or the one with a certain middle."""
    if middle is not None:
        return Chosen(program(normal, MIDDLES[middle], answer), middle, {})
    boxes = sum(box_count(stage) for stage in normal.stages)
    if boxes > MOST_FLAT:
        return Chosen(program(normal, bits, answer), "bits", {})
    programs = {name: program(normal, each, answer) for name, each in MIDDLES.items()}
    records = list(sample(normal))
    functions = {name: each.function(_nothing) for name, each in programs.items()}
    measured = {name: _microseconds(function, records) for name, function in functions.items()}
    best = min(measured, key=lambda name: measured[name])
    return Chosen(programs[best], best, measured)


def _nothing(record: object, request: object, as_of: object) -> None:
    """What can't be read takes no time."""


def _microseconds(function: Callable[..., Any], records: list[dict[str, object]]) -> float:
    """For one record, the best of a few rounds; on a fixed day."""
    day = date(2026, 1, 1)
    best = float("inf")
    for _ in range(ROUNDS):
        start = perf_counter()
        for record in records:
            function(record, None, day)
        best = min(best, perf_counter() - start)
    return best / len(records) * 1e6


# ---------------------------------------------------------------- records


def sample(normal: Normal, count: int = RECORDS) -> Iterator[dict[str, object]]:
    """Plain records that lie here and there: a known value of each field that conditions ask about."""
    values = {name: list(_values(name, normal.axes)) for name in normal.policy.fields}
    for number in range(count):
        record: dict[str, object] = {}
        for at, (name, field) in enumerate(normal.policy.fields.items()):
            few = values[name]
            if few:
                record[".".join(field.path or (name,))] = few[(number * (2 * at + 7) + number // 3) % len(few)]
        yield record


def _values(name: str, axes: Axes) -> Iterator[object]:
    """Raw values of a field, one in each known cell of its axis."""
    field = axes.policy.fields[name]
    for axis in axes.axes:
        if axis.subject == FieldRef(name, field.type):
            for cell in range(axis.known):
                value = frozenset({axis.label}) if axis.label is not None else _value(axis, cell)
                raw = None if value is None else raw_of(value, field)
                if raw is not None:
                    yield raw


def _value(axis: Axis, cell: int) -> Any:
    value = axis.value(cell)
    return None if isinstance(value, Missing | NotOffered) else value
