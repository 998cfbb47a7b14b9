"""rule-engine: an expression for each rule, each asked by itself; Python joins what the true ones give."""

from __future__ import annotations

from tests.bench.hand_written import Decide
from tests.bench.peers.infix import Notation
from tests.bench.rules import Rules

EXPRESSION = Notation("and", "or")


def each_rule(rules: Rules) -> Decide:
    import rule_engine

    matchers = [rule_engine.Rule(EXPRESSION.condition(rule)) for rule in rules.rules]
    decision = rules.tally()
    return lambda record: decision([at for at, rule in enumerate(matchers) if rule.matches(record)])
