"""Who moves from where to where between two policies, as JSON values."""

from __future__ import annotations

from tierpolicy.model.plain import json_value
from tierpolicy.report.simulation_data import Data, amount_data, costs_data, identity, statement_data
from tierpolicy.runtime.simulation.results import Change, Example, Moves


def moves_data(found: Moves) -> Data:
    """The moves as JSON values."""
    return {
        "nobody_worse": found.nobody_worse,
        "old": identity(found.old),
        "new": identity(found.new),
        "base": found.base,
        "as_of": found.as_of.isoformat(),
        "customers": found.customers,
        "broken": found.broken,
        "better": found.better,
        "worse": found.worse,
        "mixed": found.mixed,
        "different": found.different,
        "same": found.same,
        "service": {each.attribute: _change(each) for each in found.changes},
        "no_longer_offered": list(found.no_longer),
        "newly_offered": list(found.newly),
        "examples": [_example(each, found) for each in found.examples],
        "costs": _costs(found),
        "notes": list(found.notes),
    }


def _change(change: Change) -> Data:
    old, new = change.old.type, change.new.type
    data: Data = {
        "better": change.better,
        "worse": change.worse,
        "same": change.same,
        "different": change.different,
        "not_compared": change.not_compared or None,
    }
    if change.matrix:
        data["matrix"] = [
            {"old": json_value(each.old, old), "new": json_value(each.new, new), "customers": each.customers}
            for each in change.matrix
        ]
    if change.gained or change.lost:
        data["gained"] = {str(each.value): each.customers for each in change.gained}
        data["lost"] = {str(each.value): each.customers for each in change.lost}
    if change.totals is not None:
        before, after = change.totals
        data["old_total"], data["new_total"] = amount_data(before, old), amount_data(after, new)
        data["gain"], data["loss"] = amount_data(change.gain, new), amount_data(change.loss, new)
    data["because"] = [{"policy": each.side, **statement_data(each.statement)} for each in change.blames]
    data["untraced"] = change.untraced
    return data


def _example(example: Example, found: Moves) -> Data:
    changes = {change.attribute: change for change in found.changes}
    return {
        "row": example.row,
        "keys": dict(example.keys),
        "worse": [
            {
                "attribute": each.attribute,
                "old": json_value(each.old, changes[each.attribute].old.type),
                "new": json_value(each.new, changes[each.attribute].new.type),
                "statements": list(each.statements),
            }
            for each in example.differences
        ],
    }


def _costs(found: Moves) -> Data | None:
    if found.costs is None:
        return None
    old, new = found.costs
    return {"old": costs_data(old, found.old), "new": costs_data(new, found.new)}
