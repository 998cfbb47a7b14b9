"""JSONLogic, compiled once by datalogic-py."""

from __future__ import annotations

from typing import Any

from tests.bench.hand_written import Decide
from tests.bench.rules import Attribute, Comparison, Record, Rule, Rules


def all_rules(rules: Rules) -> Decide:
    """One expression that lists the places of the true rules; Python joins what they give."""
    from datalogic_py import Engine

    logic = Engine().compile({"merge": [{"if": [condition(rule), [at], []]} for at, rule in enumerate(rules.rules)]})
    decision = rules.tally()
    return lambda record: decision(logic.evaluate(record))


def best_first(rules: Rules) -> Decide:
    """One expression that asks, attribute by attribute, for the best level first and stops at the first true rule."""
    from datalogic_py import Engine

    logic = Engine().compile({"merge": [level_of(rules, each) for each in rules.attributes]})

    def decide(record: Record) -> Record:
        return rules.named(logic.evaluate(record))

    return decide


def level_of(rules: Rules, attribute: Attribute) -> dict[str, Any]:
    arms: list[Any] = []
    for level, giving in rules.best_first(attribute):
        arms += [{"or": [condition(rule) for rule in giving]}, level]
    return {"if": [*arms, 0]}


def condition(rule: Rule) -> dict[str, Any]:
    alternatives = [{"and": [compared(each) for each in all_of]} for all_of in rule.any_of]
    return alternatives[0] if len(alternatives) == 1 else {"or": alternatives}


def compared(each: Comparison) -> dict[str, Any]:
    value = {"var": each.field.name}
    match each.asks:
        case "at least":
            return {">=": [value, each.amount]}
        case "below":
            return {"<": [value, each.amount]}
        case "yes":
            return value
        case _ if len(each.labels) == 1:
            return {"==": [value, each.labels[0]]}
        case _:
            return {"in": [value, list(each.labels)]}
