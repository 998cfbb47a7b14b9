"""A stretch of work during which Python's cycle collector rests.

Loading makes hundreds of thousands of small objects that stay, none of them garbage; the collector looks through all of
them again and again as they grow, which takes a third of the time. It rests for the whole process, so several threads
that load count together: who comes first notes whether it was running, who goes last lets it run again.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class _Resting:
    """How many are at work, and whether the collector was running before the first of them."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.working = 0
        self.was_running = False

    def begin(self) -> None:
        with self.lock:
            if self.working == 0:
                self.was_running = gc.isenabled()
                gc.disable()
            self.working += 1

    def end(self) -> None:
        with self.lock:
            self.working -= 1
            if self.working == 0 and self.was_running:
                gc.enable()

    def in_child(self) -> None:
        """In a forked process the other threads, which would have ended their work, don't exist."""
        if self.working and self.was_running:
            gc.enable()
        self.lock, self.working = Lock(), 0


_RESTING = _Resting()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_RESTING.in_child)


@contextmanager
def collector_resting() -> Iterator[None]:
    """Runs what is inside while the collector rests; afterwards it is as it was."""
    _RESTING.begin()
    try:
        yield
    finally:
        _RESTING.end()
