"""How long one question may search for all its subjects together, so that a large policy is answered in time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from tierpolicy.analysis.answer import GaveUp, Settled
from tierpolicy.analysis.goal import Goal
from tierpolicy.analysis.session import Session

TOGETHER = 3
"""A question may take so many times what one of its goals may."""


@dataclass(slots=True)
class Patience:
    """Settles goals until the time for all of them is used up."""

    session: Session
    began: float = field(default_factory=time.monotonic)

    def settle(self, goal: Goal) -> Settled:
        """What the session says, or that there is no time left."""
        most = TOGETHER * self.session.timeout
        if time.monotonic() - self.began > most:
            return GaveUp(f"the question took longer than {most:g} seconds for all statements together")
        return self.session.settle(goal)

    @property
    def is_short(self) -> bool:
        """True where as much time as one goal may take has passed: what is only nice to have is left out."""
        return time.monotonic() - self.began > self.session.timeout
