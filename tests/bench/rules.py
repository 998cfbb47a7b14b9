"""Rules as data, from which each competitor's own form is made: a policy's text, Python source, SQL, JSONLogic, …

A rule is true where one of its alternatives is, an alternative where all of its comparisons are. It gives levels to
attributes; level 0 is what everyone gets, the highest is the best.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

Kind = Literal["label", "integer", "money", "number", "flag"]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """What a rule may compare: labels (a scale where they are ordered), amounts from 0 to `top`, or yes and no."""

    name: str
    kind: Kind
    labels: tuple[str, ...] = ()
    ordered: bool = False
    top: int = 0

    @property
    def declared(self) -> str:
        match self.kind:
            case "label":
                return " < ".join(self.labels) if self.ordered else f"one of {', '.join(self.labels)}"
            case "flag":
                return "flag"
            case _:
                return f"{self.kind} at least 0"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field` compared with what the rule says: at least or below an amount, one of some labels, or yes."""

    field: Field
    asks: Literal["at least", "below", "among", "yes"]
    amount: float = 0
    labels: tuple[str, ...] = ()

    @property
    def is_upper_end(self) -> bool:
        """Whether the labels are all from one of a scale's on."""
        return self.field.ordered and self.labels == self.field.labels[-len(self.labels) :]

    @property
    def text(self) -> str:
        name = self.field.name
        match self.asks:
            case "at least":
                return f"{name} >= {self.amount}"
            case "below":
                return f"{name} < {self.amount}"
            case "yes":
                return name
            case _ if self.is_upper_end:
                return f"{name} >= {self.labels[0]}"
            case _:
                return (
                    f"{name} = {self.labels[0]}" if len(self.labels) == 1 else f"{name} in ({', '.join(self.labels)})"
                )


@dataclass(frozen=True, slots=True)
class Attribute:
    """What rules give: the value of each level, worst first, as an application gets it."""

    name: str
    values: tuple[Any, ...]

    @property
    def declared(self) -> str:
        return "duration less is better" if self.is_duration else " < ".join(self.values)

    @property
    def is_duration(self) -> bool:
        return isinstance(self.values[0], timedelta)

    def text_of(self, level: int) -> str:
        value = self.values[level]
        return f"{value // timedelta(minutes=1)} minutes" if self.is_duration else str(value)


@dataclass(frozen=True, slots=True)
class Rule:
    any_of: tuple[tuple[Comparison, ...], ...]
    gives: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rules:
    """A policy as data; with `first_match` the rules are rows of a table, and the first true one alone counts."""

    fields: tuple[Field, ...]
    attributes: tuple[Attribute, ...]
    rules: tuple[Rule, ...]
    first_match: bool = False

    @property
    def text(self) -> str:
        """The policy in its own language."""
        head = 'policy "Measured" version "1" effective from 2026-01-01 currency EUR'
        fields = "\n".join(f"    {each.name} : {each.declared}" for each in self.fields)
        attributes = "\n".join(f"    {each.name} : {each.declared}" for each in self.attributes)
        floors = ", ".join(
            f"{each.name} at least {each.text_of(0)}" for each in self.attributes if not each.is_duration
        )
        floors += "".join(f", {each.name} at most {each.text_of(0)}" for each in self.attributes if each.is_duration)
        declared = f"{head}\ncustomer {{\n{fields}\n}}\nservice {{\n{attributes}\n}}\nbaseline everyone: {floors}\n"
        return declared + ("table rows first match" + self.rows if self.first_match else "\n".join(self._rule_texts()))

    @property
    def rows(self) -> str:
        asked = [each.name for each in self.fields]
        given = [each.name for each in self.attributes]
        lines = [
            ":",
            "    | " + " | ".join([*(f"if {name}" for name in asked), *(f"then {name}" for name in given)]) + " |",
        ]
        by_name = {each.name: each for each in self.attributes}
        for rule in self.rules:
            cells = _cells(rule.any_of[0])
            gives = {name: by_name[name].text_of(level) for name, level in rule.gives.items()}
            row = [*(cells.get(name, "any") for name in asked), *(gives.get(name, "-") for name in given)]
            lines.append("    | " + " | ".join(row) + " |")
        return "\n".join(lines) + "\n"

    def _rule_texts(self) -> Iterator[str]:
        by_name = {each.name: each for each in self.attributes}
        for number, rule in enumerate(self.rules, start=1):
            condition = " or ".join(" and ".join(each.text for each in both) for both in rule.any_of)
            gives = ", ".join(f"{name} = {by_name[name].text_of(level)}" for name, level in rule.gives.items())
            yield f"rule rule_{number}: if {condition} then {gives}"

    def records(self, count: int, seed: int = 7, missing: float = 0.0) -> list[str]:
        """Records as JSON texts, each field left out with a probability of `missing`. Whoever times anything parses
        them anew, so that no value was ever seen, hashed or cached before."""
        chance = random.Random(seed)
        return [json.dumps(self._record(chance, missing)) for _ in range(count)]

    def _record(self, chance: random.Random, missing: float) -> Record:
        drawn = {each.name: self.drawn(each, chance) for each in self.fields}
        return {name: value for name, value in drawn.items() if not missing or chance.random() >= missing}

    def drawn(self, asked: Field, chance: random.Random) -> Any:
        match asked.kind:
            case "label":
                return chance.choice(asked.labels)
            case "flag":
                return chance.random() < 0.5
            case "integer":
                return chance.randrange(asked.top)
            case "money":
                return chance.randrange(asked.top * 100) / 100
            case _:
                return round(chance.random() * asked.top, 4)

    def best_first(self, attribute: Attribute) -> Iterator[tuple[int, list[Rule]]]:
        """The levels that rules give to an attribute, the best first, each with its rules: whoever finds one of them
        true needs to look no further."""
        for level in range(len(attribute.values) - 1, 0, -1):
            if rules := [rule for rule in self.rules if rule.gives.get(attribute.name) == level]:
                yield level, rules

    def named(self, levels: Iterable[int]) -> Record:
        """A decision as an application gets it, from a level for each attribute."""
        return {each.name: each.values[level] for each, level in zip(self.attributes, levels, strict=True)}

    def tally(self) -> Callable[[Iterable[int]], Record]:
        """From the places of the true rules to the decision, for engines that say which rules are true."""
        places = {each.name: at for at, each in enumerate(self.attributes)}
        gives = [tuple((places[name], level) for name, level in rule.gives.items()) for rule in self.rules]
        names = [(each.name, each.values) for each in self.attributes]

        def decision(true: Iterable[int]) -> Record:
            levels = [0] * len(names)
            for rule in true:
                for place, level in gives[rule]:
                    if level > levels[place]:
                        levels[place] = level
            return {name: values[level] for (name, values), level in zip(names, levels, strict=True)}

        return decision


def _cells(comparisons: tuple[Comparison, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in comparisons:
        name = each.field.name
        interval = name in found and each.asks == "below"  # begun by `>= low`
        found[name] = f"{found[name].removeprefix('>= ')} to below {each.amount}" if interval else _cell(each)
    return found


def _cell(comparison: Comparison) -> str:
    match comparison.asks:
        case "at least":
            return f">= {comparison.amount}"
        case "below":
            return f"< {comparison.amount}"
        case "yes":
            return "yes"
        case _:
            return ", ".join(comparison.labels)


# ---------------------------------------------------------------- random rules

FIELDS = (
    Field("stage", "label", ("aware", "trial", "purchase", "repeat", "loyal"), ordered=True),
    Field("segment", "label", ("consumer", "small_business", "enterprise", "public", "press")),
    Field("region", "label", ("north", "east", "south", "west", "islands", "abroad", "overseas", "online")),
    Field("channel", "label", ("phone", "email", "chat", "visit")),
    Field("orders", "integer", top=200),
    Field("visits", "integer", top=1_000),
    Field("open_cases", "integer", top=20),
    Field("spend", "money", top=100_000),
    Field("score", "number", top=1),
    Field("vip", "flag"),
)
ATTRIBUTES = (
    Attribute("priority", ("lowest", "low", "normal", "high", "top")),
    Attribute("agent_pool", ("self_service", "newer", "standard", "senior", "expert", "lead")),
    Attribute("lane", tuple(f"lane_{n}" for n in range(12))),
    Attribute("max_wait", tuple(timedelta(minutes=60 - 3 * n) for n in range(20))),
)


def random_rules(count: int, seed: int = 1, *, first_match: bool = False) -> Rules:
    """Two to four comparisons over ten fields, values for two or three of four attributes. The fewer customers a rule
    is true of, the better what it gives: else a few hundred rules would give everyone the best of everything."""
    chance = random.Random(seed)
    conditions = [random_comparisons(chance, FIELDS) for _ in range(count)]
    rarest_first = sorted(range(count), key=lambda at: share_of(conditions[at]))
    ranks = {at: rank / count for rank, at in enumerate(rarest_first)}
    rules = tuple(Rule((each,), random_gives(chance, ranks[at])) for at, each in enumerate(conditions))
    return Rules(FIELDS, ATTRIBUTES, rules, first_match)


def random_comparisons(chance: random.Random, fields: tuple[Field, ...]) -> tuple[Comparison, ...]:
    return tuple(random_comparison(chance, each) for each in chance.sample(fields, chance.randint(2, 4)))


def random_gives(chance: random.Random, rank: float) -> dict[str, int]:
    """Levels for two or three attributes, the best for rank 0 (the rarest), the least for rank 1."""
    given = chance.sample(ATTRIBUTES, chance.randint(2, 3))
    tops = {each.name: len(each.values) - 1 for each in given}
    return {name: top - int(top * rank**0.25 * 0.999) for name, top in tops.items()}


def share_of(comparisons: tuple[Comparison, ...]) -> float:
    """The share of drawn records of which all the comparisons are true."""
    share = 1.0
    for each in comparisons:
        match each.asks:
            case "yes":
                share *= 0.5
            case "among":
                share *= len(each.labels) / len(each.field.labels)
            case "below":
                share *= each.amount / each.field.top
            case _:
                share *= 1 - each.amount / each.field.top
    return share


def random_comparison(chance: random.Random, asked: Field) -> Comparison:
    match asked.kind:
        case "flag":
            return Comparison(asked, "yes")
        case "label" if asked.ordered:
            return Comparison(asked, "among", labels=asked.labels[chance.randrange(1, len(asked.labels)) :])
        case "label":
            among = chance.sample(asked.labels, chance.randint(1, 2))
            return Comparison(asked, "among", labels=tuple(sorted(among)))
        case _:
            return amount_comparison(chance, asked)


def amount_comparison(chance: random.Random, asked: Field) -> Comparison:
    if asked.kind == "number":
        amount: float = chance.randrange(1, 100 * asked.top) / 100
    else:
        amount = chance.randrange(1, asked.top)
    return Comparison(asked, "at least" if chance.random() < 0.5 else "below", amount)
