"""Which statements stand behind boxes: those that beat another, few enough to be named."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from tierpolicy.analysis.boxes.cells import places
from tierpolicy.analysis.boxes.real import Boxed
from tierpolicy.model.policy import Rule
from tierpolicy.semantics.index import Statement

MOST_NAMED = 5


def statements_behind(held: Boxed, numbers: Iterable[int], apart_from: Statement) -> tuple[Statement, ...]:
    """The statements whose boxes these are, each once, in the order of the text of the policy."""
    key = "owners"
    found = held.session.memory.get(key)
    if not isinstance(found, tuple):
        found = held.session.memory[key] = _owners(held)
    starts, names = found
    behind = {names[bisect_right(starts, number) - 1] for number in numbers if starts and number >= starts[0]}
    behind.discard(apart_from.origin.name)
    order = {name: at for at, name in enumerate(held.session.statements)} if len(behind) > 1 else {}
    return tuple(held.session.statements[name] for name in sorted(behind, key=lambda name: order.get(name, 0)))


def _owners(held: Boxed) -> tuple[list[int], list[str]]:
    """The first box of each run of boxes of one statement, ascending, and whose it is."""
    found: list[tuple[int, str]] = []
    for name, place in held.chart.places.items():
        for mask in {place.own, place.counts, place.stops}:
            if mask:
                found.append((places(mask & -mask)[0], name))
    found.sort()
    return [start for start, _ in found], [name for _, name in found]


def is_row_of(statement: Statement, table: str) -> bool:
    return isinstance(statement, Rule) and statement.kind == "row" and statement.group == table
