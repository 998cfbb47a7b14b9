"""Decisions for Spark DataFrames: `evaluate(df, policy)`. Needs the extra `spark`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.spark.frames import Way, asked, evaluated

__all__ = ["Way", "evaluate", "way"]

How = Literal["automatic", "columns", "expressions"]


def evaluate(
    df: Any,
    policy: Policy,
    *,
    as_of: date | None = None,
    request: object = None,
    keep: Iterable[str] | None = None,
    notes: bool = False,
    how: How = "automatic",
) -> Any:
    """The rows of a DataFrame of Spark, each with the service that `policy.evaluate` gives it.

    The columns of `df` that `keep` names stay (all of them where it is None), followed by one for each service
    attribute: labels and text are strings, money `decimal(18,2)`, percentages `decimal(24,4)` fractions, durations day-
    time intervals, sets arrays of strings, sorted; `none` is null. With `notes` there are two more, `problems` and
    `undetermined`, arrays of strings. `request` holds for all rows. The day is `as_of`, or the day of this call.

    Nothing is computed before the result is used. `how` says who decides: the workers' Python (`columns`), which need
    `tierpolicy[spark]` installed, or Spark itself (`expressions`), which needs nothing; `automatic` takes expressions
    for small policies. `way` tells which it takes.

    Nothing that a row holds raises. TypeError for what is no DataFrame, policy or date; ValueError where a kept column
    has the name of an attribute, or `how="expressions"` can't be; ImportError without the extra `spark`, here or, on a
    `local` master, in the Python of the workers. A UserWarning names columns of text whose fields take none.
    """
    return evaluated(asked(df, policy, request=request, as_of=as_of, keep=keep, notes=notes, how=how))


def way(
    df: Any,
    policy: Policy,
    *,
    as_of: date | None = None,
    request: object = None,
    keep: Iterable[str] | None = None,
    notes: bool = False,
    how: How = "automatic",
) -> Way:
    """Who would decide, were `evaluate` called like this, and why; `str(way)` says it in words."""
    return asked(df, policy, request=request, as_of=as_of, keep=keep, notes=notes, how=how).way
