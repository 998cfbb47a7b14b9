"""Problems and undetermined statements, told when they are asked for: by the plain evaluator, of what can matter.

Of a large policy few statements can matter for one record; which they are is looked up (`compile.mattering`), and the
plain evaluator is asked about the policy of those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tierpolicy.cells.reads import indexed
from tierpolicy.compile.mattering import Mattering, mattering
from tierpolicy.compile.normal import Normal
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Known
from tierpolicy.semantics.decide import deliberate, outcome_of
from tierpolicy.semantics.outcome import Outcome
from tierpolicy.semantics.read import Reading

FEW_STATEMENTS = 50
"""Asking all of them takes no longer than finding out which ones can matter."""


@dataclass(slots=True, eq=False)
class Telling:
    """What tells more of a decision than its values. `normal` is the policy's normal form where that is at hand;
    `matter` is kept once it was needed."""

    policy: Policy
    normal: Normal | None = None
    matter: Mattering | None = None

    def outcome(self, reading: Reading, as_of: date, values: Mapping[str, Known]) -> Outcome:
        """The outcome for a record that has these values."""
        policy, index = self.policy, None
        if self.normal is not None and _statements(policy) > FEW_STATEMENTS:
            policy, index = self._mattering(self.normal).policy_for(reading.values, as_of, values)
        told = outcome_of(deliberate(policy, reading, as_of, index or indexed(policy)), reading)
        return Outcome(values, told.undetermined, told.problems)

    def _mattering(self, normal: Normal) -> Mattering:
        if self.matter is None:
            with normal.turn:  # of threads that come together, one works it out
                if self.matter is None:
                    self.matter = mattering(normal)
        return self.matter


def _statements(policy: Policy) -> int:
    return len(policy.rules) + len(policy.limits) + len(policy.baselines)
