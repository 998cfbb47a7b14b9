"""Expressions and decision tables of zen-engine. A decision comes from a static loader, which compiles it once; a
decision that was handed out is ten times slower."""

from __future__ import annotations

import json
from typing import Any

from tests.bench.hand_written import Decide
from tests.bench.peers.infix import Notation, true_places
from tests.bench.rules import Comparison, Record, Rules

ZEN = Notation("and", "or")


def all_rules(rules: Rules) -> Decide:
    """One expression that lists for each rule whether it is true; Python joins what they give."""
    import zen

    expression = zen.compile_expression(ZEN.truths(rules, lambda condition: f"({condition}) ? 1 : 0"))
    decision = rules.tally()
    return lambda record: decision(true_places(expression.evaluate(record)))


def best_first(rules: Rules) -> Decide:
    """One expression that asks for the best level first."""
    import zen

    expression = zen.compile_expression(ZEN.levels(rules))
    return lambda record: rules.named(map(int, expression.evaluate(record)))


def table(rules: Rules) -> Decide:
    """A decision table of which all true rows are collected; Python joins what they give."""
    engine = table_engine(rules)
    decision = rules.tally()

    def decide(record: Record) -> Record:
        return decision([row["at"] for row in engine.evaluate("rules", record)["result"] or ()])

    return decide


def table_engine(rules: Rules) -> Any:
    import zen

    return zen.ZenEngine({"loader": {"type": "static", "content": {"rules": graph(rules)}}})


def graph(rules: Rules) -> dict[str, Any]:
    inputs = [{"id": each.name, "type": "expression", "field": each.name, "name": each.name} for each in rules.fields]
    outputs = [{"id": "at", "type": "expression", "field": "at", "name": "at"}]
    rows = []
    for at, rule in enumerate(rules.rules):
        cells = {comparison.field.name: cell(comparison) for comparison in rule.any_of[0]}
        asked = {each.name: cells.get(each.name, "") for each in rules.fields}
        rows.append({"_id": str(at), **asked, "at": str(at)})
    content = {"hitPolicy": "collect", "inputs": inputs, "outputs": outputs, "rules": rows}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    ways = [("in", "table"), ("table", "out")]
    edges = [{"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in ways]
    return {"nodes": [each | {"position": {"x": 0, "y": 0}} for each in nodes], "edges": edges}


def cell(each: Comparison) -> str:
    match each.asks:
        case "at least":
            return f">= {each.amount}"
        case "below":
            return f"< {each.amount}"
        case "yes":
            return "true"
        case _:
            return ", ".join(json.dumps(label) for label in each.labels)
