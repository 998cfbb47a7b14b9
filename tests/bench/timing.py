"""Competitors timed against one another in one run: rounds in which each has its turn, so that what else the machine
does falls on all of them alike.

Of every competitor the median over the rounds is given, and the median of its ratios to the reference in its round.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

Run = Callable[[], float]
"""Does its work once; seconds for one record (or one row), what was prepared for it not counted."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds for one record, and how often the reference's time that is, both medians over the rounds."""

    seconds: float
    ratio: float
    rounds: int
    said: str = ""

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def interleaved(runs: Mapping[str, Run], reference: str, rounds: int) -> dict[str, Timed]:
    """Every run once a round, the order turning from round to round."""
    names = list(runs)
    found: dict[str, list[float]] = {name: [] for name in names}
    gc.collect()
    gc.freeze()
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            found[name].append(runs[name]())
    gc.unfreeze()
    return {name: timed(found[name], found[reference]) for name in names}


def timed(seconds: Sequence[float], reference: Sequence[float]) -> Timed:
    ratios = [own / other for own, other in zip(seconds, reference, strict=True)]
    return Timed(median(seconds), median(ratios), len(seconds))


def clocked(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun
