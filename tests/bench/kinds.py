"""`evaluate_all` for each kind of frame, with labels as categories and as text. Prints rows as JSON.

python -m tests.bench.kinds 100 [--short]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

from tests.bench.batch import ROWS, SHORT, THOROUGH
from tests.bench.columns import drawn, enum_frame, text_frame
from tests.bench.ours import loaded
from tests.bench.ours_batch import compiled
from tests.bench.rules import Rules, random_rules
from tests.bench.timing import Run, clocked, interleaved
from tierpolicy.runtime.engine import Policy

POLARS = "Polars"


def measured(rules: Rules, rows: int, rounds: int) -> list[dict[str, Any]]:
    """A row for each kind: name, seconds for one row with categories and with text."""
    policy, columns = loaded(rules), drawn(rules, rows)
    compiled()
    found: dict[str, dict[str, Any]] = {}
    for cells, frame in (("categories", enum_frame(rules, columns)), ("text", text_frame(rules, columns))):
        runs = {name: run_of(policy, made, rows) for name, made in kinds(frame).items()}
        for name, timed in interleaved(runs, POLARS, rounds).items():
            found.setdefault(name, {"name": name})[cells] = timed.seconds
    return list(found.values())


def kinds(frame: pl.DataFrame) -> dict[str, Callable[[], Any]]:
    """What a frame is made of in each kind; a relation of DuckDB and a lazy frame are fetched as part of the work."""
    arrow = frame.to_arrow()
    pandas = frame.to_pandas()
    connection = duckdb.connect()
    connection.register("frame", arrow)
    connection.execute("CREATE TABLE customers AS SELECT * FROM frame")
    return {
        POLARS: lambda: frame,
        "Polars, lazy": frame.lazy,
        "pyarrow": lambda: arrow,
        "pandas": lambda: pandas,
        "DuckDB": lambda: connection.table("customers"),
    }


def run_of(policy: Policy, made: Callable[[], Any], rows: int) -> Run:
    def work() -> None:
        fetch(policy.evaluate_all(made()))

    work()
    return lambda: clocked(work) / rows


def fetch(found: Any) -> object:
    """What was put off is done now."""
    match found:
        case pl.LazyFrame():
            return found.collect()
        case pl.DataFrame() | pd.DataFrame() | pa.Table():
            return found
        case _:
            return found.to_arrow_table()


if __name__ == "__main__":
    short = "--short" in sys.argv
    effort = SHORT if short else THOROUGH
    print(json.dumps(measured(random_rules(int(sys.argv[1])), effort.rows if short else ROWS, effort.rounds)))
