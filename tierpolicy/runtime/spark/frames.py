"""`tierpolicy.spark.evaluate`: a data frame of Spark to one that has the service of every row beside it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, assert_never
from uuid import uuid4

from tierpolicy.model.types import Choice, Date, Duration, Flag, Integer, Money, Number, Percent, Scale, SetOf, Text
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.records import path_of
from tierpolicy.runtime.spark.workers import Deciding

NEEDED = "deciding on Spark needs PySpark, pandas and pyarrow: install them with `pip install 'tierpolicy[spark]'`"
How = Literal["automatic", "columns", "expressions"]


def evaluated(
    frame: Any, policy: Policy, request: object, as_of: date | None, keep: Iterable[str] | None, notes: bool
) -> Any:
    """The frame's rows, each with its service, decided by workers in Python."""
    check_installed()
    check_kinds(frame, policy)
    day = day_of(as_of)
    typed = policy.version_on(day)
    service = [each for each in typed.attributes.values() if not each.internal]
    said = ("problems", "undetermined") if notes else ()
    check_notes(service, said)
    places = {f"c{at}": name for at, name in enumerate(frame.columns)}
    kept = kept_places(frame, places, keep)
    answers = (*(each.name for each in service), *said)
    check_names([places[each] for each in kept], answers, frame.sparkSession)
    read = {part for field in typed.fields.values() for part in (".".join(path_of(field)), path_of(field)[0])}
    needed = [place for place, name in places.items() if place in kept or name in read]
    if not needed and places:
        needed = [next(iter(places))]  # so that there are rows
    called = tuple(f"a{at}" for at in range(len(answers)))
    deciding = Deciding(
        uuid4().hex, policy, request, day, notes, {each: places[each] for each in needed}, tuple(kept), called
    )
    inside = frame.toDF(*places).select(*needed)
    decided = mapped(inside, deciding, schema_of(inside, kept, service, said, called))
    return decided.toDF(*(places[each] for each in kept), *answers)


def mapped(frame: Any, function: Any, schema: Any) -> Any:
    """`mapInArrow`, without PySpark's remarks on the version of pandas, of which nothing is used here."""

    def in_worker(batches: Any) -> Any:
        return function(batches)

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*pandas.*", category=FutureWarning)
        return frame.mapInArrow(in_worker, schema)


def kept_places(frame: Any, places: Mapping[str, str], keep: Iterable[str] | None) -> list[str]:
    """The columns that go out again, by place. ValueError for one that isn't there, TypeError for no names."""
    if keep is None:
        return list(places)
    if isinstance(keep, str):
        raise TypeError(f"keep is a list of column names, not one text: keep=[{keep!r}]")
    wanted = list(keep)
    missing = next((name for name in wanted if name not in places.values()), None)
    if missing is not None:
        raise ValueError(f"the frame has no column `{missing}` to keep")
    return [place for place, name in places.items() if name in wanted]


# ---------------------------------------------------------------- what can't be


def check_installed() -> None:
    """ImportError where a library lacks."""
    try:
        import pandas  # noqa: F401
        import pyarrow  # noqa: F401
        import pyspark  # noqa: F401
    except ImportError:
        raise ImportError(NEEDED) from None


def check_kinds(frame: Any, policy: object) -> None:
    if not isinstance(policy, Policy):
        raise TypeError(f"policy is what `tierpolicy.load` gives, not {type(policy).__name__}")
    if not hasattr(frame, "mapInArrow"):
        raise TypeError(f"evaluate takes a DataFrame of Spark, not {type(frame).__name__}")


def check_notes(service: Sequence[Attribute], said: Sequence[str]) -> None:
    taken = {each.name for each in service} & set(said)
    if taken:
        raise ValueError(f"the policy has an attribute `{min(taken)}`, so there is no room for the column of that name")


def check_names(kept: Sequence[str], answers: Sequence[str], session: Any) -> None:
    """ValueError where two columns would have one name; Spark takes `Tier` and `tier` for one unless it is told not."""
    exact = session.conf.get("spark.sql.caseSensitive") == "true"
    known = {name if exact else name.casefold() for name in answers}
    taken = next((name for name in kept if (name if exact else name.casefold()) in known), None)
    if taken is not None:
        raise ValueError(
            f"the frame has a column `{taken}`, and the policy decides one of that name: "
            "rename the frame's, or say with `keep` which columns stay"
        )


# ---------------------------------------------------------------- types


def schema_of(
    frame: Any, kept: Sequence[str], service: Sequence[Attribute], said: Sequence[str], called: Sequence[str]
) -> Any:
    """The columns that come out of the workers."""
    from pyspark.sql.types import ArrayType, StringType, StructField, StructType

    types = [*(spark_type(each) for each in service), *(ArrayType(StringType()) for _ in said)]
    answers = [StructField(name, type_) for name, type_ in zip(called, types, strict=True)]
    return StructType([*(frame.schema[place] for place in kept), *answers])


def spark_type(attribute: Attribute) -> Any:
    """The type of an attribute's column in Spark."""
    from pyspark.sql import types

    match attribute.type:
        case Flag():
            return types.BooleanType()
        case Integer():
            return types.LongType()
        case Number():
            return types.DoubleType()
        case Percent():
            return types.DecimalType(24, 4)
        case Money():
            return types.DecimalType(18, 2)
        case Duration():
            return types.DayTimeIntervalType()
        case Date():
            return types.DateType()
        case SetOf():
            return types.ArrayType(types.StringType())
        case Text() | Scale() | Choice():
            return types.StringType()
        case _:
            assert_never(attribute.type)
