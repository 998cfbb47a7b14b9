"""What the service costs: every `cost` statement over a block of customers, in whole hundredths of the currency.

A statement costs its value where its condition is true, nothing where it is false or its value isn't offered. Where the
condition is unknown, or the value of one that is true is missing, the customer's cost isn't known.
"""

from __future__ import annotations

import numpy as np

from tierpolicy.compile.columns.terms import value
from tierpolicy.compile.columns.values import union
from tierpolicy.model.policy import Policy
from tierpolicy.model.values import NotOffered, Value
from tierpolicy.runtime.simulation.adding import Tally, exact_sum
from tierpolicy.runtime.simulation.blocks import Block
from tierpolicy.runtime.simulation.counting import truth_of
from tierpolicy.runtime.simulation.figures import levels_of, stated
from tierpolicy.runtime.simulation.results import CostGroup, CostOf, Costs
from tierpolicy.runtime.simulation.serving import groups_of


def count_costs(block: Block, by: str, tally: Tally) -> None:
    """The cost of a block, and of the customers in it by an attribute or field ('' for none)."""
    policy, facts = block.deciding.policy, block.facts
    if not policy.costs:
        return
    unknown = np.zeros(block.rows, np.bool_)
    groups = list(groups_of(by, facts).each()) if by else []
    for cost in policy.costs:
        name = cost.origin.name
        truth = truth_of(cost.condition, cost.in_force, facts)
        found = value(cost.value, facts)
        paid = truth.true if found.nothing is None else truth.true & ~found.nothing
        lacking = union(truth.unknown, None if found.missing is None else truth.true & found.missing)
        tally.count_rows(("cost true", name), truth.true)
        tally.count(("cost", name), exact_sum(found.values[paid]))
        tally.count_rows(("cost unknown", name), lacking)
        unknown = unknown if lacking is None else unknown | lacking
        for held, where in groups:
            tally.count(("cost by", held), exact_sum(found.values[paid & where]))
    tally.count_rows("cost unknown", unknown)
    for held, where in groups:
        tally.count_rows(("customers by", held), where)
        tally.count_rows(("cost unknown by", held), where & unknown)


def costs_of(policy: Policy, by: str, tally: Tally) -> Costs | None:
    """What was counted of the cost; None for a policy without `cost` statements."""
    if not policy.costs:
        return None
    sources = {source.path: source for source in policy.sources}
    of_each = tuple(
        CostOf(
            stated(each, sources, tally["cost true", each.origin.name], tally["cost unknown", each.origin.name]),
            tally["cost", each.origin.name],
        )
        for each in policy.costs
    )
    groups = tuple(
        CostGroup(held, tally["customers by", held], tally["cost by", held], tally["cost unknown by", held])
        for held in _in_order(policy, by, tally)
    )
    return Costs(sum(each.total for each in of_each), tally["cost unknown"], of_each, by, groups)


def _in_order(policy: Policy, by: str, tally: Tally) -> list[Value]:
    """The values met of an attribute or field, as the policy orders them; what is missing comes last."""
    met = {what[1] for what in tally.numbers if isinstance(what, tuple) and what[0] == "customers by"}
    if by in policy.attributes:
        order: list[Value] = list(levels_of(policy.attributes[by]))
    else:
        order = [True, False] if by and not hasattr(policy.fields[by].type, "labels") else []
        order = order or list(getattr(policy.fields[by].type, "labels", ())) if by else []
    rest = sorted(met - set(order), key=lambda held: (not isinstance(held, NotOffered), str(held)))
    return [held for held in order if held in met] + rest
