"""Conditions in the notation that expression languages share: `spend >= 5 and stage in ["repeat", "loyal"]`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.rules import Attribute, Comparison, Rule, Rules


@dataclass(frozen=True, slots=True)
class Notation:
    """How a language writes the words that differ. `typed` ones take amounts of money only as decimals."""

    both: str
    either: str
    typed: bool = False

    def condition(self, rule: Rule) -> str:
        return f" {self.either} ".join(
            f"({f' {self.both} '.join(self.compared(each) for each in all_of)})" for all_of in rule.any_of
        )

    def compared(self, each: Comparison) -> str:
        name = each.field.name
        match each.asks:
            case "at least":
                return f"{name} >= {self.amount(each)}"
            case "below":
                return f"{name} < {self.amount(each)}"
            case "yes":
                return f"{name} == true"
            case _ if len(each.labels) == 1:
                return f'{name} == "{each.labels[0]}"'
            case _:
                return f"{name} in [{', '.join(f'{chr(34)}{label}{chr(34)}' for label in each.labels)}]"

    def amount(self, each: Comparison) -> str:
        return repr(float(each.amount) if self.typed and each.field.kind in ("money", "number") else each.amount)

    def levels(self, rules: Rules) -> str:
        """A list with a level for each attribute, the best asked for first."""
        return f"[{', '.join(self.level_of(rules, each) for each in rules.attributes)}]"

    def level_of(self, rules: Rules, attribute: Attribute) -> str:
        arms = [
            f"({f' {self.either} '.join(f'({self.condition(rule)})' for rule in giving)}) ? {level} : "
            for level, giving in rules.best_first(attribute)
        ]
        return f"({''.join(arms)}0)"

    def truths(self, rules: Rules, truth: Callable[[str], str] = lambda condition: condition) -> str:
        """A list that says of each rule whether it is true."""
        return f"[{', '.join(truth(self.condition(rule)) for rule in rules.rules)}]"


def true_places(truths: list[object]) -> list[int]:
    return [at for at, true in enumerate(truths) if true]
