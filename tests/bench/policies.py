"""Policies of any size for measuring: random rules over ten fields, tables of many rows from a CSV file.

Each rule compares two to four of ten fields with constants and gives values to two or three of four attributes. Around
them stands what policies have: a floor for everyone, limits, a protected field, a few properties.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

LABELS = {
    "stage": ("aware", "trial", "purchase", "repeat", "loyal"),
    "segment": ("consumer", "small_business", "enterprise", "public", "press"),
    "tags": ("vip", "partner", "staff", "abroad"),
    "priority": ("low", "normal", "raised", "high", "top"),
    "perks": ("lounge", "gift", "callback", "upgrade", "credit"),
}
VOCABULARY = """\
policy "Measured" version "1" effective from 2026-01-01 until 2026-12-31 currency EUR
customer {
    spend    : money at least 0
    debt     : money at least 0 default 0
    orders   : integer at least 0
    score    : number at least 0 at most 1
    share    : percent at least 0% at most 100%
    waited   : duration at least 0 seconds
    since    : date at least 2000-01-01
    stage    : aware < trial < purchase < repeat < loyal
    segment  : one of consumer, small_business, enterprise, public, press
    tags     : set of vip, partner, staff, abroad
    age      : integer at least 0 at most 130 protected
}
service {
    priority : low < normal < raised < high < top
    discount : percent more is better at least 0% at most 50%
    max_wait : duration less is better
    perks    : set of lounge, gift, callback, upgrade, credit
    desk     : one of north, south, west default north
}
baseline everyone: priority at least normal, max_wait at most 30 minutes
limit indebted: if debt > 10_000 then priority at most raised, discount at most 10%
limit idle: if stage = aware and orders = 0 then perks without {credit}
property age_blind: service never depends on age
property debt_pays_not: less debt never lowers service
property value_pays: more orders never lowers priority
property top_is_quick: always priority = top implies max_wait <= 30 minutes
property never_slow: never max_wait > 30 minutes
property same_class: customers with equal spend, debt, orders, score, share, waited, since, stage, segment, tags get \
equal priority
"""
ATTRIBUTES = ("priority", "discount", "max_wait", "perks")


@dataclass(frozen=True)
class Measured:
    """A policy's text, and the files that it uses."""

    text: str
    files: Mapping[str, str] = field(default_factory=dict)


def random_rules(count: int, seed: int = 1) -> Measured:
    """Rules as a policy's authors would never write them: all independent of one another."""
    chance = random.Random(seed)
    rules = (f"rule rule_{n}: if {condition(chance)} then {grants(chance)}" for n in range(1, count + 1))
    return Measured("\n".join([VOCABULARY, *rules]) + "\n")


def condition(chance: random.Random) -> str:
    compared = chance.sample(sorted(COMPARISONS), chance.randint(2, 4))
    return " and ".join(COMPARISONS[name](chance) for name in compared)


def grants(chance: random.Random) -> str:
    given = sorted(chance.sample(ATTRIBUTES, chance.randint(2, 3)))
    return ", ".join(f"{name} = {value(name, chance)}" for name in given)


COMPARISONS = {
    "spend": lambda c: f"spend {c.choice(['>=', '<'])} {c.randrange(1, 1_000) * 100}",
    "debt": lambda c: f"debt {c.choice(['>=', '<'])} {c.randrange(1, 200) * 100}",
    "orders": lambda c: f"orders {c.choice(['>=', '<', '='])} {c.randrange(1, 200)}",
    "score": lambda c: f"score {c.choice(['>', '<='])} 0.{c.randrange(1, 100):02}",
    "share": lambda c: f"share >= {c.randrange(1, 100)}%",
    "waited": lambda c: f"waited > {c.randrange(1, 600)} minutes",
    "since": lambda c: f"since < {c.randrange(2005, 2026)}-{c.randrange(1, 13):02}-01",
    "stage": lambda c: f"stage {c.choice(['>=', '=', '<='])} {c.choice(LABELS['stage'])}",
    "segment": lambda c: f"segment in ({', '.join(c.sample(LABELS['segment'], 2))})",
    "tags": lambda c: f"tags has {c.choice(LABELS['tags'])}",
}


def value(name: str, chance: random.Random) -> str:
    match name:
        case "priority":
            return chance.choice(LABELS[name])
        case "discount":
            return f"{chance.randrange(0, 51)}%"
        case "max_wait":
            return f"{chance.randrange(1, 40)} minutes"
        case _:
            return "{" + ", ".join(sorted(chance.sample(LABELS["perks"], chance.randint(1, 3)))) + "}"


def random_table(count: int, seed: int = 1) -> Measured:
    """A table of independent rows that all count, from a CSV file; cells left empty ask nothing."""
    chance = random.Random(seed)
    head = "if spend,if debt,if orders,if score,if stage,if segment,then priority,then discount"
    lines = [head]
    for _ in range(count):
        asked = set(chance.sample(range(6), chance.randint(2, 4)))
        low = chance.randrange(0, 900) * 100
        cells = [
            f"{low} to below {low + chance.randrange(1, 200) * 100}",
            f"< {chance.randrange(1, 200) * 100}",
            f">= {chance.randrange(1, 200)}",
            f"<= 0.{chance.randrange(1, 100):02}",
            f">= {chance.choice(LABELS['stage'])}",
            chance.choice(LABELS["segment"]),
        ]
        asking = [cell if at in asked else "" for at, cell in enumerate(cells)]
        lines.append(",".join([*asking, value("priority", chance), value("discount", chance)]))
    return Measured(VOCABULARY + 'table rates from "rates.csv"\n', {"rates.csv": "\n".join(lines) + "\n"})


def grid_table(count: int, seed: int = 1) -> Measured:
    """A `first match` table that crosses segments, stages and bands of spend and orders, as price lists do."""
    chance = random.Random(seed)
    bands = max(1, round((count / 25) ** 0.5))
    spends = [f"{low * 500} to below {(low + 1) * 500}" for low in range(bands)]
    orders = [f"{low * 3} to {low * 3 + 2}" for low in range(bands)]
    rows = product(LABELS["segment"], LABELS["stage"], spends, orders)
    lines = ["if segment,if stage,if spend,if orders,then desk,then discount"]
    lines += [
        f"{','.join(row)},{chance.choice(['north', 'south', 'west'])},{value('discount', chance)}" for row in rows
    ]
    lines.append("otherwise,,,,north,0%")
    text = VOCABULARY + 'table rates first match from "rates.csv"\n'
    return Measured(text, {"rates.csv": "\n".join(lines) + "\n"})
