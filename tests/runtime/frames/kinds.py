"""Frames of every kind made from the same records, and what they hold back as Python values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import duckdb
import numpy as np
import pandas
import polars
import pyarrow

from tests.runtime.frames import echo
from tests.runtime.frames.reference import Slow
from tierpolicy.runtime.columns import whole
from tierpolicy.runtime.columns.whole import Work
from tierpolicy.runtime.engine import Policy

DAY = date(2026, 11, 21)
ECHO = echo.policy()


def decided(
    policy: Policy, frame: Any, request: object = None, notes: bool = False, as_of: date = DAY, **how: Any
) -> Any:
    """`evaluate_all` with the slow backend."""
    return whole.decided(Work(policy, Slow(policy.version_on(as_of), **how), request, as_of, notes), frame)


def rows_of(frame: Any) -> list[dict[str, Any]]:
    """The rows of a frame of any kind, in Python's types."""
    if isinstance(frame, polars.LazyFrame):
        return rows_of(frame.collect())
    if isinstance(frame, polars.DataFrame):
        return frame.to_dicts()
    if isinstance(frame, pandas.DataFrame):
        columns = {name: [_plain(cell) for cell in frame[name].tolist()] for name in frame.columns}
        return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    if isinstance(frame, pyarrow.RecordBatchReader):
        return frame.read_all().to_pylist()
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return [dict(zip(frame.columns, cells, strict=True)) for cells in frame.fetchall()]
    return frame.to_pylist()


def _plain(cell: Any) -> Any:
    if cell is None or cell is pandas.NaT or cell is pandas.NA or (isinstance(cell, float) and cell != cell):
        return None
    if isinstance(cell, pandas.Timestamp):
        return cell.to_pydatetime()
    return cell.to_pytimedelta() if isinstance(cell, pandas.Timedelta) else cell


def expected(
    policy: Policy, records: Sequence[dict[str, Any]], request: Any = None, notes: bool = False, as_of: date = DAY
) -> list[dict[str, Any]]:
    """What the plain evaluator gives for each record, as `rows_of` shows it."""
    found = []
    for record in records:
        decision, _ = policy.evaluate_row(record, request, as_of)
        row: dict[str, Any] = {
            name: sorted(value) if isinstance(value, frozenset) else value for name, value in decision.items()
        }
        if notes:
            row["problems"] = [problem.message for problem in decision.problems]
            row["undetermined"] = [each.statement for each in decision.undetermined]
        found.append(row)
    return found


def same(found: Sequence[dict[str, Any]], wanted: Sequence[dict[str, Any]]) -> None:
    """Fails where a value differs, or its type does; a day may come as its first moment (pandas)."""
    assert len(found) == len(wanted)
    for row, (one, other) in enumerate(zip(found, wanted, strict=True)):
        assert list(one) == list(other)
        for name, value in one.items():
            if isinstance(value, datetime):
                value = value.date()
            assert value == other[name], (row, name, value, other[name])
            assert type(value) is type(other[name]), (row, name, value, other[name])


def judged(frame: Any, records: list[dict[str, Any]]) -> None:
    """Fails where a frame with columns for the fields of the echoing policy is not read as these records."""
    for amounts in (False, True):
        same(rows_of(decided(ECHO, frame, notes=True, amounts=amounts)), expected(ECHO, records, notes=True))


def objects(cells: Sequence[Any]) -> pandas.Series:
    """A pandas column of any objects, none of which is looked at."""
    held = np.empty(len(cells), object)
    for row, cell in enumerate(cells):
        held[row] = cell
    return pandas.Series(held, dtype=object, copy=False)
