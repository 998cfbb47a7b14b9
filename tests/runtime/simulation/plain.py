"""What a simulation counts, restated: every row read and decided by the plain evaluator, counted one by one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from tierpolicy.model.policy import Policy
from tierpolicy.model.values import MISSING, Known, NotOffered, equal
from tierpolicy.runtime import population
from tierpolicy.runtime.files import open_reader
from tierpolicy.runtime.population import Customers, Population, measured
from tierpolicy.runtime.records import read_record
from tierpolicy.runtime.simulation.blocks import wanted_columns
from tierpolicy.semantics.costs import costs_of
from tierpolicy.semantics.counting import Deliberation, truth_of
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.evaluate import value_of
from tierpolicy.semantics.explain import Weighed, weighed
from tierpolicy.semantics.index import index_of, statements
from tierpolicy.semantics.read import read


def written(path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    """The records as JSON lines, without what JSON can't spell."""
    path.write_text("".join(f"{json.dumps(_spelled(record))}\n" for record in records), encoding="utf-8")
    return path


def _spelled(record: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, raw in record.items():
        try:
            found[name] = json.loads(json.dumps(raw, default=str))
        except Exception:  # an object that fails when it is looked at
            continue
    return found


@dataclass(slots=True)
class Row:
    """A row with all that was decided and why."""

    deliberation: Deliberation
    subjects: set[str]
    weighed: dict[str, Weighed]

    def value(self, name: str) -> Known:
        return self.deliberation.situation.decided[name]


def rows_of(policy: Policy, path: Path, day: date) -> Iterator[Row]:
    index, fields = index_of(policy), tuple(policy.fields.values())
    with open_reader(path, wanted_columns((policy,))) as reader:
        for row in reader.rows:
            record = read_record(row.record, fields)
            reading = read(policy, record.values, {}, from_text=reader.from_text)
            deliberation = deliberate(policy, reading, day, index)
            problems = (*row.problems, *record.problems, *reading.problems, *deliberation.problems)
            why = {
                name: weighed(each, deliberation.parts[name], deliberation.situation.decided[name])
                for name, each in policy.attributes.items()
            }
            yield Row(deliberation, {problem.subject for problem in problems}, why)


@dataclass(slots=True)
class Figures:
    counts: Counter[Any] = field(default_factory=Counter)
    totals: dict[str, Fraction] = field(default_factory=dict)
    costs: Counter[str] = field(default_factory=Counter)


def figures(policy: Policy, path: Path, day: date) -> Figures:
    """The counts of a simulation, by what they count."""
    found = Figures(costs=Counter({cost.origin.name: 0 for cost in policy.costs}))
    for row in rows_of(policy, path, day):
        _count(found, policy, row)
    return found


def _count(found: Figures, policy: Policy, row: Row) -> None:
    counts, situation = found.counts, row.deliberation.situation
    counts["customers"] += 1
    for name in policy.attributes:
        value = row.value(name)
        counts["value", name, "none" if isinstance(value, NotOffered) else value] += 1
        if isinstance(value, int | float) and not isinstance(value, bool):
            found.totals[name] = found.totals.get(name, Fraction(0)) + Fraction(value)
        why = row.weighed[name]
        if why.granted is not None and why.limited is not None:
            counts["lowered", name] += not equal(why.granted, why.limited)
            counts["raised", name] += not equal(why.limited, value)
    asked_of_contact = {name for name, each in policy.fields.items() if each.of_request}
    left_open = False
    silent = {statement.origin.name for statement, _ in row.deliberation.silent}
    for statement in statements(policy):
        name = statement.origin.name
        truth = truth_of(statement, row.deliberation)
        counts["true", name] += truth is True
        counts["unknown", name] += truth is MISSING
        if not asked_of_contact & row.deliberation.index.asked[name].fields:
            left_open = left_open or truth is MISSING or name in silent
    counts["open"] += left_open
    for name in {given.statement.origin.name for why in row.weighed.values() for given in (*why.lowered, *why.raised)}:
        counts["moved", name] += 1
    broken = {each.origin.name for each in policy.assumptions if value_of(each.condition, situation) is False}
    counts.update(("problem", subject) for subject in row.subjects | broken)
    counts["with problems"] += bool(row.subjects | broken)
    unknown = False
    for name, cost in costs_of(policy, situation).items():
        unknown = unknown or cost is MISSING
        found.costs[name] += cost if isinstance(cost, int) else 0
    counts["cost unknown"] += unknown


# ---------------------------------------------------------------- claims


def both_ways(policy: Policy, customers: Customers) -> Population:
    """Counted row by row and in columns, which is one and the same."""
    largest, found = population.LARGEST_BY_ROWS, []
    for so_large in (2**40, -1):
        population.LARGEST_BY_ROWS = so_large
        try:
            found.append(measured(policy, customers, lambda done, size: None))
        finally:
            population.LARGEST_BY_ROWS = largest
    by_rows, in_columns = found
    for name in (
        "customers",
        "with_problems",
        "problems",
        "known",
        "against_assumptions",
        "shares",
        "percents",
        "measures",
        "notes",
    ):
        assert getattr(in_columns, name) == getattr(by_rows, name), name
    return in_columns
