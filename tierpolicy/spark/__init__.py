"""Decisions for Spark DataFrames: `evaluate(df, policy)`. Needs the extra `spark`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from tierpolicy.runtime.engine import Policy
from tierpolicy.runtime.spark.frames import evaluated

__all__ = ["evaluate"]


def evaluate(
    df: Any,
    policy: Policy,
    *,
    request: object = None,
    as_of: date | None = None,
    keep: Iterable[str] | None = None,
    notes: bool = False,
    how: str = "automatic",
) -> Any:
    return evaluated(df, policy, request, as_of, keep, notes)
