"""An order in which each name comes after those that it reads, or the circles that keep it from existing.

Kahn's method with a heap, so that ties are settled by the order of declaration and the answer is always the same.
A circle is found among what is left, taken out, and the work goes on; each is reported once. Nothing recurses:
chains may be long.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from heapq import heapify, heappop, heappush

from tierpolicy.frozen import frozen


@frozen
class Ordering:
    """`order` holds every name that is in no circle; each circle starts and ends with the same name."""

    order: tuple[str, ...]
    circles: tuple[tuple[str, ...], ...]


def ordered(reads: Mapping[str, Collection[str]]) -> Ordering:
    """`reads`: each name, in the order of declaration, with the names that it reads."""
    position = {name: at for at, name in enumerate(reads)}
    waiting = {name: {read for read in read_names if read in position} for name, read_names in reads.items()}
    readers: dict[str, list[str]] = {name: [] for name in reads}
    for name, read_names in waiting.items():
        for read in read_names:
            readers[read].append(name)
    ready = [position[name] for name, read_names in waiting.items() if not read_names]
    heapify(ready)
    names = list(reads)
    order: list[str] = []
    circles: list[tuple[str, ...]] = []
    circling: set[str] = set()
    left = dict.fromkeys(names)
    while True:
        while ready:
            name = names[heappop(ready)]
            if name not in left:
                continue
            del left[name]
            if name not in circling:
                order.append(name)
            for reader in readers[name]:
                waiting[reader].discard(name)
                if not waiting[reader] and reader in left:
                    heappush(ready, position[reader])
        if not left:
            return Ordering(tuple(order), tuple(circles))
        circle = _circle_among(waiting, next(iter(left)), position)
        circles.append(circle)
        circling.update(circle)
        for name in circle[:-1]:
            waiting[name].clear()
            heappush(ready, position[name])


def _circle_among(waiting: Mapping[str, Collection[str]], start: str, position: Mapping[str, int]) -> tuple[str, ...]:
    """A circle reached from a name all of whose chains run into one; told from its first declared name on."""
    seen: dict[str, int] = {}
    walked: list[str] = []
    at = start
    while at not in seen:
        seen[at] = len(walked)
        walked.append(at)
        at = min(waiting[at], key=position.__getitem__)
    circle = walked[seen[at] :]
    first = min(range(len(circle)), key=lambda i: position[circle[i]])
    turned = circle[first:] + circle[:first]
    return (*turned, turned[0])
