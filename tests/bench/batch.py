"""Many records at a time: this package, NumPy, Polars and DuckDB at one size of policy. Prints rows as JSON.

python -m tests.bench.batch 1000 [one-core | without-numba] [--short]

Every competitor's answers for the first rows are compared with the hand-written function's before it is timed. One that
would need too long for all rows has fewer: what is given is seconds for one row.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, replace
from typing import Any

from tests.bench import duckdb_form, numpy_form, polars_form
from tests.bench.columns import Columns, drawn, enum_frame, first, records, text_frame
from tests.bench.hand_written import hand_written
from tests.bench.ours import loaded
from tests.bench.ours_batch import Make, Work, codes, compiled, frames
from tests.bench.rules import Attribute, Rules, random_rules
from tests.bench.timing import Run, clocked, interleaved
from tierpolicy.runtime.engine import Policy

REFERENCE = "Polars, best form"
ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Effort:
    """Rows, rounds, seconds of a competitor's turn, rows of a turn at least, rows whose answers are compared."""

    rows: int = ROWS
    rounds: int = 3
    turn: float = 0.25
    least: int = 10_000
    compared: int = 500


THOROUGH = Effort()
SHORT = Effort(rows=2_000, rounds=1, least=500, compared=100)


def measured(rules: Rules, way: str, effort: Effort) -> list[dict[str, Any]]:
    """A row for each competitor: name, seconds for one row, ratio to Polars' best form, how many rows."""
    columns = drawn(rules, effort.rows)
    compiled()
    runs, rows = {}, {}
    for name, make in batches(rules, way).items():
        if name not in (LIMIT, CODED):
            compared(rules, columns, make, effort.compared)
        rows[name] = rows_of_a_turn(rules, columns, make, effort)
        runs[name] = run_of(make(rules, first(columns, rows[name])), rows[name])
    found = interleaved(runs, REFERENCE, effort.rounds)
    return [{"name": name, "rows": rows[name]} | replace(timed).as_data() for name, timed in found.items()]


LIMIT = "reading the columns once"
NUMPY = "hand-written NumPy"
VALUES = "Polars, best form, values instead of codes"
DUCKDB = "DuckDB, best CASE"
CODED = "text columns into codes (Polars)"


def batches(rules: Rules, way: str) -> dict[str, Make]:
    """Whom to measure: all, those who use one core, or those who need no numba."""
    found: dict[str, Make] = {LIMIT: lambda _, columns: numpy_form.read_once(columns)}
    found[NUMPY] = numpy_form.levels_of
    found[REFERENCE] = polars_form.best
    found[VALUES] = polars_form.best_as_values
    if way == "all":
        found[CODED] = polars_form.coded
        if len(rules.rules) <= 1_000:
            found["Polars, Enum columns, highest of when/then"] = polars_form.enums
        if len(rules.rules) <= 1_000:
            found["Polars, text columns, plain when/then"] = polars_form.plain
            found[DUCKDB] = duckdb_form.best
    return found | ours(loaded(rules), way)


def ours(policy: Policy, way: str) -> dict[str, Make]:
    name = {"without-numba": "tierpolicy without numba"}.get(way, "tierpolicy")
    found = {f"{name}: codes": codes(policy), f"{name}: frame of Enum columns": frames(policy, enum_frame)}
    return found if way == "one-core" else found | {f"{name}: frame of text columns": frames(policy, text_frame)}


# ---------------------------------------------------------------- one competitor


def compared(rules: Rules, columns: Columns, make: Make, rows: int) -> None:
    found = make(rules, first(columns, rows))()
    decide = hand_written(rules)
    for at, record in enumerate(records(rules, columns, rows)):
        decision = {each.name: value_of(each, found[each.name][at]) for each in rules.attributes}
        assert decision == decide(record), f"{decision} instead of {decide(record)} for {record}"


def value_of(attribute: Attribute, found: Any) -> Any:
    """A level's value, from the level, the value or its text."""
    if found in attribute.values:
        return found
    texts = {attribute.text_of(level): value for level, value in enumerate(attribute.values)}
    return texts[found] if isinstance(found, str) else attribute.values[int(found)]


def rows_of_a_turn(rules: Rules, columns: Columns, make: Make, effort: Effort) -> int:
    """As many as fit into a turn by what one more row takes, all if they do: 1, 2 or 5 and zeros."""
    few, more = effort.least, min(effort.rows, effort.least * 5)
    seconds = []
    for rows in (few, more):
        work = make(rules, first(columns, rows))
        work()
        seconds.append(min(clocked(work) for _ in range(2)))
    fitting = effort.turn * (more - few) / max(seconds[1] - seconds[0], 1e-9)
    steps = [step * 10**zeros for zeros in range(2, 8) for step in (1, 2, 5)]
    return max(few, max(step for step in steps if step <= max(min(fitting, effort.rows), steps[0])))


def run_of(work: Work, rows: int) -> Run:
    work()
    return lambda: clocked(work) / rows


def main(arguments: list[str]) -> None:
    way = next((each for each in arguments if each in ("one-core", "without-numba")), "all")
    if way == "without-numba":
        sys.modules["numba"] = None  # type: ignore[assignment]  # as where it isn't installed
    if way == "one-core":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rules = random_rules(int(arguments[0]))
    print(json.dumps(measured(rules, way, SHORT if "--short" in arguments else THOROUGH)))


if __name__ == "__main__":
    main(sys.argv[1:])
