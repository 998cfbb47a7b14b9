"""CLIPS, by clipspy: a rule for each rule, which raises global levels; a fact for each customer."""

from __future__ import annotations

from typing import Any

from tests.bench.hand_written import Decide
from tests.bench.rules import Comparison, Record, Rule, Rules


def agenda(rules: Rules) -> Decide:
    import clips

    environment = clips.Environment()
    environment.build(f"(deftemplate customer {' '.join(f'(slot {each.name})' for each in rules.fields)})")
    for attribute in rules.attributes:
        environment.build(f"(defglobal ?*{attribute.name}* = 0)")
    for at, rule in enumerate(rules.rules):
        environment.build(f"(defrule rule_{at} {condition(rule)} => {actions(rule)})")
    customer = environment.find_template("customer")
    levels = [environment.find_global(each.name) for each in rules.attributes]

    def slot(value: Any) -> Any:
        if value is True or value is False:
            return clips.Symbol("yes" if value else "no")
        return clips.Symbol(value) if type(value) is str else value

    def decide(record: Record) -> Record:
        environment.reset()
        customer.assert_fact(**{name: slot(value) for name, value in record.items()})
        environment.run()
        return rules.named(level.value for level in levels)

    return decide


def condition(rule: Rule) -> str:
    patterns = [f"(customer {' '.join(compared(each) for each in all_of)})" for all_of in rule.any_of]
    return patterns[0] if len(patterns) == 1 else f"(or {' '.join(patterns)})"


def compared(each: Comparison) -> str:
    name = each.field.name
    match each.asks:
        case "at least":
            return f"({name} ?{name}&:(>= ?{name} {each.amount}))"
        case "below":
            return f"({name} ?{name}&:(< ?{name} {each.amount}))"
        case "yes":
            return f"({name} yes)"
        case _:
            return f"({name} {'|'.join(each.labels)})"


def actions(rule: Rule) -> str:
    return " ".join(f"(bind ?*{name}* (max ?*{name}* {level}))" for name, level in rule.gives.items())
