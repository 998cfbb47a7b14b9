"""Small policies as expressions that Spark computes itself: the policy's SQL, step by step, over a frame's columns.

No row leaves Java for Python. What can't be said so is said: `unfit` gives the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tierpolicy.model.policy import Policy
from tierpolicy.model.types import Choice, Date, Duration, Flag, Integer, Money, Number, Percent, Scale, SetOf, Text
from tierpolicy.model.vocabulary import Attribute, Field
from tierpolicy.runtime.records import path_of
from tierpolicy.runtime.spark.workers import LONGEST

MOST_STATEMENTS = 100
"""Of a larger policy Spark would spend longer on planning its expressions than workers on deciding."""

MOST_CHARACTERS = 30_000
KEPT = "kept "


def too_large(policy: Policy) -> str:
    """Why the policy is decided by workers, where that is for its size; else nothing."""
    count = (
        len(policy.rules) + len(policy.limits) + len(policy.baselines) + sum(len(each.rows) for each in policy.tables)
    )
    said = f"the policy has {count:,} statements and rows of tables, more than {MOST_STATEMENTS}"
    return said if count > MOST_STATEMENTS else ""


def steps_of(policy: Policy, as_of: date, without: frozenset[str]) -> tuple[Any, str]:
    """The policy's SQL for Spark, or None and the reason why there is none."""
    from tierpolicy.compile.sql import NotInSql, sql_of

    try:
        sql = sql_of(policy, "spark", as_of=as_of, sets="array", without=without)
    except NotInSql as refused:
        first = refused.refusals[0]
        return None, f"`{first.statement}` {first.reason}"
    if sum(len(text) for step in sql.steps for _, text in step.columns) > MOST_CHARACTERS:
        return None, "its expressions would be too long"
    return sql, ""


# ---------------------------------------------------------------- what is given


def given(policy: Policy, places: Mapping[str, str], schema: Any) -> tuple[dict[str, str], str]:
    """For each field that the frame has, the expression that gives it; and why that can't be, where it can't."""
    found: dict[str, str] = {}
    by_name: dict[str, list[str]] = {}
    for place, name in places.items():
        by_name.setdefault(name, []).append(place)
    for field in policy.fields.values():
        path = path_of(field)
        joined = ".".join(path)
        held = [place for name in dict.fromkeys((joined, path[0])) for place in by_name.get(name, ())]
        if not held:
            continue
        if len(held) > 1:
            return {}, f"more than one column may be `{joined}`"
        inside = () if places[held[0]] == joined else path[1:]
        type_, expression = schema[held[0]].dataType, f"`{held[0]}`"
        for part in inside:
            names = list(getattr(type_, "names", ()))
            if names.count(part) != 1:
                return {}, f"`{joined}` is no column of structures with `{part}`"
            type_, expression = type_[part].dataType, f"{expression}.`{part.replace('`', '``')}`"
        read = as_read(field, type_, expression)
        if read is None:
            return {}, f"`{joined}` is {type_.simpleString()}, which is read value by value"
        found[joined] = read
    return found, ""


def as_read(field: Field, type_: Any, expression: str) -> str | None:
    """The column as the policy's SQL reads it; None where the type holds more than that looks at."""
    from pyspark.sql import types

    amounts = (types.IntegralType, types.DecimalType, types.DoubleType)
    match field.type:
        case Flag():
            fits = isinstance(type_, types.BooleanType)
        case Integer() | Number() | Money() | Percent():
            fits = isinstance(type_, amounts)
        case Duration():
            if isinstance(type_, types.DayTimeIntervalType) and field.seconds_per_unit in (None, 1):
                return f"CAST(CAST({expression} AS INTERVAL SECOND) AS DECIMAL(26, 6))"
            fits = isinstance(type_, types.IntegralType)
        case Date():
            fits = isinstance(type_, types.DateType)
        case Text() | Scale() | Choice():
            fits = type(type_) is types.StringType
        case SetOf():
            fits = isinstance(type_, types.ArrayType) and type(type_.elementType) is types.StringType
        case _:
            fits = False
    return expression if fits else None


# ---------------------------------------------------------------- deciding


def with_service(
    frame: Any, kept: Sequence[str], read: Mapping[str, str], sql: Any, service: Sequence[Attribute]
) -> Any:
    """The kept columns by place, then the service, called `a0`, `a1`, …"""
    from pyspark.sql import functions

    columns = [functions.col(place).alias(KEPT + place) for place in kept]
    columns += [functions.expr(text).alias(name) for name, text in read.items()]
    found = frame.select(*columns)
    stays = [functions.col(f"`{KEPT}{place}`") for place in kept]
    for at, step in enumerate(sql.steps):
        added = [functions.expr(text).alias(name) for name, text in step.columns]
        found = found.select(*(stays if at == 0 else ["*"]), *added)
    texts = dict(sql.answers)
    answers = [as_answer(each, functions.expr(texts[each.name])).alias(f"a{at}") for at, each in enumerate(service)]
    return found.select(*(each.alias(place) for each, place in zip(stays, kept, strict=True)), *answers)


def as_answer(attribute: Attribute, column: Any) -> Any:
    """An answer in the type that workers give it."""
    from pyspark.sql import functions

    from tierpolicy.runtime.spark.frames import spark_type

    match attribute.type:
        case SetOf():
            return functions.array_sort(column).cast(spark_type(attribute))
        case Duration():
            drawn = functions.greatest(functions.least(column, functions.lit(LONGEST)), functions.lit(-LONGEST))
            drawn = functions.when(column.isNotNull(), drawn)
            return drawn.cast("interval second").cast("interval day to second")
        case _:
            return column.cast(spark_type(attribute))
