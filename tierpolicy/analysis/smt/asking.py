"""Asks Z3 within a time: the last solver, where it knows little else, and a new one where that takes long.

What was learned for one goal serves the next, which is mostly the same facts with another question. Now and then it
leads astray instead; so the last solver gets a part of the time only.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import z3

from tierpolicy.analysis.smt.terms import Workspace

LAST_SOLVER = 0.2
"""The part of the time that the last solver gets."""

LEAST = 0.5
"""And the seconds that it gets in any case."""


@dataclass(slots=True)
class Asking:
    """The last solver, and the facts that it was told, by their index."""

    workspace: Workspace
    solver: z3.Solver | None = None
    told: set[int] = field(default_factory=set)

    def model_of(
        self, facts: Sequence[int], formulas: Sequence[z3.BoolRef], deadline: float, *, apart: bool = False
    ) -> z3.ModelRef | z3.CheckSatResult:
        """A model of the facts and the formulas; else `unsat` or `unknown`. `apart`: the last solver does without."""
        left = deadline - time.monotonic()
        if left <= 0:
            return z3.unknown
        if not apart:
            answer = self._by_last(facts, formulas, min(left, max(LEAST, left * LAST_SOLVER)))
            left = deadline - time.monotonic()
            if answer != z3.unknown or left <= 0:
                return answer
            self.solver = None
        solver = _new_solver(self.workspace)
        solver.add(*(self.workspace.facts[index] for index in facts), *formulas)
        return _checked(solver, left)

    def _by_last(
        self, facts: Sequence[int], formulas: Sequence[z3.BoolRef], seconds: float
    ) -> z3.ModelRef | z3.CheckSatResult:
        if self.solver is None or len(self.told.union(facts)) > 2 * len(facts) + 200:
            self.solver, self.told = _new_solver(self.workspace), set()
        solver = self.solver
        solver.add(*(self.workspace.facts[index] for index in facts if index not in self.told))
        self.told.update(facts)
        solver.push()
        try:
            solver.add(*formulas)
            return _checked(solver, seconds)
        finally:
            solver.pop()


def _new_solver(workspace: Workspace) -> z3.Solver:
    solver = z3.Solver(ctx=workspace.context)
    solver.set("random_seed", 0)
    return solver


def _checked(solver: z3.Solver, seconds: float) -> z3.ModelRef | z3.CheckSatResult:
    """What the solver says within the time; it is interrupted where it doesn't look at the clock itself."""
    deadline = time.monotonic() + seconds
    solver.set("timeout", max(1, int(seconds * 1000)))
    with _no_longer_than(seconds + 0.5, solver):
        try:
            answer = solver.check()
        except z3.Z3Exception:  # an interrupt in the middle of what can't be interrupted
            return z3.unknown
    if answer == z3.unknown and _interrupted(solver, deadline):
        raise KeyboardInterrupt  # the solver takes Ctrl-C for itself
    return solver.model() if answer == z3.sat else answer


@contextmanager
def _no_longer_than(seconds: float, solver: z3.Solver) -> Iterator[None]:
    """Interrupts the solver from a second thread."""
    timer = threading.Timer(seconds, z3.Z3_solver_interrupt, (solver.ctx.ref(), solver.solver))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


@contextmanager
def garbage_kept() -> Iterator[None]:
    """Garbage is not collected meanwhile: another thread might happen to do it (that of a progress bar, a timer), and
    would let go of terms of a context in which the solver is at work."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _interrupted(solver: z3.Solver, deadline: float) -> bool:
    """True where it stopped before its time because it was told to. It gives the same reason when its time is up."""
    reason = solver.reason_unknown()
    return "keyboard" in reason or ("cancel" in reason and time.monotonic() < deadline - 0.05)
