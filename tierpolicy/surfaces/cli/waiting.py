"""Work that may take long: a bar on stderr where that is a terminal, once it has taken a while; an end in order."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from types import FrameType

from tierpolicy.analysis.proofs import Progress, unseen
from tierpolicy.surfaces.cli.speaking import console

TERMINATED = 128 + signal.SIGTERM
SOON = 0.5
"""Seconds that nobody minds to wait without a word."""


@contextmanager
def progress_shown(after: float = SOON) -> Iterator[Progress]:
    """What takes the progress; the bar comes some time after the first of it, and is gone when the work is done."""
    if not sys.stderr.isatty():
        yield unseen
        return
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    bar = Bar(*columns, console=console(sys.stderr), transient=True)
    task = bar.add_task("", total=None)
    turn, over = Lock(), False

    def begin() -> None:
        with turn:
            if not over:
                bar.start()

    later = Timer(after, begin)  # a thread of its own: a single search may take long
    later.daemon = True

    def told(what: str, done: int, total: int) -> None:
        bar.update(task, description=what, completed=done, total=total or None)
        if later.ident is None:
            later.start()

    try:
        yield told
    finally:
        later.cancel()
        with turn:
            over = True
            bar.stop()


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """Lets a run that the system ends (SIGTERM) leave as one that a person ends: nothing half-written stays."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    ended = False

    def leave(number: int, frame: FrameType | None) -> None:
        nonlocal ended
        ended = True
        raise SystemExit(TERMINATED)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    except Exception:
        if ended:  # a library that was at work made an error of its own of it
            raise SystemExit(TERMINATED) from None
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
