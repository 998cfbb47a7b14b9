"""When compiled code is there: numba is loaded once plain numpy has taken as long as loading would, compiled where that
has taken as long as compiling would. So no job takes more than twice as long as with the better choice made beforehand,
and a job of a moment never waits for a compiler.

What is compiled is one function for all policies, kept on disk by numba: in the package's `__pycache__`, else in the
user's cache, in NUMBA_CACHE_DIR where that is set. Only numba reads it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Literal

from tierpolicy.compile.columns.kernel import Kernel, Tables

LOADING = 0.5
COMPILING = 4.0
"""Seconds, as measured on the machine of docs/reference/performance.md."""

State = Literal["not loaded", "not cached", "ready", "not installed", "unfit"]


@dataclass(slots=True)
class Compiled:
    """Whether code can be had: `not cached` is numba loaded, nothing found on disk; `unfit` that it failed, `reason`
    says how. `spent` are the seconds that plain numpy has taken so far, of all policies together."""

    state: State = "not loaded"
    spent: float = 0.0
    reason: str = ""
    make: Callable[[Tables], Kernel] | None = None
    turn: threading.Lock = field(default_factory=threading.Lock)

    def kernel_maker(self, at_once: bool = False) -> Callable[[Tables], Kernel] | None:
        """What makes compiled kernels, where it is there or it is time for it (`at_once`: it is)."""
        if self.make is not None or self.state in ("not installed", "unfit"):
            return self.make
        if not at_once and self.spent < self._wait:
            return None
        if not self.turn.acquire(blocking=at_once):
            return None  # another thread is at it
        try:
            self._go_on(at_once)
        finally:
            self.turn.release()
        return self.make

    @property
    def _wait(self) -> float:
        return COMPILING if self.state == "not cached" else LOADING

    def _go_on(self, at_once: bool) -> None:
        if self.make is not None:
            return
        try:
            if find_spec("numba") is None:
                self.state = "not installed"
                return
        except ValueError:  # something else stands in its place, such as what a test put there
            self.state = "not installed"
            return
        try:
            self._load(at_once)
        except Exception as failure:
            if not _of_the_compiler(failure):
                raise
            self.state, self.reason = "unfit", f"{type(failure).__name__}: {failure}"  # numpy gives the same answers

    def _load(self, at_once: bool) -> None:
        from tierpolicy.compile.columns.numba_kernel import bits_kernel, warm
        from tierpolicy.compile.columns.numba_program import answer

        if not at_once and self.spent < COMPILING and not _on_disk(answer):
            self.state = "not cached"
            return
        warm()
        self.make, self.state = bits_kernel, "ready"

    def in_child(self) -> None:
        """In a forked process the thread that was loading doesn't exist, and its locks inside numba stay held."""
        if self.turn.locked() and self.make is None:
            self.state, self.reason = "unfit", "the process was forked while numba was loading"
        self.turn = threading.Lock()


def _on_disk(function: object) -> bool:
    """True where numba has compiled the function before: this source, by this version of it and of Python."""
    try:
        index = function._cache._cache_file._load_index()  # type: ignore[attr-defined]
    except Exception:  # no place for files, one that can't be read, another numba: whether it is there isn't known
        return False
    return bool(index)


def _of_the_compiler(failure: Exception) -> bool:
    """True of what a compiler that doesn't fit this machine, or files of it that can't be read, may raise."""
    modules = {kind.__module__.partition(".")[0] for kind in type(failure).__mro__}
    return isinstance(failure, ImportError | OSError | EOFError) or not modules.isdisjoint(OF_THE_COMPILER)


OF_THE_COMPILER = ("numba", "llvmlite", "_pickle")

COMPILED = Compiled()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=COMPILED.in_child)


def ready_now() -> bool:
    """Loads (and compiles) now what batches would load later; False where that can't be, and numpy goes on."""
    return COMPILED.kernel_maker(at_once=True) is not None
