"""From a customer to the service that the compiled policy decides for it, as a property reads it.

This is what makes a trial a witness of its own: nothing here asks the plain evaluator for a decision, nor any proof.
Conditions need some meaning; they are read by the plain evaluator's `value_of`, over the values that came out.
"""

from __future__ import annotations

from dataclasses import dataclass

from tierpolicy.analysis.goal import Case
from tierpolicy.analysis.witness.records import RawRecord, raw_record
from tierpolicy.cells.once import once
from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.runtime.engine import Policy
from tierpolicy.semantics.evaluate import Situation
from tierpolicy.testing.sampling import keeps_assumptions


class Unserved(Exception):
    """The compiled policy raised something instead of deciding for a customer."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case


@dataclass(frozen=True, slots=True)
class Served:
    """A customer, and the situation after the compiled policy's decision."""

    case: Case
    situation: Situation


@dataclass(frozen=True, slots=True)
class Desk:
    """Where customers are served: one version of a policy, and what decides for it."""

    typed: TypedPolicy
    policy: Policy

    def served(self, case: Case) -> Served | None:
        """The customer with the service; None for one whom properties don't speak of, who breaks an assumption.
        Unserved where the compiled policy fails."""
        if not keeps_assumptions(self.typed, case):
            return None
        raw = self.raw(case)
        try:
            values = dict(self.policy.evaluate(raw.record, raw.request, case.as_of).typed_values)
        except Exception as error:
            raise Unserved(case) from error
        return Served(case, Situation(self.typed, case.values, case.as_of, values))

    def raw(self, case: Case) -> RawRecord:
        """The customer as data holds it."""
        return raw_record(self.typed, case)


def desk_for(policy: Policy, typed: TypedPolicy) -> Desk:
    """A desk of one version: beside others, the latest start would decide on days that versions share."""
    return Desk(typed, policy if policy.versions == (typed,) else _alone(typed))


@once
def _alone(typed: TypedPolicy) -> Policy:
    return Policy((typed,)).compiled()
