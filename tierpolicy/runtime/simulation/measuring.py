"""The claims about a population, measured over blocks of a customer base: `runtime.population` for columns."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from tierpolicy.compile.columns.data import Bools
from tierpolicy.compile.columns.facts import Facts
from tierpolicy.compile.columns.terms import value
from tierpolicy.compile.columns.values import Vec, encoded, not_offered, typed_column
from tierpolicy.model.expressions import Expr
from tierpolicy.model.policy import ALWAYS, Share, Total
from tierpolicy.model.vocabulary import Field
from tierpolicy.runtime.bases import opened
from tierpolicy.runtime.population import (
    HUNDRED_PERCENT,
    Measure,
    Population,
    Progress,
    calibrated,
    loose_percents,
)
from tierpolicy.runtime.simulation.adding import Tally, exact_sum
from tierpolicy.runtime.simulation.blocks import Block, counted, deciding, notes_on_base, wanted_columns
from tierpolicy.runtime.simulation.counting import truth_of
from tierpolicy.runtime.simulation.serving import count_problems, count_statements, looked_at


def measured_in_columns(population: Population, source: str, progress: Progress) -> None:
    """Counts every customer of a base into the population. UnusableFile says why the base can't be read."""
    policy = population.policy
    ready = deciding(policy, population.as_of)
    looked, loose = looked_at(policy), loose_percents(policy)
    total = Tally()

    def count(blocks: Sequence[Block]) -> Tally:
        (block,) = blocks
        found = Tally()
        count_problems(block, count_statements(block, looked, found), found)
        count_claims(block, population.measures, found)
        count_percents(block, loose, found)
        count_shares(block, found)
        return found

    with opened(source, wanted=wanted_columns((policy,))) as base:
        for part in counted(base, (ready,), count, progress):
            total.add(part)
        fill(population, total)
        population.notes = notes_on_base(policy, base) if population.measures else ()


def count_percents(block: Block, loose: Sequence[Field], tally: Tally) -> None:
    """How many known values of percent fields lie above 100%, whatever the bounds of the field."""
    for field in loose:
        vec = typed_column(block.read(field).column, field.type)
        known = vec.values if vec.missing is None else vec.values[~vec.missing]
        tally.count(("percents", field.name), len(known))
        tally.count_rows(("percents above", field.name), known > HUNDRED_PERCENT)


def count_shares(block: Block, tally: Tally) -> None:
    """Who is within the thresholds of shares that the policy was calibrated to."""
    for threshold in calibrated(block.deciding.policy):
        vec = block.facts.of_field(threshold.field)
        bound = encoded([threshold.value], vec.type).values[0]
        within = vec.values >= bound if threshold.side == "top" else vec.values <= bound
        known = np.ones(block.rows, np.bool_) if vec.missing is None else ~vec.missing
        tally.count_rows(("share known", threshold), known)
        tally.count_rows(("share within", threshold), known & within)


def count_claims(block: Block, measures: Sequence[Measure], tally: Tally) -> None:
    """What each claim comes to in a block."""
    facts = block.facts
    for name in dict.fromkeys(name for measure in measures for name in measure.fields):
        column = facts.of_field(name)
        known = block.rows if column.missing is None else block.rows - int(np.count_nonzero(column.missing))
        tally.count(("known", name), known)
    for at, measure in enumerate(measures):
        _count_claim(at, measure, facts, tally)


def _count_claim(at: int, measure: Measure, facts: Facts, tally: Tally) -> None:
    stated = measure.stated
    asked: Bools = np.ones(facts.rows, np.bool_)
    if stated.where is not None:
        truth = truth_of(stated.where, ALWAYS, facts)
        asked = truth.true
        tally.count_rows(("claim unknown", at), truth.unknown)
        tally.count_rows(("claim aside", at), _is_false(stated.where, facts))
    tally.count_rows(("claim about", at), asked)
    match stated.claim:
        case Share(_, _, condition):
            truth = truth_of(condition, ALWAYS, facts)
            tally.count_rows(("claim met", at), asked & truth.true)
            tally.count_rows(("claim unknown", at), None if truth.unknown is None else asked & truth.unknown)
        case Total(_, expression, _):
            found = value(expression, facts)
            there = asked if found.nothing is None else asked & ~found.nothing
            tally.count_rows(("claim met", at), there)
            tally.count(("claim total", at), exact_sum(found.values[there]))
            tally.count_rows(("claim unknown", at), None if found.missing is None else asked & found.missing)
        case _:
            raise AssertionError("no other claim is measured")


def _is_false(condition: Expr, facts: Facts) -> Bools:
    """Where a condition is known to be false; what isn't offered is neither."""
    found: Vec = value(condition, facts)
    false: Bools = ~found.values
    for mark in (found.missing, not_offered(found)):
        false = false if mark is None else false & ~mark
    return false


def fill(population: Population, tally: Tally) -> None:
    """Puts what was counted into the population."""
    population.customers = tally["customers"]
    population.with_problems = tally["with problems"]
    population.against_assumptions = tally["against assumptions"]
    for what in tally.numbers:
        if isinstance(what, tuple) and what[0] == "problem":
            population.problems[what[1]] = tally[what]
        elif isinstance(what, tuple) and what[0] == "known":
            population.known[what[1]] = tally[what]
    for at, measure in enumerate(population.measures):
        measure.about, measure.met = tally["claim about", at], tally["claim met", at]
        measure.unknown, measure.aside = tally["claim unknown", at], tally["claim aside", at]
        measure.total = Fraction(tally.total(("claim total", at)))
    for threshold in calibrated(population.policy):
        population.shares[threshold] = tally["share known", threshold], tally["share within", threshold]
    for name, seen in population.percents.items():
        seen.known, seen.above_whole = tally["percents", name], tally["percents above", name]
