"""The Common Expression Language in C++, bound by cel-expr-python. An expression has 100,000 characters at most, so
there is one for every few hundred rules."""

from __future__ import annotations

from dataclasses import replace

from tests.bench.hand_written import Decide
from tests.bench.peers.cel_rust import CEL
from tests.bench.peers.infix import true_places
from tests.bench.rules import Record, Rules

RULES_EACH = 500


def all_rules(rules: Rules) -> Decide:
    """Expressions that list for each rule whether it is true; Python joins what they give."""
    from cel_expr_python import cel

    kinds = {"label": cel.Type.STRING, "integer": cel.Type.INT, "flag": cel.Type.BOOL}
    environment = cel.NewEnv(variables={each.name: kinds.get(each.kind, cel.Type.DOUBLE) for each in rules.fields})
    parts = [
        (first, environment.compile(CEL.truths(replace(rules, rules=rules.rules[first : first + RULES_EACH]))))
        for first in range(0, len(rules.rules), RULES_EACH)
    ]
    decision = rules.tally()

    def decide(record: Record) -> Record:
        true: list[int] = []
        for first, program in parts:
            true += [first + at for at in true_places(program.eval(data=record).plain_value())]
        return decision(true)

    return decide
