"""Whether a policy's own tests notice a change: its examples and cases, then its properties.

What fails before the change can't notice it and is left out. An example is decided again only where the changed
statements come out differently for its customer. A property is proved again of the changed policy, where it speaks of
what the change touches; customers at hand are asked first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec

from tierpolicy.analysis.goal import Case
from tierpolicy.analysis.prove import answer_about
from tierpolicy.analysis.session import Session
from tierpolicy.analysis.variants import without
from tierpolicy.cells.reads import indexed
from tierpolicy.model.expressions import TRUE, AttributeRef, Expr
from tierpolicy.model.policy import (
    ALWAYS,
    Always,
    EqualTreatment,
    Example,
    Never,
    NeverDependsOn,
    NeverLowers,
    Policy,
    Property,
)
from tierpolicy.model.reads import read_by
from tierpolicy.semantics.counting import clauses_of
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.index import Statement, first_match_rows
from tierpolicy.semantics.read import typed_reading
from tierpolicy.testing.mutation.comparing import after, is_apart
from tierpolicy.testing.mutation.crowd import Customer
from tierpolicy.testing.mutation.differing import Difference
from tierpolicy.testing.mutation.proving import Proving
from tierpolicy.testing.suite import How

MOST_TRIED = 100
"""Customers drawn for a property that can't be proved of a changed policy."""


FAILS = "it fails already"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A test that can notice nothing, and why: "it fails already"."""

    id: str
    why: str


@dataclass(frozen=True)
class Own:
    """A policy's own tests. `timeout`: seconds that one search may take."""

    policy: Policy
    timeout: float
    seed: int = 0

    @cached_property
    def examples(self) -> Mapping[int, Customer]:
        """The customers of the examples and cases that hold, by place in `Policy.examples`."""
        return {
            at: customer
            for at, example in enumerate(self.policy.examples)
            if expected(example, (customer := Customer(self.policy, case_of(self.policy, example))).situation)
        }

    @cached_property
    def properties(self) -> tuple[Property, ...]:
        """The properties that are proved."""
        return tuple(stated for stated in self.policy.properties if self._verdicts[stated.origin.name] == "proved")

    @cached_property
    def _verdicts(self) -> Mapping[str, str]:
        session = Proving(self.timeout).of(self.policy)
        answers = {stated.origin.name: answer_about(session, stated) for stated in self.policy.properties}
        return {name: "measured" if answer is None else answer.verdict for name, answer in answers.items()}

    @cached_property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What can notice nothing."""
        return tuple(self._left_out())

    def _left_out(self) -> Iterator[LeftOut]:
        for at, example in enumerate(self.policy.examples):
            if at not in self.examples:
                yield LeftOut(id_of(example), FAILS)
        words = {
            "refuted": "it fails already",
            "unknown": "it is not proved",
            "measured": "it is measured on customers",
        }
        for stated in self.policy.properties:
            verdict = self._verdicts[stated.origin.name]
            if verdict != "proved":
                yield LeftOut(id_of(stated), words[verdict])

    # ------------------------------------------------------------ examples and cases

    def example_noticing(self, difference: Difference) -> tuple[str, Customer] | None:
        """The first example or case that fails after the change, with its customer."""
        for at, customer in self.examples.items():
            now, then = self.policy.examples[at], difference.new.examples[at]
            rereads = now.expects != then.expects or any(difference.changes_meaning(each) for each in now.expects)
            if (rereads or is_apart(difference, customer)) and not expected(then, after(difference, customer)):
                return id_of(now), customer
        return None

    # ------------------------------------------------------------ properties

    def property_noticing(self, difference: Difference, apart: Customer, proofs: Proving) -> str | None:
        """The first property that fails after the change; `apart` is somebody who is decided otherwise."""
        speaking = [stated for stated in self.properties if _speaks_of(stated, difference)]
        situation = after(difference, apart)
        for stated in speaking:
            if breaks(stated, situation):
                return id_of(stated)
        session = proofs.of(difference.new)
        for stated in speaking:
            if not self._holds_either_way(stated, difference, proofs) and self._fails(stated, session):
                return id_of(stated)
        return None

    def _fails(self, stated: Property, session: Session) -> bool:
        again = next(each for each in session.policy.properties if each.origin.name == stated.origin.name)
        answer = answer_about(session, again)
        if answer is None or answer.verdict != "unknown":
            return answer is not None and answer.verdict == "refuted"
        return self._breaks_for_somebody(again, session.policy)

    def _breaks_for_somebody(self, stated: Property, new: Policy) -> bool:
        """What can't be proved is tried with drawn customers, by the compiled policy."""
        if find_spec("hypothesis") is None:
            return False
        from tierpolicy.runtime.engine import Policy as Engine
        from tierpolicy.testing.trials import tried

        how = How(customers=MOST_TRIED, seed=self.seed, prove=False)
        return tried(Engine((new,)), stated, how).finding is not None

    def _holds_either_way(self, stated: Property, difference: Difference, proofs: Proving) -> bool:
        """True where a claim about single customers holds whether the one changed statement counts or not: then no
        change of its condition breaks it, since for each customer it does one or the other."""
        statement = only_condition_changed(difference)
        if statement is None or not isinstance(stated.claim, Always | Never):
            return False
        key = (stated.origin.name, statement.origin.name)
        if key not in self._either_way:
            ways = (without(self.policy, statement), _for_everyone(self.policy, statement))
            self._either_way[key] = all(not self._fails(stated, proofs.of(each)) for each in ways)
        return self._either_way[key]

    @cached_property
    def _either_way(self) -> dict[tuple[str, str], bool]:
        return {}


def id_of(test: Example | Property) -> str:
    """As `tierpolicy test` names it."""
    return f"{test.kind if isinstance(test, Example) else 'property'}::{test.origin.name}"


def case_of(policy: Policy, example: Example) -> Case:
    return Case(typed_reading(policy, example.given).values, example.as_of)


def expected(example: Example, situation: Situation) -> bool:
    """True where all that the example expects is true."""
    return all(value_of(each, situation) is True for each in example.expects)


def breaks(stated: Property, situation: Situation) -> bool:
    """True where one customer's decision refutes a claim about single customers."""
    claim = stated.claim
    if stated.where is not None and value_of(stated.where, situation) is not True:
        return False
    match claim:
        case Never(condition):
            return value_of(condition, situation) is True
        case Always(condition, implied) if implied is not None:
            return value_of(condition, situation) is True and value_of(implied, situation) is not True
        case Always(condition):
            return value_of(condition, situation) is not True
        case _:
            return False


def _speaks_of(stated: Property, difference: Difference) -> bool:
    """True where the property is about something that the change may move."""
    exprs = [expr for expr in _conditions(stated) if expr is not None]
    if any(difference.changes_meaning(expr) for expr in exprs):
        return True
    names = {ref.name for expr in exprs for ref in read_by(expr, difference.old) if isinstance(ref, AttributeRef)}
    match stated.claim:
        case NeverLowers() | NeverDependsOn():
            names |= set(stated.claim.attributes)
        case EqualTreatment(given, treated):
            names |= {*given, *treated}
        case _:
            pass
    moved = indexed(difference.old).moved_by(difference.touched) | indexed(difference.new).moved_by(difference.touched)
    return not names.isdisjoint(moved)


def _conditions(stated: Property) -> tuple[Expr | None, ...]:
    match stated.claim:
        case Always(condition, implied):
            return stated.where, condition, implied
        case Never(condition):
            return stated.where, condition
        case _:
            return (stated.where,)


def only_condition_changed(difference: Difference) -> Statement | None:
    """The one statement of which nothing but the condition (or the days) is another; rows wait for one another."""
    if difference.declared or difference.renamed or len(difference.before) != 1 or len(difference.after) != 1:
        return None
    (before,), (after,) = difference.before, difference.after
    rows = first_match_rows(difference.old).keys() | first_match_rows(difference.new).keys()
    if before.origin.name in rows or after.origin.name in rows or type(before) is not type(after):
        return None
    said = [[replace(clause, span=before.origin.span) for clause in clauses_of(each)] for each in (before, after)]
    overrides = [getattr(each, "overrides", ()) for each in (before, after)]
    return before if said[0] == said[1] and overrides[0] == overrides[1] else None


def _for_everyone(policy: Policy, statement: Statement) -> Policy:
    """The policy in which the statement always counts."""
    always = replace(statement, condition=TRUE, in_force=ALWAYS)
    return replace(
        policy,
        rules=tuple(always if each is statement else each for each in policy.rules),  # type: ignore[misc]
        limits=tuple(always if each is statement else each for each in policy.limits),  # type: ignore[misc]
        baselines=tuple(always if each is statement else each for each in policy.baselines),  # type: ignore[misc]
    )
