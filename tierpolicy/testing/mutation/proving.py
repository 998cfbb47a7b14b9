"""Proofs about many policies that are nearly the same: what is encoded of one serves the next.

Changed policies share all expressions but those of the changed statement, and what was encoded is remembered by the
expression. So the changes of one statement have one solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tierpolicy.analysis.session import Engine, Session
from tierpolicy.model.policy import Policy


@dataclass(frozen=True)
class Proving:
    """Sessions for policies, with one solver. `timeout`: seconds that one search may take."""

    timeout: float

    def of(self, policy: Policy) -> Session:
        """The session of one policy."""
        return Session(policy, self.timeout, self._engine)

    @cached_property
    def _engine(self) -> Engine:
        from tierpolicy.analysis.smt.solve import Solver  # loads z3 only where something is to be proved

        return Solver().settle
