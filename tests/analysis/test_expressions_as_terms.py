"""What the solver is told of an expression allows what the evaluator says; and nothing else where nothing is rounded."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analysis.expressions import ALL, LittleScope, Reading, Writer, policy, reading
from tests.strategies.policies import elaborated, policy_texts
from tierpolicy.analysis.smt import conditions, values
from tierpolicy.analysis.smt.approximations import is_value, told_at
from tierpolicy.analysis.smt.logic import all_of, negation
from tierpolicy.analysis.smt.syms import known_value
from tierpolicy.analysis.smt.terms import Rail, Sym
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import Policy
from tierpolicy.model.types import FLAG, Flag
from tierpolicy.model.values import MISSING, Value
from tierpolicy.semantics.evaluate import Situation, value_of

MILLISECONDS = 20_000
ROUNDS = 12


@dataclass
class Encoded:
    """Expressions as terms, and a solver that holds what they read to one reading."""

    scope: LittleScope
    outputs: list[tuple[Expr, Sym | Rail, Value]]
    solver: z3.Solver
    told: int = 0

    @property
    def is_approximated(self) -> bool:
        return bool(self.scope.workspace.approximations)

    def agrees(self) -> z3.BoolRef:
        """Every output is what the evaluator says."""
        workspace = self.scope.workspace
        return all_of((said(output, value, self.scope) for _, output, value in self.outputs), workspace)

    def check(self, *claims: z3.BoolRef) -> z3.CheckSatResult:
        facts = self.scope.workspace.facts
        self.solver.add(*facts[self.told :])
        self.told = len(facts)
        return self.solver.check(*claims)


def said(output: Sym | Rail, value: Value, scope: LittleScope) -> z3.BoolRef:
    """The output is this value."""
    if isinstance(output, Sym):
        return is_value(output, value, scope.workspace)
    if value is MISSING:
        return z3.And(z3.Not(output.true), z3.Not(output.false))
    return z3.And(output.true if value else output.false, z3.Not(output.false if value else output.true))


def encoded(rules: Policy, expressions: Iterable[Expr], known: Reading) -> Encoded:
    scope = LittleScope(rules)
    outputs: list[tuple[Expr, Sym | Rail, Value]] = []
    for expr in expressions:
        meant = value_of(expr, Situation(rules, known.fields, known.as_of, dict(known.decided)))
        if isinstance(expr.type, Flag):
            outputs.append((expr, conditions.truth(expr, scope), meant))
        outputs.append((expr, values.value(expr, scope), meant))
    solver = z3.SolverFor("ALL", ctx=scope.workspace.context)
    solver.set("timeout", MILLISECONDS)
    said_of = {**known.fields, **known.decided, "today": known.as_of}
    for name, sym in scope.syms.items():
        solver.add(is_value(sym, said_of[name], scope.workspace))
    return Encoded(scope, outputs, solver)


def assert_means_the_same(rules: Policy, expressions: Iterable[Expr], known: Reading) -> None:
    made = encoded(rules, expressions, known)
    assert made.check(made.agrees()) == z3.sat, wrong(made, known)
    if not made.is_approximated:
        assert made.check(negation(made.agrees())) == z3.unsat, f"more is allowed: {made.outputs}\n{known}"


def wrong(made: Encoded, known: Reading) -> str:
    """Which of the outputs may not be what the evaluator says."""
    lines = []
    for expr, output, value in made.outputs:
        found = made.check(said(output, value, made.scope))
        if found != z3.sat:
            lines.append(f"{found}: {expr}\n  should be {value!r}")
    return "\n".join([*lines, f"{made.outputs}", f"{known}"])


def some_expressions(chance: random.Random) -> list[Expr]:
    writer = Writer(chance)
    return [writer.value(chance.choice([FLAG, *ALL]), chance.randint(1, 3)) for _ in range(3)]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_any_expression_may_be_what_it_means(chance: random.Random) -> None:
    assert_means_the_same(policy(), some_expressions(chance), reading(chance))
