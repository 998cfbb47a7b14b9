"""Customers as Spark holds them, and what the plain evaluator decides for each: what every test here compares."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import tierpolicy
from tierpolicy import Policy

ROOT = Path(__file__).parents[2]
CDNOW = ROOT / "policies" / "cdnow" / "service.tier"
DAY = date(1998, 7, 5)

# Attributes and fields of every type, conditions on each, a limit, a baseline.
EVERY_TYPE = """
policy "Every type"
    currency USD
customer {
    id      : text key
    spend   : money at least 0
    orders  : integer at least 0 at most 1_000_000
    score   : number
    share   : percent at least 0% at most 100%
    loyal   : flag
    since   : date
    region  : one of north, south, east
    heat    : cold < warm < hot
    tags    : set of a, b, c
    waited  : duration
    city    : text column "address.city"
}
service {
    priority : low < normal < high < top
    wait     : duration less is better
    ways     : set of email, phone
    discount : percent at least 0% at most 50% more is better
    voucher  : money at least 0 more is better
    places   : integer at least 0 more is better
    factor   : number at least 0 more is better
    gift     : flag
    visit    : date default 2001-01-01
    greeting : text default "hello"
}
baseline everyone: priority at least normal, wait at most 2 days, ways includes {email}
if spend > 1000 or share > 60% then priority=high, voucher=25, ways={phone}
if loyal and not region = south then priority=top, gift=yes, wait=3 hours
if orders > 10 and heat >= warm then discount = 2.5%, places = orders, factor = score
if tags has a or waited > 90 minutes then visit = today + 30 days, greeting = city
"""


def policy_of(folder: Path, text: str = EVERY_TYPE) -> Policy:
    path = folder / "every.tier"
    path.write_text(text, encoding="utf-8")
    return tierpolicy.load(path)


def customers(count: int, *, seed: int = 1, known: float = 0.8) -> list[dict[str, Any]]:
    """So many customers, of whose fields about a share is `known`; some hold what no field can be."""
    draw = random.Random(seed)

    def sometimes(value: object) -> Any:
        return value if draw.random() < known else None

    return [
        {
            "id": f"c{at}",
            "spend": sometimes(Decimal(draw.choice([-5, 0, 99_999, 100_000, 100_001, 10**12])) / 100),
            "orders": sometimes(draw.choice([-1, 0, 10, 11, 12, 2**40])),
            "score": sometimes(draw.choice([0.0, -1.5, 2.25, float("nan"), float("inf"), 1e300])),
            "share": sometimes(draw.choice([0.0, 0.6, 0.61, 1.0, 1.5])),
            "loyal": sometimes(draw.random() < 0.5),
            "since": sometimes(date(2020, 1, 1) + timedelta(draw.randrange(3000))),
            "region": sometimes(draw.choice(["north", "south", "east", "west", ""])),
            "heat": sometimes(draw.choice(["cold", "warm", "hot", "Hot"])),
            "tags": sometimes(draw.choice([[], ["a"], ["b", "c"], ["a", "x"], [None]])),
            "waited": sometimes(timedelta(minutes=draw.choice([-1, 0, 90, 91, 100_000]))),
            "address": sometimes({"city": sometimes(draw.choice(["Ulm", "'; drop table", "😀", ""]))}),
        }
        for at in range(count)
    ]


def schema() -> Any:
    from pyspark.sql import types as t

    text, days = t.StringType(), t.DayTimeIntervalType()
    fields = {
        "id": text,
        "spend": t.DecimalType(18, 2),
        "orders": t.LongType(),
        "score": t.DoubleType(),
        "share": t.DoubleType(),
        "loyal": t.BooleanType(),
        "since": t.DateType(),
        "region": text,
        "heat": text,
        "tags": t.ArrayType(text),
        "waited": days,
        "address": t.StructType([t.StructField("city", text)]),
    }
    return t.StructType([t.StructField(name, type_) for name, type_ in fields.items()])


def frame_of(session: Any, rows: list[dict[str, Any]], partitions: int) -> Any:
    return session.createDataFrame([tuple(row.values()) for row in rows], schema()).repartition(partitions, "id")


def decided_plainly(policy: Policy, rows: list[dict[str, Any]], as_of: date = DAY) -> dict[str, dict[str, Any]]:
    """By key, what the plain evaluator decides, in the types that Spark gives back."""
    plain = {}
    for row in rows:
        decision, _ = policy.evaluate_row(row, None, as_of)
        plain[row["id"]] = {name: as_spark(decision[name]) for name in decision}
    return plain


def as_spark(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.date() if isinstance(value, datetime) else value


def by_key(frame: Any, names: list[str]) -> dict[str, dict[str, Any]]:
    """What a frame holds, by its column `id`; every row once."""
    found = {row["id"]: {name: row[name] for name in names} for row in frame.collect()}
    assert len(found) == frame.count()
    return found
