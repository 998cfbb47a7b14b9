"""The changes of one statement, judged: each noticed, or surviving with the example that would notice it.

Each statement is judged by itself, from what the policy says alone, so it doesn't matter in which process or order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from tierpolicy.testing.mutation.changed import Original
from tierpolicy.testing.mutation.changes import Changed, changes_of
from tierpolicy.testing.mutation.comparing import Apart, NotSettled, Same, compared
from tierpolicy.testing.mutation.crowd import Crowd, crowd_near
from tierpolicy.testing.mutation.differing import Difference, Prints, difference
from tierpolicy.testing.mutation.edits import Change
from tierpolicy.testing.mutation.noticing import Own
from tierpolicy.testing.mutation.proving import Proving
from tierpolicy.testing.mutation.telling import Survivor, Telling, told

Verdict = Literal["noticed", "survived", "equivalent", "not settled", "unreadable"]
"""`equivalent`: proved that nobody's decision differs. `unreadable`: what the change leaves is no policy."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One change and what came of it. `place` is its place among all changes of the statement. `by` is the test that
    notices it, as `tierpolicy test` names it; `reason` why it could not be settled; `example` the place, among the
    statement's examples, of the one that would notice a survivor."""

    place: int
    change: Change
    line: int
    verdict: Verdict
    by: str = ""
    reason: str = ""
    example: int | None = None


@dataclass(frozen=True, slots=True)
class JudgedStatement:
    """The changes of one statement that were tried, and the examples that would notice those that survived."""

    place: int
    name: str
    path: str
    line: int
    changes: tuple[Judged, ...]
    examples: tuple[Telling, ...]


@dataclass(frozen=True)
class Court:
    """A policy whose changes are judged. `timeout`: seconds that one search may take."""

    original: Original
    timeout: float
    seed: int

    @cached_property
    def statements(self) -> tuple[Changed, ...]:
        return changes_of(self.original.gathered, self.original.policy)

    @cached_property
    def own(self) -> Own:
        return Own(self.original.policy, self.timeout, self.seed)

    @cached_property
    def prints(self) -> Prints:
        return Prints(self.original.policy, {})

    def judged(self, place: int, chosen: Iterable[int]) -> JudgedStatement:
        """The chosen changes of one statement."""
        statement = self.statements[place]
        found: dict[int, Judged] = {}
        open_ones: list[tuple[int, Difference]] = []
        at_hand = _AtHand(self, statement, Proving(self.timeout))
        for at in chosen:
            change = statement.changes[at]
            policy = self.original.quickly(statement, change.edit)
            if policy is None:
                found[at] = self._said(at, change, "unreadable")
                continue
            differs = difference(self.prints, policy)
            noticed = self.own.example_noticing(differs)
            if noticed is None:
                open_ones.append((at, differs))
            else:
                at_hand.crowd_of(differs).add(noticed[1])
                found[at] = self._said(at, change, "noticed", by=noticed[0])
        survivors = []
        for at, differs in sorted(open_ones, key=lambda each: statement.changes[each[0]].kind != "statement"):
            judged, survivor = self._compared(at, statement.changes[at], differs, at_hand)
            found[at] = judged
            survivors += [survivor] if survivor is not None else []
        return self._with_examples(place, statement, found, survivors)

    def _compared(
        self, at: int, change: Change, differs: Difference, at_hand: _AtHand
    ) -> tuple[Judged, Survivor | None]:
        crowd = at_hand.crowd_of(differs)
        match compared(differs, crowd, at_hand.proofs):
            case Same():
                return self._said(at, change, "equivalent"), None
            case NotSettled(reason):
                return self._said(at, change, "not settled", reason=reason), None
            case Apart(customer):
                crowd.add(customer)
                by = self.own.property_noticing(differs, customer, at_hand.proofs)
                if by is not None:
                    return self._said(at, change, "noticed", by=by), None
                return self._said(at, change, "survived"), Survivor(at, change, differs, customer)

    def _with_examples(
        self, place: int, statement: Changed, found: dict[int, Judged], survivors: list[Survivor]
    ) -> JudgedStatement:
        tellings, by_change = told(survivors)
        for at, example in by_change.items():
            found[at] = self._said(at, statement.changes[at], "survived", example=example)
        line = self._line(statement.span.path, statement.span.start)
        changes = tuple(found[at] for at in sorted(found))
        return JudgedStatement(place, statement.name, statement.span.path, line, changes, tellings)

    def _said(
        self, at: int, change: Change, verdict: Verdict, *, by: str = "", reason: str = "", example: int | None = None
    ) -> Judged:
        line = self._line(change.edit.span.path, change.edit.span.start)
        return Judged(at, change, line, verdict, by, reason, example)

    def _line(self, path: str, offset: int) -> int:
        return self.original.sources[path].position(offset).line


@dataclass
class _AtHand:
    """What serves all changes of a statement: what was encoded for proofs, and the customers near it, gathered once
    there is a change to show them."""

    court: Court
    statement: Changed
    proofs: Proving
    crowd: Crowd | None = None

    def crowd_of(self, differs: Difference) -> Crowd:
        if self.crowd is None:
            court, name = self.court, self.statement.name
            seed = f"{court.seed}/{name}/{self.statement.span.start}"
            self.crowd = crowd_near(court.original.policy, differs.before, court.own.examples.values(), seed)
        return self.crowd
