"""A policy and a customer base to all that the policy comes to there: one pass over the base, in blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from tierpolicy.diagnostics.codes import properties as codes
from tierpolicy.diagnostics.diagnostic import Diagnostic
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import Known
from tierpolicy.runtime.bases import opened
from tierpolicy.runtime.measures import measures
from tierpolicy.runtime.population import Population, day_for, unmeasured_population
from tierpolicy.runtime.simulation.adding import Spread, Tally
from tierpolicy.runtime.simulation.asking import Asked, Settled, settled
from tierpolicy.runtime.simulation.bands import deciles_of
from tierpolicy.runtime.simulation.blocks import (
    ROWS_IN_A_BLOCK,
    Block,
    Progress,
    counted,
    deciding,
    not_in,
    notes_on_base,
    wanted_columns,
)
from tierpolicy.runtime.simulation.costing import costs_of, count_costs
from tierpolicy.runtime.simulation.figures import levels_of, parts_of, problems_of, statements_of
from tierpolicy.runtime.simulation.measuring import count_claims, fill
from tierpolicy.runtime.simulation.reaching import Road, count_roads, distances_of, roads
from tierpolicy.runtime.simulation.results import Claim, Crossing, Simulation, Verdict
from tierpolicy.runtime.simulation.serving import (
    Looked,
    count_parts,
    count_problems,
    count_statements,
    groups_of,
    looked_at,
)

NOTHING_ASKED = Asked()
CLAIMS = (codes.MEASURED, codes.MEASURE_MISSED, codes.NOT_MEASURED)
VERDICTS: dict[str, Verdict] = {codes.MEASURED.code: "holds", codes.MEASURE_MISSED.code: "missed"}


def simulate(
    policy: Policy,
    source: str,
    as_of: date,
    progress: Progress,
    asked: Asked = NOTHING_ASKED,
    table: str | None = None,
    rows_in_a_block: int = ROWS_IN_A_BLOCK,
) -> Simulation:
    """What a policy comes to on the customer base that `source` names (`table` in a database), on a day.

    The day is moved to the nearest one on which the policy is in effect. UnusableFile says why a base can't be read,
    NotAsked (a ValueError) what can't be asked of the policy.
    """
    day = day_for(policy, as_of)
    names = settled(asked, policy)
    ready, looked, ways = deciding(policy, day), looked_at(policy), roads(policy, names.counted)
    total = Tally()
    with opened(source, table=table, wanted=wanted_columns((policy,))) as base:
        population = unmeasured_population(policy, base.name, day)

        def count(blocks: Sequence[Block]) -> Tally:
            (block,) = blocks
            return _counted(block, population, looked, names, ways)

        for part in counted(base, (ready,), count, progress, rows_in_a_block):
            total.add(part)
        notes, absent = notes_on_base(policy, base), not_in(base, policy)
    fill(population, total)
    return replace(_figures(policy, population, names, ways, total, notes), without_column=absent)


def _counted(block: Block, population: Population, looked: Looked, names: Settled, ways: tuple[Road, ...]) -> Tally:
    tally = Tally()
    count_parts(block, names.load_by, tally)
    count_problems(block, count_statements(block, looked, tally), tally)
    count_costs(block, names.by, tally)
    count_claims(block, population.measures, tally)
    count_roads(block, ways, tally)
    if names.value and names.counted:
        _count_crossing(block, names, tally)
    return tally


def _figures(
    policy: Policy,
    population: Population,
    names: Settled,
    ways: tuple[Road, ...],
    tally: Tally,
    notes: tuple[str, ...],
) -> Simulation:
    found = measures(population)
    return Simulation(
        policy=policy,
        base=population.file,
        as_of=population.as_of,
        customers=tally["customers"],
        broken=tally["broken"],
        with_problems=tally["with problems or against"],
        problems=MappingProxyType(dict(problems_of(policy, tally))),
        open=tally["open"],
        parts=parts_of(policy, tally, names.load_by),
        statements=statements_of(policy, tally),
        counted=names.counted,
        pool=names.pool,
        load_by=names.load_by,
        costs=costs_of(policy, names.by, tally),
        claims=tuple(_claim(each) for each in found if each.code in CLAIMS),
        crossing=_crossing(policy, names, tally),
        distances=distances_of(ways, tally),
        notes=(*notes, *(each.message for each in found if each.code not in CLAIMS)),
    )


def _claim(found: Diagnostic) -> Claim:
    verdict = VERDICTS.get(found.code.code, "not measured")
    name = found.message.partition("`")[2].partition("`")[0]
    return Claim(name, verdict, found.message, found.help or "")


# ---------------------------------------------------------------- value against service


def _count_crossing(block: Block, names: Settled, tally: Tally) -> None:
    vec = block.facts.of_field(names.value)
    for held, where in groups_of(names.counted, block.facts).each():
        known = where if vec.missing is None else where & ~vec.missing
        tally.spread(("crossing", held), vec.values[known])
        tally.count_rows(("crossing unknown", held), None if vec.missing is None else where & vec.missing)


def _crossing(policy: Policy, names: Settled, tally: Tally) -> Crossing | None:
    """Customers in tenths by the field, and what each tenth gets."""
    if not (names.value and names.counted and tally["customers"]):
        return None
    levels: tuple[Known, ...] = levels_of(policy.attributes[names.counted])
    field = policy.fields[names.value]
    spreads = [tally.spreads.get(("crossing", held), Spread()) for held in levels]
    together = Spread()
    for each in spreads:
        together.add(each)
    if not together.known:
        return None
    if not together.exact:
        spreads = [each.cut() for each in spreads]
    bands = deciles_of(together, field.type)
    edges = [None if band.low is None else band.low for band in bands]
    raw = [edge if edge is None or isinstance(edge, int | float) else None for edge in edges]
    pairs = list(zip(raw, (*raw[1:], None), strict=True))
    return Crossing(
        field=names.value,
        type=field.type,
        attribute=names.counted,
        levels=levels,
        bands=bands,
        counts=tuple(tuple(each.between(low, high) for each in spreads) for low, high in pairs),
        unknown=tuple(tally["crossing unknown", held] for held in levels),
    )
