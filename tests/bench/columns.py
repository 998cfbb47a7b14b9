"""Many drawn records as columns in memory: NumPy arrays with labels as codes, and Polars frames made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tests.bench.rules import Field, Record, Rules

Array = NDArray[Any]
Columns = Mapping[str, Array]


def drawn(rules: Rules, rows: int, seed: int = 5) -> Columns:
    """Labels as unsigned codes, integers as int32, money and numbers as float64, flags as bool."""
    chance = np.random.default_rng(seed)
    return {each.name: drawn_column(each, rows, chance) for each in rules.fields}


def drawn_column(field: Field, rows: int, chance: np.random.Generator) -> Array:
    match field.kind:
        case "label":
            return chance.integers(len(field.labels), size=rows).astype(np.min_scalar_type(len(field.labels)))
        case "flag":
            return chance.random(rows) < 0.5
        case "integer":
            return chance.integers(field.top, size=rows).astype(np.int32)
        case "money":
            return chance.integers(field.top * 100, size=rows) / 100
        case _:
            return np.round(chance.random(rows) * field.top, 4)


def first(columns: Columns, rows: int) -> Columns:
    return {name: column[:rows] for name, column in columns.items()}


def records(rules: Rules, columns: Columns, rows: int) -> list[Record]:
    """The first rows as single records."""
    labels = {each.name: each.labels for each in rules.fields if each.kind == "label"}
    taken = {name: column[:rows].tolist() for name, column in columns.items()}
    named = {name: [labels[name][code] for code in codes] if name in labels else codes for name, codes in taken.items()}
    return [dict(zip(named, values, strict=True)) for values in zip(*named.values(), strict=True)]


def enum_frame(rules: Rules, columns: Columns) -> pl.DataFrame:
    """Labels as Polars' Enum."""
    return pl.DataFrame({each.name: enum_series(each, columns[each.name]) for each in rules.fields})


def enum_series(field: Field, column: Array) -> pl.Series:
    series = pl.Series(field.name, column)
    return series.cat.to(pl.Enum(field.labels)) if field.kind == "label" else series


def code_frame(columns: Columns) -> pl.DataFrame:
    """Labels as their codes."""
    return pl.DataFrame({name: pl.Series(column) for name, column in columns.items()})


def text_frame(rules: Rules, columns: Columns) -> pl.DataFrame:
    """Labels as text."""
    return enum_frame(rules, columns).with_columns(pl.col(pl.Enum).cast(pl.String))


def missing_frame(rules: Rules, rows: int) -> pl.DataFrame:
    """No value anywhere."""
    columns = drawn(rules, 1)
    kinds = {each.name: enum_series(each, columns[each.name]).dtype for each in rules.fields}
    return pl.DataFrame([pl.repeat(None, rows, dtype=kind, eager=True).alias(name) for name, kind in kinds.items()])
