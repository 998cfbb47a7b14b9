"""`tierpolicy.spark.evaluate`: a data frame of Spark to one that has the service of every row beside it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, assert_never
from uuid import uuid4

from tierpolicy.model.policy import Policy as TypedPolicy
from tierpolicy.model.types import Choice, Date, Duration, Flag, Integer, Money, Number, Percent, Scale, SetOf, Text
from tierpolicy.model.vocabulary import Attribute
from tierpolicy.runtime.days import day_of
from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.records import path_of
from tierpolicy.runtime.spark.beforehand import check_workers, warn_of_text
from tierpolicy.runtime.spark.expressions import given, steps_of, too_large, with_service
from tierpolicy.runtime.spark.workers import Deciding

NEEDED = "deciding on Spark needs PySpark, pandas and pyarrow: install them with `pip install 'tierpolicy[spark]'`"
How = Literal["automatic", "columns", "expressions"]


@dataclass(frozen=True, slots=True)
class Way:
    """How a policy is decided for a frame: by `columns` in the workers' Python, or by Spark itself, as `expressions`.
    `why` says what chose it."""

    how: Literal["columns", "expressions"]
    why: str

    def __str__(self) -> str:
        words = {"columns": "by workers, in columns", "expressions": "by Spark's own expressions"}
        return f"{words[self.how]}: {self.why}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, looked at: `places` are the frame's columns by the names that are used inside, `kept` those
    that go out, `sql` and `read` how Spark decides itself, where it does."""

    frame: Any
    policy: Policy
    typed: TypedPolicy
    request: object
    as_of: date
    service: tuple[Attribute, ...]
    said: tuple[str, ...]
    places: Mapping[str, str]
    kept: tuple[str, ...]
    way: Way
    sql: Any
    read: Mapping[str, str]


def asked(
    frame: Any,
    policy: Policy,
    *,
    request: object,
    as_of: date | None,
    keep: Iterable[str] | None,
    notes: bool,
    how: How,
) -> Asked:
    """What is to be done; ImportError, TypeError or ValueError where it can't."""
    check_installed()
    check_kinds(frame, policy, how)
    day = day_of(as_of)
    typed = policy.version_on(day)
    service = tuple(each for each in typed.attributes.values() if not each.internal)
    said = ("problems", "undetermined") if notes else ()
    check_notes(service, said)
    places = {f"c{at}": name for at, name in enumerate(frame.columns)}
    kept = tuple(kept_places(frame, places, keep))
    check_names([places[each] for each in kept], (*(each.name for each in service), *said), frame.sparkSession)
    inside = frame.toDF(*places)
    way, sql, read = chosen(inside, typed, places, day, request, notes, how)
    return Asked(inside, policy, typed, request, day, service, said, places, kept, way, sql, read)


def chosen(
    inside: Any, typed: TypedPolicy, places: Mapping[str, str], day: date, request: object, notes: bool, how: How
) -> tuple[Way, Any, Mapping[str, str]]:
    """The way, and what it needs. ValueError where expressions were asked for and there are none."""
    if how == "columns":
        return Way("columns", "it was asked for"), None, {}
    why = "notes are told by workers" if notes else "a request is read by workers" if request is not None else ""
    sql: Any = None
    read: Mapping[str, str] = {}
    if not why and how == "automatic":
        why = too_large(typed)
    if not why:
        read, why = given(typed, places, inside.schema)
    if not why:
        lacking = frozenset(each.name for each in typed.fields.values() if ".".join(path_of(each)) not in read)
        sql, why = steps_of(typed, day, lacking)
    if why and how == "expressions":
        raise ValueError(f"the policy can't be decided by expressions of Spark: {why}")
    if why:
        return Way("columns", why), None, {}
    small = "it was asked for" if how == "expressions" else "the policy is small, and SQL says all of it"
    return Way("expressions", small), sql, read


def evaluated(asked: Asked) -> Any:
    """The frame's rows, each with its service. Warns the caller of `evaluate` of columns that fields don't read."""
    warn_of_text(asked.frame, asked.places.values(), asked.typed.fields.values(), stacklevel=3)
    names = (*(asked.places[each] for each in asked.kept), *(each.name for each in asked.service), *asked.said)
    if asked.way.how == "expressions":
        found = with_service(asked.frame, asked.kept, asked.read, asked.sql, asked.service)
    else:
        found = _by_workers(asked)
    return found.toDF(*names)


def _by_workers(asked: Asked) -> Any:
    check_workers(asked.frame.sparkSession)
    fields = asked.typed.fields.values()
    read = {part for field in fields for part in (".".join(path_of(field)), path_of(field)[0])}
    needed = [place for place, name in asked.places.items() if place in asked.kept or name in read]
    if not needed:
        needed = [*asked.places][:1]  # so that there are rows
    called = tuple(f"a{at}" for at in range(len(asked.service) + len(asked.said)))
    names = {each: asked.places[each] for each in needed}
    notes = bool(asked.said)
    deciding = Deciding(uuid4().hex, asked.policy, asked.request, asked.as_of, notes, names, asked.kept, called)
    inside = asked.frame.select(*needed)
    return mapped(inside, deciding, schema_of(inside, asked.kept, asked.service, asked.said, called))


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


def check_kinds(frame: Any, policy: object, how: str) -> None:
    if how not in ("automatic", "columns", "expressions"):
        raise ValueError(f"how is `automatic`, `columns` or `expressions`, not {how!r}")
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
