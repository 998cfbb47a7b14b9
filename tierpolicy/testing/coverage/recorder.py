"""Who watches policies while they are tested, and says what it has seen.

recorder = Recorder()
recorder.watch(suite)                         # so that what nothing decides is seen to be so
result_of(suite, item, how, recorder)         # a recorder is a `Seen`
recorder.coverage()
"""

from __future__ import annotations

from datetime import date

from tierpolicy.check.allows import accepted_in
from tierpolicy.check.scope import Findings
from tierpolicy.diagnostics.codes import rules as codes
from tierpolicy.model.policy import Policy
from tierpolicy.semantics.read import Reading
from tierpolicy.source import Span
from tierpolicy.testing.coverage.data import Coverage, merged
from tierpolicy.testing.coverage.placing import coverage_of
from tierpolicy.testing.coverage.recording import Watched, watched
from tierpolicy.testing.suite import By, Suite

DECIDES_NOTHING = frozenset({codes.NEVER_TRUE.code, codes.CHANGES_NOTHING.code})
"""What an author may accept of a statement that then has nothing to be tested for."""


class Recorder:
    """A `Seen` that counts. Not for several threads at a time."""

    def __init__(self) -> None:
        self._watched: dict[int, Watched] = {}
        self._accepted: dict[Span, str] = {}

    def watch(self, suite: Suite) -> None:
        """Looks at a suite's policy from now on, whether or not a customer is decided. A suite without policy is
        passed over."""
        if suite.policy is None:
            return
        self.look_at(suite.policy)
        for accepted in accepted_in(suite.gathered.modules, Findings()):
            code = accepted.code.text.upper()
            if code in DECIDES_NOTHING:
                self._accepted |= {span: code for span in (accepted.statement, accepted.rows) if span is not None}

    def look_at(self, policy: Policy) -> Watched:
        """Looks at a policy from now on."""
        found = self._watched.get(id(policy))  # the policy is kept, so that its id stays its own
        if found is None:
            found = self._watched[id(policy)] = watched(policy)
        return found

    def __call__(self, policy: Policy, reading: Reading, as_of: date, by: By) -> None:
        """Decides a customer by the plain evaluator, and counts."""
        self.look_at(policy).see(reading, as_of, by)

    def coverage(self) -> Coverage:
        """All that was seen so far."""
        return merged(*(coverage_of(each, self._accepted) for each in self._watched.values()))
