"""Frames of every kind, made of drawn policies and records, broken ones too: as `evaluate` decides row by row."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pandas
import polars
import pyarrow
from hypothesis import given
from hypothesis import strategies as st

import tierpolicy
from tests.runtime.frames.kinds import decided, expected, objects, rows_of, same
from tests.strategies.policies import PolicyText, elaborated, policy_texts
from tests.strategies.records import records

Case = tuple[tierpolicy.Policy, list[dict[str, Any]], Any, random.Random]
ARROW = {bool, int, float, str, date, timedelta, Decimal, bytes, list}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A policy, records for it, a request for all of them, and chance."""
    text: PolicyText = draw(policy_texts())
    typed = elaborated(text)
    drawn = draw(st.lists(records(typed), min_size=1, max_size=6))
    given_ = [{**request, **record} for record, request in drawn]
    request = draw(st.sampled_from([None, *(request for _, request in drawn)]))
    return tierpolicy.Policy((typed,)), given_, request, draw(st.randoms(use_true_random=False))


def columns_of(rows: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def arrow_column(cells: list[Any], chance: random.Random) -> Any:
    """The cells of one type that Arrow holds; the others are null."""
    kinds = sorted({type(cell) for cell in cells} & ARROW, key=repr)
    kind = chance.choice(kinds) if kinds else None
    held = [cell if type(cell) is kind and fits(cell) else None for cell in cells]
    try:
        return pyarrow.array(held)
    except (pyarrow.ArrowException, ValueError, OverflowError):  # whole numbers beyond 64 bits, lone surrogates
        return pyarrow.nulls(len(cells))


def fits(cell: Any) -> bool:
    return type(cell) is not Decimal or (cell.is_finite() and abs(cell.adjusted()) < 15)


@given(cases())
def test_a_frame_is_decided_as_its_rows_are(case: Case) -> None:
    policy, given_, request, chance = case
    columns = columns_of(given_)
    if not columns:
        return
    notes, amounts = chance.random() < 0.5, chance.random() < 0.5
    frame = pandas.DataFrame({name: objects(cells) for name, cells in columns.items()})
    answers = decided(policy, frame, request, notes, amounts=amounts)
    plain = [{name: cells[row] for name, cells in columns.items()} for row in range(len(given_))]
    same(rows_of(answers), expected(policy, plain, request, notes))

    table = pyarrow.table({name: arrow_column(cells, chance) for name, cells in columns.items()})
    wanted = expected(policy, table.to_pylist(), request, notes)
    for kind in chance.sample([as_it_is, polars.from_arrow, as_lazy, duckdb.from_arrow, as_pandas], 2):
        same(rows_of(decided(policy, kind(table), request, notes, amounts=amounts)), wanted)


def as_it_is(table: Any) -> Any:
    return table


def as_lazy(table: Any) -> Any:
    return polars.from_arrow(table).lazy()


def as_pandas(table: Any) -> Any:
    return table.to_pandas(types_mapper=pandas.ArrowDtype)
