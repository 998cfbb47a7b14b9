"""Tallies of workers added up: Spark takes each task's once, however often the task had to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pyspark.accumulators import AccumulatorParam

if TYPE_CHECKING:
    Summing = AccumulatorParam["Counted"]
else:
    Summing = AccumulatorParam


Counted = dict[str, Any]
"""`read` and `written` rows, and the tally as `applying.tally.plain` has it (empty: nothing yet)."""


def nothing_counted() -> Counted:
    return {"read": 0, "written": 0, "tally": {}}


class Counts(Summing):
    """How two counts become one."""

    def zero(self, value: Counted) -> Counted:
        return nothing_counted()

    def addInPlace(self, value1: Counted, value2: Counted) -> Counted:
        return {
            "read": value1["read"] + value2["read"],
            "written": value1["written"] + value2["written"],
            "tally": both(value1["tally"], value2["tally"]),
        }


def both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two plain tallies as one."""
    if not one or not other:
        return dict(one or other)
    return {name: _sum(one[name], other[name]) for name in one}


def _sum(one: Any, other: Any) -> Any:
    match one:
        case dict():
            return dict(Counter(one) + Counter(other))
        case list():  # pairs of a value, which may be a dictionary itself, and its count
            found: list[list[Any]] = [list(pair) for pair in one]
            for value, count in other:
                for pair in found:
                    if pair[0] == value and type(pair[0]) is type(value):
                        pair[1] += count
                        break
                else:
                    found.append([value, count])
            return found
        case _:
            return one + other
