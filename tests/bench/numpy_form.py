"""The same rules written by hand in NumPy, in the fastest of the forms that were tried: chunks that fit into the cache,
a mask for each rule, levels of one byte, raised by `maximum`. Tried and slower: `where=mask`, all attributes packed
into one word, whole columns."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tests.bench.columns import Array, Columns
from tests.bench.rules import Comparison, Rule, Rules

CHUNK = 131_072


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def levels_of(rules: Rules, columns: Columns) -> Callable[[], dict[str, Array]]:
    rows = len(next(iter(columns.values())))
    pool = ThreadPoolExecutor(cores())

    def run() -> dict[str, Array]:
        found = {each.name: np.zeros(rows, np.uint8) for each in rules.attributes}

        def chunk(at: int) -> None:
            part = {name: column[at : at + CHUNK] for name, column in columns.items()}
            apply(rules, part, {name: levels[at : at + CHUNK] for name, levels in found.items()})

        list(pool.map(chunk, range(0, rows, CHUNK)))
        return found

    return run


def apply(rules: Rules, columns: Columns, levels: dict[str, Array]) -> None:
    for rule in rules.rules:
        mask = truths(rule, columns).view(np.uint8)
        for name, level in rule.gives.items():
            np.maximum(levels[name], mask * np.uint8(level), out=levels[name])


def truths(rule: Rule, columns: Columns) -> Array:
    whole: Array | None = None
    for all_of in rule.any_of:
        both = compared(all_of[0], columns)
        for each in all_of[1:]:
            both = both & compared(each, columns)
        whole = both if whole is None else whole | both
    assert whole is not None
    return whole


def compared(each: Comparison, columns: Columns) -> Array:
    column = columns[each.field.name]
    match each.asks:
        case "at least":
            return column >= each.amount
        case "below":
            return column < each.amount
        case "yes":
            return column
        case _:
            codes = [each.field.labels.index(label) for label in each.labels]
            if each.is_upper_end:
                return column >= codes[0]
            found = column == codes[0]
            for code in codes[1:]:
                found = found | (column == code)
            return found


def read_once(columns: Columns) -> Callable[[], object]:
    """The limit: every value is looked at once, each core half of the rows."""
    pool = ThreadPoolExecutor(cores())
    rows = len(next(iter(columns.values())))
    parts = [(at * rows // cores(), (at + 1) * rows // cores()) for at in range(cores())]

    def read(part: tuple[int, int]) -> list[object]:
        return [column[part[0] : part[1]].max() for column in columns.values()]

    return lambda: list(pool.map(read, parts))
