"""What a good programmer would write instead of a policy: plain Python `if`s on a dict.

One function, one flat `if` a rule, levels as small integers, and at the end a dict of their names. Nothing is checked:
a wrong or absent value raises, or compares as it happens to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.bench.rules import Comparison, Record, Rule, Rules

Decide = Callable[[Record], Record]


@dataclass(frozen=True, slots=True)
class Style:
    """How a function is written: fields read into variables first, or from the dict wherever they are compared; every
    comparison asking first whether the value is there; all rules applied, or for each attribute the best level asked
    for first, so that nothing is asked after a true rule."""

    in_variables: bool = True
    missing: bool = False
    best_first: bool = False


PLAIN = Style()


def hand_written(rules: Rules, style: Style = PLAIN) -> Decide:
    names: dict[str, Any] = {}
    exec(compile("\n".join(source_lines(rules, style)) + "\n", "<hand-written>", "exec"), names)
    names.update({f"{each.name.upper()}_NAMES": each.values for each in rules.attributes})
    decide: Decide = names["decide"]
    return decide


def source_lines(rules: Rules, style: Style = PLAIN) -> Iterator[str]:
    yield "def decide(record):"
    if style.in_variables:
        read = "record.get({!r})" if style.missing else "record[{!r}]"
        used = {each.field.name for rule in rules.rules for all_of in rule.any_of for each in all_of}
        yield from (f"    {name} = {read.format(name)}" for name in sorted(used))
    if style.best_first:
        yield from best_levels(rules, style)
    else:
        yield f"    {' = '.join(each.name for each in rules.attributes)} = 0"
        for rule in rules.rules:
            yield f"    if {condition(rule, style)}:"
            yield from first_given(rules, rule) if rules.first_match else best_given(rule)
    named = ", ".join(f"'{each.name}': {each.name.upper()}_NAMES[{each.name}]" for each in rules.attributes)
    yield f"    return {{{named}}}"


def best_levels(rules: Rules, style: Style) -> Iterator[str]:
    for attribute in rules.attributes:
        word = "if"
        for level, giving in rules.best_first(attribute):
            yield f"    {word} {' or '.join(condition(rule, style) for rule in giving)}:"
            yield f"        {attribute.name} = {level}"
            word = "elif"
        yield f"    else: {attribute.name} = 0" if word == "elif" else f"    {attribute.name} = 0"


def best_given(rule: Rule) -> Iterator[str]:
    for name, level in rule.gives.items():
        yield f"        if {name} < {level}: {name} = {level}"


def first_given(rules: Rules, rule: Rule) -> Iterator[str]:
    given = (f"'{each.name}': {each.name.upper()}_NAMES[{rule.gives.get(each.name, 0)}]" for each in rules.attributes)
    yield f"        return {{{', '.join(given)}}}"


def condition(rule: Rule, style: Style) -> str:
    return " or ".join(" and ".join(compared(each, style) for each in all_of) for all_of in rule.any_of)


def compared(each: Comparison, style: Style) -> str:
    name = each.field.name if style.in_variables else f"record[{each.field.name!r}]"
    known = f"{name} is not None and " if style.missing else ""
    match each.asks:
        case "at least":
            return f"{known}{name} >= {each.amount}"
        case "below":
            return f"{known}{name} < {each.amount}"
        case "yes":
            return name
        case _ if len(each.labels) == 1:
            return f"{name} == {each.labels[0]!r}"
        case _:
            return f"{name} in {{{', '.join(map(repr, each.labels))}}}"
