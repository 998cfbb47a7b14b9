"""Which statements stand behind boxes: those that beat another, few enough to be named."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from tierpolicy.analysis.boxes.real import Boxed
from tierpolicy.semantics.index import Statement

MOST_NAMED = 5


def statements_behind(held: Boxed, numbers: Iterable[int], apart_from: Statement) -> tuple[Statement, ...]:
    """The statements whose boxes these are, each once, in the order of the text of the policy."""
    found = held.session.memory.get("owners")
    if not isinstance(found, _Owners):
        found = held.session.memory["owners"] = _owners(held)
    starts, names, order = found.starts, found.names, found.order
    behind = {names[bisect_right(starts, number) - 1] for number in numbers if starts and number >= starts[0]}
    behind.discard(apart_from.origin.name)
    return tuple(held.session.statements[name] for name in sorted(behind, key=lambda name: order[name]))


@dataclass(frozen=True, slots=True)
class _Owners:
    """The first box of each run of boxes of one statement, ascending, whose it is, and each statement's place."""

    starts: list[int]
    names: list[str]
    order: dict[str, int]


def _owners(held: Boxed) -> _Owners:
    found: list[tuple[int, str]] = []
    for name, place in held.chart.places.items():
        for mask in {place.own, place.counts, place.stops}:
            if mask:
                found.append(((mask & -mask).bit_length() - 1, name))
    found.sort()
    order = {name: at for at, name in enumerate(held.session.statements)}
    return _Owners([start for start, _ in found], [name for _, name in found], order)
