"""The Common Expression Language in Rust, bound by common-expression-language."""

from __future__ import annotations

from tests.bench.hand_written import Decide
from tests.bench.peers.infix import Notation, true_places
from tests.bench.rules import Rules

CEL = Notation("&&", "||", typed=True)


def all_rules(rules: Rules) -> Decide:
    """One expression that lists for each rule whether it is true; Python joins what they give."""
    import cel

    program = cel.compile(CEL.truths(rules))
    decision = rules.tally()
    return lambda record: decision(true_places(program.execute(record)))


def best_first(rules: Rules) -> Decide:
    """One expression that asks for the best level first."""
    import cel

    program = cel.compile(CEL.levels(rules))
    return lambda record: rules.named(program.execute(record))
