"""Decisions as terms: for a record that is pinned in all its fields, what the plain evaluator decides is among what the
solver allows, and is all that it allows where no operation is approximated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies.policies import elaborated, policy_texts
from tests.strategies.records import RecordWriter, literals
from tierpolicy.analysis.goal import Case
from tierpolicy.analysis.replay import decided
from tierpolicy.analysis.smt import conditions
from tierpolicy.analysis.smt.counts import rail_of
from tierpolicy.analysis.smt.logic import all_of, negation
from tierpolicy.analysis.smt.refine import met
from tierpolicy.analysis.smt.relevant import Facts
from tierpolicy.analysis.smt.sides import SideTerms, new_book
from tierpolicy.analysis.smt.syms import constant
from tierpolicy.analysis.smt.terms import Rail, Workspace
from tierpolicy.analysis.smt.world import linked
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import MISSING, Value, equal
from tierpolicy.semantics.counting import Deliberation, truth_of
from tierpolicy.semantics.formula import standing
from tierpolicy.semantics.index import statements
from tierpolicy.semantics.read import read

DAYS = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 11, 20), date(2026, 11, 21), date(2027, 3, 1)]


@dataclass
class Pinned:
    """A policy in the solver, and one record of it."""

    policy: Policy
    case: Case

    def __post_init__(self) -> None:
        self.book = new_book()
        self.side = SideTerms(self.book, self.policy, lambda _: 0)
        self.facts = Facts(self.workspace)
        self.plain = decided(self.policy, self.case)

    @property
    def workspace(self) -> Workspace:
        return self.book.workspace

    def pins(self) -> list[z3.BoolRef]:
        found = [self.side.today().value == self.case.as_of.toordinal()]
        for name, value in self.case.values.items():
            sym = self.side.field(name)
            found.append(linked(sym, constant(value, sym.type, self.workspace), self.workspace))
        return found

    def claims(self) -> Iterator[z3.BoolRef]:
        """What the plain evaluator says of every attribute and statement, as terms."""
        for name, value in self.plain.situation.decided.items():
            decision = self.side.decision(name)
            sym = decision.value
            yield negation(sym.missing)
            yield linked(sym, constant(value, sym.type, self.workspace), self.workspace)
            conflict = _conflicts(self.plain, name)
            yield decision.conflict if conflict else negation(decision.conflict)
        for statement in statements(self.policy):
            rail, truth = rail_of(self.side, statement), truth_of(statement, self.plain)
            yield _is(rail, truth, self.workspace)

    def is_exact(self, claim: z3.BoolRef) -> bool:
        """Nothing that the claim speaks of is approximated."""
        return not met(self.workspace.approximations, self.facts, self.facts.relevant((claim,))[1])

    def check(self, *terms: z3.BoolRef) -> z3.CheckSatResult:
        facts, _ = self.facts.relevant(terms)
        solver = z3.Solver(ctx=self.workspace.context)
        solver.set("timeout", 5000)
        solver.add(*(self.workspace.facts[index] for index in facts), *terms)
        return solver.check()


def _conflicts(plain: Deliberation, name: str) -> bool:
    if plain.policy.attributes[name].default is MISSING:
        return False
    given = standing(plain.parts[name])
    return any(not equal(each.value, given[0].value) for each in given)


def _is(rail: Rail, truth: Value, workspace: Workspace) -> z3.BoolRef:
    true = rail.true if truth is True else negation(rail.true)
    false = rail.false if truth is False else negation(rail.false)
    return all_of((true, false), workspace)


@st.composite
def pinned(draw: st.DrawFn) -> Pinned:
    policy = elaborated(draw(policy_texts()))
    writer = RecordWriter(policy, literals(policy), draw(st.randoms(use_true_random=False)))
    values = read(policy, *writer.record()).values
    return Pinned(policy, Case(values, draw(st.sampled_from(DAYS))))


def disagreement(one: Pinned) -> str:
    """What is wrong between the solver and the plain evaluator; nothing where they agree."""
    pins, claims = one.pins(), list(one.claims())
    if one.check(*pins, *claims) == z3.unsat:
        return "the solver rules out what is decided"
    exact = [claim for claim in claims if one.is_exact(claim)]
    if one.check(*pins, negation(all_of(exact, one.workspace))) == z3.sat:
        return "the solver allows more"
    return ""


@settings(max_examples=30, deadline=None)
@given(pinned())
def test_the_plain_decision_is_what_the_solver_allows(one: Pinned) -> None:
    assert not disagreement(one)


def test_an_encoding_that_is_blind_to_missing_values_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = elaborated(
        "customer {\n    spend : money\n}\nservice {\n    care : flag\n}\nif not (spend > 10) then care = yes\n"
    )
    assert not disagreement(Pinned(policy, Case({"spend": MISSING}, DAYS[0])))
    monkeypatch.setattr(conditions, "rail", lambda test, unknown, workspace: Rail(test, negation(test)))
    assert disagreement(Pinned(policy, Case({"spend": MISSING}, DAYS[0])))
