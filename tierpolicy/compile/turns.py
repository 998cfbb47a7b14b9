"""Turns of threads that share a policy: one at a time adds to what was found, and nobody waits for a thread that a
forked process doesn't have."""

from __future__ import annotations

import os
from threading import RLock
from types import TracebackType
from weakref import WeakSet


class Turn:
    """A lock that the thread which holds it may take again. A copy in another process is a lock of its own."""

    __slots__ = ("__weakref__", "lock")

    def __init__(self) -> None:
        self.lock = RLock()
        _TURNS.add(self)

    def __enter__(self) -> None:
        self.lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, at: TracebackType | None
    ) -> None:
        self.lock.release()

    def __reduce__(self) -> tuple[type[Turn], tuple[()]]:
        return Turn, ()


_TURNS: WeakSet[Turn] = WeakSet()


def _in_child() -> None:
    """In a forked process the threads that held a turn don't exist."""
    for turn in list(_TURNS):
        turn.lock = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
