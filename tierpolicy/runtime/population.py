"""A file of customers to what a policy's claims about populations come to there: every customer counted.

What is kept is a few numbers for each claim, so a file may be as long as it likes. Counts are whole numbers and totals
are summed exactly: no figure depends on the order of rows. Customers are decided in columns (`simulation.measuring`);
those of a small file, and any where the extra `data` isn't installed, row by row by the plain evaluator.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from tierpolicy.model.policy import Policy, Property, Share, Threshold, Total
from tierpolicy.model.types import Percent
from tierpolicy.model.values import MISSING, Known, Missing, Value
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.apply import notes_on_columns
from tierpolicy.runtime.files import open_reader
from tierpolicy.runtime.records import path_of, read_record
from tierpolicy.runtime.rows import Row
from tierpolicy.semantics.decide import deliberate
from tierpolicy.semantics.evaluate import Situation, value_of
from tierpolicy.semantics.index import index_of
from tierpolicy.semantics.read import Reading, read

ROWS_BETWEEN_REPORTS = 100
HUNDRED_PERCENT = 10_000
LARGEST_BY_ROWS = 1 << 15
"""Bytes of a file that is read sooner row by row than columns are loaded."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Customers:
    """A file of customers, and the day to decide them on."""

    path: Path
    as_of: date


@dataclass(slots=True)
class Measure:
    """One claim about a population, counted.

    `about` are the customers that the claim speaks of: all, or those of whom its `where` is true. Of these `met` meet
    the condition of a share, or have a value to add to a total. `unknown` are those of whom either isn't known, `aside`
    those of whom the `where` is false. It rests on `fields`: those that it reads, and that decide what it reads.
    """

    stated: Property
    fields: tuple[str, ...] = ()
    about: int = 0
    met: int = 0
    unknown: int = 0
    aside: int = 0
    total: Fraction = Fraction(0)


@dataclass(slots=True)
class Percents:
    """The values of a percent field: how many there are, and how many lie above 100%."""

    known: int = 0
    above_whole: int = 0


@dataclass(slots=True)
class Population:
    """What a file of customers comes to, decided by one policy on one day. `known` counts, of the fields that claims
    rest on, the customers who have a value; `shares`, for each calibrated threshold, those who have a value of its
    field, and those of them who are within."""

    policy: Policy
    file: str
    as_of: date
    measures: tuple[Measure, ...]
    percents: Mapping[str, Percents]
    customers: int = 0
    with_problems: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    against_assumptions: int = 0
    shares: dict[Threshold, tuple[int, int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def claims_about_populations(policy: Policy) -> tuple[Property, ...]:
    """The properties that are measured, not proved."""
    return tuple(stated for stated in policy.properties if isinstance(stated.claim, Share | Total))


def rests_on(stated: Property, policy: Policy) -> tuple[str, ...]:
    """The customer's fields that a claim reads, and those that decide the attributes that it reads."""
    assert isinstance(stated.claim, Share | Total)
    read = stated.claim.condition if isinstance(stated.claim, Share) else stated.claim.expression
    index = index_of(policy)
    named = index.expressions.of(read).names
    if stated.where is not None:
        named |= index.expressions.of(stated.where).names
    behind = index.behind(named)
    return tuple(name for name, each in policy.fields.items() if name in behind and not each.of_request)


def is_measured(policy: Policy) -> bool:
    """True where a file of customers says something of the policy."""
    return bool(claims_about_populations(policy) or percent_fields(policy) or calibrated(policy))


def calibrated(policy: Policy) -> tuple[Threshold, ...]:
    """The thresholds of shares of customers that were measured."""
    return tuple(each for each in policy.thresholds if each.value is not MISSING)


def is_within(value: Known, threshold: Threshold) -> bool:
    """True where a customer with that value is in the share."""
    if threshold.side == "top":
        return value >= threshold.value  # type: ignore[operator]  # two amounts of one type
    return value <= threshold.value  # type: ignore[operator]


def percent_fields(policy: Policy) -> tuple[Field, ...]:
    """The fields that data may hold as 10 where 10% is meant."""
    return tuple(each for each in policy.fields.values() if isinstance(each.type, Percent))


def day_for(policy: Policy, as_of: date) -> date:
    """The day to decide on: `as_of`, or the nearest day on which the policy is in effect."""
    first, last = policy.effective_from or date.min, policy.effective_until or date.max
    return min(max(as_of, first), last)


def measured(policy: Policy, customers: Customers, progress: Progress) -> Population:
    """The policy's claims about populations, counted over every customer of a file.

    `progress` is called with how much of the file is done and how much there is, now and then. UnusableFile says why
    a file can't be read.
    """
    population = unmeasured_population(policy, customers.path.name, customers.as_of)
    if not _in_columns(customers.path):
        _measured_by_rows(population, customers.path, progress)
        return population
    from tierpolicy.runtime.simulation.measuring import measured_in_columns

    measured_in_columns(population, str(customers.path), progress)
    return population


def unmeasured_population(policy: Policy, name: str, as_of: date) -> Population:
    """The population before anything is counted."""
    measures = tuple(Measure(stated, rests_on(stated, policy)) for stated in claims_about_populations(policy))
    percents = MappingProxyType({each.name: Percents() for each in percent_fields(policy)})
    return Population(policy, name, day_for(policy, as_of), measures, percents)


def _in_columns(path: Path) -> bool:
    """True where columns are worth their loading, and can be loaded."""
    try:
        large = path.is_file() and path.stat().st_size > LARGEST_BY_ROWS
    except (OSError, ValueError):
        return False
    return large and all(find_spec(name) is not None for name in ("numpy", "pyarrow", "duckdb"))


def _measured_by_rows(population: Population, path: Path, progress: Progress) -> None:
    policy, measures = population.policy, population.measures
    paths = [path_of(each) for each in policy.fields.values()]
    wanted = frozenset(path[0] for path in paths) | frozenset(".".join(path) for path in paths)
    with open_reader(path, wanted) as reader:
        count = _counting(population, reader.from_text)
        for row in reader.rows:
            count(row)
            if row.number % ROWS_BETWEEN_REPORTS == 0:
                progress(reader.at(), reader.size)
        progress(reader.size, reader.size)
        population.notes = notes_on_columns(policy, reader.columns) if measures else ()


def _counting(population: Population, from_text: bool) -> Callable[[Row], None]:
    """What counts one row of the file."""
    policy, index = population.policy, index_of(population.policy)
    fields, loose = tuple(policy.fields.values()), _without_bounds(policy)
    thresholds = calibrated(policy)
    population.shares.update(dict.fromkeys(thresholds, (0, 0)))
    rested_on = frozenset(name for measure in population.measures for name in measure.fields)

    def count(row: Row) -> None:
        record = read_record(row.record, fields)
        reading = read(policy, record.values, {}, from_text=from_text)
        deliberation = deliberate(policy, reading, population.as_of, index)
        situation = deliberation.situation
        population.customers += 1
        subjects = {problem.subject for problem in (*row.problems, *record.problems, *reading.problems)}
        subjects |= {problem.subject for problem in deliberation.problems}
        population.with_problems += bool(subjects)
        population.problems.update(subjects)
        population.known.update(name for name in rested_on if reading.values[name] is not MISSING)
        population.against_assumptions += any(value_of(a.condition, situation) is False for a in policy.assumptions)
        for measure in population.measures:
            _add(measure, situation)
        for threshold in thresholds:
            _count_share(threshold, reading.values[threshold.field], population)
        if population.percents:
            _look_at(population.percents, read(loose, record.values, {}, from_text=from_text))

    return count


def _count_share(threshold: Threshold, value: Value, population: Population) -> None:
    known, within = population.shares.get(threshold, (0, 0))
    if not isinstance(value, Missing):
        population.shares[threshold] = known + 1, within + is_within(value, threshold)


def _add(measure: Measure, situation: Situation) -> None:
    stated = measure.stated
    asked = True if stated.where is None else value_of(stated.where, situation)
    if asked is not True:
        measure.unknown += asked is MISSING
        measure.aside += asked is False
        return
    measure.about += 1
    match stated.claim:
        case Share(_, _, condition):
            truth = value_of(condition, situation)
            measure.met += truth is True
            measure.unknown += truth is MISSING
        case Total(_, expression, _):
            value = value_of(expression, situation)
            if isinstance(value, int | float):
                measure.met += 1
                measure.total += Fraction(value)
            else:  # missing, or not offered
                measure.unknown += value is MISSING
        case _:
            raise AssertionError("no other claim is measured")


# ---------------------------------------------------------------- 10 for 10%


def loose_percents(policy: Policy) -> tuple[Field, ...]:
    """The policy's percent fields, whatever they hold: a 10 that a bound refuses is what is looked for."""
    return tuple(replace(each, low=None, high=None, default=MISSING) for each in percent_fields(policy))


def _without_bounds(policy: Policy) -> Policy:
    return replace(policy, fields=MappingProxyType({each.name: each for each in loose_percents(policy)}))


def _look_at(percents: Mapping[str, Percents], reading: Reading) -> None:
    for name, seen in percents.items():
        value = reading.values[name]
        if isinstance(value, int):
            seen.known += 1
            seen.above_whole += value > HUNDRED_PERCENT


def looks_whole(seen: Percents) -> bool:
    """True where most known values lie above 100%: the data has 10 for 10%."""
    return seen.above_whole * 2 > seen.known
