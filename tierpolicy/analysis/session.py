"""One policy under proof: what questions share, made once and kept, so that nothing is proved twice in one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

from tierpolicy.analysis.answer import Settled
from tierpolicy.analysis.goal import Goal
from tierpolicy.cells.reads import indexed, named_statements
from tierpolicy.model.policy import Policy
from tierpolicy.semantics.index import Index, Statement

T = TypeVar("T")

DEFAULT_TIMEOUT = 10.0
"""Seconds for one goal."""

Engine = Callable[[Goal, float], Settled]
"""What settles a goal within so many seconds."""


@dataclass
class Session:
    """The policy, the seconds that one goal may take, and what settles goals that no shortcut answers.

    Questions about properties are asked of those named in `only`, of all where it is None."""

    policy: Policy
    timeout: float = DEFAULT_TIMEOUT
    engine: Engine | None = None
    only: frozenset[str] | None = None
    memory: dict[object, object] = field(default_factory=dict)

    def settle(self, goal: Goal) -> Settled:
        """Records for which the goal holds (replayed), or that there are none, or why that stays open."""
        return self._engine(goal, self.timeout)

    @cached_property
    def _engine(self) -> Engine:
        if self.engine is not None:
            return self.engine
        from tierpolicy.analysis.smt.solve import Solver  # loads z3 only where a question needs it

        return Solver().settle

    @cached_property
    def index(self) -> Index:
        return indexed(self.policy)

    @cached_property
    def statements(self) -> Mapping[str, Statement]:
        """Every rule, limit and baseline by its name."""
        return named_statements(self.policy)

    def remembered(self, key: object, make: Callable[[], T]) -> T:
        """What `make` gives, made once in a session."""
        if key not in self.memory:
            self.memory[key] = make()
        return cast(T, self.memory[key])
