"""Policies that could hurt: each puts all of its weight where some way of deciding is weak."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.bench.rules import (
    ATTRIBUTES,
    FIELDS,
    Comparison,
    Field,
    Rule,
    Rules,
    random_comparison,
    random_comparisons,
    random_gives,
    random_rules,
)

Condition = tuple[tuple[Comparison, ...], ...]
BY_NAME = {each.name: each for each in FIELDS}
SPEND = BY_NAME["spend"]


def of_conditions(conditions: list[Condition], chance: random.Random, fields: tuple[Field, ...] = FIELDS) -> Rules:
    """Rules that give anything from the worst to the best, in no order."""
    return Rules(fields, ATTRIBUTES, tuple(Rule(each, random_gives(chance, chance.random())) for each in conditions))


def between(field: Field, low: float, high: float) -> tuple[Comparison, Comparison]:
    return Comparison(field, "at least", low), Comparison(field, "below", high)


def one_field(count: int) -> Rules:
    """Every rule asks for an interval of one and the same field; the intervals overlap at random."""
    chance = random.Random(1)
    ends = [sorted(chance.sample(range(1, SPEND.top * 100), 2)) for _ in range(count)]
    return of_conditions([(between(SPEND, low / 100, high / 100),) for low, high in ends], chance)


def all_overlapping(count: int) -> Rules:
    """Every rule compares four fields and is true of nearly everyone."""
    chance = random.Random(2)
    fields = [BY_NAME[name] for name in ("orders", "visits", "spend", "score")]
    return of_conditions([(tuple(nearly_always(each, chance) for each in fields),) for _ in range(count)], chance)


def nearly_always(field: Field, chance: random.Random) -> Comparison:
    share = chance.random() / 50
    if chance.random() < 0.5:
        return Comparison(field, "at least", round(field.top * share, 2) if field.top == 1 else int(field.top * share))
    top = field.top * (1 - share)
    return Comparison(field, "below", round(top, 2) if field.top == 1 else int(top) + 1)


def none_overlapping(count: int) -> Rules:
    """No two rules are true of one customer: each has its own interval of spend."""
    chance = random.Random(3)
    cents = SPEND.top * 100
    ends = [(at * cents // count / 100, (at + 1) * cents // count / 100) for at in range(count)]
    others = tuple(each for each in FIELDS if each.kind in ("label", "flag"))
    conditions = [((*between(SPEND, *each), random_comparison(chance, chance.choice(others))),) for each in ends]
    return of_conditions(list(conditions), chance)


def many_fields(count: int) -> Rules:
    """Two to four comparisons over 64 fields."""
    chance = random.Random(4)
    fields = tuple(Field(f"amount_{at}", "integer", top=1_000) for at in range(64))
    return of_conditions([(random_comparisons(chance, fields),) for _ in range(count)], chance, fields)


def many_labels(count: int) -> Rules:
    """One field has 10,000 labels; every rule asks for a few of them, and for something else."""
    chance = random.Random(5)
    shop = Field("shop", "label", tuple(f"shop_{at}" for at in range(10_000)))
    others = tuple(each for each in FIELDS if each.name != "region")
    conditions: list[Condition] = []
    for _ in range(count):
        labels = tuple(chance.sample(shop.labels, chance.randint(1, 20)))
        conditions.append(((Comparison(shop, "among", labels=labels), *random_comparisons(chance, others)[:2]),))
    return of_conditions(conditions, chance, (shop, *others))


def long_ors(count: int) -> Rules:
    """Every rule is true where one of ten pairs of comparisons is."""
    chance = random.Random(6)
    pairs = [tuple(random_comparisons(chance, FIELDS)[:2] for _ in range(10)) for _ in range(count)]
    return of_conditions(list(pairs), chance)


def first_match(count: int) -> Rules:
    """A `first match` table of narrow rows: the first true one alone counts, and it comes late."""
    chance = random.Random(7)
    others = tuple(each for each in FIELDS if each.kind in ("label", "flag"))
    width = max(1, 1_000 * SPEND.top // max(count, 20))
    conditions: list[Condition] = []
    for _ in range(count):
        low = chance.randrange(SPEND.top * 100 - width)
        interval = between(SPEND, low / 100, (low + width) / 100)
        conditions.append(((*interval, random_comparison(chance, chance.choice(others))),))
    return replace(of_conditions(conditions, chance), first_match=True)


@dataclass(frozen=True, slots=True)
class Case:
    said: str
    rules: Callable[[int], Rules]
    missing: float = 0.0
    most: int = 10_000


CASES = (
    Case("all rules on one field", one_field),
    Case("all rules true of nearly everyone", all_overlapping),
    Case("no two rules true of one customer", none_overlapping),
    Case("64 fields", many_fields),
    Case("a field with 10,000 labels", many_labels),
    Case("ten alternatives a rule", long_ors, most=1_000),
    Case("a `first match` table", first_match),
    Case("random rules, no value known", random_rules, missing=1.0),
)
